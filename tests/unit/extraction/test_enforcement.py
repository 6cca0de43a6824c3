"""Fines from imposition to the last appeal, proceedings, designations, cases."""

from collections.abc import Callable

import pytest

from political_monitoring.domain.facts import Extraction

Facts = Callable[..., set[tuple[str, str, str | None]]]


def fine_facts(result: Extraction) -> set[tuple[str, str, str | None]]:
    return {
        (one.subject, one.value or "", one.valid_at.date().isoformat() if one.valid_at else None)
        for one in result.facts
        if one.predicate == "fine_amount"
    }


def test_a_fine_keeps_its_identity_when_a_court_reduces_it(read: Callable[..., Extraction]) -> None:
    imposed = read("On 18 July 2018 the European Commission fined Google EUR 4.34 billion.")
    reduced = read(
        "On 14 September 2022 the General Court reduced the fine on Google from EUR 4.34 "
        "billion to EUR 4.125 billion."
    )
    german = read(
        (
            "Am 14. September 2022 senkte das Gericht die Geldbuße gegen Google von 4,34 auf "
            "4,125 Milliarden Euro."
        ),
        language="de",
    )
    fine = "EnforcementAction:google eur 4300000000"

    assert fine_facts(imposed) == {(fine, "4340000000 EUR", "2018-07-18")}
    assert fine_facts(reduced) == fine_facts(german) == {(fine, "4125000000 EUR", "2022-09-14")}


def test_a_later_judgment_finds_the_fine_by_its_reduced_amount(read: Callable[..., Extraction]) -> None:
    text = (
        "On 2 July 2026 the Court of Justice dismissed the appeal of Google in the Android case (C-738/22 "
        "P). The fine of EUR "
        "4.125 billion is thereby final. An earlier judgment had reduced the original fine of EUR 4.34 "
        "billion, which the "
        "European Commission had imposed on 18 July 2018."
    )
    result = read(text, date=None)
    statuses = {(one.subject, one.value) for one in result.facts if one.predicate == "status"}

    assert ("EnforcementAction:google eur 4300000000", "upheld") in statuses
    assert fine_facts(result) == {("EnforcementAction:google eur 4300000000", "4340000000 EUR", "2018-07-18")}
    assert "Android fine" in next(one for one in result.entities if one.type == "EnforcementAction").aliases


def test_an_annulled_fine_is_nothing(read: Callable[..., Extraction]) -> None:
    text = (
        "On 18 September 2024 the General Court annulled the decision against Google. With "
        "it, the fine of EUR 1.49 billion of 2019 falls."
    )

    assert fine_facts(read(text)) == {("EnforcementAction:google eur 1500000000", "0 EUR", "2024-09-18")}


def test_two_fines_in_one_sentence(read: Callable[..., Extraction]) -> None:
    text = (
        "On 23 April 2025 the European Commission fined Apple EUR 500 million and Meta EUR "
        "200 million under the Digital Markets Act."
    )
    result = read(text)

    assert fine_facts(result) == {
        ("EnforcementAction:apple eur 500000000", "500000000 EUR", "2025-04-23"),
        ("EnforcementAction:meta eur 200000000", "200000000 EUR", "2025-04-23"),
    }
    assert {(one.subject, one.object) for one in result.facts if one.predicate == "fines"} == {
        ("Institution:european commission", "Company:apple"),
        ("Institution:european commission", "Company:meta"),
    }


def test_an_unknown_company_is_known_by_its_legal_form(read: Callable[..., Extraction]) -> None:
    result = read("Ofcom fined Acme Streaming Ltd £1 million on 3 March 2025.")

    assert fine_facts(result) == {
        ("EnforcementAction:acme streaming ltd gbp 1000000", "1000000 GBP", "2025-03-03")
    }


@pytest.mark.parametrize(
    "text",
    [
        "The Commission can fine Apple up to EUR 30 million.",
        "Fines for Apple can reach EUR 10 million or 2 % of turnover.",
        "Apple, with a turnover of EUR 300 billion, was not fined.",
        "The General Court annulled the decision against Apple only in part; the fine of EUR 5 million "
        "stands.",
    ],
)
def test_ceilings_turnovers_and_partial_annulments_are_no_fines(
    read: Callable[..., Extraction], text: str
) -> None:
    assert not fine_facts(read(text))


def test_the_authoritys_lost_appeal_upholds_nothing(facts_of: Facts) -> None:
    text = (
        "On 24 October 2024 the Court of Justice dismissed the Commission's appeal against "
        "the annulment of the fine of EUR 1.06 billion on Intel."
    )

    assert not [fact for fact in facts_of(text) if fact[1] == "upheld"]


def test_proceedings_are_told_apart_by_company_and_law(read: Callable[..., Extraction]) -> None:
    text = (
        "On 19 February 2024 the European Commission opened formal proceedings against TikTok "
        "under Regulation (EU) 2022/2065."
    )
    opened = next(one for one in read(text).facts if one.predicate == "status")

    assert (opened.subject, opened.value) == (
        "EnforcementAction:tiktok under celex:32022r2065",
        "proceedings_opened",
    )


def test_designations(facts_of: Facts) -> None:
    text = (
        "On 6 September 2023 the European Commission designated two gatekeepers under the "
        "Digital Markets Act: Apple and Microsoft."
    )

    assert facts_of(text) == {
        ("designated_as", "gatekeeper", "2023-09-06"),
        ("designates", "Company:apple", "2023-09-06"),
        ("designates", "Company:microsoft", "2023-09-06"),
    }
    assert ("designated_as", "very large online platform", "2023-04-25") in facts_of(
        "TikTok was designated as a very large online platform on 25 April 2023."
    )


def test_a_dismissed_action_ends_the_case(facts_of: Facts) -> None:
    text = "On 3 September 2025 the General Court dismissed the action of Jane Roe (case T-553/23)."

    assert ("status", "dismissed", "2025-09-03") in facts_of(text)


def test_amendments(facts_of: Facts) -> None:
    text = (
        "The directive amends Directive (EU) 2022/2464 on reporting (CSRD) and Directive (EU) "
        "2024/1760 on due diligence."
    )

    assert facts_of(text, title="Directive (EU) 2026/470 published") == {
        ("amends", "celex:32022L2464", "2026-01-15"),
        ("amends", "celex:32024L1760", "2026-01-15"),
    }
