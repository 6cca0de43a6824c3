"""Effective settings: defaults, then POLMON_<SECTION>_<FIELD> variables. The only reader of the environment.

pydantic-settings would do the reading, but costs 0.3 s at every start of the command and passes over
misspelt variables without a word; here a misspelt one is an error that names the nearest right one.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from political_monitoring.errors import ConfigInvalid

PREFIX = "POLMON_"
FOR_THE_BOOTSTRAP = ("POLMON_PYTHON",)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LogSettings(_Section):
    """Logging of servers and commands."""

    level: Literal["debug", "info", "warning", "error"] = "warning"
    format: Literal["console", "json"] = "console"


class DatabaseSettings(_Section):
    """The durable ledger."""

    dsn: SecretStr = Field(default=SecretStr(""), description="SQLAlchemy URL; empty: SQLite in POLMON_HOME")


class GraphSettings(_Section):
    """The knowledge graph."""

    backend: Literal["embedded"] = Field(default="embedded", description="where the graph is kept")
    vectors: Literal["auto", "off"] = Field(
        default="auto", description="auto: static embeddings when installed"
    )


class ExtractionSettings(_Section):
    """How entities and facts are read out of documents."""

    names: Literal["auto", "spacy", "off"] = Field(
        default="auto",
        description="names of people and bodies by spaCy; auto: when it is installed",
    )


class LimitsSettings(_Section):
    """What one document may cost."""

    document_bytes: int = Field(default=50_000_000, gt=0, description="largest file read, bytes")
    text_chars: int = Field(
        default=5_000_000, gt=0, description="longest text kept of one document, characters"
    )
    parse_seconds: float = Field(
        default=60, gt=0, description="longest time one file may take to parse, seconds"
    )
    parse_memory: int = Field(
        default=1_500_000_000, gt=0, description="memory one parser process may use, bytes"
    )


class IngestionSettings(_Section):
    """The ingestion pipeline."""

    batch_size: int = Field(default=50, gt=0, description="documents claimed and committed together")
    processes: int = Field(
        default=0, ge=0, description="processes that prepare documents; 0: one for each CPU"
    )


class FetchSettings(_Section):
    """Reading from URLs."""

    allow_private: bool = Field(default=False, description="allow loopback, private and link-local addresses")
    timeout_seconds: float = Field(default=30, gt=0)


class ChatSettings(_Section):
    """The chat server."""

    model_id: str = Field(default="political-monitoring-agent", description="model id clients ask for")
    answer_seconds: float = Field(default=60, gt=0, description="longest time for one answer, seconds")
    max_request_bytes: int = Field(default=1_000_000, gt=0)
    max_concurrent: int = Field(default=16, gt=0, description="answers worked on at once in one replica")


class ServerSettings(_Section):
    """Addresses and ports of what `polmon up` starts. All on loopback."""

    host: str = Field(
        default="127.0.0.1", description="address the HTTP proxy, panel and dashboard listen on"
    )
    http_port: int = Field(default=8001, description="Ray Serve: chat, flow, health")
    panel_port: int = Field(default=3370, description="Kodosumi panel")
    dashboard_port: int = Field(default=8265, description="Ray dashboard and REST API")
    ray_port: int = Field(default=6399, description="Ray head (GCS)")
    metrics_port: int = Field(
        default=8266, description="metrics of Ray, Serve and the product, for Prometheus"
    )
    ray_auth: Literal["disabled", "token"] = Field(
        default="token", description="token: Ray's ports and dashboard ask for a generated token"
    )
    cpus: int = Field(default=0, ge=0, description="CPUs Ray may place work on; 0: as many as there are")
    memory: int = Field(default=0, ge=0, description="bytes Ray may place work on; 0: as measured")


SECTIONS: dict[str, type[_Section]] = {
    "log": LogSettings,
    "database": DatabaseSettings,
    "graph": GraphSettings,
    "extraction": ExtractionSettings,
    "limits": LimitsSettings,
    "ingestion": IngestionSettings,
    "fetch": FetchSettings,
    "chat": ChatSettings,
    "server": ServerSettings,
}


class Settings(_Section):
    """All settings. `home` holds everything the product writes."""

    home: Path
    log: LogSettings = LogSettings()
    database: DatabaseSettings = DatabaseSettings()
    graph: GraphSettings = GraphSettings()
    extraction: ExtractionSettings = ExtractionSettings()
    limits: LimitsSettings = LimitsSettings()
    ingestion: IngestionSettings = IngestionSettings()
    fetch: FetchSettings = FetchSettings()
    chat: ChatSettings = ChatSettings()
    server: ServerSettings = ServerSettings()

    @property
    def graph_path(self) -> Path:
        """The embedded graph's file."""
        return self.home / "graph.db"

    @property
    def ledger_dsn(self) -> str:
        """SQLAlchemy URL of the ledger; may hold a password, so never log it."""
        return self.database.dsn.get_secret_value() or f"sqlite:///{self.home / 'ledger.db'}"

    @property
    def run_path(self) -> Path:
        """Where `polmon up` keeps what it must know to stop what it started."""
        return self.home / "run"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read settings from POLMON_* variables over the defaults.

    Raises:
        ConfigInvalid: a variable is unknown (the nearest known one is named) or its value is not allowed.
    """
    given = os.environ if environment is None else environment
    known = {f"{PREFIX}HOME": ("home", "")} | {
        f"{PREFIX}{section}_{name}".upper(): (section, name)
        for section, model in SECTIONS.items()
        for name in model.model_fields
    }
    values: dict[str, Any] = {"home": user_data_path("political-monitoring", appauthor=False)}
    for variable, value in given.items():
        if not variable.startswith(PREFIX) or variable in FOR_THE_BOOTSTRAP:
            continue
        if variable not in known:
            near = get_close_matches(variable, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; `polmon settings` lists them"
            raise ConfigInvalid(f"{variable} is not a setting{hint}")
        section, name = known[variable]
        if name:
            values.setdefault(section, {})[name] = value
        else:
            values[section] = Path(value).expanduser().absolute()
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        variable = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigInvalid(f"{variable} is wrong: {first['msg']}") from None


def environment_for_children(settings: Settings) -> dict[str, str]:
    """This process's environment with POLMON_HOME pinned, for processes that must use the same settings."""
    return {**os.environ, f"{PREFIX}HOME": str(settings.home)}


def describe_settings(settings: Settings) -> list[tuple[str, str, str]]:
    """Rows of (variable, effective value with secrets masked, description or allowed values)."""
    rows = [(f"{PREFIX}HOME", str(settings.home), "where everything is kept")]
    for section, model in SECTIONS.items():
        effective = getattr(settings, section)
        for name, field in model.model_fields.items():
            value = getattr(effective, name)
            shown = (
                ("********" if value.get_secret_value() else "")
                if isinstance(value, SecretStr)
                else str(value)
            )
            about = field.description or " | ".join(map(str, get_args(field.annotation)))
            rows.append((f"{PREFIX}{section}_{name}".upper(), shown, about))
    return rows
