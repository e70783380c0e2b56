"""Notes of rows: remarks with documents by their titles, and what the sources disagree about."""

import pytest
from django.template import Context, Template

from coordination.base import remarks
from mandates.models import Mandate
from tests.factories import ActorFactory, DocumentFactory


def drawn(tag, row):
    return Template("{% load remarks %}{% " + tag + " row %}").render(Context({"row": row}))


@pytest.fixture
def disputed(db):
    DocumentFactory(slug="statskontoret-2023-4", title_sv="Arbetet 2023")
    return ActorFactory.build(
        note="MOTSÄGELSE: statskontoret-2023-4 avsnitt 1.2 anger 2022-01-31; andra <b>slutet</b>. Se även bilagan."
    )


def test_a_disagreement_names_documents_by_their_titles_and_what_the_register_uses(disputed):
    html = drawn("disagreement", disputed)
    assert "Arbetet 2023</a> avsnitt 1.2" in html or "Arbetet 2023 avsnitt 1.2" in html
    assert "statskontoret-2023-4" not in html.replace("/documents/statskontoret-2023-4/", "")
    assert "2018-01-01" in html and "<b>slutet" not in html and "Se även" not in html


def test_the_remark_is_the_rest_of_the_note(disputed):
    html = drawn("remark", disputed)
    assert "Se även bilagan." in html and "anger" not in html


@pytest.mark.parametrize("note", ["", "Två myndigheter slogs samman."])
def test_rows_whose_sources_agree_say_nothing_about_it(db, note):
    assert drawn("disagreement", ActorFactory.build(note=note)).strip() == ""


def test_a_note_that_names_no_document_takes_no_query(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert [piece.text for piece in remarks.pieces("Utan källa.")] == ["Utan källa."]


def test_inferred_columns_are_named_as_the_pages_name_them():
    row = Mandate(inferred_fields="valid_to;level;actor;finns_inte;valid_to")
    assert remarks.inferred_words(row) == ["sista dag", "nivåer som avses", "innehavare", "finns inte"]
