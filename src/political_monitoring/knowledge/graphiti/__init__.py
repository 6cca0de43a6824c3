"""The Graphiti backend: the same graph in Graphiti's own form, on FalkorDB or Neo4j."""
