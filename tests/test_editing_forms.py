"""New, edit, conflict, double submit and bad input, through the URLs."""

import datetime
import uuid

import pytest
from django.db import connection
from django.urls import reverse

from coordination.base import nouns
from coordination.base.models import Citation, Submission
from mandates.models import Mandate
from network.models import Actor, ActorName, Collaboration, Contact, Encounter, Identifier, Seat
from tests import factories as f

pytestmark = pytest.mark.django_db

EVERY_FACTORY = {
    "actor": f.ActorFactory,
    "group": f.GroupFactory,
    "actor-name": f.ActorNameFactory,
    "identifier": f.IdentifierFactory,
    "actor-parent": f.ActorParentFactory,
    "group-member": f.GroupMemberFactory,
    "contact": f.ContactFactory,
    "collaboration": f.CollaborationFactory,
    "network": f.NetworkFactory,
    "seat": f.SeatFactory,
    "convener": f.ConvenerFactory,
    "encounter": f.EncounterFactory,
    "milestone": f.MilestoneFactory,
    "document": f.DocumentFactory,
    "place": f.PlaceFactory,
    "mandate": f.MandateFactory,
    "expectation": f.ExpectationFactory,
    "strategy": f.StrategyFactory,
    "area": f.PriorityAreaFactory,
    "function": f.FunctionFactory,
}


@pytest.fixture
def coordinator(client):
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


def post_data(response, **changes):
    """What a browser would send for the form on a page, with `changes`; None leaves a field out."""
    form = response.context["form"]
    data = {}
    for bound in form:
        raw = bound.value()
        widget = bound.field.widget
        name = bound.html_name
        if hasattr(widget, "PARTS"):
            for index, part in enumerate(widget.PARTS):
                data[f"{name}-{part}"] = [row[index] for row in raw or []]
        elif hasattr(widget, "widgets_names"):
            for suffix, value in zip(widget.widgets_names, raw or ["", ""], strict=True):
                data[f"{name}{suffix}"] = value
        elif isinstance(raw, bool):
            if raw:
                data[name] = "on"
        elif raw is not None:
            data[name] = raw
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


def edit(client, row, **changes):
    noun = nouns.noun_of(row)
    url = noun.url("edit", row)
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    return client.post(url, post_data(page, **changes))


SOURCE = {
    "sources-document": [""],
    "sources-place": [""],
    "sources-label": ["Regeringen 2022"],
    "sources-url": ["https://www.regeringen.se/"],
}


@pytest.mark.parametrize("key", sorted(EVERY_FACTORY))
def test_every_noun_has_a_form_that_saves_what_it_shows(client, coordinator, key):
    row = EVERY_FACTORY[key]()
    noun = nouns.noun_of(row)
    assert noun.key == key
    page = client.get(noun.url("edit", row))
    assert page.status_code == 200
    # Nothing changed: nothing is saved.
    unchanged = client.post(noun.url("edit", row), post_data(page, reason="Skäl"))
    assert unchanged.status_code == 302, unchanged.context["form"].errors
    row.refresh_from_db()
    assert row.version == 1
    field = "role_sv" if key == "contact" else "reference" if key == "document" else "note"
    saved = edit(client, row, **{field: "Rättat"}, reason="Skäl", **SOURCE)
    assert saved.status_code == 302, saved.context["form"].errors
    row.refresh_from_db()
    assert (getattr(row, field), row.version) == ("Rättat", 2)


@pytest.mark.parametrize("key", sorted({n.key for n in nouns.all_nouns()}))
def test_every_noun_has_a_page_for_a_new_row(client, coordinator, key):
    noun = next(n for n in nouns.all_nouns() if n.key == key)
    assert client.get(noun.url("new")).status_code == 200
    assert client.post(noun.url("new"), {}).status_code == 422
    assert key in EVERY_FACTORY


