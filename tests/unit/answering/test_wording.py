"""How things are said."""

import datetime as dt
from string import Formatter

import pytest

from political_monitoring.answering import wording
from political_monitoring.answering.wording import amount, day, quoted, stage_sentence
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Evidence, Fact
from political_monitoring.domain.ontology import load_ontology

WHEN = dt.date(2026, 2, 11)


def test_both_languages_say_the_same_things_with_the_same_blanks() -> None:
    def blanks(phrase: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(phrase) if name}

    english, german = wording._PHRASES["en"], wording._PHRASES["de"]
    assert {key: blanks(text) for key, text in english.items()} == {
        key: blanks(text) for key, text in german.items()
    }


def test_days_are_written_as_readers_write_them() -> None:
    assert day(WHEN, "en") == "11 February 2026"
    assert day(dt.date(2020, 3, 1), "de") == "1. März 2020"


@pytest.mark.parametrize(
    ("stage", "language", "sentence"),
    [
        ("passed_house", "en", "H.R. 1 passed the House on 11 February 2026"),
        ("introduced", "en", "H.R. 1 was introduced on 11 February 2026"),
        ("in_force", "en", "H.R. 1 has been in force since 11 February 2026"),
        ("became_law", "en", "H.R. 1 became law on 11 February 2026"),
        ("applies", "en", "H.R. 1 has applied since 11 February 2026"),
        ("in_force", "de", "H.R. 1 ist seit dem 11. Februar 2026 in Kraft"),
        ("partly_applies", "en", "H.R. 1 has applied in part since 11 February 2026"),
        ("passed_house", "de", "H.R. 1 wurde am 11. Februar 2026 vom Repräsentantenhaus beschlossen"),
        ("promulgated", "de", "H.R. 1 – Stand seit dem 11. Februar 2026: Verkündet"),
        ("discharged_senate", "en", "H.R. 1 – status since 11 February 2026: Senate committee discharged"),
        ("never_heard_of", "en", "H.R. 1 – status since 11 February 2026: never heard of"),
    ],
)
def test_a_stage_becomes_a_sentence(stage: str, language: wording.Language, sentence: str) -> None:
    assert stage_sentence("H.R. 1", stage, WHEN, language) == sentence


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_stage_of_the_ontology_can_be_said(language: wording.Language) -> None:
    for stage, known in load_ontology().stages.items():
        sentence = stage_sentence("The Act", stage, WHEN, language)
        assert "2026" in sentence
        spoken = known.labels[language].replace("applies", "has applied").split()
        assert all(word in sentence for word in spoken)


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ("4125000000 EUR", "en", "EUR 4.125 billion"),
        ("4125000000 EUR", "de", "4,125 Milliarden Euro"),
        ("237105540 EUR", "en", "EUR 237,105,540"),
        ("237105540 EUR", "de", "237.105.540 Euro"),
        ("80000000 USD", "en", "USD 80 million"),
        ("0 EUR", "en", "nothing"),
        ("about half", "en", "about half"),
    ],
)
def test_amounts_are_written_as_readers_write_them(
    value: str, language: wording.Language, expected: str
) -> None:
    fact = Fact("f", "s", "fine_amount", Evidence("d", "d#0", Span(0, 1), "x"), value=value)

    assert amount(fact, language) == expected


def test_quotations_nest_and_stay_on_one_line() -> None:
    assert quoted('said “yes”\n and "no"', "en") == "“said 'yes' and 'no'”"
    assert quoted("sagte „ja“", "de") == "„sagte 'ja'“"
