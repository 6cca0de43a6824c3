"""The Serve document, held against Ray's own schema."""

from pathlib import Path
from typing import Any

import pytest

from political_monitoring.deployment.compile import compile_config
from political_monitoring.deployment.config import load_config, parse_config

ROOT = Path(__file__).parents[3]
FULL = """\
services:
  chat-server:
    import_path: a.b:app
    route_prefix: /v1
    num_replicas: 2
    ray_actor_options:
      num_cpus: 0.5
      num_gpus: 1
      memory: 5
      resources: {fast: 1}
      accelerator_type: T4
      runtime_env: {env_vars: {A: b}}
    user_config: {weight: 1}
    args: {colour: blue}
    runtime_env: {working_dir: "https://example.org/code.zip"}
  other:
    import_path: c:app
    route_prefix: /
    autoscaling_config:
      min_replicas: 1
      initial_replicas: 2
      max_replicas: 3
      target_ongoing_requests: 4
      upscaling_factor: 0.5
http_options: {request_timeout_s: 30, keep_alive_timeout_s: 5, root_path: /x}
logging: {log_level: DEBUG, encoding: JSON, enable_access_log: false}
"""


def document(text: str = FULL) -> dict[str, Any]:
    return compile_config(parse_config(text, "config.yaml"), "1+abc", "127.0.0.1", 8001)


def test_every_application_gets_the_release_and_one_deployment_of_its_name() -> None:
    for application in document()["applications"]:
        assert application["args"]["release"] == "1+abc"
        assert [one["name"] for one in application["deployments"]] == [application["name"]]
    assert document()["applications"][0]["args"]["colour"] == "blue"


def test_replicas_are_fixed_or_autoscaled() -> None:
    chat, other = (application["deployments"][0] for application in document()["applications"])

    assert (chat["num_replicas"], "autoscaling_config" in chat) == (2, False)
    assert "num_replicas" not in other
    assert other["autoscaling_config"]["initial_replicas"] == 2


def test_updates_and_shutdowns_are_gentle_without_being_told() -> None:
    other = document()["applications"][1]["deployments"][0]

    assert other["max_surge_percent"] == 100
    assert other["graceful_shutdown_timeout_s"] > 60
    assert other["backpressure_config"]["retry_after_s"] <= 120


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", ["config.yaml", "config.production.yaml", ""])
def test_ray_serve_takes_it_and_passes_nothing_over(name: str) -> None:
    schema = pytest.importorskip("ray.serve.schema").ServeDeploySchema
    config = load_config(ROOT / name) if name else parse_config(FULL, "config.yaml")
    written = compile_config(config, "1+abc", "127.0.0.1", 8001)

    read = schema.model_validate(written).model_dump(mode="json", exclude_unset=True)

    assert not missing(written, read)


def missing(written: Any, read: Any, path: str = "") -> list[str]:
    """Paths of what was written but is not in what Ray read: keys it ignores."""
    if isinstance(written, dict):
        return [
            lost
            for key, value in written.items()
            for lost in (missing(value, read[key], f"{path}.{key}") if key in read else [f"{path}.{key}"])
        ]
    if isinstance(written, list):
        return [lost for one, other in zip(written, read, strict=True) for lost in missing(one, other, path)]
    return [] if written == read else [f"{path}: {written} became {read}"]