@pytest.mark.parametrize(
    "key", sorted(n.key for n in nouns.all_nouns() if "valid_to" in n.form_class().fields)
)
def test_every_noun_with_a_period_can_be_ended(client, coordinator, key):
    row = EVERY_FACTORY[key]()
    noun = nouns.noun_of(row)
    page = client.get(noun.url("end", row))
    assert page.status_code == 200
    data = post_data(page, reason="Skäl", **SOURCE) | {
        "valid_to_date": "2030-12-31",
        "valid_to_precision": "",
    }
    ended = client.post(noun.url("end", row), data)
    assert ended.status_code == 302, ended.context["form"].errors
    row.refresh_from_db()
    assert row.valid_to == datetime.date(2030, 12, 31)


def new_mandate(client, **changes):
    holder = Actor.objects.filter(slug="boverket").first() or f.ActorFactory(
        slug="boverket", name_sv="Boverket"
    )
    function = f.FunctionFactory()
    strategy = f.StrategyFactory()
    data = {
        "holder": "boverket",
        "title_sv": "Följa upp",
        "kind": "instruction",
        "strategy": strategy.slug,
        "area": "",
        "function": function.code,
        "levels": ["national"],
        "status": "decided",
        "confidence": "stated",
        "valid_from_date": "2023",
        "valid_to_date": "2023-12",
        "submit_key": str(uuid.uuid4()),
        **SOURCE,
        **changes,
    }
    response = client.post(reverse("mandates:mandate-new"), {k: v for k, v in data.items() if v is not None})
    return holder, response


def test_new_mandate_stores_dates_as_half_open_with_precision_and_its_source(client, coordinator):
    holder, response = new_mandate(client)
    assert response.status_code == 302, response.context["form"].errors
    mandate = Mandate.objects.get()
    assert mandate.code == "folja-upp" and mandate.holder == holder
    assert (str(mandate.valid_from), mandate.from_precision) == ("2023-01-01", "year")
    assert (str(mandate.valid_until), mandate.to_precision) == ("2024-01-01", "month")
    assert list(mandate.levels.values_list("code", flat=True)) == ["national"]
    assert mandate.citations.get().label == "Regeringen 2022"
    assert mandate.history.first().history_user == coordinator


def test_a_mandate_without_source_needs_a_coordinators_reason(client, coordinator):
    without = dict.fromkeys(SOURCE, [])
    _, refused = new_mandate(client, **without)
    assert refused.status_code == 422 and "sources" in refused.context["form"].errors
    _, saved = new_mandate(client, **without, reason="Beslutet är inte publicerat")
    assert saved.status_code == 302


def test_double_submit_makes_one_row_and_leads_to_it(client, coordinator):
    key = str(uuid.uuid4())
    _, first = new_mandate(client, submit_key=key)
    _, second = new_mandate(client, submit_key=key)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url and Mandate.objects.count() == 1 and Submission.objects.count() == 1


def test_the_second_of_two_submits_leads_to_the_row_also_when_it_is_found_wrong(client, coordinator):
    """Of two at once, the second is checked against what the first has just stored: its id is taken, say."""
    key = str(uuid.uuid4())
    _, first = new_mandate(client, submit_key=key, code="foo")
    _, second = new_mandate(client, submit_key=key, code="foo")
    assert (second.status_code, second.url) == (302, first.url) and Mandate.objects.count() == 1
    mandate = Mandate.objects.get()
    url = nouns.noun_of(mandate).url("edit", mandate)
    data = post_data(client.get(url), title_sv="Efter", reason="r", **SOURCE)
    assert client.post(url, data).status_code == 302
    assert client.post(url, data | {"title_sv": ""}).status_code == 302
    assert client.post(url, data | {"title_sv": "", "submit_key": str(uuid.uuid4())}).status_code == 422


def test_another_users_key_does_not_lead_to_their_row(client, coordinator):
    key = str(uuid.uuid4())
    new_mandate(client, submit_key=key)
    client.force_login(f.CoordinatorFactory())
    _, other = new_mandate(client, submit_key=key, title_sv="Annat")
    assert other.status_code == 422
    assert Mandate.objects.count() == 1


