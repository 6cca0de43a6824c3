"""Stages of laws in running text: sentence by sentence, with the law, the day and the words that say so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from political_monitoring.domain.documents import Span
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.extraction.dates import find_dates
from political_monitoring.extraction.events import event_day, is_hypothetical
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.sentences import Sentence
from political_monitoring.extraction.stage_phrases import StagePhrase, load_phrases

# A sentence without any of these says nothing about a stage; looking for them first is much faster.
_WORTH_READING = re.compile(
    r"adopt|approv|agree|pass|propos|publish|force|effect|appl|sign|enact|law\b|veto|revok|rescind|repeal|"
    r"withdr|reject|annul|struck|deal|"
    r"invalid|introduc|reading|referred|Assent|ediation|present|sent to|put forward|tabled|unveil|"
    r"green light|fail|defeat|clear|back|endors|voted|"
    r"beschl|verabschied|angenommen|billig|zugestimmt|stimmte|nahm|Einigung|vorge|legte|schlug|verkündet|"
    r"veröffentlicht|Kraft|gilt|gelten|"
    r"überwiesen|eingebracht|brachte|abgelehnt|lehnte|ließ|lassen|Vermittlung|versagt|verweigert|zurück|"
    r"zog|nichtig|ungültig|kippt|unterzeichnet|"
    r"fertig|Ausrichtung|Verhandlungsposition"
)
# "the illegal harms duties of the Online Safety Act": a part, not the act.
_PART = re.compile(
    r"(?i)\b(?:duties|duty|obligations?|provisions?|rules|chapters?|articles?|parts?|sections?|"
    r"prohibitions?|regeln|pflichten|vorschriften|artikel|teile)\b"
    r"[^.;]{0,70}\b(?:of|under|in|des|der|nach)\s(?:the\s|der\s|des\s)?(?:(?i:act|regulation|directive|"
    r"law)\b[^.;]{0,20})?$"
)
_WHOLE = frozenset({"annulled", "repealed", "revoked"})
_IN_PART = re.compile(r"(?i)\b(?:in part|partly|partially|only|teilweise|nur)\b")
_PARTLY = {"in_force": "partly_applies", "applies": "partly_applies"}
_REACH = 160
_LONGEST_WORDS = 90


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase in a sentence; spans count from the beginning of the sentence."""

    phrase: StagePhrase
    match: re.Match[str]
    verb: Span


def prose_stages(reading: Reading) -> list[Draft]:
    """Status facts, at most one for each law and day (the furthest stage), and who did it."""
    stages = load_ontology().stages
    furthest: dict[tuple[str, date | None], Draft] = {}
    others: list[Draft] = []
    for sentence in reading.sentences:
        if not _WORTH_READING.search(sentence.text):
            continue
        for draft in _in_sentence(reading, sentence):
            kept = furthest.get((draft.subject, draft.on))
            if draft.predicate != "status":
                others.append(draft)
            elif kept is None or stages[draft.value or ""].order > stages[kept.value or ""].order:
                furthest[draft.subject, draft.on] = draft
    return [*furthest.values(), *others]


def says_part(words_before: str) -> bool:
    """Whether what comes before a law's name makes it a part of the law: "the duties of the ..."."""
    return bool(_PART.search(words_before))


def _in_sentence(reading: Reading, sentence: Sentence) -> Iterator[Draft]:
    found = _phrases_in(sentence.text, reading.document.language)
    dates = find_dates(sentence.text, reading.document.date) if found else []
    for one in found:
        if is_hypothetical(sentence.text, one.match.start()) or (
            one.phrase.stage in _WHOLE and _IN_PART.search(sentence.text)
        ):
            continue
        law = _law(reading, sentence, one)
        if law is None or (
            one.phrase.jurisdiction
            and reading.entities[law].jurisdiction not in {one.phrase.jurisdiction, ""}
        ):
            continue
        rivals = [
            other.verb
            for other in found
            if other.verb.end <= one.verb.start or one.verb.end <= other.verb.start
        ]
        when = event_day(sentence, one.verb, dates, reading.document.date, rivals)
        if when is None:
            continue
        stage = _PARTLY.get(one.phrase.stage, "") if _is_part(reading, sentence, one, law) else ""
        words = _shortened(one.match[0])
        yield Draft(
            law,
            "status",
            sentence.span,
            words,
            value=stage or one.phrase.stage,
            on=when[0],
            confidence=when[1],
        )
        if one.phrase.predicate and (actor := _actor(reading, sentence, one.match)):
            yield Draft(
                actor, one.phrase.predicate, sentence.span, words, object=law, on=when[0], confidence=when[1]
            )


def _phrases_in(text: str, language: str) -> list[_Found]:
    tables = load_phrases()
    found = []
    for phrase in tables.get(language) or [phrase for table in tables.values() for phrase in table]:
        for match in phrase.pattern.finditer(text):
            group = "verb" if match.groupdict().get("verb") else 0
            found.append(_Found(phrase, match, Span(match.start(group), match.end(group))))
    return found


def _law(reading: Reading, sentence: Sentence, one: _Found) -> str | None:
    """The law the phrase is about: inside it, on its side, or the document's own where the text says "it"."""
    base, text = sentence.span.start, reading.document.text
    first, last = base + one.match.start(), base + one.match.end()
    laws = reading.laws(sentence.span)
    inside = [law for law in laws if first <= law.span.start and law.span.end <= last]
    if inside:
        return inside[-1].entity_id
    if one.phrase.law == "after":
        behind = next((law for law in laws if last <= law.span.start <= last + _REACH), None)
        if behind is None:
            return reading.generic_law(text[first : min(last + 50, sentence.span.end)])
        # "passed the act on 11 June 2021 (Drucksache ...)": the act stands nearer
        return reading.generic_law(text[last : behind.span.start]) or behind.entity_id
    in_front = [law for law in laws if law.span.end <= first]
    if in_front:
        return in_front[-1].entity_id
    return (
        reading.principal
        if one.phrase.law == "document"
        else reading.generic_law(text[max(base, first - _REACH) : last])
    )


def _is_part(reading: Reading, sentence: Sentence, one: _Found, law: str) -> bool:
    base = sentence.span.start
    named = [
        law_
        for law_ in reading.laws(sentence.span)
        if law_.entity_id == law and law_.span.end <= base + one.match.start()
    ]
    before = (
        reading.document.text[base : named[0].span.start]
        if named
        else sentence.text[: one.match.start()].rstrip() + " "
    )
    return says_part(before)


def _shortened(words: str) -> str:
    """The end of a long phrase: the verb stands there."""
    if len(words) <= _LONGEST_WORDS:
        return words
    return (
        words[words.index(" ", len(words) - _LONGEST_WORDS) + 1 :]
        if " " in words[-_LONGEST_WORDS:]
        else words[-_LONGEST_WORDS:]
    )


def _actor(reading: Reading, sentence: Sentence, match: re.Match[str]) -> str | None:
    """The body or person that the phrase's actor is."""
    group = next(
        (name for name, words in match.groupdict().items() if name.startswith("actor") and words), None
    )
    if group is None:
        return None
    first, last = sentence.span.start + match.start(group), sentence.span.start + match.end(group)
    actors = [
        one
        for one in reading.named(sentence.span, frozenset({"Institution", "Politician"}))
        if one.span.start <= last and one.span.end >= first
    ]
    # "Bundespräsident Frank-Walter Steinmeier" names the office and who signs
    people = [one for one in actors if reading.entities[one.entity_id].type == "Politician"]
    return next((one.entity_id for one in (*people, *actors)), None)
