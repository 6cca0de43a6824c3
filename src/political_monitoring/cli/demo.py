"""polmon demo: from nothing to cited answers, on the deployed system."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from political_monitoring.cli.output import print_markdown, print_table
from political_monitoring.errors import NotFound, OperatorError
from political_monitoring.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question, and the day it is asked for when its words do not say."""

    text: str
    as_of: date | None = None


QUESTIONS = (
    DemoQuestion("What is the status of the AI Act?", date(2023, 6, 30)),
    DemoQuestion("What is the status of the AI Act?", date(2024, 8, 15)),
    DemoQuestion("How high is the fine against Google in the Android case?"),
    DemoQuestion("Was ist der Stand beim Krankenhausversorgungsverbesserungsgesetz?"),
)


def register(app: typer.Typer) -> None:
    """Add this command to the tree."""
    app.command()(demo)


def demo(
    config: Annotated[Path, typer.Option("--config", help="what to start")] = Path("config.yaml"),
    corpus: Annotated[Path, typer.Option("--corpus", help="what to ingest")] = Path("samples/corpus"),
) -> None:
    """Start the system, ingest the sample corpus through the deployed flow, ask three questions.

    Example: polmon demo
    """
    from political_monitoring.deployment.processes import start_system

    if not corpus.exists():
        raise NotFound(
            f"{corpus} does not exist: run the demo in a checkout, or name documents with --corpus"
        )
    settings = load_settings()
    typer.secho("1. Starting the system", bold=True)
    addresses = start_system(settings, config, lambda line: typer.echo(f"   {line}"))
    typer.secho(f"\n2. Ingesting {corpus} through the Kodosumi flow", bold=True)
    ingest_through_flow(settings, addresses.panel, corpus)
    typer.secho("\n3. Asking the chat server with the openai client", bold=True)
    for question in QUESTIONS:
        ask_chat(addresses.chat, settings.chat.model_id, question)
    typer.secho("\nThe system is running. `polmon status` looks at it, `polmon down` stops it.", bold=True)
    print_table(("What", "Where"), addresses.rows())


def ingest_through_flow(settings: Settings, panel: str, corpus: Path) -> None:
    """Start a run at the panel and show its progress until its report is there.

    Raises:
        OperatorError: the run failed; the sentence is the run's own.
    """
    from political_monitoring.cli.progress import bar
    from political_monitoring.deployment.panel_client import (
        PanelClient,
        RunFailed,
        RunMarkdown,
        RunProgress,
        admin_password,
    )

    report = ""
    with PanelClient(panel, "admin", admin_password(settings)) as client, bar("documents") as (shown, task):
        run = client.launch(
            "flow1-data-ingestion", {"job_name": "Sample corpus", "targets": str(corpus.absolute())}
        )
        for event in client.follow(run, deadline_seconds=600):
            match event:
                case RunProgress(done=done, total=total):
                    shown.update(task, completed=done, total=total)
                case RunMarkdown(body=body):
                    report = body
                case RunFailed(sentence=sentence):
                    raise OperatorError(f"the ingestion run failed: {sentence}")
    print_markdown(summary_of(report), indent=3)


def summary_of(report: str) -> str:
    """A Markdown report without its tables of single documents and its links, which lead into the panel."""
    return re.sub(r"^\[.*$", "", report.split("\n## ", 1)[0], flags=re.MULTILINE).strip()


def ask_chat(base_url: str, model: str, question: DemoQuestion) -> None:
    """Stream one answer to the terminal, then list its sources."""
    from openai import OpenAI

    extra: dict[str, Any] = {"as_of": question.as_of.isoformat()} if question.as_of else {}
    when = f"  (as of {question.as_of})" if question.as_of else ""
    typer.secho(f"\n   {question.text}{when}", fg=typer.colors.CYAN)
    sources: list[Mapping[str, Any]] = []
    typer.echo("   ", nl=False)
    with OpenAI(base_url=base_url, api_key="not needed on loopback") as client:
        stream = client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": question.text}], stream=True, extra_body=extra
        )
        for chunk in stream:
            sources = (chunk.model_extra or {}).get("sources") or sources
            if chunk.choices and (text := chunk.choices[0].delta.content):
                typer.echo(text.replace("\n", "\n   "), nl=False)
    typer.echo()
    for source in sources:
        typer.echo(f"   [{source['number']}] {source['title']} — {source['publisher']}, {source['date']}")
        typer.echo(f"       {source['url']}")