def test_second_editor_gets_the_conflict_page_and_loses_nothing(client, coordinator):
    mandate = f.MandateFactory(title_sv="Före")
    url = nouns.noun_of(mandate).url("edit", mandate)
    mine = post_data(client.get(url), title_sv="Mitt", note="<b>min</b> anteckning", reason="r", **SOURCE)
    theirs = post_data(client.get(url), title_sv="Deras", legal_basis="SFS 2018:1", reason="r", **SOURCE)
    assert client.post(url, theirs).status_code == 302
    page = client.post(url, mine)
    assert page.status_code == 409
    mandate.refresh_from_db()
    assert mandate.title_sv == "Deras" and mandate.note == ""
    rows = {row.name: row for row in page.context["rows"]}
    assert (rows["title_sv"].base, rows["title_sv"].theirs, rows["title_sv"].yours) == (
        "Före",
        "Deras",
        "Mitt",
    )
    assert (
        rows["title_sv"].is_clash
        and rows["note"].chosen == "yours"
        and rows["legal_basis"].chosen == "theirs"
    )
    assert b"&lt;b&gt;min&lt;/b&gt;" in page.content and b"<b>min</b>" not in page.content

    def resolve(**keep):
        data = dict(page.context["carried"]) | {
            "resolve": "1",
            "version": page.context["version"],
            "base": page.context["base_number"],
            "submit_key": page.context["submit_key"],
            "reason": "r",
        }
        return client.post(url, data | keep)

    undecided = resolve(**{"keep-note": "yours", "keep-legal_basis": "theirs"})
    assert undecided.status_code == 409 and undecided.context["missing"]
    done = resolve(**{"keep-title_sv": "yours", "keep-note": "yours", "keep-legal_basis": "theirs"})
    assert done.status_code == 302
    mandate.refresh_from_db()
    assert (mandate.title_sv, mandate.legal_basis, mandate.note) == (
        "Mitt",
        "SFS 2018:1",
        "<b>min</b> anteckning",
    )


def test_two_hundred_rounds_of_two_editors_overwrite_nothing(client, coordinator):
    place = f.PlaceFactory(note="0")
    url = nouns.noun_of(place).url("edit", place)
    overwritten = 0
    page = client.get(url)
    # One after the other, no database has anything to decide; at once it has, in test_editing_threads.
    rounds = 200 if connection.vendor == "sqlite" else 20
    for n in range(rounds):
        place.refresh_from_db()
        base = post_data(page, version=place.version)
        first = client.post(url, base | {"note": f"first {n}", "submit_key": str(uuid.uuid4())})
        second = client.post(url, base | {"note": f"second {n}", "submit_key": str(uuid.uuid4())})
        place.refresh_from_db()
        overwritten += place.note != f"first {n}"
        assert (first.status_code, second.status_code) == (302, 409)
    assert overwritten == 0 and place.version == rounds + 1


def test_edit_of_a_row_removed_meanwhile_shows_what_was_written(client, coordinator):
    place = f.PlaceFactory()
    noun = nouns.noun_of(place)
    url = noun.url("edit", place)
    mine = post_data(client.get(url), note="Mycket arbete")
    removed = client.post(noun.url("remove", place), {"version": 1, "reason": "Fel"})
    assert removed.status_code == 302
    page = client.post(url, mine)
    assert page.status_code == 410 and b"Mycket arbete" in page.content
    assert client.get(url).status_code == 404


def test_removal_of_a_row_edited_meanwhile_is_refused(client, coordinator):
    place = f.PlaceFactory()
    edit(client, place, note="Nytt")
    noun = nouns.noun_of(place)
    page = client.post(noun.url("remove", place), {"version": 1, "reason": "Fel"})
    assert page.status_code == 200 and page.context["error"]
    place.refresh_from_db()


