"""What is done about a finding from its page: dispositions, actions, replies, notes, publication."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from coordination.base.as_of import PARAMETER, Request
from coordination.base.authorisation import require
from coordination.base.editing import Conflict, once
from coordination.base.views.rows import the_user
from mandates import findings_actions, findings_list, findings_page, findings_work
from mandates.findings_actions import Offer, StillThere
from mandates.findings_forms import ActionForm, DispositionForm, NoteForm, ReplyForm
from mandates.findings_seen import Seen, seen_by
from mandates.findings_store import Row
from mandates.findings_work import Moment
from mandates.models import Disposition, Finding, FindingNote, Mandate
from mandates.views.findings import page_of

CONFLICT, UNUSABLE = 409, 422


def moment_of(request: Request) -> Moment:
    as_of: datetime.date = request.as_of
    return Moment(the_user(request), timezone.now(), timezone.localdate(), as_of)


def address_of(request: Request, finding: Finding, fragment: str = "") -> str:
    """The finding's page on the day that the request shows."""
    url = finding.get_absolute_url()
    if request.as_of != request.as_of_default:
        url = f"{url}?{urlencode({PARAMETER: request.as_of.isoformat()})}"
    return f"{url}#{fragment}" if fragment else url


def _seen(request: Request, key: str, action: str) -> Seen:
    return seen_by(request, key, request.as_of, action)


def _held(seen: Seen) -> Row:
    """The finding on the day; what does not hold on it cannot be decided about."""
    if seen.row is None:
        raise Http404
    return seen.row


@require_POST
def dispose(request: Request, key: str) -> HttpResponse:
    """Decide about a finding, or keep a draft of it. An action taken goes on to the change that it makes."""
    seen = _seen(request, key, "dispose")
    row, moment = _held(seen), moment_of(request)
    form = DispositionForm(request.POST, today=moment.today)
    if not form.is_valid():
        return page_of(request, seen, disposition_form=form, status=UNUSABLE)
    cleaned = form.cleaned_data
    acts = cleaned["choice"] == Disposition.Choice.ACTION_TAKEN
    finding = findings_work.record_of(row, moment)
    try:
        findings_work.dispose(
            finding,
            row,
            moment,
            choice=cleaned["choice"],
            reason=cleaned["reason"],
            owner=cleaned["owner"],
            due=cleaned["due"],
            seen_version=cleaned["version"] or 1,
            is_draft=form.is_draft or acts,
        )
    except Conflict:
        latest = findings_list.standing([finding.pk]).get(finding.pk)
        return page_of(
            request, _seen(request, key, "dispose"), disposition_form=form, conflict=latest, status=CONFLICT
        )
    if acts and not form.is_draft:
        return HttpResponseRedirect(f"{finding.get_absolute_url()}action/{_query(request)}")
    if form.is_draft:
        messages.success(request, _("Kept as a draft. Nobody else sees it."))
    else:
        messages.success(request, _("The disposition is made."))
    return HttpResponseRedirect(address_of(request, finding, "disposition"))


def _query(request: Request, **more: str) -> str:
    values = dict(more)
    if request.as_of != request.as_of_default:
        values[PARAMETER] = request.as_of.isoformat()
    return f"?{urlencode(values)}" if values else ""


@require_http_methods(["GET", "POST"])
def act(request: Request, key: str) -> HttpResponse:
    """Choose the change that closes the finding, make it, and cite its source: all in one transaction."""
    seen = _seen(request, key, "act")
    row, moment = _held(seen), moment_of(request)
    offers = findings_actions.offers(seen.body)
    wanted = request.GET.get("change", "")
    chosen = next((offer for offer in offers if offer.name == wanted), None)
    if wanted and chosen is None:
        raise Http404
    context: dict[str, Any] = {
        "seen": seen,
        "title": seen.record.title or seen.record.key,
        "offers": [(offer, _query(request, change=offer.name)) for offer in offers],
        "chosen": chosen,
        "back": address_of(request, seen.record),
    }
    if chosen is None:
        named = Mandate.objects.filter(code__in=[offer.row for offer in offers]).select_related("holder")
        context["rows"] = {row.code: row for row in named}
        return render(request, "mandates/finding_action.html", context)
    data = request.POST if request.method == "POST" else None
    try:
        form, target = findings_actions.form_of(chosen, seen.body, user=moment.user, data=data)
    except LookupError as error:
        raise Http404 from error
    draft = _own_draft(seen, moment)
    why = ActionForm(
        data,
        prefix="why",
        initial={"reason": draft.reason if draft else "", "version": seen.record.version},
    )
    context |= {"form": form, "why": why, "row": target}
    if request.method != "POST":
        return render(request, "mandates/finding_action.html", context)
    status = UNUSABLE
    if form.is_valid() & why.is_valid():
        if not findings_actions.new_sources(form, target):
            form.add_error(
                "sources", _("Cite the source of the change: a document and the place in it, or a page.")
            )
        else:
            answer = _acted(request, seen, row, moment, chosen, form, why, context)
            if answer is not None:
                return answer
            status = context.pop("status", UNUSABLE)
    return render(request, "mandates/finding_action.html", context, status=status)


