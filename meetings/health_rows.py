"""What a network's health in a year is computed from, and in which words it is said."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from coordination.base.models import User
from coordination.base.templatetags.samsyn import number
from mandates.models import Mandate
from meetings import health
from meetings.health import Facts, Level
from meetings.models import Action, HealthAnswer
from network.models import Actor, Collaboration, Convener, Encounter, Network, Seat

ONE_DAY = datetime.timedelta(days=1)
NAMES: dict[str, str | Promise] = {
    health.OUTCOMES: gettext_lazy("Define common outcomes"),
    health.ACCOUNTABILITY: gettext_lazy("Ensure accountability"),
    health.CULTURES: gettext_lazy("Bridge organisational cultures"),
    health.LEADERSHIP: gettext_lazy("Identify and sustain leadership"),
    health.ROLES: gettext_lazy("Clarify roles and responsibilities"),
    health.PARTICIPANTS: gettext_lazy("Include relevant participants"),
    health.RESOURCES: gettext_lazy("Leverage resources and information"),
    health.AGREEMENTS: gettext_lazy("Develop and update written guidance and agreements"),
}
QUESTIONS: dict[str, str | Promise] = {
    health.OUTCOMES: gettext_lazy("We have agreed on what we are to achieve together."),
    health.CULTURES: gettext_lazy("We understand each other's ways of working and words."),
    health.ROLES: gettext_lazy("It is clear who does what."),
    health.RESOURCES: gettext_lazy("We share the people, money and information that the work needs."),
}
LEVELS: dict[int, str | Promise] = {
    Level.NOT_AT_ALL: pgettext_lazy("practice", "Not at all"),
    Level.PARTLY: pgettext_lazy("practice", "Partly"),
    Level.MOSTLY: pgettext_lazy("practice", "Mostly"),
    Level.FULLY: pgettext_lazy("practice", "Fully"),
}
SIGNS = {Level.NOT_AT_ALL: "gap", Level.PARTLY: "goes_dark", Level.MOSTLY: "thin", Level.FULLY: "covered"}


@dataclass(frozen=True)
class Row:
    """One practice in one year. `level` None: not known; `is_hidden`: the members', for those at the table."""

    practice: str
    level: Level | None
    basis: str
    is_asked: bool
    comments: tuple[str, ...] = ()
    is_hidden: bool = False

    @property
    def name(self) -> str | Promise:
        return NAMES[self.practice]

    @property
    def word(self) -> str | Promise:
        if self.is_hidden:
            return _("Known to the network")
        return LEVELS[self.level] if self.level is not None else _("Not known")

    @property
    def sign(self) -> str:
        return SIGNS[self.level] if self.level is not None and not self.is_hidden else "not_mapped"


def facts_of(network: Network, year: int, today: datetime.date, *, at_the_table: bool) -> Facts:
    """What the register knows of the network in the part of `year` up to `today`. Ten queries or so, whatever the size."""
    first, until = datetime.date(year, 1, 1), min(datetime.date(year + 1, 1, 1), today + ONE_DAY)
    first = max(first, network.valid_from or first)
    until = min(until, network.valid_until or until)
    if until <= first:
        return Facts()
    day = until - ONE_DAY
    convened: set[datetime.date] = set()
    during = Q(valid_from=None) | Q(valid_from__lt=until)
    during &= Q(valid_until=None) | Q(valid_until__gt=first)
    for row in Convener.objects.filter(during, network=network):
        start, end = max(first, row.valid_from or first), min(until, row.valid_until or until)
        convened |= {start + n * ONE_DAY for n in range((end - start).days)}
    seated = set(Seat.objects.filter(during, network=network).values_list("actor_id", flat=True))
    mandated = _mandated(network, day)
    encounters = Encounter.objects.filter(network=network, date_from__isnull=False)
    held = None
    if encounters.exists():
        held = (
            encounters.filter(date_from__lt=until)
            .filter(Q(date_until__gt=first) | Q(date_until=None, date_from__gte=first))
            .count()
        )
    due, in_time = _actions(network, first, until) if at_the_table else (None, 0)
    agreed = (
        Collaboration.objects.filter(during, citations__isnull=False)
        .annotate(ours=Count("sides__actor", filter=Q(sides__actor__in=seated), distinct=True))
        .filter(ours__gte=2)
    )
    return Facts(
        days=(until - first).days,
        convened=len(convened),
        mandated=len(mandated),
        seated=len(mandated & seated),
        held=held,
        due=due,
        in_time=in_time,
        has_purpose=bool(network.purpose_sv or network.purpose_en),
        is_written=network.citations.exists(),
        agreements=agreed.count(),
    )


def _mandated(network: Network, day: datetime.date) -> set[int]:
    """Organisations with a decided mandate in the network's areas, at its level, in force on `day`."""
    areas = [area.pk for area in network.areas.all()]
    rows = Mandate.objects.as_of(day).filter(
        status=Mandate.Status.DECIDED, holder__is_group=False, levels=network.level
    )
    rows = rows.filter(area__in=areas) if areas else rows.filter(area=None)
    return set(rows.values_list("holder_id", flat=True))


