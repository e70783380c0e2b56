import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from coordination.base import signs
from coordination.base.panels import Panel

D = datetime.date
EARLIER, CHECKED = D(2022, 6, 30), D(2023, 2, 14)
NBSP = "\N{NO-BREAK SPACE}"


def render(source, language="sv", **values):
    with translation.override(language):
        return Template("{% load samsyn %}" + source).render(Context(values))


def request_on(query="", *, day=EARLIER, default=CHECKED):
    request = RequestFactory().get(f"/actors/{query}")
    request.user = AnonymousUser()
    request.as_of, request.as_of_default = day, default
    return request


def row(**fields):
    empty = {"valid_from": None, "from_precision": "", "valid_to": None, "to_precision": ""}
    return SimpleNamespace(**{**empty, **fields})


@pytest.mark.parametrize("name", signs.NAMES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_status_has_a_sign_and_a_word(name, language):
    html = render("{% status name %}", language, name=name)
    with translation.override(language):
        word = str(signs.WORDS[name])
    assert "<svg" in html and 'aria-hidden="true"' in html and f"</svg>{word}</span>" in html
    assert "style=" not in html


def test_a_status_takes_another_text_a_day_and_the_form_of_a_pill():
    html = render('{% status "goes_dark" "Gäller t.o.m." "pill" day=day %}', day=D(2022, 12, 31))
    assert "Gäller t.o.m. 2022-12-31" in html and 'class="st goes_dark pill"' in html


def test_a_status_nobody_knows_is_written_as_it_is_and_escaped():
    assert render("{% status name %}", name="<b>new</b>") == '<span class="st">&lt;b&gt;new&lt;/b&gt;</span>'


def test_dates_of_a_row_carry_its_precision():
    mandate = row(
        valid_from=D(2022, 9, 1), from_precision="season", valid_to=D(2022, 12, 31), to_precision="day"
    )
    assert render('{{ m|fdate:"valid_from" }}', m=mandate) == "hösten 2022"
    assert render('{{ m|fdate:"valid_to" }}', m=mandate) == "<time>2022-12-31</time>"
    assert render("{% period m %}", m=mandate) == "hösten 2022 – <time>2022-12-31</time>"
    assert (
        render("{{ m|since }}, {{ m|until }}", "en", m=mandate)
        == "from autumn 2022, until <time>2022-12-31</time>"
    )


def test_an_exclusive_end_is_shown_as_the_last_day():
    mandate = row(valid_until=D(2023, 1, 1), to_precision="day")
    assert render('{{ m|fdate:"valid_until" }}', m=mandate) == "<time>2022-12-31</time>"


def test_an_open_period_says_so_in_both_languages():
    assert render("{% period m %}", m=row()) == "start okänd – tills vidare"
    assert render("{{ m|since }} {{ m|until }}", "en", m=row()) == "start unknown until further notice"


def test_numbers_are_grouped_as_the_language_does():
    assert render("{{ n|number }}", n=1234567) == f"1{NBSP}234{NBSP}567"
    assert render("{{ n|number }}", "en", n=1234567) == "1,234,567"
    assert render("{{ n|number:3 }}", n=0.5971) == "0,597"
    assert render("{{ n|number:2 }}", n=-0.2984) == "-0,30"
    assert render("{{ n|number }}", n=57.6) == "58"
    assert render("{{ n|number }}", n=None) == "–"


@pytest.mark.parametrize(
    ("kronor", "swedish"),
    [
        (160_000_000, "160 mnkr"),
        (2_500_000, "2,5 mnkr"),
        (1_250_000_000, "1,2 mdkr"),
        (12_500, "12 500 kr"),
        (None, "–"),
    ],
)
def test_amounts_are_written_as_swedish_agencies_do(kronor, swedish):
    value = None if kronor is None else Decimal(kronor)
    assert render("{{ n|amount }}", n=value) == swedish.replace(" ", NBSP)


def test_text_that_exists_in_one_language_only_is_marked_with_it():
    swedish_only = SimpleNamespace(name_sv="Länsstyrelsen <i>", name_en="", name="Länsstyrelsen <i>")
    assert render('{% local o "name" %}', o=swedish_only) == "Länsstyrelsen &lt;i&gt;"
    assert (
        render('{% local o "name" %}', "en", o=swedish_only)
        == '<span lang="sv">Länsstyrelsen &lt;i&gt;</span>'
    )
    both = SimpleNamespace(name_sv="Kommun", name_en="Municipality", name="")
    assert render('{% local o "name" %}', "en", o=both) == "Municipality"
    assert render('{% local o "name" %}', o=None) == ""


def test_links_keep_the_chosen_day_only_when_it_is_not_the_default():
    source = "{% url_asof 'account_login' %}"
    assert render(source, request=request_on()) == "/accounts/login/?as_of=2022-06-30"
    assert render(source, request=request_on(day=D(2023, 2, 14))) == "/accounts/login/"
    with_query = "{% url_asof 'account_login' query_rule='gap' %}"
    assert render(with_query, request=request_on()) == "/accounts/login/?rule=gap&amp;as_of=2022-06-30"
    assert render("{% asof '/x/?a=1' %}", request=request_on()) == "/x/?a=1&amp;as_of=2022-06-30"
    assert render(source) == "/accounts/login/"


def test_hidden_inputs_carry_the_other_parameters_escaped():
    request = request_on('?as_of=2022-06-30&area=a&area=b&q="><script>')
    html = render("{% query_inputs 'as_of' %}", request=request)
    assert html.count("<input") == 3 and "as_of" not in html and "<script>" not in html


def test_an_export_gets_the_filters_of_the_page_but_not_its_page():
    request = request_on("?area=a&page=3&sort=name")
    html = render("{% querystring_url '/export/' format='csv' %}", request=request)
    assert html == "/export/?area=a&amp;format=csv"


def test_page_numbers_leave_out_what_is_far_away():
    source = "{% page_numbers page as numbers %}{{ numbers|join:',' }}"
    assert render(source, page=Paginator(range(100), 10).page(5)) == "1,2,3,4,5,6,7,0,10"
    assert render(source, page=Paginator(range(1000), 10).page(50)) == "1,0,48,49,50,51,52,0,100"
    assert render(source, page=Paginator(range(10), 10).page(1)) == "1"


@pytest.mark.django_db
def test_sources_name_the_document_its_publisher_and_the_place():
    document = SimpleNamespace(
        slug="s", title_sv="Kommuners arbete", title_en="", publisher="Statskontoret",
        published=D(2023, 2, 14), date_precision="day", url="https://example.org/rapport",
    )  # fmt: skip
    cited = SimpleNamespace(document=document, place="avsnitt 3.2", url="", label="")
    outside = SimpleNamespace(document=None, place="", url="https://www.delmos.se/om", label="Om Delmos")
    html = render("{% sources c %}", "en", c=[cited, outside])
    assert '<span lang="sv">Kommuners arbete</span>' in html
    assert 'Statskontoret <time>2023-02-14</time>, <span lang="sv">avsnitt 3.2</span>' in html
    assert (
        'href="https://www.delmos.se/om" rel="noopener external nofollow"' in html and "www.delmos.se" in html
    )
    assert "Ingen källa" in render("{% sources c %}", c=[])


@pytest.mark.django_db
@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "403_csrf.html", "500.html"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_error_pages_render_without_a_request(template, language):
    from django.template.loader import render_to_string

    with translation.override(language):
        html = render_to_string(template)
    assert f'<html lang="{language}">' in html and "<h1>" in html


def test_a_panel_is_drawn_in_the_pages_context_and_leaves_nothing_behind():
    shown = Panel("_empty.html", {"title": "Tomt <b>", "text": "Här"})
    html = render("{% panel shown %}|{{ title }}|", shown=shown)
    assert "<h2>Tomt &lt;b&gt;</h2>" in html and html.endswith("||")
