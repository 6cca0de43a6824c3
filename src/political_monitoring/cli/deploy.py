"""polmon up, down, status and config: the deployed system, and what it shall be."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from political_monitoring.cli.output import print_json, print_table
from political_monitoring.cli.workspace import WorkspaceOption, settings_of
from political_monitoring.errors import StoreUnavailable
from political_monitoring.settings import Settings, load_settings

if TYPE_CHECKING:
    from political_monitoring.deployment.status import SystemState

Config = Annotated[Path, typer.Option("--config", "-c", help="which services run")]
File = Annotated[Path, typer.Argument(help="the configuration")]
Json = Annotated[bool, typer.Option("--json", help="JSON for machines")]
DEFAULT_CONFIG = Path("config.yaml")


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    for command in (up, down, status):
        app.command()(command)
    config = typer.Typer(help="Check and render configurations.", no_args_is_help=True)
    config.command("check")(check)
    config.command("render")(render)
    app.add_typer(config, name="config")


def up(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Start the system, or bring the running one up to its configuration. Harmless when it runs already.

    Example: polmon up --config config.production.yaml
    """
    from political_monitoring.deployment.processes import start_system
    from political_monitoring.deployment.status import system_state

    settings = load_settings()
    addresses = start_system(settings, config, lambda line: typer.echo(line, err=as_json))
    if as_json:
        print_json({**asdict(addresses), "chat": addresses.chat})
        return
    print_table(("What", "Where"), addresses.rows())
    _print_credentials(system_state(settings))


def down() -> None:
    """Stop what `polmon up` started, and nothing else. Data stays.

    Example: polmon down
    """
    from political_monitoring.deployment.processes import stop_system

    count = stop_system(load_settings())
    typer.echo(f"stopped ({count} processes ended)" if count else "nothing was running")


def status(as_json: Json = False, workspace: WorkspaceOption = None) -> None:
    """The deployed system, the graph and the last ingestion run. Works without a cluster, too.

    Example: polmon status --json
    """
    from political_monitoring.deployment.status import system_state

    settings = settings_of(workspace)
    state, graph, last_run = system_state(settings), _graph(settings), _last_run(settings)
    if as_json:
        system = asdict(state)
        services = system.pop("services")
        if state.addresses:
            system["addresses"]["chat"] = state.addresses.chat
        print_json({"graph": graph, "services": services, "system": system, "last_run": last_run})
        return
    _print_system(state)
    print_table(("Graph", "Number"), graph.items())
    _print_run(last_run)


def check(file: File = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Validate a configuration, and compare its needs with this machine.

    Example: polmon config check config.production.yaml
    """
    from political_monitoring.deployment.capacity import check_capacity, check_update, needs_of
    from political_monitoring.deployment.config import load_config
    from political_monitoring.deployment.processes import planned_share

    config, share = load_config(file), planned_share(load_settings())
    problems = check_capacity(config, [share.capacity]) or check_update(config, [share.capacity])
    if as_json:
        needs = [asdict(need) for need in needs_of(config)]
        print_json({"valid": True, "needs": needs, "here": asdict(share), "problems": problems})
        return
    print_table(
        ("Service", "Replicas", "CPUs each", "Memory each"),
        [
            (need.name, need.count, f"{need.cpus:g}", f"{need.memory / 1e9:.1f} GB")
            for need in needs_of(config)
        ],
    )
    typer.echo(f"{file} is valid; this machine has {share.cpus} CPUs and {share.memory / 1e9:.1f} GB for it")
    for problem in problems:
        typer.echo(f"note: on this machine, {problem}")


def render(file: File = DEFAULT_CONFIG) -> None:
    """Print the Ray Serve document a configuration compiles to, as JSON.

    Example: polmon config render config.yaml
    """
    from political_monitoring.deployment.compile import compile_config
    from political_monitoring.deployment.config import load_config
    from political_monitoring.deployment.release import code_release

    server = load_settings().server
    print_json(compile_config(load_config(file), code_release(), server.host, server.http_port))


def _graph(settings: Settings) -> dict[str, int | str]:
    from political_monitoring.knowledge.open import open_graph

    # Counting needs no encoder, and loading one takes longer than everything else here.
    sizes = settings.graph.model_copy(update={"vectors": "off"})
    try:
        graph = open_graph(settings.model_copy(update={"graph": sizes}))
    except StoreUnavailable as error:
        # The rest of the status is wanted all the more.
        return {"error": str(error)}
    try:
        return asdict(graph.stats())
    finally:
        graph.close()


def _last_run(settings: Settings) -> dict[str, Any] | None:
    from political_monitoring.ingestion.ledger import open_ledger

    try:
        ledger = open_ledger(settings)
    except StoreUnavailable as error:
        return {"error": str(error)}
    try:
        run = ledger.last_run()
        return asdict(run) if run else None
    finally:
        ledger.close()


def _print_system(state: "SystemState") -> None:
    since = f" since {state.since:%Y-%m-%d %H:%M} UTC, release {state.release}" if state.since else ""
    typer.secho(f"The system is {state.status}{since}", bold=True)
    if state.problem:
        typer.echo(f"  {state.problem}")
    if state.status == "stopped":
        typer.echo("  `polmon up` starts it; ask, search and ingest work without it")
    if state.services:
        print_table(
            ("Service", "Status", "Replicas", "Address"),
            [
                (
                    one.name,
                    one.lacks or one.status.lower(),
                    f"{one.replicas} of {one.target_replicas}",
                    one.address,
                )
                for one in state.services
            ],
        )
    if state.logs:
        typer.echo(f"Logs are in {state.logs}")
    if state.addresses and state.status != "broken":
        print_table(("What", "Where"), state.addresses.rows())
        _print_credentials(state)


def _print_credentials(state: "SystemState") -> None:
    typer.echo(f"The panel's password for admin is in {state.password_file}")
    if state.token_file:
        typer.echo(f"The token that Ray's dashboard asks for is in {state.token_file}")


def _print_run(run: dict[str, Any] | None) -> None:
    if run is None:
        typer.echo("Nothing has been ingested yet; `polmon ingest` does")
        return
    if "items" not in run:
        typer.echo(f"Last run: unknown, {run['error']}")
        return
    items = ", ".join(f"{count} {state}" for state, count in run["items"].items()) or "no documents"
    began = f"{run['started_at']:%Y-%m-%d %H:%M} UTC"
    error = f" ({run['error']})" if run["error"] else ""
    typer.echo(f"Last run: {run['job_name']}, {run['state']}{error}, started {began}: {items}")
