"""Recording a decision on an item of an agenda, and reading it.

Opened by whoever runs the meeting, during it or when its minutes are written; they decide which row of the register
the decision changes. The decision's own page is opened from the minutes, or from what cites them, to see what it came
from and what it led to.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base import conflicts, history
from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may
from coordination.base.editing import Conflict, once
from coordination.base.views.rows import int_or, the_user
from mandates import finding_words, findings_page
from mandates.findings_actions import GONE, MANAGED
from mandates.findings_work import Moment
from meetings import actions, deciding, decision_effects, inviting
from meetings.decision_effects import Choice
from meetings.decision_forms import ActionForm, DecisionForm
from meetings.models import Action, AgendaItem, Decision

CONFLICT, UNUSABLE = 409, 422
ITEMS = AgendaItem.objects.select_related("meeting__network", "finding")
DECISIONS = Decision.objects.select_related("item__meeting__network", "item__finding", "created_by")


@require_http_methods(["GET", "POST"])
def decide(request: Request, slug: str, pk: int) -> HttpResponse:
    """A form for one decision; chosen anew, the form of another change, with what was written kept."""
    item = fetch(request, "edit", ITEMS, pk=pk, meeting__slug=slug)
    user, today = the_user(request), timezone.localdate()
    moment = Moment(user, timezone.now(), today, request.as_of)
    standing = deciding.standing_of(item, today)
    start = item.meeting.local_start
    first_day = start.date() if start and item.finding_day is None else item.finding_day or today
    choices = decision_effects.choices(item, standing.body, first_day)
    named = {choice.name: choice for choice in choices}
    data = request.POST if request.method == "POST" else None
    wanted = request.POST.get("change") if data is not None else request.GET.get("change")
    if wanted is None and choices and choices[0].closes:
        wanted = choices[0].name
    chosen = named.get(wanted or "")
    form = DecisionForm(data, choices=choices, shown=chosen, initial={"mark": standing.mark})
    switching = data is not None and form.asks_for_another
    if switching:
        form = DecisionForm(
            None,
            choices=choices,
            shown=chosen,
            initial={"text": request.POST.get("text", ""), "mark": standing.mark},
        )
    row_form = row = None
    if chosen is not None:
        try:
            row_form, row = decision_effects.form_of(
                chosen, standing.body, first_day=first_day, data=None if switching else data
            )
        except LookupError:
            chosen = None
    context: dict[str, Any] = {
        "item": item,
        "meeting": item.meeting,
        "form": form,
        "chosen": chosen,
        "row_form": row_form,
        "standing": standing,
        "queues": chosen is not None and chosen.kind in decision_effects.GIVEN,
        "may_decide_now": item.meeting.state in deciding.DECIDES,
    }
    status = 200
    if data is not None and not switching:
        status = UNUSABLE
        valid = form.is_valid()
        if row_form is not None:
            valid = row_form.is_valid() and valid
        if valid:
            answer = _decided(request, item, form, chosen, row_form, row, moment, context)
            if answer is not None:
                return answer
            status = context.pop("status", UNUSABLE)
    return render(request, "meetings/decide.html", context, status=status)


def _decided(
    request: Request,
    item: AgendaItem,
    form: DecisionForm,
    chosen: Choice | None,
    row_form: Any,
    row: Any,
    moment: Moment,
    context: dict[str, Any],
) -> HttpResponse | None:
    made: list[Decision] = []

    def act() -> str:
        made.append(
            deciding.decide(
                item,
                text=form.cleaned_data["text"],
                moment=moment,
                choice=chosen,
                form=row_form,
                row=row,
                seen_mark=form.cleaned_data["mark"],
            )
        )
        return str(made[-1].get_absolute_url())

    try:
        url, done = once(form.cleaned_data.get("submit_key"), moment.user, act)
    except inviting.NotNow:
        context["not_now"] = True
        context["may_decide_now"] = False
    except deciding.Locked:
        form.add_error(None, _locked())
    except deciding.Moved as moved:
        names = (
            findings_page.names_of(findings_page.actors_of((moved.now.body or {}).get("actors") or ()))
            if (moved.now)
            else {}
        )
        context["moved"] = moved
        context["differences"] = [finding_words.difference(one, names) for one in moved.differences]
        form.data = posted = request.POST.copy()
        posted["mark"] = moved.now.fingerprint if moved.now else ""
    except Conflict as conflict:
        context["clashes"] = _clashes(request, chosen, row_form, conflict.current)
        context["conflict"] = True
        if conflict.current is not None:
            row_form.data = row_form.data.copy()
            row_form.data["row-version"] = str(conflict.current.version)
    else:
        if done:
            _say(request, made[0])
        return HttpResponseRedirect(url)
    context["status"] = CONFLICT
    return None


def _clashes(request: Request, chosen: Choice | None, form: Any, current: Any) -> list[conflicts.Row]:
    """What somebody changed meanwhile, field by field."""
    if chosen is None or current is None:
        return []
    shown = chosen.noun.form_class(instance=current)
    base = history.version_at(chosen.noun, current, int_or(request.POST.get("row-version")), shown)
    theirs = shown.raw_values(current)
    return conflicts.rows(shown, base.values, theirs, base.values) if base is not None else []


def _locked() -> str:
    return _(
        "The minutes wait for approval or are approved. Take them back, or have them opened again, to add to them."
    )


def _say(request: Request, decision: Decision) -> None:
    effect = decision.effect or {}
    if "proposal" in effect:
        said = _("The decision is recorded, and the change waits for a coordinator.")
    elif effect.get("result") == GONE:
        said = _("The decision is recorded, the register is changed, and the finding closes on %(day)s.")
    elif effect.get("result") == MANAGED:
        said = _(
            "The decision is recorded, the register is changed, and the overlap is managed from %(day)s."
        )
    elif effect:
        said = _("The decision is recorded, and the register is changed.")
    else:
        said = _("The decision is recorded.")
    messages.success(request, said % {"day": effect.get("day", "")})


@require_safe
def decision(request: Request, pk: int) -> HttpResponse:
    """A decision between what it came from and what it led to; whoever runs the meeting adds actions to it."""
    row = fetch(request, "view", DECISIONS, pk=pk)
    item = row.item
    context = {
        "decision": row,
        "item": item,
        "meeting": item.meeting,
        "effect": decision_effects.shown(row.effect),
        "place": deciding.place_of(row),
        "sees_finding": item.finding is not None and may(request.user, "view", item.finding),
        "actions": actions.with_state(row.actions.select_related("owner"), timezone.localdate()),
        "form": ActionForm(initial={"decision": row.pk}) if may(request.user, "edit", row) else None,
    }
    return render(request, "meetings/decision.html", context)


@require_http_methods(["GET", "POST"])
def new_action(request: Request, slug: str, pk: int) -> HttpResponse:
    """An action that an item gives, by a decision or without one."""
    item = fetch(request, "edit", ITEMS, pk=pk, meeting__slug=slug)
    form = ActionForm(request.POST if request.method == "POST" else None, item=item)
    if form.is_valid():

        def add() -> str:
            made: Action = form.save(commit=False)
            made.item, made.decision = item, form.cleaned_data["decision"]
            deciding.give(made)
            back = made.decision or item.meeting
            return f"{back.get_absolute_url()}#actions"

        try:
            url, done = once(form.cleaned_data.get("submit_key"), the_user(request), add)
        except deciding.Locked:
            form.add_error(None, _locked())
        else:
            if done:
                messages.success(request, _("The action is recorded."))
            return HttpResponseRedirect(url)
    context = {"item": item, "meeting": item.meeting, "form": form}
    status = UNUSABLE if form.is_bound else 200
    return render(request, "meetings/action_form.html", context, status=status)
