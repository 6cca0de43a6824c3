"""Fakes and contract suites that implement the real ports."""
