"""Stages of laws in running text: what is said is read, what is only planned or denied is not."""

from collections.abc import Callable

import pytest

Facts = Callable[..., set[tuple[str, str, str | None]]]

HAPPENED = [
    ("MEPs adopted the Digital Markets Act on 5 July 2022.", "parliament_approved", "2022-07-05"),
    (
        "On 18 July 2022 the Council gave its final approval to the Digital Markets Act.",
        "adopted",
        "2022-07-18",
    ),
    (
        "On 6 December 2022 the Council adopted its general approach on the Data Act.",
        "general_approach",
        "2022-12-06",
    ),
    (
        "Parliament adopted its negotiating position on the Data Act on 14 March 2023.",
        "parliament_position",
        "2023-03-14",
    ),
    (
        "On 27 June 2023 the Council presidency and Parliament's negotiators reached a provisional deal "
        "on the Data Act.",
        "provisional_agreement",
        "2023-06-27",
    ),
    ("The European Commission proposed the Data Act on 23 February 2022.", "proposed", "2022-02-23"),
    (
        "The European Commission withdrew the AI Liability Directive on 11 February 2025.",
        "withdrawn",
        "2025-02-11",
    ),
    ("The European Parliament rejected the Copyright Directive on 5 July 2018.", "rejected", "2018-07-05"),
    (
        "The Digital Services Act was published in the Official Journal on 27 October 2022.",
        "promulgated",
        "2022-10-27",
    ),
    ("The Digital Services Act entered into force on 16 November 2022.", "in_force", "2022-11-16"),
    ("The EU Data Act became applicable on 12 September 2025.", "applies", "2025-09-12"),
    (
        "On 2 February 2025 Chapters I and II of Regulation (EU) 2024/1689 began to apply.",
        "partly_applies",
        "2025-02-02",
    ),
    ("On 16 July 2020 the Court of Justice declared the Privacy Shield invalid.", "annulled", "2020-07-16"),
    (
        "The House of Representatives passed H.R. 1 by 215 votes to 214 on May 22, 2025.",
        "passed_house",
        "2025-05-22",
    ),
    ("H.R. 1 passed the Senate on July 1, 2025.", "passed_senate", "2025-07-01"),
    ("President Jane Roe vetoed H.J.Res. 30 on March 20, 2025.", "vetoed", "2025-03-20"),
    ("S. 1582 was signed into law on July 18, 2025.", "became_law", "2025-07-18"),
    ("President Jane Roe rescinded Executive Order 14110 on 20 January 2025.", "revoked", "2025-01-20"),
    ("The Online Safety Bill received Royal Assent on 26 October 2023.", "royal_assent", "2023-10-26"),
    ("The Bundestag passed the Supply Chain Due Diligence Act on 11 June 2021.", "adopted", "2021-06-11"),
    ("On 22 November 2024 the Bundesrat let the KHVVG pass.", "bundesrat_no_mediation", "2024-11-22"),
    (
        "Am 15. Mai 2024 hat das Bundeskabinett den Entwurf des KHVVG beschlossen.",
        "government_draft",
        "2024-05-15",
    ),
    ("Der Bundestag hat das Selbstbestimmungsgesetz am 12. April 2024 beschlossen.", "adopted", "2024-04-12"),
    ("Am 12. April 2024 verabschiedete der Bundestag das Selbstbestimmungsgesetz.", "adopted", "2024-04-12"),
    (
        "Am 17. Mai 2024 ließ der Bundesrat das Selbstbestimmungsgesetz passieren.",
        "bundesrat_no_mediation",
        "2024-05-17",
    ),
    (
        "Der Bundesrat hat dem Wachstumschancengesetz am 22. März 2024 zugestimmt.",
        "bundesrat_approved",
        "2024-03-22",
    ),
    (
        "Das Wachstumschancengesetz wurde am 27. März 2024 im Bundesgesetzblatt verkündet.",
        "promulgated",
        "2024-03-27",
    ),
    ("Das Selbstbestimmungsgesetz ist am 1. November 2024 in Kraft getreten.", "in_force", "2024-11-01"),
    ("Die Verordnung (EU) 2024/1689 trat am 1. August 2024 in Kraft.", "in_force", "2024-08-01"),
    ("Der Rat der EU hat die Verordnung (EU) 2024/1689 am 21. Mai 2024 angenommen.", "adopted", "2024-05-21"),
]

