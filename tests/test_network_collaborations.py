"""The pages of collaborations: what is current, each side's word, and who may do what from there."""

import datetime

import pytest

from coordination.base.models import CollaborationKind, Proposal
from network.models import Collaboration, Participant
from tests.factories import (
    ActorFactory,
    ActorNameFactory,
    CitationFactory,
    CollaborationFactory,
    CoordinatorFactory,
    DocumentFactory,
    MembershipFactory,
    NetworkFactory,
    PriorityAreaFactory,
    SeatFactory,
    StrategyFactory,
    UserFactory,
)

Date = datetime.date
DAY = {"as_of": "2023-02-14"}


@pytest.fixture
def ties(db):
    """One collaboration of each standing on 2023-02-14, between an agency and four municipalities."""
    StrategyFactory(valid_until=Date(2029, 1, 1))
    agency = ActorFactory(slug="verket", name_sv="Verket för samsyn (VFS)", name_en="")
    towns = [ActorFactory(slug=f"ort-{n}", name_sv=f"Örebro {n}", name_en="") for n in range(4)]
    area = PriorityAreaFactory(code="boende", name_sv="Boende", name_en="Housing")
    funding = CollaborationKind.objects.get(code="funding")
    made = {
        "now": CollaborationFactory(
            code="NU", title_sv="Pågående stöd", kind=funding, participants=[agency, towns[0]], area=area
        ),
        "over": CollaborationFactory(
            code="FORE",
            title_sv="Avslutat stöd",
            participants=[agency, towns[1]],
            valid_until=Date(2021, 1, 1),
            to_precision="year",
        ),
        "no_date": CollaborationFactory(
            code="UTAN",
            title_sv="Odaterat stöd",
            participants=[agency, towns[2]],
            valid_from=None,
            from_precision="",
            confidence="inferred",
        ),
        "later": CollaborationFactory(
            code="SEN", title_sv="Kommande stöd", participants=[agency, towns[3]], valid_from=Date(2024, 1, 1)
        ),
    }
    return agency, towns, made


def codes(response):
    return sorted(row.code for row in response.context["table"].data)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", ["/collaborations/", "/collaborations/NU/", "/collaborations/UTAN/"])
def test_every_page_answers_in_both_languages(client, ties, path, prefix):
    response = client.get(f"{prefix}{path}", DAY)
    assert response.status_code == 200
    assert f'lang="{"en" if prefix else "sv"}"' in response.text


@pytest.mark.parametrize("path", ["/collaborations/", "/collaborations/NU/"])
def test_nobody_reads_where_the_instance_is_closed(client, ties, settings, path):
    settings.ANONYMOUS_READING = False
    response = client.get(path, DAY)
    assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")


def test_a_missing_collaboration_is_not_found(client, ties):
    assert client.get("/collaborations/NN-1/").status_code == 404


def test_what_has_no_date_is_listed_and_never_counted_as_current(client, ties):
    assert codes(client.get("/collaborations/", DAY)) == ["NU"]
    found = {
        when: codes(client.get("/collaborations/", {**DAY, "when": when}))
        for when in ("in_force", "undated", "ended", "coming", "all")
    }
    assert found == {
        "in_force": ["NU"],
        "undated": ["UTAN"],
        "ended": ["FORE"],
        "coming": ["SEN"],
        "all": ["FORE", "NU", "SEN", "UTAN"],
    }
    counts = client.get("/collaborations/", DAY).context["counts"]
    assert counts == {"in_force": 1, "ended": 1, "undated": 1, "coming": 1}
    page = client.get("/en/collaborations/UTAN/", DAY).text
    assert "No date: not counted as current" in page and '<svg class="chart"' not in page


def test_an_undated_one_that_ended_counts_once_as_ended(client, ties):
    Collaboration.objects.filter(code="UTAN").update(valid_until=Date(2020, 1, 1))
    assert codes(client.get("/collaborations/", {**DAY, "when": "undated"})) == []
    assert codes(client.get("/collaborations/", {**DAY, "when": "ended"})) == ["FORE", "UTAN"]
    assert sum(client.get("/collaborations/", DAY).context["counts"].values()) == 4


