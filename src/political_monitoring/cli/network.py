"""polmon graph neighbours | paths | timeline | changes | communities | central: the graph as a network."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from political_monitoring.cli.ask import AsOfOption, KnownAtOption
from political_monitoring.cli.dates import parse_day, parse_moment
from political_monitoring.cli.output import print_json, print_table, shortened
from political_monitoring.cli.show import fact_as_data
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.clock import end_of_day, start_of_day, utc_now
from political_monitoring.domain.facts import AsOf

if TYPE_CHECKING:
    from political_monitoring.knowledge.network import View
    from political_monitoring.knowledge.port import KnowledgeGraph
    from political_monitoring.settings import Settings

EntityArgument = Annotated[str, typer.Argument(metavar="ENTITY", help="an id, an identifier or a name")]
TypesOption = Annotated[list[str] | None, typer.Option("--entity-type", help="only entities of this type")]
PredicatesOption = Annotated[list[str] | None, typer.Option("--predicate", help="only this relation")]
KindsOption = Annotated[list[str] | None, typer.Option("--type", help="only evidence in this document type")]
JurisdictionsOption = Annotated[
    list[str] | None, typer.Option("--jurisdiction", help="only evidence in documents of it, as in EU")
]
SourcesOption = Annotated[list[str] | None, typer.Option("--source", help="only this publisher's evidence")]
LanguagesOption = Annotated[
    list[str] | None, typer.Option("--language", help="only evidence in this language, as in de")
]
HistoryOption = Annotated[bool, typer.Option("--history", help="also what no longer holds")]
TopOption = Annotated[int, typer.Option("--top", min=1, max=1000, help="at most so many")]
FACT_COLUMNS = ("Valid", "Fact", "Evidence")


def register(graph: typer.Typer) -> None:
    """Add these commands to `polmon graph`."""
    for command in (neighbours, paths, timeline, changes, communities, central):
        graph.command()(command)


def neighbours(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    entity: EntityArgument,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    history: HistoryOption = False,
    predicates: PredicatesOption = None,
    types: TypesOption = None,
    kinds: KindsOption = None,
    jurisdictions: JurisdictionsOption = None,
    sources: SourcesOption = None,
    languages: LanguagesOption = None,
    top: TopOption = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Entities that facts link to this one, with those facts.

    Example: polmon graph neighbours "European Commission" --entity-type Company --as-of 2024-01-01
    """
    from political_monitoring.knowledge import network

    view = view_of(as_of, known_at, history, predicates, types, kinds, jurisdictions, sources, languages)
    with closing(open_plain(settings_of(workspace))) as graph:
        found = network.neighbours(graph, entity_called(graph, entity), view, top)
    if as_json:
        rows = [
            {"entity_id": one.entity.id, "type": one.entity.type, "name": one.entity.name}
            | {"facts": [fact_as_data(fact) for fact in one.facts]}
            for one in found
        ]
        print_json(rows)
        return
    _print_rows(
        ("Entity", "Type", "Facts", "Relations", "Id"),
        [
            (
                one.entity.name,
                one.entity.type,
                len(one.facts),
                ", ".join(sorted({fact.predicate for fact in one.facts})),
                one.entity.id,
            )
            for one in found
        ],
    )


