"""What kind of text a document is: the same words mean an event in a record and nothing in a statute."""

import re
from enum import StrEnum

from political_monitoring.domain.documents import Document

_HEAD = 1500
_DATED_LINE = re.compile(r"^[ \t]*(?:[-*•][ \t]*)?\d{4}-\d{2}-\d{2}\b", re.MULTILINE)
_STARTS_DATED = re.compile(r"\s*(?:\d{4}-\d{2}-\d{2}|\d{2}\.\d{2}\.\d{4})\b(?!\s*[–—,])")
_STATUTE = re.compile(
    r"\bIN THE (?:HOUSE OF REPRESENTATIVES|SENATE OF THE UNITED STATES)\b|"
    r"\bIn the (?:House of Representatives|Senate of the United States), "
    r"|\bBe it enacted\b|\bBE IT ENACTED\b|\bHA(?:VE|S) ADOPTED THIS\b|"
    r"\bTHE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,"
    r"|\bDer Bundestag hat (?:mit Zustimmung des Bundesrates )?das folgende Gesetz beschlossen\b"
    r"|\bintroduced the following (?:joint resolution|bill)|"
    r"\bsubmitted the following (?:concurrent )?resolution"
)
_SECTION_LINE = re.compile(
    r"^[ \t]*(?:#+[ \t]*)?(?:\*\*)?(?:Article|Artikel|§|SEC\.|Sec\.|Section)\s*\d+", re.MULTILINE
)
_SECTIONS_OF_A_STATUTE = 6
_DATED_LINES_OF_A_RECORD = 3


class Genre(StrEnum):
    """Kinds of text the rules tell apart."""

    RECORD = "record"
    """A procedure's entries, written by a parliament's database: dated, formulaic."""
    STATUTE = "statute"
    """The text of a bill or act."""
    PROSE = "prose"
    """Everything else: press releases, news, speeches, reports."""


def genre_of(document: Document) -> Genre:
    """The kind of text, from its form."""
    head = document.text[:_HEAD]
    if _STATUTE.search(head) or len(_SECTION_LINE.findall(document.text)) >= _SECTIONS_OF_A_STATUTE:
        return Genre.STATUTE
    if (
        _STARTS_DATED.match(head)
        or len(_DATED_LINE.findall(document.text[:5000])) >= _DATED_LINES_OF_A_RECORD
    ):
        return Genre.RECORD
    return Genre.PROSE
