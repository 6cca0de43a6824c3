"""Answers of the local reasoner: the first citation, the names of those who voted, and whether every citation stands.

    python bench/answers.py [FOLDER]

FOLDER holds congress/docs.jsonl and congress/queries.dev.jsonl; without it, ../shared/data beside the checkout is
looked at. The records of some bills are ingested with others around them, as any user's would be, and each question is
put as the chat puts it. BM25 over the same documents is the peer for the first citation.

The records of Congress give counts and no names; who voted how is in the chambers' own roll calls. So names are asked
of invented roll calls, in the chambers' forms, about bills of the same years.
"""

import datetime as dt
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from measuring import Figure, print_figures

from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.clock import utc_now
from political_monitoring.documents.load import Item
from political_monitoring.evaluation.answers import Answered, answer_each, score_answers
from political_monitoring.evaluation.questions import KnownQuestion, load_questions, score
from political_monitoring.evaluation.run import rank_by_bm25
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.reading import read_into
from political_monitoring.testing.roll_calls import RollCall

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
CORPUS = Path(__file__).resolve().parents[1] / "samples" / "corpus"
BILLS, OTHERS = 60, 1_200
"""Bills that are asked about, and documents of others among theirs."""
REACH = {"asof_status": 0.90, "asof_status_num": 0.90, "asof_status_latest": 0.90, "changed_between": 0.90}
ROLL_CALLS = 40
SEED = 7


