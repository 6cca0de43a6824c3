"""The phrases of relation_phrases.yaml, and those a user's schema adds, compiled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from political_monitoring.domain.ontology import Ontology, load_ontology
from political_monitoring.errors import ConfigInvalid
from political_monitoring.extraction.slots import DATE, KINDS, SLOTS, characters

_PART = re.compile(r"\{([a-z]+)\}")
_ROLE = re.compile(r"\{([so]):([a-z]+)\}")
_VERB = re.compile(r"\{v:([^{}]*)\}")
_JOINED = r"(?:,\s|,?\s(?:and|und|sowie|as\swell\sas)\s)(?:(?:the|der|die|das|dem|den)\s)?"
# What may stand behind an object at the end of a pattern: no word that would make it a part of a longer name.
_ENDS = {
    "en": r"(?=$|[.,;:!?)–—]|\s[(–—]|\s(?:and|or|but|on|in|as|at|from|to|by|with|for|after|before|because|since|"
    rf"until|which|when|while|into|under|during|more|today|yesterday|this|last|over|despite|through|of|among|including|ever|MP|MEP|{DATE})(?!\w))",
    "de": rf"(?=$|[.,;:!?)–—]|\s[(–—]|\s[a-zäöü0-9{DATE}])",
}


@dataclass(frozen=True, slots=True)
class RelationPhrase:
    """One way of saying a relation, over a sentence with slots; groups s, o and v.

    Attributes:
        lasting: it holds for a time and is true when said; otherwise it is an event with a day.
        status: the stage that the object reaches by it, or "".
        of_document: it names no object: the law that the document is about is meant.
        subjects, objects: the characters of slots.py that may stand for them.
    """

    predicate: str
    pattern: re.Pattern[str]
    lasting: bool
    subjects: frozenset[str]
    objects: frozenset[str]
    status: str = ""
    of_document: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RelationPhrases:
    """All phrases by language, and the bodies whose heads have a title of their own."""

    by_language: Mapping[str, tuple[RelationPhrase, ...]]
    offices: Mapping[str, str]

    @cache  # noqa: B019 - there is one object of it for each schema, and it lives as long as the process
    def of(self, language: str, present: frozenset[str]) -> tuple[RelationPhrase, ...]:
        """The phrases of a language (of an unknown one, all) that a sentence with these slots could hold."""
        phrases = self.by_language.get(language) or tuple(
            one for listed in self.by_language.values() for one in listed
        )
        return tuple(one for one in phrases if one.subjects & present and one.objects & present)


def load_relation_phrases() -> RelationPhrases:
    """The shipped phrases with those of the schema in use, compiled once.

    Raises:
        ConfigInvalid: a phrase of the extension is no pattern.
    """
    return _compiled(_Schema(load_ontology()))


@dataclass(frozen=True, slots=True, eq=False)
class _Schema:
    """A schema as a key: there is one object of it for each file."""

    ontology: Ontology

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Schema) and other.ontology is self.ontology

    def __hash__(self) -> int:
        return id(self.ontology)


@cache
def _compiled(schema: _Schema) -> RelationPhrases:
    text = files("political_monitoring.extraction").joinpath("relation_phrases.yaml").read_text("utf-8")
    raw: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    added = schema.ontology.phrases
    return RelationPhrases(
        {
            language: (
                *_phrases(raw, language, raw["phrases"].get(language, {})),
                *_phrases(raw, language, added.get(language, {})),
            )
            for language in {**raw["phrases"], **added}
        },
        raw["offices"],
    )


def _phrases(raw: Mapping[str, Any], language: str, phrases: Mapping[str, Any]) -> Iterator[RelationPhrase]:
    for predicate, listed in phrases.items():
        for one in listed:
            given = one if isinstance(one, dict) else {"says": one}
            of_document = bool(given.get("document"))
            yield RelationPhrase(
                predicate,
                _pattern(given["says"], predicate, language, raw, of_document),
                predicate in raw["states"],
                _kind("s", given["says"], raw),
                _kind("o", given["says"], raw) if not of_document else frozenset(SLOTS),
                given.get("status", ""),
                of_document,
            )


def _kind(role: str, says: str, raw: Mapping[str, Any]) -> frozenset[str]:
    """What may stand in a role; anything where the phrase does not say it as {s:kind}."""
    kinds = [found[2] for found in _ROLE.finditer(says) if found[1] == role]
    return frozenset(characters(raw["kinds"].get(kinds[0], kinds[0])) if kinds else SLOTS)


def _pattern(
    says: str, predicate: str, language: str, raw: Mapping[str, Any], of_document: bool
) -> re.Pattern[str]:
    try:
        pattern = re.compile(_expanded(says, language, raw))
    except (re.error, KeyError) as error:
        raise ConfigInvalid(f"the phrase {says!r} of {predicate} is no pattern: {error}") from None
    for group in ("s", "v") if of_document else ("s", "o", "v"):
        if group not in pattern.groupindex:
            raise ConfigInvalid(
                f"the phrase {says!r} of {predicate} has no {{{group}:...}}: it must say where subject (s), "
                "object (o) and verb (v) stand"
            )
    return pattern


def _expanded(says: str, language: str, raw: Mapping[str, Any]) -> str:
    ends_with_entity = re.search(r"\{[so]:[a-z]+\}$", says)
    parts = {**raw["parts"], **{kind: characters(kind) for kind in KINDS}, "slots": SLOTS, "date": DATE}
    parts["named"] = SLOTS.replace(characters("place"), "")
    while _PART.search(says):
        says = _PART.sub(lambda part: parts[part[1]], says)
    says = _ROLE.sub(lambda role: _entities(role[1], characters(raw["kinds"].get(role[2], role[2]))), says)
    return _VERB.sub(r"(?P<v>\\b(?:\1)(?!\\w))", says) + (_ENDS.get(language, "") if ends_with_entity else "")


def _entities(role: str, kind: str) -> str:
    """One entity, or several in a row: "Apple, Google and Meta"."""
    return rf"(?P<{role}>[{kind}](?:{_JOINED}[{kind}])*)"
