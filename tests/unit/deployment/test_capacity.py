"""What fits where, said before anything is started."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.deployment.capacity import Capacity, check_capacity, check_update, needs_of
from political_monitoring.deployment.config import FLOW, DeploymentConfig, load_config, parse_config

ROOT = Path(__file__).parents[3]
TWO_CORES = Capacity(2, 2_000_000_000)


def config_of(**cpus_of_services: float) -> DeploymentConfig:
    lines = [
        f"  {name}: {{import_path: 'a.b:c', route_prefix: /{name}, ray_actor_options: {{num_cpus: {cpus}}}}}"
        for name, cpus in cpus_of_services.items()
    ]
    return parse_config("services:\n" + "\n".join(lines), "config.yaml")


def test_the_shipped_configuration_fits_two_cores_also_while_it_is_updated() -> None:
    config = load_config(ROOT / "config.yaml")

    assert check_capacity(config, [TWO_CORES]) == []
    assert check_update(config, [TWO_CORES]) == []
    assert sum(need.memory * need.count for need in needs_of(config)) <= 1_000_000_000


def test_the_production_configuration_fits_eight_cores() -> None:
    config = load_config(ROOT / "config.production.yaml")

    assert check_capacity(config, [Capacity(8, 14_000_000_000)]) == []
    assert check_update(config, [Capacity(8, 14_000_000_000)]) == []


def test_what_finds_no_room_is_named_with_the_sums() -> None:
    problems = check_capacity(config_of(chat=1, **{FLOW: 1}), [TWO_CORES])

    assert problems == ["needs 3 CPUs, the cluster has 2: a Kodosumi run can't be placed"]


def test_a_replica_larger_than_the_node_is_named() -> None:
    assert check_capacity(config_of(chat=0.5, flow=4), [TWO_CORES]) == [
        "needs 4.5 CPUs, the cluster has 2: flow can't be placed"
    ]


def test_memory_is_counted_too() -> None:
    options = "{num_cpus: 1, memory: 3000000000}"
    text = f"services: {{chat: {{import_path: 'a:b', route_prefix: /, ray_actor_options: {options}}}}}"
    assert check_capacity(parse_config(text, "x"), [TWO_CORES]) == [
        "needs 3.0 GB of memory, the cluster has 2.0 GB: chat can't be placed"
    ]


def test_a_large_replica_needs_one_node_not_the_sum_of_two() -> None:
    halves = [Capacity(2, 10**10), Capacity(2, 10**10)]

    assert check_capacity(config_of(flow=3), halves)
    assert not check_capacity(config_of(flow=2), halves)


def test_an_update_that_would_wait_forever_is_foretold() -> None:
    config = config_of(chat=1.5)

    assert "chat" in check_update(config, [TWO_CORES])[0]
    assert not check_update(config, [Capacity(3, 10**10)])


@given(st.lists(st.sampled_from([0.1, 0.25, 0.5, 1, 2]), min_size=1, max_size=6), st.integers(1, 8))
def test_on_one_node_all_fits_exactly_when_the_sum_does(cpus: list[float], cores: int) -> None:
    config = config_of(**{f"s{index}": amount for index, amount in enumerate(cpus)})
    fits = round(sum(cpus), 6) <= cores

    assert (check_capacity(config, [Capacity(cores, 10**12)]) == []) is fits
