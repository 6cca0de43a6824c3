"""Our configuration -> the document that Ray Serve's REST API takes. Pure.

Every application has exactly one ingress deployment, named like its service: options are given to
deployments, so their names must be known here. Each application's builder gets its `args` and the release.
"""

from typing import Any

from political_monitoring.deployment.config import ActorOptions, DeploymentConfig, Service

RETRY_AFTER_SECONDS = 5.0
PASSED_ON = (
    "max_ongoing_requests",
    "max_queued_requests",
    "max_surge_percent",
    "health_check_period_s",
    "health_check_timeout_s",
    "graceful_shutdown_timeout_s",
    "graceful_shutdown_wait_loop_s",
)


def compile_config(config: DeploymentConfig, release: str, host: str, port: int) -> dict[str, Any]:
    """The Ray Serve document (ServeDeploySchema) as plain data.

    Args:
        config: what runs.
        release: name of the code, for every application's arguments.
        host: address the HTTP proxies listen on.
        port: their port.
    """
    return {
        "http_options": {"host": host, "port": port, **config.http_options.model_dump(exclude_none=True)},
        "logging_config": config.logging.model_dump(),
        "applications": [
            {
                "name": name,
                "route_prefix": service.route_prefix,
                "import_path": service.import_path,
                "runtime_env": service.runtime_env,
                "args": {**service.args, "release": release},
                "deployments": [{"name": name, **_options(service)}],
            }
            for name, service in config.services.items()
        ],
    }


def _options(service: Service) -> dict[str, Any]:
    options: dict[str, Any] = {name: getattr(service, name) for name in PASSED_ON}
    options["backpressure_config"] = {"status_code": 503, "retry_after_s": RETRY_AFTER_SECONDS}
    options["ray_actor_options"] = _actor(service.ray_actor_options)
    if service.user_config is not None:
        options["user_config"] = service.user_config
    if service.autoscaling_config is None:
        options["num_replicas"] = service.replicas
    else:
        options["autoscaling_config"] = service.autoscaling_config.model_dump(exclude_none=True)
    return options


def _actor(actor: ActorOptions) -> dict[str, Any]:
    options: dict[str, Any] = {"num_cpus": actor.num_cpus}
    given = actor.model_dump(exclude_defaults=True)
    return options | {name: value for name, value in given.items() if value is not None}
