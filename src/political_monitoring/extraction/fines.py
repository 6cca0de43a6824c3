"""Fines through their life: imposed, reduced, annulled, upheld.

A fine is an entity of its own, told apart by who must pay and the amount first imposed, rounded to two
digits: "EUR 4.34 billion" and "4.3 billion euros" against Google are the same one. So a judgment that
reduces it supersedes the amount that the authority's decision stated.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity, Mention
from political_monitoring.extraction.dates import FoundDate, find_dates
from political_monitoring.extraction.events import event_day, is_hypothetical
from political_monitoring.extraction.money import Money, find_money
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.resolve import name_id
from political_monitoring.extraction.sentences import Sentence

_FINE = re.compile(r"\b(?:re-?)?fine[sd]?\b|\bpenalt(?:y|ies)\b|Geldbuße|Bußgeld|Geldstrafe", re.IGNORECASE)
_NOT_A_FINE = re.compile(
    r"(?i)(?:up to|at least|at most|maximum of|or|range (?:from|to)|down to|turnover of|revenue of|"
    r"more than|less than|bis zu|mindestens|höchstens|Umsatz von)"
    r"\s(?:about\s)?$"
)
_NOT_A_FINE_AFTER = re.compile(r"(?i)^\s*(?:or \d|oder \d|in taxes|worth|turnover|Umsatz|per day|pro Tag)")

_REDUCED = re.compile(
    r"\b(?:reduced|lowered|cut|slashed)\b|\b(?:senkte|reduzierte|verringerte|ermäßigte)\b|"
    r"\b(?:herabgesetzt|gesenkt|reduziert|verringert)\b|\bsetzte\b(?=[^;]*\bherab\b)"
)
_ANNULLED = re.compile(
    r"\b(?:annulled|quashed|overturned|struck down)\b|\b(?:erklärte|hob)\b[^;]*\b(?:nichtig|auf)\b|"
    r"\b(?:für nichtig erklärt|aufgehoben)\b"
)
_UPHELD = re.compile(
    r"\b(?:upheld|confirmed)\b|\b(?:dismissed|rejected)\b[^;]{0,40}\b(?:appeal|action|challenge)\b|"
    r"\bbestätigte\b|\bbestätigt\b|\bwies\b[^;]*\b(?:ab|zurück)\b"
)
_IMPOSED = re.compile(
    r"\b(?:re-?)?(?:fined|imposed|issued|levied)\b|\bhit\b[^;]{0,40}\bwith\b|\bverhängte\b|\bverhängt\b|"
    r"\bbelegte\b"
)
_VERBS = (("reduced", _REDUCED), ("annulled", _ANNULLED), ("upheld", _UPHELD), ("imposed", _IMPOSED))
_IN_PART = re.compile(
    r"(?i)\b(?:only|in part|partly|partially|insofar|in essence|largely|otherwise|the rest|most of|"
    r"teilweise|nur|insoweit|im Wesentlichen|im Übrigen)\b"
)
# When the authority's own appeal fails the fine stays annulled.
_AUTHORITYS_APPEAL = re.compile(
    r"(?i)\bcommission['’]s (?:own )?appeal|\bappeals? (?:of|by|brought by) the (?:european )?commission\b|"
    r"Rechtsmittel der (?:Europäischen )?Kommission"
)
_FROM_TO = re.compile(r"\b(?:from|von)\s$")
_ORIGINAL = re.compile(
    r"(?i)\b(?:original|initial|earlier|ursprüngliche[ns]?)\s(?:fine|penalty|Geldbuße)\s(?:of|von)\s$"
)
_CASE_NAME = re.compile(
    r"\b(?:the|im|in der|der)\s(?P<name>[A-Z][\w-]+(?:\s[A-Z][\w-]+){0,2})\s(?:(?:antitrust\s)?case|fine|"
    r"Fall)\b"
)
_HAD = re.compile(r"\bhad\s(?:\w+\s)?$")
_DATE_FIRST = 10
# "the fine of €1.8 billion that the Commission imposed on Apple"
_IMPOSED_ON = re.compile(r"\b(?:imposed|levied)\s(?:up)?on\s(?:the\s)?$|\bgegen\s(?:die\s|den\s|das\s)?$")
_BY = re.compile(r"\b(?:by|von|durch)\s(?:the\s|der\s|die\s|das\s)?$")
_PAYERS = frozenset({"Company"})
_AUTHORITIES = frozenset({"Institution"})


@dataclass(slots=True)
class _Fine:
    payer: str
    first: Money
    now: Money
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class _Account:
    """The fines a document has spoken of so far."""

    fines: list[_Fine] = field(default_factory=list)

    def of(self, payer: str, money: Money) -> _Fine:
        """The fine whose first or present amount this is, else a new one."""
        for fine in self.fines:
            if fine.payer == payer and (_same(fine.first, money) or _same(fine.now, money)):
                return fine
        self.fines.append(_Fine(payer, money, money))
        return self.fines[-1]

    def latest(self, payer: str) -> _Fine | None:
        """The one last spoken of."""
        return next((fine for fine in reversed(self.fines) if fine.payer == payer), None)


def read_fines(reading: Reading) -> tuple[list[Draft], list[Entity], list[Mention]]:
    """Facts about fines, the fines as entities, and where their amounts stand."""
    account = _Account()
    _link_reductions(reading, account)
    drafts: list[Draft] = []
    for place, sentence in enumerate(reading.sentences):
        if (
            _FINE.search(sentence.text)
            or (account.fines and _ANNULLED.search(sentence.text))
            or _next_has_fine(reading, place)
        ):
            drafts.extend(_in_sentence(reading, place, account))
    told = [fine for fine in account.fines if fine.spans]
    entities = [_entity(reading, fine, alone=len(told) == 1) for fine in told]
    mentions = [Mention(_id(fine), span, principal=fine is told[0]) for fine in told for span in fine.spans]
    return drafts, entities, mentions


def _next_has_fine(reading: Reading, place: int) -> bool:
    """A judgment often names the fine only in the sentence after its operative words."""
    following = reading.sentences[place + 1 : place + 2]
    return bool(
        following
        and _FINE.search(following[0].text)
        and (_ANNULLED.search(reading.sentences[place].text) or _UPHELD.search(reading.sentences[place].text))
    )


def _link_reductions(reading: Reading, account: _Account) -> None:
    """Amounts that the text ties together: "reduced from A to B", "reduced the original fine of A"."""
    spoken_of = {
        money.amount: money
        for sentence in reading.sentences
        if _FINE.search(sentence.text)
        for money in _amounts(sentence.text)
    }
    for sentence in reading.sentences:
        if not (_FINE.search(sentence.text) and _REDUCED.search(sentence.text)):
            continue
        amounts, payer = _amounts(sentence.text), _payer(reading, sentence, None)
        if payer is None or not amounts:
            continue
        first = amounts[0]
        if len(amounts) >= 2 and _FROM_TO.search(sentence.text[: first.span.start]):
            account.fines.append(_Fine(payer, first, amounts[1]))
        elif len(amounts) == 1 and _ORIGINAL.search(sentence.text[: first.span.start]):
            later = [one for one in spoken_of.values() if one.amount < first.amount]
            account.fines.append(_Fine(payer, first, later[0] if len(later) == 1 else first))


def _in_sentence(reading: Reading, place: int, account: _Account) -> Iterator[Draft]:
    sentence, on = reading.sentences[place], reading.document.date
    verbs = [(stage, match) for stage, pattern in _VERBS if (match := pattern.search(sentence.text))]
    for stage, match in verbs:
        overruled = stage in {"annulled", "upheld"} and (
            _IN_PART.search(sentence.text) or _AUTHORITYS_APPEAL.search(sentence.text)
        )
        dates = find_dates(sentence.text, on)
        if (
            overruled
            or is_hypothetical(sentence.text, match.start())
            or _lies_further_back(sentence, match, dates)
        ):
            continue
        rivals = [Span(other.start(), other.end()) for _, other in verbs if other is not match]
        when = event_day(sentence, Span(match.start(), match.end()), dates, on, rivals)
        if when is None:
            continue
        for fine, money in _fines_meant(reading, place, stage, account):
            yield from _facts(reading, sentence, match, stage, fine, money, when)


def _lies_further_back(sentence: Sentence, match: re.Match[str], dates: list[FoundDate]) -> bool:
    """ "... appealed on 7 July against the decision that had fined it": the date is not the fine's."""
    if not _HAD.search(sentence.text[: match.start()]) or not dates:
        return False
    behind = (sentence.text[match.end() : one.span.start] for one in dates if one.span.start > match.end())
    return dates[0].span.start >= _DATE_FIRST and all("," in between for between in behind)


