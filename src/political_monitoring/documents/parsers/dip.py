"""DIP, the Bundestag's documentation: procedures, their steps, printed papers and protocols as its API gives them."""

from collections.abc import Iterator
from typing import Any

from political_monitoring.documents.characters import one_line
from political_monitoring.documents.parsers.fields import each, said
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder

KEYS = (
    frozenset({"id", "titel", "vorgangstyp"}),
    frozenset({"id", "titel", "drucksachetyp"}),
    frozenset({"id", "titel", "herausgeber", "dokumentnummer"}),
    frozenset({"id", "titel", "vorgangsposition"}),
    frozenset({"id", "titel", "aktivitaetsart"}),
)
_SITE = "https://dip.bundestag.de"
_NAMED = (
    ("Vorgangstyp", "vorgangstyp"),
    ("Vorgangsposition", "vorgangsposition"),
    ("Drucksachetyp", "drucksachetyp"),
    ("Aktivitätsart", "aktivitaetsart"),
    ("Dokumentnummer", "dokumentnummer"),
    ("Wahlperiode", "wahlperiode"),
    ("Beratungsstand", "beratungsstand"),
    ("GESTA", "gesta"),
)


def read(entry: dict[str, Any], hints: Hints) -> Parsed:
    """Title, what DIP says in fields, abstract and, of papers and protocols, the whole text."""
    builder = TextBuilder(hints.text_chars)
    title = one_line(said(entry, "titel"))
    builder.heading(title, 1)
    builder.block("\n".join(f"{name}: {value}" for name, key in _NAMED if (value := said(entry, key))))
    builder.block("\n".join(_lists(entry)))
    builder.block(_reference(entry))
    builder.block(said(entry, "abstract"))
    builder.block(said(entry, "text"))
    number = said(entry, "id")
    kind = said(entry, "typ") or ("Vorgang" if "vorgangstyp" in entry else "Dokument")
    return Parsed(
        builder.text,
        title=title,
        headings=builder.headings,
        identity=f"dip {kind} {number}",
        date=said(entry, "datum") or said(entry, "fundstelle", "datum"),
        source=_publisher(entry),
        url=_address(entry, kind, number),
        language="de",
        kind=next((value for _, key in _NAMED[:4] if (value := said(entry, key))), kind),
        jurisdiction="DE",
        where="DIP",
        origins={
            "date": "DIP datum" if said(entry, "datum") else "DIP fundstelle",
            "language": "format",
            "jurisdiction": "format",
            "url": "DIP fundstelle" if said(entry, "fundstelle", "pdf_url") else "number in DIP",
        },
    )


def _address(entry: dict[str, Any], kind: str, number: str) -> str:
    printed = said(entry, "fundstelle", "pdf_url")
    return printed if printed.startswith("https://") else f"{_SITE}/{kind.lower()}/{number}"


def _publisher(entry: dict[str, Any]) -> str:
    issuer = said(entry, "herausgeber") or said(entry, "fundstelle", "herausgeber")
    return {"BT": "Deutscher Bundestag", "BR": "Bundesrat"}.get(issuer, issuer) or "DIP Bundestag"


def _lists(entry: dict[str, Any]) -> Iterator[str]:
    for name, key in (("Initiative", "initiative"), ("Urheber", "urheber"), ("Sachgebiet", "sachgebiet")):
        values = [one if isinstance(one, str) else said(one, "titel") for one in each(entry, key)]
        if listed := ", ".join(filter(None, values)):
            yield f"{name}: {listed}"
    for law in each(entry, "inkrafttreten"):
        yield f"Inkrafttreten: {said(law, 'datum')} {said(law, 'erlaeuterung')}".strip()
    for law in each(entry, "verkuendung"):
        yield f"Verkündung: {said(law, 'verkuendungsdatum')} {said(law, 'fundstelle')}".strip()


def _reference(entry: dict[str, Any]) -> str:
    place = [said(entry, "fundstelle", key) for key in ("dokumentart", "dokumentnummer", "datum", "seite")]
    return f"Fundstelle: {', '.join(filter(None, place))}" if any(place) else ""
