"""Names in lists of votes, as chambers, databases and reporters write them."""

import datetime as dt

import pytest

from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Fact
from political_monitoring.extraction.local import open_local

HEAD = "2025-05-07 - HR 1503 (Lamps Act of 2025): "
PASSED = (
    "Motion to reconsider laid on the table Agreed to without objection. On motion to suspend the rules and pass the "
    "bill Agreed to by the Yeas and Nays: (2/3 required): 406 - 2 (Roll no. 119)."
)


def read(text: str) -> tuple[Fact, ...]:
    document = Document(
        "d",
        "HR 1503: Lamps Act of 2025",
        text,
        "0" * 64,
        date=dt.date(2025, 5, 7),
        language="en",
        source="test",
    )
    return open_local("off").extract(document, split_passages(document)).facts


def voters(text: str, predicate: str) -> list[str]:
    return [fact.subject for fact in read(text) if fact.predicate == predicate]


AGAINST = ["Politician:biggs (az) (r-az)", "Politician:o'neil (d-ny)"]


@pytest.mark.parametrize(
    "names",
    [
        "Nays: Biggs (AZ) (R-AZ), O'Neil (D-NY). Not voting: Jones (R-TX).",
        "Nays (2): Biggs (AZ) (R-AZ); O'Neil (D-NY).",
        "NAYS—2: Biggs (AZ) (R-AZ) and O'Neil (D-NY)",
        "Voted against: Biggs (AZ) (R-AZ), and O'Neil (D-NY). Voted for: Lee (D-PA).",
        "Yeas: Lee (D-PA).\nNays:\nBiggs (AZ) (R-AZ)\nO'Neil (D-NY)\n\nPresent: Amo (D-RI)",
        "Members voting no: Biggs (AZ) (R-AZ), O'Neil (D-NY).",
    ],
)
def test_a_list_is_read_in_any_of_its_forms(names: str) -> None:
    assert voters(f"{HEAD}{PASSED} {names}", "votes_against") == AGAINST


def test_a_comma_in_a_name_ends_no_name() -> None:
    found = voters(f"{HEAD}{PASSED} Nays: Scott, Austin (R-GA), Scott, David (D-GA).", "votes_against")

    assert found == ["Politician:scott, austin (r-ga)", "Politician:scott, david (d-ga)"]


@pytest.mark.parametrize(
    "question",
    ["On agreeing to the Smith amendment", "On motion to recommit", "On ordering the previous question"],
)
def test_a_vote_on_something_else_is_none_on_the_law(question: str) -> None:
    text = f"{HEAD}{question} Failed by the Yeas and Nays: 2 - 406 (Roll no. 7). Nays: Biggs (AZ) (R-AZ)."

    assert not voters(text, "votes_against")


def test_counts_alone_name_nobody() -> None:
    assert not voters(f"{HEAD}{PASSED}", "votes_against")


def test_the_evidence_holds_the_name_however_long_the_list() -> None:
    names = ", ".join(f"Member{letter}{number} (D-CA)" for letter in "ABCDEFGH" for number in range(30))
    facts = [fact for fact in read(f"{HEAD}{PASSED} Yeas: {names}.") if fact.predicate == "votes_for"]

    assert len(facts) == 240
    assert all(fact.subject[len("Politician:") :].split()[0] in fact.evidence.quote.lower() for fact in facts)
