"""Tables of the embedded graph and the ordered migrations that make them.

Nothing is ever deleted: rows of `documents` and `facts` carry when they were recorded and when they expired,
and `events` in which order. `entities`, `identifiers` and `names` are about the present only: they count what
the live documents claim, and `readings` keeps what each version claimed.
Times are microseconds since 1970 in UTC, days are ordinals of the proleptic Gregorian calendar (0: undated).

The word indices are contentless, know only which row holds a word (`detail=none`), and are filled with folded
words (see names.fold): ranking is done over row numbers, so positions and counts would only take space. Where
compounds are written, parts of the words are indexed too (see names.split_parts). Row numbers of documents and
passages run from 1 without gaps, which lets readers keep columns as arrays.
"""

import sqlite3
from collections.abc import Callable

from political_monitoring.errors import StoreUnavailable
from political_monitoring.knowledge.embedded.migrating import claim_anew, mark_ordered
from political_monitoring.knowledge.names import COMPOUNDING, join_parts

_PARTS = """content='', detail=none, columnsize=0, tokenize="unicode61 tokenchars '_'\""""
COMPOUNDING_CODES = ", ".join(f"'{code}'" for code in sorted(COMPOUNDING))
"""As SQL lists them."""
_WORDS = "content='', detail=none, columnsize=0, tokenize='porter unicode61'"

Step = str | Callable[[sqlite3.Connection], None]

