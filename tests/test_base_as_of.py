import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from coordination.base import as_of, changes, context, navigation
from coordination.base.models import PriorityArea, Strategy

D = datetime.date
TODAY = D(2026, 3, 1)


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def strategy(db):
    return Strategy.objects.create(
        slug="mot-segregation",
        name_sv="Mot segregation 2018–2028",
        name_en="Against segregation 2018–2028",
        reference="Ku2018/01462",
        valid_from=D(2018, 7, 1),
        valid_until=D(2029, 1, 1),
        known_until=D(2023, 2, 14),
    )


def request_for(query="", path="/actors/", user=None):
    request = RequestFactory().get(f"{path}{query}")
    request.user = user or AnonymousUser()
    as_of.attach(request, today=TODAY)
    return request


def bar_html(request):
    with translation.override("sv"):
        return render_to_string("_as_of.html", {"bar": request.as_of_bar}, request=request)


@pytest.mark.django_db
def test_an_empty_register_shows_today(settings):
    settings.ANONYMOUS_READING = True
    request = request_for()
    assert request.as_of == TODAY
    assert request.as_of_bar.known_until is None and request.as_of_bar.is_default


def test_the_default_is_the_last_day_that_was_checked(strategy):
    assert request_for().as_of == D(2023, 2, 14)
    Strategy.objects.update(known_until=D(2030, 1, 1))
    assert request_for().as_of == TODAY


def test_of_two_strategies_the_one_in_force_decides(strategy):
    Strategy.objects.create(slug="ny", name_sv="Ny", valid_from=D(2027, 1, 1), known_until=D(2020, 1, 1))
    assert as_of.current_strategy(TODAY) == strategy


@pytest.mark.parametrize(
    "text", ["2022-02-30", "igår", "20220630", "2022-6-3", "0001-01-01", "9999-12-31", "2022-06-30x"]
)
def test_a_date_that_cannot_be_read_shows_the_default_and_says_so(strategy, settings, text):
    settings.ANONYMOUS_READING = True
    request = request_for(f"?as_of={text}")
    assert request.as_of == D(2023, 2, 14)
    assert text in request.as_of_bar.error and "2023-02-14" in request.as_of_bar.error
    html = bar_html(request)
    assert 'aria-invalid="true"' in html and 'role="alert"' in html


def test_markup_in_a_bad_date_is_shown_as_text(strategy, settings):
    settings.ANONYMOUS_READING = True
    assert "<script>" not in bar_html(request_for("?as_of=<script>alert(1)</script>"))


def test_an_empty_date_is_the_default_without_complaint(strategy, settings):
    settings.ANONYMOUS_READING = True
    request = request_for("?as_of=")
    assert request.as_of == D(2023, 2, 14) and request.as_of_bar.error == ""


def test_arrows_lead_to_the_nearest_changes(strategy, settings):
    settings.ANONYMOUS_READING = True
    PriorityArea.objects.create(
        strategy=strategy,
        code="boende",
        name_sv="Boende",
        valid_from=D(2022, 4, 28),
        valid_until=D(2023, 1, 1),
    )
    bar = request_for("?as_of=2022-06-30").as_of_bar
    assert (bar.previous_change, bar.next_change) == (D(2022, 4, 28), D(2023, 1, 1))
    first = request_for("?as_of=2018-07-01").as_of_bar
    assert (first.previous_change, first.next_change) == (None, D(2022, 4, 28))
    assert request_for("?as_of=2150-01-01").as_of_bar.next_change is None


def test_the_changes_are_read_again_when_the_register_has_changed(strategy):
    assert changes.neighbours(D(2020, 1, 1)) == (D(2018, 7, 1), D(2029, 1, 1))
    area = PriorityArea(strategy=strategy, code="boende", name_sv="Boende", valid_from=D(2019, 3, 1))
    area.save()
    assert changes.neighbours(D(2020, 1, 1)) == (D(2019, 3, 1), D(2029, 1, 1))


def test_while_the_register_stands_still_the_changes_cost_one_query(strategy, django_assert_num_queries):
    changes.neighbours(D(2020, 1, 1))
    with django_assert_num_queries(1):
        changes.neighbours(D(2020, 1, 1))


def test_the_day_costs_one_query_and_the_bar_nothing_until_it_is_shown(strategy, django_assert_num_queries):
    with django_assert_num_queries(1):
        request_for("?as_of=2022-06-30")


def test_the_bar_keeps_the_other_parameters_and_drops_the_page(strategy, settings):
    settings.ANONYMOUS_READING = True
    html = bar_html(request_for("?as_of=2022-06-30&area=boende&area=skola&page=3"))
    assert html.count('type="hidden"') == 2 and 'value="skola"' in html
    assert "area=boende&amp;area=skola&amp;as_of=" in html or "as_of=2029-01-01&amp;area=boende" in html
    assert "page=3" not in html
    assert "Till 2023-02-14" in html and "tidigare dag" in html


def test_the_bar_offers_today_on_the_default_day(strategy, settings):
    settings.ANONYMOUS_READING = True
    html = bar_html(request_for())
    assert "Visa i dag" in html and f"as_of={TODAY.isoformat()}" in html


def test_the_bar_tells_nothing_to_who_may_not_read(strategy, settings):
    settings.ANONYMOUS_READING = False
    request = request_for()
    assert not request.as_of_bar
    assert "2023-02-14" not in bar_html(request)


def test_a_view_gets_the_day_from_the_middleware(strategy):
    request = RequestFactory().get("/?as_of=2021-01-01")
    request.user = AnonymousUser()
    as_of.AsOfMiddleware(lambda r: None).process_view(request, lambda r: None, [], {})
    assert request.as_of == D(2021, 1, 1)


def test_navigation_leaves_out_what_does_not_resolve_and_marks_one_current(monkeypatch, rf):
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("b", "Log in", "account_login", 2)
    navigation.register("a", "Reset", "account_reset_password", 1)
    navigation.register("gone", "Gone", "no:such_page", 0)
    shown = navigation.items(rf.get("/accounts/login/"))
    assert [(item.key, item.current) for item in shown] == [("a", False), ("b", True)]
    assert navigation.items(rf.get("/accounts/login/"), navigation.TOOLS) == []


def test_error_pages_get_a_frame_though_no_view_ran(strategy, rf):
    request = rf.get("/missing/")
    request.user = AnonymousUser()
    frame = context.frame(request)
    assert isinstance(request.as_of, D) and "nav" in frame
