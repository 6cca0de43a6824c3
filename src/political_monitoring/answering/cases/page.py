"""A case in the order in which a person reads it, whatever the format: HTML and DOCX only draw this."""

import json
from dataclasses import dataclass
from typing import Any

from political_monitoring.answering.capsules import plain
from political_monitoring.answering.cases.case import Case, Source
from political_monitoring.answering.cases.labels import LABELS

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it: rows of (name, value), or a table with a head of its own."""

    heading: str
    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A source: its title, its quotation between what stands before and after it, and rows of (name, value)."""

    number: int
    title: str
    url: str | None
    before: str
    quote: str
    after: str
    rows: tuple[Row, ...]


def stretches(case: Case) -> list[tuple[str, int | None]]:
    """The answer's text in order, each piece plain (None) or the mark of the source with this number."""
    marks = sorted((start, end, source.number) for source in case.sources for start, end in source.positions)
    pieces: list[tuple[str, int | None]] = []
    at = 0
    for start, end, number in marks:
        pieces += [(case.answer[at:start], None), (case.answer[start:end], number)]
        at = end
    return [piece for piece in [*pieces, (case.answer[at:], None)] if piece[0]]


def drawn(source: Source, case: Case) -> Drawn:
    """A source as it is shown."""
    say, context = LABELS[case.language], source.context
    start, end = source.start - context.start, source.end - context.start
    rows = (
        (say["publisher"], source.publisher),
        (say["date"], source.date.isoformat() if source.date else say["undated"]),
        (say["document"], source.document_id),
        (say["passage"], " · ".join(part for part in (source.passage_id, context.heading) if part)),
        (say["characters"], f"{source.start}–{source.end}"),
        (say["quote_hash"], source.quote_hash),
        (say["content_hash"], source.content_hash),
    )
    return Drawn(
        source.number,
        f"{source.title}, {source.place}" if source.place else source.title,
        source.url if source.url and source.url.startswith(("https://", "http://")) else None,
        context.text[:start],
        context.text[start:end],
        context.text[end:],
        rows,
    )


def sections(case: Case) -> list[Section]:
    """Everything below the sources."""
    say = LABELS[case.language]
    found = [
        Section(say["gaps"], tuple((gap,) for gap in case.gaps)),
        Section(say["contradictions"], _contradictions(case)),
        Section(say["work"], _understood(case)),
        Section("", _calls(case.work), (say["tool"], say["arguments"], say["results"])),
        Section(say["origin"], _origin(case)),
    ]
    return [section for section in found if section.rows]


def _contradictions(case: Case) -> tuple[Row, ...]:
    return tuple(
        (
            f"{one['subject']} {one['predicate']} {one['day']}",
            " / ".join(
                f"{side['value']} " + "".join(f"[{number}]" for number in side["citations"])
                for side in one["sides"]
            ),
        )
        for one in (case.rests_on or {}).get("contradictions", ())
    )


def _understood(case: Case) -> tuple[Row, ...]:
    say, work = LABELS[case.language], case.work
    understanding = work["understanding"]
    rows = [
        (say["intent"], str(understanding["intent"])),
        (say["entities"], ", ".join(f"{one['name']} ({one['id']})" for one in understanding["entities"])),
        (say["reasoner"], str(work["reasoner"])),
        (say["model"], str(work["model"])),
        (say["prompts"], ", ".join(work["prompts"])),
    ]
    return tuple((name, value) for name, value in rows if value)


def _calls(work: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    found = {one["call"]: one for one in work["findings"]}
    return tuple(
        (
            call["tool"],
            json.dumps({name: plain(one) for name, one in call["arguments"].items()}, ensure_ascii=False),
            _brought(found.get(number)),
        )
        for number, call in enumerate(work["calls"])
    )


def _brought(finding: dict[str, Any] | None) -> str:
    if finding is None:
        return "–"
    if "error" in finding:
        return str(finding["error"][1])
    result = finding["result"]
    return str(len(result) if isinstance(result, list) else int(result is not None))


def _origin(case: Case) -> tuple[Row, ...]:
    say = LABELS[case.language]
    position = say["not_known"]
    if case.position:
        position = say["events"].format(n=case.position[0], at=case.position[1] or "–")
    return (
        (say["id"], case.id),
        (say["asked_at"], case.asked_at.isoformat()),
        (say["as_of"], case.as_of.isoformat() if case.as_of else say["present"]),
        (say["known_at"], case.known_at.isoformat() if case.known_at else say["then"]),
        (say["position"], position),
        (say["workspace"], case.workspace),
        (say["software"], f"political-monitoring {case.version} {case.release}".strip()),
    )
