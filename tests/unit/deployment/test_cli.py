"""The commands, without a cluster."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from political_monitoring.cli import deploy
from political_monitoring.deployment import processes
from political_monitoring.deployment.machine import Machine
from political_monitoring.errors import ConfigInvalid, ResourcesUnavailable

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> str:
    app = typer.Typer()
    deploy.register(app)
    result = CliRunner().invoke(app, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_status_without_a_cluster_has_all_its_keys() -> None:
    told = json.loads(run("status", "--json"))

    assert told["graph"] == {"documents": 0, "passages": 0, "entities": 0, "facts": 0}
    assert (told["services"], told["last_run"], told["system"]["status"]) == ([], None, "stopped")


def test_status_for_people_says_what_to_do() -> None:
    told = run("status")

    assert "The system is stopped" in told
    assert "`polmon up` starts it" in told
    assert "`polmon ingest`" in told


def test_down_when_nothing_runs_is_no_error() -> None:
    assert run("down") == "nothing was running\n"


def test_render_prints_the_document_for_ray_serve() -> None:
    document = json.loads(run("config", "render", str(ROOT / "config.yaml")))

    assert document["http_options"] | {"host": "127.0.0.1", "port": 8001} == document["http_options"]
    assert len(document["applications"]) == 4


def test_check_compares_with_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "measure", lambda: Machine(2, 4_000_000_000))

    assert "valid; this machine has 2 CPUs and 2.6 GB" in run("config", "check", str(ROOT / "config.yaml"))
    told = json.loads(run("config", "check", str(ROOT / "config.production.yaml"), "--json"))
    assert told["valid"]
    assert "can't be placed" in told["problems"][0]


def test_up_refuses_what_has_no_room_and_says_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "measure", lambda: Machine(2, 2_000_000_000))

    with pytest.raises(ResourcesUnavailable, match="POLMON_SERVER_MEMORY"):
        run("up", "--config", str(ROOT / "config.yaml"))
    monkeypatch.setattr(processes, "measure", lambda: Machine(1, 16_000_000_000))
    with pytest.raises(ResourcesUnavailable, match=r"needs 1\.5 CPUs, the cluster has 1.*POLMON_SERVER_CPUS"):
        run("up", "--config", str(ROOT / "config.yaml"))


def test_a_wrong_configuration_starts_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "config.yaml"
    wrong.write_text("services: {a: {import_path: 'b:c', route_prefix: /a, replicas: 2}}")

    for command in (["up", "--config"], ["config", "check"], ["config", "render"]):
        with pytest.raises(ConfigInvalid, match="did you mean num_replicas"):
            run(*command, str(wrong))
