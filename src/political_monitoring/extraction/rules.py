"""All rules over one document: drafts of facts, and the entities that only the rules see."""

from political_monitoring.domain.facts import Entity, Mention
from political_monitoring.extraction.effects import effect_days
from political_monitoring.extraction.fines import read_fines
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.relation_prose import stated_relations
from political_monitoring.extraction.relations import read_relations
from political_monitoring.extraction.status_prose import prose_stages
from political_monitoring.extraction.status_records import record_stages
from political_monitoring.extraction.votes import vote_results


def apply_rules(reading: Reading) -> tuple[list[Draft], list[Entity], list[Mention]]:
    """Facts to be written, with further entities and mentions.

    A statute's text tells what it would do, not what happened to it: only its head and its final provisions
    are read. A record is read by its formulas, and as prose only where it has none of them.
    """
    drafts = record_stages(reading)
    if not drafts and reading.genre is not Genre.STATUTE:
        drafts = prose_stages(reading)
    if reading.genre is not Genre.RECORD:
        drafts += effect_days(reading)
    drafts += vote_results(reading)
    if reading.genre is Genre.PROSE:
        drafts += stated_relations(reading)
    entities: list[Entity] = []
    mentions: list[Mention] = []
    families = [read_relations(reading)]
    if reading.genre is Genre.PROSE:
        families.append(read_fines(reading))
    for more, named, places in families:
        drafts += more
        entities += named
        mentions += places
    return drafts, entities, mentions