def _own_draft(seen: Seen, moment: Moment) -> Disposition | None:
    if not seen.is_kept:
        return None
    return seen.record.dispositions.filter(status=Disposition.Status.DRAFT, author=moment.user).first()


def _acted(
    request: Request,
    seen: Seen,
    row: Row,
    moment: Moment,
    offer: Offer,
    form: Any,
    why: ActionForm,
    context: dict[str, Any],
) -> HttpResponse | None:
    finding = findings_work.record_of(row, moment)
    cleaned = why.cleaned_data

    def change() -> str:
        findings_actions.act(
            finding,
            row,
            moment,
            offer=offer,
            form=form,
            reason=cleaned["reason"],
            seen_version=cleaned["version"] or 1,
            even_if_open=cleaned["even_if_open"],
        )
        return address_of(request, finding)

    try:
        url, done = once(form.cleaned_data.get("submit_key"), moment.user, change)
    except StillThere as error:
        why.offer_to_save_anyway()
        context["still_there"] = error.said
        return None
    except Conflict:
        context["conflict"] = True
        context["status"] = CONFLICT
        return None
    if done:
        finding.refresh_from_db()
        if finding.is_open:
            messages.success(request, _("The register is changed, with its source."))
        else:
            messages.success(
                request, _("The register is changed, with its source, and the finding is closed.")
            )
    return HttpResponseRedirect(url)


@require_POST
def reply(request: Request, key: str) -> HttpResponse:
    """Say something on behalf of a named actor; a draft is seen by its author alone."""
    seen = _seen(request, key, "reply")
    row, moment = _held(seen), moment_of(request)
    actors = findings_page.actors_of(seen.body.get("actors") or ())
    parties, _more = findings_page.parties_of(seen.body, actors, [], moment.user, moment.today)
    form = ReplyForm(request.POST, actors=[party.actor for party in parties if party.may_reply])
    if not form.is_valid():
        return page_of(request, seen, reply_form=form, status=UNUSABLE)
    is_draft = "draft" in request.POST
    finding = findings_work.record_of(row, moment)
    findings_work.save_reply(
        finding,
        moment,
        actor=form.cleaned_data["actor"],
        text=form.cleaned_data["text"],
        is_draft=is_draft,
    )
    said = _("Kept as a draft. Nobody else sees it.") if is_draft else _("The reply is sent.")
    messages.success(request, said)
    return HttpResponseRedirect(address_of(request, finding, "replies"))


@require_POST
def note(request: Request, key: str) -> HttpResponse:
    """Note an effect, good or bad, comment, or keep a note of one's own."""
    seen = _seen(request, key, "note")
    row, moment = _held(seen), moment_of(request)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return page_of(request, seen, note_form=form, status=UNUSABLE)
    finding = findings_work.record_of(row, moment)
    kind = form.cleaned_data["kind"]
    findings_work.add_note(finding, moment, kind=kind, text=form.cleaned_data["text"])
    own = kind == FindingNote.Kind.PRIVATE
    messages.success(request, _("Noted. Nobody else sees it.") if own else _("Noted."))
    return HttpResponseRedirect(address_of(request, finding, "notes"))


@require_POST
def publish(request: Request, key: str) -> HttpResponse:
    """Let everybody who may read the register see the finding, or take it back."""
    seen = _seen(request, key, "publish")
    moment = moment_of(request)
    if "withdraw" in request.POST:
        if seen.is_kept and findings_work.withdraw(seen.record, moment):
            messages.success(request, _("The finding is no longer published."))
        return HttpResponseRedirect(address_of(request, seen.record))
    finding = findings_work.record_of(_held(seen), moment)
    if findings_work.publish(finding, moment):
        messages.success(request, _("The finding is published."))
    return HttpResponseRedirect(address_of(request, finding))


@require_POST
def publish_many(request: Request) -> HttpResponse:
    """Publish the findings that were ticked in the list."""
    require(request, "publish", Finding)
    moment = moment_of(request)
    wanted = set(request.POST.getlist("key"))
    rows = [item.row for item in findings_list.listed(request.user, moment.as_of, bodies=True).items]
    done = sum(
        findings_work.publish(findings_work.record_of(row, moment), moment)
        for row in rows
        if row.key in wanted
    )
    if done:
        said = ngettext("%(n)s finding is published.", "%(n)s findings are published.", done)
        messages.success(request, said % {"n": done})
    else:
        messages.info(request, _("Nothing was published: tick the findings first."))
    back = request.POST.get("back", "")
    query = f"?{back}" if back and "\n" not in back and "\r" not in back else _query(request)
    return HttpResponseRedirect(f"../{query}")
