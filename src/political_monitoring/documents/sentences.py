"""Where sentences begin and end, in English and German official prose."""

import re

from political_monitoring.domain.documents import Span

# A full stop after these is part of the word: titles, citations, months, Latin and German abbreviations.
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        """
        abs absatz al apr arg art arts approx aufl aug ausg az bd beschl bgbl br brit bsp bspw bzw ca cf
        ch chap cl co col com corp d.h dec dept dez div doc dr dr.h.c drs drucks ed eds e.g einschl eng
        esp est etc evtl ex f feb ff fig fn fol geb gem gen gov ggf h.con.res h.j.res h.r h.res hon hr
        hrsg i.d.r i.e i.v.m inc incl inkl insb insbes jan jr jul jun kap lit lt ltd m.e mar max min mio
        mr mrd mrs ms mwst no nos nov nr nrn o.g okt op p para paras pp prof pt pub rdn reg rep res resp
        rev rn rs s s.con.res s.j.res s.o s.res s.u sec sect sen sep sept sog sr st stat std str subd
        subs supp tit u.a u.s u.s.c u.u usw v verf vgl vol vols vs z.b z.t zit ziff zzgl
        """,
    )
)
_WORDS_TOO = frozenset({"no", "nos", "op", "ex", "max", "min", "fig"})
"""Of these, ordinary words as well: short for something only before a number."""
_END = re.compile(
    r"""[.!?…]+[)\]"'”“’»]*(?=\s)"""  # a mark, with the brackets and quotes it closes
    r"""|[:;](?=[ \t]*\n)"""  # a line that introduces the next ones
    r"""|\n[ \t]*\n\s*"""  # a blank line
    r"""|\n(?=[ \t]*(?:[-•*–#(]|\*\*|\d+[.)]\s))"""  # a list item, a numbered line, a heading
)
_WORD_BEFORE = re.compile(r"(\S+)$")
_STARTS_SENTENCE = re.compile(r"""\s+["'“„«‘(\[–—•§$€£*]*\s*[^\W_]""")
_ORDINAL = re.compile(r"^\d{1,3}$")
_MONTH_OR_ORDINAL_NOUN = re.compile(
    r"\s+(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Lesung|"
    r"Sitzung|Wahlperiode|Legislaturperiode|Änderung|Ausschuss|Bundestag|Deutsche[nr]?|Plenar\w*|Jahrhundert)\b"
)


def split_sentences(text: str, within: Span | None = None) -> list[Span]:
    """Spans of the sentences of `text` (of its part `within`), trimmed of white space, in order.

    Together they cover every non-blank character. A blank line, a list item and a heading end a sentence too.
    """
    start, end = (within.start, within.end) if within else (0, len(text))
    found: list[Span] = []
    for boundary in _END.finditer(text, start, end):
        if _ends_sentence(text, boundary, end):
            _add(found, text, start, boundary.end())
            start = boundary.end()
    _add(found, text, start, end)
    return found


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if stripped := piece.strip():
        first = start + len(piece) - len(piece.lstrip())
        found.append(Span(first, first + len(stripped)))


def _ends_sentence(text: str, boundary: re.Match[str], end: int) -> bool:
    if boundary[0][0] in "\n:;!?…":
        return True
    after = text[boundary.end() : min(boundary.end() + 40, end)]
    if not after.strip():
        return True
    follows = _STARTS_SENTENCE.match(after)
    if follows is None or after.lstrip()[0].islower():
        return "\n\n" in after
    return len(boundary[0]) > 1 or not _is_abbreviated(
        text[max(0, boundary.start() - 20) : boundary.start()], after
    )


def _is_abbreviated(before: str, after: str) -> bool:
    word = _WORD_BEFORE.search(before)
    if word is None:
        return False
    bare = word[1].lstrip("([\"'“„«‘").lower()
    if len(bare) == 1 and bare.isalpha():
        return True
    if _ORDINAL.match(bare):
        return _MONTH_OR_ORDINAL_NOUN.match(after) is not None
    if bare in _WORDS_TOO:
        return after.lstrip()[0].isdigit()
    return bare.rpartition("-")[2] in _ABBREVIATIONS
