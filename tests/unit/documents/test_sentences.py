import pytest

from political_monitoring.documents.sentences import split_sentences
from political_monitoring.domain.documents import Span


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Under Art. 6 of Reg. (EU) 2024/1689 the U.S. Congress acted.",
        "H.R. 4346 was sponsored by Mr. Ryan and Sen. Kelly et al. in 2021.",
        "Nach § 3 Abs. 2 Nr. 1 BGB gilt z. B. die Frist bis zum 3. Oktober 2024.",
        "In der 2. Lesung am 12. März stimmte der 20. Deutsche Bundestag zu.",
        "The fine of 1.8 billion (approx. 0.5 % of turnover) stands.",
        "Dr. M. Vestager, i.e. the Commissioner, said no. 5 applies.",
        "Das Gesetz (BT-Drs. 20/8704) wurde gem. Art. 77 GG beschlossen.",
    ],
)
def test_abbreviations_ordinals_and_numbers_do_not_end_a_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It passed. The House agreed.", ["It passed.", "The House agreed."]),
        ('He said "No." Then he left!', ['He said "No."', "Then he left!"]),
        ("Passed in 2024. Der Rest gilt. § 5 bleibt.", ["Passed in 2024.", "Der Rest gilt.", "§ 5 bleibt."]),
        ("Title\n\nText goes on.", ["Title", "Text goes on."]),
        ("Must:\n- report\n- pay", ["Must:", "- report", "- pay"]),
        ("a line\nwrapped softly. Next.", ["a line\nwrapped softly.", "Next."]),
        ("Really? Yes! (It is.) Good.", ["Really?", "Yes!", "(It is.)", "Good."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_only_the_part_asked_for_is_split() -> None:
    text = "One. Two. Three."

    assert [span.of(text) for span in split_sentences(text, Span(5, 9))] == ["Two."]
