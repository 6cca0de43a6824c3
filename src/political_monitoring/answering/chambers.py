"""Chambers of parliaments as questions and records name them. Pure."""

import re

_CHAMBERS: dict[str, tuple[str, re.Pattern[str]]] = {
    name: (place, re.compile(pattern, re.IGNORECASE))
    for name, place, pattern in (
        (
            "House",
            "US",
            r"\bhouse\b(?! of (?:lords|commons))|\brepresentatives?\b|\bcongress(?:men|women|man|woman)\b|"
            r"\brepräsentantenhaus\w*|\broll no\b",
        ),
        ("Senate", "US", r"\bsenat(?:e|s|or\w*)?\b|\brecord vote\b"),
        ("Commons", "UK", r"\bhouse of commons\b|\bunterhaus\w*"),
        ("Lords", "UK", r"\bhouse of lords\b|\boberhaus\w*"),
        ("Bundestag", "DE", r"\bbundestag\w*"),
        ("Bundesrat", "DE", r"\bbundesrat\w*"),
        (
            "Parliament",
            "EU",
            r"\beuropean parliament\b|\bMEPs?\b|\beuropäische\w* parlament\w*|\beuropaparlament\w*",
        ),
        ("Council", "EU", r"\bcouncil\b|\bministerrat\w*|\brat der europäischen union\b"),
    )
}


def chambers_in(text: str) -> frozenset[str]:
    """Names of the chambers that a text speaks of."""
    return frozenset(name for name, (_, form) in _CHAMBERS.items() if form.search(text))


def places_of(chambers: frozenset[str]) -> frozenset[str]:
    """Codes of the jurisdictions whose chambers these are."""
    return frozenset(_CHAMBERS[name][0] for name in chambers)


def last_chamber(text: str) -> str | None:
    """The chamber named last in a text: the one whose vote is told behind it."""
    places = {
        name: max((found.start() for found in form.finditer(text)), default=-1)
        for name, (_, form) in _CHAMBERS.items()
    }
    name = max(places, key=lambda one: places[one])
    return name if places[name] >= 0 else None
