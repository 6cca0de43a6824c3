"""Nothing is taken from a model that the document does not have."""

from typing import Any

import pytest

from political_monitoring.domain.ontology import load_ontology
from political_monitoring.extraction.llm.checking import NO_DAY, NO_QUOTE, NO_VALUE
from political_monitoring.extraction.llm.forms import Verdict
from political_monitoring.extraction.llm.merging import compare, decide
from political_monitoring.extraction.llm.naming import NOT_IN_SCHEMA, NOT_NAMED

from .conftest import Answered

TEXT = (
    "Since 4 May 2025 the Harbour Alliance has been against the Tidal Power Act. "
    "Brenda Oxley belongs to the Harbour Alliance until 1 June 2026."
)
THINGS = {
    "Harbour Alliance": "LobbyGroup",
    "Tidal Power Act": "Regulation",
    "Brenda Oxley": "Politician",
    "Globex": "Company",
    "Tidal  Power\nAct": "Regulation",
}
OPPOSES = {
    "subject": "Harbour Alliance",
    "predicate": "opposes",
    "object": "the Tidal Power Act",
    "quote": "the Harbour Alliance has been against the Tidal Power Act",
    "on": "2025-05-04",
}
ACT = "Regulation:tidal power act"
ALLIANCE = "LobbyGroup:harbour alliance"


def test_a_fact_with_its_words_names_and_day_is_taken(answered: Answered) -> None:
    found = answered(TEXT, THINGS, OPPOSES)
    assert found.told() == {(ALLIANCE, "opposes", ACT, "2025-05-04")}
    fact = found.facts[0]
    assert fact.evidence.span.of(TEXT) == fact.evidence.quote == OPPOSES["quote"]
    assert fact.confidence < 1
    assert found.dropped == {NOT_NAMED: 1}  # Globex
    assert {one.entity_id for one in found.named.mentions} == {one.id for one in found.named.new}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"quote": "the Harbour Alliance has always loathed the Tidal Power Act"}, NO_QUOTE),
        ({"quote": ""}, NO_QUOTE),
        ({"predicate": "loathes"}, NOT_IN_SCHEMA),
        ({"subject": "Globex"}, NOT_NAMED),
        ({"object": "Nobody"}, NOT_NAMED),
        ({"object": "Harbour Alliance"}, NOT_IN_SCHEMA),
        ({"object": "Brenda Oxley", "predicate": "adopts"}, NOT_IN_SCHEMA),
        ({"object": ""}, NO_VALUE),
        ({"object": "", "value": "with all its might"}, NO_VALUE),
        ({"object": "", "predicate": "status", "value": "loathed"}, NO_VALUE),
    ],
)
def test_what_the_text_or_the_schema_does_not_have_is_dropped(
    answered: Answered, wrong: dict[str, Any], why: str
) -> None:
    found = answered(TEXT, {**THINGS, "Globex": "Company"}, OPPOSES | wrong)
    assert found.facts == ()
    assert found.dropped[why] == 1 + (why == NOT_NAMED)


def test_a_day_that_the_document_does_not_name_is_not_taken(answered: Answered) -> None:
    found = answered(
        TEXT, THINGS, OPPOSES | {"on": "2019-01-01"}, OPPOSES | {"on": "soon", "predicate": "supports"}
    )
    assert {day for *_, day in found.told()} == {None}
    assert found.dropped[NO_DAY] == 2


def test_without_a_day_the_quoted_words_or_the_document_date_it(answered: Answered) -> None:
    dated = OPPOSES | {"on": "", "quote": "Since 4 May 2025 the Harbour Alliance has been against"}
    assert {day for *_, day in answered(TEXT, THINGS, dated).told()} == {"2025-05-04"}
    assert {day for *_, day in answered(TEXT, THINGS, OPPOSES | {"on": ""}).told()} == {"2026-01-15"}
    assert {day for *_, day in answered(TEXT, THINGS, OPPOSES | {"on": ""}, date=None).told()} == {None}


def test_an_end_is_taken_only_behind_the_beginning(answered: Answered) -> None:
    member = {
        "subject": "Brenda Oxley",
        "predicate": "member_of",
        "object": "Harbour Alliance",
        "quote": "Brenda Oxley belongs to the Harbour Alliance",
        "until": "2026-06-01",
    }
    [fact] = answered(TEXT, THINGS, member).facts
    assert fact.invalid_at is not None
    assert fact.invalid_at.date().isoformat() == "2026-06-01"
    [fact] = answered(TEXT, THINGS, member | {"until": "2025-05-04", "on": "2026-06-01"}).facts
    assert fact.invalid_at is None


@pytest.mark.parametrize(
    ("predicate", "value", "quote", "stored"),
    [
        ("enters_into_force", "2026-08-02", "enters into force on 2 August 2026", "2026-08-02"),
        ("enters_into_force", "2026-08-03", "enters into force on 2 August 2026", None),
        ("vote_result", "311 – 40", "with 311 votes to 40", "311-40"),
        ("vote_result", "311-41", "with 311 votes to 40", None),
        ("status", "parliament_approved", "with 311 votes to 40", "parliament_approved"),
        ("designated_as", "landmark", "called it a landmark", None),
    ],
)
def test_values_stand_in_the_quoted_words(
    answered: Answered, predicate: str, value: str, quote: str, stored: str | None
) -> None:
    text = (
        "The plenary backed the Tidal Power Act with 311 votes to 40. It enters into force on 2 August 2026. "
        "Members called it a landmark."
    )
    fact = {"subject": "Tidal Power Act", "predicate": predicate, "value": value, "quote": quote}
    found = answered(text, {"Tidal Power Act": "Regulation"}, fact)
    assert [one.value for one in found.facts] == ([stored] if stored else [])


def test_names_are_resolved_as_local_extraction_does(answered: Answered) -> None:
    text = "The Harbour Alliance opposes Regulation (EU) 2024/1689, the AI Act. The Act is long."
    things = {
        "AI Act": "Policy",
        "Regulation (EU) 2024/1689": "Document",
        "The Act": "Bill",
        "Harbour Alliance": "LobbyGroup",
    }
    found = answered(text, things, title="On Regulation (EU) 2024/1689")
    ids = {found.named.by_name[name] for name in ("ai act", "regulation (eu) 2024/1689", "act")}
    assert ids == {"celex:32024R1689"}
    assert [one.id for one in found.named.new] in ([], [ALLIANCE])


def test_what_the_rules_found_stays_unless_the_words_prove_it_wrong(answered: Answered) -> None:
    text = "The Senate passed the Tidal Power Act on 4 May 2025."
    status = {
        "subject": "Tidal Power Act",
        "predicate": "status",
        "value": "passed_house",
        "quote": "passed the Tidal Power Act",
        "on": "2025-05-04",
    }
    found = answered(text, {"Tidal Power Act": "Bill"}, status, jurisdiction="US")
    rules, model = found.local.facts, found.facts
    assert [one.value for one in rules] == ["passed_senate"]
    [case] = found.compared.cases
    assert (case.rules, case.model) == (rules[0], model[0])
    expected = {"first": rules, "second": model, "both": (*rules, *model), "neither": ()}
    for holds, facts in expected.items():
        held, overruled = decide(rules, found.compared, [Verdict(case=1, holds=holds)])
        assert held == facts
        assert overruled == (holds in ("first", "neither"))
    assert decide(rules, found.compared, [Verdict(case=7, holds="second")]) == (rules, 1)
    same = compare(rules, rules, load_ontology())
    assert (same.new, same.cases) == ((), ())
