"""The command tree. Whatever goes wrong ends as one sentence and an exit code.

Exit codes: 0 done; 1 done, but some documents could not be used; 2 the command or the configuration is wrong;
3 the system needs its operator; 4 try again later; 130 interrupted.
"""

import sys

import typer
from typer.exceptions import TyperException

from political_monitoring import telemetry
from political_monitoring.cli import (
    answers,
    ask,
    audit,
    demo,
    deploy,
    evaluate,
    graph,
    ingest,
    keys,
    mcp,
    runs,
    sessions,
    tools,
    workspace,
)
from political_monitoring.cli.output import print_error, print_json, print_table
from political_monitoring.errors import PolmonError
from political_monitoring.settings import describe_settings, load_settings

app = typer.Typer(
    name="polmon",
    help="Political monitoring: collect documents, ask what was true when, with the sentence that proves it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    *(demo, deploy, ingest, runs, ask, answers, sessions, tools, mcp),
    *(graph, workspace, keys, audit, evaluate),
):
    group.register(app)


@app.command()
def settings(as_json: bool = typer.Option(False, "--json", help="JSON for machines")) -> None:
    """Effective settings, secrets masked.

    Example: polmon settings --json
    """
    rows = describe_settings(load_settings())
    if as_json:
        print_json({variable: value for variable, value, _ in rows})
    else:
        print_table(("Variable", "Value", "About"), rows)


@app.command()
def version() -> None:
    """The installed version."""
    from importlib.metadata import version as installed

    typer.echo(installed("political-monitoring"))


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: the words after `polmon`.

    Returns:
        The exit code.
    """
    try:
        configured = load_settings().log
        if configured.level != "warning" or configured.format != "console":
            telemetry.configure(configured.level, configured.format)
        result = app(args=arguments, prog_name="polmon", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except PolmonError as error:
        print_error(str(error))
        return error.exit_code
    except TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):
            typer.echo(message)
        else:
            print_error(message.rstrip(".") + "; --help shows what is possible.")
        return 2
    except (KeyboardInterrupt, typer.Abort):
        print_error("interrupted.")
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        sys.stderr.close()
        return 0