def main() -> None:
    """Measure what is there."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else BESIDE
    told = [*samples(), *named()]
    if (folder / "congress" / "docs.jsonl").is_file():
        told += congress(folder / "congress")
    else:
        print(f"congress: skipped, there is no congress/docs.jsonl in {folder}")
    quotes, standing = sum(one.quotes for one in told), sum(one.standing for one in told)
    uncited = sum(len(one.uncited) for one in told)
    print_figures(
        f"citations, {len(told)} answers",
        [
            Figure("quoted words at the cited place", "all", f"{standing} of {quotes}", standing == quotes),
            Figure("sentences without a citation", "0", str(uncited), uncited == 0),
        ],
    )


def samples() -> list[Answered]:
    """Two questions in two languages about everything in the samples that has a status."""
    with tempfile.TemporaryDirectory() as home:
        graph = open_graph(load_settings({"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off"}))
        read_into(graph, (Item(path.name, path=path) for path in sorted(CORPUS.iterdir())))
        statuses = graph.facts(FactQuery(predicates=("status",), history=True, limit=None))
        found = [graph.entity(one) for one in dict.fromkeys(fact.subject for fact in statuses)]
        forms = (
            "What is the status of {}?",
            "What happened to {}?",
            "Wie ist der Stand bei {}?",
            "Was regelt {}?",
        )
        asked = [form.format(entity.name) for entity in found if entity for form in forms]
        questions = [KnownQuestion(text, text, frozenset(), "samples") for text in asked]
        told = ask(graph, questions)
        graph.close()
    return told


def congress(folder: Path) -> list[Answered]:
    """The development questions about some bills."""
    questions = [one for one in load_questions(folder / "queries.dev.jsonl") if one.type != "known_item"]
    bills = sorted({next(iter(one.relevant)).partition(":")[0] for one in questions})
    chosen = set(random.Random(SEED).sample(bills, min(BILLS, len(bills))))
    asked = [one for one in questions if next(iter(one.relevant)).partition(":")[0] in chosen]
    with tempfile.TemporaryDirectory() as home:
        documents = Path(home) / "docs.jsonl"
        documents.write_text("".join(some_of(folder / "docs.jsonl", chosen)), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("polmon")), "ingest", str(documents)]
        subprocess.run(
            command, env={**os.environ, "POLMON_HOME": home}, check=True, stdout=subprocess.DEVNULL
        )
        graph = open_graph(load_settings({"POLMON_HOME": home}))
        told = ask(graph, asked)
        peer = score(asked, rank_by_bm25(graph.documents(), asked))
        graph.close()
    rows = []
    for kind, one in score_answers(told).items():
        least = REACH.get(kind)
        beside = f"(BM25 {peer[kind].hit_1:.3f}), p50 {one.p50 * 1000:.0f} ms"
        value = f"{one.first_citation:.3f} of {one.questions} {beside}"
        reached = None if least is None else one.first_citation >= least
        rows.append(Figure(f"{kind}: first citation", f"{least:.2f}" if least else "", value, reached))
        if one.names is not None:
            value = f"{one.names:.3f}; {one.stray} wrong names (the records hold none)"
            rows.append(Figure(f"{kind}: names exact", "0.90", value, one.names >= 0.90))
    print_figures("congress, development questions of some bills", rows)
    return told


def some_of(documents: Path, bills: set[str]) -> Iterator[str]:
    """Lines about these bills, and some about others."""
    others = 0
    with documents.open(encoding="utf-8") as lines:
        for line in lines:
            if json.loads(line)["id"].partition(":")[0] in bills:
                yield line
            elif others < OTHERS:
                others += 1
                yield line


def named() -> list[Answered]:
    """Who voted how in invented roll calls of both chambers, from none to two hundred names."""
    draw = random.Random(SEED)
    calls = [roll_call(number, draw) for number in range(ROLL_CALLS)]
    with tempfile.TemporaryDirectory() as home:
        graph = open_graph(load_settings({"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off"}))
        files = (one.senate() if number % 4 == 3 else one.house() for number, one in enumerate(calls))
        read_into(graph, (Item(f"{number}.xml", data=data) for number, data in enumerate(files)))
        told = ask(graph, [one for call in calls for one in wordings(call)])
        graph.close()
    rows = []
    for kind, one in score_answers(told).items():
        value = f"{one.names or 0:.3f} of {one.questions}; {one.stray} wrong names"
        rows.append(Figure(f"{kind}: names exact", "0.90", value, (one.names or 0) >= 0.90))
    print_figures(f"who voted how, {ROLL_CALLS} invented roll calls", rows)
    return told


_STATES = ("AZ", "CA", "CO", "FL", "GA", "IL", "MA", "MI", "NC", "NJ", "NY", "OH", "PA", "UT")
_STEMS = (
    "Ald",
    "Bren",
    "Cort",
    "Dun",
    "Esk",
    "Gar",
    "Hol",
    "Ingr",
    "Jans",
    "Kell",
    "Lor",
    "Nor",
    "Osb",
    "Pell",
)
_ENDS = ("en", "ley", "sen", "ison", "ero", "wick", "ez", "ard", "ín", "ner")
_SHAPES = ("{}", "{}", "{}", "{} ({})", "O'{}", "Van {}", "{}, Austin", "{} Coleman", "Mc{}", "{}-Stone")


def roll_call(number: int, draw: random.Random) -> RollCall:
    """A vote with members of every shape of name."""
    members = {}
    while len(members) < 260:
        state, name = draw.choice(_STATES), draw.choice(_STEMS) + draw.choice(_ENDS)
        shaped = draw.choice(_SHAPES).format(name, state)
        members[f"{shaped} {state}"] = (shaped, draw.choice("RD"), state)
    people, nays = list(members.values()), draw.choice((0, 1, 2, 9, 14, 60, 200))
    return RollCall(
        measure=f"S. {4000 + number}" if number % 4 == 3 else f"H R {9000 + number}",
        day=dt.date(2025, 1, 6) + dt.timedelta(days=9 * number),
        number=number + 1,
        title=f"{draw.choice(_STEMS)}{draw.choice(_ENDS)} Lamps Act of 2025",
        votes={"Nay": people[:nays], "Not Voting": people[nays : nays + 3], "Yea": people[nays + 3 :]},
        question="On Passage of the Bill",
    )


def wordings(call: RollCall) -> Sequence[KnownQuestion]:
    """What one may ask of a vote, with the names that answer it."""
    bill, day, members = call.measure.replace("H R", "HR"), call.day.isoformat(), "members of the House"
    members = "senators" if bill.startswith("S.") else members
    forms = {
        "Nay": (
            f"Which {members} voted against {bill} ({call.title}) on {day}?",
            f"Who opposed {bill} on {day}?",
            f"Which {members} voted no on {bill}?",
            f"Wer hat am {day} gegen {bill} gestimmt?",
            f"Welche {'Senatoren' if members == 'senators' else 'Abgeordneten'} stimmten gegen {bill}?",
        ),
        "Yea": (f"Which {members} voted for {bill} on {day}?",),
        "Not Voting": (f"Which {members} did not vote on {bill}?",),
    }
    return [
        KnownQuestion(
            f"{bill} {text}", text, frozenset(), f"voted {how.lower()}", None,
            frozenset(f"{name} ({party}-{state})" for name, party, state in call.votes[how]),
        )
        for how, texts in forms.items()
        for text in texts
    ]  # fmt: skip


def ask(graph: KnowledgeGraph, questions: Sequence[KnownQuestion]) -> list[Answered]:
    """As the chat would be asked."""
    agents = MultiAgentOrchestrator(graph, utc_now)
    return list(answer_each(graph, agents.answer_now, questions, utc_now().date()))


if __name__ == "__main__":
    main()
