"""Parliamentary records and the heads of bills: formulas, not sentences."""

from collections.abc import Callable

import pytest

Facts = Callable[..., set[tuple[str, str, str | None]]]
URL = "https://www.congress.gov/bill/119th-congress/house-bill/504"


def action(words: str) -> dict[str, object]:
    return {
        "text": f"2025-03-05 - HR 504 (Fair Water Act): {words}",
        "title": "HR 504: Fair Water Act",
        "url": URL,
    }


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("Referred to the House Committee on Natural Resources. Introduced in House", "introduced"),
        (
            (
                "Placed on the Union Calendar, Calendar No. 157. Reported (Amended) by the Committee "
                "on Natural Resources. H. Rept. 119-1."
            ),
            "reported_house",
        ),
        (
            (
                "Placed on Senate Legislative Calendar. Committee on Finance. Reported by Senator Roe "
                "without amendment."
            ),
            "reported_senate",
        ),
        ("Senate Committee on Finance discharged by Unanimous Consent.", "discharged_senate"),
        (
            (
                "Motion to reconsider laid on the table. Passed/agreed to in House: On passage Passed "
                "by voice vote."
            ),
            "passed_house",
        ),
        (
            "Passed/agreed to in Senate: Passed Senate without amendment by Unanimous Consent.",
            "passed_senate",
        ),
        (
            "Resolving differences -- House actions: House agreed to Senate amendment.",
            "resolving_differences",
        ),
        ("Failed of passage/not agreed to in House On motion to suspend the rules Failed.", "failed_house"),
        ("Presented to President.", "presented_to_president"),
        ("Became Public Law No: 119-10. Signed by President.", "became_law"),
        ("Vetoed by President.", "vetoed"),
        ("Failed of passage in House over veto On passage Failed.", "veto_sustained"),
    ],
)
def test_actions_of_congress(facts_of: Facts, words: str, stage: str) -> None:
    assert ("status", stage, "2025-03-05") in facts_of(**action(words))


@pytest.mark.parametrize(
    "words",
    [
        "Received in the Senate and Read twice and referred to the Committee on Finance.",
        "Ordered to be Reported (Amended) by the Yeas and Nays: 39 - 0.",
        "Rules Committee Resolution H. Res. 282 Reported to House. Rule provides for consideration of "
        "H.R. 504.",
        "Message on Senate action sent to the House.",
        "Referred to the Subcommittee on Federal Lands.",
        "Cloture motion on the motion to proceed presented in Senate.",
    ],
)
def test_actions_that_change_nothing(facts_of: Facts, words: str) -> None:
    assert not [fact for fact in facts_of(**action(words)) if fact[0] == "status"]


def test_a_roll_call_is_a_vote_on_the_bill(facts_of: Facts) -> None:
    words = (
        "On passage Passed by the Yeas and Nays: 215 - 211 (Roll no. 226). On motion to "
        "recommit Failed by the Yeas and Nays: 3 - 400."
    )

    assert {fact for fact in facts_of(**action(words)) if fact[0] == "vote_result"} == {
        ("vote_result", "215-211", "2025-03-05")
    }


def test_the_bill_is_named_by_its_title_and_joined_with_its_law(read: Callable[..., object]) -> None:
    result = read(**action("Became Public Law No: 119-10. Signed by President."))  # type: ignore[arg-type]
    bill = next(one for one in result.entities if one.id == "us-bill:119-hr-504")  # type: ignore[attr-defined]

    assert bill.name == "Fair Water Act"
    assert [str(one) for one in bill.identifiers] == ["us-bill:119-hr-504", "us-law:119-10"]


HEAD = (
    "I\n119th CONGRESS\n1st Session\nH. R. 504\nIN THE HOUSE OF REPRESENTATIVES\nJanuary 16, 2025 Mr. Roe "
    "of Texas (for "
    "himself and Mr. Doe ) introduced the following bill; which was referred to the Committee on Natural "
    "Resources\nA BILL\n"
    "#### 1. Short title\nThis Act may be cited as the Fair Water Act .\n#### 2. Rules\nThe bill passed "
    "by the Senate shall "
    "be law. The Public Law was adopted on 3 May 2020.\n"
)


def test_a_printed_bill_was_introduced_by_someone_and_no_more(read: Callable[..., object]) -> None:
    result = read(HEAD, title="To make water fair.", url=URL)
    facts = {(one.predicate, one.object or one.value, one.confidence) for one in result.facts}  # type: ignore[attr-defined]

    assert facts == {("status", "introduced", 0.8), ("introduces", "us-bill:119-hr-504", 1.0)}
    assert all(one.valid_at.isoformat().startswith("2025-01-16") for one in result.facts)  # type: ignore[attr-defined]
    assert "Fair Water Act" in next(one for one in result.entities if one.id == "us-bill:119-hr-504").aliases  # type: ignore[attr-defined]


TITLE = "Gesetz zur Förderung der Geologie (Geologiefördergesetz - GeoFöG)"


