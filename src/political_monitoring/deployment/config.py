"""config.yaml: which services run and what each may use. Read strictly: a wrong key is never passed over.

Ray Serve ignores options it does not know or that stand on the wrong level; here they are errors that name
the line and the nearest key.
"""

import re
from difflib import get_close_matches
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from political_monitoring.domain.marked_yaml import MarkedYaml, Place, dotted, read_marked
from political_monitoring.errors import ConfigInvalid

RENAMED = {
    "max_concurrent_queries": "max_ongoing_requests",
    "target_num_ongoing_requests_per_replica": "target_ongoing_requests",
}
SET_ELSEWHERE = {
    "host": "POLMON_SERVER_HOST sets the address",
    "port": "POLMON_SERVER_HTTP_PORT sets the port",
    "release": "`polmon` works the release out itself",
}

CHAT, FLOW, HEALTH, MCP = "chat-server", "flow1-data-ingestion", "health", "mcp"

Seconds = Annotated[float, Field(gt=0)]
_IMPORT_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_SERVICE_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ROUTE = re.compile(r"/|(/[A-Za-z0-9._~-]+)+")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _only_remote(runtime_env: dict[str, Any]) -> dict[str, Any]:
    modules = runtime_env.get("py_modules") or []
    for uri in [*modules, runtime_env.get("working_dir")]:
        if uri is not None and "://" not in str(uri):
            raise ValueError(
                f"'{uri}' is a local folder; Ray Serve takes only URIs here (https://, s3://, local://)"
            )
    return runtime_env


class ActorOptions(_Part):
    """What one replica reserves. Reservations decide placement; they do not limit use."""

    num_cpus: float = Field(default=1, ge=0, description="CPUs, also fractions")
    num_gpus: float = Field(default=0, ge=0)
    memory: int = Field(default=0, ge=0, description="bytes")
    resources: dict[str, float] = Field(default={}, description="custom resources of the cluster")
    accelerator_type: str | None = None
    runtime_env: dict[str, Any] = {}

    _remote = field_validator("runtime_env")(_only_remote)


class Autoscaling(_Part):
    """How the number of replicas follows the load."""

    min_replicas: int = Field(default=1, ge=0)
    initial_replicas: int | None = Field(default=None, ge=0)
    max_replicas: int = Field(default=1, ge=1)
    target_ongoing_requests: float = Field(default=2, gt=0, description="per replica")
    upscale_delay_s: float = Field(default=30, ge=0)
    downscale_delay_s: float = Field(default=600, ge=0)
    look_back_period_s: Seconds = 30
    upscaling_factor: float | None = Field(default=None, gt=0)
    downscaling_factor: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        initial = self.min_replicas if self.initial_replicas is None else self.initial_replicas
        if not self.min_replicas <= initial <= self.max_replicas:
            raise ValueError("min_replicas <= initial_replicas <= max_replicas must hold")
        return self


class Service(_Part):
    """One Ray Serve application with one ingress deployment, which is named like the service."""

    import_path: str = Field(description="pkg.module:attribute")
    route_prefix: str
    num_replicas: int | None = Field(default=None, ge=1, description="1 when nothing autoscales")
    autoscaling_config: Autoscaling | None = None
    ray_actor_options: ActorOptions = ActorOptions()
    # Above the chat server's own limit, so that its 503 with Retry-After comes before Serve's plain one.
    max_ongoing_requests: int = Field(default=32, ge=1, description="at once in one replica")
    max_queued_requests: int = Field(default=200, ge=-1, description="waiting at each proxy; -1: no limit")
    max_surge_percent: int = Field(
        default=100, ge=0, le=100, description="100 starts a new replica before it stops the old one"
    )
    user_config: dict[str, Any] | None = None
    health_check_period_s: Seconds = 5
    health_check_timeout_s: Seconds = 15
    # An answer may take 60 s (POLMON_CHAT_ANSWER_SECONDS): an update must not cut its stream.
    graceful_shutdown_timeout_s: float = Field(default=75, ge=0)
    graceful_shutdown_wait_loop_s: float = Field(default=0.5, ge=0)
    runtime_env: dict[str, Any] = {}
    args: dict[str, Any] = Field(default={}, description="passed to the application's builder")

    _remote = field_validator("runtime_env")(_only_remote)

    @field_validator("import_path")
    @classmethod
    def _names_an_attribute(cls, value: str) -> str:
        if not _IMPORT_PATH.fullmatch(value):
            raise ValueError(f"'{value}' does not read package.module:attribute")
        return value

    @field_validator("route_prefix")
    @classmethod
    def _is_a_route(cls, value: str) -> str:
        if not _ROUTE.fullmatch(value):
            raise ValueError(f"'{value}' must start with / and not end with one, without wildcards")
        return value

    @field_validator("max_queued_requests")
    @classmethod
    def _some_or_unlimited(cls, value: int) -> int:
        if value == 0:
            raise ValueError("must be -1 (no limit) or at least 1")
        return value

    @field_validator("args")
    @classmethod
    def _leaves_the_release(cls, value: dict[str, Any]) -> dict[str, Any]:
        if "release" in value:
            raise ValueError(f"must not hold 'release': {SET_ELSEWHERE['release']}")
        return value

    @model_validator(mode="after")
    def _fixed_or_autoscaled(self) -> Self:
        if self.num_replicas is not None and self.autoscaling_config is not None:
            raise ValueError("has num_replicas and autoscaling_config; keep one of them")
        return self

    @property
    def replicas(self) -> int:
        """Replicas that run at the start."""
        if self.autoscaling_config is None:
            return self.num_replicas or 1
        initial = self.autoscaling_config.initial_replicas
        return self.autoscaling_config.min_replicas if initial is None else initial


