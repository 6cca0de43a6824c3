"""Ten documents read by a model that takes 200 ms a call: our runs, beside Graphiti's add_episode on the same endpoint.

The endpoint is scripted and answers both in their own forms with the same entities and facts. Model time is the time
in which at least one call was under way: what the model holds a run up at least. In the second run every document has
a quarrel between rules and model, which is the most that a document of this length can cost.
"""

import argparse
import asyncio
import datetime as dt
import json
import os
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from measuring import Figure, print_figures

from political_monitoring.clock import start_of_day, utc_now
from political_monitoring.extraction.open import open_model_account
from political_monitoring.ingestion.ledger import open_ledger
from political_monitoring.ingestion.report import RunReport
from political_monitoring.ingestion.run import IngestionRequest, LocalPreparer, run
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import ExtractionMode, load_settings
from political_monitoring.testing.falkordb import running_falkordb
from political_monitoring.testing.graphiti_answers import WORDS, graphitis_answer, names_in, text_about
from political_monitoring.testing.graphiti_clients import HashingEncoder, graphiti_on, model_at
from political_monitoring.testing.llm_stub import Answer, Asked, LlmStub, llm_stub

GROUP = "bench"
ON = dt.date(2025, 5, 4)


def main() -> None:
    """Run all three, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10, help="at most ten")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds a call takes")
    given = parser.parse_args()
    texts = [text_about(word) for word in WORDS[: given.documents]]
    with llm_stub(answers, given.latency) as stub:
        ours = [ingest(stub, texts, quarrel=quarrel) for quarrel in (False, True)]
        handed = ingest(stub, texts, quarrel=False, by_graphiti=True)
        theirs = asyncio.run(add_episodes(stub, texts))
    quick = given.latency / 0.2 * 1.5
    print_figures(
        f"{len(texts)} documents, {given.latency * 1000:.0f} ms a call (load {os.getloadavg()[0]:.1f})",
        [
            *rows("ours", ours[0], quick),
            *rows("ours, a quarrel in each", ours[1], quick),
            *rows("mode graphiti", handed, None),
            *rows("Graphiti's add_episode", theirs, None),
            Figure("times fewer seconds than Graphiti", "", f"{theirs.model / ours[1].model:.0f}", None),
        ],
    )


class Measured:
    """Calls per document and model time of what was served since the last measurement."""

    def __init__(self, stub: LlmStub, documents: int, wall: float, facts: int) -> None:
        self.calls = len(stub.served) / documents
        self.model = stub.busy_seconds
        self.wall = wall
        self.facts = facts
        self.forms = Counter(one.asked.form for one in stub.served)
        stub.served.clear()


def rows(name: str, found: Measured, quick: float | None) -> list[Figure]:
    """Two lines of the table."""
    forms = ", ".join(f"{count} {form}" for form, count in found.forms.most_common())
    calls = f"{found.calls:.1f} ({forms})"
    seconds = f"{found.model:.2f} s ({found.wall:.2f} s with all else; {found.facts} facts)"
    return [
        Figure(
            f"{name}: calls per document",
            "at most 2" if quick else "",
            calls,
            found.calls <= 2 if quick else None,
        ),
        Figure(
            f"{name}: model time of the run",
            f"under {quick:.1f} s" if quick else "",
            seconds,
            found.model < quick if quick else None,
        ),
    ]


def answers(asked: Asked) -> Answer:
    """What the endpoint says to each of the forms that it is asked for."""
    ours = FORMS.get(asked.form)
    return Answer(ours(names_in(asked.content), asked.content)) if ours else graphitis_answer(asked)


def our_reading(names: list[str], content: str) -> dict[str, Any]:
    """Entities and facts as our form wants them."""
    types = {"Act": "Bill", "Alliance": "LobbyGroup", "Union": "LobbyGroup"}
    law, against, union = (next(one for one in names if one.endswith(end)) for end in types)
    empty = {"object": "", "value": "", "on": "", "until": ""}
    quarrel = "QUARREL" in content
    stated = [
        {
            "subject": against,
            "predicate": "opposes",
            "object": law,
            "quote": f"{against} has been against the {law}",
        },
        {"subject": union, "predicate": "supports", "object": law, "quote": f"The {union} has been for it"},
        {
            "subject": law,
            "predicate": "status",
            "value": "passed_house" if quarrel else "passed_senate",
            "quote": f"passed the {law}",
            "on": ON.isoformat(),
        },
    ]
    return {
        "entities": [{"name": one, "type": types[one.split()[-1]]} for one in (law, against, union)],
        "facts": [empty | one for one in stated],
    }


FORMS = {
    "Reading": our_reading,
    "Verdicts": lambda names, content: {"verdicts": [{"case": 1, "holds": "first"}]},
}
"""Ours."""


def ingest(stub: LlmStub, texts: list[str], *, quarrel: bool, by_graphiti: bool = False) -> Measured:
    """A whole run of ours, from files to the graph."""
    with tempfile.TemporaryDirectory(prefix="bench") as name, ExitStack() as opened:
        folder = Path(name)
        lines = [
            json.dumps(
                {
                    "id": f"d{number}",
                    "title": "QUARREL" if quarrel else "Report",
                    "date": ON.isoformat(),
                    "jurisdiction": "US",
                    "text": text,
                }
            )
            for number, text in enumerate(texts)
        ]
        (folder / "documents.jsonl").write_text("\n".join(lines), "utf-8")
        given = {"POLMON_HOME": name, "POLMON_GRAPH_VECTORS": "off", **stub.environment()}
        if by_graphiti:
            server = opened.enter_context(running_falkordb(folder))
            given |= {"POLMON_GRAPH_BACKEND": "graphiti", "POLMON_GRAPH_URI": server.uri}
        mode: ExtractionMode = "graphiti" if by_graphiti else "llm"
        request = IngestionRequest("bench", (str(folder / "documents.jsonl"),), extraction=mode)
        settings = open_model_account(load_settings(given).reading_by(mode))
        graph = opened.enter_context(closing(open_graph(settings, utc_now)))
        ledger = opened.enter_context(closing(open_ledger(settings, utc_now)))
        began = time.perf_counter()
        report = run(request, LocalPreparer(settings, 2), graph, ledger, settings, utc_now)
        wall = time.perf_counter() - began
    model = check(report, len(texts), quarrel=quarrel)
    facts = sum(d.facts for item in report.items for d in item.documents) + model["beside"]
    return Measured(stub, len(texts), wall, facts)


def check(report: RunReport, documents: int, *, quarrel: bool) -> dict[str, Any]:
    """What the model did; a figure of a run that did not do its work would mean nothing."""
    model: dict[str, Any] = report.to_json()["model"]
    found = model["facts"] + model["beside"]
    if report.states["committed"] != documents or model["fallbacks"] or found < 2 * documents:
        raise SystemExit(f"the run went wrong: {report.states}, {model}")
    if bool(model["dropped"]) != quarrel:
        raise SystemExit(f"unexpected: {model['dropped']}")
    return model


async def add_episodes(stub: LlmStub, texts: list[str]) -> Measured:
    """The same documents one after another, as Graphiti wants those of one group."""
    with tempfile.TemporaryDirectory(prefix="bench") as name, running_falkordb(Path(name)) as server:
        graphiti = graphiti_on(server, GROUP, HashingEncoder(256), model=model_at(stub.url))
        try:
            await graphiti.build_indices_and_constraints()
            edges = 0
            began = time.perf_counter()
            for number, text in enumerate(texts):
                added = await graphiti.add_episode(
                    f"d{number}", text, "report", start_of_day(ON), group_id=GROUP
                )
                edges += len(added.edges)
            wall = time.perf_counter() - began
        finally:
            await graphiti.driver.client.connection.connection_pool.disconnect()
            await graphiti.close()
    return Measured(stub, len(texts), wall, edges)


if __name__ == "__main__":
    main()
