"""What an answer calls the things it speaks of."""

import re

from political_monitoring.answering.conversation import Language
from political_monitoring.answering.quoting import plain
from political_monitoring.domain.facts import Entity
from political_monitoring.extraction.identifiers import spelled

LONGEST_NAME = 90
SHORTEST_NAME = 3
"""Two letters are a place's ("EU") sooner than a law's."""


def name_of(entity: Entity, question: str) -> str:
    """The name the question uses, else the entity's own, with its number where the name lacks it.

    "AI Act (Regulation (EU) 2024/1689)"; "H.Con.Res. 72 (119th Congress; Authorizing …)".
    """
    used = [plain(name) for name in (entity.name, *entity.aliases) if _says(question, name)]
    own = plain(entity.name)
    if entity.type == "EnforcementAction":  # named after the first amount; the question knows the case
        return f"{own} ({used[0]})" if used and used[0] != own else own
    name = _shortened(max(used, key=len) if used else own)
    principal = next((one for one in entity.identifiers if str(one) == entity.id), None)
    if principal is None:
        return name
    number = spelled(principal)
    if number in name or principal.value in name:
        return name
    if not principal.scheme.endswith("-bill"):
        return f"{name} ({number})"
    return f"{number[:-1]}; {name})" if number.endswith(")") else f"{number} ({name})"


def subject_name(entity: Entity, question: str, language: Language) -> str:
    """The name as the subject of a sentence: "the AI Act", "das Geologiedatengesetz"."""
    name = name_of(entity, question)
    if entity.type == "EnforcementAction":
        return f"the {name}" if language == "en" else _german_fine(name)
    if entity.type == "Institution" and language == "en" and " " in name:
        return f"the {name}"
    if entity.type not in _LAWS:
        return name
    for pattern, article in _ARTICLES[language]:
        if re.search(pattern, name):
            return f"{article} {name}"
    return name


def fine_name(entity: Entity, question: str, language: Language, amount: str = "") -> str:
    """A fine as the subject of a sentence that tells how it moved, with the amount that holds or none.

    "the fine of EUR 4.125 billion on Google (Android case)": its own name bears the first amount.
    """
    parts = _FINE.fullmatch(name_of(entity, question))
    if not parts:
        return subject_name(entity, question, language)
    if language == "de":
        return f"die Geldbuße{f' von {amount}' if amount else ''} gegen {parts['payer']}"
    return f"the fine{f' of {amount}' if amount else ''} on {parts['payer']}"


def _german_fine(name: str) -> str:
    """ "EUR 4.34 billion fine on Google" in German."""
    parts = _FINE.fullmatch(name)
    return f"die Geldbuße gegen {parts['payer']} ({parts['amount']})" if parts else f"die Geldbuße „{name}“"


def capitalised(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


_FINE = re.compile(r"(?P<amount>.+) fine on (?P<payer>.+)")
_LAWS = frozenset({"Policy", "Regulation", "Bill"})
_ARTICLES: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        (
            r"^(?!the |H\.|S\.)(?:\S+ )*"
            r"(?:Act|Regulation|Directive|Bill|Framework|Reform|Order)(?: \(| \d{4}|$)",
            "the",
        ),
        (r"^[A-Z]{2,6}(?: \(|$)", "the"),
    ),
    "de": (
        (r"^\S+[Gg]esetz(?: |$)", "das"),
        (r"^\S+(?:[Vv]erordnung|[Rr]ichtlinie|[Rr]eform)(?: |$)", "die"),
        (r"^(?:\S+ )*Act(?: \(|$)", "der"),
    ),
}


def _says(text: str, name: str) -> bool:
    said = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    return len(name) >= SHORTEST_NAME and said is not None


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    return name[:LONGEST_NAME].rsplit(" ", 1)[0].rstrip(",;:") + " …"
