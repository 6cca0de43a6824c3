"""Effective settings: defaults, then POLMON_<SECTION>_<FIELD> variables. The only reader of the environment.

pydantic-settings would do the reading, but costs 0.3 s at every start of the command and passes over
misspelt variables without a word; here a misspelt one is an error that names the nearest right one.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self, get_args

from platformdirs import user_data_path
from pydantic import (
    SecretStr,
    ValidationError,
)

from political_monitoring.errors import ConfigInvalid, UserError
from political_monitoring.setting_sections import (
    PUBLIC,
    AccessSettings,
    AnswersSettings,
    ChatSettings,
    DatabaseSettings,
    ExtractionMode,
    ExtractionSettings,
    FetchSettings,
    GraphSettings,
    IngestionSettings,
    LimitsSettings,
    LlmSettings,
    LogSettings,
    Section,
    ServerSettings,
    SessionsSettings,
)
from political_monitoring.workspace_names import workspace_folder, workspace_name

__all__ = [
    "PREFIX",
    "PUBLIC",
    "SECTIONS",
    "AccessSettings",
    "AnswersSettings",
    "ChatSettings",
    "DatabaseSettings",
    "ExtractionMode",
    "ExtractionSettings",
    "FetchSettings",
    "GraphSettings",
    "IngestionSettings",
    "LimitsSettings",
    "LlmSettings",
    "LogSettings",
    "ServerSettings",
    "SessionsSettings",
    "Settings",
    "describe_settings",
    "environment_for_children",
    "load_settings",
    "silence_graphiti",
]

PREFIX = "POLMON_"
FOR_THE_BOOTSTRAP = ("POLMON_PYTHON",)


SECTIONS: dict[str, type[Section]] = {
    "log": LogSettings,
    "database": DatabaseSettings,
    "graph": GraphSettings,
    "extraction": ExtractionSettings,
    "llm": LlmSettings,
    "limits": LimitsSettings,
    "ingestion": IngestionSettings,
    "fetch": FetchSettings,
    "chat": ChatSettings,
    "answers": AnswersSettings,
    "access": AccessSettings,
    "sessions": SessionsSettings,
    "server": ServerSettings,
}


class Settings(Section):
    """All settings. `home` holds everything the product writes."""

    home: Path
    log: LogSettings = LogSettings()
    database: DatabaseSettings = DatabaseSettings()
    graph: GraphSettings = GraphSettings()
    extraction: ExtractionSettings = ExtractionSettings()
    llm: LlmSettings = LlmSettings()
    limits: LimitsSettings = LimitsSettings()
    ingestion: IngestionSettings = IngestionSettings()
    fetch: FetchSettings = FetchSettings()
    chat: ChatSettings = ChatSettings()
    answers: AnswersSettings = AnswersSettings()
    access: AccessSettings = AccessSettings()
    sessions: SessionsSettings = SessionsSettings()
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

    def reading_by(self, mode: ExtractionMode | None) -> Self:
        """The same settings, with another way of reading documents; None: the same."""
        extraction = self.extraction.model_copy(update={"mode": mode or self.extraction.mode})
        return self.model_copy(update={"extraction": extraction})

    @property
    def keys_demanded(self) -> bool:
        """Whether who asks a server must show a key: no setting allows others than this machine in without one."""
        return self.access.keys == "always" or not _is_loopback(self.server.host)

    @property
    def audited(self) -> bool:
        """Whether servers record who asked what."""
        return self.access.audit == "auto" or self.keys_demanded

    @property
    def run_path(self) -> Path:
        """Where `polmon up` keeps what it must know to stop what it started."""
        return self.home / "run"


def _is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there; a name that could lead elsewhere does not count."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
