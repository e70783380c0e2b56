"""Signs and words of every status and mark. Colour never stands alone: sign and word always follow it."""

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "covered": _("Covered"),
    "thin": _("Thin"),
    "goes_dark": _("Ends"),
    "gap": _("Gap"),
    "projected_gap": _("Projected gap"),
    "voluntary_only": _("Voluntary only"),
    "not_mapped": _("Not mapped"),
    "none": _("Nothing expected"),
    "unexpected": _("Held, not expected"),
}
EXPLANATIONS: dict[str, str | Promise] = {
    "covered": _("enough actors hold the task"),
    "thin": _("a single actor, voluntary or temporary"),
    "goes_dark": _("within 12 months"),
    "gap": _("expected, but too few hold it"),
    "projected_gap": _("arises later, by what is decided now"),
    "voluntary_only": _("a duty by law, met only by choice"),
    "not_mapped": _("nobody has checked"),
    "none": _("nothing expected, nothing held"),
    "unexpected": _("held, though nothing is expected"),
}

# Drawn on a 16 by 16 square. Literals of this file, never data.
_SHAPES: dict[str, SafeString] = {
    "covered": mark_safe(
        '<circle class="sg-cov" cx="8" cy="8" r="7"/><path class="sg-on" d="M4.8 8.2l2.3 2.3 4.2-4.6"/>'
    ),
    "thin": mark_safe(
        '<circle class="sg-l-cov" cx="8" cy="8" r="6.1"/><path class="sg-cov" d="M1.4 8a6.6 6.6 0 0 0 13.2 0z"/>'
    ),
    "goes_dark": mark_safe(
        '<path class="sg-amb" d="M1.9 2.2h12.2a.9.9 0 0 1 .78 1.35L8.78 14.3a.9.9 0 0 1-1.56 0L1.12 3.55A.9.9 0 0 1 '
        '1.9 2.2z"/><path class="sg-on-amb" d="M8 4.9v3.4M8 10.7v.1"/>'
    ),
    "gap": mark_safe(
        '<path class="sg-gap" d="M7.2.9a1.1 1.1 0 0 1 1.6 0l6.3 6.3a1.1 1.1 0 0 1 0 1.6l-6.3 6.3a1.1 1.1 0 0 1-1.6 '
        '0L.9 8.8a1.1 1.1 0 0 1 0-1.6z"/><path class="sg-on-gap" d="M5.8 5.8l4.4 4.4m0-4.4l-4.4 4.4"/>'
    ),
    "projected_gap": mark_safe(
        '<path class="sg-l-gap" stroke-dasharray="2.6 2" d="M8 1.2L14.8 8 8 14.8 1.2 8z"/>'
        '<path class="sg-l-gap" d="M6.1 6.1l3.8 3.8m0-3.8L6.1 9.9"/>'
    ),
    "voluntary_only": mark_safe(
        '<circle class="sg-l-vol" cx="8" cy="8" r="6.1"/><circle class="sg-vol" cx="8" cy="8" r="2.4"/>'
    ),
    "not_mapped": mark_safe(
        '<rect class="sg-l-nm" stroke-dasharray="2.5 1.9" x="1.6" y="1.6" width="12.8" height="12.8" rx="2"/>'
        '<path class="sg-l-nm" d="M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.3M8 11.5v.2" stroke-linecap="round"/>'
    ),
    "none": mark_safe(
        '<circle class="sg-nm" cx="3" cy="8" r="1.1"/><circle class="sg-nm" cx="8" cy="8" r="1.1"/>'
        '<circle class="sg-nm" cx="13" cy="8" r="1.1"/>'
    ),
    "unexpected": mark_safe('<path class="sg-l-vol" d="M8 2.5v11M2.5 8h11" stroke-linecap="round"/>'),
}
NAMES = tuple(_SHAPES)


def sign(name: str) -> SafeString:
    """The sign of a status or mark as inline SVG, hidden from screen readers: the word says it.

    Raises:
        KeyError: no such status or mark.
    """
    return format_html(
        '<svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" '
        'focusable="false">{}</svg>',
        _SHAPES[name],
    )


def shape(name: str) -> SafeString:
    """The sign's shapes alone, to be put into a chart's own SVG."""
    return _SHAPES[name]
