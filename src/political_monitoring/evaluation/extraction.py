"""Precision and recall of extraction on sentences whose facts are known (tests/labelled)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Entity, Fact
from political_monitoring.extraction.port import Extractor
from political_monitoring.extraction.resolve import normalise_name

PARTS = ("tuning", "held out", "unseen")
_FIRST_UNSEEN = 237


@dataclass(frozen=True, slots=True)
class LabelledFact:
    """A fact as a person wrote it down: entities by identifier, name or alias."""

    subject: str
    predicate: str
    target: str
    """Object entity or literal value."""
    valid_at: date | None


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with everything that is to be read out of it; with nothing if `negative`."""

    id: int
    document: Document
    facts: tuple[LabelledFact, ...]
    negative: bool

    @property
    def part(self) -> str:
        """One of PARTS, by number: rules are tuned to the odd ones; the last ones were read when the rules stood."""
        if self.id >= _FIRST_UNSEEN:
            return "unseen"
        return "tuning" if self.id % 2 else "held out"


@dataclass(frozen=True, slots=True)
class Judged:
    """What was right, wrong and missed in one sentence."""

    sentence: LabelledSentence
    right: tuple[LabelledFact, ...]
    wrong: tuple[Fact, ...]
    missed: tuple[LabelledFact, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of facts; precision and recall are None where nothing was said or expected."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """Share of the facts read that are right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """Share of the facts to be read that were."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None


def load_labelled(folder: Path) -> list[LabelledSentence]:
    """The sentences of the folder's YAML files, by id."""
    sentences = [
        _sentence(entry, path.stem.rpartition(".")[2])
        for path in sorted(folder.glob("extraction.*.yaml"))
        for entry in yaml.safe_load(path.read_text("utf-8"))
    ]
    return sorted(sentences, key=lambda one: one.id)


def _sentence(entry: dict[str, Any], language: str) -> LabelledSentence:
    document = Document(
        id=f"labelled-{entry['id']}",
        title=entry.get("title", ""),
        text=entry["text"],
        content_hash=str(entry["id"]),
        date=entry["date"],
        language=language,
    )
    facts = tuple(_fact(line) for line in entry.get("facts", ()))
    return LabelledSentence(entry["id"], document, facts, "not" in entry)


def _fact(line: str) -> LabelledFact:
    subject, predicate, target, day = line.split(" | ")
    return LabelledFact(subject, predicate, target, date.fromisoformat(day))


def judge(sentence: LabelledSentence, extractor: Extractor) -> Judged:
    """Compare what is read with what is there; each expected fact counts once."""
    extraction = extractor.extract(sentence.document, split_passages(sentence.document))
    names = {one.id: _names(one) for one in extraction.entities}
    missed, wrong, right = list(sentence.facts), [], []
    for fact in extraction.facts:
        expected = next((one for one in missed if _is_same(fact, one, names)), None)
        if expected is None:
            wrong.append(fact)
        else:
            missed.remove(expected)
            right.append(expected)
    return Judged(sentence, tuple(right), tuple(wrong), tuple(missed))


def score(judged: Iterable[Judged], predicate: str | None = None) -> Score:
    """Counts over sentences, of one predicate or of all."""
    counts: Counter[str] = Counter()
    for one in judged:
        for name, predicates in _outcomes(one).items():
            counts[name] += len(predicates) if predicate is None else predicates.count(predicate)
    return Score(counts["right"], counts["wrong"], counts["missed"])


def predicates_of(judged: Sequence[Judged]) -> list[str]:
    """Predicates that were expected or read, sorted."""
    return sorted({name for one in judged for predicates in _outcomes(one).values() for name in predicates})


def _outcomes(judged: Judged) -> dict[str, list[str]]:
    """Predicates of what was right, wrong and missed."""
    return {
        "right": [fact.predicate for fact in judged.right],
        "wrong": [fact.predicate for fact in judged.wrong],
        "missed": [fact.predicate for fact in judged.missed],
    }


def _names(entity: Entity) -> set[str]:
    return {
        entity.id,
        *map(str, entity.identifiers),
        *(normalise_name(one) for one in (entity.name, *entity.aliases)),
    }


def _is_same(fact: Fact, expected: LabelledFact, names: dict[str, set[str]]) -> bool:
    day = fact.valid_at.date() if fact.valid_at else None
    if (fact.predicate, day) != (expected.predicate, expected.valid_at):
        return False
    if fact.object is None:
        target = fact.value == expected.target
    else:
        target = _is_called(expected.target, names.get(fact.object, set()))
    return target and _is_called(expected.subject, names.get(fact.subject, set()))


def _is_called(name: str, names: set[str]) -> bool:
    return name in names or normalise_name(name) in names
