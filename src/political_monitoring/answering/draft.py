"""An answer before its quotations are checked."""

from dataclasses import dataclass

from political_monitoring.evidence.citations import Part


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or list item.

    Attributes:
        before: white space between it and what precedes it.
        claim: it says something about the world and must be cited; else it speaks of the answer itself.
        essential: it is said however brief the answer is to be.
    """

    parts: tuple[Part, ...]
    before: str = " "
    claim: bool = True
    essential: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Statements in order; `otherwise` is said when no claim among them stands.

    `aside`: nothing was asked of the collection, or not yet, so that `otherwise` is no gap.
    """

    statements: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    gaps: tuple[str, ...] = ()
    aside: bool = False


def note(text: str, before: str = " ") -> Statement:
    """A statement about the answer itself."""
    return Statement((Part(text),), before, claim=False)