# Bad input


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("valid_from_date", "2022-02-30"),
        ("valid_from_date", "2022-13"),
        ("valid_from_date", "30 feb"),
        ("valid_from_date", "0001"),
        ("valid_from_date", "9999-12-31"),
        ("valid_from_date", "２０２２"),
        ("valid_from_precision", "century"),
        ("valid_to_date", "1999"),
        ("holder", "finns-inte"),
        ("holder", "x" * 10_000),
        ("kind", "unknown-kind"),
        ("strategy", "' OR 1=1"),
        ("area", "a/b/c"),
        ("function", "99999999999999999999"),
        ("levels", ["galactic"]),
        ("levels", []),
        ("title_sv", "x" * 10_000),
        ("title_sv", ""),
        ("status", "maybe"),
        ("amount_sek_per_year", "9" * 30),
        ("amount_sek_per_year", "-1"),
        ("report_due", "2022-02-30"),
        ("submit_key", "no-uuid"),
        ("successor", "UPP-missing"),
        ("territory_places", ["atlantis"]),
        ("code", "new"),
        ("code", "a/b"),
        ("sources-url", ["javascript:alert(1)"]),
        ("sources-document", ["no such document"]),
        ("sources-label", ["x" * 10_000]),
    ],
)
def test_bad_input_answers_with_a_message_and_saves_nothing(client, coordinator, field, value):
    _, response = new_mandate(client, **{field: value})
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not Mandate.objects.exists() and not Citation.objects.exists()


@pytest.mark.parametrize("field", ["holder", "kind", "title_sv"])
def test_a_nul_is_refused_in_words_and_saves_nothing(client, coordinator, field):
    _, response = new_mandate(client, **{field: "a\x00b"})
    assert response.status_code == 400 and "Inget har sparats" in response.text
    assert not Mandate.objects.exists()


def test_markup_in_a_name_stays_text(client, coordinator):
    name = "<script>alert(1)</script>"
    _, response = new_mandate(client, title_sv=name)
    assert response.status_code == 302
    page = client.get(nouns.noun_of(Mandate).url("edit", Mandate.objects.get()))
    assert name.encode() not in page.content and b"&lt;script&gt;alert(1)" in page.content


def test_missing_version_is_refused(client, coordinator):
    place = f.PlaceFactory()
    assert edit(client, place, version=None, note="x").status_code == 422
    assert edit(client, place, version="99999999999999999999", note="x").status_code in (409, 422)
    place.refresh_from_db()
    assert place.version == 1


# Actors


def new_actor(client, **changes):
    data = {
        "name_sv": "Håbo kommun",
        "kind": "municipality",
        "level": "local",
        "confidence": "stated",
        "submit_key": str(uuid.uuid4()),
    }
    return client.post(reverse("network:actor-new"), data | changes)


def test_actor_gets_a_transliterated_id_and_the_place_code_on_collision(client, coordinator):
    f.PlaceFactory(code="0305", name_sv="Håbo")
    f.ActorFactory(slug="habo", name_sv="Helt annat")
    assert new_actor(client, name_sv="Håbo", place="0305").status_code == 302
    assert Actor.objects.filter(slug="habo-0305").exists()


def test_near_duplicate_is_warned_about_and_can_be_created_anyway(client, coordinator):
    f.ActorFactory(slug="socialstyrelsen", name_sv="Socialstyrelsen")
    warned = new_actor(client, name_sv="Social-styrelsen")
    assert warned.status_code == 422 and b"create_anyway" in warned.content
    assert Actor.objects.count() == 1
    assert new_actor(client, name_sv="Social-styrelsen", create_anyway="on").status_code == 302
    assert Actor.objects.count() == 2


def test_renaming_keeps_the_id_and_the_old_name(client, coordinator):
    actor = f.ActorFactory(slug="gamla", name_sv="Gamla verket", name_en="Old agency")
    response = edit(client, actor, name_sv="Nya verket", keep_old_name="on", renamed_on_date="2021-07-01")
    assert response.status_code == 302, response.context["form"].errors
    actor.refresh_from_db()
    name = ActorName.objects.get()
    assert (actor.slug, actor.name_sv) == ("gamla", "Nya verket")
    assert (name.name_sv, str(name.valid_until), name.actor) == ("Gamla verket", "2021-07-01", actor)


def test_a_former_name_finds_its_actor(client, coordinator):
    holder = f.ActorFactory(slug="boverket", name_sv="Boverket")
    f.ActorNameFactory(actor=holder, name_sv="Statens planverk")
    _, response = new_mandate(client, holder="statens PLANVERK")
    assert response.status_code == 302


def test_group_form_is_not_the_organisations(client, coordinator):
    group = f.GroupFactory()
    assert client.get(f"/actors/{group.slug}/edit/").status_code == 404
    assert client.get(f"/groups/{group.slug}/edit/").status_code == 200


