"""Tables of the embedded graph and the ordered migrations that make them.

Nothing is ever deleted: rows of `documents` and `facts` carry when they were recorded and when they expired,
and `events` in which order. `entities`, `identifiers` and `names` are about the present only: they count what
the live documents claim, and `readings` keeps what each version claimed. Other tables name an entity by its row.
A text is stored once, compressed (see texts): passages are stretches of it.
Times are microseconds since 1970 in UTC, days are ordinals of the proleptic Gregorian calendar (0: undated).

The word indices are contentless, know only which row holds a word (`detail=none`), and are filled with folded
words (see names.fold): ranking is done over row numbers, so positions and counts would only take space. Where
compounds are written, parts of the words are indexed too (see names.split_parts). Row numbers of documents and
passages run from 1 without gaps, which lets readers keep columns as arrays.
"""

import sqlite3
from collections.abc import Callable

from political_monitoring.errors import StoreUnavailable
from political_monitoring.knowledge.embedded import rows, texts
from political_monitoring.knowledge.embedded.migrating import (
    count_claims,
    mark_ordered,
    move_readings,
    note_readings,
)
from political_monitoring.knowledge.names import COMPOUNDING, join_parts

_PARTS = """content='', detail=none, columnsize=0, tokenize="unicode61 tokenchars '_'\""""
COMPOUNDING_CODES = ", ".join(f"'{code}'" for code in sorted(COMPOUNDING))
"""As SQL lists them."""
_WORDS = "content='', detail=none, columnsize=0, tokenize='porter unicode61'"

