"""What the list of findings says of itself, in a headline and a few sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base.wording import listed
from mandates import finding_words
from mandates.findings_list import Listed


def headline(every: Listed, sees_all: bool) -> str:
    """What weighs most, in a sentence: unmanaged overlaps, then tasks that nobody holds.

    Whoever sees only what is published learns nothing of the rest, not even that there is none.
    """
    unmanaged = sum(1 for item in every.counted if item.row.is_unmanaged)
    unheld = sum(1 for item in every.counted if item.group == finding_words.ASSIGN)
    parts = []
    if unmanaged:
        parts.append(
            ngettext("%(n)s overlap that nobody manages", "%(n)s overlaps that nobody manages", unmanaged)
            % {"n": unmanaged}
        )
    if unheld:
        parts.append(
            ngettext(
                "%(n)s expected task that nobody holds", "%(n)s expected tasks that nobody holds", unheld
            )
            % {"n": unheld}
        )
    if parts:
        said = listed(parts)
        return said[:1].upper() + said[1:]
    if every.counted:
        return ngettext("%(n)s finding to look at", "%(n)s findings to look at", len(every.counted)) % {
            "n": len(every.counted)
        }
    return _("Nothing to decide") if sees_all else _("Findings")


def lead(every: Listed, sees_all: bool) -> str:
    """How many in all, and how many of them somebody has decided about."""
    day = every.found.as_of.isoformat()
    counted = every.counted
    if not sees_all:
        if not counted:
            return _(
                "What the rules find in the register: tasks that nobody holds, overlaps, what has lost its owner."
            )
        return ngettext(
            "A reviewer has published %(n)s finding of those that the rules give on %(day)s.",
            "A reviewer has published %(n)s findings of those that the rules give on %(day)s.",
            len(counted),
        ) % {"day": day, "n": len(counted)}
    decided = sum(1 for item in counted if item.disposition is not None)
    said = [
        ngettext(
            "On %(day)s the rules find %(n)s thing to judge.",
            "On %(day)s the rules find %(n)s things to judge.",
            len(counted),
        )
        % {"day": day, "n": len(counted)}
    ]
    if counted:
        said.append(
            ngettext(
                "Somebody has decided about %(n)s of them.",
                "Somebody has decided about %(n)s of them.",
                decided,
            )
            % {"n": decided}
            if decided
            else _("Nobody has decided about any of them yet.")
        )
    if not any(item.row.is_unmanaged for item in counted):
        said.append(_("No overlap is unmanaged."))
    return " ".join(said)