@pytest.mark.parametrize(
    "query, found",
    [
        ({"q": "pagaende STOD"}, ["NU"]),
        ({"q": "orebro 1"}, ["FORE"]),
        ({"q": "utan"}, ["UTAN"]),
        ({"q": "gammalt namn"}, ["SEN"]),
        ({"q": "finns inte"}, []),
        ({"kind": "funding"}, ["NU"]),
        ({"area": "boende"}, ["NU"]),
        ({"area": "*"}, ["FORE", "SEN", "UTAN"]),
        ({"participant": "ort-3"}, ["SEN"]),
        ({"participant_kind": "municipality"}, []),
        ({"participant_kind": "agency"}, ["FORE", "NU", "SEN", "UTAN"]),
        ({"confidence": "inferred"}, ["UTAN"]),
        ({"area": "finns-inte"}, []),
        ({"when": "<script>"}, []),
    ],
)
def test_facets_narrow_the_list(client, ties, query, found):
    _agency, towns, _made = ties
    ActorNameFactory(actor=towns[3], name_sv="Gammalt namn")
    assert codes(client.get("/collaborations/", {**DAY, "when": "all", **query})) == found


def test_the_order_can_be_chosen_and_turned(client, ties):
    def order(sort):
        table = client.get("/collaborations/", {**DAY, "when": "all", "sort": sort}).context["table"]
        return [row.record.code for row in table.rows]

    assert order("title") == ["FORE", "SEN", "UTAN", "NU"]
    assert order("-title") == ["NU", "UTAN", "SEN", "FORE"]
    assert order("-period")[0] == "SEN"


def test_htmx_gets_the_table_alone(client, ties):
    part = client.get(
        "/collaborations/", DAY, headers={"HX-Request": "true", "HX-Target": "collaboration-table"}
    )
    assert part.text.strip().startswith('<div id="collaboration-table"') and "<html" not in part.text


def test_queries_stay_the_same_however_many_rows(client, db, settings, django_assert_max_num_queries):
    StrategyFactory()
    settings.PAGE_SIZE = 200
    counted = {}
    for many in (10, 150):
        while Collaboration.objects.count() < many:
            CollaborationFactory(participants=ActorFactory.create_batch(3))
        with django_assert_max_num_queries(60) as captured:
            assert client.get("/collaborations/", DAY).status_code == 200
        counted[many] = len(captured)
    assert counted[10] == counted[150]


def test_the_page_says_what_each_side_does_and_has_said(client, ties):
    _agency, towns, made = ties
    side = Participant.objects.get(collaboration=made["now"], actor=towns[0])
    side.confirmed_on = Date(2023, 1, 9)
    side.save()
    page = client.get("/en/collaborations/NU/", DAY).text
    assert "Gives the money" in page and "Receives the money" in page
    assert "Confirmed <time>2023-01-09</time>" in page and "Not confirmed" in page
    assert "Participates" in client.get("/en/collaborations/FORE/", DAY).text


def test_the_page_names_documents_by_their_titles(client, ties):
    document = DocumentFactory(slug="rapport-2023-4", title_sv="Rapporten om arbetet")
    CitationFactory(row=ties[2]["now"], document=document, place="avsnitt 3.2")
    page = client.get("/collaborations/NU/", DAY).text
    assert "Rapporten om arbetet" in page and "avsnitt 3.2" in page


def test_the_page_shows_dates_no_more_precisely_than_they_are_known(client, ties):
    page = client.get("/collaborations/FORE/", DAY).text
    assert "2018-01-01</time> – 2020" in page and "2020-12-31" not in page


def test_the_page_leads_to_what_else_the_two_share(client, ties):
    agency, towns, _made = ties
    CollaborationFactory(code="IGEN", title_sv="En gång till", participants=[towns[0], agency])
    CollaborationFactory(code="EN", title_sv="Bara en av dem", participants=[agency, ActorFactory()])
    network = NetworkFactory(name_sv="Gemensamt nätverk")
    SeatFactory(network=network, actor=agency)
    SeatFactory(network=network, actor=towns[0])
    page = client.get("/collaborations/NU/", DAY)
    assert [row.code for row in page.context["others"]] == ["IGEN"]
    assert page.context["networks"] == [network]


def test_a_participant_that_has_ceased_is_pointed_out(client, ties):
    _agency, towns, _made = ties
    towns[0].valid_until, towns[0].to_precision = Date(2022, 1, 1), "year"
    towns[0].save()
    page = client.get("/en/collaborations/NU/", DAY).text
    assert "no longer exists (until 2021)" in page
    assert "no longer exists" not in client.get("/en/collaborations/NU/", {"as_of": "2021-06-30"}).text


