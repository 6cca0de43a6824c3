"""Alembic's folder: env.py runs the versions on the connection that engine.migrate hands over."""
