"""Every table of the ledger, in one place.

A run discovers items (a file, a URL, a line of a JSONL). `items` says where each one stands now,
`run_items` what each run did with it, `documents` which documents came out, `originals` which document
brought a content first. `sketches` keep of an original what it takes to know a near-duplicate, `bands` find it.

`answers` holds what was answered, `answer_citations` what each answer rests on, `capsules` what was done for it.
`model_accounts` hold what language models have cost, `model_answers` what they said. `sessions` are the conversations
that callers have kept here, `session_turns` their questions and answers.

A change here needs a migration: `migrations/README` says how, and REVISION names the newest.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from political_monitoring.database.storable import storable

REVISION = "def29eff6f4e"
"""The newest migration: a database that is at it needs none."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware time, in UTC on both sides, also where the database keeps no zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To UTC; a naive time is a mistake of the caller."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside, of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """As a database takes it."""
        return None if value is None else storable(value)


runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("job_name", Words, nullable=False),
    Column("targets", JSON, nullable=False),
    Column("state", String(20), nullable=False, comment="running finished interrupted failed"),
    Column("error", Words, nullable=False, default=""),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column(
        "lease_until",
        Moment,
        nullable=False,
        comment="a running run renews this; past it, its claims are free",
    ),
    Column("host", Text, nullable=False, comment="with pid and process_started: is the process still there?"),
    Column("pid", Integer, nullable=False),
    Column("process_started", Float, nullable=False, comment="seconds since 1970"),
    Column("request", JSON, comment="IngestionRequest; none for runs of the first release"),
    Column("resumes", String(40), comment="id of the run that this one goes on with"),
    Index(None, "started_at"),
)

items = Table(
    "items",
    metadata,
    Column(
        "key", String(32), primary_key=True, comment="digest of ref, which may be longer than an index allows"
    ),
    Column("ref", Words, nullable=False),
    Column("content_hash", String(64), nullable=False, comment="SHA-256 of the raw bytes last seen"),
    Column("version", Text, nullable=False, comment="pipeline version that state speaks of"),
    Column(
        "state",
        String(20),
        nullable=False,
        comment="claimed committed unchanged duplicate refused failed quarantined withdrawn",
    ),
    Column("run_id", ForeignKey("runs.id"), nullable=False, comment="who claimed it last"),
    Column("attempts", Integer, nullable=False, comment="failures one after another"),
    Column("updated_at", Moment, nullable=False),
    Index(None, "state"),
)

run_items = Table(
    "run_items",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("key", ForeignKey("items.key"), primary_key=True),
    Column("state", String(20), nullable=False, comment="discovered, then as in items"),
    Column("seconds", Float, nullable=False, comment="time to prepare it"),
    Column("error_code", String(40), nullable=False),
    Column("error", Words, nullable=False, comment="one sentence"),
    Column("detail", Words, nullable=False, comment="traceback of an unexpected failure, redacted"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Words, primary_key=True),
    Column("item_key", ForeignKey("items.key"), nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False, comment="who recorded this version"),
    Column("content_hash", String(64), nullable=False, comment="Document.content_hash"),
    Column("duplicate_of", Words, comment="another document's id: this one is not in the graph"),
    Column("similarity", Float, comment="to that one, in 0..1; null: its very content"),
    Column("recorded_at", Moment, nullable=False),
    Index(None, "item_key"),
    Index(None, "duplicate_of"),
)

