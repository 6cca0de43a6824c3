"""The settings by section: names, defaults, bounds and what each is for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from political_monitoring.workspace_names import workspace_name

PUBLIC = "public"
"""The workspace that everybody reads and that clients' workspaces follow."""


RATE = r"^[1-9]\d{0,8}/(second|minute|hour|day)$"
"""How a rate is written."""


class Section(BaseModel):
    """Settings that belong together; frozen, and what it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _absolute(path: str) -> str:
    """Processes that work elsewhere must find the same file."""
    return str(Path(path).expanduser().absolute()) if path else ""


def _secret_apart(variable: str) -> AfterValidator:
    def check(address: str) -> str:
        if urlsplit(address).password:
            raise ValueError(f"an address is shown and logged; give the secret in {variable}")
        return address

    return AfterValidator(check)


class LogSettings(Section):
    """Logging of servers and commands."""

    level: Literal["debug", "info", "warning", "error"] = "warning"
    format: Literal["console", "json"] = "console"


class DatabaseSettings(Section):
    """The durable ledger."""

    dsn: SecretStr = Field(default=SecretStr(""), description="SQLAlchemy URL; empty: SQLite in POLMON_HOME")


class GraphSettings(Section):
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
    uri: Annotated[str, _secret_apart("POLMON_GRAPH_PASSWORD")] = Field(
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

    @model_validator(mode="after")
    def _model_is_named(self) -> Self:
        if self.embeddings_url and not self.embeddings_model:
            raise ValueError("POLMON_GRAPH_EMBEDDINGS_MODEL must name the model to ask for")
        return self


ExtractionMode = Literal["local", "llm", "graphiti"]

WAYS_OF_READING: Mapping[ExtractionMode, str] = {
    "local": "by rules alone",
    "llm": "by rules, and by the language model too",
    "graphiti": "by rules, and beside them by Graphiti's add_episode",
}
"""The modes of extraction in the words of every place that offers them."""


def ways_of_reading() -> str:
    """All of them, in one line."""
    return "; ".join(f"{mode}: {words}" for mode, words in WAYS_OF_READING.items())


class ExtractionSettings(Section):
    """How entities and facts are read out of documents."""

    mode: ExtractionMode = Field(default="local", description=ways_of_reading())
    model_words: int = Field(
        default=60_000,
        gt=0,
        description="llm: most words read of one document; graphiti: longer ones are not handed over",
    )
    names: Literal["auto", "spacy", "off"] = Field(
        default="auto",
        description="names of people and bodies by spaCy; auto: when it is installed",
    )


class LlmSettings(Section):
    """The language model: any endpoint that speaks OpenAI's chat completions."""

    base_url: Annotated[str, _secret_apart("POLMON_LLM_API_KEY")] = Field(
        default="", pattern=r"^(https?://\S+)?$", description="address that has /chat/completions under it"
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="sent to it as a bearer token")
    model: str = Field(default="", description="model asked of it")
    small_model: str = Field(default="", description="model for small questions; empty: the same")
    output: Literal["schema", "json"] = Field(
        default="schema",
        description="schema: the endpoint holds answers to a JSON schema; json: it only promises JSON",
    )
    output_tokens: int = Field(default=8_192, gt=0, description="longest answer, tokens")
    timeout_seconds: float = Field(default=60, gt=0, description="longest wait for one answer, seconds")
    attempts: int = Field(default=4, gt=0, description="how often a failing request is sent at most")
    retry_seconds: float = Field(default=0.5, gt=0, description="first wait before that; it doubles")
    concurrency: int = Field(default=16, gt=0, description="requests under way at most, in one process")
    currency: str = Field(default="EUR", description="what the prices and the cap are in")
    input_price: float = Field(default=0, ge=0, description="price of a million tokens read; 0: local")
    output_price: float = Field(default=0, ge=0, description="price of a million tokens written")
    small_input_price: float = Field(default=0, ge=0, description="the small model's")
    small_output_price: float = Field(default=0, ge=0, description="the small model's")
    max_calls: int = Field(default=0, ge=0, description="most requests for one run; 0: no limit")
    max_tokens: int = Field(default=10_000_000, ge=0, description="most tokens for one run; 0: no limit")
    max_cost: float = Field(default=0, ge=0, description="most money for one run; 0: no limit")
    account: str = Field(
        default="", description="runs that name the same one share the limits; empty: each has its own"
    )

    @model_validator(mode="after")
    def _model_is_named(self) -> Self:
        if self.base_url and not self.model:
            raise ValueError("POLMON_LLM_MODEL must name the model to ask for")
        return self


