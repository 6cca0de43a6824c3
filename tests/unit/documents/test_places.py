"""The structure of acts in plain text, and how a place in it is cited."""

import re

import pytest

from political_monitoring.documents.passages import split_passages
from political_monitoring.documents.places import place_of
from political_monitoring.documents.structure import with_units
from political_monitoring.domain.documents import Document, Heading, Span

EU_ACT = """\
Regulation X

Whereas:

(1) First recital.

(2) Second recital
with wrap.

HAVE ADOPTED THIS REGULATION:

CHAPTER I

General

Article 1

Subject

1.   This Regulation lays down, pursuant to
(2) of it, rules:

(a) point a;

(b)

point b; and

(i) sub one;

(ii) sub two;

Second subparagraph here.

2.   Another para.

Article 2

Definitions

For the purposes:

(1) ‘data’ means x;

(2) ‘y’ means z:

(a) zz;

Flush text.

Article 3

Amendment

Article 5 is replaced by the following:

‘Article 5

New

1. New para.

2. Second new para.’;

Article 4

This Regulation shall enter into force.

This Regulation shall be binding in its entirety.

Done at Brussels, 1 May 2020.

ANNEX I

1. Foo
"""

GERMAN_LAW = """\
Gesetz
Der Bundestag hat das folgende Gesetz beschlossen:

§ 1 Zweck
(1) Dieses Gesetz gilt. Nach
§ 2 Absatz 3 des Gesetzes gilt nichts.
(2) Es gilt weiter für
1. Autos,
2. Häuser, und zwar
a) große,
b) kleine.
Das ist alles.
(2a) Neu.
(3) Am Ende.

§ 2
Begriffe
Im Sinne dieses Gesetzes sind
1. Auto ein Wagen,
2. Haus ein Bau.
"""

EU_ACT_IN_GERMAN = """\
Verordnung
in Erwägung nachstehender Gründe:

(1) Erster Grund.

HABEN FOLGENDE VERORDNUNG ERLASSEN:

KAPITEL I
Allgemeines

Artikel 1
Gegenstand

(1) Diese Verordnung.

(2) Sie gilt

a) hier;

b) dort.

Artikel 2

Schluss.

Geschehen zu Brüssel.
"""

US_BILL = """\
H. R. 1
IN THE HOUSE OF REPRESENTATIVES
A BILL
SECTION 1. SHORT TITLE; TABLE OF CONTENTS.

    (a) Short Title.--This Act may be cited as the Act.
    (b) Table of Contents.--
Sec. 1. Short title.
Sec. 2. Findings.

TITLE I--GENERAL

SEC. 101. FINDINGS.
    Congress finds the following:
            (1) One thing
        wraps here.
            (2) Two.
SEC. 102. AMENDMENT.
  The Act is amended by adding the following:
``SEC. 5. NEW.
    ``(a) In general.''.
SEC. 103. LIST.
    (a) In general.—The Secretary shall—
            (1) do—
                (A) x; or
                (B) y; and
            (2) z.
    (h) Bad jump.
"""

UK_ACT = """\
Be it enacted by the King’s most Excellent Majesty, thus:

1 Overview of Act
(1) This Act provides for a new regulatory framework.
(2) The framework—
(a) imposes duties, and
(b) confers functions on—
(i) OFCOM,
(ii) others.
2 “User-to-user service” and “search service”
(1) In this Act X means—
(a) one,
(b) two.
SCHEDULE 1
EXEMPT SERVICES
1 A service is exempt
"""


def act(text: str) -> Document:
    language = "de" if "§" in text else "und"
    return Document("act", "Sample Act", text, "hash", language=language, headings=with_units(text, ()))


