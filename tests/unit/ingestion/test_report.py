"""The report of a run, for people and machines."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from political_monitoring.ingestion.report import (
    SHOWN_DOCUMENTS,
    SHOWN_FAILURES,
    DocumentReport,
    Failure,
    Found,
    ItemReport,
    RunReport,
)

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
GOOD = ItemReport(
    "good.md",
    "committed",
    (
        DocumentReport(
            "good",
            "A good one",
            "0" * 64,
            "added",
            passages=2,
            entities=5,
            facts=3,
            superseded=1,
            warnings=("undated",),
            found=(Found("title", "A good one", "front matter"),),
        ),
    ),
    seconds=0.5,
)
COPY = ItemReport(
    "copy.md", "duplicate", (DocumentReport("copy", "A copy", "0" * 64, "duplicate", duplicate_of="good"),)
)
SAME = ItemReport("same.md", "unchanged")
BAD = ItemReport(
    "bad`1`.pdf", "refused", failure=Failure("refused", "unreadable_document", "bad.pdf is encrypted")
)
BROKEN = ItemReport(
    "broken.md",
    "failed",
    failure=Failure("failed", "internal_error", "broken.md met a defect", "Traceback: secret place"),
)


def _report(*items: ItemReport, notes: tuple[str, ...] = ()) -> RunReport:
    return RunReport("r1", "nightly", ("docs",), START, START + timedelta(seconds=2), items, notes)


def test_markdown_has_the_sums_first_then_what_went_wrong_then_the_documents() -> None:
    text = _report(GOOD, COPY, SAME, BAD, BROKEN, notes=("Mind the gap.",)).to_markdown()
    assert text.startswith("# Ingestion: nightly\n")
    for row in (
        "found | 5 = 1 ingested + 1 unchanged + 1 duplicate + 1 refused + 1 failed",
        "ingested | 1",
        "unchanged | 1",
        "duplicates | 1",
        "refused | 1",
        "failed | 1",
        "facts written | 3",
    ):
        assert f"| {row} |" in text
    assert "| time | 2.0 s, 2 items a second |" in text
    assert "- `bad'1'.pdf`: bad.pdf is encrypted" in text
    assert "- `broken.md`: broken.md met a defect" in text
    assert "## Warnings\n\n- `good.md`: undated" in text
    assert (
        "- added: `good` A good one: 2 passages, 5 entities, 3 facts; also seen at `copy.md`"
        "\n  - title A good one (front matter)" in text
    )
    assert "- duplicate: `copy` A copy: the same content as `good`" in text
    assert "> Mind the gap." in text
    assert text.index("| found") < text.index("## Not ingested") < text.index("## Documents")
    assert "secret place" not in text


def test_long_lists_are_cut_and_say_by_how_much() -> None:
    bad = [replace(BAD, ref=f"{n}.pdf") for n in range(SHOWN_FAILURES + 7)]
    good = [GOOD] * (SHOWN_DOCUMENTS + 1_200)
    text = _report(*bad, *good).to_markdown()
    assert text.count(".pdf`") == SHOWN_FAILURES
    assert "- … and 7 more items" in text
    assert text.count("- added:") == SHOWN_DOCUMENTS
    assert "- … and 1,200 more documents" in text


def test_a_run_without_failures_has_no_section_for_them() -> None:
    report = _report(GOOD, SAME)
    assert not report.has_failures
    assert report.failure_rows() == []
    assert "Not ingested" not in report.to_markdown()


def test_refused_and_failed_both_make_a_failure() -> None:
    assert _report(GOOD, BAD).has_failures
    assert _report(GOOD, BROKEN).has_failures
    assert _report(BAD, BROKEN).failure_rows() == [
        ("bad`1`.pdf", "bad.pdf is encrypted"),
        ("broken.md", "broken.md met a defect"),
    ]


def test_json_says_everything_but_the_traceback() -> None:
    text = json.dumps(_report(GOOD, COPY, BROKEN).to_json())
    assert "secret place" not in text
    read = json.loads(text)
    assert read["found"] == 3
    assert read["states"] == {"committed": 1, "duplicate": 1, "failed": 1}
    assert read["seconds"] == 2
    assert read["started_at"] == "2026-01-01T12:00:00+00:00"
    assert read["has_failures"] is True
    assert read["items"][0]["documents"][0]["facts"] == 3
    assert read["items"][1]["documents"][0]["duplicate_of"] == "good"
    assert read["items"][2]["failure"] == {
        "state": "failed",
        "code": "internal_error",
        "sentence": "broken.md met a defect",
    }


def test_an_empty_run_is_reported() -> None:
    report = RunReport("r1", "nightly", ("docs",), START, START, ())
    assert "| found | 0 |" in report.to_markdown()
    assert not report.has_failures