def paths(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    start: Annotated[str, typer.Argument(metavar="A", help="an id, an identifier or a name")],
    end: Annotated[str, typer.Argument(metavar="B", help="an id, an identifier or a name")],
    most_hops: Annotated[int, typer.Option("--hops", min=1, max=6, help="longest path")] = 4,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    history: HistoryOption = False,
    predicates: PredicatesOption = None,
    types: TypesOption = None,
    kinds: KindsOption = None,
    jurisdictions: JurisdictionsOption = None,
    sources: SourcesOption = None,
    languages: LanguagesOption = None,
    top: TopOption = 5,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """The shortest chains of facts between two entities, with the evidence of each step.

    Example: polmon graph paths "Meta" "Digital Markets Act" --hops 3
    """
    from political_monitoring.knowledge import network

    view = view_of(as_of, known_at, history, predicates, types, kinds, jurisdictions, sources, languages)
    with closing(open_plain(settings_of(workspace))) as graph:
        found = network.paths(
            graph, entity_called(graph, start), entity_called(graph, end), view, most_hops, top
        )
    if as_json:
        print_json(
            [
                [
                    {
                        "source": hop.source,
                        "target": hop.target,
                        "facts": [fact_as_data(fact) for fact in hop.facts],
                    }
                    for hop in path
                ]
                for path in found
            ]
        )
        return
    if not found:
        typer.echo(f"No path of at most {most_hops} steps.")
    for number, path in enumerate(found, 1):
        typer.secho(f"{number}. {' → '.join([path[0].source, *(hop.target for hop in path)])}", bold=True)
        for hop in path:
            for fact in hop.facts:
                typer.echo(f"   {fact.subject} {fact.predicate} {fact.object}")
                typer.echo(f"      “{fact.evidence.quote}” ({fact.evidence.document_id})")


def timeline(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    entity: EntityArgument,
    since: Annotated[
        date | None, typer.Option("--from", parser=parse_day, metavar="DATE", help="begun on or after")
    ] = None,
    until: Annotated[
        date | None, typer.Option("--to", parser=parse_day, metavar="DATE", help="begun on or before")
    ] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    predicates: PredicatesOption = None,
    types: TypesOption = None,
    kinds: KindsOption = None,
    jurisdictions: JurisdictionsOption = None,
    sources: SourcesOption = None,
    languages: LanguagesOption = None,
    top: TopOption = 200,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """What happened to an entity and what it did, oldest first.

    Example: polmon graph timeline "H.R. 4346" --from 2022-01-01
    """
    from political_monitoring.knowledge import network

    view = view_of(as_of, known_at, True, predicates, types, kinds, jurisdictions, sources, languages)
    with closing(open_plain(settings_of(workspace))) as graph:
        found = network.timeline(graph, entity_called(graph, entity), since, until, view, top)
    facts = [fact_as_data(fact) for fact in found]
    if as_json:
        print_json(facts)
    else:
        _print_rows(FACT_COLUMNS, map(_fact_cells, facts))


def changes(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    since: Annotated[
        date,
        typer.Option(
            "--from", parser=parse_moment, metavar="TIME", help="recorded from then on, day or time"
        ),
    ],
    until: Annotated[
        date | None,
        typer.Option("--to", parser=parse_moment, metavar="TIME", help="recorded until then; a day: its end"),
    ] = None,
    entities: Annotated[list[str] | None, typer.Option("--entity", help="only facts about it")] = None,
    as_of: AsOfOption = None,
    predicates: PredicatesOption = None,
    types: TypesOption = None,
    kinds: KindsOption = None,
    jurisdictions: JurisdictionsOption = None,
    sources: SourcesOption = None,
    languages: LanguagesOption = None,
    top: TopOption = 200,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """What the graph learned and what it no longer holds, between two moments of recording.

    Example: polmon graph changes --from 2025-03-01 --to 2025-03-07
    """
    from political_monitoring.knowledge import network

    view = view_of(as_of, None, False, predicates, types, kinds, jurisdictions, sources, languages)
    with closing(open_plain(settings_of(workspace))) as graph:
        about = tuple(entity_called(graph, one) for one in entities or ())
        found = network.changes(graph, *_between(since, until), view, about)
    rows = [{"change": one.kind, **fact_as_data(one.fact)} for one in found[:top]]
    if as_json:
        print_json({"changes": len(found), "shown": rows})
        return
    _print_rows(("Change", *FACT_COLUMNS), [(row["change"], *_fact_cells(row)) for row in rows])
    if len(found) > top:
        typer.echo(f"{len(found):,} changes; --top shows more")


def communities(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    resolution: Annotated[
        float, typer.Option("--resolution", min=0.01, max=100, help="higher: more and smaller groups")
    ] = 1.0,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    predicates: PredicatesOption = None,
    types: TypesOption = None,
    kinds: KindsOption = None,
    jurisdictions: JurisdictionsOption = None,
    sources: SourcesOption = None,
    languages: LanguagesOption = None,
    top: TopOption = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Groups of entities with more links among them than to others (Leiden).

    Example: polmon graph communities --jurisdiction EU --as-of 2024-01-01
    """
    from political_monitoring.knowledge import communities as groups
    from political_monitoring.knowledge import network

    view = view_of(as_of, known_at, False, predicates, types, kinds, jurisdictions, sources, languages)
    settings = settings_of(workspace)
    with closing(open_plain(settings)) as graph:

        def compute() -> list[Any]:
            return [list(one.members) for one in groups.communities(network.edges(graph, view), resolution)]

        found = _kept(settings, graph, "communities", (view, resolution), compute)[:top]
        rows = [[described(graph, member) for member in members] for members in found]
    if as_json:
        print_json(rows)
    else:
        cells = [(len(row), ", ".join(one["name"] for one in row[:_NAMED_MEMBERS])) for row in rows]
        _print_rows(("Entities", "Best linked"), cells)


def central(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    predicates: PredicatesOption = None,
    types: TypesOption = None,
    kinds: KindsOption = None,
    jurisdictions: JurisdictionsOption = None,
    sources: SourcesOption = None,
    languages: LanguagesOption = None,
    top: TopOption = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """The most central entities: PageRank, betweenness, number of neighbours.

    Example: polmon graph central --entity-type Company --entity-type Regulation
    """
    from political_monitoring.knowledge import communities as groups
    from political_monitoring.knowledge import network

    view = view_of(as_of, known_at, False, predicates, types, kinds, jurisdictions, sources, languages)
    settings = settings_of(workspace)
    with closing(open_plain(settings)) as graph:

        def compute() -> list[Any]:
            return [asdict(one) for one in groups.centralities(network.edges(graph, view))]

        found = _kept(settings, graph, "centralities", view, compute)[:top]
        rows = [described(graph, one["entity_id"]) | one for one in found]
    if as_json:
        print_json(rows)
        return
    _print_rows(
        ("Entity", "Type", "PageRank", "Betweenness", "Neighbours"),
        [
            (row["name"], row["type"], f"{row['pagerank']:.5f}", f"{row['betweenness']:.1f}", row["degree"])
            for row in rows
        ],
    )


_NAMED_MEMBERS = 12


def view_of(  # noqa: PLR0913, PLR0917 - what the options say, in their order
    as_of: date | None,
    known_at: date | None,
    history: bool,
    predicates: list[str] | None,
    types: list[str] | None,
    kinds: list[str] | None,
    jurisdictions: list[str] | None,
    sources: list[str] | None,
    languages: list[str] | None,
) -> "View":
    from political_monitoring.knowledge.network import View
    from political_monitoring.knowledge.port import Scope

    scope = Scope(*(tuple(given or ()) for given in (kinds, jurisdictions, sources, languages)))
    time = AsOf.on(as_of, known_at)
    return View(time, history, tuple(predicates or ()), tuple(types or ()), scope)


def open_plain(settings: "Settings") -> "KnowledgeGraph":
    from political_monitoring.knowledge.open import open_graph

    # Nothing here searches by meaning, and loading an encoder takes longer than most of it.
    return open_graph(
        settings.model_copy(update={"graph": settings.graph.model_copy(update={"vectors": "off"})})
    )


def entity_called(graph: "KnowledgeGraph", name: str) -> str:
    from political_monitoring.tools.naming import resolve

    return resolve(graph, name).id


def _between(since: date, until: date | None) -> tuple[datetime, datetime]:
    """Moments after the first and not after the second were asked for; a day counts as a whole."""
    begin = since if isinstance(since, datetime) else start_of_day(since) - timedelta(microseconds=1)
    if until is None:
        return begin, utc_now()
    return begin, until if isinstance(until, datetime) else end_of_day(until)


def _kept(
    settings: "Settings",
    graph: "KnowledgeGraph",
    name: str,
    question: object,
    compute: Callable[[], list[Any]],
) -> list[Any]:
    """What was computed for the same question, graph and day before, else computed now and kept."""
    from political_monitoring.knowledge.communities import kept
    from political_monitoring.knowledge.files import generation

    # The embedded graph counts its writes; another one has to be read as a whole to see whether it changed.
    state = generation(settings.graph_path) if settings.graph_is_embedded else graph.fingerprint()
    key = f"{state} {utc_now().date()} {question!r}"
    return kept(settings.workspace_path / f"{name}.json", key, compute)


def described(graph: "KnowledgeGraph", entity_id: str) -> dict[str, Any]:
    found = graph.entity(entity_id)
    return {
        "entity_id": entity_id,
        "type": found.type if found else "",
        "name": found.name if found else entity_id,
    }


def _fact_cells(fact: dict[str, Any]) -> tuple[str, str, str]:
    begin = fact["valid_at"] or "undated"
    valid = f"{begin} – {fact['invalid_at']}" if fact["invalid_at"] else begin
    said = f"{fact['subject']} {fact['predicate']} {fact['value'] or fact['object'] or ''}"
    return valid, said, f"“{shortened(fact['quote'], 120)}” ({fact['document_id']})"


def _print_rows(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    found = list(rows)
    if found:
        print_table(columns, found)
    else:
        typer.echo("Nothing found.")