def cited(document: Document, words: str) -> str:
    start = document.text.index(words)
    return place_of(document, Span(start, start + len(words)))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (EU_ACT, "First recital", "Recital 1"),
        (EU_ACT, "with wrap", "Recital 2"),
        (EU_ACT, "HAVE ADOPTED", ""),
        (EU_ACT, "General", ""),
        (EU_ACT, "lays down", "Art. 1(1)"),
        (EU_ACT, "rules:", "Art. 1(1)"),
        (EU_ACT, "point a", "Art. 1(1)(a)"),
        (EU_ACT, "point b", "Art. 1(1)(b)"),
        (EU_ACT, "sub two", "Art. 1(1)(b)(ii)"),
        (EU_ACT, "Second subparagraph", "Art. 1(1)"),
        (EU_ACT, "point a;\n\n(b)\n\npoint b", "Art. 1(1)"),
        (EU_ACT, "Another para", "Art. 1(2)"),
        (EU_ACT, "‘data’", "Art. 2(1)"),
        (EU_ACT, "‘y’", "Art. 2(2)"),
        (EU_ACT, "zz", "Art. 2(2)(a)"),
        (EU_ACT, "Flush", "Art. 2"),
        (EU_ACT, "is replaced", "Art. 3"),
        (EU_ACT, "New para.", "Art. 3"),
        (EU_ACT, "Second new", "Art. 3"),
        (EU_ACT, "enter into", "Art. 4"),
        (EU_ACT, "binding", ""),
        (EU_ACT, "Done at", ""),
        (EU_ACT, "Foo", "Annex I"),
        (GERMAN_LAW, "Dieses Gesetz", "§ 1 Abs. 1"),
        (GERMAN_LAW, "Absatz 3", "§ 1 Abs. 1"),
        (GERMAN_LAW, "weiter", "§ 1 Abs. 2"),
        (GERMAN_LAW, "Häuser", "§ 1 Abs. 2 Nr. 2"),
        (GERMAN_LAW, "kleine", "§ 1 Abs. 2 Nr. 2 Buchst. b"),
        (GERMAN_LAW, "Das ist", "§ 1 Abs. 2"),
        (GERMAN_LAW, "Neu", "§ 1 Abs. 2a"),
        (GERMAN_LAW, "Ende", "§ 1 Abs. 3"),
        (GERMAN_LAW, "Haus ein", "§ 2 Nr. 2"),
        (EU_ACT_IN_GERMAN, "Erster", "Erwägungsgrund 1"),
        (EU_ACT_IN_GERMAN, "Diese Verordnung.", "Art. 1 Abs. 1"),
        (EU_ACT_IN_GERMAN, "dort", "Art. 1 Abs. 2 Buchst. b"),
        (EU_ACT_IN_GERMAN, "Schluss", "Art. 2"),
        (US_BILL, "Short Title.--", "Sec. 1(a)"),
        (US_BILL, "One thing", "Sec. 101(1)"),
        (US_BILL, "wraps", "Sec. 101(1)"),
        (US_BILL, "Two.", "Sec. 101(2)"),
        (US_BILL, "amended", "Sec. 102"),
        (US_BILL, "In general.''", "Sec. 102"),
        (US_BILL, "y; and", "Sec. 103(a)(1)(B)"),
        (US_BILL, "z.", "Sec. 103(a)(2)"),
        (US_BILL, "Bad jump", "Sec. 103"),
        (UK_ACT, "provides", "s. 1(1)"),
        (UK_ACT, "confers", "s. 1(2)(b)"),
        (UK_ACT, "OFCOM", "s. 1(2)(b)(i)"),
        (UK_ACT, "two.", "s. 2(1)(b)"),
        (UK_ACT, "A service", "Sch. 1"),
    ],
)
def test_a_place_is_cited_as_the_field_writes_it(text: str, words: str, expected: str) -> None:
    assert cited(act(text), words) == expected


def test_a_quotation_over_two_points_is_cited_by_what_holds_both() -> None:
    assert cited(act(EU_ACT), "point a;\n\n(b)\n\npoint b") == "Art. 1(1)"


