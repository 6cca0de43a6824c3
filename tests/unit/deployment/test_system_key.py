"""The system asks its own servers with a key of its own."""

import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from political_monitoring.access.keys import KeyStore, open_keys
from political_monitoring.clock import utc_now
from political_monitoring.deployment.credentials import credential_path
from political_monitoring.deployment.system_key import FILE, prepare_system_key, system_headers
from political_monitoring.settings import ServerSettings, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, server=ServerSettings(host="0.0.0.0"))


@pytest.fixture
def store(settings: Settings) -> Iterator[KeyStore]:
    with closing(open_keys(settings, utc_now)) as opened:
        yield opened


def test_on_loopback_there_is_none(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert prepare_system_key(settings) == ""
    assert system_headers(settings) == {}
    assert not credential_path(settings, FILE).exists()


def test_elsewhere_it_is_made_once_and_only_its_owner_reads_it(settings: Settings, store: KeyStore) -> None:
    assert system_headers(settings) == {}
    prepare_system_key(settings)
    first = system_headers(settings)
    prepare_system_key(settings)
    assert system_headers(settings) == first
    (key,) = store.all()
    assert key.opened_by(first["authorization"].removeprefix("Bearer "))
    assert (key.role, key.workspaces) == ("operator", ())
    assert stat.S_IMODE(credential_path(settings, FILE).stat().st_mode) == 0o600


def test_one_that_was_revoked_is_replaced(settings: Settings, store: KeyStore) -> None:
    prepare_system_key(settings)
    first = system_headers(settings)
    store.revoke(store.all()[0].id)
    prepare_system_key(settings)
    assert system_headers(settings) != first
    assert [key.state(utc_now()) for key in store.all()] == ["revoked", "valid"]


def test_who_starts_it_is_told_how_to_make_the_first_key(settings: Settings, store: KeyStore) -> None:
    assert "`polmon keys create NAME` makes the first" in prepare_system_key(settings)
    _, key = store.create("Newsroom", "reader", [], "9/second")
    assert prepare_system_key(settings) == ""
    store.revoke(key.id)
    assert "there is none" in prepare_system_key(settings)
