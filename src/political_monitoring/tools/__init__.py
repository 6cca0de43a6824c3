"""What an agent can do with the knowledge graph."""
