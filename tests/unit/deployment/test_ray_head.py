"""How the head is started: on loopback, beside any other Ray, within the length a socket's path may have."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from political_monitoring.deployment.addresses import addresses_of
from political_monitoring.deployment.ports import INTERNAL, SETTING_OF, free_ports
from political_monitoring.deployment.ray_head import (
    LONGEST_TEMP_DIR,
    RAY_TOKEN,
    Share,
    head_command,
    prepare_temp_dir,
    ray_environment,
    remove_link,
    without_client_server,
)
from political_monitoring.errors import ResourcesUnavailable
from political_monitoring.settings import ServerSettings, Settings

PORTS = free_ports([*SETTING_OF, *INTERNAL], ())


def settings_of(home: Path, **server: object) -> Settings:
    return Settings(home=home, server=ServerSettings.model_validate(server))


def test_a_short_home_needs_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(f"/tmp/p{os.getpid()}")
    settings = settings_of(home)
    try:
        assert prepare_temp_dir(settings) == home / "run" / "ray"
        remove_link(settings)
        assert (home / "run" / "ray").is_dir()
    finally:
        for path in sorted(home.rglob("*"), reverse=True):
            path.unlink() if path.is_symlink() else path.rmdir()
        home.rmdir()


def test_a_long_home_gets_a_short_link_that_leads_into_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / ("long-" * 30))

    link = prepare_temp_dir(settings)

    assert len(os.fsencode(link)) <= LONGEST_TEMP_DIR
    assert link.resolve() == settings.run_path / "ray"
    assert prepare_temp_dir(settings) == link
    remove_link(settings)
    assert not link.is_symlink()
    remove_link(settings)


def test_somebody_elses_file_in_the_links_place_is_left_alone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / ("long-" * 30))
    link = prepare_temp_dir(settings)
    link.unlink()
    link.write_text("not ours")
    try:
        with pytest.raises(ResourcesUnavailable, match="set a shorter POLMON_HOME"):
            prepare_temp_dir(settings)
        remove_link(settings)
        assert link.read_text() == "not ours"
    finally:
        link.unlink()


def test_only_the_last_session_is_kept(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home")
    ray = settings.run_path / "ray"
    for day in ("01", "02", "03"):
        (ray / f"session_2026-01-{day}" / "logs").mkdir(parents=True)
    (ray / "session_latest").symlink_to(ray / "session_2026-01-03")

    prepare_temp_dir(settings)
    remove_link(settings)

    assert sorted(path.name for path in ray.iterdir()) == ["session_2026-01-03", "session_latest"]
    assert (settings.run_path / "logs" / "ray").resolve() == ray / "session_2026-01-03" / "logs"


def test_the_command_keeps_everything_on_loopback_and_off_anybodys_ports(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, host="0.0.0.0", ray_auth="disabled")
    command = head_command(settings, PORTS, tmp_path, Share(2, 1_000))

    assert "--node-ip-address=127.0.0.1" in command
    assert "--dashboard-host=127.0.0.1" in command
    assert "--num-cpus=2" in command
    assert "--memory=1000" in command
    given = {part.rpartition("=")[2] for part in command if "port=" in part}
    assert given == {str(port) for role, port in PORTS.items() if role not in {"http", "panel"}} | {"0"}


def test_with_a_token_the_dashboard_may_listen_where_the_rest_does(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, host="0.0.0.0")

    assert "--dashboard-host=0.0.0.0" in head_command(settings, PORTS, tmp_path, Share(1, 1))
    assert addresses_of(settings, PORTS).http.startswith("http://127.0.0.1:")


def test_the_token_travels_as_a_path(tmp_path: Path) -> None:
    variables = ray_environment(settings_of(tmp_path))

    assert variables["RAY_AUTH_MODE"] == "token"
    path = Path(variables["RAY_AUTH_TOKEN_PATH"])
    assert path.name == RAY_TOKEN
    assert path.read_text().strip() not in str(variables)
    assert "RAY_AUTH_TOKEN_PATH" not in ray_environment(settings_of(tmp_path, ray_auth="disabled"))


def test_the_hook_is_where_its_name_says() -> None:
    module, _, name = ray_environment(settings_of(Path("x"), ray_auth="disabled"))[
        "RAY_START_HOOK"
    ].rpartition(".")
    parameters = SimpleNamespace(ray_client_server_port=10001)
    without_client_server(parameters, True)

    assert (module, name) == (without_client_server.__module__, without_client_server.__name__)
    assert parameters.ray_client_server_port is None
