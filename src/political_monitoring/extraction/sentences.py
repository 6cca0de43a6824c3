"""Sentences of running text, with their places. English and German."""

import re
from dataclasses import dataclass

from political_monitoring.domain.documents import Span

# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    """
    no nos nr art arts abs mr mrs ms dr prof sen rep gov gen hon st jr sr inc ltd corp co vs v cf al
    sec para pub stat rept res con jan feb apr aug sept oct nov dec u.s u.k e.g i.e a.m p.m
    bzw ca vgl z.b u.a d.h i.v.m drs bt br bgbl ziff buchst usw evtl ggf sog geb str mio mrd abg
    """.split()  # noqa: SIM905 - a list of words reads better than a column of strings
)
_END = re.compile(
    r"[.!?][\"'”“’»)\]]*(?=\s+[\"'“„«(\[]?[A-ZÄÖÜ0-9])"  # punctuation before a new beginning
    r"|\n[ \t]*\n"  # an empty line
    r"|\n(?=[ \t]*(?:[-*•#>|]|\d+[.)] ))"  # a list item or heading
    r"|^#[^\n]*\n",  # the end of a heading
    re.MULTILINE,
)
_INITIALS = re.compile(r"(?:[a-z]\.)+[a-z]")
_ORDINAL_BEFORE = re.compile(
    r"\s+(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Lesung|Beratung|Durchgang|Sitzung|Wahlperiode|Legislaturperiode|"
    r"Bundestag|Ausschuss|Jahr|Gesetz|Verordnung|Änderung|Tag\b)"
)
_GERMAN_ORDINAL = re.compile(r"\b(?:der|die|das|den|dem|des|am|im|vom|zum|zur|beim)\s+\d+$", re.IGNORECASE)
_LAST_WORD = re.compile(r"([\w.]+)$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `text == span.of(document text)`."""

    span: Span
    text: str
    ordinal: int


def split_sentences(text: str, end: int | None = None) -> list[Sentence]:
    """Sentences of `text[:end]` in order, trimmed of surrounding space; blank ones are left out."""
    limit = len(text) if end is None else min(end, len(text))
    cuts = [found.end() for found in _END.finditer(text, 0, limit) if not _is_inside(text, found)]
    sentences: list[Sentence] = []
    start = 0
    for cut in [*cuts, limit]:
        raw = text[start:cut]
        body = raw.strip()
        if body:
            first = start + len(raw) - len(raw.lstrip())
            sentences.append(Sentence(Span(first, first + len(body)), body, len(sentences)))
        start = cut
    return sentences


def _is_inside(text: str, found: re.Match[str]) -> bool:
    """Whether the punctuation belongs to an abbreviation, an initial or a German ordinal ("am 21. Mai")."""
    if found[0][0] != ".":
        return False
    word = _LAST_WORD.search(text, max(0, found.start() - 12), found.start())
    if word is None:
        return False
    last = word[1].casefold()
    if last.isdigit():
        after_article = _GERMAN_ORDINAL.search(text, max(0, found.start() - 20), found.start())
        return bool(after_article or _ORDINAL_BEFORE.match(text, found.end()))
    return (
        last.rpartition(".")[2] in _ABBREVIATIONS
        or last in _ABBREVIATIONS
        or (len(last) == 1 and last.isalpha())
        or bool(_INITIALS.fullmatch(last))
    )