def _fines_meant(
    reading: Reading, place: int, stage: str, account: _Account
) -> list[tuple[_Fine, Money | None]]:
    """Which fines the sentence is about, with the amount it gives them now."""
    sentence = reading.sentences[place]
    amounts = _amounts(sentence.text) if _FINE.search(sentence.text) else []
    if stage == "imposed":
        meant: list[tuple[_Fine, Money | None]] = []
        for money in amounts:
            payer = _payer(reading, sentence, money)
            if payer is not None:
                fine = account.of(payer, money)
                fine.spans.append(money.span.shifted(sentence.span.start))
                meant.append((fine, fine.first if _same(fine.first, money) else money))
        return meant
    payer = _payer(reading, sentence, None)
    if payer is None:
        return []
    if not amounts:
        following = reading.sentences[place + 1 : place + 2]
        near = _amounts(following[0].text) if following and _FINE.search(following[0].text) else []
        last = account.of(payer, near[0]) if near else account.latest(payer)
        if near and last is not None:
            last.spans.append(near[0].span.shifted(following[0].span.start))
        return [(last, None)] if last is not None else []
    fine = account.of(payer, amounts[0])
    fine.spans.extend(one.span.shifted(sentence.span.start) for one in amounts)
    if (
        stage == "reduced"
        and len(amounts) == 1
        and _same(amounts[0], fine.first)
        and not _same(fine.now, fine.first)
    ):
        return [(fine, fine.now)]
    return [(fine, amounts[-1])]


