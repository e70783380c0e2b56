"""“Cite this”: a dated permanent link, a fingerprint and a text ready to copy, for any row's page."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coordination.base import citing, nouns

register = template.Library()


@register.inclusion_tag("_cite.html", takes_context=True)
def cite_this(context: Context, row: Any) -> dict[str, Any]:
    """How to cite `row` on the page's day. A few queries, as many for a thousand parts as for one."""
    request = context["request"]
    day = request.as_of
    url = request.build_absolute_uri(f"{row.get_absolute_url()}?{urlencode({'as_of': day.isoformat()})}")
    mark = citing.fingerprint(row, day)
    bar = request.as_of_bar
    text = _(
        "“%(title)s” (%(kind)s %(id)s). Samsyn, %(strategy)s, as of %(as_of)s, read %(today)s. "
        "Fingerprint %(fingerprint)s. %(url)s"
    ) % {
        "title": row,
        "kind": nouns.noun_of(row).kind,
        "id": citing.key_of(row),
        "strategy": bar.strategy_name if bar else "",
        "as_of": day.isoformat(),
        "today": timezone.localdate().isoformat(),
        "url": url,
        "fingerprint": mark,
    }
    return {
        "text": text.replace("Samsyn, ,", "Samsyn,"),
        "url": url,
        "fingerprint": mark,
        "check_url": f"{reverse('base:cite')}?{urlencode({'link': url, 'fingerprint': mark})}",
        "day": day,
    }
