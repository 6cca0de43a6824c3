"""The durable ledger's database: engine, tables, migrations."""