originals = Table(
    "originals",
    metadata,
    Column("content_hash", String(64), primary_key=True, comment="Document.content_hash"),
    Column("document_id", Words, nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False, comment="who claimed the content for it"),
    Index(None, "document_id"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("workspace", Words, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("question", Words, nullable=False),
    Column("as_of", Date, comment="the day the answer speaks of; null: the present"),
    Column("known_at", Moment, comment="only what was known then; null: what was known when it was asked"),
    Column("text", Words, nullable=False),
    Column("gaps", JSON, nullable=False),
    Column("events", Integer, comment="Position of the graph when the work began; null: not known"),
    Column("recorded_at", Moment, comment="of the last of these events"),
    Column("release", Words, nullable=False, comment="deployed release; empty: the command line"),
    Column("version", Words, nullable=False, comment="of the software"),
    Index(None, "asked_at"),
)

answer_citations = Table(
    "answer_citations",
    metadata,
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document_id", Words, nullable=False),
    Column("content_hash", String(64), nullable=False, comment="Document.content_hash of the version cited"),
    Column("passage_id", Words, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote_hash", String(64), nullable=False, comment="SHA-256 of the words quoted"),
    Index(None, "document_id"),
)

sketches = Table(
    "sketches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "content_hash",
        ForeignKey("originals.content_hash", ondelete="CASCADE"),
        nullable=False,
        unique=True,
        comment="lives as long as the claim of its content",
    ),
    Column("minima", LargeBinary, nullable=False, comment="bytes of the MinHash signature"),
    Column("language", String(40), nullable=False),
    Column("day", Integer, comment="ordinal of the document's date; null: undated"),
    Column("report", LargeBinary, nullable=False, comment="the document's words, compressed"),
    sqlite_autoincrement=True,  # an id is never used again: a newer sketch has a greater one
)

bands = Table(
    "bands",
    metadata,
    Column("value", Integer, primary_key=True, autoincrement=False, comment="of a MinHash signature"),
    Column("sketch", ForeignKey("sketches.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "sketch"),
    sqlite_with_rowid=False,
)

model_accounts = Table(
    "model_accounts",
    metadata,
    Column("id", String(100), primary_key=True, comment="of one run, or a name that several share"),
    Column("calls", BigInteger, nullable=False, comment="requests sent"),
    Column("cached", BigInteger, nullable=False, comment="answers that cost nothing"),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False, comment="millionths of the currency"),
    Column(
        "held_calls", BigInteger, nullable=False, comment="requests under way, with the most they may use"
    ),
    Column("held_tokens", BigInteger, nullable=False),
    Column("held_cost", BigInteger, nullable=False),
    Column("opened_at", Moment, nullable=False),
)

model_answers = Table(
    "model_answers",
    metadata,
    Column("key", String(64), primary_key=True, comment="digest of model, prompt version, schema, content"),
    Column("answer", Words, nullable=False),
    Column("answered_at", Moment, nullable=False),
)

access_keys = Table(
    "access_keys",
    metadata,
    Column("id", String(20), primary_key=True, comment="public: it is in logs, lists and the audit"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the whole key, which is kept nowhere"),
    Column("name", Words, nullable=False),
    Column("role", String(20), nullable=False, comment="reader analyst operator"),
    Column("workspaces", JSON, nullable=False, comment="those it may read; empty: all"),
    Column("rate", String(80), nullable=False, comment="as in 60/minute"),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, comment="from then on it is not valid; null: never"),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment, comment="up to a minute old"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", Moment, nullable=False, comment="when the request came"),
    Column(
        "key_id",
        String(20),
        nullable=False,
        comment="access_keys.id; empty: none was demanded, or none known",
    ),
    Column("workspace", Words, nullable=False),
    Column("question", Words, nullable=False, comment="redacted; empty: refused before it was read"),
    Column("status", Integer, nullable=False, comment="of the HTTP answer"),
    Column("answer_id", Words, nullable=False),
    Column("seconds", Float, nullable=False),
    Index(None, "at"),
    Index(None, "key_id"),
)

audit_documents = Table(
    "audit_documents",
    metadata,
    Column("entry_id", ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "number", Integer, primary_key=True, autoincrement=False, comment="in the order of their citation"
    ),
    Column("document_id", Words, nullable=False),
    Index(None, "document_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("key_id", String(80), primary_key=True, comment="Caller.key_id, whose it is; empty: no key"),
    Column("id", String(100), primary_key=True, comment="unique for each caller"),
    Column("workspace", Words, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, comment="when its last question came"),
    Index(None, "last_at"),
)

session_turns = Table(
    "session_turns",
    metadata,
    Column("key_id", String(80), primary_key=True),
    Column("session_id", String(100), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("answer_id", String(80), nullable=False, comment="as in answers, which may be gone"),
    Column("follows", String(80), comment="answer_id of the turn it goes on from; null: the first"),
    Column("asked_at", Moment, nullable=False),
    Column("question", Words, nullable=False),
    Column("answer", Words, nullable=False),
    Column("sources", JSON, nullable=False, comment="the citations, without the quoted words"),
    ForeignKeyConstraint(["key_id", "session_id"], ["sessions.key_id", "sessions.id"], ondelete="CASCADE"),
    Index(None, "key_id", "answer_id"),
)

# `size` comes before `packed`: to add the sizes up, SQLite need not read what is behind them.
capsules = Table(
    "capsules",
    metadata,
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("size", Integer, nullable=False, comment="of packed, bytes"),
    Column("packed", LargeBinary, nullable=False, comment="answering.capsules.pack"),
)
