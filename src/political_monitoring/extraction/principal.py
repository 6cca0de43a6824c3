"""What a document as a whole is about: said by its URL, else its title, else its first words."""

import re

from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Identifier
from political_monitoring.extraction.gazetteer import FoundName, Gazetteer, in_named_congress, named_bills
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.identifiers import LAW_SCHEMES, FoundIdentifier, find_identifiers
from political_monitoring.extraction.law_names import cited_as, find_law_names, short_titles
from political_monitoring.extraction.resolve import Candidate

_FIRST_WORDS = 400
_CONTEXT = 5000
# The printed paper in a URL is a bill only if the text says so; a case is what a judgment is about.
_NAMING_SCHEMES = LAW_SCHEMES | {"eu-case", "de-case"}
_NUMBER_FIRST = re.compile(r"^\s*(?:[:.–—-]\s*)?(?=\S)")
_GERMAN_RECORD = re.compile(r"^\s*[\d.-]{8,10}\s+(?P<kind>[^„\n]{4,80}?)\s+„(?P<title>[^“]+)“")
# Kinds of German procedures that end in a law; the others (questions, reports, petitions ...) are none.
_GERMAN_KINDS = {
    "Gesetzgebung": "Bill",
    "Antrag": "Bill",
    "Rechtsverordnung": "Regulation",
    "Allgemeine Verwaltungsvorschrift": "Regulation",
}
_QUOTED = re.compile(r"[(„\"“»]\s*$")


def read_principals(document: Document, genre: Genre, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """What the document is about, the most telling first; empty when nothing says so.

    The first one is what "the act" or "it" means in the text when it is a law.
    """
    in_title = find_identifiers(document.title, document.date)
    named_in_title = gazetteer.find(document.title, context=f"{document.title}\n{document.text[:_CONTEXT]}")
    named_first = gazetteer.find(document.text, 0, _FIRST_WORDS)
    bills = named_bills([*named_in_title, *named_first])
    found = [
        *_of_law(find_identifiers(document.url or "", document.date), {}),
        *_of_law(in_title, bills),
        *[_known(one) for one in named_in_title if one.known.type in {"Regulation", "CourtCase"}],
        *_of_law(find_identifiers(document.text[:_FIRST_WORDS], document.date)[:1], bills),
    ]
    if not found:
        found = [_known(one) for one in named_first if one.known.type == "Regulation"][:1]
    if not found and (
        law := next(iter(find_law_names(f"{document.title}\n{document.text[:_FIRST_WORDS]}")), None)
    ):
        found = [Candidate("Regulation", document.jurisdiction, name=law.name, principal=True)]
    companies = [_known(one) for one in named_in_title if one.known.type in {"Company", "LobbyGroup"}]
    if not found:
        return tuple(companies)
    first = _named_by_title(found[0], document, genre, in_title)
    return (first, *(one for one in [*found[1:], *companies] if one.key != first.key))


def _of_law(found: list[FoundIdentifier], bills: dict[str, Identifier]) -> list[Candidate]:
    return [
        Candidate(
            one.type,
            one.jurisdiction,
            identifiers=(in_named_congress(one.identifier, bills),),
            principal=True,
        )
        for one in found
        if one.identifier.scheme in _NAMING_SCHEMES
    ]


def _known(found: FoundName) -> Candidate:
    known = found.known
    return Candidate(
        known.type,
        known.jurisdiction,
        name=known.name,
        identifiers=known.identifiers,
        known=known,
        principal=True,
    )


def _named_by_title(
    candidate: Candidate, document: Document, genre: Genre, in_title: list[FoundIdentifier]
) -> Candidate:
    """The candidate with the names that title and text give it; a headline is no name."""
    if not candidate.identifiers or candidate.known:
        return candidate
    kind, name = _name(document, genre, in_title, candidate.identifiers[0])
    aliases = dict.fromkeys(
        [*short_titles(name), *([cited_as(document.text)] if genre is Genre.STATUTE else [])]
    )
    return Candidate(
        candidate.type,
        candidate.jurisdiction,
        name=name,
        identifiers=candidate.identifiers,
        aliases=tuple(alias for alias in aliases if alias and alias != name),
        principal=True,
        type_override=kind if candidate.identifiers[0].scheme == "de-vorgang" else "",
    )


def _name(
    document: Document, genre: Genre, in_title: list[FoundIdentifier], identifier: Identifier
) -> tuple[str, str]:
    """(entity type in a German record or "", name or "")."""
    title = " ".join(document.title.split())
    if record := _GERMAN_RECORD.match(document.text):
        return _GERMAN_KINDS.get(record["kind"].strip(), "Policy"), " ".join(
            record["title"].split()
        ).removeprefix("... ")
    if in_title and in_title[0].identifier == identifier and in_title[0].span.start == 0:
        rest = document.title[in_title[0].span.end :]
        return "", " ".join(_NUMBER_FIRST.sub("", rest).split())
    at = document.text.find(title[:80], 0, 2000) if title else -1
    if genre is Genre.STATUTE or (at > 0 and _QUOTED.search(document.text, max(0, at - 3), at)):
        return "", title
    return "", next((one.name for one in find_law_names(document.title)), "")
