"""Effective settings: defaults, then POLMON_<SECTION>_<FIELD> variables. The only reader of the environment.

pydantic-settings would do the reading, but costs 0.3 s at every start of the command and passes over
misspelt variables without a word; here a misspelt one is an error that names the nearest right one.
"""

import os
import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from political_monitoring.errors import ConfigInvalid, UserError

PREFIX = "POLMON_"
PUBLIC = "public"
"""The workspace that everybody reads and that clients' workspaces follow."""
FOR_THE_BOOTSTRAP = ("POLMON_PYTHON",)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _absolute(path: str) -> str:
    """Processes that work elsewhere must find the same file."""
    return str(Path(path).expanduser().absolute()) if path else ""


class LogSettings(_Section):
    """Logging of servers and commands."""

    level: Literal["debug", "info", "warning", "error"] = "warning"
    format: Literal["console", "json"] = "console"


class DatabaseSettings(_Section):
    """The durable ledger."""

    dsn: SecretStr = Field(default=SecretStr(""), description="SQLAlchemy URL; empty: SQLite in POLMON_HOME")


class GraphSettings(_Section):
    """The knowledge graph."""

    backend: Literal["embedded", "graphiti"] = Field(
        default="embedded",
        description="where the graph is kept: embedded (a file), or graphiti (FalkorDB or Neo4j)",
    )
    vectors: Literal["auto", "off"] = Field(
        default="auto", description="auto: by the embeddings endpoint, else static ones when installed"
    )
    workspace: str = Field(default=PUBLIC, description="whose graph: public, or a client's workspace")
    ontology: Annotated[str, AfterValidator(_absolute)] = Field(
        default="", description="YAML file that extends the political schema; empty: the shipped one"
    )
    database: Literal["falkordb", "neo4j"] = Field(
        default="falkordb", description="graphiti: the database behind it"
    )
    uri: str = Field(
        default="",
        description="graphiti: address, falkor://host:port or unix:///socket or bolt://host:port; "
        "empty: this machine",
    )
    user: str = Field(default="", description="graphiti: user of the database")
    password: SecretStr = Field(default=SecretStr(""), description="graphiti: the user's password")
    timeout_seconds: float = Field(
        default=60, gt=0, description="graphiti: longest wait for the database, seconds"
    )
    embeddings_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="OpenAI-compatible address that has /embeddings under it; empty: none",
    )
    embeddings_model: str = Field(
        default="", description="model asked of it; another name embeds everything anew, in the background"
    )
    embeddings_api_key: SecretStr = Field(default=SecretStr(""), description="sent to it as a bearer token")
    embeddings_seconds: float = Field(
        default=5, gt=0, description="how long a question waits for its vector before words alone decide"
    )

    @field_validator("workspace")
    @classmethod
    def _named_well(cls, name: str) -> str:
        return workspace_name(name)

    @field_validator("uri")
    @classmethod
    def _holds_no_secret(cls, uri: str) -> str:
        if urlsplit(uri).password:
            raise ValueError("an address is shown and logged; give the password in POLMON_GRAPH_PASSWORD")
        return uri

    @model_validator(mode="after")
    def _model_is_named(self) -> Self:
        if self.embeddings_url and not self.embeddings_model:
            raise ValueError("POLMON_GRAPH_EMBEDDINGS_MODEL must name the model to ask for")
        return self


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
    documents: Annotated[str, AfterValidator(_absolute)] = Field(
        default="",
        description="the document store, a folder whose new documents can be ingested; empty: in POLMON_HOME",
    )
    free_memory: int = Field(
        default=1_000_000_000,
        gt=0,
        description="memory that must be free before the flow starts a run, bytes",
    )
    near_duplicates: bool = Field(
        default=True,
        description="news that repeats other news in nearly its words is not written a second time",
    )
    similarity: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="share of three-word sequences in common from which on two texts are compared for that",
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


