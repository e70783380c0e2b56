import pytest
from babel.messages.catalog import Catalog

from tools.check_messages import compare


def catalogue(*messages):
    result = Catalog(locale="sv")
    for message in messages:
        result.add(*message)
    return result


@pytest.mark.parametrize(
    ("used", "translated", "said"),
    [
        (("Actors",), None, "no translation"),
        (("Actors",), ("Actors", ""), "no translation"),
        (("%(n)s of %(all)s",), ("%(n)s of %(all)s", "%(n)s av alla"), "lost placeholder %(all)s"),
        (("%(n)s rows",), ("%(n)s rows", "%(antal)s rader"), "unknown placeholder %(antal)s"),
        ((("row", "rows"),), (("row", "rows"), ("rad", "")), "no translation"),
    ],
)
def test_a_missing_or_broken_translation_is_named(used, translated, said):
    problems = compare(used=catalogue(used), translated=catalogue(translated) if translated else catalogue())
    assert len(problems) == 1
    assert said in problems[0]


def test_a_complete_catalogue_passes():
    messages = [
        ("Actors", "Aktörer"),
        (("One row", "%(n)s rows"), ("En rad", "%(n)s rader")),
    ]
    used = catalogue(*[(message[0],) for message in messages])
    assert compare(used=used, translated=catalogue(*messages, ("No longer used", "Används inte"))) == []
