"""Names known beforehand (gazetteer.yaml) and where a text uses them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Identifier

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class KnownName:
    """One entry: a law, body, party or company with its names and identifiers."""

    name: str
    type: str
    jurisdiction: str
    identifiers: tuple[Identifier, ...] = ()
    also: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundName:
    """A known name used in a text; `words == span.of(text)`."""

    known: KnownName
    span: Span
    words: str


class Gazetteer:
    """All known names, indexed by their first word and by identifier."""

    def __init__(self, entries: tuple[KnownName, ...]) -> None:
        self._by_identifier = {identifier: entry for entry in entries for identifier in entry.identifiers}
        self._by_first_word: dict[str, list[tuple[str, KnownName, bool]]] = defaultdict(list)
        for entry in entries:
            for words, is_short in [(name, False) for name in (entry.name, *entry.also)] + [
                (name, True) for name in entry.short
            ]:
                first = _WORD.search(words)
                assert first is not None  # noqa: S101 - every name has a word in it
                self._by_first_word[first[0]].append((words, entry, is_short))
        for candidates in self._by_first_word.values():
            candidates.sort(key=lambda one: -len(one[0]))

    def identified(self, identifier: Identifier) -> KnownName | None:
        """The entry that carries an identifier."""
        return self._by_identifier.get(identifier)

    def find(
        self, text: str, start: int = 0, end: int | None = None, context: str | None = None
    ) -> list[FoundName]:
        """Known names in `text[start:end]` in order, the longest where several fit; case counts.

        `context`: the text whose words make ambiguous names certain; the text itself if not given.
        """
        around = text if context is None else context
        found: list[FoundName] = []
        named: set[str] = set()
        limit = len(text) if end is None else end
        past = start
        for word in _WORD.finditer(text, start, limit):
            candidates = self._by_first_word.get(word[0])
            if candidates is None or word.start() < past:
                continue
            for words, entry, is_short in candidates:
                if is_short and entry.name not in named:
                    continue
                if _stands(words, text, word.start(), limit) and (
                    not entry.near or any(near in around for near in entry.near)
                ):
                    span = Span(word.start(), word.start() + len(words))
                    found.append(FoundName(entry, span, words))
                    named.add(entry.name)
                    past = span.end
                    break
        return found


def _stands(words: str, text: str, at: int, limit: int) -> bool:
    """Whether `words` stand at `at`, not as a part of a longer word."""
    end = at + len(words)
    if not text.startswith(words, at) or end > limit:
        return False
    after = text[end : end + 1]
    return not (after.isalnum() or after == "_" or (after == "-" and text[end + 1 : end + 2].islower()))


def named_bills(found: Iterable[FoundName]) -> dict[str, Identifier]:
    """US bills of the laws named in a text, by kind and number without the congress: "hr-4346"."""
    return {
        one.value.partition("-")[2]: one
        for name in found
        for one in name.known.identifiers
        if one.scheme == "us-bill"
    }


def in_named_congress(identifier: Identifier, bills: dict[str, Identifier]) -> Identifier:
    """The bill of a law that the same text names: "H.R. 4346, the CHIPS Act" is of 2022 whenever written."""
    if not bills or identifier.scheme != "us-bill":
        return identifier
    congress, _, measure = identifier.value.partition("-")
    return bills.get(measure if congress.isdigit() else identifier.value, identifier)


@cache
def load_gazetteer() -> Gazetteer:
    """The shipped names, read once."""
    text = files("political_monitoring.extraction").joinpath("gazetteer.yaml").read_text("utf-8")
    raw: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    return Gazetteer(
        tuple(
            KnownName(
                name=str(entry["name"]),
                type=type_,
                jurisdiction=jurisdiction,
                identifiers=tuple(Identifier(*one.split(":", 1)) for one in entry.get("ids", ())),
                also=tuple(map(str, entry.get("also", ()))),
                short=tuple(entry.get("short", ())),
                near=tuple(entry.get("near", ())),
            )
            for type_, jurisdictions in raw.items()
            for jurisdiction, entries in jurisdictions.items()
            for entry in entries
        )
    )
