"""What the store of keys promises, on each database it runs on."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from political_monitoring.access.keys import FORM, KeyStore, open_keys
from political_monitoring.database.engine import transaction
from political_monitoring.settings import DatabaseSettings, Settings
from political_monitoring.testing.clock import FrozenClock


@pytest.fixture
def store(dsn: str, tmp_path: Path, clock: FrozenClock) -> Iterator[KeyStore]:
    opened = open_keys(Settings(home=tmp_path, database=DatabaseSettings.model_validate({"dsn": dsn})), clock)
    yield opened
    opened.close()


def test_a_key_comes_back_as_it_was_made(store: KeyStore, clock: FrozenClock) -> None:
    ends = clock() + dt.timedelta(days=30)
    shown, key = store.create("Ms Weber", "analyst", ["Müller & Söhne", "public"], "5/hour", ends)
    assert store.all() == [key]
    assert (key.name, key.role, key.workspaces) == ("Ms Weber", "analyst", ("Müller & Söhne", "public"))
    assert (key.rate, key.created_at, key.expires_at) == ("5/hour", clock(), ends)
    assert key.id in shown
    assert FORM.fullmatch(shown)


def test_what_opens_is_stored_nowhere(store: KeyStore) -> None:
    shown, key = store.create("a", "reader", [], "1/second")
    with transaction(store._engine) as connection:
        stored = repr(connection.execute(text("SELECT * FROM access_keys")).all())
    assert shown.rpartition("_")[2] not in stored
    assert key.digest in stored
    assert key.digest not in repr(key)


def test_a_key_opens_only_itself(store: KeyStore) -> None:
    shown, key = store.create("a", "reader", [], "1/second")
    another, other = store.create("a", "reader", [], "1/second")
    assert key.id != other.id
    assert key.opened_by(shown)
    assert not key.opened_by(another)
    assert not key.opened_by(shown[:-1] + ("0" if shown[-1] != "0" else "1"))
    assert not key.opened_by(f"polmon_{key.id}_{other.digest}")
    assert not key.opened_by("")
    assert not key.opened_by("schlüssel \ud800")


def test_revoking_is_for_good_and_harmless_twice(store: KeyStore, clock: FrozenClock) -> None:
    _, key = store.create("a", "reader", [], "1/second")
    _, other = store.create("b", "reader", [], "1/second")
    assert store.revoke(key.id)
    revoked_at = clock()
    clock.advance(hours=1)
    assert store.revoke(key.id)
    assert not store.revoke("nothing")
    states = {one.id: (one.state(clock()), one.revoked_at) for one in store.all()}
    assert states == {key.id: ("revoked", revoked_at), other.id: ("valid", None)}


def test_a_key_expires_at_its_moment(store: KeyStore, clock: FrozenClock) -> None:
    ends = clock() + dt.timedelta(days=1)
    store.create("a", "reader", [], "1/second", ends)
    (key,) = store.all()
    assert key.state(ends - dt.timedelta(microseconds=1)) == "valid"
    assert key.state(ends) == "expired"


def test_the_last_use_only_moves_on(store: KeyStore, clock: FrozenClock) -> None:
    _, key = store.create("a", "reader", [], "1/second")
    later = clock() + dt.timedelta(minutes=5)
    store.used(key.id, later)
    store.used(key.id, clock())
    store.used("nothing", later)
    assert [one.last_used_at for one in store.all()] == [later]


def test_keys_are_those_of_the_installation_whatever_the_workspace(
    dsn: str, tmp_path: Path, clock: FrozenClock, store: KeyStore
) -> None:
    settings = Settings(home=tmp_path, database=DatabaseSettings.model_validate({"dsn": dsn}))
    _, key = store.create("a", "reader", ["elsewhere"], "1/second")
    elsewhere = open_keys(settings.in_workspace("elsewhere"), clock)
    assert elsewhere.all() == [key]
    elsewhere.close()
