"""What a run says, as the panel shows it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

from kodosumi.runner.formatter import DefaultFormatter

from political_monitoring.flows.data_ingestion.presentation import (
    panel_markdown,
    progress_event,
    progress_line,
    report_event,
    report_markdown,
)
from political_monitoring.ingestion.report import DocumentReport, Failure, ItemReport, RunReport
from political_monitoring.ingestion.run import Progress

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def progress(total: int | None = 86, eta: float | None = 64.4) -> Progress:
    return Progress(
        done=34,
        total=total,
        committed=30,
        unchanged=3,
        duplicates=0,
        failed=1,
        ref="/data/act.md",
        rate=12.34,
        eta_seconds=eta,
    )


def report(title: str = "An act", ref: str = "/data/act.md", reason: str = "is empty") -> RunReport:
    added = DocumentReport("act-1", title, "0" * 64, "added", passages=2, facts=3)
    return RunReport(
        run_id="20260301-120000-abcdef",
        job_name="Bills",
        targets=("/data",),
        started_at=START,
        finished_at=START + timedelta(seconds=10),
        items=(
            ItemReport("/data/act.md", "committed", (added,)),
            ItemReport(ref, "refused", failure=Failure("refused", "empty_document", f"{ref} {reason}")),
        ),
    )


def as_page(markdown: str) -> str:
    """As Kodosumi turns it into the page."""
    html: str = DefaultFormatter().convert("final", json.dumps({"Markdown": {"body": markdown}}))
    return html


def test_a_line_of_progress_has_counts_rate_and_time_left() -> None:
    assert progress_line(progress()) == (
        "**34 of 86** · 30 ingested, 3 unchanged, 1 failed · 12.3 a second · 1 min 4 s left"
    )


def test_what_is_not_known_or_over_is_not_said() -> None:
    assert progress_line(progress(total=None, eta=None)) == (
        "**34** · 30 ingested, 3 unchanged, 1 failed · 12.3 a second"
    )
    assert progress_line(progress(eta=0.2)).endswith("a second")


def test_before_the_first_document_it_says_what_is_waited_for() -> None:
    none_yet = replace(progress(), done=0)

    assert progress_line(none_yet) == "**0 of 86** · the actors that read documents are starting"
    assert progress_line(replace(none_yet, total=None)).startswith("**0** · ")


def test_progress_for_machines() -> None:
    assert json.loads(progress_event(progress()))["progress"] == {
        "done": 34,
        "total": 86,
        "committed": 30,
        "unchanged": 3,
        "duplicates": 0,
        "failed": 1,
        "rate": 12.34,
        "eta_seconds": 64.4,
    }


def test_the_outcome_for_machines_leaves_out_the_items() -> None:
    outcome = json.loads(report_event(report()))["report"]

    assert outcome["states"] == {"committed": 1, "refused": 1}
    assert outcome["has_failures"] is True
    assert "items" not in outcome


def test_events_for_machines_hold_nothing_that_a_page_takes_for_html() -> None:
    event = report_event(RunReport("r", "<img src=x onerror=alert(1)>", ("/a&b",), START, START, ()))

    assert not set("<>&") & set(event)
    assert json.loads(event)["report"]["job_name"] == "<img src=x onerror=alert(1)>"


def test_the_report_is_a_page_without_raw_table_marks() -> None:
    page = as_page(report_markdown(report(), "/files/1/out/report.json"))

    assert "|" not in page
    assert "<li>ingested: <strong>1</strong></li>" in page
    assert "<code>act-1</code> An act: 2 passages, 0 entities, 3 facts" in page
    assert "/data/act.md is empty" in page
    assert '<a href="/files/1/out/report.json">The whole report as JSON</a>' in page


def test_a_report_that_is_no_file_is_not_linked() -> None:
    assert "href" not in as_page(report_markdown(report(), None))


def test_titles_of_documents_are_neither_html_nor_links_nor_pictures() -> None:
    hostile = "<script>alert(1)</script> [here](javascript:alert(1)) ![](http://evil.example/x.png)"

    page = as_page(report_markdown(report(title=hostile, ref=f"/data/{hostile}"), None))

    assert "<script" not in page
    assert "href" not in page
    assert "<img" not in page
    assert "[here](javascript:alert(1))" in unescape(page)


def test_a_line_with_bars_that_is_no_table_stays_as_it_is() -> None:
    assert panel_markdown("- added: `a` Rates | taxes: 1 passage") == "- added: `a` Rates | taxes: 1 passage"