def _facts(
    reading: Reading,
    sentence: Sentence,
    match: re.Match[str],
    stage: str,
    fine: _Fine,
    money: Money | None,
    when: tuple[date | None, float],
) -> Iterator[Draft]:
    on, confidence = when
    subject = _id(fine)
    amount = {"annulled": f"0 {fine.now.currency}", "upheld": None}.get(stage, str(money) if money else None)
    if stage == "reduced" and money is not None and _same(money, fine.first):
        amount = None  # reduced to an amount that the sentence does not give
    yield Draft(subject, "status", sentence.span, match[0], value=stage, on=on, confidence=confidence)
    if amount is not None:
        yield Draft(
            subject,
            "fine_amount",
            sentence.span,
            money.span.of(sentence.text) if money and stage != "annulled" else match[0],
            value=amount,
            on=on,
            confidence=confidence,
        )
    actor = _actor(reading, sentence, match)
    if actor is not None and stage == "imposed":
        yield Draft(
            actor.entity_id, "fines", sentence.span, match[0], object=fine.payer, on=on, confidence=confidence
        )
    if actor is not None and stage == "annulled":
        yield Draft(
            actor.entity_id, "annuls", sentence.span, match[0], object=subject, on=on, confidence=confidence
        )


def _actor(reading: Reading, sentence: Sentence, match: re.Match[str]) -> Mention | None:
    """The authority or court in front of the verb, or behind it after "by"."""
    base = sentence.span.start
    before = reading.named(Span(base, base + match.start()), _AUTHORITIES)
    if before:
        return before[-1]
    behind = reading.named(Span(base + match.end(), sentence.span.end), _AUTHORITIES)
    return next((one for one in behind if _BY.search(reading.document.text[base : one.span.start])), None)


def _amounts(text: str) -> list[Money]:
    """Amounts that are fines, not ceilings, thresholds or turnovers."""
    return [
        one
        for one in find_money(text)
        if not _NOT_A_FINE.search(text[: one.span.start])
        and not _NOT_A_FINE_AFTER.search(text[one.span.end :])
    ]


def _payer(reading: Reading, sentence: Sentence, money: Money | None) -> str | None:
    """The company nearest to the amount (before it, or after "on"), else the one the document is about."""
    companies = reading.named(sentence.span, _PAYERS)
    if companies:
        if money is None:
            return companies[0].entity_id
        text = reading.document.text
        on = [one for one in companies if _IMPOSED_ON.search(text[sentence.span.start : one.span.start])]
        if len(on) == 1:
            return on[0].entity_id
        at = sentence.span.start + money.span.start
        before = [one for one in companies if one.span.end <= at]
        return (before[-1] if before else companies[0]).entity_id
    principals = [
        one.entity_id
        for one in reading.mentions
        if one.principal and reading.entities[one.entity_id].type in _PAYERS
    ]
    others = [one.entity_id for one in reading.mentions if reading.entities[one.entity_id].type in _PAYERS]
    return next(iter(principals or others), None)


def _same(left: Money, right: Money) -> bool:
    return left.currency == right.currency and _rounded(left.amount) == _rounded(right.amount)


def _rounded(amount: int) -> int:
    scale = int(10 ** max(0, len(str(amount)) - 2))
    return (amount + scale // 2) // scale * scale


def _id(fine: _Fine) -> str:
    payer = fine.payer.split(":", 1)[1]
    return name_id("EnforcementAction", f"{payer} {fine.first.currency} {_rounded(fine.first.amount)}")


def _entity(reading: Reading, fine: _Fine, alone: bool) -> Entity:
    """The fine under its usual names; the name of the case only when the text speaks of a single fine."""
    payer = reading.entities[fine.payer].name
    cases = (
        sorted(
            {match["name"] for sentence in reading.sentences for match in _CASE_NAME.finditer(sentence.text)}
            - {payer}
        )
        if alone
        else []
    )
    names = [f"{payer} fine", *(f"{case} {kind}" for case in cases for kind in ("fine", "case"))]
    return Entity(
        _id(fine),
        "EnforcementAction",
        f"{_written(fine.first)} fine on {payer}",
        aliases=tuple(names),
        attributes=(("amount", str(fine.first)),),
    )


def _written(money: Money) -> str:
    """EUR 4.34 billion."""
    for scale, word in ((10**9, "billion"), (10**6, "million")):
        if money.amount >= scale:
            return f"{money.currency} {money.amount / scale:.2f}".rstrip("0").rstrip(".") + f" {word}"
    return f"{money.currency} {money.amount}"
