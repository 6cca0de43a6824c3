"""polmon mcp: the tools for a client of the Model Context Protocol that starts this command itself."""

import typer

from political_monitoring.cli.workspace import WorkspaceOption, settings_of


def register(app: typer.Typer) -> None:
    """Add this command to the tree."""
    app.command()(mcp)


def mcp(workspace: WorkspaceOption = None) -> None:
    """Serve the tools to a client of the Model Context Protocol on standard input and output.

    Clients start it themselves; over HTTP the running system serves the same at /mcp.

    Example: polmon mcp --workspace "Müller & Söhne"
    """
    from political_monitoring.mcp_server import create_mcp, serve_stdio
    from political_monitoring.runtime import open_runtime

    with open_runtime(settings_of(workspace)) as runtime:
        serve_stdio(create_mcp(runtime))
