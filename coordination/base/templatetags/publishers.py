"""Who published a document, by name and with a link."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coordination.base import publishers
from coordination.base.models import Document
from coordination.base.templatetags.samsyn import asof

register = template.Library()


@register.simple_tag(takes_context=True)
def publisher_of(context: Context, document: Document) -> SafeString | str:
    """The publisher's name, with a link to its page where there is one. One query for a page."""
    found = publishers.of_documents(context.get("request")).get(document.publisher)
    if found is None:
        return document.publisher
    return (
        format_html('<a href="{}">{}</a>', asof(context, found.url), found.name) if found.url else found.name
    )
