import datetime
import json
import re
from pathlib import Path
from string import Formatter

import pytest

from mandates import explain, rules
from mandates.explain import Names, as_json, explanation, listed, what_would_close, why_not
from mandates.explain_texts import LACKS, REASONS, WORDS
from mandates.rules import findings
from tests.segregation import load

D = datetime.date
NAMES = Names(load())
DAYS = [
    D(2018, 9, 1),
    D(2020, 6, 30),
    D(2021, 6, 30),
    D(2022, 6, 30),
    D(2023, 2, 14),
    D(2024, 1, 1),
    D(2024, 6, 1),
]


def said(key, day, language="sv"):
    return next(explanation(f, NAMES)[language] for f in findings(load(), day) if f.key == key)


def test_a_gap_is_told_in_both_languages():
    day = D(2023, 2, 14)
    assert said("gap:X02", day) == (
        "Ingen aktör har uppgiften ”Sektorsövergripande nationell samordning”. Delmos hade den t.o.m. 2022-12-31. "
        "Den 2023-02-14 har den varit utan ansvarig i 45 dagar."
    )
    assert said("gap:X02", day, "en") == (
        "Nobody holds the task “Cross-sector national coordination”. Delmos held it until 2022-12-31. "
        "On 2023-02-14 it has been without an owner for 45 days."
    )


def test_an_end_is_told_no_more_exactly_than_it_is_known():
    assert "Delmos hade den t.o.m. 2021." in said("gap:X11", D(2023, 2, 14))


def test_what_would_close_a_gap_names_every_property_that_is_asked():
    gap = next(f for f in findings(load(), D(2023, 2, 14)) if f.key == "gap:X10")
    assert what_would_close(gap, NAMES)["sv"] == [
        "Ett beslutat uppdrag av slaget statsbidrag enligt förordning om ”Statsbidrag” över alla områden, "
        "på lokal nivå, som namnger strategins mål."
    ]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_finding_is_told_in_whole_sentences(day):
    for finding in findings(load(), day):
        texts = [*explanation(finding, NAMES).values()]
        texts += [text for way in what_would_close(finding, NAMES).values() for text in way]
        for text in texts:
            assert text.endswith(".") and text[0].isupper() or text[0] in "”“0123456789"
            assert not re.search(r"[{}]|None|  | \.|, ?\.|\.\.(?!\.)|datetime|frozenset", text), text


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_finding_is_plain_json(day):
    for finding in findings(load(), day):
        plain = as_json(finding, NAMES)
        assert json.loads(json.dumps(plain)) == plain


def test_the_two_languages_use_the_same_facts():
    def facts(template):
        texts = template if isinstance(template, tuple) else (template,)
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}

    for key, texts in explain.TEXTS.items():
        assert facts(texts["sv"]) == facts(texts["en"]), key
    for words in (WORDS, REASONS, LACKS):
        assert words["sv"].keys() == words["en"].keys()


def test_every_message_of_the_rules_has_words():
    """Also those that no date of the first case gives."""
    folder = Path(rules.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    literal = set(re.findall(r'Message\(\s*"([\w.]+)"', source))
    literal |= set(re.findall(r'"((?:unmet|orphaned|dangling|absent_holder|stale|close)\.[\w.]+)"', source))
    assert literal <= explain.TEXTS.keys()
    assert len(literal) > 40


def test_reasons_why_a_row_does_not_count():
    assert why_not("level", "sv") == "annan nivå"


def test_names_with_commas_are_kept_apart():
    assert listed(["Housing, Building and Planning", "SCB", "Skolverket"], "en") == (
        "Housing, Building and Planning; SCB and Skolverket"
    )
