"""A replica's keys are seconds old, whatever is shown to it."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.access.keyring import LIFE, Keyring
from political_monitoring.access.keys import Key, KeyStore, open_keys
from political_monitoring.errors import StoreUnavailable
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock


class CountingStore(KeyStore):
    """Counts what it is asked."""

    reads = 0
    uses = 0

    def all(self) -> list[Key]:
        self.reads += 1
        return super().all()

    def used(self, key_id: str, moment: dt.datetime) -> None:
        self.uses += 1
        super().used(key_id, moment)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def store(clock: FrozenClock) -> Iterator[CountingStore]:
    opened = open_keys(load_settings(), clock)
    yield CountingStore(opened._engine, clock)
    opened.close()


@pytest.fixture
def keyring(store: CountingStore, clock: FrozenClock) -> Keyring:
    ring = Keyring(lambda: store, clock)
    ring.refresh()
    return ring


def later(keyring: Keyring, clock: FrozenClock) -> None:
    clock.advance(seconds=LIFE.total_seconds())
    assert keyring.stale
    keyring.refresh()


def test_a_new_key_is_valid_and_a_revoked_one_is_not_after_the_life_of_what_is_known(
    keyring: Keyring, store: CountingStore, clock: FrozenClock
) -> None:
    shown, key = store.create("a", "reader", [], "1/second")
    later(keyring, clock)
    assert keyring.valid(shown) == key
    store.revoke(key.id)
    later(keyring, clock)
    assert keyring.valid(shown) is None
    claimed = keyring.claimed(shown)
    assert claimed is not None
    assert claimed.id == key.id


def test_a_key_expires_between_two_readings(store: CountingStore, clock: FrozenClock) -> None:
    shown, _ = store.create("a", "reader", [], "1/second", clock() + dt.timedelta(seconds=1))
    ring = Keyring(lambda: store, clock)
    ring.refresh()
    assert ring.valid(shown)
    clock.advance(seconds=1)
    assert not ring.stale
    assert ring.valid(shown) is None


def test_no_request_reads_the_database_for_itself(keyring: Keyring, store: CountingStore) -> None:
    for number in range(100):
        keyring.refresh()
        assert keyring.valid(f"polmon_{number:010}_{number:064}") is None
    assert store.reads == 1


def test_the_last_use_is_written_once_a_minute(store: CountingStore, clock: FrozenClock) -> None:
    shown, _ = store.create("a", "reader", [], "1/second")
    ring = Keyring(lambda: store, clock)
    for _ in range(61):
        if ring.stale:
            ring.refresh()
        assert ring.valid(shown)
        clock.advance(seconds=1)
    ring._writer.close()
    assert store.uses == 2
    assert [key.last_used_at for key in store.all()] == [clock() - dt.timedelta(seconds=1)]


def test_while_the_database_is_away_nobody_is_let_in(clock: FrozenClock) -> None:
    def away() -> KeyStore:
        raise StoreUnavailable("the database is away")

    ring = Keyring(away, clock)
    with pytest.raises(StoreUnavailable):
        ring.refresh()
    assert ring.stale
    ring.close()
