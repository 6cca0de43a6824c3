"""What fits where: the needs of a configuration against the CPUs and memory of a cluster. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from political_monitoring.deployment.config import FLOW, DeploymentConfig

KODOSUMI = "a Kodosumi run"


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one node offers: CPUs, GPUs, and memory in bytes."""

    cpus: float
    memory: int
    gpus: float = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What one replica of `name` reserves, `count` times: CPUs, GPUs, and memory in bytes."""

    name: str
    count: int
    cpus: float
    memory: int
    gpus: float = 0


def needs_of(config: DeploymentConfig) -> tuple[Need, ...]:
    """Reservations at the start: services in their order and, with the flow, room for one run.

    Kodosumi's actors hold no CPU while they work, but Ray places an actor without a stated need only where
    one CPU is free at that moment.
    """
    services = (
        Need(
            name,
            service.replicas,
            service.ray_actor_options.num_cpus,
            service.ray_actor_options.memory,
            service.ray_actor_options.num_gpus,
        )
        for name, service in config.services.items()
    )
    run = (Need(KODOSUMI, 1, 1, 0),) if FLOW in config.services else ()
    return (*services, *run)


def check_capacity(config: DeploymentConfig, nodes: Sequence[Capacity]) -> list[str]:
    """One sentence for each service that finds no room, empty when all fit.

    Replicas are placed the largest first, each on the node with the most free CPUs.
    """
    needs = needs_of(config)
    left_over = _place(needs, nodes)
    if not left_over:
        return []
    total = Capacity(sum(n.cpus for n in nodes), sum(n.memory for n in nodes), sum(n.gpus for n in nodes))
    wanted = _describe(_sum(needs), total)
    return [f"{wanted}: {name} can't be placed" for name in left_over]


def check_update(config: DeploymentConfig, nodes: Sequence[Capacity]) -> list[str]:
    """Sentences about updates that would wait forever: new replicas start beside the old ones."""
    doubled = [
        Need(need.name, need.count * 2, need.cpus, need.memory, need.gpus)
        for need in needs_of(config)
        if need.name in config.services and config.services[need.name].max_surge_percent
    ]
    return [
        f"there is no room to start new replicas of {name} beside the old ones when it is updated; "
        f"free some, or set its max_surge_percent to 0 and accept a gap"
        for name in _place(doubled, nodes)
    ]


def _place(needs: Iterable[Need], nodes: Sequence[Capacity]) -> list[str]:
    free = list(nodes)
    left_over = []
    for need in sorted(needs, key=lambda one: (one.gpus, one.cpus, one.memory), reverse=True):
        for _ in range(need.count):
            roomy = [node for node in free if _fits(need, node)]
            if not roomy:
                left_over.append(need.name)
                break
            node = max(roomy, key=lambda one: (one.cpus, one.memory))
            free.remove(node)
            free.append(
                Capacity(round(node.cpus - need.cpus, 6), node.memory - need.memory, node.gpus - need.gpus)
            )
    return left_over


def _fits(need: Need, node: Capacity) -> bool:
    return need.cpus <= node.cpus and need.memory <= node.memory and need.gpus <= node.gpus


def _sum(needs: Iterable[Need]) -> Capacity:
    listed = list(needs)
    return Capacity(
        round(sum(need.cpus * need.count for need in listed), 6),
        sum(need.memory * need.count for need in listed),
        sum(need.gpus * need.count for need in listed),
    )


def _describe(wanted: Capacity, total: Capacity) -> str:
    if wanted.gpus > total.gpus:
        return f"needs {wanted.gpus:g} GPUs, the cluster has {total.gpus:g}"
    if wanted.memory > total.memory and wanted.cpus <= total.cpus:
        return f"needs {gigabytes(wanted.memory)} of memory, the cluster has {gigabytes(total.memory)}"
    return f"needs {wanted.cpus:g} CPUs, the cluster has {total.cpus:g}"


def gigabytes(amount: int) -> str:
    """Bytes as people say them: 1.5 GB."""
    return f"{amount / 1e9:.1f} GB"
