"""What an answer rests on, and how figures follow each other."""

import datetime as dt
from dataclasses import replace

import pytest

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Evidence, Fact
from political_monitoring.evidence.citations import Citation
from political_monitoring.evidence.coverage import Coverage, contradictions, measure, revisions


def citation(number: int, document: str, source: str, date: dt.date | None) -> Citation:
    return Citation(number, document, "c" * 64, document, source, None, date, f"{document}#0", "words", 0, 5)


def figure(
    day: int, value: str, predicate: str = "fine_amount", subject: str = "case", document: str = ""
) -> Fact:
    source = document or f"says {value}"
    return Fact(
        id=f"{subject}-{day}-{value}",
        subject=subject,
        predicate=predicate,
        evidence=Evidence(source, f"{source}#0", Span(0, 5), "words"),
        value=value,
        valid_at=dt.datetime(2024, 1, day, tzinfo=dt.UTC),
    )


def test_sources_are_documents_and_publishers_are_counted_once() -> None:
    cited = [
        citation(1, "a", "congress.gov", dt.date(2024, 1, 1)),
        citation(2, "a", "congress.gov", dt.date(2024, 1, 1)),
        citation(3, "b", "congress.gov/actions", dt.date(2024, 3, 1)),
        citation(4, "c", "European Commission", None),
    ]

    ground = measure(cited, dt.date(2024, 4, 1))

    assert (ground.sources, ground.publishers) == (3, 2)
    assert (ground.newest, ground.as_of) == (dt.date(2024, 3, 1), dt.date(2024, 4, 1))


SAID = "the committee adopted its report on fishing in the North Sea by a large majority"


@pytest.mark.parametrize(
    ("passage", "independent"),
    [
        (f"BRUSSELS (Wire) - On Monday {SAID.upper()}, it said.", 1),
        ("The committee adopted its report. Members had asked for more fish in the North Sea.", 2),
        ("", 2),
    ],
)
def test_who_repeats_anothers_words_is_not_independent_of_it(passage: str, independent: int) -> None:
    first = replace(citation(1, "a", "Parliament", None), quote=SAID)
    second = replace(citation(2, "b", "Wire", None), quote="On Monday")
    passages = {1: f"Yesterday {SAID}.", 2: passage}
    assert measure([first, second], None, passages).publishers == independent
    assert measure([second, first], None, passages).publishers == independent


def test_repetition_joins_chains_of_publishers() -> None:
    cited = [replace(citation(n, f"d{n}", f"P{n}", None), quote=SAID) for n in (1, 2, 3)]
    other = replace(citation(4, "d4", "P4", None), quote="Nobody knows.")
    assert measure([*cited, other], None).publishers == 2


def test_nothing_cited_rests_on_nothing() -> None:
    assert measure([], None) == Coverage(None, 0, 0, None, 0)


def test_sources_published_after_the_day_asked_about_are_counted() -> None:
    cited = [citation(n, f"d{n}", "X", dt.date(2024, 1, n)) for n in (1, 2, 3)]

    assert measure(cited, dt.date(2024, 1, 1)).later == 2
    assert measure(cited, None).later == 0


def test_a_later_figure_revises_the_earlier_one() -> None:
    found = revisions([figure(20, "80"), figure(1, "100"), figure(10, "100")])

    assert [(one.earlier.value, one.later.value) for one in found] == [("100", "80")]


def test_two_figures_of_one_day_contradict_each_other() -> None:
    facts = [figure(1, "100"), figure(1, "90")]

    assert [{a.value, b.value} for a, b in contradictions(facts)] == [{"100", "90"}]
    assert revisions(facts) == []


def test_what_one_document_says_alone_contradicts_nobody() -> None:
    facts = [figure(1, "100", document="d"), figure(1, "90", document="d")]

    assert contradictions(facts) == []


def test_figures_of_different_cases_have_nothing_to_do_with_each_other() -> None:
    facts = [figure(1, "100"), figure(1, "90", subject="other case")]

    assert contradictions(facts) == []


def test_stages_of_one_day_are_progress() -> None:
    facts = [figure(1, "introduced", "status"), figure(1, "in_committee", "status")]

    assert contradictions(facts) == revisions(facts) == []