_REMADE = (
    *(
        "passage_place",
        "live_document",
        "expired_document",
        "mention_entity",
        "mention_document",
        "fact_subject",
    ),
    *("fact_object", "fact_valid", "fact_document", "ordered_series", "live_series"),
)
"""Indices whose tables are laid out anew."""

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
        note_readings,
        "DROP INDEX live_fact",
        # Whether the fact's document has another value for the same day, see closing.
        "ALTER TABLE facts ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0",
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
    (
        # A text is stored once and compressed, an entity is named by its row, a description of it is stored once.
        "ALTER TABLE passages RENAME TO old_passages",
        "ALTER TABLE entities RENAME TO old_entities",
        "ALTER TABLE readings RENAME TO old_readings",
        "ALTER TABLE mentions RENAME TO old_mentions",
        "ALTER TABLE facts RENAME TO old_facts",
        *(f"DROP INDEX {index}" for index in _REMADE),
        "CREATE TABLE texts (document INTEGER PRIMARY KEY REFERENCES documents, text BLOB NOT NULL)",
        "INSERT INTO texts SELECT id, pack(text) FROM documents",
        """CREATE TABLE new_documents (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL, title TEXT NOT NULL, length INTEGER NOT NULL,
            content_hash TEXT NOT NULL, source TEXT NOT NULL, url TEXT, day INTEGER NOT NULL,
            date_origin TEXT NOT NULL, language TEXT NOT NULL, media_type TEXT NOT NULL, kind TEXT NOT NULL,
            jurisdiction TEXT NOT NULL, headings TEXT NOT NULL, warnings TEXT NOT NULL,
            recorded_at INTEGER NOT NULL, expired_at INTEGER)""",
        "INSERT INTO new_documents SELECT id, key, title, characters(text), content_hash, source, url, day, "
        "date_origin, language, media_type, kind, jurisdiction, headings, warnings, recorded_at, expired_at "
        "FROM documents",
        "DROP TABLE documents",
        "ALTER TABLE new_documents RENAME TO documents",
        "CREATE UNIQUE INDEX live_document ON documents (key) WHERE expired_at IS NULL",
        "CREATE INDEX expired_document ON documents (expired_at) WHERE expired_at IS NOT NULL",
        """CREATE TABLE passages (
            id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents, ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL)""",
        'INSERT INTO passages SELECT id, document, ordinal, start, "end", heading FROM old_passages',
        "CREATE UNIQUE INDEX passage_place ON passages (document, ordinal)",
        """CREATE TABLE entities (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, type TEXT NOT NULL, jurisdiction TEXT NOT NULL,
            claims INTEGER NOT NULL DEFAULT 0, types TEXT NOT NULL DEFAULT '{}',
            jurisdictions TEXT NOT NULL DEFAULT '{}')""",
        # Entities that only former versions name are kept for questions about the past.
        "INSERT INTO entities (key, type, jurisdiction) SELECT key, type, jurisdiction FROM old_entities",
        "INSERT OR IGNORE INTO entities (key, type, jurisdiction) SELECT entity, '', '' FROM old_mentions "
        "UNION SELECT subject, '', '' FROM old_facts "
        "UNION SELECT object, '', '' FROM old_facts WHERE object IS NOT NULL",
        """CREATE TABLE descriptions (
            id INTEGER PRIMARY KEY, entity INTEGER NOT NULL REFERENCES entities, checksum INTEGER NOT NULL,
            description TEXT NOT NULL)""",
        "CREATE INDEX description_checksum ON descriptions (entity, checksum)",
        "CREATE TABLE readings (document INTEGER PRIMARY KEY REFERENCES documents, reading BLOB NOT NULL)",
        """CREATE TABLE mentions (
            entity INTEGER NOT NULL REFERENCES entities, document INTEGER NOT NULL REFERENCES documents,
            principal INTEGER NOT NULL, -- how the document names it, see readings.named_in
            PRIMARY KEY (entity, document)) WITHOUT ROWID""",
        move_readings,
        "CREATE INDEX mention_document ON mentions (document) WHERE principal",
        "DROP TABLE identifiers",
        """CREATE TABLE identifiers (
            scheme TEXT NOT NULL, value TEXT NOT NULL, entity INTEGER NOT NULL REFERENCES entities,
            claims INTEGER NOT NULL, PRIMARY KEY (scheme, value, entity)) WITHOUT ROWID""",
        "CREATE INDEX identifier_value ON identifiers (value COLLATE NOCASE)",
        "CREATE INDEX identifier_entity ON identifiers (entity)",
        "DROP TABLE names",
        """CREATE TABLE names (
            id INTEGER PRIMARY KEY, entity INTEGER NOT NULL REFERENCES entities, name TEXT NOT NULL,
            squashed TEXT NOT NULL, as_principal INTEGER NOT NULL, as_name INTEGER NOT NULL,
            claims INTEGER NOT NULL, UNIQUE (entity, name))""",
        "CREATE INDEX name_squashed ON names (squashed)",
        "INSERT INTO name_words (name_words) VALUES ('delete-all')",
        count_claims,
        """CREATE TABLE facts (
            row INTEGER PRIMARY KEY, key TEXT NOT NULL, subject INTEGER NOT NULL REFERENCES entities,
            predicate TEXT NOT NULL, object INTEGER REFERENCES entities, value TEXT, words TEXT NOT NULL,
            valid_at INTEGER, stated_end INTEGER, invalid_at INTEGER, recorded_at INTEGER NOT NULL,
            expired_at INTEGER, confidence REAL NOT NULL, document INTEGER NOT NULL REFERENCES documents,
            passage INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote TEXT NOT NULL,
            ordered INTEGER NOT NULL)""",
        "INSERT INTO facts SELECT row, key, (SELECT id FROM entities e WHERE e.key = f.subject), predicate, "
        "(SELECT id FROM entities e WHERE e.key = f.object), value, words, valid_at, stated_end, invalid_at, "
        'recorded_at, expired_at, confidence, document, ordinal_of(passage), start, "end", quote, ordered '
        "FROM old_facts f",
        "CREATE INDEX fact_subject ON facts (subject, valid_at)",
        "CREATE INDEX fact_object ON facts (object, valid_at) WHERE object IS NOT NULL",
        "CREATE INDEX fact_valid ON facts (valid_at)",
        "CREATE INDEX fact_document ON facts (document)",
        "CREATE INDEX expired_fact ON facts (expired_at) WHERE expired_at IS NOT NULL",
        mark_ordered,
        "CREATE INDEX ordered_series ON facts (subject, predicate, valid_at) WHERE ordered AND expired_at IS NULL",
        "CREATE INDEX live_series ON facts (subject, predicate, valid_at) WHERE expired_at IS NULL",
        *(f"DROP TABLE old_{table}" for table in ("passages", "entities", "readings", "mentions", "facts")),
    ),
)

_FUNCTIONS: dict[str, Callable[[str], str | bytes | int]] = {
    "join_parts": join_parts,
    "pack": texts.pack,
    # SQLite's own length ends at a NUL.
    "characters": len,
    "ordinal_of": rows.ordinal_of,
}
"""That steps use."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the store to the newest version, in one transaction.

    Raises:
        StoreUnavailable: a newer release has written the store.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    for name, function in _FUNCTIONS.items():
        connection.create_function(name, 1, function, deterministic=True)
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
