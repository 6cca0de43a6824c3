"""Writes the next migration: `python -m political_monitoring.database.migrations "What changes"`."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from political_monitoring.database.engine import migrate, open_database, transaction

if len(sys.argv) != 2:
    sys.exit(__doc__)
with tempfile.TemporaryDirectory() as folder:
    engine = open_database(f"sqlite:///{Path(folder) / 'present.db'}")
    migrate(engine)
    with transaction(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.revision(config, message=sys.argv[1], autogenerate=True)
    engine.dispose()
