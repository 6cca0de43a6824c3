"""Documents a second through the deployed flow, against the bare pipeline on the same two cores in the same run.

Both prepare with two workers, and both are timed by their own reports: from the first look at the documents to the
last one written, so the start of the workers counts. The flow claims and reads five documents at a time, as its form
proposes; the bare pipeline as its settings do, and once more in fives. Of the time until the panel shows a run's first
line, Kodosumi's process for the run is most.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from measuring import Figure, print_figures
from throughput import documents

from political_monitoring.deployment.addresses import SystemAddresses
from political_monitoring.deployment.panel_client import PanelClient, RunMarkdown, RunProgress, admin_password
from political_monitoring.settings import Settings, environment_for_children, load_settings
from political_monitoring.testing.system import running_system, settings_of_its_own

COUNT = 1_000
REACH = 0.7
CONFIG = Path(__file__).resolve().parents[1] / "config.yaml"
FLOW = "flow1-data-ingestion"
RUN_SECONDS = 600


def main() -> None:
    """The pipeline alone, then the same documents through the flow."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "docs.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in documents(COUNT)), "utf-8")
        bare = by_command(load_settings({"POLMON_HOME": str(Path(folder) / "bare")}), path)
        fives = by_command(
            load_settings({"POLMON_HOME": str(Path(folder) / "fives"), "POLMON_INGESTION_BATCH_SIZE": "5"}),
            path,
        )
        settings = settings_of_its_own(Path(folder) / "system")
        with running_system(settings, CONFIG) as system:
            deployed, first_line, first_written = by_flow(settings, system, path)
    print_figures(
        f"{COUNT:,} documents of 300 words, two workers, {os.cpu_count()} cores",
        [
            Figure("documents/s, bare pipeline", "", f"{bare:.1f}", None),
            Figure("  read in fives", "", f"{fives:.1f}", None),
            Figure("documents/s, deployed flow", "", f"{deployed:.1f}", None),
            Figure(
                "  against the bare pipeline",
                f"{REACH:.0%}",
                f"{deployed / bare:.0%}",
                deployed >= REACH * bare,
            ),
            Figure(
                "first line of progress after submitting", "as soon as it can", f"{first_line:.1f} s", None
            ),
            Figure("first documents written after submitting", "", f"{first_written:.1f} s", None),
        ],
    )


def by_command(settings: Settings, path: Path) -> float:
    """Documents a second of `polmon ingest`."""
    command = [
        str(Path(sys.executable).with_name("polmon")),
        "ingest",
        str(path),
        "--processes",
        "2",
        "--json",
    ]
    done = subprocess.run(
        command, env={**os.environ, **environment_for_children(settings)}, check=True, capture_output=True
    )
    return rate(json.loads(done.stdout))


def by_flow(settings: Settings, system: SystemAddresses, path: Path) -> tuple[float, float, float]:
    """Documents a second of a run in the panel, and the seconds until its first line and its first documents."""
    with PanelClient(system.panel, "admin", admin_password(settings)) as panel:
        begun = time.monotonic()
        run = panel.launch(FLOW, {"job_name": "Bench", "targets": str(path), "parallelism": "2"})
        first_line = first_written = 0.0
        for event in panel.follow(run, RUN_SECONDS):
            if isinstance(event, RunProgress):
                first_line = first_line or time.monotonic() - begun
                if event.done:
                    first_written = first_written or time.monotonic() - begun
        assert isinstance(event, RunMarkdown), event
    with httpx.Client(base_url=system.panel) as http:
        http.post("/api/login", json={"name": "admin", "password": admin_password(settings)})
        return rate(http.get(f"/files/{run}/out/report.json").json()), first_line, first_written


def rate(report: dict[str, Any]) -> float:
    """Committed documents a second, by the run's own report."""
    assert report["states"] == {"committed": COUNT}, report["states"]
    return COUNT / float(report["seconds"])


if __name__ == "__main__":
    main()
