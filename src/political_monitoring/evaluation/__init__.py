"""Scoring search and answers against questions with known answers."""
