"""What every backend refuses to store or to be asked: moments without a place in time, words without a text."""

import datetime as dt
from collections.abc import Iterator

from political_monitoring.domain.facts import Episode, Fact
from political_monitoring.errors import UnsoundEpisode, UserError
from political_monitoring.knowledge.port import FactQuery, SearchQuery

HALF_A_CHARACTER = "the question holds half of a character (a lone surrogate): leave it out"


def refuse_unsound(episode: Episode) -> None:
    """Let an episode pass only if everything in it can be true of its document.

    Raises:
        UnsoundEpisode: one sentence about the first thing that cannot.
    """
    problem = next(_problems(episode), None)
    if problem is not None:
        raise UnsoundEpisode(f"document {_short(episode.document.id)} is not written: {problem}")


def refuse_unclear(query: FactQuery | SearchQuery) -> None:
    """Let a question pass only if its times are moments and its words are text.

    Raises:
        UserError: a time has no zone or lies outside of the calendar in UTC, or half of a character is asked for.
    """
    if isinstance(query, SearchQuery) and not _storable(query.text):
        raise UserError(HALF_A_CHARACTER)
    moments = [("world", query.time.world), ("known", query.time.known)]
    if isinstance(query, FactQuery):
        moments += [("recorded_since", query.recorded_since), ("recorded_until", query.recorded_until)]
        moments += [("forgotten_by", query.forgotten_by)]
    for name, moment in moments:
        if moment is not None:
            in_utc(moment, name)


def in_utc(moment: dt.datetime, name: str) -> dt.datetime:
    """The moment in UTC.

    Raises:
        UserError: it has no zone, or lies outside of the years 1 to 9999.
    """
    problem = _misplaced(moment)
    if problem:
        raise UserError(f"the time {name} {problem}")
    return moment.astimezone(dt.UTC)


def _problems(episode: Episode) -> Iterator[str]:
    document, extraction = episode.document, episode.extraction
    if not all(map(_storable, _texts(episode))):
        yield "a text in it holds half of a character (a lone surrogate), which no store can keep"
    seen = set()
    for passage in episode.passages:
        if passage.document_id != document.id or passage.span.of(document.text) != passage.text:
            yield f"passage {passage.ordinal} is not the document's text at its place"
        if passage.ordinal in seen:
            yield f"there are two passages {passage.ordinal}"
        seen.add(passage.ordinal)
    for mention in extraction.mentions:
        if mention.span.end > len(document.text):
            yield f"the mention of {_short(mention.entity_id)} lies behind the end of the text"
    passages = {passage.id for passage in episode.passages}
    for fact in extraction.facts:
        for problem in _problems_of_fact(fact, episode, passages):
            yield f"fact {_short(fact.id)} {problem}"


def _problems_of_fact(fact: Fact, episode: Episode, passages: set[str]) -> Iterator[str]:
    for name, moment in (("valid_at", fact.valid_at), ("invalid_at", fact.invalid_at)):
        if moment is not None and (problem := _misplaced(moment)):
            yield f"has a time {name} that {problem}"
            return
    if fact.valid_at and fact.invalid_at and fact.invalid_at < fact.valid_at:
        yield f"ends ({fact.invalid_at.isoformat()}) before it begins ({fact.valid_at.isoformat()})"
    if not 0 <= fact.confidence <= 1:
        yield f"has the confidence {fact.confidence}, which is not in 0..1"
    evidence = fact.evidence
    if evidence.document_id != episode.document.id or evidence.passage_id not in passages:
        yield "cites another document or a passage that is not there"
    elif evidence.span.of(episode.document.text) != evidence.quote:
        yield "quotes words that do not stand at their place in the text"


def _misplaced(moment: dt.datetime) -> str:
    if moment.utcoffset() is None:
        return f"has no time zone ({moment.isoformat()})"
    try:
        moment.astimezone(dt.UTC)
    except OverflowError:
        return f"lies outside of the years 1 to 9999 in UTC ({moment.isoformat()})"
    return ""


def _texts(episode: Episode) -> Iterator[str]:
    document = episode.document
    yield from (document.id, document.title, document.text, document.content_hash, document.source)
    yield from (document.url or "", document.language, document.media_type, document.kind)
    yield from (document.jurisdiction, *document.warnings, *(one.text for one in document.headings))
    yield from (passage.heading for passage in episode.passages)
    for entity in episode.extraction.entities:
        yield from (entity.id, entity.type, entity.name, entity.jurisdiction, *entity.aliases)
        yield from (part for one in entity.identifiers for part in (one.scheme, one.value))
    yield from (mention.entity_id for mention in episode.extraction.mentions)
    yield from episode.extraction.warnings
    for fact in episode.extraction.facts:
        yield from (fact.id, fact.subject, fact.predicate, fact.object or "", fact.value or "", fact.words)


def _storable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _short(name: str) -> str:
    return repr(name if len(name) <= 80 else f"{name[:80]}…")
