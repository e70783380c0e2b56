import datetime

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from coordination.base import as_of, htmx, views_styleguide

PAGES = ["how-we-count", "accessibility", "privacy"]


class Sample(forms.Form):
    name = forms.CharField(label="Namn", help_text="Som källan skriver det.")
    levels = forms.MultipleChoiceField(
        label="Nivåer", choices=[("n", "Nationell")], widget=forms.CheckboxSelectMultiple
    )
    explicit = forms.BooleanField(label="Uttryckligt", required=False)
    kind = forms.ChoiceField(label="Slag", choices=[("a", "A")], required=False)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_about_the_product_are_open_to_everybody(client, settings, page, prefix):
    settings.ANONYMOUS_READING = False
    response = client.get(f"{prefix}/{page}/")
    assert response.status_code == 200
    html = response.text
    assert "<h1>" in html and 'id="main"' in html and "style=" not in html
    assert f'<html lang="{prefix.strip("/") or "sv"}">' in html


@pytest.mark.django_db
def test_the_frame_links_to_the_same_page_in_the_other_language_with_its_query(client):
    html = client.get("/privacy/?as_of=2022-06-30").text
    assert 'href="/en/privacy/?as_of=2022-06-30" lang="en"' in html


@pytest.mark.django_db
def test_logging_out_is_a_post(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("karin@example.org", "x", name="Karin Berg"))
    html = client.get("/privacy/").text
    assert "Karin Berg" in html
    assert '<form method="post" action="/accounts/logout/">' in html


@pytest.mark.django_db
def test_the_login_page_keeps_where_one_was_going(client):
    html = client.get("/accounts/login/?next=/privacy/").text
    assert 'name="next"' in html and "/privacy/" in html and "ds-input" in html


@pytest.mark.django_db
def test_every_component_of_the_style_guide_renders(rf):
    request = rf.get("/styleguide/?as_of=2022-06-30")
    request.user, request.csp_nonce = AnonymousUser(), "n0nce"
    as_of.attach(request, today=datetime.date(2026, 3, 1))
    with translation.override("sv"):
        html = views_styleguide.components(request).text
    assert "Slocknade samtidigt" in html and html.count('role="img"') >= 8
    assert "style=" not in html and "onclick" not in html


def test_a_field_is_described_by_its_help_and_its_error():
    html = str(Sample({"name": ""}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html and html.count('id="id_name_error"') == 1
    assert '<a href="#id_name">' in html and '<a href="#id_levels">' in html and 'id="id_levels"' in html


def test_a_form_without_errors_has_no_summary_and_says_what_is_optional():
    with translation.override("sv"):
        html = str(Sample())
    assert "ds-error-summary" not in html
    assert html.count("(frivilligt)") == 1  # kind; a check box needs no such word
    assert '<legend class="ds-label">Nivåer</legend>' in html


def test_help_and_labels_are_escaped():
    class Sharp(forms.Form):
        name = forms.CharField(label="<b>", help_text="<i>")

    html = str(Sharp({"name": ""}))
    assert "<b>" not in html and "<i>" not in html


@pytest.mark.parametrize(
    ("target", "template"), [("rows", "x.html#rows"), ("other", "x.html"), (None, "x.html")]
)
def test_only_the_matching_target_gets_the_part(rf, target, template):
    request = rf.get("/")
    request.htmx = type("Htmx", (), {"target": target, "__bool__": lambda self: True})()
    response = htmx.render_page(request, "x.html", {}, fragment="rows")
    assert response.template_name == template
    assert response["Vary"] == "HX-Target"
