"""Documents with answers of a model that are written here, checked and merged as in a run."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document, Span
from political_monitoring.domain.facts import Extraction, Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.extraction.gazetteer import load_gazetteer
from political_monitoring.extraction.llm.checking import Checker, days_of
from political_monitoring.extraction.llm.forms import NamedThing, StatedFact
from political_monitoring.extraction.llm.merging import Compared, compare
from political_monitoring.extraction.llm.naming import Named, name_entities
from political_monitoring.extraction.local import LocalExtractor
from political_monitoring.extraction.reading import write_facts


@dataclass(frozen=True)
class Found:
    """What a written answer comes to."""

    local: Extraction
    named: Named
    facts: tuple[Fact, ...]
    dropped: Counter[str]
    compared: Compared

    def told(self) -> set[tuple[str, str, str, str | None]]:
        """(subject, predicate, object or value, day) of each fact."""
        return {
            (
                one.subject,
                one.predicate,
                one.object or one.value or "",
                one.valid_at.date().isoformat() if one.valid_at else None,
            )
            for one in self.facts
        }


Answered = Callable[..., Found]


@pytest.fixture(scope="session")
def answered(extractor: LocalExtractor, make: Callable[..., Document]) -> Answered:
    """The text, the names with their types, and the facts as dicts."""

    def check(text: str, things: dict[str, str], *facts: dict[str, Any], **given: Any) -> Found:
        document, ontology, dropped = make(text, **given), load_ontology(), Counter[str]()
        passages = split_passages(document)
        local = extractor.extract(document, passages)
        named = name_entities(
            [NamedThing(name=name, type=type_) for name, type_ in things.items()],
            document,
            local,
            ontology,
            load_gazetteer(),
            dropped,
        )
        checker = Checker(document, ontology, named, days_of(document))
        empty = dict.fromkeys(StatedFact.model_fields, "")
        stated = [StatedFact(**(empty | fact)) for fact in facts]
        drafts = checker.drafts(Span(0, len(text)), stated, dropped)
        written = write_facts(drafts, document, passages)
        return Found(local, named, written, dropped, compare(local.facts, written, ontology))

    return check
