"""Sentences that tell a reader, or a machine that reads, what to say: orders state nothing, and are no evidence."""

import re

_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instructions?|prompts?|rules|guidelines|above)\b"
    r"|\b(?:answer|reply|respond|say|claim|pretend|write|repeat)\b.{0,60}\b(?:every|any|all|each) "
    r"(?:question|query|request|prompt)s?\b|\b(?:answer|reply|respond)\b.{0,40}\bwith the words?\b"
    r"|\byou (?:are|must) now\b|\bas an? (?:AI|assistant|language model)\b"
    r"|(?:^|[\s>])(?:system|assistant|human|user|nutzer|assistent)\s*:\s"
    r"|\b(?:ignorier|vergiss|missacht)\w*\b.{0,60}\b(?:anweisung|vorgabe|regel|prompt)\w*"
    r"|\b(?:antworte|sage|behaupte|schreibe|wiederhole)\b.{0,60}\b(?:jede|alle)\w* (?:frage|anfrage|bitte)n?\b"
    r"|\b(?:antworte|sage)\b.{0,40}\bmit den worten\b|\bdu (?:bist|musst) jetzt\b",
    re.IGNORECASE | re.DOTALL,
)


def is_order(sentence: str) -> bool:
    """Whether a sentence orders its reader to answer in some way: no fact is read from it."""
    return _ORDER.search(sentence) is not None
