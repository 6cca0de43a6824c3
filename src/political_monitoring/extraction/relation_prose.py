"""Relations that running text states in so many words: closed phrases between entities. Silence when in doubt."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from political_monitoring.domain.documents import Span
from political_monitoring.extraction.dates import FoundDate, find_dates
from political_monitoring.extraction.events import event_day, is_hypothetical
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.relation_phrases import RelationPhrase, load_relation_phrases
from political_monitoring.extraction.sentences import Sentence
from political_monitoring.extraction.slots import SLOTS, Slotted, present_in, slotted

# "critics of Apple oppose ...", "Kritiker von Apple ...": the entity in front is not the one that acts.
_GOVERNED = re.compile(
    r"(?i)(?:\b(?:of|by|with|from|for|against|to|at|like|than|without|über|von|vom|mit|gegen|für|bei|beim|zu|zum|zur|"
    r"durch|unter|wie|ohne|nach|seitens|des)|['’]s?)\s(?:(?:the|a|der|die|das|dem|den|des)\s)?"
    r"(?:(?-i:[A-ZÄÖÜ])\w+\s){0,2}$"
)
_FORMER = re.compile(
    r"(?i)\b(?:former|then|ex|outgoing|incoming|deputy|vice|ehemalige|frühere|damalige|künftige|designierte|"
    r"stellvertretende|einstige)[nrsm]?[\s-]$"
)
# What others say, or say not to be so, is not stated by the text.
_ATTRIBUTED = re.compile(
    r"(?i)\b(?:claim|alleg|reportedly|rumou?r|den(?:y|ie[sd])|sa(?:id|ys?)\b|according to|argu|suggest|"
    r"whether|if\b|had\b|should\b|neither|how\b|why\b|laut\b|angeblich|behaupt|dementier|zufolge|offenbar|vermutlich|"
    r"würde\b|sollte\b|ob\b|wenn\b|falls\b|weder|dass\b)"
)
_ATTRIBUTED_AFTER = re.compile(
    r"(?i),\s(?:according to|(?:says?|said)\b(?!\s(?:on|that|in)\b)|claims?|reportedly|it is said|"
    r"so\s(?:der|die|das)\b|heißt es|sagte?\b|laut\b|berichtet|"
    r"wie\s[^,]{3,40}\s(?:berichtet|meldet|schreibt))"
)
_SINCE = re.compile(r"(?i)\b(?:since|seit)\s(?:the\s|dem\s|den\s)?$")
_CONFIDENCE = 0.9


def stated_relations(reading: Reading) -> list[Draft]:
    """Facts of the relation phrases, and the stages that some of them bring their object to."""
    phrases, language = load_relation_phrases(), reading.document.language
    return [
        draft
        for sentence in reading.sentences
        if (possible := phrases.of(language, present_in(reading, sentence)))
        for draft in _in_sentence(reading, sentence, possible)
    ]


def _in_sentence(reading: Reading, sentence: Sentence, phrases: Sequence[RelationPhrase]) -> Iterator[Draft]:
    dates = find_dates(sentence.text, reading.document.date)
    slots = slotted(reading, sentence, dates)
    other_law = any(one.entity_id != reading.principal for one in reading.laws(sentence.span))
    for phrase in phrases:
        if phrase.of_document and (reading.principal is None or other_law):
            continue
        for match in phrase.pattern.finditer(slots.text):
            if not _is_stated(sentence, slots, match):
                continue
            when = _day(reading, sentence, slots, phrase, match, dates)
            if when is not None:
                yield from _drafts(reading, sentence, slots, phrase, match, when)


def _is_stated(sentence: Sentence, slots: Slotted, match: re.Match[str]) -> bool:
    """Whether the text itself says so, of this subject, and means it."""
    first, last = match.span()
    before = slots.text[:first]
    if slots.text[first] in SLOTS and _GOVERNED.search(before):
        return False
    if _FORMER.search(before):
        return False
    if _ATTRIBUTED.search(before) or _ATTRIBUTED_AFTER.search(slots.text, last):
        return False
    return not is_hypothetical(sentence.text, slots.places[match.start("v")])


def _day(
    reading: Reading,
    sentence: Sentence,
    slots: Slotted,
    phrase: RelationPhrase,
    match: re.Match[str],
    dates: Sequence[FoundDate],
) -> tuple[date | None, float] | None:
    """(day, confidence): an event's own, or for what lasts the day since when, else the document's."""
    on = reading.document.date
    if phrase.lasting:
        since = [
            one.day
            for one in dates
            if _SINCE.search(sentence.text[: one.span.start]) and (on is None or one.day <= on)
        ]
        told = [one.day for one in dates if _is_inside(one, slots, match) and (on is None or one.day <= on)]
        since = since or told
        # "was elected President on 18 July": a body's new head is an event with a lasting outcome
        if since or phrase.predicate != "led_by":
            return (since[0] if since else on), _CONFIDENCE
    verb = Span(slots.places[match.start("v")], slots.places[match.end("v") - 1] + 1)
    return event_day(sentence, verb, dates, on)


def _is_inside(one: FoundDate, slots: Slotted, match: re.Match[str]) -> bool:
    """Whether a date stands within the words that state the relation."""
    return slots.places[match.start()] <= one.span.start <= slots.places[match.end() - 1]


def _drafts(
    reading: Reading,
    sentence: Sentence,
    slots: Slotted,
    phrase: RelationPhrase,
    match: re.Match[str],
    when: tuple[date | None, float],
) -> Iterator[Draft]:
    words = sentence.text[slots.places[match.start("v")] : slots.places[match.end("v") - 1] + 1]
    subjects = slots.within(*match.span("s"))
    objects = [reading.principal or ""] if phrase.of_document else slots.within(*match.span("o"))
    for subject in subjects:
        for object_ in objects:
            if subject != object_:
                yield Draft(
                    subject,
                    phrase.predicate,
                    sentence.span,
                    words,
                    object=object_,
                    on=when[0],
                    confidence=when[1],
                )
    if phrase.status:
        stage = _stage(phrase.status, reading.entities[subjects[0]].name)
        for object_ in objects:
            yield Draft(object_, "status", sentence.span, words, value=stage, on=when[0], confidence=when[1])


def _stage(status: str, actor: str) -> str:
    """Which chamber's committee reported decides between two stages of a US bill."""
    chamber = actor.partition(" ")[0].casefold()
    return f"{status}_{chamber}" if status == "reported" and chamber in {"house", "senate"} else status
