"""polmon ask | search | show: read the knowledge graph, with or without a running system."""

import json
import secrets
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from political_monitoring.cli.dates import parse_day
from political_monitoring.cli.output import print_json, shortened
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import NotFound, UserError

if TYPE_CHECKING:
    from political_monitoring.cli.show import Description

AsOfOption = Annotated[
    date | None, typer.Option("--as-of", parser=parse_day, metavar="DATE", help="what was true on that day")
]
KnownAtOption = Annotated[
    date | None, typer.Option("--known-at", parser=parse_day, metavar="DATE", help="what we knew on that day")
]
QueriesOption = Annotated[
    Path | None, typer.Option("--queries", help="batch: a JSONL file of {id, query, as_of}")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="batch: where the JSONL results go")]


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    app.command()(ask)
    app.command()(search)
    app.command()(show)


def ask(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    question: Annotated[str, typer.Argument(help="the question; its own date words set the day")] = "",
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    as_json: JsonOption = False,
    queries: QueriesOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    mode: Annotated[
        Literal["local", "llm"] | None, typer.Option("--mode", help="who answers; default: POLMON_CHAT_MODE")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option("--max-cost", min=0, help="most money the model may cost for an answer")
    ] = None,
) -> None:
    """Answer a question; every sentence cites its source.

    Examples: polmon ask "What is the status of the AI Act?" --as-of 2023-06-30 /
    polmon ask --queries questions.jsonl --out answers.jsonl
    """
    from political_monitoring.answering.conversation import Message, Wishes, read_conversation
    from political_monitoring.runtime import open_runtime

    def answer(text: str, world: date | None) -> dict[str, Any]:
        time = AsOf.on(world, known_at) if world or known_at else None
        now = runtime.clock()
        asked = read_conversation([Message("user", text)], now.date(), time, Wishes(mode, max_cost=max_cost))
        done = runtime.orchestrator.work_now(asked)
        answer_id = None
        if runtime.answers is not None:
            answer_id = f"ask-{secrets.token_hex(8)}"
            runtime.answers.keep(answer_id, now, asked, done.answer, done.work)
        return {"answer_id": answer_id, **_answer_as_data(done.answer, runtime.settings.llm.currency)}

    with open_runtime(settings_of(workspace)) as runtime:
        if queries:
            _batch(queries, out, lambda row: answer(row["query"], as_of or _day_of(row)))
        else:
            _tell(answer(_required(question, "QUESTION"), as_of), as_json=as_json)


