"""config.yaml is read strictly: what is wrong, on which line, and what was probably meant."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.deployment.config import Service, load_config, parse_config
from political_monitoring.errors import ConfigInvalid

GOOD = """\
services:
  chat-server:
    import_path: political_monitoring.serving.chat:app
    route_prefix: /v1
    num_replicas: 1
    ray_actor_options: {num_cpus: 1, memory: 2000000000}
  flow1-data-ingestion:
    import_path: political_monitoring.flows.data_ingestion.app:app
    route_prefix: /data-ingestion
    num_replicas: 2
    ray_actor_options:
      num_cpus: 2
      memory: 4000000000
"""
ROOT = Path(__file__).parents[3]


def sentence(text: str) -> str:
    with pytest.raises(ConfigInvalid) as caught:
        parse_config(text, "config.yaml")
    return str(caught.value)


def with_line(number: int, line: str) -> str:
    lines = GOOD.splitlines()
    lines[number - 1] = line
    return "\n".join(lines)


def test_the_form_is_read() -> None:
    config = parse_config(GOOD, "config.yaml")

    assert list(config.services) == ["chat-server", "flow1-data-ingestion"]
    flow = config.services["flow1-data-ingestion"]
    assert (flow.replicas, flow.ray_actor_options.num_cpus, flow.ray_actor_options.memory) == (
        2,
        2,
        4_000_000_000,
    )
    assert flow.max_surge_percent == 100


@pytest.mark.parametrize("name", ["config.yaml", "config.production.yaml"])
def test_the_shipped_files_are_valid(name: str) -> None:
    config = load_config(ROOT / name)

    assert set(config.services) == {"chat-server", "flow1-data-ingestion", "health", "mcp"}


CHAT = "services.chat-server."
SLIPS = [
    (5, "    num_replica: 1", f"{CHAT}num_replica is not a known key; did you mean num_replicas?"),
    (
        6,
        "    ray_actor_options: {num_cpu: 1}",
        f"{CHAT}ray_actor_options.num_cpu is not a known key; did you mean num_cpus?",
    ),
    (
        12,
        "      num_gpu: 2",
        "services.flow1-data-ingestion.ray_actor_options.num_gpu is not a known key; did you mean num_gpus?",
    ),
    (
        5,
        "    max_concurrent_queries: 8",
        f"{CHAT}max_concurrent_queries is the old name of max_ongoing_requests; rename it",
    ),
    (
        5,
        "    autoscaling_config: {target_num_ongoing_requests_per_replica: 2}",
        f"{CHAT}autoscaling_config.target_num_ongoing_requests_per_replica is the old name of "
        "target_ongoing_requests; rename it",
    ),
    (5, "    port: 8001", f"{CHAT}port is not set here: POLMON_SERVER_HTTP_PORT sets the port"),
    (5, "    num_replicas: 0", f"{CHAT}num_replicas: Input should be greater than or equal to 1"),
    (3, "    import_path: a.b.app", f"{CHAT}import_path 'a.b.app' does not read package.module:attribute"),
    (
        4,
        "    route_prefix: v1/",
        f"{CHAT}route_prefix 'v1/' must start with / and not end with one, without wildcards",
    ),
    (
        5,
        "    runtime_env: {working_dir: ./src}",
        f"{CHAT}runtime_env './src' is a local folder; Ray Serve takes only URIs here "
        "(https://, s3://, local://)",
    ),
    (
        5,
        "    args: {release: x}",
        f"{CHAT}args must not hold 'release': `polmon` works the release out itself",
    ),
    (
        5,
        "    autoscaling_config: {min_replicas: 3, max_replicas: 2}",
        f"{CHAT}autoscaling_config min_replicas <= initial_replicas <= max_replicas must hold",
    ),
    (5, "    max_queued_requests: 0", f"{CHAT}max_queued_requests must be -1 (no limit) or at least 1"),
]


@pytest.mark.parametrize(("line", "written", "expected"), SLIPS)
def test_what_is_wrong_is_said_with_its_line(line: int, written: str, expected: str) -> None:
    assert sentence(with_line(line, written)) == f"config.yaml:{line}: {expected}"


@pytest.mark.parametrize(
    ("line", "written", "expected"),
    [
        (4, "    num_gpus: 1", ":4: services.chat-server.num_gpus is not a known key; did you mean"),
        (
            4,
            "    rout_prefix: /v1",
            ":4: services.chat-server.rout_prefix is not a known key; did you mean route_",
        ),
        (9, "    route_prefix: /v1", ":1: services chat-server and flow1-data-ingestion have the same route"),
        (7, "  chat-server:", ":7 gives services.chat-server a second time; it stands on line 2 too"),
        (2, "  Chat Server:", ":1: services 'Chat Server' is not a service name"),
        (1, "service:", ":1: service is not a known key; did you mean services? (and 1 more)"),
    ],
)
def test_what_concerns_more_than_one_key_is_said_too(line: int, written: str, expected: str) -> None:
    assert sentence(with_line(line, written)).startswith(f"config.yaml{expected}")


def test_replicas_are_fixed_or_follow_the_load_but_not_both() -> None:
    text = GOOD.replace(
        "    num_replicas: 2\n", "    num_replicas: 2\n    autoscaling_config: {max_replicas: 3}\n"
    )

    assert "flow1-data-ingestion has num_replicas and autoscaling_config; keep one of them" in sentence(text)


def test_an_alias_is_marked_and_may_contain_itself() -> None:
    text = GOOD.replace("ray_actor_options: {", "ray_actor_options: &small {").replace(
        "ray_actor_options:\n      num_cpus: 2\n      memory: 4000000000\n", "ray_actor_options: *small\n"
    )
    assert parse_config(text, "x").services["flow1-data-ingestion"].ray_actor_options.num_cpus == 1
    assert "x" in sentence("services: &a\n  x: *a\n")


@pytest.mark.parametrize(
    "text", ["", "services:\n", "[]", "services: {}", "services: [1]", "a: [", "a: \x00", "&a [*a]"]
)
def test_anything_else_is_one_sentence(text: str) -> None:
    assert "\n" not in sentence(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_no_text_at_all_ends_in_another_error(text: str) -> None:
    told = sentence(text)

    assert told.startswith("config.yaml")
    assert "\n" not in told


@given(st.sampled_from(sorted(Service.model_fields)), st.data())
def test_one_slip_of_the_finger_is_recognised(key: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(key) - 1))
    slip = key[:position] + key[position + 1 :]
    told = sentence(with_line(5, f"    {slip}: 1"))

    assert "services.chat-server." in told
    assert slip in Service.model_fields or f"did you mean {key}?" in told


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"none\.yaml does not exist"):
        load_config(tmp_path / "none.yaml")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigInvalid, match="cannot be read"):
        load_config(path)
