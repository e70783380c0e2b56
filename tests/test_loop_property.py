"""After any sequence of decisions, the findings that are kept are those that the register itself gives."""

import datetime
from random import Random

import pytest
from django.core.cache import cache
from django.http import QueryDict

from mandates import findings_refresh, register_snapshot, thresholds
from mandates.findings_store import on
from mandates.findings_work import Moment
from mandates.models import Finding
from mandates.rules import findings
from meetings import deciding, decision_effects
from meetings.models import AgendaItem
from network.models import Network
from tests import factories as f
from tests import findings_register

pytestmark = pytest.mark.django_db
DAY = findings_register.DAY
NOW = datetime.datetime(2023, 2, 14, 12, tzinfo=datetime.UTC)


@pytest.fixture
def world():
    cache.clear()
    return findings_register.make()


def from_scratch():
    return {one.key for one in findings(register_snapshot.read(), DAY, thresholds.current())}


def raw(form, **changes):
    data = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        if hasattr(widget, "decompress"):
            for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=True):
                data[f"{bound.html_name}{suffix}"] = part or ""
        elif isinstance(value, (list, tuple)):
            data[bound.html_name] = list(value)
        elif value not in (None, False):
            data[bound.html_name] = value
    return data | changes


def decide(item, which, actor, day, user):
    """Take the decision `which` of those that the item offers, as far as its form can be filled; whether it was."""
    standing = deciding.standing_of(item, DAY)
    choices = decision_effects.choices(item, standing.body, DAY)
    choice = choices[which % len(choices)]
    form, row = decision_effects.form_of(choice, standing.body, first_day=day)
    filled = {
        "row-actor": actor.slug,
        "row-holder": actor.slug,
        "row-title_sv": f"Beslutat {which}",
        "row-kind": form.fields["kind"].options[0].key if "kind" in form.fields else "",
    }
    if "participants" in form.fields and not form["participants"].value():
        filled["row-participants"] = [actor.slug, f.ActorFactory().slug]
    names = {f"row-{name}" for name in form.fields}
    data = raw(form, **{name: value for name, value in filled.items() if name in names and value})
    form, row = decision_effects.form_of(choice, standing.body, first_day=day, data=posted_of(data))
    if not form.is_valid():
        return False
    moment = Moment(user, NOW, DAY, DAY)
    deciding.decide(item, text="Vi beslutar.", moment=moment, choice=choice, form=form, row=row)
    return True


def posted_of(data):
    posted = QueryDict(mutable=True)
    for name, value in data.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    return posted


@pytest.mark.parametrize("seed", range(10))
def test_the_findings_after_any_decisions_are_those_from_scratch(world, seed):
    random = Random(seed)
    user = f.CoordinatorFactory(is_reviewer=True)
    f.CollaborationFactory(valid_until=datetime.date(2019, 1, 1))  # so that there is a kind of them
    findings_refresh.follow(DAY, NOW)
    open_keys = sorted(from_scratch())
    meeting = f.MeetingFactory(network=Network.objects.first(), state="invited")
    actors = f.ActorFactory.create_batch(2)
    taken = []
    for position in range(random.randint(4, 7)):
        item = f.AgendaItemFactory(
            meeting=meeting,
            position=position,
            kind=AgendaItem.Kind.FINDING,
            finding=Finding.objects.get(key=random.choice(open_keys)),
        )
        day = DAY - datetime.timedelta(random.choice([0, 1, 30, 400]))
        taken.append(decide(item, random.randrange(12), random.choice(actors), day, user))
        scratch = from_scratch()
        assert {row.key for row in on(DAY).rows} == scratch
        # What closed at once is gone; the worker leaves the rest as the register has it.
        closed = set(Finding.objects.filter(is_open=False).values_list("key", flat=True))
        assert not closed & scratch
    findings_refresh.follow(DAY, NOW + datetime.timedelta(minutes=1))
    assert set(Finding.objects.filter(is_open=True).values_list("key", flat=True)) == from_scratch()
    assert sum(taken) >= 2  # the sequence did change something