class AnswersSettings(_Section):
    """The record of what was answered."""

    keep: bool = Field(default=True, description="keep answers, so that a retraction lists those it touches")
    days: int = Field(default=365, gt=0, le=36_500, description="how long an answer is kept, days")
    most: int = Field(
        default=20_000, gt=0, description="most answers kept in one workspace; the oldest go first"
    )


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
    "answers": AnswersSettings,
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
    answers: AnswersSettings = AnswersSettings()
    server: ServerSettings = ServerSettings()

    @property
    def workspace_path(self) -> Path:
        """Where the workspace's own files are."""
        name = self.graph.workspace
        return self.home if name == PUBLIC else self.home / "workspaces" / workspace_folder(name)

    @property
    def graph_is_embedded(self) -> bool:
        """Whether the graph is a file of ours."""
        return self.graph.backend == "embedded"

    @property
    def ontology_path(self) -> Path | None:
        """The user's extension of the schema."""
        return Path(self.graph.ontology) if self.graph.ontology else None

    @property
    def graph_path(self) -> Path:
        """The embedded graph's file."""
        return self.workspace_path / "graph.db"

    @property
    def documents_path(self) -> Path:
        """The document store."""
        return Path(self.ingestion.documents) if self.ingestion.documents else self.home / "documents"

    @property
    def uploads_path(self) -> Path:
        """Where files are kept that were uploaded to be ingested: a folder for each run."""
        return self.home / "uploads"

    @property
    def ledger_dsn(self) -> str:
        """SQLAlchemy URL of the ledger; may hold a password, so never log it.

        A client's workspace has a ledger of its own, in a file beside its graph or in a schema of the same
        server: what was read for one is not known, and never skipped, for another.
        """
        dsn = self.database.dsn.get_secret_value()
        if dsn and (self.graph.workspace == PUBLIC or self._ledger_is_served):
            return dsn
        return f"sqlite:///{self.workspace_path / 'ledger.db'}"

    @property
    def ledger_schema(self) -> str:
        """The database schema of a client's ledger, letters, digits and underscores; empty: the default one."""
        if self.graph.workspace == PUBLIC or not self._ledger_is_served:
            return ""
        return f"polmon_{workspace_folder(self.graph.workspace).replace('-', '_')}"

    @property
    def _ledger_is_served(self) -> bool:
        dsn = self.database.dsn.get_secret_value()
        return bool(dsn) and not dsn.startswith("sqlite")

    def in_workspace(self, name: str) -> Self:
        """The same settings, for another workspace.

        Raises:
            UserError: it cannot be a workspace's name.
        """
        try:
            graph = self.graph.model_copy(update={"workspace": workspace_name(name)})
        except ValueError as error:
            raise UserError(str(error)) from None
        return self.model_copy(update={"graph": graph})

    @property
    def run_path(self) -> Path:
        """Where `polmon up` keeps what it must know to stop what it started."""
        return self.home / "run"


def workspace_name(name: str) -> str:
    """The one spelling of a workspace's name, which may hold spaces and letters of any script.

    Raises:
        ValueError: it is empty, over 100 characters, or has a slash, a control character or dots alone.
    """
    spelt = unicodedata.normalize("NFC", name).strip()
    unfit = any(one in "/\\" or unicodedata.category(one) in {"Cc", "Cs"} for one in spelt)
    if unfit or not spelt.strip(".") or len(spelt) > _LONGEST_NAME:
        raise ValueError(
            f"{name!r:.120} cannot name a workspace: give 1 to {_LONGEST_NAME} characters, "
            "no slashes or control characters"
        )
    return spelt


def workspace_folder(name: str) -> str:
    """A folder's name for a workspace, safe on every file system: what can be read of it, and a digest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")
    digest = blake2b(name.encode(), digest_size=6).hexdigest()
    return f"{readable}-{digest}" if readable else digest


_LONGEST_NAME = 100


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
        raise ConfigInvalid(f"{variable} is wrong: {first['msg'].removeprefix('Value error, ')}") from None


def silence_graphiti() -> None:
    """Turn off Graphiti's telemetry, which is on unless its variable says otherwise; before it is imported."""
    os.environ["GRAPHITI_TELEMETRY_ENABLED"] = "false"


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
