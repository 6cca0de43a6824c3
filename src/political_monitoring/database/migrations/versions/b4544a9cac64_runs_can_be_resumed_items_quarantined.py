"""Runs can be resumed, items quarantined."""

import sqlalchemy as sa
from alembic import op

revision = "b4544a9cac64"
down_revision = "2362a771b874"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs can be resumed, items quarantined."""
    # It counted claims before.
    op.execute("UPDATE items SET attempts = 0")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_items_state"), ["state"], unique=False)

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "request",
                sa.JSON(),
                nullable=True,
                comment="IngestionRequest; none for runs of the first release",
            )
        )
        batch_op.add_column(
            sa.Column(
                "resumes",
                sa.String(length=40),
                nullable=True,
                comment="id of the run that this one goes on with",
            )
        )