def step(words: str, kind: str = "Gesetzgebung") -> dict[str, object]:
    return {
        "text": f"2020-05-15 {kind} „{TITLE}“. {words}",
        "title": TITLE[:40],
        "url": "dip21:vorgang/250001",
        "language": "de",
    }


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        (
            "BR: Gesetzentwurf,  Urheber : Bundesregierung – 15.05.2020 - BR-Drucksache 268/20",
            "sent_to_bundesrat",
        ),
        (
            (
                "BR: 1. Durchgang – 15.05.2020 - BR-Plenarprotokoll 992, S. 237 - 237 Beschluss: "
                "keine Einwendungen 237"
            ),
            "bundesrat_first_passage",
        ),
        (
            "BR: BR-Sitzung – 15.05.2020 - BR-Plenarprotokoll 9 Beschluss: Ausschusszuweisung 4",
            "assigned_to_committees",
        ),
        (
            "BR: BR-Sitzung – 15.05.2020 - BR-Plenarprotokoll 9 Beschluss: Einbringung in geänderter Fassung",
            "submission_decided",
        ),
        (
            "BT: Gesetzentwurf,  Urheber : Fraktion der FDP  – 15.05.2020 - BT-Drucksache 19/17512",
            "sent_to_bundestag",
        ),
        (
            (
                "BT: 1. Beratung – 15.05.2020 - BT-Plenarprotokoll 19/161, S. 20093C - 20101B "
                "Beschluss: Überweisung 20101A"
            ),
            "referred",
        ),
        ("BT: Nachträgliche Überweisung,  Urheber : Bundestag – 15.05.2020 - BT-Drucksache 19/3", "referred"),
        (
            (
                "BT: Beschlussempfehlung und Bericht,  Urheber : Ausschuss für Verkehr – 15.05.2020 - "
                "BT-Drucksache 19/4"
            ),
            "reported",
        ),
        (
            "BT: 2. Beratung – 15.05.2020 - BT-Plenarprotokoll 19/1, S. 5A Beschluss: Ablehnung des "
            "Änderungsantrags 5A; Annahme in "
            "Ausschussfassung 5B |"
            " BT: 3. Beratung – 15.05.2020 - BT-Plenarprotokoll 19/1 Beschluss: Annahme in "
            "Ausschussfassung 5B",
            "adopted",
        ),
        (
            "BT: 2. Beratung – 15.05.2020 - BT-Plenarprotokoll 19/1 Beschluss: Ablehnung der Vorlage 6A",
            "rejected",
        ),
        (
            (
                "BT: 2. Beratung – 15.05.2020 - BT-Plenarprotokoll 19/1 Beschluss: Erklärung der "
                "Vorlage für erledigt 6A"
            ),
            "settled",
        ),
        (
            "BR: 2. Durchgang – 15.05.2020 - BR-Plenarprotokoll 9 Beschluss: Zustimmung 12",
            "bundesrat_approved",
        ),
        (
            "BR: 2. Durchgang – 15.05.2020 - BR-Plenarprotokoll 9 Beschluss: Versagung der Zustimmung 12",
            "bundesrat_refused",
        ),
        (
            (
                "BR: Durchgang – 15.05.2020 - X Beschluss: kein Antrag auf Einberufung des "
                "Vermittlungsausschusses 1"
            ),
            "bundesrat_no_mediation",
        ),
        (
            "BT: Abstimmung über Vermittlungsvorschlag – 15.05.2020 - X Beschluss: Annahme 25426C",
            "mediation_accepted",
        ),
        (
            (
                "Verkündung: Gesetz vom 12.05.2020 - Bundesgesetzblatt Teil I 2020 Nr.44 vom "
                "15.05.2020 S. 1929 Inkrafttreten: 16.05.2020"
            ),
            "promulgated",
        ),
    ],
)
def test_steps_of_the_bundestag_and_the_bundesrat(facts_of: Facts, words: str, stage: str) -> None:
    assert ("status", stage, "2020-05-15") in facts_of(**step(words))


def test_an_answer_to_a_question(facts_of: Facts) -> None:
    words = "BT: Antwort,  Urheber : Bundesregierung – 15.05.2020 - BT-Drucksache 19/14692"

    assert ("status", "answered", "2020-05-15") in facts_of(**step(words, "Kleine Anfrage"))


@pytest.mark.parametrize(
    "words",
    [
        "BR: Empfehlungen der Ausschüsse  – 15.05.2020 - BR-Drucksache 268/1/20",
        "BT: 2. Beratung – 15.05.2020 - BT-Plenarprotokoll 19/1 Beschluss: Ablehnung des Änderungsantrags 5A",
        "BR: BR-Sitzung – 15.05.2020 - BR-Plenarprotokoll 9 Beschluss: Absetzung von TO",
    ],
)
def test_steps_that_change_nothing(facts_of: Facts, words: str) -> None:
    assert not [fact for fact in facts_of(**step(words)) if fact[0] == "status"]


def test_a_procedure_has_its_full_title_its_short_ones_and_its_papers(read: Callable[..., object]) -> None:
    result = read(
        **step("BT: Gesetzentwurf,  Urheber : Fraktion der FDP  – 15.05.2020 - BT-Drucksache 19/17512")
    )  # type: ignore[arg-type]
    bill = next(one for one in result.entities if one.id == "de-vorgang:250001")  # type: ignore[attr-defined]

    assert (bill.type, bill.name) == ("Bill", TITLE)
    assert {"Geologiefördergesetz", "GeoFöG"} <= set(bill.aliases)
    assert [str(one) for one in bill.identifiers] == ["de-vorgang:250001", "de-drucksache:bt-19/17512"]
    assert ("introduces", "Party:fdp") in {(one.predicate, one.subject) for one in result.facts}  # type: ignore[attr-defined]
    assert [one.entity_id for one in result.mentions if one.principal] == ["de-vorgang:250001"]  # type: ignore[attr-defined]


def test_entry_into_force_is_a_day_of_its_own(facts_of: Facts) -> None:
    words = (
        "Verkündung: Gesetz vom 12.05.2020 - Bundesgesetzblatt Teil I 2020 Nr.44 vom "
        "15.05.2020 S. 1929 Inkrafttreten: ['16.05.2020', '01.01.2021 (teilw.)']"
    )

    assert {fact[1] for fact in facts_of(**step(words), date=None) if fact[0] == "enters_into_force"} == {
        "2020-05-16",
        "2021-01-01",
    }
