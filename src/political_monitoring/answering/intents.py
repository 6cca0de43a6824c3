"""What kind of answer a question wants, read off its wording in English or German."""

import re
from enum import StrEnum

from political_monitoring.tools.query import Reading


class Intent(StrEnum):
    """What kind of answer is wanted."""

    STATUS = "status"
    CHANGES = "changes"
    DATE = "date"
    AMOUNT = "amount"
    VOTE = "vote"
    WHO = "who"
    CONTENT = "content"
    REASON = "reason"
    GENERAL = "general"


# The first kind with a pattern that matches is taken: "when did they vote" wants a date, not a vote.
_PATTERNS: dict[Intent, tuple[str, ...]] = {
    Intent.CHANGES: (
        r"\bwhat (?:has |have |had )?(?:happened|changed)\b",
        r"\bwhat'?s new\b|\btimeline\b|\bhistory of\b|\bchronolog",
        r"\bhow did .+ (?:develop|evolve|progress)\b",
        r"\b(?:changes|developments)\b.*\b(?:since|between)\b",
        r"\bwas (?:ist |hat sich )?(?:.+ )?(?:geschah|geschehen|passiert\w*|geändert)\b",
        r"\bverlauf\b|\bwas gibt es neues\b|\bchronologie\b",
    ),
    Intent.AMOUNT: (
        r"\bhow (?:high|much|large|big)\b",
        r"\b(?:what|which) (?:(?:is|was|were|are) )?(?:the )?(?:\w+ )?(?:amount|fines?|penalty|penalties)\b",
        r"\bwie (?:hoch|viel)\b|\bwelche (?:geldbuße|strafe)\b|\bhöhe der\b",
    ),
    Intent.DATE: (
        r"^\W*(?:and |und )?(?:(?:since|from|by|until|as of) )?when\b",
        r"\b(?:what|which|on what|on which) (?:date|day)\b|\bdate (?:of|when|on which)\b",
        r"\b(?:seit |ab |bis )?wann\b|\b(?:zu|an) welche[mn] (?:datum|tag|zeitpunkt)\b",
    ),
    Intent.VOTE: (
        r"\bvot(?:e|ed|es|ing)\b|\broll[- ]call\b|\byeas\b|\bnays\b|\bnoes\b|\boppos(?:e|ed)\b|\babstain\w*"
        r"|\bwho (?:was|were|is|are) (?:against|for it|in favou?r)\b|\bwer (?:war|ist|sind|waren) (?:dagegen|dafür)\b",
        r"\b(?:ab)?ge?stimmt\b|\bstimm(?:e|t|te|ten|en)\b|\babstimmung"
        r"|\bnamentlich\w*|\b(?:ja|nein)-?stimmen\b|\benthielt\w*\b|\benthaltung",
    ),
    Intent.WHO: (
        r"^\W*(?:and |und )?(?:by )?(?:who|whom|whose)\b",
        r"\b(?:which|what|name|list|show)(?: me)?(?: (?:the|all|of the))* (?:members?|senators?|representatives?|"
        r"congress(?:wo)?men|lawmakers?|legislators?|politicians?|democrats?|republicans?|nays|yeas|noes|ayes)\b"
        r"|\bnames? of (?:those|the|all|everyone|anyone)\b|\b(?:those|anyone|anybody|everyone) who\b",
        r"^\W*which (?:commissioners?|ministers?|compan(?:y|ies)|courts?|committees?|part(?:y|ies)|"
        r"(?:lobby )?groups?|associations?|organi[sz]ations?)\b",
        r"^\W*(?:und |von )?(?:wer|wem|wen|wessen)\b|\b(?:nenne?|liste)\b.*\b(?:die|alle|wer)\b",
        r"^\W*welche[rsnm]? (?:abgeordnet|senator|mitglied|demokrat|republikaner|politiker|minister|gericht|"
        r"ausschuss|unternehmen|partei|fraktion|verb[aä]nd|gruppe)",
    ),
    Intent.STATUS: (
        r"\bstatus\b|\bstage\b|\bhow far\b|\bwhere (?:does|did|do|is|was)\b.*\bstand\b",
        r"\b(?:is|was|has|are) .+ (?:in force|law|adopted|passed|been passed|applicable)\b",
        r"\bstand (?:des|der|beim|von|bei|vom|hatte|hat|dazu)\b|\bwelche[nrms]? stand\b",
        r"\bwie (?:ist|war) .*\bstand\b|\bwie weit\b|\bwo steht\b",
        r"\bist .+ (?:in kraft|verabschiedet|beschlossen)\b",
    ),
    Intent.REASON: (r"\bwhy\b|\breasons? (?:for|of)\b|\b(?:warum|weshalb|wieso)\b|\bgr(?:u|ü)nde? für\b",),
    Intent.CONTENT: (
        r"\bwhat (?:is|are|does|do|would|will) .+ "
        r"(?:about|do|say|require|regulate|prohibit|contain|mean|change)\b",
        r"\bwhat is in\b|\bpurpose of\b|\bsummar",
        r"\bworum geht\b|\bwas (?:regelt|steht in|sieht)\b|\b(?:inhalt|ziel|zweck) (?:des|der|von)\b",
    ),
}
_COMPILED = [(intent, re.compile("|".join(forms), re.IGNORECASE)) for intent, forms in _PATTERNS.items()]


def read_intent(reading: Reading) -> Intent:
    """The kind of answer asked for; GENERAL where the wording does not tell."""
    for intent, pattern in _COMPILED:
        if pattern.search(reading.text):
            return intent
    if reading.asks_status:
        return Intent.STATUS
    return Intent.CHANGES if reading.since and reading.until else Intent.GENERAL


def asks_who(reading: Reading) -> bool:
    """Whether names of people or bodies are wanted, whatever else is."""
    return any(re.search(form, reading.text, re.IGNORECASE) for form in _PATTERNS[Intent.WHO])


_WHETHER = re.compile(
    r"^\W*(?:and |und )?(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|will|would|shall|should|"
    r"ist|sind|war|waren|hat|haben|hatte|kann|können|darf|dürfen|muss|müssen|wird|werden|soll|sollen|gilt|gelten|"
    r"verbietet|erlaubt|gibt)\b",
    re.IGNORECASE,
)


def asks_whether(reading: Reading) -> bool:
    """Whether yes or no is wanted: only what speaks of all that is asked can tell."""
    return _WHETHER.match(reading.text) is not None
