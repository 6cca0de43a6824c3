"""Words that speak to whoever reads them, where a report speaks of the world.

A document that tells a model what to do is a document like others, but an answer has no use for these words of it. The
patterns are no defence by themselves: the model has no tools, and what it says is checked.
"""

import re

_TO_A_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b(?: (?:all|any|of|the|your|these)){0,3} "
    r"(?:previous|earlier|above|prior|preceding|system)\b.{0,30}\b(?:instructions?|rules?|prompts?|guidelines)\b"
    r"|\b(?:ignorier\w*|vergiss|missachte)\b(?: (?:alle|die|deine)){0,2} "
    r"(?:vorherig\w*|bisherig\w*|obig\w*|früher\w*)\b.{0,30}\b(?:anweisung\w*|regeln?|vorgaben?)\b"
    r"|\bsystem[ -]?prompt\b|\bapi[ _-]?keys?\b|\bapi-schlüssel\w*"
    r"|\byou are (?:now|an? (?:ai|assistant|language model))\b|\bdu bist (?:jetzt|nun|eine? (?:ki|assistent))\b"
    r"|\b(?:as an|dear) (?:ai|assistant|language model)\b|\b(?:tell|instruct) the reader\b"
    r"|\bcall the (?:tool|function)\b"
    r"|<\|?/?(?:system|assistant|user|im_start|im_end)\|?>|\[/?INST\]",
    re.IGNORECASE | re.DOTALL,
)
_FIRST_OR_SECOND = re.compile(
    r"\bI(?:'m| (?:am|have|was|will|can|cannot|must|do|did)\b)|\b(?:me|my|myself|[Yy]ou|[Yy]ours?|yourself)\b"
    r"|\b[Ii]ch\b|\b(?:mir|mich|dich)\b|\b[Mm]eine?[nmrs]?\b|\b[Dd]eine?[nmrs]?\b"
)
_QUOTED = re.compile(r"[“„\"‘»«'][^“”„\"»«]*[”“\"’«»']")


def is_order(text: str) -> bool:
    """Whether a text tells a model, or its reader, what to do."""
    return _TO_A_MODEL.search(text) is not None


def speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence, what it quotes aside, says "I" or "you": an answer does neither."""
    return _FIRST_OR_SECOND.search(_QUOTED.sub("", sentence)) is not None
