"""Where a text says that two numbers, or a name and a number, are the same law."""

import re
from collections.abc import Iterable
from itertools import pairwise

from political_monitoring.domain.facts import Identifier
from political_monitoring.extraction.identifiers import LAW_SCHEMES, FoundIdentifier
from political_monitoring.extraction.law_names import LawName
from political_monitoring.extraction.resolve import Candidate

# Between two numbers: "H.R. 815 into law as Public Law 118-50", "COM(2022) 46 (procedure 2022/0032(COD))".
_BETWEEN_NUMBERS = re.compile(
    r"(?:,\s(?:the\s)?[A-Z][^,;.()]{3,120},)?\s*(?:\((?:now\s+|procedure\s+|Verfahren\s+|CELEX[:\s]+|"
    r"Public Law\s*:?\s*)?"
    r"|,?\s*(?:(?:signed\s+)?into\s+law\s+as|,?\s*which\s+became|became|now)\s+)"
)
# Between a name and the number after it: "Chips Act (procedure 2022/0032(COD))", "Act 2024 (2024 c. 8)".
_NAME_TO_NUMBER = re.compile(
    r"\s*(?:\([A-Za-z-]{2,12}\)\s*)?(?:\(|,\s*)(?:procedure\s+|Verfahren\s+|the\s+)?|"
    r"\s*,?\s*(?:as\s+document|auf)\s+"
)
# Between a number and the name after it: "Regulation (EU) 2024/1689, the Artificial Intelligence Act".
_NUMBER_TO_NAME = re.compile(
    r"\)?,?\s*(?:\(|known as\s+|also known as\s+|called\s+|das\s+sogenannte\s+|"
    r"die\s+sogenannte\s+)?(?:the\s+|das\s+|die\s+|der\s+)?[\"“„]?"
)
_NAME_LINK_MUST = re.compile(r"[,(]|known|called|sogenannte")

# A printed paper is the bill itself when the text calls it so, and not a committee's version of it.
_BILL_PAPER = re.compile(
    r"(?:\b(?:bill|draft|act|law)\b|[Gg]esetzentwurf|[Ee]ntwurf|[Gg]esetz(?:es)?\b|[Gg]esetzesantrag|"
    r"Antrag)(?P<gap>(?:[^.;|\n]|\.(?=\d)){0,160}?)(?:[(\s]|-\s)$"
)
_OTHER_PAPER = re.compile(
    r"(?i)ausschuss|committee|empfehlung|recommend|änderungsantrag|amendment|bericht|report|antwort|"
    r"unterrichtung|anfrage|petition"
)
_GAZETTED = re.compile(r"(?i)publish|enacted|verkünd|veröffentlicht|Gazette|Gesetz vom|act of")
_BECAME = re.compile(r"(?i)\bbecame\s+$")
_LOOK_BACK = 170


def same_numbers(
    text: str, found: Iterable[FoundIdentifier], principal: Candidate | None
) -> list[tuple[str, str]]:
    """Pairs of keys of identifiers that the text equates, with one another or with the principal law."""
    listed = list(found)
    pairs: list[tuple[str, str]] = []
    for left, right in pairwise(listed):
        if _may_be_one(left.identifier, right.identifier) and _BETWEEN_NUMBERS.fullmatch(
            text[left.span.end : right.span.start]
        ):
            pairs.append((str(left.identifier), str(right.identifier)))
    if principal is not None and principal.is_law:
        pairs.extend((principal.key, str(one.identifier)) for one in listed if _is_the_principals(text, one))
    return pairs


def named_numbers(
    text: str, found: Iterable[FoundIdentifier], names: Iterable[LawName]
) -> list[tuple[LawName, Identifier]]:
    """Names that stand beside the number of the law they name."""
    listed = list(names)
    pairs: list[tuple[LawName, Identifier]] = []
    for one in found:
        if one.identifier.scheme not in LAW_SCHEMES:
            continue
        for name in listed:
            if name.span.end <= one.span.start:
                if _NAME_TO_NUMBER.fullmatch(text[name.span.end : one.span.start]):
                    pairs.append((name, one.identifier))
            elif name.span.start >= one.span.end and name.span.start - one.span.end < 40:
                between = text[one.span.end : name.span.start]
                if _NUMBER_TO_NAME.fullmatch(between) and _NAME_LINK_MUST.search(between):
                    pairs.append((name, one.identifier))
    return pairs


def _may_be_one(left: Identifier, right: Identifier) -> bool:
    """Different schemes of one country's lawmaking: two bills are never one."""
    schemes = {left.scheme, right.scheme}
    return (
        len(schemes) == 2
        and schemes <= LAW_SCHEMES
        and len({"eu" if one == "celex" else one[:2] for one in schemes}) == 1
    )


def _is_the_principals(text: str, one: FoundIdentifier) -> bool:
    before = text[max(0, one.span.start - _LOOK_BACK) : one.span.start]
    match one.identifier.scheme:
        case "us-law":
            return bool(_BECAME.search(before))
        case "de-bgbl":
            return bool(_GAZETTED.search(before))
        case "de-drucksache":
            called = _BILL_PAPER.search(before)
            return called is not None and not _OTHER_PAPER.search(called["gap"])
        case _:
            return False
