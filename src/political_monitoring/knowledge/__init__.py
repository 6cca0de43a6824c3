"""The bi-temporal knowledge graph."""
