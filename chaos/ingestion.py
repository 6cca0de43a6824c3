"""Kill -9 at random moments of a run of 500 documents: the flow, an actor, the spooler, the driver; then resume.

Each time all documents are withdrawn first and ingested again, in a system of its own on free ports; every time the
graph must hold each document once and the very facts of a run that nobody disturbed. About 15 minutes.
"""

import argparse
import contextlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import psutil

from political_monitoring.clock import utc_now
from political_monitoring.deployment.addresses import SystemAddresses
from political_monitoring.deployment.panel_client import PanelClient, RunMarkdown, admin_password
from political_monitoring.deployment.processes import start_system
from political_monitoring.errors import OperatorError
from political_monitoring.ingestion.ledger import open_ledger
from political_monitoring.ingestion.withdrawal import withdraw
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import FactQuery
from political_monitoring.settings import Settings, environment_for_children, load_settings
from political_monitoring.testing.system import processes_named, running_system, settings_of_its_own

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config.yaml"
FLOW = "flow1-data-ingestion"
DOCUMENTS = 500
RUN_SECONDS = 300
VICTIMS = {
    "flow": r"ray::Runner",
    "actor": r"ray::PrepareActor",
    "spooler": r"kodosumi.* spool|koco spool",
    "driver": r"polmon ingest",
}
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)

type Facts = Counter[tuple[object, ...]]


def main() -> None:
    """Disturb, resume, compare; exit code 1 if anything was lost, doubled or changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_of_its_own(Path(folder) / "home")
        problems = disturb(settings, Path(folder), arguments.kills, random.Random(arguments.seed))
    sys.exit(1 if problems else 0)


def disturb(settings: Settings, folder: Path, kills: int, chance: random.Random) -> int:
    """Print a line for each kill; how often the graph was not what it should be."""
    problems = 0
    with running_system(settings, CONFIG) as system:
        path = write_documents(folder / "docs.jsonl")
        undisturbed = facts_of_an_undisturbed_run(folder / "alone", path)
        print(f"{'kill':>4}  {'victim':8}  {'after':>6}  {'hit':>3}  {'took':>6}  outcome", flush=True)
        for number in range(1, kills + 1):
            victim = list(VICTIMS)[number % len(VICTIMS)]
            after, begun = chance.uniform(0.5, 8), time.monotonic()
            clear(settings)
            hits = (
                disturb_command(settings, path, after)
                if victim == "driver"
                else disturb_flow(settings, system, path, victim, after)
            )
            outcome = compare(settings, undisturbed)
            problems += outcome != "the same"
            took = time.monotonic() - begun
            print(f"{number:>4}  {victim:8}  {after:5.1f}s  {hits:>3}  {took:5.0f}s  {outcome}", flush=True)
    return problems


def write_documents(path: Path) -> Path:
    """Different documents out of paragraphs of the sample collection; the same each time."""
    chance = random.Random(7)
    texts = [
        _FRONT.sub("", one.read_text("utf-8")) for one in sorted((ROOT / "samples" / "corpus").glob("*.md"))
    ]
    paragraphs = [one for text in texts for one in text.split("\n\n") if len(one.split()) > 12]
    records = [
        {
            "id": f"chaos-{number}",
            "title": f"Record {number}",
            "date": f"20{chance.randint(15, 25)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            "text": "\n\n".join(chance.sample(paragraphs, 5)),
        }
        for number in range(DOCUMENTS)
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    return path


def facts_of_an_undisturbed_run(home: Path, path: Path) -> Facts:
    """What the same documents say when nobody kills anything, in a graph of their own."""
    settings = load_settings({"POLMON_HOME": str(home)})
    subprocess.run(ingest_command(path), env=environment(settings), check=True, capture_output=True)
    return facts_in(settings)


def facts_in(settings: Settings) -> Facts:
    """All facts of the graph, how often each is there, without the times at which they were recorded."""
    with closing(open_graph(settings)) as graph:
        return Counter(
            (
                fact.subject,
                fact.predicate,
                fact.object,
                fact.value,
                fact.valid_at,
                fact.invalid_at,
                fact.evidence.document_id,
                fact.evidence.span,
            )
            for fact in graph.facts(FactQuery(history=True, limit=None))
        )


def clear(settings: Settings) -> None:
    """Withdraw what the runs before have left."""
    with closing(open_ledger(settings)) as ledger:
        known = ledger.document_ids()
    if known:
        withdraw(settings, known, utc_now)


def disturb_flow(settings: Settings, system: SystemAddresses, path: Path, victim: str, after: float) -> int:
    """Kill while the flow reads the documents, mend what is broken, start again until a run comes to its end."""
    form = {"job_name": "Chaos", "targets": str(path)}
    hits = 0
    with PanelClient(system.panel, "admin", admin_password(settings)) as panel:
        run = panel.launch(FLOW, form)
        wait_for(settings, VICTIMS["actor"])
        time.sleep(after)
        hits = kill(settings, VICTIMS[victim])
        start_system(settings, CONFIG, lambda _: None)  # as an operator or supervisor would
        for _ in range(5):
            try:
                *_, last = panel.follow(run, RUN_SECONDS)
            except (OperatorError, ValueError):
                last = None
            if isinstance(last, RunMarkdown):
                break
            run = panel.launch(FLOW, form)
    return hits


def disturb_command(settings: Settings, path: Path, after: float) -> int:
    """Kill `polmon ingest` and its processes' parent, then run it again."""
    process = subprocess.Popen(
        ingest_command(path), env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(after)
    hits = int(process.poll() is None)
    process.kill()
    process.wait()
    subprocess.run(ingest_command(path), env=environment(settings), check=True, capture_output=True)
    return hits


def compare(settings: Settings, undisturbed: Facts) -> str:
    """What is wrong with the graph, or "the same"."""
    with closing(open_graph(settings)) as graph:
        documents, problems = graph.stats().documents, graph.check()
    if problems:
        return f"unsound: {problems[0]}"
    if documents != DOCUMENTS:
        return f"{documents} documents instead of {DOCUMENTS}"
    facts = facts_in(settings)
    if facts != undisturbed:
        return f"{(undisturbed - facts).total()} facts missing, {(facts - undisturbed).total()} too many"
    return "the same"


def wait_for(settings: Settings, title: str, seconds: float = 60) -> None:
    """Until a process of this name is there."""
    deadline = time.monotonic() + seconds
    while not processes_named(settings, title) and time.monotonic() < deadline:
        time.sleep(0.1)


def kill(settings: Settings, title: str) -> int:
    """How many processes of this name were killed."""
    victims = processes_named(settings, title)
    for victim in victims:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    return len(victims)


def ingest_command(path: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("polmon")), "ingest", str(path)]


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, **environment_for_children(settings)}


if __name__ == "__main__":
    main()