def _actions(network: Network, first: datetime.date, until: datetime.date) -> tuple[int, int]:
    rows = Action.objects.filter(item__meeting__network=network, due__gte=first, due__lt=until).exclude(
        state=Action.State.DROPPED
    )
    done = [
        row
        for row in rows
        if row.closed_at is not None and row.due is not None and row.closed_at.date() <= row.due
    ]
    return len(rows), len(done)


def table(network: Network, year: int, today: datetime.date, *, at_the_table: bool) -> list[Row]:
    """The eight practices in `year`, each with what its level comes from."""
    facts = facts_of(network, year, today, at_the_table=at_the_table)
    levels = health.computed(facts) if facts.days else {}
    bases = _bases(facts)
    given: dict[str, list[int]] = defaultdict(list)
    comments: dict[str, list[str]] = defaultdict(list)
    for answer in HealthAnswer.objects.filter(network=network, year=year).select_related("actor"):
        given[answer.practice].append(answer.value)
        if answer.comment:
            comments[answer.practice].append(f"{answer.actor.name}: {answer.comment}")
    answers = health.answered(given)
    rows = []
    for name in health.PRACTICES:
        if name in health.COMPUTED:
            rows.append(
                Row(
                    name,
                    levels.get(name),
                    bases[name] if facts.days else _("The network did not exist."),
                    False,
                )
            )
            continue
        found = answers.get(name)
        hidden = found is not None and not at_the_table
        rows.append(
            Row(
                name,
                found.level if found is not None and not hidden else None,
                _("The members have answered; the network sees what.") if hidden else _said(found),
                True,
                () if hidden else tuple(comments[name]),
                hidden,
            )
        )
    return rows


def _said(found: health.Answered | None) -> str:
    if found is None:
        return _("No member has answered this year.")
    text = ngettext(
        "%(n)s member answers %(mean)s of 4.",
        "%(n)s members answer %(mean)s of 4 on average, from %(low)s to %(high)s.",
        found.count,
    )
    return text % {
        "n": found.count,
        "mean": number(found.mean, 1),
        "low": found.lowest,
        "high": found.highest,
    }


def _bases(facts: Facts) -> dict[str, str]:
    held = (
        _("No meeting is recorded, which is no proof that it has not met.")
        if facts.held is None
        else ngettext("%(n)s meeting held in the year.", "%(n)s meetings held in the year.", facts.held)
        % {"n": facts.held}
    )
    through = ""
    if facts.due:
        through = " " + _("%(done)s of %(due)s actions that fell due were done in time.") % {
            "done": facts.in_time,
            "due": facts.due,
        }
    return {
        health.LEADERSHIP: _("Somebody convened it on %(some)s of %(days)s days.")
        % {"some": facts.convened, "days": facts.days},
        health.PARTICIPANTS: _(
            "%(some)s of %(all)s actors with a mandate in its areas at its level have a seat."
        )
        % {"some": facts.seated, "all": facts.mandated}
        if facts.mandated
        else _("Nobody has a mandate in its areas at its level."),
        health.ACCOUNTABILITY: held + through,
        health.AGREEMENTS: " ".join(
            [
                _("It has a purpose.") if facts.has_purpose else _("No purpose is recorded."),
                _("A document says so.") if facts.is_written else _("No document is cited."),
                ngettext(
                    "%(n)s sourced collaboration between its seats.",
                    "%(n)s sourced collaborations between its seats.",
                    facts.agreements,
                )
                % {"n": facts.agreements},
            ]
        ),
    }


def years(network: Network, today: datetime.date) -> list[int]:
    """The years that there is something to say of, latest first; at most ten."""
    known = [
        network.valid_from,
        *(
            rows.aggregate(first=Min(name))["first"]
            for rows, name in (
                (network.encounters.all(), "date_from"),
                (network.conveners.all(), "valid_from"),
                (network.seats.all(), "valid_from"),
            )
        ),
    ]
    first = min((day for day in known if day), default=None)
    begun = first.year if first else today.year
    last = min(today, network.valid_until - ONE_DAY).year if network.valid_until else today.year
    return list(range(last, max(begun, last - 9) - 1, -1))


@transaction.atomic
def answer(
    network: Network,
    actor: Actor,
    year: int,
    values: dict[str, tuple[int, str]],
    *,
    user: User,
    now: datetime.datetime,
) -> None:
    """Keep what a member says of the practices; said again in the same year, the later counts."""
    for practice, (value, comment) in values.items():
        HealthAnswer.objects.update_or_create(
            network=network,
            actor=actor,
            year=year,
            practice=practice,
            defaults={"value": value, "comment": comment, "by": user, "at": now},
        )
