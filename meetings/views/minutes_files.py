"""Approved minutes as files.

Opened by those at the table and by whoever files the case; they decide nothing on it but where to keep it.
"""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch
from meetings import minutes_archive, minutes_report
from meetings.models import Minutes

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}


@require_safe
def download(request: Request, slug: str, format: str) -> HttpResponse:
    """PDF, DOCX, or the package for the archive. The same bytes each time."""
    row = fetch(request, "view", Minutes.objects.select_related("meeting__network"), meeting__slug=slug)
    if row.content is None or row.approved_at is None or format not in TYPES:
        raise Http404
    if format == "zip":
        body = minutes_archive.package(row.content, row.fingerprint, row.approved_at)
    else:
        made = minutes_report.report(row.content, row.fingerprint)
        body = (minutes_report.pdf if format == "pdf" else minutes_report.docx)(made, row.approved_at)
    response = HttpResponse(body, content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="minutes-{row.meeting.slug}.{format}"'
    return response
