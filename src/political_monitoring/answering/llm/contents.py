"""What a model is given to work on, all of it between markers that none of it can write: matter, not orders."""

from collections.abc import Iterable, Mapping, Sequence

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.llm.evidence import Item
from political_monitoring.answering.llm.forms import Sentence
from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.understanding import Understanding
from political_monitoring.extraction.llm.prompting import fenced

MOST_EARLIER = 5
_LONGEST_WISH = 2_000
_LANGUAGES = {"en": "English", "de": "German"}


def asked(question: Question, today: str) -> str:
    """The question, and the person's earlier ones. Earlier answers are left out: they quote documents."""
    earlier = [message.text for message in question.history if message.role == "user"][-MOST_EARLIER:]
    lines = [f"Today: {today}", *(f"Asked before: {one}" for one in earlier), f"Asked now: {question.text}"]
    return fenced("\n".join(lines), "question")


def asked_again(understanding: Understanding, findings: Sequence[Finding]) -> str:
    """The question and what the first round gave, as numbers: no word of a document is in it, not even a name."""
    calls = [f"{one.call.tool}: {'failed' if one.error else one.results}" for one in findings]
    lines = [
        f"Asked: {understanding.text}",
        f"Kind of answer: {understanding.intent}",
        "Calls and the number of their results:",
        *calls,
    ]
    return fenced("\n".join(lines), "question")


def to_write(understanding: Understanding, items: Mapping[str, Item], question: Question) -> str:
    """Question, wishes about style, evidence."""
    wishes = "\n".join(one.text for one in question.history if one.role in {"system", "developer"})
    asked_for = [
        f"Question: {understanding.text}",
        f"Kind of answer: {understanding.intent}",
        f"Language of the answer: {_LANGUAGES[understanding.language]}",
        f"State on: {understanding.day}",
    ]
    parts = [fenced("\n".join(asked_for), "question")]
    if wishes.strip():
        parts.append(fenced(wishes[:_LONGEST_WISH], "style"))
    return "\n\n".join((*parts, *(_item(number, item) for number, item in items.items())))


def to_repair(written: str, faults: Iterable[tuple[Sentence, str]]) -> str:
    """What `to_write` gave, and the sentences that did not pass, with the reasons."""
    lines = [f"{sentence.model_dump_json()}\nThrown away, because {fault}." for sentence, fault in faults]
    return f"{written}\n\n{fenced('\n\n'.join(lines), 'sentences')}"


def _item(number: str, item: Item) -> str:
    document = item.document
    about = (document.title, document.source, str(document.date or "undated"), item.passage.heading)
    head = " | ".join(" ".join(one.split()) for one in about if one)
    facts = [f"Fact: {fact}" for fact in item.facts]
    return fenced("\n".join((head, *facts, "Text:", item.text)), number)
