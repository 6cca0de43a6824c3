"""What the audit promises, on each database it runs on."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from political_monitoring.access.audit import AuditTrail, Entry, open_audit
from political_monitoring.database.engine import transaction
from political_monitoring.errors import StoreUnavailable
from political_monitoring.settings import DatabaseSettings, Settings

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def trail(dsn: str, tmp_path: Path) -> Iterator[AuditTrail]:
    opened = open_audit(Settings(home=tmp_path, database=DatabaseSettings.model_validate({"dsn": dsn})))
    yield opened
    opened.close()


def entry(name: str, *documents: str, minute: int = 0, key_id: str = "k1") -> Entry:
    at = NOON + dt.timedelta(minutes=minute)
    return Entry(
        name, at, key_id, "Müller & Söhne", f"What of {name}?", 200, f"chatcmpl-{name}", 0.25, documents
    )


def test_an_entry_comes_back_as_it_was_written(trail: AuditTrail) -> None:
    full, refused = entry("a", "y", "x"), Entry("b", NOON, "", "", "", 401, "", 0.0)
    trail.write(full)
    trail.write(refused)
    assert trail.newest(9) == [full, refused]


def test_an_entry_is_written_once(trail: AuditTrail) -> None:
    trail.write(entry("a", "x"))
    trail.write(replace(entry("a", "x", "y"), question="Another?"))
    (found,) = trail.newest(9)
    assert found.question == "What of a?"


def test_entries_are_found_by_key_time_and_document(trail: AuditTrail) -> None:
    for number, (name, documents, key_id) in enumerate(
        [("a", ["x"], "k1"), ("b", ["x", "y"], "k2"), ("c", ["y"], "k1")]
    ):
        trail.write(entry(name, *documents, minute=number, key_id=key_id))

    def ids(**wanted: object) -> list[str]:
        return [one.id for one in trail.newest(9, **wanted)]  # type: ignore[arg-type]

    assert ids() == ["c", "b", "a"]
    assert ids(key_id="k1") == ["c", "a"]
    assert ids(document="x") == ["b", "a"]
    assert ids(since=NOON + dt.timedelta(minutes=1)) == ["c", "b"]
    assert ids(since=NOON + dt.timedelta(minutes=1), key_id="k1", document="y") == ["c"]
    assert [one.id for one in trail.newest(1)] == ["c"]


def test_more_entries_than_a_statement_holds(trail: AuditTrail) -> None:
    for number in range(520):
        trail.write(entry(f"{number}", f"d{number}", minute=number))
    assert all(one.documents == (f"d{one.id}",) for one in trail.newest(1_000))


def test_what_is_old_or_too_much_goes_with_its_documents(trail: AuditTrail) -> None:
    for number in range(5):
        trail.write(entry(f"{number}", "x", minute=number))
    assert trail.prune(NOON + dt.timedelta(minutes=1), 3) == 2
    assert [one.id for one in trail.newest(9)] == ["4", "3", "2"]
    with transaction(trail._engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_documents")) == 3


def test_a_probe_leaves_nothing_and_sees_what_is_broken(trail: AuditTrail) -> None:
    trail.probe()
    assert trail.newest(9) == []
    with transaction(trail._engine) as connection:
        connection.execute(text("DROP TABLE audit_documents"))
        connection.execute(text("DROP TABLE audit"))
    with pytest.raises(StoreUnavailable, match="audit"):
        trail.probe()