def test_a_table_of_contents_has_no_provisions() -> None:
    text = (
        "Inhalt\n§ 1 Zweck\n§ 2 Begriffe\n§ 3 Strafen\n\n"
        + GERMAN_LAW
        + "§ 3 Strafen\n\nWer handelt, zahlt.\n"
    )

    assert cited(act(text), "Inhalt") == ""
    assert cited(act(text), "Dieses Gesetz gilt") == "§ 1 Abs. 1"
    assert cited(act(text), "zahlt") == "§ 3"


def test_a_law_within_an_act_is_named_with_its_article() -> None:
    text = "Artikel 1\nLampengesetz\n\n§ 1 Zweck\n\n(1) Lampen leuchten, und zwar hell genug für alle.\n\n§ 2 Ziel\n\n"
    text += "Wer liest, sieht.\n\nArtikel 2\nKerzengesetz\n\n§ 1 Zweck\n\n(1) Kerzen auch.\n\n(2) Und Fackeln.\n\n"
    text += "§ 2 Ziel\n\nNichts.\n\nArtikel 3\nInkrafttreten\n\nDieses Gesetz tritt in Kraft.\n"

    assert cited(act(text), "Lampen leuchten") == "Art. 1 § 1 Abs. 1"
    assert cited(act(text), "Und Fackeln") == "Art. 2 § 1 Abs. 2"
    assert cited(act(text), "tritt in Kraft") == "Art. 3"


def test_what_is_annexed_does_not_count_for_the_act() -> None:
    words = "Words of the provision that fill a line, as the provisions of agreements do.\n\n"
    decision = (
        f"Article 1\n\nThe agreement is approved. {words}Article 2\n\nIt enters into force. {words}ANNEX\n\n"
    )
    agreement = "".join(f"Article {number}\n\nThe parties do {number}. {words}" for number in range(1, 30))

    assert cited(act(decision + agreement), "It enters") == "Art. 2"
    assert cited(act(decision + agreement), "The parties do 2.") == "Annex"


def test_a_page_about_an_article_is_not_that_article() -> None:
    headings = (Heading(0, 2, "Article 6 explained"),)
    document = Document(
        "a", "Guide", "Article 6 explained\n\nIt is about lawfulness.", "h", headings=headings
    )

    assert cited(document, "lawfulness") == ""


def test_a_wrapped_line_is_no_article() -> None:
    text = EU_ACT.replace("point a;", "point a, which by virtue of\nArticle 2\nof the Treaty holds;")

    assert cited(act(text), "of the Treaty") == "Art. 1(1)(a)"


def test_letters_and_roman_numbers_are_told_apart_by_what_follows() -> None:
    letters = "".join(f"({letter}) Item {letter}.\n" for letter in "abcdefghij")
    text = f"SECTION 1. LIST.\n(a) One thing—\n(1) of these:\n(A) first;\n(i) x;\n(ii) y.\nSEC. 2. MORE.\n{letters}"
    text += "SEC. 3. END.\n(h) Not known.\n"

    assert cited(act(text), "y.") == "Sec. 1(a)(1)(A)(ii)"
    assert cited(act(text), "Item i.") == "Sec. 2(i)"
    assert cited(act(text), "Item j.") == "Sec. 2(j)"
    assert cited(act(text), "Not known") == "Sec. 3"


def test_headings_of_the_parser_are_kept_and_not_doubled() -> None:
    parsed = (Heading(0, 1, "Title"), Heading(EU_ACT.index("Article 2"), 3, "Article 2 Definitions"))
    found = with_units(EU_ACT, parsed)

    assert set(parsed) <= set(found)
    assert len({heading.offset for heading in found}) == len(found)


def test_passages_of_an_act_end_with_its_units_and_name_them() -> None:
    passages = split_passages(act(EU_ACT))

    assert [p.heading for p in passages if "First recital" in p.text] == ["Recital 1"]
    assert [p.heading for p in passages if "Flush text" in p.text] == [
        "CHAPTER I General > Article 2 Definitions"
    ]
    assert "".join(re.sub(r"\s", "", p.text) for p in passages) == re.sub(r"\s", "", EU_ACT)