DID_NOT = [
    "The European Parliament has not yet adopted the Digital Services Act.",
    "The Council is expected to adopt the EU Data Act in the autumn.",
    "The Council must still adopt the Digital Services Act.",
    "The House did not pass H.R. 2 in time.",
    "The Senate failed to pass H.R. 8404 on Tuesday.",
    "Once the Council has adopted the Digital Services Act, it will be published in the Official Journal.",
    "Until Parliament and the Council of the European Union have adopted the Digital Services Act, "
    "nothing changes.",
    "The Digital Services Act will be signed by both presidents and published in the Official Journal.",
    "The Illegal Migration Bill has yet to receive Royal Assent.",
    "The Council adopted conclusions on the Digital Services Act on 7 June 2021.",
    "The Digital Services Act should be adopted before the summer break.",
    "The Commission wants Parliament to reject the Digital Services Act.",
    "Der Bundestag soll das Selbstbestimmungsgesetz im April beschließen.",
    "Der Bundestag hat das Selbstbestimmungsgesetz noch nicht beschlossen.",
    "Das Selbstbestimmungsgesetz wird voraussichtlich im April vom Bundestag verabschiedet.",
    "Das Selbstbestimmungsgesetz tritt am 1. November 2030 in Kraft.",
    "Das Bundesverfassungsgericht erklärte das Selbstbestimmungsgesetz teilweise für nichtig.",
]


@pytest.mark.parametrize(("text", "stage", "day"), HAPPENED)
def test_what_happened(facts_of: Facts, text: str, stage: str, day: str) -> None:
    statuses = {fact for fact in facts_of(text, language="") if fact[0] == "status"}

    assert statuses == {("status", stage, day)}


@pytest.mark.parametrize("text", DID_NOT)
def test_what_did_not_happen(facts_of: Facts, text: str) -> None:
    assert not [fact for fact in facts_of(text, language="") if fact[0] == "status"]


def test_the_mediation_committee_not_called_is_no_call(facts_of: Facts) -> None:
    text = (
        "Am 22. März 2024 hat der Bundesrat das Cannabisgesetz gebilligt und den "
        "Vermittlungsausschuss nicht angerufen."
    )

    assert facts_of(text, language="de") == {("status", "bundesrat_no_mediation", "2024-03-22")}


def test_the_mediation_committee_called(facts_of: Facts) -> None:
    text = "Der Bundesrat rief am 24. November 2023 den Vermittlungsausschuss an."

    assert ("status", "mediation", "2023-11-24") in facts_of(
        text, title="Streit um das Wachstumschancengesetz", language="de"
    )


def test_each_verb_gets_its_own_day(facts_of: Facts) -> None:
    text = (
        "On 21 September 2023 Regulation (EU) 2023/1781, the European Chips Act, entered into force. It "
        "had been "
        "published in the Official Journal on 18 September 2023 and took effect on the third day after that. "
        "The European Parliament adopted it on 11 July 2023 and the Council of the European Union on 25 "
        "July 2023."
    )

    assert {fact[1:] for fact in facts_of(text) if fact[0] == "status"} == {
        ("in_force", "2023-09-21"),
        ("promulgated", "2023-09-18"),
        ("parliament_approved", "2023-07-11"),
        ("adopted", "2023-07-25"),
    }