class HttpOptions(_Part):
    """Options of the HTTP proxies."""

    request_timeout_s: float | None = Field(
        default=None, gt=0, description="also cuts streams; none: no limit"
    )
    keep_alive_timeout_s: int = Field(default=75, gt=0)
    root_path: str = ""


class Logging(_Part):
    """How Ray Serve writes its logs."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    encoding: Literal["TEXT", "JSON"] = "TEXT"
    enable_access_log: bool = True


class DeploymentConfig(_Part):
    """The whole of config.yaml."""

    services: dict[str, Service] = Field(min_length=1)
    http_options: HttpOptions = HttpOptions()
    logging: Logging = Logging()

    @field_validator("services")
    @classmethod
    def _distinct(cls, services: dict[str, Service]) -> dict[str, Service]:
        routes: dict[str, str] = {}
        for name, service in services.items():
            if not _SERVICE_NAME.fullmatch(name):
                raise ValueError(f"'{name}' is not a service name: small letters, digits and single hyphens")
            if service.route_prefix in routes:
                other = routes[service.route_prefix]
                raise ValueError(f"{other} and {name} have the same route_prefix {service.route_prefix}")
            routes[service.route_prefix] = name
        return services


def load_config(path: Path) -> DeploymentConfig:
    """Read and check a configuration file.

    Raises:
        ConfigInvalid: it cannot be read, or something in it is wrong; says where.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise ConfigInvalid(f"{path} does not exist; name the configuration with --config") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"{path} cannot be read: {error}") from None
    return parse_config(text, str(path))


def parse_config(text: str, name: str) -> DeploymentConfig:
    """Check the text of a configuration file.

    Raises:
        ConfigInvalid: names the file, the line, and the nearest valid key for a wrong one.
    """
    marked = read_marked(text, name)
    if not isinstance(marked.data, dict):
        raise ConfigInvalid(f"{name} has no `services:`; config.yaml shows the form")
    try:
        return DeploymentConfig.model_validate(marked.data)
    except ValidationError as error:
        # An unknown key comes first: one that is missing beside it is most likely that one, misspelt.
        found = [dict(one) for one in error.errors(include_url=False)]
        problems = sorted((one["type"] != "extra_forbidden", *_problem(one, marked)) for one in found)
        _, line, sentence = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ConfigInvalid(f"{name}:{line}: {sentence}{more}") from None


def _problem(error: dict[str, Any], marked: MarkedYaml) -> tuple[int, str]:
    place: Place = error["loc"]
    line = marked.line(place)
    if error["type"] == "extra_forbidden":
        return line, _unknown_key(place)
    if error["type"] == "missing":
        return line, f"{dotted(place[:-1]) or 'the file'} needs {place[-1]}"
    reason = str(error["ctx"]["error"]) if error["type"] == "value_error" else error["msg"]
    return line, f"{dotted(place)} {reason}" if error[
        "type"
    ] == "value_error" else f"{dotted(place)}: {reason}"


def _unknown_key(place: Place) -> str:
    key, where = str(place[-1]), dotted(place)
    if key in RENAMED:
        return f"{where} is the old name of {RENAMED[key]}; rename it"
    if key in SET_ELSEWHERE:
        return f"{where} is not set here: {SET_ELSEWHERE[key]}"
    valid = _keys_at(place[:-1])
    near = get_close_matches(key, valid, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"possible here: {', '.join(valid)}"
    return f"{where} is not a known key; {hint}"


def _keys_at(place: Place) -> list[str]:
    model: Any = DeploymentConfig
    for part in place:
        model = get_args(model)[1] if get_args(model) else model.model_fields[part].annotation
        if get_origin(model) in (Union, UnionType):
            model = next(kind for kind in get_args(model) if kind is not NoneType)
    return list(model.model_fields)
