"""What is said where nothing is claimed: that there is no evidence, which law is meant, what can be asked."""

from political_monitoring.answering.choices import principal
from political_monitoring.answering.courtesies import Courtesy
from political_monitoring.answering.draft import Statement, note
from political_monitoring.answering.lookup import Findings
from political_monitoring.answering.names import name_of
from political_monitoring.answering.quoting import plain
from political_monitoring.answering.selection import nearest
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.vocabulary import read_places
from political_monitoring.answering.wording import counted, day, place, quoted, say
from political_monitoring.domain.facts import Entity
from political_monitoring.evidence.citations import Part
from political_monitoring.extraction.identifiers import spelled
from political_monitoring.tools.holdings import PLACES, Holdings

MOST_NAMES = 3


def no_evidence(understanding: Understanding, findings: Findings) -> tuple[Statement, ...]:
    """That there is no evidence, what was searched, what the collection holds and does not, and what is nearest."""
    language = understanding.language
    if understanding.unknown:
        names = ", ".join(spelled(one) for one in understanding.unknown)
        return note(say(language, "unknown", names=names), ""), *_extent(understanding, findings)
    when = (
        say(language, "nothing_when", day=day(understanding.as_of, language)) if understanding.as_of else ""
    )
    statements = [note(say(language, "nothing", when=when), "")]
    if understanding.words:
        statements.append(note(say(language, "searched", words=" ".join(understanding.words))))
    statements += _extent(understanding, findings)
    if findings.names:
        entities = list({one.entity.id: one.entity for one in findings.names}.values())[:MOST_NAMES]
        named = "; ".join(name_of(one, "") for one in entities)
        statements.append(note(say(language, "near_names", names=named)))
    if near := nearest(understanding, findings.hits):
        hit, evidence = near
        title = say(language, "nearest", title=quoted(hit.title, language))
        statements.append(Statement((Part(title, (evidence,)), Part(".")), claim=False))
    return tuple(statements)


def _extent(understanding: Understanding, findings: Findings) -> list[Statement]:
    """What the collection holds, and which of the places and days asked about it does not cover."""
    held, language = findings.holdings, understanding.language
    if held is None or held.first is None:
        return []
    statements = [note(_held(held, understanding))]
    if held.places and (
        absent := [one for one in PLACES if one in read_places(understanding.text) - set(held.places)]
    ):
        names = ", ".join(place(one, language) for one in absent)
        statements.append(note(say(language, "holds_none", places=names)))
    asked = understanding.as_of or understanding.until
    if asked and asked.year < held.first:
        statements.append(note(say(language, "begins", year=held.first)))
    return statements


def _held(held: Holdings, understanding: Understanding) -> str:
    language = understanding.language
    years = str(held.first) if held.first == held.last else f"{held.first}–{held.last}"
    places = ", ".join(place(one, language) for one in held.places)
    return say(
        language,
        "holds",
        documents=counted(language, "document", held.documents),
        years=years,
        places=say(language, "holds_of", places=places) if places else "",
    )


def which_one(understanding: Understanding) -> tuple[Statement, ...]:
    """One short question with the candidates and their numbers."""
    language = understanding.language
    lines = [
        note(f"{number}. {_candidate(entity)}", "\n")
        for number, entity in enumerate(understanding.choices, 1)
    ]
    return note(say(language, "which_one"), ""), *lines


def _candidate(entity: Entity) -> str:
    number = principal(entity)
    spelt = spelled(number) if number else ""
    name = plain(entity.name)
    return name if not spelt or spelt in name else f"{name} – {spelt}"


def polite(understanding: Understanding, findings: Findings) -> tuple[Statement, ...]:
    """A word for a greeting or thanks; for a cry for help what can be asked, and of what."""
    language, courtesy = understanding.language, understanding.courtesy or Courtesy.GREETING
    statements = [note(say(language, courtesy), "")]
    if courtesy is Courtesy.HELP and findings.holdings and findings.holdings.first:
        statements.append(note(_held(findings.holdings, understanding)))
    return tuple(statements)