def test_a_day_that_another_is_counted_from_is_not_the_days_own(facts_of: Facts) -> None:
    text = (
        "On 1 August 2024 the Digital Services Act entered into force, twenty days after its "
        "publication on 12 July 2024."
    )

    assert ("status", "in_force", "2024-08-01") in facts_of(text)
    assert not [fact for fact in facts_of(text) if fact[2] == "2024-07-12"]


def test_the_documents_day_stands_in_for_a_missing_one(facts_of: Facts) -> None:
    assert facts_of("The Senate passed H.R. 1.") == {("status", "passed_senate", "2026-01-15")}
    assert facts_of("The Senate passed H.R. 1.", date=None) == {("status", "passed_senate", None)}


def test_background_without_a_date_is_left_out(facts_of: Facts) -> None:
    text = "The rule is new. It is long. It is dull. The Senate had passed H.R. 1."

    assert facts_of(text) == set()


def test_the_act_is_the_one_the_document_is_about(read: Callable[..., object], facts_of: Facts) -> None:
    text = "The act entered into force on 1 January 2025."

    assert ("status", "in_force", "2025-01-01") in facts_of(text, title="Hospital reform: the KHVVG")
    assert facts_of(text, title="A reform") == set()


def test_a_body_of_another_country_does_not_pass_a_law(facts_of: Facts) -> None:
    assert facts_of("The Bundestag passed the Digital Services Act on 5 July 2022.") == set()


def test_who_did_it(facts_of: Facts) -> None:
    text = "On 21 May 2024 the Council of the European Union adopted Regulation (EU) 2024/1689."

    assert ("adopts", "celex:32024R1689", "2024-05-21") in facts_of(text)


def test_only_the_furthest_stage_of_a_day_holds(facts_of: Facts) -> None:
    text = (
        "On 4 July 2025 the House of Representatives passed H.R. 1. President Jane Roe signed "
        "H.R. 1 into law on 4 July 2025."
    )

    assert [fact for fact in facts_of(text) if fact[0] == "status"] == [
        ("status", "became_law", "2025-07-04")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The Digital Services Act applies from 17 February 2027.",
            ("applies_from", "2027-02-17", "2026-01-15"),
        ),
        ("It will enter into force on 1 April 2026.", ("enters_into_force", "2026-04-01", "2026-01-15")),
        (
            "Das Gesetz soll am 1. April 2026 in Kraft treten.",
            ("enters_into_force", "2026-04-01", "2026-01-15"),
        ),
        ("Die Regeln gelten ab dem 1. Juli 2026.", ("applies_from", "2026-07-01", "2026-01-15")),
    ],
)
def test_announced_days_are_values_and_no_status(
    facts_of: Facts, text: str, expected: tuple[str, str, str]
) -> None:
    assert facts_of(text, title="Digital Services Act", language="") == {expected}


def test_replaced_and_wished_for_days_are_left_out(facts_of: Facts) -> None:
    text = (
        "The rules will apply from 2 December 2027 instead of 2 August 2026. They should "
        "apply from 1 May 2028."
    )

    assert facts_of(text, title="Digital Services Act") == {("applies_from", "2027-12-02", "2026-01-15")}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Parliament adopted the Act with 523 votes in favour, 46 against and 49 abstentions.", "523-46-49"),
        ("The Senate passed the bill by 64 votes to 33.", "64-33"),
        ("In a recorded vote 412 members voted in favour, 159 against and 59 abstained.", "412-159-59"),
        ("Es stimmten 374 Abgeordnete dafür und 285 dagegen, ein Abgeordneter enthielt sich.", "374-285-1"),
    ],
)
def test_votes(facts_of: Facts, text: str, result: str) -> None:
    assert ("vote_result", result, "2026-01-15") in facts_of(text, title="Digital Services Act", language="")


def test_votes_on_other_things_are_left_out(facts_of: Facts) -> None:
    assert facts_of("The Senate removed the moratorium by 99 votes to 1.", title="H.R. 1") == set()
