"""Run by Alembic: migrates on the connection it is handed, inside that connection's transaction."""

from typing import Any, Literal

from alembic import context

from political_monitoring.database.tables import Moment, Words, metadata


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Migrations name plain types: they must not change when the product's own do."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Words):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=render,
)
context.run_migrations()
