"""Answers by a model that takes 200 ms a call: what we add to the model's own time, and when the first word is out.

The endpoint is scripted: it reads the question, and writes sentences that its evidence supports. The bound is the
model's own time in the same run, that in which a call was under way; beside it stand the same questions answered by
rules alone. Each question is another one, so that nothing comes out of the store.
"""

import argparse
import asyncio
import datetime as dt
import os
import re
import tempfile
import time
from dataclasses import dataclass
from itertools import product

from measuring import Figure, p50, p95, print_figures

from political_monitoring.answering.conversation import Message, Wishes, read_conversation
from political_monitoring.answering.events import AnswerDelta, AnswerDone
from political_monitoring.answering.reasoner import Mode
from political_monitoring.clock import utc_now
from political_monitoring.domain.facts import Entity, Episode
from political_monitoring.runtime import Runtime, open_runtime
from political_monitoring.settings import load_settings
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.testing.llm_stub import Answer, Asked, LlmStub, llm_stub

MOST_ADDED = 150
"""Milliseconds."""
WARM = 3
WORDS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper")
_ITEM = re.compile(r"\[(E\d+) \w+ begins\]\n.*?\nText:\n(.*?)\n\[\1 \w+ ends\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Taken:
    """One answer, in milliseconds: until its first word, until its end, and for how long a call was under way."""

    first: float
    whole: float
    model: float


def main() -> None:
    """Fill a graph, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=40, help="at most 97")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds a call takes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench") as home, llm_stub(answers, given.latency) as stub:
        environment = {"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off", **stub.environment()}
        with open_runtime(load_settings(environment), utc_now) as runtime:
            runtime.graph.add([about(word, number) for number, word in enumerate(names(given.questions))])
            by_model = asyncio.run(measure(runtime, stub, given.questions, "llm"))
            locally = asyncio.run(measure(runtime, stub, given.questions, "local"))
    added = [one.whole - one.model for one in by_model]
    calls = round(p50([one.model for one in by_model]) / (given.latency * 1_000))
    print_figures(
        f"{given.questions} questions, {given.latency * 1000:.0f} ms a call (load {os.getloadavg()[0]:.1f})",
        [
            Figure(
                "added to the model's time: p50",
                f"under {MOST_ADDED} ms",
                f"{p50(added):.0f} ms",
                p50(added) < MOST_ADDED,
            ),
            Figure("  p95", "", f"{p95(added):.0f} ms", None),
            Figure(
                f"the model's own time ({calls} calls in turn)",
                "",
                f"{p50([one.model for one in by_model]):.0f} ms",
                None,
            ),
            Figure("first word: p50", "", f"{p50([one.first for one in by_model]):.0f} ms", None),
            Figure("the same by rules alone: p50", "", f"{p50([one.whole for one in locally]):.0f} ms", None),
        ],
    )


def names(count: int) -> list[str]:
    """Names for so many laws."""
    return [f"{first} {second}" for first, second in product(WORDS, WORDS)][: count + WARM]


def about(name: str, number: int) -> Episode:
    """A report on one law."""
    on = dt.date(2025, 1, 1) + dt.timedelta(days=number)
    law = Entity(f"bill:{name.lower()} act", "Bill", f"{name} Act")
    text = (
        f"The Senate passed the {name} Act on {on.day} {on:%B %Y}. The act gives its agency EUR {number + 100} million "
        "for new lines. Observers had expected a long night, but the debate ended before dinner."
    )
    said = Said(law, "status", f"passed the {name} Act", "passed_senate", on)
    return episode(f"d{number}", text, on, title=f"{name} Act passes", about=[law], said=[said])


def answers(asked: Asked) -> Answer:
    """What the endpoint says to either form."""
    if asked.form == "Reading":
        question = asked.content.split("Asked now: ")[1]
        law = re.search(r"the (.+ Act)", question)
        understanding = {
            "intent": "status",
            "entities": [law[1]] if law else [],
            "as_of": "",
            "since": "",
            "until": "",
            "jurisdiction": "",
            "language": "en",
            "options": [],
        }
        return Answer({"understanding": understanding, "calls": []})
    found = _ITEM.search(asked.content)
    if found is None:
        raise SystemExit(f"no evidence was given: {asked.content}")
    quotes = [one.rstrip(".") for one in found[2].split(". ")[:2]]
    return Answer(
        {"sentences": [{"text": f"{one}.", "evidence": [{"id": found[1], "quote": one}]} for one in quotes]}
    )


async def measure(runtime: Runtime, stub: LlmStub, questions: int, mode: Mode) -> list[Taken]:
    """Ask one after another; the first few are not counted: they import and connect."""
    taken = []
    for name in names(questions):
        stub.served.clear()
        text = f"What is the status of the {name} Act?"
        asked = read_conversation([Message("user", text)], utc_now().date(), wishes=Wishes(mode))
        began = time.perf_counter()
        first = 0.0
        async for event in runtime.orchestrator.answer(asked):
            if isinstance(event, AnswerDelta) and not first:
                first = time.perf_counter() - began
            if isinstance(event, AnswerDone) and (event.answer.notes or not event.answer.citations):
                raise SystemExit(f"the answer went wrong: {event.answer}")
        whole = time.perf_counter() - began
        taken.append(Taken(first * 1_000, whole * 1_000, stub.busy_seconds * 1_000))
    return taken[WARM:]


if __name__ == "__main__":
    main()
