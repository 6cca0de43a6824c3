"""BILLSTATUS: what congress.gov says about a bill, in both schemas that GPO has published."""

from collections.abc import Iterator
from typing import Any

from political_monitoring.documents.parsers.html import add_fragment
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.xml_tree import first, name_of, text_at, words_of
from political_monitoring.errors import UnreadableDocument

_PATHS = {
    "HR": "house-bill",
    "S": "senate-bill",
    "HRES": "house-resolution",
    "SRES": "senate-resolution",
    "HJRES": "house-joint-resolution",
    "SJRES": "senate-joint-resolution",
    "HCONRES": "house-concurrent-resolution",
    "SCONRES": "senate-concurrent-resolution",
}
_DAY = len("2024-01-31")


def read(root: Any, hints: Hints) -> Parsed:
    """The latest action first, then sponsors, summaries and every action with its day.

    It is dated as of its last update: what a record says of a bill holds on that day.
    """
    bill = first(root, "bill")
    if bill is None:
        raise UnreadableDocument("is BILLSTATUS without a bill")
    kind = (text_at(bill, "type") or text_at(bill, "billtype")).upper()
    number = text_at(bill, "number") or text_at(bill, "billnumber")
    congress = text_at(bill, "congress")
    title = text_at(bill, "title")
    builder = TextBuilder(hints.text_chars)
    name = f"{kind} {number}".strip()
    latest = _action(_child(bill, "latestaction"))
    builder.block(latest.replace(" - ", f" - {name} ({title}): ", 1) if latest else f"{name} ({title})")
    builder.block(_facts(bill, congress))
    _add_summaries(bill, builder)
    actions = list(dict.fromkeys(filter(None, map(_action, _items(bill, "actions")))))
    if actions:
        builder.heading("Actions", 2)
    for line in sorted(actions, key=lambda line: line[:_DAY]):
        builder.block(line)
    date, where = _updated(bill)
    path = _PATHS.get(kind, "")
    return Parsed(
        builder.text,
        title=title or name,
        headings=builder.headings,
        identity=f"billstatus {congress} {name}",
        date=date[:_DAY],
        source="congress.gov",
        url=f"https://www.congress.gov/bill/{congress}th-congress/{path}/{number}" if path and number else "",
        language=text_at(root, "dublincore", "language") or "en",
        kind="bill_status",
        jurisdiction="US",
        where="BILLSTATUS",
        origins={
            "title": "BILLSTATUS title",
            "date": where,
            "language": "BILLSTATUS dc:language",
            "url": "number of the bill",
        },
    )


def _updated(bill: Any) -> tuple[str, str]:
    for name in ("updateDate", "updateDateIncludingText", "introducedDate"):
        if day := text_at(bill, name.lower()):
            return day, f"BILLSTATUS {name}"
    return "", ""


def _child(element: Any, name: str) -> Any:
    return next((one for one in element if name_of(one) == name), None)


def _items(bill: Any, name: str) -> list[Any]:
    listed = _child(bill, name)
    return [one for one in listed if name_of(one) == "item"] if listed is not None else []


def _action(item: Any) -> str:
    if item is None:
        return ""
    day, words = text_at(item, "actiondate"), text_at(item, "text")
    return f"{day} - {words}" if day and words else ""


def _facts(bill: Any, congress: str) -> str:
    laws = [f"{text_at(one, 'type')} {text_at(one, 'number')}" for one in _items(bill, "laws")]
    lines = {
        "Congress": congress,
        "Chamber": text_at(bill, "originchamber"),
        "Introduced": text_at(bill, "introduceddate"),
        "Sponsor": _names(bill, "sponsors"),
        "Cosponsors": _names(bill, "cosponsors"),
        "Policy area": text_at(bill, "policyarea", "name"),
        "Committees": ", ".join(dict.fromkeys(_committees(bill))),
        "Law": ", ".join(law.strip() for law in laws),
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)


def _names(bill: Any, listed: str) -> str:
    return ", ".join(filter(None, (text_at(one, "fullname") for one in _items(bill, listed))))


def _committees(bill: Any) -> Iterator[str]:
    listed = _child(bill, "committees")
    for item in listed.iter() if listed is not None else ():
        if name_of(item) == "item" and text_at(item, "systemcode"):
            yield text_at(item, "name")


def _add_summaries(bill: Any, builder: TextBuilder) -> None:
    listed = _child(bill, "summaries")
    for one in listed.iter() if listed is not None else ():
        if name_of(one) not in {"item", "summary"}:
            continue
        said = next((child for child in one if name_of(child) in {"text", "cdata"}), None)
        if words := words_of(said):
            builder.heading(f"Summary: {text_at(one, 'actiondesc') or text_at(one, 'name')}", 2)
            add_fragment(words, builder)
