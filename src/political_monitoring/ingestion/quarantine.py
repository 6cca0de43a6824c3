"""What has failed time after time is not tried any more, until its bytes or the pipeline change or a person asks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from political_monitoring.database.tables import items, run_items
from political_monitoring.errors import TryLater
from political_monitoring.ingestion.listing import LAST_RUN
from political_monitoring.ingestion.report import Failure, ItemReport

FAILURES_ALLOWED = 3
"""After so many failures, one after another, an item is quarantined."""


def reasons(connection: Connection, keys: Sequence[str]) -> dict[str, Failure]:
    """Why quarantined items are where they are, by key."""
    found = select(items.c.key, run_items.c.error_code, run_items.c.error).join(run_items, LAST_RUN)
    return {
        row.key: Failure("quarantined", row.error_code, row.error)
        for row in connection.execute(found.where(items.c.key.in_(keys)))
    }


def quarantine(connection: Connection, reports: Mapping[str, ItemReport]) -> dict[str, ItemReport]:
    """The reports by key; of those that failed, the ones that have done so as often as is allowed are quarantined."""
    failed = [key for key, report in reports.items() if counts(report)]
    before = select(items.c.key, items.c.attempts).where(items.c.key.in_(failed))
    attempts = dict(connection.execute(before).all()) if failed else {}
    last = {key for key, count in attempts.items() if count + 1 >= FAILURES_ALLOWED}
    return {key: _quarantined(report) if key in last else report for key, report in reports.items()}


def counts(report: ItemReport) -> bool:
    """Whether it failed of itself, not because somebody else held it."""
    return report.state == "failed" and report.failure is not None and report.failure.code != TryLater.code


def _quarantined(report: ItemReport) -> ItemReport:
    if report.failure is None:
        return report
    sentence = f"{report.failure.sentence}; it has failed {FAILURES_ALLOWED} times and is not tried again"
    return replace(
        report, state="quarantined", failure=replace(report.failure, state="quarantined", sentence=sentence)
    )
