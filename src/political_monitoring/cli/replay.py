"""polmon answers replay: a kept answer written again, and why it would be another one today."""

from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from political_monitoring.cli.kept import AnswerArgument, find_capsule
from political_monitoring.cli.network import open_plain
from political_monitoring.cli.output import print_json, print_table, shortened
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.clock import Clock, utc_now

if TYPE_CHECKING:
    from political_monitoring.answering.conversation import Question
    from political_monitoring.answering.events import AnswerDone
    from political_monitoring.answering.replay import Replay


def replay(
    answer_id: AnswerArgument,
    model: Annotated[
        bool, typer.Option("--model", help="ask a model again what a model has answered; it may cost money")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write an answer again from what was recorded, ask it again today, and explain what differs.

    Example: polmon answers replay ask-0c4f2d
    """
    from political_monitoring.answering.replay import replay as replay_answer
    from political_monitoring.answering.software import software_version
    from political_monitoring.runtime import open_runtime

    settings = settings_of(workspace)
    kept, capsule = find_capsule(settings, answer_id)

    def ask(question: "Question", clock: Clock) -> "AnswerDone":
        wishes = replace(question.wishes, mode=capsule.work.reasoner)
        with open_runtime(settings, clock) as runtime:
            return runtime.orchestrator.work_now(replace(question, wishes=wishes))

    with closing(open_plain(settings)) as graph:
        found = replay_answer(kept, capsule, graph, ask, utc_now, version=software_version(), ask_model=model)
    if as_json:
        print_json(asdict(found))
    else:
        _print(found)


def _print(found: "Replay") -> None:
    made = found.reproduction
    typer.secho("From what was recorded", bold=True)
    if made.same:
        typer.echo("The same text, character by character.")
    else:
        typer.echo(f"Another text, from the step {made.differs_at!r} on:\n\n{made.text}\n")
    for document_id in made.missing:
        typer.echo(f"The version of {document_id} that was read is no longer stored.")
    typer.secho("\nAsked again", bold=True)
    typer.echo(
        _SENTENCES[found.verdict] + (f" (first at the step {found.differs_at!r})" if found.differs_at else "")
    )
    if found.moved:
        print_table(("Part", "Then", "Now"), ((one.what, one.then, one.now) for one in found.moved))
    if found.reasons:
        print_table(
            ("", "Why", "Document", "Words", "When"),
            (
                (
                    "-" if one.gone else "+",
                    one.cause,
                    one.document_id,
                    shortened(one.quote, 80),
                    f"{one.when:%Y-%m-%d}" if one.when else "",
                )
                for one in found.reasons
            ),
        )
    if found.now is not None and found.verdict != "the same":
        typer.secho("\nThen", bold=True)
        typer.echo(found.recorded)
        typer.secho("\nToday", bold=True)
        typer.echo(found.now)


_SENTENCES = {
    "the same": "The same answer, on what was known then and on what is known now.",
    "the world changed": "What is known now gives another answer than what was known then.",
    "we changed": "This version of the product answers otherwise, on what was known then already.",
    "the world changed, and we changed": "What is known now gives another answer, and so does this version of the "
    "product on what was known then.",
    "not asked again": "A model answered; its recorded words were used. With --model it is asked again.",
}
