"""polmon graph contradictions: where sources disagree, with the words of each side."""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from political_monitoring.cli.ask import AsOfOption, KnownAtOption
from political_monitoring.cli.network import (
    HistoryOption,
    JurisdictionsOption,
    KindsOption,
    LanguagesOption,
    PredicatesOption,
    SourcesOption,
    TopOption,
    TypesOption,
    described,
    entity_called,
    open_plain,
    view_of,
)
from political_monitoring.cli.output import print_json, print_table, shortened
from political_monitoring.cli.show import fact_as_data
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of

if TYPE_CHECKING:
    from political_monitoring.knowledge.port import Contradiction, KnowledgeGraph


def register(graph: typer.Typer) -> None:
    """Add this command to `polmon graph`."""
    graph.command()(contradictions)


def contradictions(  # noqa: PLR0913, PLR0917 - typer: each parameter is one option of the command
    entity: Annotated[
        str, typer.Argument(metavar="[ENTITY]", help="an id, an identifier or a name; none: all")
    ] = "",
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
    """Documents that give different values for the same day, where only one can be right; newest day first.

    Example: polmon graph contradictions --entity-type EnforcementAction --as-of 2025-06-30
    """
    from political_monitoring.knowledge.port import FactQuery

    view = view_of(as_of, known_at, history, predicates, types, kinds, jurisdictions, sources, languages)
    with closing(open_plain(settings_of(workspace))) as graph:
        query = FactQuery(
            subjects=(entity_called(graph, entity),) if entity else (),
            predicates=view.predicates,
            time=view.time,
            history=view.history,
            types=view.types,
            scope=view.scope,
            limit=top,
        )
        rows = [_as_data(graph, one) for one in graph.contradictions(query)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(("Day", "Entity", "Predicate", "Says", "Evidence"), map(_cells, _sides(rows)))
    else:
        typer.echo("No contradictions.")


def _as_data(graph: "KnowledgeGraph", one: "Contradiction") -> dict[str, Any]:
    return {
        **described(graph, one.subject),
        "predicate": one.predicate,
        "day": one.day.isoformat(),
        "sides": [
            {
                "value": side[0].value,
                "object": side[0].object,
                "facts": [fact_as_data(fact) for fact in side],
            }
            for side in one.sides
        ],
    }


def _sides(rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any], bool]]:
    """Every side with what it is a side of, and whether it is the first one of it."""
    return [(row, side, side is row["sides"][0]) for row in rows for side in row["sides"]]


def _cells(told: tuple[dict[str, Any], dict[str, Any], bool]) -> tuple[str, ...]:
    row, side, first = told
    about = (row["day"], row["name"], row["predicate"]) if first else ("", "", "")
    evidence = "\n".join(f"“{shortened(one['quote'], 120)}” ({one['document_id']})" for one in side["facts"])
    return *about, side["value"] or side["object"] or "", evidence