class LimitsSettings(Section):
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


class IngestionSettings(Section):
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


class FetchSettings(Section):
    """Reading from URLs."""

    allow_private: bool = Field(default=False, description="allow loopback, private and link-local addresses")
    timeout_seconds: float = Field(default=30, gt=0)


class ChatSettings(Section):
    """The chat server."""

    model_id: str = Field(default="political-monitoring-agent", description="model id clients ask for")
    answer_seconds: float = Field(default=60, gt=0, description="longest time for one answer, seconds")
    max_request_bytes: int = Field(default=1_000_000, gt=0)
    max_concurrent: int = Field(default=16, gt=0, description="answers worked on at once in one replica")
    max_waiting: int = Field(
        default=64, ge=0, description="questions that may wait for that; others get a 503"
    )
    wait_seconds: float = Field(default=10, gt=0, description="longest wait for that, seconds")
    reasoning: Literal["fields", "think", "off"] = Field(
        default="fields",
        description="how the agents' progress is sent: fields (reasoning, reasoning_content), "
        "think (a <think> block before the text), or off",
    )
    mode: Literal["local", "llm"] = Field(
        default="local",
        description="local: answers by rules alone; llm: by the language model too; a request may wish otherwise",
    )
    model_seconds: float = Field(
        default=30, gt=0, description="llm: longest time the model has for one answer; then the rest is local"
    )
    model_tokens: int = Field(default=2_000, gt=0, description="llm: longest text of one call, tokens")
    answer_tokens: int = Field(default=0, ge=0, description="llm: most tokens for one answer; 0: no limit")
    answer_cost: float = Field(default=0, ge=0, description="llm: most money for one answer; 0: no limit")
    key_tokens: int = Field(default=0, ge=0, description="llm: most tokens for one key a day; 0: no limit")
    key_cost: float = Field(default=0, ge=0, description="llm: most money for one key a day; 0: no limit")
    day_tokens: int = Field(default=0, ge=0, description="llm: most tokens for all a day (UTC); 0: no limit")
    day_cost: float = Field(default=0, ge=0, description="llm: most money for all a day (UTC); 0: no limit")


class SessionsSettings(Section):
    """Conversations that are kept for those who had them."""

    keep: bool = Field(default=True, description="keep the conversations of requests that name a session")
    days: int = Field(
        default=90, gt=0, le=36_500, description="how long a conversation is kept after its last answer, days"
    )
    most: int = Field(
        default=10_000, gt=0, description="most conversations kept in one workspace; the oldest go first"
    )


class AnswersSettings(Section):
    """The record of what was answered."""

    keep: bool = Field(default=True, description="keep answers, so that a retraction lists those it touches")
    days: int = Field(default=365, gt=0, le=36_500, description="how long an answer is kept, days")
    most: int = Field(
        default=20_000, gt=0, description="most answers kept in one workspace; the oldest go first"
    )
    capsule_megabytes: int = Field(
        default=1_000,
        ge=0,
        description="most that the work behind a workspace's answers may take; the oldest goes, its answer stays",
    )


class AccessSettings(Section):
    """Who may ask, and the record of who did."""

    keys: Literal["auto", "always"] = Field(
        default="auto",
        description="when a key is demanded; auto: where the server listens on more than loopback",
    )
    rate: str = Field(
        default="60/minute",
        pattern=RATE,
        description="requests a new key allows in each replica, unless it says otherwise: 5/second, 60/minute ...",
    )
    workspaces: int = Field(default=8, gt=0, description="workspaces one replica holds open at once")
    audit: Literal["auto", "off"] = Field(
        default="auto", description="record of who asked what; off: none where no key is demanded"
    )
    audit_days: int = Field(default=365, gt=0, le=36_500, description="how long an entry is kept, days")
    audit_most: int = Field(default=200_000, gt=0, description="most entries kept; the oldest go first")


class ServerSettings(Section):
    """Addresses and ports of what `polmon up` starts."""

    host: str = Field(
        default="127.0.0.1", description="address the HTTP proxy, panel and dashboard listen on"
    )
    http_port: int = Field(default=8001, description="Ray Serve: chat, flow, health, tools (MCP)")
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