@pytest.mark.parametrize(
    ("value", "anyway", "status"),
    [
        ("202100-5489", "", 302),
        ("202100-5488", "", 422),
        ("202100-5488", "on", 302),
        ("640823-3234", "", 422),
        ("640823-3234", "on", 422),
        ("19640823-3234", "on", 422),
    ],
)
def test_org_numbers(client, coordinator, value, anyway, status):
    actor = f.ActorFactory()
    data = {
        "actor": actor.slug,
        "scheme": "se-orgnr",
        "value": value,
        "confidence": "stated",
        "submit_key": str(uuid.uuid4()),
    }
    response = client.post(
        reverse("network:identifier-new"), data | ({"accept_warning": anyway} if anyway else {})
    )
    assert response.status_code == status
    assert Identifier.objects.count() == (status == 302)


# What hangs on rows


def test_participants_are_edited_on_the_collaboration_and_kept_in_its_history(client, coordinator):
    a, b, c = f.ActorFactory.create_batch(3)
    row = f.CollaborationFactory(participants=[a, b])
    response = edit(client, row, participants=[c.slug, a.name_sv], reason="Byte", **SOURCE)
    assert response.status_code == 302, response.context["form"].errors
    assert [side.actor for side in row.sides.all()] == [c, a]
    page = client.get(nouns.noun_of(row).url("history", row))
    changes = {change.label: change for v in page.context["page"].object_list for change in v.changes}
    assert (
        changes["Deltagare" if "Deltagare" in changes else "Participants"].after
        == f"{c.name_sv}, {a.name_sv}"
    )


def test_an_encounter_known_by_year_covers_the_year(client, coordinator):
    network = f.NetworkFactory()
    data = {
        "title_sv": "Möte",
        "kind": "network_meeting",
        "network": network.slug,
        "date_from_date": "2021",
        "confidence": "stated",
        "participants": [],
        "submit_key": str(uuid.uuid4()),
    }
    response = client.post(reverse("network:encounter-new"), data)
    assert response.status_code == 302, response.context["form"].errors
    row = Encounter.objects.get()
    assert (str(row.date_from), str(row.date_until), row.date_precision) == (
        "2021-01-01",
        "2022-01-01",
        "year",
    )


def test_end_asks_only_for_the_last_day_and_its_source(client, coordinator):
    seat = f.SeatFactory()
    url = nouns.noun_of(seat).url("end", seat)
    page = client.get(url)
    assert set(page.context["form"].row_fields) == {"valid_to", "sources"}
    data = post_data(page, valid_to_date="2022-12-31", role_sv="smuggled", **SOURCE)
    assert client.post(url, data).status_code == 302
    seat.refresh_from_db()
    assert (str(seat.valid_until), seat.to_precision, seat.role_sv) == ("2023-01-01", "day", "medlem")
    assert Seat.objects.count() == 1


def test_member_edits_own_contact_and_no_other(client):
    own, other = f.ContactFactory(), f.ContactFactory()
    member = f.MembershipFactory(actor=own.actor).user
    client.force_login(member)
    assert edit(client, own, phone="08-123 45 67").status_code == 302
    assert Contact.objects.get(pk=own.pk).phone == "08-123 45 67"
    assert client.get(f"/contacts/{other.pk}/edit/").status_code in (403, 404)


def test_member_adds_a_collaboration_only_with_its_own_actor(client):
    member = f.MembershipFactory()
    a, b = f.ActorFactory.create_batch(2)
    client.force_login(member.user)
    data = {
        "title_sv": "Ny samverkan",
        "kind": "agreement",
        "confidence": "stated",
        "valid_from_date": "2022",
        **SOURCE,
    }
    url = reverse("network:collaboration-new")
    foreign = client.post(url, data | {"participants": [a.slug, b.slug], "submit_key": str(uuid.uuid4())})
    assert foreign.status_code == 422 and not Collaboration.objects.exists()
    own = client.post(
        url, data | {"participants": [a.slug, member.actor.slug], "submit_key": str(uuid.uuid4())}
    )
    assert own.status_code == 302
