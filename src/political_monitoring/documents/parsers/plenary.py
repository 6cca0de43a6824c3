"""The Bundestag's XML: plenary protocols since 2017 speech by speech, older protocols and papers as one text."""

import re
from collections.abc import Iterator
from typing import Any

from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.xml_tree import first, name_of, text_at, words_of

_SECTIONS = frozenset({"tagesordnungspunkt", "sitzungsbeginn", "sitzungsende", "anlage"})
_WHERE = "protocol head"


def read(root: Any, hints: Hints) -> Parsed:
    """A protocol with each item of business and each speaker as a heading, or an older document as it is printed."""
    return _document(root, hints) if name_of(root) == "dokument" else _protocol(root, hints)


def _protocol(root: Any, hints: Hints) -> Parsed:
    builder = TextBuilder(hints.text_chars)
    period, session = root.get("wahlperiode", ""), root.get("sitzung-nr", "")
    number = f"{period}/{session}" if period and session else words_of(first(root, "plenarprotokoll-nummer"))
    title = f"Plenarprotokoll {number.removeprefix('Plenarprotokoll ')}"
    builder.heading(title, 1)
    day = first(root, "datum")
    builder.block(words_of(day))
    for section in (one for one in root.iter() if name_of(one) in _SECTIONS):
        _add_section(section, builder)
    marked = root.get("sitzung-datum", "") or (day.get("date", "") if day is not None else "")
    return Parsed(
        builder.text,
        title=title,
        headings=builder.headings,
        identity=title,
        date=marked or words_of(day),
        source=text_at(root, "vorspann", "kopfdaten", "herausgeber")
        or root.get("herausgeber", "Deutscher Bundestag"),
        language="de",
        kind="plenary_protocol",
        jurisdiction="DE",
        where=_WHERE,
        origins={"language": "format", "kind": "format", "jurisdiction": "format"},
    )


def _add_section(section: Any, builder: TextBuilder) -> None:
    name = section.get("top-id", "") or section.get("anlagen-titel", "")
    builder.heading(name or {"sitzungsbeginn": "Beginn der Sitzung"}.get(name_of(section), ""), 2)
    for text, speaker in _said(section):
        if speaker:
            builder.heading(text, 3)
        else:
            builder.block(text)


def _said(element: Any) -> Iterator[tuple[str, bool]]:
    """(words, whether they name who speaks next)."""
    for child in element:
        name = name_of(child)
        if name in _SECTIONS:
            continue
        if name == "name":
            yield words_of(child).rstrip(":"), True
        elif name == "p" and first(child, "redner") is not None:
            yield _speaker(child), True
        elif name in {"p", "kommentar", "zitat", "td", "th"}:
            yield words_of(child), False
        else:
            yield from _said(child)


def _speaker(line: Any) -> str:
    """ "Name (faction)", as the protocol prints it after what it keeps for machines."""
    speaker = first(line, "redner")
    printed = re.sub(r"\s*:\s*$", "", " ".join((speaker.tail or "").split()))
    name = first(speaker, "name")
    if printed or name is None:
        return printed
    own = " ".join(
        filter(None, (text_at(name, part) for part in ("titel", "vorname", "namenszusatz", "nachname")))
    )
    role = words_of(first(speaker, "rolle_lang")) or text_at(name, "fraktion")
    return f"{own} ({role})" if own and role else own


def _document(root: Any, hints: Hints) -> Parsed:
    kind, number = text_at(root, "dokumentart"), text_at(root, "nr")
    builder = TextBuilder(hints.text_chars)
    for part in (one for one in root if name_of(one) == "text"):
        for block in re.split(r"\n\s*\n", "".join(part.itertext())):
            builder.block(block)
    named = {"PLENARPROTOKOLL": "Plenarprotokoll", "DRUCKSACHE": "Drucksache"}.get(kind.upper(), kind)
    title = text_at(root, "titel")
    return Parsed(
        builder.text,
        title=title if title and number in title else f"{named} {number}: {title}".rstrip(": "),
        headings=builder.headings,
        identity=f"{named} {number}",
        date=text_at(root, "datum"),
        source=text_at(root, "urheber") or "Deutscher Bundestag",
        language="de",
        kind="plenary_protocol" if kind.upper() == "PLENARPROTOKOLL" else (text_at(root, "drs_typ") or named),
        jurisdiction="DE",
        where=_WHERE,
        origins={"language": "format", "jurisdiction": "format"},
    )
