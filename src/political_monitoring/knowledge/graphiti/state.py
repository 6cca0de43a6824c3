"""What a write works on: the stored documents, entities and facts that it touches, loaded once. No writing here."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from political_monitoring.domain.facts import Episode, Extraction, Fact
from political_monitoring.knowledge import temporal
from political_monitoring.knowledge.graphiti.naming import Naming
from political_monitoring.knowledge.graphiti.rows import FACT, columns, read_extraction, read_fact, uuid_of
from political_monitoring.knowledge.graphiti.store import Read, Row, read_moment

type Pair = tuple[str, str]
"""Subject and functional predicate: what has one value at a time."""
type Days = dict[Pair, set[int]]
"""Ordinals of days on which facts came or went."""


@dataclass(slots=True)
class Version:
    """One version of a document. `episode` is there when this write adds it."""

    uuid: str
    key: str
    number: int
    """Of the event that added it; events are counted from 1."""
    content_hash: str
    extraction: Extraction
    episode: Episode | None = None
    ended: int | None = None
    """Of the event that ended it."""
    handed: bool = False
    """Whether it was handed to Graphiti, so that something may be derived from it."""


@dataclass(slots=True, eq=False)
class Held:
    """A fact as the graph holds it, one edge; `fact` carries the end that its document states."""

    uuid: str
    fact: Fact
    version: str
    recorded_at: dt.datetime
    end: dt.datetime | None
    """Where it ends in the light of all others."""
    expired_at: dt.datetime | None = None
    stored: bool = True
    copy_of: str | None = None
    """The edge whose end it corrects."""
    moved: bool = False
    """A stored edge that gets another end without being recorded anew."""


@dataclass(slots=True)
class Named:
    """An entity's node."""

    uuid: str
    naming: Naming = field(default_factory=Naming)
    stored: bool = False
    label: str = ""
    changed: bool = False


@dataclass(slots=True)
class State:
    """The part of a group that a write touches."""

    recorded_at: dt.datetime
    number: int
    versions: dict[str, Version] = field(default_factory=dict)
    """Live ones by the document's id."""
    named: dict[str, Named] = field(default_factory=dict)
    """By the entity's id."""
    of_pair: dict[Pair, list[Held]] = field(default_factory=lambda: defaultdict(list))
    """Live facts of functional predicates, of the days that are touched and the nearest ones on both sides."""
    of_version: dict[str, list[Held]] = field(default_factory=lambda: defaultdict(list))
    """Live facts of versions that may end with this write."""


def load_state(read: Read, group: str, episodes: Sequence[Episode], withdrawn: Sequence[str]) -> State:
    """What is stored of the documents that come or go, and of all that they speak of."""
    state = _counters(read, group)
    hashes: dict[str, set[str]] = defaultdict(set)
    for episode in episodes:
        hashes[episode.document.id].add(episode.document.content_hash)
    state.versions = _versions(read, group, [*hashes, *withdrawn])
    ending = [version for version in state.versions.values() if hashes[version.key] != {version.content_hash}]
    _load_extractions(read, ending)
    extractions = [*(one.extraction for one in episodes), *(one.extraction for one in ending)]
    state.named = _named(read, group, {key for one in extractions for key in entities_of(one)})
    held: dict[str, Held] = {}
    touched = days_of(fact for one in extractions for fact in one.facts)
    for row in _facts(read, "pair", "e.valid_day IN row.days", _neighbouring(read, group, touched)):
        held[row["uuid"]] = one = _held(row)
        state.of_pair[one.fact.subject, one.fact.predicate].append(one)
    for row in _facts(read, "version", "true", [{"version": version.uuid} for version in ending]):
        state.of_version[row["version"]].append(held.get(row["uuid"]) or _held(row))
    return state


def pair_of(fact: Fact) -> Pair | None:
    """What a fact says the one value of; None when values stand side by side."""
    return (fact.subject, fact.predicate) if temporal.is_functional(fact.predicate) else None


def day_of(fact: Fact) -> int | None:
    """The ordinal of the day in UTC on which a fact begins to hold."""
    return None if fact.valid_at is None else fact.valid_at.astimezone(dt.UTC).toordinal()


def days_of(facts: Iterable[Fact]) -> Days:
    """Days on which functional facts begin; undated ones end nothing and are not ended."""
    days: Days = defaultdict(set)
    for fact in facts:
        pair, day = pair_of(fact), day_of(fact)
        if pair is not None and day is not None:
            days[pair].add(day)
    return days


