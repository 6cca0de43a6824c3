"""The extractor that asks a language model too: one call for each 3,000 words, and at most one to adjudicate."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from political_monitoring.domain.documents import Document, Passage, Span
from political_monitoring.domain.facts import Extraction
from political_monitoring.domain.model_use import ModelReading
from political_monitoring.domain.ontology import Ontology
from political_monitoring.errors import BudgetExhausted, ModelError
from political_monitoring.extraction.gazetteer import Gazetteer
from political_monitoring.extraction.llm.checking import Checker, days_of
from political_monitoring.extraction.llm.forms import Reading, Verdict, Verdicts, reading_form
from political_monitoring.extraction.llm.merging import OVERRULED, Compared, compare, decide, described
from political_monitoring.extraction.llm.naming import Named, name_entities
from political_monitoring.extraction.llm.parts import parts_of
from political_monitoring.extraction.llm.prompting import (
    ADJUDICATE,
    EXTRACT,
    fenced,
    instructions,
    prompt_text,
)
from political_monitoring.extraction.local import LocalExtractor, first_of_each_passage
from political_monitoring.extraction.port import Pending
from political_monitoring.extraction.reading import Draft, write_facts
from political_monitoring.llm.background import Background
from political_monitoring.llm.client import ModelClient
from political_monitoring.llm.question import Question, Receipt

_NOWHERE = Span(0, 0)


class LlmExtractor:
    """Reads by rules, then asks the model; when that fails, what the rules found is the result, and says so."""

    def __init__(
        self,
        local: LocalExtractor,
        client: ModelClient,
        ontology: Ontology,
        gazetteer: Gazetteer,
        most_words: int,
    ) -> None:
        self._local = local
        self._client = client
        self._ontology = ontology
        self._gazetteer = gazetteer
        self._most_words = most_words
        self._instructions = instructions(ontology)
        self._background = Background()

    def extract(self, document: Document, passages: tuple[Passage, ...]) -> Extraction:
        """Entities, mentions and facts of one document."""
        return self.begin(document, passages)()

    def begin(self, document: Document, passages: tuple[Passage, ...]) -> Pending:
        """Read by rules and put the document to the model; the result waits for its answers."""
        local = self._local.extract(document, passages)
        reading = self._background.start(self._read(document, passages, local))
        return partial(reading.result)

    def close(self) -> None:
        """Stop what is under way and let go of connections."""
        self._background.close(self._client.close())

    async def _read(self, document: Document, passages: tuple[Passage, ...], local: Extraction) -> Extraction:
        parts = list(parts_of(passages, self._most_words))
        receipt = Receipt()
        asked = (self._ask(document, part, receipt) for part in parts)
        answers = await asyncio.gather(*asked)
        read = [(part, one) for part, one in zip(parts, answers, strict=True) if isinstance(one, Reading)]
        failures = [one for one in answers if isinstance(one, ModelError)]
        found = self._check(read, document, passages, local)
        verdicts = await self._adjudicate(found, receipt) if found.compared.cases else []
        facts, overruled = decide(local.facts, found.compared, verdicts)
        if overruled:
            found.dropped[OVERRULED] += overruled
        mentions = [*local.mentions, *found.named.mentions]
        exhausted = any(isinstance(one, BudgetExhausted) for one in failures)
        fallback = _fallback(failures, len(parts))
        return replace(
            local,
            entities=(*local.entities, *found.named.new),
            mentions=first_of_each_passage(mentions, passages, {}, _NOWHERE) if read else local.mentions,
            facts=facts,
            # That the budget is used up is said once for the whole run.
            warnings=(
                *local.warnings,
                *([f"read by the rules alone: {fallback}"] if fallback and not exhausted else []),
                *self._unread(document, passages, parts),
            ),
            model=ModelReading(
                receipt.use,
                len({one.id for one in facts} - {one.id for one in local.facts}),
                tuple(sorted(found.dropped.items())),
                fallback,
                exhausted,
            ),
        )

    async def _ask(self, document: Document, part: Span, receipt: Receipt) -> Reading | ModelError:
        """The model's reading of one part, or why there is none."""
        question = Question(
            self._instructions, _presented(document, part), reading_form(self._ontology), EXTRACT
        )
        try:
            return await self._client.ask(question, receipt)
        except ModelError as error:
            return error

    async def _adjudicate(self, found: "_Found", receipt: Receipt) -> Sequence[Verdict]:
        """Verdicts on the cases; none, if they cannot be had: then the rules hold."""
        cases = fenced(described(found.compared.cases, found.named.entities), "cases")
        question = Question(prompt_text(ADJUDICATE), cases, Verdicts, ADJUDICATE)
        try:
            return (await self._client.ask(question, receipt)).verdicts
        except ModelError:
            return []

    def _check(
        self,
        read: list[tuple[Span, Reading]],
        document: Document,
        passages: tuple[Passage, ...],
        local: Extraction,
    ) -> "_Found":
        dropped: Counter[str] = Counter()
        things = [thing for _, reading in read for thing in reading.entities]
        named = name_entities(things, document, local, self._ontology, self._gazetteer, dropped)
        checker = Checker(document, self._ontology, named, days_of(document) if read else frozenset())
        drafts: list[Draft] = []
        for part, reading in read:
            drafts += checker.drafts(part, reading.facts, dropped)
        written = write_facts(drafts, document, passages)
        return _Found(named, compare(local.facts, written, self._ontology), dropped)

    def _unread(
        self, document: Document, passages: tuple[Passage, ...], parts: list[Span]
    ) -> tuple[str, ...]:
        """A warning if the document goes on behind what the model reads of it."""
        if not parts or not passages or parts[-1].end >= passages[-1].span.end:
            return ()
        return (f"the model read the first {parts[-1].end} of {len(document.text)} characters",)


@dataclass(frozen=True, slots=True)
class _Found:
    """The model's part in a document, checked."""

    named: Named
    compared: Compared
    dropped: Counter[str]


def _presented(document: Document, part: Span) -> str:
    """The part as the model sees it. What is said about the document comes from outside too: it is in the fence."""
    about = {
        "Title": document.title,
        "Date": document.date.isoformat() if document.date else "unknown",
        "Source": document.source,
        "Jurisdiction": document.jurisdiction,
        "Language": document.language,
    }
    head = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in about.items() if value)
    return fenced(f"{head}\n\n{part.of(document.text)}", "document")


def _fallback(failures: list[ModelError], parts: int) -> str:
    """Why, and how much."""
    if not failures:
        return ""
    share = f"{len(failures)} of {parts} parts, " if len(failures) < parts else ""
    return f"{share}{failures[0]}"
