"""The phrases of stage_phrases.yaml, compiled."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_PART = re.compile(r"\{([a-z_]+)\}")
_GERMAN_VERB = re.compile(r"hat\((?P<actor>.+?) \| (?P<participles>.+?) \| (?P<preterites>.+)\)$")


@dataclass(frozen=True, slots=True)
class StagePhrase:
    """One way of saying that a law reached a stage.

    Attributes:
        law: where the law stands when it does not stand inside the phrase: "after" or "before" it;
            "document": before it, else it is the one the document is about.
        jurisdiction: only laws of this country or union; "" for any.
        predicate: what the group "actor" did to the law, or "".
    """

    stage: str
    pattern: re.Pattern[str]
    law: str
    jurisdiction: str
    predicate: str


@cache
def load_phrases() -> dict[str, tuple[StagePhrase, ...]]:
    """Phrases by language, compiled once."""
    text = files("political_monitoring.extraction").joinpath("stage_phrases.yaml").read_text("utf-8")
    raw: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    return {
        language: tuple(
            StagePhrase(
                stage,
                re.compile(_expanded(one["says"], raw["parts"])),
                one["law"],
                one.get("of", ""),
                one.get("does", ""),
            )
            for stage, phrases in stages.items()
            for one in phrases
        )
        for language, stages in raw["phrases"].items()
    }


def _expanded(pattern: str, parts: dict[str, str]) -> str:
    verb = _GERMAN_VERB.match(pattern)
    if verb:
        pattern = _german(verb["actor"], verb["participles"], verb["preterites"])
    while _PART.search(pattern):
        pattern = _PART.sub(lambda part: parts[part[1]], pattern)
    return pattern


def _german(actor: str, participles: str, preterites: str) -> str:
    """The orders in which a German main clause can put actor, auxiliary and verb."""
    done = rf"\b(?:{participles})\b(?!\s(?:werden|zu)\b)"
    has = r"\b(?:hat|haben|hatte|hatten)\b"
    return (
        rf"(?:{has}{{luecke}}(?P<actor1>{actor}){{luecke}}{done}"
        rf"|(?P<actor2>{actor})\s{{luecke}}{has}{{luecke}}{done}"
        rf"|\b(?:{preterites})\b{{luecke}}(?P<actor3>{actor})"
        rf"|(?P<actor4>{actor})\s{{luecke}}\b(?:{preterites})\b)"
    )
