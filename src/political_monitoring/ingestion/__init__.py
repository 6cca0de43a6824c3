"""From a pile of documents to the knowledge graph, exactly once."""
