"""polmon keys and audit: what is wrong is a sentence, what is made is shown once."""

import json
from typing import Any

import pytest

from political_monitoring.cli.main import run


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["keys", "create"], "NAME"),
        (["keys", "create", " "], "a key needs a name"),
        (["keys", "create", "a\x1b[2J"], "a key needs a name"),
        (["keys", "create", "polmon_0123456789_abc"], "looks like a key"),
        (["keys", "create", "a", "--role", "king"], "'reader', 'analyst', 'operator'"),
        (["keys", "create", "a", "--rate", "5"], "'5' is no rate: write a number and a unit"),
        (["keys", "create", "a", "--rate", "0/minute"], "is no rate"),
        (["keys", "create", "a", "--expires", "2020-01-01"], "has passed already"),
        (["keys", "create", "a", "--expires", "soon"], "'soon' is no day and no time"),
        (["keys", "create", "a", "--workspace", "nowhere"], "there is no workspace 'nowhere'"),
        (["keys", "create", "a", "--workspace", "public", "--all-workspaces"], "either --workspace or"),
        (["keys", "revoke", "0123456789"], "there is no key '0123456789'"),
        (["audit", "--since", "lately"], "'lately' is no day and no time"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_the_key_stands_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "create", "Newsroom", "--rate", "5/hour"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("polmon_")
    assert printed.out.count("\n") == 1
    assert printed.out.strip() not in printed.err
    assert "reader of public, 5/hour" in printed.err


def test_a_list_shows_what_a_key_may_and_not_what_opens(capsys: pytest.CaptureFixture[str]) -> None:
    made = as_json(capsys, "keys", "create", "A  b", "--role", "analyst", "--expires", "2999-12-31")
    assert (made["name"], made["rate"], made["expires_at"]) == (
        "A b",
        "60/minute",
        "3000-01-01 00:00:00+00:00",
    )
    (listed,) = as_json(capsys, "keys", "list")
    assert listed == {name: value for name, value in made.items() if name != "key"}
    assert "digest" not in listed
    assert run(["keys", "list"]) == 0
    assert made["id"] in capsys.readouterr().out


def test_a_revoked_key_stays_in_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    made = as_json(capsys, "keys", "create", "a")
    for _ in range(2):
        assert as_json(capsys, "keys", "revoke", made["id"]) == {"revoked": made["id"]}
    assert [one["state"] for one in as_json(capsys, "keys", "list")] == ["revoked"]


def test_the_rate_of_a_new_key_is_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLMON_ACCESS_RATE", "7/day")
    assert as_json(capsys, "keys", "create", "a")["rate"] == "7/day"
    monkeypatch.setenv("POLMON_ACCESS_RATE", "7/eon")
    assert run(["keys", "create", "a"]) == 2


def test_nothing_asked_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert as_json(capsys, "audit") == []
    assert run(["audit"]) == 0
    assert "No entries" in capsys.readouterr().out
