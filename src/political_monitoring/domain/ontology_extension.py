"""A user's extension of the schema: checked word by word, then laid over the shipped one."""

import re
from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from political_monitoring.domain.marked_yaml import MarkedYaml, Place, dotted, read_marked
from political_monitoring.errors import ConfigInvalid

KINDS_OF_VALUE = ("text", "number", "date", "money")
_DETAILS = {
    "entity_types": ("attributes",),
    "predicates": ("functional", "subjects", "objects"),
    "stages": ("group", "after"),
}
_NEEDED = {"entity_types": (), "predicates": ("functional", "en"), "stages": ("group", "en")}
# What may be added to a shipped definition: whatever changes its meaning would change what is stored already.
_MAY_GROW = {"entity_types": ("attributes",), "predicates": (), "stages": ()}
_NAMED = {
    "entity_types": (re.compile(r"[A-Z][A-Za-z0-9]*"), "a name like EnforcementAction"),
    "predicates": (re.compile(r"[a-z][a-z0-9_]*"), "a name like votes_for"),
    "stages": (re.compile(r"[a-z][a-z0-9_]*"), "a name like in_committee"),
}
_LANGUAGE = re.compile(r"[a-z]{2}")


def extended(shipped: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The shipped schema with the file's additions, both as parsed YAML.

    New names are added. Of a shipped name only labels, and attributes of an entity type, may be given.

    Raises:
        ConfigInvalid: the file cannot be read, or something in it is not allowed; says where.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigInvalid(f"POLMON_GRAPH_ONTOLOGY: {path} cannot be read: {reason}") from None
    return _Extension(deepcopy(dict(shipped)), read_marked(text, path.name), path.name).merged()


@dataclass(frozen=True, slots=True)
class _Extension:
    """A file being laid over `schema`."""

    schema: dict[str, Any]
    yaml: MarkedYaml
    name: str

    def merged(self) -> dict[str, Any]:
        """The schema with everything of the file in it."""
        sections = self._mapping(self.yaml.data if self.yaml.data is not None else {}, ())
        for section in sections:
            self._known(section, (*_DETAILS, "phrases"), (section,))
        for section in _DETAILS:  # entity types first: predicates name them
            for name, body in self._mapping(sections.get(section, {}), (section,)).items():
                self._define(section, name, self._mapping(body, (section, name)))
        phrases = self._mapping(sections.get("phrases", {}), ("phrases",))
        self.schema["phrases"] = {language: self._phrases(language, of) for language, of in phrases.items()}
        return self.schema

    def _define(self, section: str, name: str, body: dict[str, Any]) -> None:
        place: Place = (section, name)
        pattern, form = _NAMED[section]
        if not pattern.fullmatch(name):
            self._refuse(place, f"{name} is not {form}")
        for key, value in body.items():
            self._detail(section, (*place, key), key, value)
        known = self.schema[section]
        if name in known:
            for key in body:
                if not _LANGUAGE.fullmatch(key) and key not in _MAY_GROW[section]:
                    self._refuse((*place, key), f"{name} is in the shipped schema: choose another name")
            grown = {
                key: {**known[name].get(key, {}), **value} if isinstance(value, dict) else value
                for key, value in body.items()
            }
            known[name] = {**known[name], **grown}
            return
        for key in _NEEDED[section]:
            if key not in body:
                self._refuse(place, f"{name} needs {key}")
        self._insert(known, name, {key: value for key, value in body.items() if key != "after"}, body)

    def _insert(
        self, known: dict[str, Any], name: str, definition: dict[str, Any], body: dict[str, Any]
    ) -> None:
        """Add a name, behind the one that `after` names: the order of stages counts."""
        entries = list(known.items())
        at = list(known).index(body["after"]) + 1 if "after" in body else len(entries)
        entries.insert(at, (name, definition))
        known.clear()
        known.update(entries)

    def _detail(self, section: str, place: Place, key: str, value: object) -> None:
        if _LANGUAGE.fullmatch(key):
            self._text(value, place)
            return
        self._known(key, _DETAILS[section], place)
        checks: dict[str, Callable[[], None]] = {
            "attributes": lambda: self._attributes(value, place),
            "functional": lambda: self._truth(value, place),
            "subjects": lambda: self._types(value, place),
            "objects": lambda: self._types(value, place),
            "group": lambda: self._known(self._text(value, place), self.schema["stage_groups"], place),
            "after": lambda: self._known(self._text(value, place), self.schema["stages"], place),
        }
        checks[key]()

    def _attributes(self, value: object, place: Place) -> None:
        for name, kind in self._mapping(value, place).items():
            self._known(self._text(kind, (*place, name)), KINDS_OF_VALUE, (*place, name))

    def _types(self, value: object, place: Place) -> None:
        for number, one in enumerate(self._list(value, place)):
            self._known(self._text(one, (*place, number)), self.schema["entity_types"], (*place, number))

    def _phrases(self, language: str, given: object) -> dict[str, list[str]]:
        place: Place = ("phrases", language)
        if not _LANGUAGE.fullmatch(language):
            self._refuse(place, f"{language} is not the two letters of a language")
        by_predicate = self._mapping(given, place)
        for predicate in by_predicate:
            self._known(predicate, self.schema["predicates"], (*place, predicate))
        return {
            predicate: [
                self._text(one, (*place, predicate, number))
                for number, one in enumerate(self._list(says, (*place, predicate)))
            ]
            for predicate, says in by_predicate.items()
        }

    def _known(self, word: str, valid: Collection[str], place: Place) -> None:
        if word not in valid:
            near = get_close_matches(word, valid, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(valid)}"
            self._refuse(place, f"{word} is not known here; {hint}")

    def _mapping(self, value: object, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._refuse(place, "must be names with something behind them")
        for key in value:
            if not isinstance(key, str):
                self._refuse(place, f"the name {key!r} must be in quotation marks")
        return value

    def _list(self, value: object, place: Place) -> list[Any]:
        return value if isinstance(value, list) else self._refuse(place, "must be a list")

    def _text(self, value: object, place: Place) -> str:
        return value if isinstance(value, str) and value.strip() else self._refuse(place, "must be text")

    def _truth(self, value: object, place: Place) -> None:
        if not isinstance(value, bool):
            self._refuse(place, "must be true or false")

    def _refuse(self, place: Place, sentence: str) -> NoReturn:
        where = f" ({dotted(place)})" if place else ""
        raise ConfigInvalid(f"{self.name}:{self.yaml.line(place)}{where}: {sentence}")
