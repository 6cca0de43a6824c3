"""polmon answers export | verify: an answer as a file that proves itself, and the check of such a file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from political_monitoring.cli.kept import AnswerArgument, find_capsule
from political_monitoring.cli.output import print_json
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.errors import UserError


class Format(StrEnum):
    """What a case file may be written as."""

    HTML = "html"
    DOCX = "docx"
    JSON = "json"


def export(
    answer_id: AnswerArgument,
    file_format: Annotated[Format, typer.Option("--format", help="of the file")] = Format.HTML,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="where it goes; else ID.FORMAT here")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write an answer with its proofs into one file. Its seal is printed: note it where the file is not.

    Example: polmon answers export ask-0c4f2d --format docx --out case.docx
    """
    from political_monitoring.answering.cases.case import case_of
    from political_monitoring.answering.cases.checking import check_file, write_case

    content = write_case(case_of(*find_capsule(settings_of(workspace), answer_id)), file_format.value)
    target = out or Path(f"{answer_id}.{file_format}")
    _write(target, content)
    seal = check_file(content).seal
    if as_json:
        print_json({"file": str(target), "bytes": len(content), "seal": seal})
    else:
        typer.echo(f"{target}, {len(content):,} bytes\nseal {seal}")


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a case file: html, docx or json")],
    seal: Annotated[str, typer.Option("--seal", metavar="HEX", help="as noted when it was exported")] = "",
    as_json: JsonOption = False,
) -> None:
    """Check a case file, without the graph and without a network: its quotations, hashes and seal.

    Exit code 1: something is wrong with it.

    Example: polmon answers verify case.docx
    """
    from political_monitoring.answering.cases.checking import check_file

    try:
        content = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from error
    found = check_file(content, seal)
    if as_json:
        print_json(
            {
                "id": found.case.id,
                "format": found.format,
                "sources": len(found.case.sources),
                "seal": found.seal,
                "sound": not found.problems,
                "problems": found.problems,
            }
        )
    else:
        typer.echo(f"{found.case.id}: {found.case.question}")
        for problem in found.problems:
            typer.secho(problem, fg="red")
        if not found.problems:
            typer.echo(
                f"{len(found.case.sources)} sources: every quotation is at its place, and the seal is whole."
            )
        typer.echo(f"seal {found.seal}")
    if found.problems:
        raise typer.Exit(1)


def _write(target: Path, content: bytes) -> None:
    try:
        target.write_bytes(content)
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}") from error
