"""Whether a text much like another one says anything new."""

import pytest

from political_monitoring.ingestion.novelty import Report, says_nothing_new

TEXT = (
    "On 23 April 2025 the European Commission fined Apple EUR 500 million and Meta EUR 200 million.\n\n"
    "Both companies must comply within 60 days. The Commission announced the decisions in Brussels.\n\n"
    "The decision on Meta was adopted with four votes against. It has not entered into force."
)
ORIGINAL = Report("Commission fines Apple and Meta", "https://a.example.org/1", "2025-04-23", TEXT)


def _says_nothing_new(
    text: str, title: str = "Another headline", day: str = "2025-04-23", url: str = "https://b.example.org/2"
) -> bool:
    return says_nothing_new(Report(title, url, day, text), ORIGINAL)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.rpartition("\n\n")[0],
        f"BRUSSELS, 23 April 2025 (EuroWire) – {TEXT}",
        f"By Jane Miller\n\nBrussels (dpa) - {TEXT}",
        f"{TEXT}\n\nFor more information please contact press@example.org or +32 2 555 01 23.",
        f"{TEXT}\n\nAbout EuroWire\n\nEuroWire was founded in 1998. It serves 400 newsrooms.",
        f"{TEXT}\n\n© 2025 EuroWire. All rights reserved.",
        TEXT.replace("companies", "firms").replace("announced", "presented"),
        TEXT.replace("EUR 500 million", "€500 million").replace("23 April 2025", "April 23, 2025"),
        TEXT.replace("four votes", "4 votes"),
    ],
)
def test_what_syndication_does_is_nothing_new(text: str) -> None:
    assert _says_nothing_new(text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("200 million", "300 million"),
        TEXT.replace("60 days", "90 days"),
        TEXT.replace("four votes", "five votes"),
        TEXT.replace("23 April", "24 April"),
        TEXT.replace("Apple EUR", "X EUR").replace("Meta EUR", "Apple EUR").replace("X EUR", "Meta EUR"),
        TEXT.replace("Meta", "Google"),
        TEXT.replace("has not entered", "has entered"),
        TEXT.replace("must comply", "may comply"),
        TEXT.replace("was adopted", "was rejected"),
        f"BRUSSELS, 23 April 2026 (EuroWire) – {TEXT}",
        TEXT.replace("60 days", "60 weeks"),
        TEXT.replace("Both companies", "Most companies"),
        TEXT.replace("It has not", "Not it has"),
        f"{TEXT} The company said that it would appeal.",
        f"A spokesman welcomed the decision. {TEXT}",
        f"{TEXT}\n\n© 2025. The costs are put at EUR 3 million.",
    ],
)  # fmt: skip
def test_another_report_says_something_new(text: str) -> None:
    assert not _says_nothing_new(text)


def test_a_headline_may_bring_no_other_figure_and_no_other_law() -> None:
    assert _says_nothing_new(TEXT, title="What to know about today's EUR 500 million fine")
    assert not _says_nothing_new(TEXT, title="Fines of EUR 700 million")
    first = Report("S. 12: an act", "https://a.example.org/119/s12", "2025-04-23", TEXT)
    companion = Report("H.R. 34: an act", None, "2025-04-23", TEXT)
    assert not says_nothing_new(companion, first)
