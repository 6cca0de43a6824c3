"""Prompts are files with versions; what comes from outside goes between markers that it cannot write itself."""

from functools import cache
from hashlib import blake2b
from importlib.resources import files

from political_monitoring.domain.ontology import Ontology, Predicate


@cache
def prompt_text(name: str) -> str:
    """The prompt of that name and version: "extract.1"."""
    return files("political_monitoring.extraction.llm").joinpath(f"prompts/{name}.md").read_text("utf-8")


def fenced(text: str, what: str) -> str:
    """`text` between two marker lines with a code that does not stand in it.

    The code is a digest of the text, so that the same text gives the same prompt. A text that holds its own digest
    cannot be made; should it stand there by chance, the next code is taken.
    """
    number = 0
    while (code := _code(text, number)) in text:
        number += 1
    return f"[{what} {code} begins]\n{text}\n[{what} {code} ends]"


def _code(text: str, number: int) -> str:
    return blake2b(f"{number}{text}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def instructions(ontology: Ontology) -> str:
    """The prompt for extraction, with the schema in use, a user's extension included."""
    return prompt_text(EXTRACT).format(
        types=", ".join(ontology.entity_types),
        predicates="\n".join(map(_described, ontology.predicates.values())),
        stages=", ".join(ontology.stages),
    )


def _described(predicate: Predicate) -> str:
    subjects, objects = " | ".join(predicate.subjects) or "any", " | ".join(predicate.objects)
    return f"- {predicate.name} ({predicate.labels['en']}): {subjects}{f' -> {objects}' if objects else ''}"


EXTRACT = "extract.1"
ADJUDICATE = "adjudicate.1"
