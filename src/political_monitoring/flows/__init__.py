"""Kodosumi flows."""
