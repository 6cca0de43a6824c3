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
import re
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from measuring import Figure, print_figures

from political_monitoring.clock import start_of_day, utc_now
from political_monitoring.extraction.open import open_model_account
from political_monitoring.ingestion.ledger import open_ledger
from political_monitoring.ingestion.report import RunReport
from political_monitoring.ingestion.run import IngestionRequest, LocalPreparer, run
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings
from political_monitoring.testing.falkordb import running_falkordb
from political_monitoring.testing.graphiti_clients import HashingEncoder, graphiti_on, model_at
from political_monitoring.testing.llm_stub import Answer, Asked, LlmStub, llm_stub

GROUP = "bench"
ON = dt.date(2025, 5, 4)
WORDS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper")
_NAMED = re.compile(r"\b\w+ (?:Alliance|Power Act|Growers Union)\b")


def main() -> None:
    """Run all three, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10, help="at most ten")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds a call takes")
    given = parser.parse_args()
    texts = [text_about(word) for word in WORDS[: given.documents]]
    with llm_stub(answers, given.latency) as stub:
        ours = [ingest(stub, texts, quarrel=quarrel) for quarrel in (False, True)]
        theirs = asyncio.run(add_episodes(stub, texts))
    quick = given.latency / 0.2 * 1.5
    print_figures(
        f"{len(texts)} documents, {given.latency * 1000:.0f} ms a call (load {os.getloadavg()[0]:.1f})",
        [
            *rows("ours", ours[0], quick),
            *rows("ours, a quarrel in each", ours[1], quick),
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


def text_about(word: str) -> str:
    """A short report that names three things and states three facts."""
    return (
        f"The Senate passed the {word} Power Act on 4 May 2025. For years the {word} Alliance has been against the "
        f"{word} Power Act. The {word} Growers Union has been for it from the first day, and so it was again when the "
        "vote was taken. Observers had expected a long night, but the debate ended before dinner."
    )


def answers(asked: Asked) -> Answer:
    """What the endpoint says to each of the forms that it is asked for."""
    names = list(dict.fromkeys(_NAMED.findall(asked.content)))
    return Answer(FORMS[asked.form](names, asked.content))


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


def their_edges(names: list[str], _: str) -> dict[str, Any]:
    """The same facts as Graphiti's form wants them; its prompts hold earlier documents too, the present one last."""
    law, against, union = (
        next(one for one in reversed(names) if one.endswith(end)) for end in ("Act", "Alliance", "Union")
    )
    told = ((against, "OPPOSES", law), (union, "SUPPORTS", law))
    return {
        "edges": [
            {
                "source_entity_name": source,
                "target_entity_name": target,
                "relation_type": relation,
                "fact": f"{source} {relation.lower()} {target}",
                "episode_indices": [0],
            }
            for source, relation, target in told
        ]
    }


FORMS = {
    "Reading": our_reading,
    "Verdicts": lambda names, content: {"verdicts": [{"case": 1, "holds": "first"}]},
    "ExtractedEntities": lambda names, content: {
        "extracted_entities": [{"name": one, "entity_type_id": 0} for one in names[-3:]]
    },
    "NodeResolutions": lambda names, content: {
        "entity_resolutions": [
            {"id": at, "name": one, "duplicate_candidate_id": -1} for at, one in enumerate(names[-3:])
        ]
    },
    "ExtractedEdges": their_edges,
    "EdgeTimestamps": lambda names, content: {"valid_at": "2025-05-04T00:00:00Z", "invalid_at": None},
    "EdgeDuplicate": lambda names, content: {"duplicate_facts": [], "contradicted_facts": []},
    "SummarizedEntities": lambda names, content: {
        "summaries": [{"name": one, "summary": f"{one} is in the news."} for one in names]
    },
}


def ingest(stub: LlmStub, texts: list[str], *, quarrel: bool) -> Measured:
    """A whole run of ours, from files to the graph."""
    with tempfile.TemporaryDirectory(prefix="bench") as name:
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
        home = {"POLMON_HOME": name, "POLMON_GRAPH_VECTORS": "off"}
        request = IngestionRequest("bench", (str(folder / "documents.jsonl"),), extraction="llm")
        settings = load_settings({**home, **stub.environment()}).reading_by(request.extraction)
        settings = open_model_account(settings)
        with (
            closing(open_graph(settings, utc_now)) as graph,
            closing(open_ledger(settings, utc_now)) as ledger,
        ):
            began = time.perf_counter()
            report = run(request, LocalPreparer(settings, 2), graph, ledger, settings, utc_now)
            wall = time.perf_counter() - began
    check(report, len(texts), quarrel=quarrel)
    return Measured(stub, len(texts), wall, sum(d.facts for item in report.items for d in item.documents))


def check(report: RunReport, documents: int, *, quarrel: bool) -> None:
    """A figure of a run that did not do its work would mean nothing."""
    model = report.to_json()["model"]
    if report.states["committed"] != documents or model["fallbacks"] or model["facts"] < 2 * documents:
        raise SystemExit(f"the run went wrong: {report.states}, {model}")
    if bool(model["dropped"]) != quarrel:
        raise SystemExit(f"unexpected: {model['dropped']}")


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
