"""polmon keys create | list | revoke: who may ask a server that listens on more than loopback."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from political_monitoring.access.callers import Role
from political_monitoring.cli.dates import parse_moment
from political_monitoring.cli.output import print_json, print_table
from political_monitoring.cli.workspace import JsonOption
from political_monitoring.clock import start_of_day, utc_now
from political_monitoring.errors import NotFound, UserError
from political_monitoring.setting_sections import RATE
from political_monitoring.settings import Settings, load_settings

if TYPE_CHECKING:
    from political_monitoring.access.keys import Key, KeyStore

COLUMNS = ("Key", "Name", "Role", "Workspaces", "Rate", "State", "Last used")


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    keys = typer.Typer(
        help="Keys for a server on more than loopback: who may ask, what, and how often.",
        no_args_is_help=True,
    )
    keys.command()(create)
    keys.command("list")(list_all)
    keys.command()(revoke)
    app.add_typer(keys, name="keys")


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="whose key it is, for people")],
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            help="reader: asks; analyst: also reads sessions and answers of others; operator: also starts ingestion",
        ),
    ] = "reader",
    workspaces: Annotated[
        list[str] | None,
        typer.Option(
            "--workspace",
            metavar="NAME",
            help="may be read; give it again for more, the first is the default",
        ),
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--all-workspaces", help="may read every workspace, later ones too")
    ] = False,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="N/UNIT", help="5/second, 60/minute, 1000/hour, 9000/day")
    ] = None,
    expires: Annotated[
        date | None,
        typer.Option(
            "--expires",
            parser=parse_moment,
            metavar="TIME",
            help="last day it is valid on, or the moment it ends (UTC)",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key. It is shown this once: only its digest is kept.

    Examples: polmon keys create "Newsroom" /
    polmon keys create "Ms Weber" --role analyst --workspace "Müller & Söhne" --rate 20/minute --expires 2027-12-31
    """
    settings = load_settings()
    named, rate = _named(name), rate or settings.access.rate
    if not re.match(RATE, rate):
        raise UserError(
            f"{rate!r} is no rate: write a number and a unit, as in 5/second, 60/minute or 1000/hour"
        )
    chosen = _workspaces(settings, workspaces or [], everywhere)
    ends = _end(expires)
    with _store(settings) as store:
        shown, key = store.create(named, role, chosen, rate, ends)
    if as_json:
        print_json({"key": shown, **_as_data(key)})
        return
    typer.echo(shown)
    about = f"{key.role} of {', '.join(key.workspaces) or 'all workspaces'}, {key.rate}"
    typer.echo(
        f"Key {key.id} for {key.name}: {about}. It is not shown again; keep it where secrets are kept.",
        err=True,
    )


def list_all(as_json: JsonOption = False) -> None:
    """All keys, revoked and expired ones too, without what opens them.

    Example: polmon keys list --json
    """
    with _store(load_settings()) as store:
        keys = store.all()
    if as_json:
        print_json([_as_data(key) for key in keys])
    elif keys:
        print_table(COLUMNS, map(_cells, keys), whole="Key")
    else:
        typer.echo("No keys; `polmon keys create NAME` makes one.")


def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="the key's id, as `polmon keys list` shows it")],
    as_json: JsonOption = False,
) -> None:
    """Make a key invalid for good; every running server refuses it within two seconds.

    Example: polmon keys revoke 3f9a0c77d1
    """
    with _store(load_settings()) as store:
        if not store.revoke(key_id):
            raise NotFound(f"there is no key {key_id!r:.40}; `polmon keys list` shows their ids")
    if as_json:
        print_json({"revoked": key_id})
    else:
        typer.echo(f"revoked {key_id}")


@contextmanager
def _store(settings: Settings) -> "Iterator[KeyStore]":
    from political_monitoring.access.keys import open_keys

    with closing(open_keys(settings, utc_now)) as store:
        yield store


def _named(name: str) -> str:
    spelt = " ".join(name.split())
    if not spelt or len(spelt) > 100 or not spelt.isprintable():
        raise UserError(
            "a key needs a name of 1 to 100 printable characters, for whoever reads the list of keys"
        )
    if spelt.startswith("polmon_"):
        raise UserError("this looks like a key; give a name that says whose key it shall be")
    return spelt


def _workspaces(settings: Settings, names: list[str], everywhere: bool) -> list[str]:
    from political_monitoring.knowledge.register import require_workspace

    if everywhere and names:
        raise UserError("give either --workspace or --all-workspaces")
    if everywhere:
        return []
    chosen = [settings.in_workspace(name) for name in names] or [settings]
    for one in chosen:
        require_workspace(one)
    return list(dict.fromkeys(one.graph.workspace for one in chosen))


def _end(expires: date | None) -> datetime | None:
    if expires is None:
        return None
    end = expires if isinstance(expires, datetime) else start_of_day(expires + timedelta(days=1))
    if end <= utc_now():
        raise UserError(f"--expires {expires} has passed already: name a time to come")
    return end


def _as_data(key: "Key") -> dict[str, Any]:
    data = asdict(key) | {"state": key.state(utc_now())}
    del data["digest"]
    return data


def _cells(key: "Key") -> tuple[object, ...]:
    state = key.state(utc_now())
    until = f" until {key.expires_at:%Y-%m-%d %H:%M}" if state == "valid" and key.expires_at else ""
    used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
    return key.id, key.name, key.role, ", ".join(key.workspaces) or "all", key.rate, state + until, used
