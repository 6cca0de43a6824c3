"""Everything a document names, in the order of trust: numbers, known names, laws, people, tagged names."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from political_monitoring.domain.documents import Document, Span
from political_monitoring.extraction.equivalence import named_numbers, same_numbers
from political_monitoring.extraction.gazetteer import FoundName, Gazetteer, in_named_congress, named_bills
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.identifiers import FoundIdentifier, find_identifiers
from political_monitoring.extraction.law_names import LawName, find_law_names, short_titles
from political_monitoring.extraction.people import NamedPerson, find_committees, find_companies, find_people
from political_monitoring.extraction.resolve import Candidate, normalise_name

Tag = Callable[[str], list[tuple[str, Span]]]
"""A name tagger: text -> (label, place), with the labels PERSON, ORG and GPE."""

SCANNED = 1_000_000
"""Characters of a document in which numbers and known names are looked for."""
_NAMED = 20_000
_TAGGED = 12_000
_NO_WORDS = re.compile(r"[^\w\s]{40,}")

_LABELS = {"PERSON": "Politician", "ORG": "Institution", "GPE": "Jurisdiction"}
_COMPANY = re.compile(r"\b(?:Inc|Ltd|LLC|Corp|Corporation|plc|GmbH|AG|SE|Limited|Company|Holdings)\.?$")
_PLAUSIBLE = re.compile(
    r"[A-ZÄÖÜÀ-ÞŠŽČ][\w’'&.-]*(?:\s(?:(?:of|the|and|for|de|von|van|der|del|la|"
    r"le)\s)*[A-ZÄÖÜÀ-ÞŠŽČ][\w’'&.-]*)*"
)
_NOISE = re.compile(
    r"(?i)\b(?:act|bill|article|section|chapter|annex|regulation|directive|decision|treaty|law|code|title|"
    r"journal|register|order|framework|"
    r"roll|calendar|amendment|agreement|omnibus|shield|res|member|states?|plenary|today|assent|store|eur|"
    r"usd|gbp)\b|\d|\bgesetz|drucksache"
)


# In front of a law's name: whose it is, not what it is called.
_SAYS_WHOSE = frozenset(
    """
    EU UK US U.S. European Union Union's Union’s British American German Germany's Germany’s Federal State Irish
    Biden Trump French Commission Council Parliament Senate House Congress Government Minister President Britain's
    Britain’s Europe's Europe’s
    """.split()  # noqa: SIM905 - a list of words reads better than a column of strings
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a document names, which of it is the same, and the people among it."""

    candidates: list[Candidate]
    same: list[tuple[str, str]]
    people: list[NamedPerson]


def gather(
    document: Document, genre: Genre, principals: tuple[Candidate, ...], gazetteer: Gazetteer, tag: Tag | None
) -> Gathered:
    """Candidates for resolution. Places do not overlap: what is found first keeps its place."""
    text = document.text[:SCANNED]
    laws = find_law_names(text, 0, _NAMED) if genre is Genre.PROSE else []
    known = [one for one in gazetteer.find(text) if not _is_inside(one, laws, text)]
    bills = named_bills(known)
    numbers = [
        replace(one, identifier=in_named_congress(one.identifier, bills))
        for one in find_identifiers(text, document.date)
    ]
    places = _Places()
    principal = next(iter(principals), None)
    candidates = [*principals, *(_numbered(one) for one in numbers if places.take(one.span))]
    candidates += [_known(one, principal) for one in known if places.take(one.span)]
    same = same_numbers(text, numbers, principal)
    people: list[NamedPerson] = []
    if genre is Genre.PROSE:
        same += [(str(number), _law(law, document).key) for law, number in named_numbers(text, numbers, laws)]
        candidates += [_law(law, document) for law in laws if places.take(law.span)]
    if genre is not Genre.STATUTE:
        people = [
            one for one in find_people(text, 0, _NAMED, titled=genre is Genre.PROSE) if places.take(one.span)
        ]
        candidates += [Candidate("Politician", "", name=one.name, span=one.span) for one in people]
        candidates += [
            Candidate("Company", "", name=name, span=span)
            for name, span in find_companies(text, 0, _NAMED)
            if places.take(span)
        ]
        candidates += [
            Candidate("Committee", "", name=name, span=span)
            for name, span in find_committees(text, 0, _NAMED)
            if places.take(span)
        ]
    if tag is not None and genre is Genre.PROSE and document.language in {"en", "und"}:
        candidates += [
            one for one in _tagged(tag(_taggable(text)), text) if one.span and places.take(one.span)
        ]
    return Gathered(candidates, same, people)