MIGRATIONS: tuple[tuple[Step, ...], ...] = (
    (
        "CREATE TABLE generation (number INTEGER NOT NULL, recorded_at INTEGER NOT NULL)",
        "INSERT INTO generation VALUES (0, 0)",
        """CREATE TABLE documents (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
            content_hash TEXT NOT NULL, source TEXT NOT NULL, url TEXT, day INTEGER NOT NULL,
            date_origin TEXT NOT NULL, language TEXT NOT NULL, media_type TEXT NOT NULL, kind TEXT NOT NULL,
            jurisdiction TEXT NOT NULL, headings TEXT NOT NULL, warnings TEXT NOT NULL,
            recorded_at INTEGER NOT NULL, expired_at INTEGER)""",
        "CREATE UNIQUE INDEX live_document ON documents (key) WHERE expired_at IS NULL",
        "CREATE INDEX expired_document ON documents (expired_at) WHERE expired_at IS NOT NULL",
        """CREATE TABLE passages (
            id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents, ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL)""",
        "CREATE UNIQUE INDEX passage_place ON passages (document, ordinal)",
        """CREATE TABLE vectors (
            id INTEGER PRIMARY KEY, passage INTEGER NOT NULL UNIQUE, vector BLOB NOT NULL)""",
        f"CREATE VIRTUAL TABLE passage_words USING fts5 (words, {_WORDS})",
        f"CREATE VIRTUAL TABLE title_words USING fts5 (words, {_WORDS})",
        """CREATE TABLE entities (
            key TEXT PRIMARY KEY, type TEXT NOT NULL, jurisdiction TEXT NOT NULL) WITHOUT ROWID""",
        """CREATE TABLE identifiers (
            scheme TEXT NOT NULL, value TEXT NOT NULL, entity TEXT NOT NULL,
            PRIMARY KEY (scheme, value, entity)) WITHOUT ROWID""",
        "CREATE INDEX identifier_value ON identifiers (value COLLATE NOCASE)",
        "CREATE INDEX identifier_entity ON identifiers (entity)",
        """CREATE TABLE names (
            id INTEGER PRIMARY KEY, entity TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
            squashed TEXT NOT NULL, as_principal INTEGER NOT NULL, as_name INTEGER NOT NULL,
            UNIQUE (entity, name))""",
        "CREATE INDEX name_squashed ON names (squashed)",
        f"CREATE VIRTUAL TABLE name_words USING fts5 (words, {_WORDS})",
        """CREATE TABLE mentions (
            entity TEXT NOT NULL, document INTEGER NOT NULL REFERENCES documents, start INTEGER NOT NULL,
            "end" INTEGER NOT NULL, principal INTEGER NOT NULL)""",
        "CREATE INDEX mention_entity ON mentions (entity, document, principal)",
        "CREATE INDEX mention_document ON mentions (document) WHERE principal",
        """CREATE TABLE facts (
            row INTEGER PRIMARY KEY, key TEXT NOT NULL, subject TEXT NOT NULL, predicate TEXT NOT NULL,
            object TEXT, value TEXT, words TEXT NOT NULL, valid_at INTEGER, stated_end INTEGER, invalid_at INTEGER,
            recorded_at INTEGER NOT NULL, expired_at INTEGER, confidence REAL NOT NULL,
            document INTEGER NOT NULL REFERENCES documents, passage TEXT NOT NULL, start INTEGER NOT NULL,
            "end" INTEGER NOT NULL, quote TEXT NOT NULL)""",
        "CREATE INDEX fact_subject ON facts (subject, predicate)",
        "CREATE INDEX fact_object ON facts (object) WHERE object IS NOT NULL",
        "CREATE INDEX fact_valid ON facts (valid_at)",
        "CREATE INDEX fact_document ON facts (document)",
        "CREATE INDEX live_fact ON facts (key) WHERE expired_at IS NULL",
    ),
    (
        """CREATE TABLE events (
            number INTEGER PRIMARY KEY, at INTEGER NOT NULL, document INTEGER NOT NULL REFERENCES documents,
            withdrawn INTEGER NOT NULL)""",
        "INSERT INTO events (at, document, withdrawn) SELECT recorded_at, id, 0 FROM documents ORDER BY id",
        "CREATE TABLE readings (document INTEGER PRIMARY KEY REFERENCES documents, reading BLOB NOT NULL)",
        "ALTER TABLE entities ADD COLUMN claims INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE entities ADD COLUMN types TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE entities ADD COLUMN jurisdictions TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE identifiers ADD COLUMN claims INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE names ADD COLUMN claims INTEGER NOT NULL DEFAULT 0",
        claim_anew,
        "DROP INDEX live_fact",
        # Whether the fact's document has another value for the same day, see closing.
        "ALTER TABLE facts ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0",
        mark_ordered,
        "CREATE INDEX ordered_series ON facts (subject, predicate, valid_at) WHERE ordered AND expired_at IS NULL",
        "CREATE INDEX live_series ON facts (subject, predicate, valid_at) WHERE expired_at IS NULL",
    ),
    (
        # Vectors are eight bits a dimension and know their model; the old ones are made anew in the background.
        "DROP TABLE vectors",
        "CREATE TABLE encoders (id INTEGER PRIMARY KEY, model TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL)",
        """CREATE TABLE vectors (
            id INTEGER PRIMARY KEY AUTOINCREMENT, passage INTEGER NOT NULL UNIQUE,
            encoder INTEGER NOT NULL REFERENCES encoders, vector BLOB NOT NULL)""",
        f"CREATE VIRTUAL TABLE passage_parts USING fts5 (words, {_PARTS})",
        f"CREATE VIRTUAL TABLE title_parts USING fts5 (words, {_PARTS})",
        "INSERT INTO passage_parts (rowid, words) SELECT p.id, join_parts(p.heading || ' ' || p.text) "  # noqa: S608
        f"FROM passages p JOIN documents d ON d.id = p.document WHERE d.language IN ({COMPOUNDING_CODES})",
        "INSERT INTO title_parts (rowid, words) SELECT id, join_parts(title) "  # noqa: S608 - constants
        f"FROM documents WHERE language IN ({COMPOUNDING_CODES})",
    ),
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the store to the newest version, in one transaction.

    Raises:
        StoreUnavailable: a newer release has written the store.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    connection.create_function("join_parts", 1, join_parts, deterministic=True)
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise StoreUnavailable(
                f"the graph was written by a newer release (version {version}, this one knows "
                f"{len(MIGRATIONS)}); upgrade, or choose another POLMON_HOME"
            )
        for steps in MIGRATIONS[version:]:
            for step in steps:
                if isinstance(step, str):
                    connection.execute(step)
                else:
                    step(connection)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