def entities_of(extraction: Extraction) -> set[str]:
    """Every entity that is named in any way."""
    spoken_of = {key for fact in extraction.facts for key in (fact.subject, fact.object) if key}
    return (
        spoken_of | {one.id for one in extraction.entities} | {one.entity_id for one in extraction.mentions}
    )


def _counters(read: Read, group: str) -> State:
    (row,) = read(
        "MATCH (w:Workspace {group_id: $group}) RETURN w.recorded_at AS recorded_at, w.number AS number",
        group=group,
    )
    return State(read_moment(row["recorded_at"]) or dt.datetime.min.replace(tzinfo=dt.UTC), row["number"])


def _versions(read: Read, group: str, keys: list[str]) -> dict[str, Version]:
    found = read(
        "UNWIND $keys AS key MATCH (d:SourceDocument {key: key}) WHERE d.group_id = $group "
        "RETURN DISTINCT d.uuid AS uuid, d.key AS key, d.number AS number, d.content_hash AS content_hash, "
        "d.handed_at IS NOT NULL AS handed",
        keys=keys,
        group=group,
    )
    return {row["key"]: Version(**row, extraction=Extraction()) for row in found}


def _load_extractions(read: Read, versions: list[Version]) -> None:
    found = read(
        "UNWIND $uuids AS uuid MATCH (d:SourceDocument {uuid: uuid}) "
        "RETURN d.uuid AS uuid, d.extraction AS extraction",
        uuids=[one.uuid for one in versions],
    )
    records = {row["uuid"]: row["extraction"] for row in found}
    for one in versions:
        one.extraction = read_extraction(records[one.uuid])


def _named(read: Read, group: str, keys: set[str]) -> dict[str, Named]:
    uuids = {uuid_of(group, "entity", key): key for key in sorted(keys)}
    found = read(
        "UNWIND $uuids AS uuid MATCH (n:Entity {uuid: uuid}) "
        "RETURN n.uuid AS uuid, n.namings AS namings, n.type AS type",
        uuids=list(uuids),
    )
    named = {key: Named(uuid) for uuid, key in uuids.items()}
    for row in found:
        # A client of Graphiti's may have saved the node without what it does not know.
        naming = Naming.from_json(row["namings"]) if row["namings"] else Naming()
        named[uuids[row["uuid"]]] = Named(row["uuid"], naming, stored=True, label=row["type"])
    return named


def _neighbouring(read: Read, group: str, touched: Days) -> list[Row]:
    """Of each pair the touched days with the nearest days that have facts, before and after.

    A fact's end depends on the facts of its day and on where the next day with a fact begins, so a change on
    one day reaches that day and the one before it, however long the series is.
    """
    uuids = {uuid_of(group, "pair", *pair): days for pair, days in touched.items()}
    found = read(
        "UNWIND $pairs AS pair MATCH ()-[e:RELATES_TO {pair: pair}]->() "
        "WHERE e.expired_at IS NULL AND e.valid_day IS NOT NULL RETURN DISTINCT pair, e.valid_day AS day",
        pairs=list(uuids),
    )
    stored: dict[str, list[int]] = defaultdict(list)
    for row in sorted(found, key=lambda row: row["day"]):
        stored[row["pair"]].append(row["day"])
    rows = []
    for uuid, days in uuids.items():
        near = set(days)
        for day in days:
            near |= {*stored[uuid][: bisect_left(stored[uuid], day)][-1:]}
            near |= {*stored[uuid][bisect_right(stored[uuid], day) :][:1]}
        rows.append({"pair": uuid, "days": sorted(near)})
    return rows


def _facts(read: Read, indexed: str, condition: str, wanted: list[Row]) -> list[Row]:
    if not wanted:
        return []
    return read(
        f"UNWIND $rows AS row MATCH ()-[e:RELATES_TO {{{indexed}: row.{indexed}}}]->() "
        f"WHERE e.expired_at IS NULL AND {condition} RETURN {columns('e', FACT)}, "
        "e.subject AS subject_id, e.object AS object_id ORDER BY e.number",
        rows=wanted,
    )


def _held(row: Row) -> Held:
    fact = read_fact(row, {})
    if fact.recorded_at is None:
        raise ValueError(f"the edge {row['uuid']} has no time of recording")
    return Held(
        uuid=row["uuid"],
        fact=replace(fact, invalid_at=read_moment(row["stated_end"]), recorded_at=None),
        version=row["version"],
        recorded_at=fact.recorded_at,
        end=fact.invalid_at,
    )