class _Places:
    """Stretches of text already spoken for."""

    def __init__(self) -> None:
        self._taken: list[tuple[int, int]] = []

    def take(self, span: Span) -> bool:
        """Reserve a place; False when it overlaps one that is taken."""
        at = bisect_left(self._taken, (span.start, span.end))
        if (at < len(self._taken) and self._taken[at][0] < span.end) or (
            at and self._taken[at - 1][1] > span.start
        ):
            return False
        self._taken.insert(at, (span.start, span.end))
        return True


def _is_inside(found: FoundName, laws: list[LawName], text: str) -> bool:
    """Whether a known law's name is the end of another's: the "Kids Online Safety Act" is not that of the UK."""
    if found.known.type != "Regulation":
        return False
    at = bisect_left(laws, found.span.end, key=lambda one: one.span.end)
    law = next((one for one in laws[at : at + 1] if one.span.end == found.span.end), None)
    lead = text[law.span.start : found.span.start].split() if law else []
    return bool(lead) and all(word[:1].isupper() and word not in _SAYS_WHOSE for word in lead)


def _numbered(found: FoundIdentifier) -> Candidate:
    return Candidate(found.type, found.jurisdiction, identifiers=(found.identifier,), span=found.span)


def _known(found: FoundName, principal: Candidate | None) -> Candidate:
    """A known name; in a document about another law of that name it is that law's name."""
    known = found.known
    if principal is not None and principal.known is not known and principal.identifiers and known.identifiers:
        names = {normalise_name(name) for name in (principal.name, *principal.aliases)}
        rival = {one.scheme for one in principal.identifiers} & {one.scheme for one in known.identifiers}
        if (
            rival
            and normalise_name(found.words) in names
            and principal.identifiers[0] not in known.identifiers
        ):
            return Candidate(
                principal.type, principal.jurisdiction, identifiers=principal.identifiers, span=found.span
            )
    return Candidate(
        known.type,
        known.jurisdiction,
        name=known.name,
        identifiers=known.identifiers,
        span=found.span,
        known=known,
    )


def _law(law: LawName, document: Document) -> Candidate:
    after = document.text[law.span.end : law.span.end + 60]
    aliases = short_titles(after[: after.find(")") + 1]) if after.lstrip().startswith("(") else ()
    return Candidate("Regulation", document.jurisdiction, name=law.name, aliases=aliases, span=law.span)


def _taggable(text: str) -> str:
    """The head of a text, without runs of marks: a tokenizer takes the square of their length to take them apart."""
    return _NO_WORDS.sub(lambda run: " " * len(run[0]), text[:_TAGGED])


def _tagged(tagged: list[tuple[str, Span]], text: str) -> Iterator[Candidate]:
    """Tagged names that look like names: capitalised, a person with at least two words, no legal terms."""
    for label, span in tagged:
        words = span.of(text)
        lead = len("the ") if words.lower().startswith("the ") else 0
        name = re.sub(r"[’']s$", "", words[lead:])
        place = Span(span.start + lead, span.start + lead + len(name))
        if label not in _LABELS or not _PLAUSIBLE.fullmatch(name) or _NOISE.search(name) or len(name) < 3:
            continue
        if label == "PERSON" and " " not in name:
            continue
        if label == "ORG" and " " not in name and not (name.isupper() and len(name) <= 6):
            continue
        yield Candidate(
            "Company" if label == "ORG" and _COMPANY.search(name) else _LABELS[label],
            "",
            name=name,
            span=place,
        )