def search(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    query: Annotated[str, typer.Argument(help="words, an identifier, a title")] = "",
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    since: Annotated[
        date | None, typer.Option("--from", parser=parse_day, metavar="DATE", help="dated on or after")
    ] = None,
    until: Annotated[
        date | None, typer.Option("--to", parser=parse_day, metavar="DATE", help="dated on or before")
    ] = None,
    kinds: Annotated[list[str] | None, typer.Option("--type", help="only this document type")] = None,
    jurisdictions: Annotated[
        list[str] | None, typer.Option("--jurisdiction", help="only documents of it, as in EU, US, DE")
    ] = None,
    sources: Annotated[list[str] | None, typer.Option("--source", help="only this publisher")] = None,
    languages: Annotated[
        list[str] | None, typer.Option("--language", help="only this language, as in en, de")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="number of documents")] = 10,
    as_json: JsonOption = False,
    queries: QueriesOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Find documents by words, meaning and time.

    Examples: polmon search "gatekeeper fines" --from 2025-01-01 /
    polmon search --queries questions.jsonl --out hits.jsonl
    """
    from political_monitoring.knowledge.port import Scope
    from political_monitoring.runtime import open_runtime
    from political_monitoring.tools.search import search as find

    scope = Scope(*(tuple(given or ()) for given in (kinds, jurisdictions, sources, languages)))

    def hits(text: str, world: date | None) -> list[dict[str, Any]]:
        time = AsOf.on(world, known_at) if world or known_at else None
        found = find(
            runtime.graph,
            text,
            today=runtime.clock().date(),
            time=time,
            since=since,
            until=until,
            scope=scope,
            limit=top,
        )
        return [
            {
                "document_id": hit.document_id,
                "score": round(hit.score, 6),
                "date": hit.date.isoformat() if hit.date else None,
                "title": hit.title,
                "passage": hit.text,
            }
            for hit in found
        ]

    with open_runtime(settings_of(workspace)) as runtime:
        if queries:
            _batch(queries, out, lambda row: {"hits": hits(row["query"], as_of or _day_of(row))})
            return
        found = hits(_required(query, "QUERY"), as_of)
    if as_json:
        print_json(found)
    elif not found:
        typer.echo("Nothing found.")
    else:
        for hit in found:
            typer.secho(hit["title"], bold=True)
            typer.secho(f"  {hit['date'] or 'undated'} · {hit['document_id']}", dim=True)
            typer.echo(f"  {shortened(hit['passage'])}")


def show(
    name: Annotated[str, typer.Argument(help="a document id, an identifier, a name, or a file to look into")],
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="a document's versions and what changed between them")
    ] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """What is known about a document or an entity, with its evidence; of a file, how it would be read.

    Examples: polmon show "H.R. 4346" / polmon show celex:32024R1689 --as-of 2024-01-01 / polmon show act.xml
    """
    from political_monitoring.cli.show import describe_document, describe_entity, describe_file, is_file
    from political_monitoring.cli.versions import describe_versions, places_seen
    from political_monitoring.runtime import open_runtime

    settings = settings_of(workspace)
    if is_file(name):
        _print_description(describe_file(name, settings), as_json=as_json)
        return
    with open_runtime(settings) as runtime:
        if versions:
            found = describe_versions(runtime.graph, name)
        else:
            found = describe_document(
                runtime.graph, name, lambda: places_seen(settings, name)
            ) or describe_entity(runtime.graph, name, AsOf.on(as_of, known_at))
    if found is None and versions:
        raise NotFound(f"no document has the id {name!r}; `polmon search` finds documents by words")
    if found is None:
        raise NotFound(f"no document or entity is called {name!r}; `polmon search` finds documents by words")
    _print_description(found, as_json=as_json)


def _print_description(found: "Description", *, as_json: bool) -> None:
    if as_json:
        print_json(found.data)
    else:
        found.print()


def _tell(result: dict[str, Any], *, as_json: bool) -> None:
    """Print an answer at once: keeping it takes longer than giving it."""
    if as_json:
        print_json(result)
    else:
        typer.echo(result["answer"])
        for citation in result["citations"]:
            when = citation["date"] or "undated"
            place = f", {citation['place']}" if citation["place"] else ""
            typer.echo(f"[{citation['number']}] {citation['title']}{place}, {citation['source']}, {when}")
            typer.echo(f"    {citation['url'] or citation['document_id']}")
        for note in result["notes"]:
            typer.secho(note, dim=True)
        if cost := result["cost"]:
            typer.secho(
                f"{cost['model']}: {cost['calls']} calls, {cost['tokens']} tokens, "
                f"{cost['amount']:.4f} {cost['currency']}",
                dim=True,
            )
        if result["answer_id"]:
            typer.secho(f"polmon answers show {result['answer_id']}", dim=True)
    sys.stdout.flush()


def _answer_as_data(answer: Any, currency: str) -> dict[str, Any]:
    from political_monitoring.evidence import wire_form

    return {
        "answer": answer.text,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "citations": [{**wire_form.source(one), "source": one.source} for one in answer.citations],
        "gaps": list(answer.gaps),
        "notes": list(answer.notes),
        "cost": {
            "model": answer.model,
            "calls": answer.cost.calls,
            "tokens": answer.cost.tokens,
            "amount": answer.cost.cost / 1_000_000,
            "currency": currency,
        }
        if answer.cost
        else None,
        "rests_on": answer.rests_on.as_data() if answer.rests_on else None,
    }


def _batch(queries: Path, out: Path | None, work: Any) -> None:
    if out is None:
        raise UserError("--queries needs --out FILE for the results")
    from political_monitoring.cli.progress import track

    rows = list(_read_queries(queries))
    with out.open("w", encoding="utf-8") as sink:
        for row in track(rows, "questions"):
            sink.write(json.dumps({"id": row["id"], **work(row)}, ensure_ascii=False) + "\n")


def _read_queries(path: Path) -> Iterable[dict[str, Any]]:
    if not path.is_file():
        raise UserError(f"{path} is not a file")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise UserError(f"{path}, line {number} is not JSON: {error.msg}") from None
            if not isinstance(row, dict) or not isinstance(row.get("query"), str) or "id" not in row:
                raise UserError(f"{path}, line {number} needs an id and a query")
            yield row


def _day_of(row: dict[str, Any]) -> date | None:
    given = row.get("as_of")
    try:
        return date.fromisoformat(given) if given else None
    except (TypeError, ValueError):
        raise UserError(f"as_of of question {row['id']!r} is not a date: {given!r}") from None


def _required(text: str, name: str) -> str:
    if not text.strip():
        raise UserError(f"give a {name}, or --queries FILE with --out FILE")
    return text
