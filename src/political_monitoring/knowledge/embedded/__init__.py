"""The embedded backend: one SQLite file, read in-process by every replica on the node."""
