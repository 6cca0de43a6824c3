"""A scripted model that answers Graphiti's questions about one kind of report, for the endpoint of llm_stub."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from political_monitoring.testing.llm_stub import Answer, Asked

WORDS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper")
_NAMED = re.compile(r"\b\w+ (?:Alliance|Power Act|Growers Union)\b")
_SAYS = re.compile(
    r"(?P<who>\w+ (?:Alliance|Growers Union)) (?:has been|is now) (?P<how>against|for) "
    r"(?:the (?P<what>\w+ Power Act)|it)"
)
_PRESENT = re.compile(r"<(CURRENT[_ ]MESSAGE|TEXT)>(.*?)</\1>", re.DOTALL)
_STORED = re.compile(r"'idx': (\d+), 'fact': '([^']*)'")
_NEW = re.compile(r"<NEW FACT>\s*(.*?)\s*</NEW FACT>", re.DOTALL)
_REFERENCE = re.compile(r"<REFERENCE TIME>\s*(\d{4}-\d\d-\d\d)")
_ASKED_OF = re.compile(r"['\"]id['\"]: (\d+)")
_OPPOSITES = {"opposes": "supports", "supports": "opposes"}


def text_about(word: str) -> str:
    """A short report that names three things and states three facts."""
    return (
        f"The Senate passed the {word} Power Act on 4 May 2025. For years the {word} Alliance has been against the "
        f"{word} Power Act. The {word} Growers Union has been for it from the first day, and so it was again when the "
        "vote was taken. Observers had expected a long night, but the debate ended before dinner."
    )


def names_in(content: str) -> list[str]:
    """Whom and what it names, each once."""
    return list(dict.fromkeys(_NAMED.findall(content)))


def graphitis_answer(asked: Asked) -> Answer:
    """What the endpoint says to each of the forms that add_episode asks for."""
    return Answer(_FORMS[asked.form](asked.content))


def _present(content: str) -> str:
    """The document itself, without those that Graphiti puts before it."""
    found = _PRESENT.search(content)
    return found[2] if found else content


def _entities(content: str) -> dict[str, Any]:
    return {
        "extracted_entities": [
            {"name": one, "entity_type_id": 0, "episode_indices": [0]} for one in names_in(_present(content))
        ]
    }


def _edges(content: str) -> dict[str, Any]:
    """Who is against what and for what; "it" is what was named last."""
    told, named = [], ""
    for found in _SAYS.finditer(_present(content)):
        named = found["what"] or named
        told.append((found["who"], "SUPPORTS" if found["how"] == "for" else "OPPOSES", named))
    return {
        "edges": [
            {
                "source_entity_name": source,
                "target_entity_name": target,
                "relation_type": relation,
                "fact": f"{source} {relation.lower()} {target}",
                "episode_indices": [0],
            }
            for source, relation, target in told
        ]
    }


def _duplicates(content: str) -> dict[str, Any]:
    """Who supports a law opposes it no longer."""
    new = _NEW.search(content)
    opposite = " ".join(_OPPOSITES.get(word, word) for word in new[1].split()) if new else ""
    ended = [int(number) for number, fact in _STORED.findall(content) if fact == opposite]
    return {"duplicate_facts": [], "contradicted_facts": ended}


def _resolutions(content: str) -> dict[str, Any]:
    """Nobody is somebody else under another name."""
    asked = sorted(set(map(int, _ASKED_OF.findall(content))))
    return {"entity_resolutions": [{"id": one, "name": "", "duplicate_candidate_id": -1} for one in asked]}


def _timestamps(content: str) -> dict[str, Any]:
    """As old as the document is said to be."""
    reference = _REFERENCE.search(content)
    return {"valid_at": f"{reference[1]}T00:00:00Z" if reference else None, "invalid_at": None}


_FORMS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "ExtractedEntities": _entities,
    "ExtractedEdges": _edges,
    "EdgeDuplicate": _duplicates,
    "EdgeTimestamps": _timestamps,
    "NodeResolutions": _resolutions,
    "SummarizedEntities": lambda content: {
        "summaries": [{"name": one, "summary": f"{one} is in the news."} for one in names_in(content)]
    },
}
