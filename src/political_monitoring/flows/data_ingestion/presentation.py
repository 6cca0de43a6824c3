"""A run as the panel shows it: lines of progress, the report, and JSON for whoever follows from elsewhere.

The panel puts what it is given into its page as it comes, and document titles are other people's words, so
nothing that would be HTML or a link is let through. Its Markdown has no tables.
"""

import json
import re
from typing import Any

from political_monitoring.ingestion.report import RunReport
from political_monitoring.ingestion.run import Progress

_TABLE_HEAD = re.compile(r"^\|[^\n]*\|\n\|(?: *:?-+:? *\|)+\n", re.MULTILINE)
_TABLE_ROW = re.compile(r"^\| *([^|\n]*?) *\| *([^|\n]*?) *\|$", re.MULTILINE)
_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def progress_line(progress: Progress) -> str:
    """How far the run is, in Markdown."""
    total = f" of {progress.total:,}" if progress.total is not None else ""
    if not progress.done:
        return f"**0{total}** · the actors that read documents are starting"
    states = {
        "ingested": progress.committed,
        "unchanged": progress.unchanged,
        "duplicates": progress.duplicates,
        "failed": progress.failed,
    }
    counts = ", ".join(f"{count:,} {state}" for state, count in states.items() if count)
    eta = progress.eta_seconds or 0
    left = f" · {_duration(eta)} left" if eta >= 1 else ""
    return f"**{progress.done:,}{total}** · {counts} · {progress.rate:,.1f} a second{left}"


def progress_event(progress: Progress) -> str:
    """The same as one JSON object: {"progress": {done, total, committed, unchanged, …}}."""
    return _json(
        {
            "progress": {
                "done": progress.done,
                "total": progress.total,
                "committed": progress.committed,
                "unchanged": progress.unchanged,
                "duplicates": progress.duplicates,
                "failed": progress.failed,
                "rate": round(progress.rate, 2),
                "eta_seconds": None if progress.eta_seconds is None else round(progress.eta_seconds, 1),
            }
        }
    )


def report_event(report: RunReport) -> str:
    """The outcome as one JSON object, without its items: {"report": {run_id, found, states, seconds, …}}."""
    return _json({"report": {key: value for key, value in report.to_json().items() if key != "items"}})


def report_markdown(report: RunReport, json_address: str | None) -> str:
    """The report; `json_address` is where the panel has all of it as a file, None if it has not."""
    link = f"\n[The whole report as JSON]({json_address})\n" if json_address else ""
    return panel_markdown(report.to_markdown()) + link


def panel_markdown(markdown: str) -> str:
    """Markdown fit for the panel: tables as lists, no HTML, no links."""
    listed = _TABLE_ROW.sub(r"- \1: **\2**", _TABLE_HEAD.sub("", markdown))
    return listed.replace("<", "&lt;").replace("](", "]&#40;")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value).translate(_HTML)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
