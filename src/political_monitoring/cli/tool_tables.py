"""Results of tools as tables: any of them, by the shape of its rows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from political_monitoring.cli.output import print_table, shortened

_SHOWN = 6
"""Of a list within a cell, those that are shown."""
_QUOTE = 160
_MIDNIGHT = re.compile(r"(?<=\d\d)T(?:00:00:00|23:59:59\.999999)Z$")
"""What makes a moment of a day: nobody wants to read it."""
_LEFT_OUT = frozenset({"id", "passage_id", "confidence", "recorded_at", "score", "language", "content_hash"})


def print_result(told: Mapping[str, Any]) -> None:
    """What a tool returned, for people; the ids and the rest are in the JSON."""
    for entity in told["entities"]:
        typer.secho(f"{_cell(entity)} · {entity['id']}", bold=True)
    clocks = (("as of", told["as_of"]), ("known at", told["known_at"]))
    if said := ", ".join(f"{name} {_cell(moment)}" for name, moment in clocks if moment):
        typer.secho(said, dim=True)
    result = told["result"]
    if not result:
        typer.echo("Nothing found.")
    elif isinstance(result, list):
        _print_rows(result)
    else:
        _print_record(result)
    if told["more"]:
        typer.echo("There may be more: limit=… shows more.")


def _print_record(record: Mapping[str, Any]) -> None:
    """One-line fields as a table, lists of records as tables of their own."""
    lists = {name: value for name, value in record.items() if _is_list_of_records(value)}
    plain = {
        name: value for name, value in record.items() if name not in lists and value not in (None, [], "")
    }
    if plain:
        print_table(("Field", "Value"), ((_title(name), _cell(value)) for name, value in plain.items()))
    for name, rows in lists.items():
        _print_rows(rows, _title(name))


def _print_rows(rows: Sequence[Any], title: str = "") -> None:
    told = [_columns(row) for row in rows]
    names = list(dict.fromkeys(name for row in told for name in row))
    used = [name for name in names if any(row.get(name) for row in told)]
    print_table(
        [_title(name) for name in used], ([row.get(name, "") for name in used] for row in told), title
    )


def _columns(row: Any) -> dict[str, str]:
    if isinstance(row, list):
        return {"path": "\n".join(_cell(one) for one in row)}
    if not isinstance(row, dict) or _is_entity(row):
        return {"entity": _cell(row)}
    if "predicate" in row:
        begin = (row["valid_at"] or "undated")[:10]
        until = f" – {row['invalid_at'][:10]}" if row["invalid_at"] else ""
        return {"valid": begin + until, "fact": _said(row), "evidence": _quote(row["source"])}
    if "quote" in row:
        return {"date": row["date"] or "undated", "title": row["title"], "evidence": _quote(row)}
    return {name: _cell(value) for name, value in row.items() if name not in _LEFT_OUT}


def _cell(value: Any) -> str:
    if isinstance(value, list):
        shown = [_cell(one) for one in value[:_SHOWN]]
        return "\n".join([*shown, f"… {len(value) - _SHOWN} more"] if len(value) > _SHOWN else shown)
    if not isinstance(value, dict):
        return "" if value is None else _MIDNIGHT.sub("", str(value))
    if "predicate" in value:
        return f"{_said(value)}: {_quote(value['source'])}"
    if "quote" in value:
        return _quote(value)
    if _is_entity(value):
        return f"{value['name']} ({value['type']})" if value["type"] else value["name"]
    told = {name: _cell(one) for name, one in value.items() if name not in _LEFT_OUT}
    return "; ".join(f"{_title(name)}: {one}" for name, one in told.items() if one)


def _said(fact: Mapping[str, Any]) -> str:
    what = fact["value"] or (fact["object"]["name"] if fact["object"] else "")
    return f"{fact['subject']['name']} {_title(fact['predicate']).lower()} {what}".strip()


def _quote(source: Mapping[str, Any]) -> str:
    return f"“{shortened(source['quote'], _QUOTE)}” ({source['document_id']})"


def _is_entity(value: Any) -> bool:
    return isinstance(value, dict) and {"id", "type", "name"} <= value.keys()


def _is_list_of_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict | list)


def _title(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()