# What each role may do from here


def member_of(actor):
    return MembershipFactory(actor=actor).user


def test_buttons_are_shown_to_those_who_may_press_them(client, ties):
    agency, towns, _made = ties
    edit, propose, end = "/collaborations/NU/edit/", "/collaborations/NU/propose/", "/collaborations/NU/end/"

    def seen(user):
        if user is not None:
            client.force_login(user)
        page = client.get("/collaborations/NU/", DAY).text
        listed = client.get("/collaborations/", DAY).text
        return (
            {name for name, url in (("edit", edit), ("propose", propose), ("end", end)) if f'"{url}' in page},
            '"/collaborations/new/' in listed,
        )

    assert seen(None) == (set(), False)
    assert seen(UserFactory()) == (set(), False)
    assert seen(member_of(towns[1])) == (set(), True)
    assert seen(member_of(agency)) == ({"propose"}, True)
    assert seen(CoordinatorFactory()) == ({"edit", "end"}, True)


def test_contacts_of_the_sides_are_for_members_and_up(client, ties):
    agency, towns, made = ties
    Participant.objects.filter(collaboration=made["now"], actor=towns[0]).update(contact="namn@example.org")
    assert "namn@example.org" not in client.get("/collaborations/NU/", DAY).text
    client.force_login(UserFactory())
    assert "namn@example.org" not in client.get("/collaborations/NU/", DAY).text
    client.force_login(member_of(agency))
    assert "namn@example.org" in client.get("/collaborations/NU/", DAY).text


def test_a_member_keeps_the_contact_of_its_own_side_only(client, ties):
    agency, towns, made = ties
    own = Participant.objects.get(collaboration=made["now"], actor=agency)
    other = Participant.objects.get(collaboration=made["now"], actor=towns[0])
    client.force_login(member_of(agency))
    page = client.get("/collaborations/NU/", DAY).text
    assert f'"/sides/{own.pk}/"' in page and f'"/sides/{other.pk}/"' not in page
    saved = client.post(f"/sides/{own.pk}/", {"contact": "vfs@example.org"})
    assert saved.status_code == 302 and saved["Location"] == "/collaborations/NU/"
    assert client.post(f"/sides/{other.pk}/", {"contact": "vfs@example.org"}).status_code == 403
    wrong = client.post(f"/sides/{own.pk}/", {"contact": "inte en adress"})
    assert wrong.status_code == 422
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.contact, other.contact) == ("vfs@example.org", "")
    assert "vfs" not in str(list(Participant.history.values()))


def test_a_member_confirms_its_own_side_from_the_page(client, ties):
    agency, towns, made = ties
    client.force_login(member_of(agency))
    client.post("/collaborations/NU/confirm/", {"version": made["now"].version})
    said = dict(made["now"].sides.values_list("actor__slug", "confirmed_on"))
    assert said["verket"] is not None and said["ort-0"] is None


def test_a_member_asks_to_end_with_only_the_last_day_to_fill_in(client, ties):
    agency, _towns, made = ties
    client.force_login(member_of(agency))
    page = client.get("/collaborations/NU/", DAY).text
    assert '"/collaborations/NU/propose/?end=1"' in page
    form = client.get("/collaborations/NU/propose/?end=1")
    assert set(form.context["form"].fields) & {"title_sv", "participants", "kind"} == set()
    asked = client.post(
        "/collaborations/NU/propose/?end=1",
        {
            "version": made["now"].version,
            "valid_to_date": "2023-03-31",
            "why": "Stödet är slut.",
            "source": "Beslut 2023-03-01",
        },
    )
    assert asked.status_code == 302
    proposal = Proposal.objects.get()
    assert proposal.changes["fields"].keys() == {"valid_to"} and proposal.status == "pending"
    made["now"].refresh_from_db()
    assert made["now"].valid_until is None


def test_a_title_that_is_markup_is_written_not_run(client, ties):
    Collaboration.objects.filter(code="NU").update(title_sv="<script>alert(1)</script>")
    for path in ("/collaborations/", "/collaborations/NU/"):
        page = client.get(path, DAY).text
        assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page
