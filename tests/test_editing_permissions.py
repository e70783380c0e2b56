"""Which fields a person may change: every field of every row is posted as every role."""

import datetime

import pytest
from django.db.models import Model
from django.forms.models import model_to_dict

from coordination.base import nouns
from coordination.base.authorisation import LoginRequired
from network.models import Convener, Seat
from tests import factories as f
from tests.test_editing_forms import EVERY_FACTORY, SOURCE, post_data

pytestmark = pytest.mark.django_db
ROLES = ("anonymous", "reader", "stranger", "member", "convener", "reviewer", "coordinator", "disabled")
# What a role may change through the edit form, beside a coordinator's.
MAY = {
    ("member", "contact"): {"role_sv", "role_en", "name", "email", "phone"},
    ("member", "seat"): {"role_sv", "role_en"},
}
CONVENERS_OWN = ("network", "convener", "encounter", "seat")
LOGIN = type("Login", (), {"status_code": 302})()  # asked to log in: the answer is a page of another part
ALWAYS = {"version", "updated_at", "sort_sv", "sort_en"}


def login(client, role: str, row: Model) -> None:
    if role == "anonymous":
        return
    about = {"actor": lambda: row, "group": lambda: row, "mandate": lambda: row.holder}
    key = nouns.noun_of(row).key
    if role == "member":
        actor = about[key]() if key in about else getattr(row, "actor", None)
        user = f.MembershipFactory(actor=actor or f.ActorFactory()).user
    elif role == "convener":
        network = row if key == "network" else getattr(row, "network", None) or f.NetworkFactory()
        user = f.MembershipFactory(actor=f.ConvenerFactory(network=network).actor).user
    elif role == "stranger":
        user = f.MembershipFactory().user
    elif role == "reviewer":
        user = f.ReviewerFactory()
    elif role == "coordinator":
        user = f.CoordinatorFactory()
    else:
        user = f.UserFactory()
    client.force_login(user)
    if role == "disabled":
        user.is_coordinator, user.is_active = True, False
        user.save()


def ask(send, *args):
    try:
        return send(*args)
    except LoginRequired:
        return LOGIN


def stored(row: Model) -> dict:
    fresh = type(row)._base_manager.get(pk=row.pk)
    values = {field.attname: getattr(fresh, field.attname) for field in fresh._meta.concrete_fields}
    many = model_to_dict(fresh, [field.name for field in fresh._meta.many_to_many])
    return values | {name: sorted(related.pk for related in found) for name, found in many.items()}


def everything(row: Model) -> dict:
    """Every model field by its own name, set to something else; whatever is listed in no form is ignored."""
    data: dict = {}
    for field in row._meta.concrete_fields:
        kind = field.get_internal_type()
        value = {
            "BooleanField": "on",
            "DateField": "2001-01-01",
            "DateTimeField": "2001-01-01 10:00",
            "JSONField": '{"smuggled": 1}',
        }.get(kind, "7" if "Integer" in kind or field.is_relation else "smuggled")
        data[field.name] = data[field.attname] = value
    return data


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("key", sorted(EVERY_FACTORY))
def test_only_listed_fields_change(client, key, role):
    row = EVERY_FACTORY[key]()
    noun = nouns.noun_of(row)
    before = stored(row)
    login(client, role, row)
    page = ask(client.get, noun.url("edit", row))
    given = everything(row)
    if page.status_code == 200:
        form = page.context["form"]
        listed = set(form.fields)
        # Fields of the form keep valid values; all the others are smuggled in beside them.
        smuggled = {name: value for name, value in given.items() if name not in listed}
        names = {"note": "Rättat"} if "note" in listed else {}
        names |= {"role_sv": "Rättad"} if "role_sv" in listed else {}
        answer = ask(
            client.post, noun.url("edit", row), smuggled | post_data(page, reason="x", **SOURCE, **names)
        )
        assert answer.status_code == 302, answer.context["form"].errors
        changed = {name for name, value in stored(row).items() if before[name] != value} - ALWAYS
        assert changed <= listed, changed - listed
        assert set(names) <= changed
        if role != "coordinator":
            allowed = MAY.get((role, key))
            # Whoever speaks for the convener of this very row is its network's convener.
            convener = role == "convener" and key in CONVENERS_OWN or (role, key) == ("member", "convener")
            assert allowed is not None or convener, (role, key)
            if allowed is not None:
                assert listed - {"version", "submit_key", "reason"} == allowed
    else:
        assert page.status_code in (302, 403, 404)
        answer = ask(client.post, noun.url("edit", row), given | SOURCE | {"version": 1, "reason": "x"})
        assert answer.status_code in (302, 403, 404)
        assert stored(row) == before


@pytest.mark.parametrize("role", [r for r in ROLES if r != "coordinator"])
@pytest.mark.parametrize("key", sorted(EVERY_FACTORY))
def test_new_rows_and_removals_by_role(client, key, role):
    row = EVERY_FACTORY[key]()
    noun = nouns.noun_of(row)
    login(client, role, row)
    may_add = {
        ("collaboration", "member"),
        ("collaboration", "stranger"),
        ("collaboration", "convener"),
        *((k, "convener") for k in ("seat", "convener", "encounter")),
        *((k, "member") for k in ("seat", "convener", "encounter") if key == "convener"),
        *(("contact", r) for r in ("member", "stranger", "convener")),
    }
    assert (ask(client.get, noun.url("new")).status_code == 200) == ((key, role) in may_add)
    removed = ask(client.post, noun.url("remove", row), {"version": 1, "reason": "x"})
    gone = not type(row)._base_manager.filter(pk=row.pk).exists()
    assert gone == ((key, role) == ("contact", "member")), removed.status_code


def test_a_convener_of_the_past_edits_nothing(client):
    past = f.ConvenerFactory(valid_until=datetime.date(2022, 9, 1))
    client.force_login(f.MembershipFactory(actor=past.actor).user)
    assert ask(client.get, nouns.noun_of(past.network).url("edit", past.network)).status_code == 403
    assert Convener.objects.count() == 1


def test_a_convener_does_not_add_seats_to_another_network(client):
    own = f.ConvenerFactory()
    other, actor = f.NetworkFactory(), f.ActorFactory()
    client.force_login(f.MembershipFactory(actor=own.actor).user)
    data = {"actor": actor.slug, "confidence": "stated", "valid_from_date": "2022", **SOURCE}
    refused = client.post("/seats/new/", data | {"network": other.slug})
    assert refused.status_code == 422 and not Seat.objects.exists()
    assert client.post("/seats/new/", data | {"network": own.network.slug}).status_code == 302


def test_a_seat_holder_edits_its_role_and_nothing_else(client):
    seat = f.SeatFactory()
    client.force_login(f.MembershipFactory(actor=seat.actor).user)
    page = ask(client.get, nouns.noun_of(seat).url("edit", seat))
    assert set(page.context["form"].row_fields) == {"role_sv", "role_en"}
