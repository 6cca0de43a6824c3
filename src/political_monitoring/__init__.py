"""Follows legislation and policy in a bi-temporal knowledge graph and answers questions with citations."""
