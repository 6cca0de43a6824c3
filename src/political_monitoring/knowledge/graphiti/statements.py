"""A planned write in the words of Cypher. Nodes and edges have Graphiti's labels and properties, and ours beside."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import batched

from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Entity
from political_monitoring.knowledge.claims import implied_mentions
from political_monitoring.knowledge.graphiti import rows
from political_monitoring.knowledge.graphiti.state import Held, Named, Version, day_of, pair_of
from political_monitoring.knowledge.graphiti.store import GraphStore, Row, Statement
from political_monitoring.knowledge.graphiti.vectors import Encoder, encode
from political_monitoring.knowledge.graphiti.writing import Write
from political_monitoring.knowledge.names import join_words, split_words
from political_monitoring.knowledge.vectors import passage_text

_ROWS_AT_ONCE = 5_000

INDICES = (
    *(
        f"CREATE INDEX FOR (n:{label}) ON (n.{name})"
        for label in ("SourceDocument", "PastDocument")
        for name in ("uuid", "key")
    ),
    *(f"CREATE INDEX FOR (n:Passage) ON (n.{name})" for name in ("uuid", "version")),
    *(f"CREATE INDEX FOR (n:EntityName) ON (n.{name})" for name in ("entity", "squashed")),
    *(f"CREATE INDEX FOR (n:EntityIdentifier) ON (n.{name})" for name in ("entity", "folded", "scheme")),
    *(f"CREATE INDEX FOR ()-[e:RELATES_TO]-() ON (e.{name})" for name in ("pair", "version")),
)
"""Ours, beside Graphiti's own."""


class Statements:
    """What a write changes in the database. With an encoder every passage, name and fact gets its vector."""

    def __init__(self, store: GraphStore, write: Write, encoder: Encoder | None) -> None:
        self._store = store
        self._group = store.group
        self._write = write
        self._encoder = encoder

    def all(self) -> Sequence[Statement]:
        """In an order in which each finds what it refers to; none when nothing changed."""
        write = self._write
        if not write.added and not write.ended:
            return ()
        return (
            self._counters(),
            *self._end_versions(),
            *self._documents(),
            *self._passages(),
            *self._entities(),
            *self._lookups(),
            *self._mentions(),
            *self._changed_facts(),
            *self._new_facts(),
        )

    def _counters(self) -> Statement:
        return Statement(
            "MATCH (w:Workspace {group_id: $group}) SET w.recorded_at = $now, w.number = $number",
            {"group": self._group, "now": self._write.now, "number": self._write.state.number},
        )

    def _end_versions(self) -> Iterator[Statement]:
        """Graphiti's clients no longer see an ended version; its passages stay for questions about the past."""
        ended = [{"uuid": one.uuid, "ended": one.ended} for one in self._write.ended if one.episode is None]
        if ended:
            given = {"rows": ended, "now": self._write.now}
            yield Statement(
                "UNWIND $rows AS row MATCH (d:SourceDocument {uuid: row.uuid}) "
                "REMOVE d:Episodic REMOVE d:SourceDocument "
                "SET d:PastDocument SET d.expired_at = $now, d.ended = row.ended",
                given,
            )
            yield Statement(
                "UNWIND $rows AS row MATCH (p:Passage {version: row.uuid}) SET p.expired_at = $now", given
            )

    def _documents(self) -> Iterator[Statement]:
        for labels, past in (("Episodic:SourceDocument", False), ("PastDocument", True)):
            added = [self._document(one) for one in self._write.added if (one.ended is not None) == past]
            yield from _in_rows(f"UNWIND $rows AS row CREATE (d:{labels}) SET d = row", added)

    def _document(self, version: Version) -> Row:
        edges = [
            one.uuid for one in self._write.facts.values() if one.version == version.uuid and not one.copy_of
        ]
        return {
            **rows.document_properties(_document_of(version)),
            "uuid": version.uuid,
            "group_id": self._group,
            "created_at": self._write.now,
            "entity_edges": edges,
            "extraction": rows.extraction_record(version.extraction),
            "number": version.number,
            "ended": version.ended,
            "expired_at": self._expired(version),
        }

    def _expired(self, version: Version) -> dt.datetime | None:
        return None if version.ended is None else self._write.now

    def _passages(self) -> Iterator[Statement]:
        found = [(one, part) for one in self._write.added if one.episode for part in one.episode.passages]
        titles = [_document_of(version).title for version, _ in found]
        vectors, dimensions = encode(
            self._encoder,
            [
                passage_text(title, part.heading, part.text)
                for title, (_, part) in zip(titles, found, strict=True)
            ],
        )
        made = [
            {
                "vector": vector,
                "properties": {
                    **rows.declared_properties(_document_of(version)),
                    "uuid": rows.uuid_of(self._group, "passage", version.uuid, part.ordinal),
                    "group_id": self._group,
                    "version": version.uuid,
                    "created_at": self._write.now,
                    "expired_at": self._expired(version),
                    "title": title,
                    "url": _document_of(version).url,
                    "ordinal": part.ordinal,
                    "begins": part.span.start,
                    "ends": part.span.end,
                    "heading": part.heading,
                    "text": part.text,
                    "words": join_words(f"{part.heading} {part.text}"),
                    "title_words": join_words(title),
                    "dimensions": dimensions,
                },
            }
            for title, (version, part), vector in zip(titles, found, vectors, strict=True)
        ]
        yield from _in_rows(
            "UNWIND $rows AS row CREATE (p:Passage) SET p = row.properties "
            f"SET p.embedding = {self._store.vector('row.vector')}",
            made,
        )

    def _entities(self) -> Iterator[Statement]:
        changed = [(key, one) for key, one in self._write.state.named.items() if one.changed]
        entities = [one.naming.entity(key) for key, one in changed]
        vectors, dimensions = encode(self._encoder, [one.name for one in entities])
        by_clause: dict[str, list[Row]] = defaultdict(list)
        for (_, named), entity, vector in zip(changed, entities, vectors, strict=True):
            by_clause[_clause(named, entity)].append({"vector": vector, **self._entity(named, entity)})
        for clause, made in by_clause.items():
            yield from _in_rows(
                f"UNWIND $rows AS row {clause} SET n += row.properties "
                f"SET n.name_embedding = {self._store.vector('row.vector')}, n.dimensions = $dimensions",
                made,
                dimensions=dimensions,
            )

    def _entity(self, named: Named, entity: Entity) -> Row:
        identifiers = [str(one) for one in entity.identifiers]
        # Graphiti searches names and summaries: what else the entity is called belongs there.
        summary = "; ".join(filter(None, (entity.type, ", ".join(entity.aliases), ", ".join(identifiers))))
        properties: Row = {
            "uuid": named.uuid,
            "group_id": self._group,
            "name": entity.name,
            "summary": summary,
            "key": entity.id,
            # What nobody names any more keeps its type: the past can be asked for by it.
            "type": entity.type or named.label,
            "jurisdiction": entity.jurisdiction,
            "identifiers": identifiers,
            "aliases": list(entity.aliases),
            "namings": named.naming.to_json(),
            "uses": named.naming.uses(),
            "live": named.naming.documents > 0,
        }
        if not named.stored:
            properties["created_at"] = self._write.now
        return {"uuid": named.uuid, "properties": properties}

    def _lookups(self) -> Iterator[Statement]:
        """Names and identifiers as nodes of their own, so that an index finds them."""
        names, identifiers, stored = [], [], []
        for named in self._write.state.named.values():
            if not named.changed:
                continue
            common = {"group_id": self._group, "entity": named.uuid}
            if named.stored:
                stored.append(common)
            for name in named.naming.names:
                words = split_words(name)
                names.append({**common, "folded": " ".join(words), "squashed": "".join(words)})
            for one in named.naming.identifiers:
                value = {"scheme": one.scheme, "value": one.value, "folded": one.value.casefold()}
                identifiers.append({**common, **value})
        for label, made in (("EntityName", names), ("EntityIdentifier", identifiers)):
            yield from _in_rows(
                f"UNWIND $rows AS row MATCH (x:{label} {{entity: row.entity}}) DELETE x", stored
            )
            yield from _in_rows(f"UNWIND $rows AS row CREATE (x:{label}) SET x = row", made)

    def _mentions(self) -> Iterator[Statement]:
        made = []
        for version in self._write.added:
            extraction = version.extraction
            mentions = (*extraction.mentions, *implied_mentions(extraction))
            principal = {one.entity_id for one in mentions if one.principal}
            for key in sorted({one.entity_id for one in mentions}):
                made.append(
                    {
                        "episode": version.uuid,
                        "entity": self._write.state.named[key].uuid,
                        "uuid": rows.uuid_of(self._group, "mention", version.uuid, key),
                        "principal": key in principal,
                    }
                )
        for label, past in (("SourceDocument", False), ("PastDocument", True)):
            ended = {one.uuid for one in self._write.added if (one.ended is not None) == past}
            yield from _in_rows(
                f"UNWIND $rows AS row MATCH (d:{label} {{uuid: row.episode}}) "
                "MATCH (n:Entity {uuid: row.entity}) CREATE (d)-[m:MENTIONS]->(n) "
                "SET m.uuid = row.uuid, m.principal = row.principal, m.group_id = $group, m.created_at = $now",
                [one for one in made if one["episode"] in ended],
                group=self._group,
                now=self._write.now,
            )

    def _changed_facts(self) -> Iterator[Statement]:
        facts = self._write.facts.values()
        by_uuid = "UNWIND $rows AS row MATCH (s)-[e:RELATES_TO {uuid: row.uuid}]->(o) "
        yield from _in_rows(
            f"{by_uuid} CREATE (s)-[f:RELATES_TO]->(o) SET f = properties(e) "
            "SET f.uuid = row.copy, f.invalid_at = row.end, f.created_at = $now, f.expired_at = row.expired",
            [
                {"uuid": one.copy_of, "copy": one.uuid, "end": one.end, "expired": one.expired_at}
                for one in facts
                if one.copy_of and not one.stored
            ],
            now=self._write.now,
        )
        yield from _in_rows(
            f"{by_uuid} SET e.invalid_at = row.end",
            [{"uuid": one.uuid, "end": one.end} for one in facts if one.moved],
        )
        yield from _in_rows(
            f"{by_uuid} SET e.expired_at = $now",
            [{"uuid": one.uuid} for one in facts if one.stored and one.expired_at],
            now=self._write.now,
        )

    def _new_facts(self) -> Iterator[Statement]:
        documents = {one.uuid: one for one in self._write.added}
        new = [one for one in self._write.facts.values() if not one.stored and not one.copy_of]
        texts = [self._told(one) for one in new]
        vectors, dimensions = encode(self._encoder, texts)
        made = []
        for held, text, vector in zip(new, texts, vectors, strict=True):
            named = self._write.state.named
            source = named[held.fact.subject].uuid
            # A literal is an edge from the subject to itself: a node for each value would join all that share
            # it, and a path over "passed_house" says nothing.
            target = named[held.fact.object].uuid if held.fact.object else source
            properties = self._fact(held, documents[held.version], text)
            made.append({"source": source, "target": target, "vector": vector, "properties": properties})
        yield from _in_rows(
            "UNWIND $rows AS row MATCH (s:Entity {uuid: row.source}) MATCH (o:Entity {uuid: row.target}) "
            "CREATE (s)-[e:RELATES_TO]->(o) SET e = row.properties "
            f"SET e.fact_embedding = {self._store.vector('row.vector')}, e.dimensions = $dimensions",
            made,
            dimensions=dimensions,
        )

    def _fact(self, held: Held, version: Version, text: str) -> Row:
        fact, pair = held.fact, pair_of(held.fact)
        return {
            **rows.declared_properties(_document_of(version)),
            **rows.fact_properties(fact),
            "uuid": held.uuid,
            "group_id": self._group,
            "fact": text,
            "episodes": [version.uuid],
            "created_at": held.recorded_at,
            "expired_at": held.expired_at,
            "invalid_at": held.end,
            "stated_end": fact.invalid_at,
            "version": version.uuid,
            "number": version.number,
            "subject": fact.subject,
            "pair": rows.uuid_of(self._group, "pair", *pair) if pair else None,
            "valid_day": day_of(fact),
        }

    def _told(self, held: Held) -> str:
        """A fact as a sentence for Graphiti's search: who, what, and the words that say so."""
        fact, named = held.fact, self._write.state.named
        subject = named[fact.subject].naming.entity(fact.subject).name
        about = (
            named[fact.object].naming.entity(fact.object).name
            if fact.object
            else fact.words or fact.value or ""
        )
        return f"{subject} {fact.predicate.replace('_', ' ')} {about}: {fact.evidence.quote}"


def _document_of(version: Version) -> Document:
    if version.episode is None:
        raise ValueError(f"version {version.uuid} is stored already")
    return version.episode.document


def _clause(named: Named, entity: Entity) -> str:
    """How the node is found or made; its type is a label, as in Graphiti, where it can be one."""
    label = rows.label(entity.type or named.label)
    if not named.stored:
        return f"CREATE (n:Entity{label and f':{label}'})"
    before = rows.label(named.label)
    change = "" if before == label else f"{before and f' REMOVE n:{before}'}{label and f' SET n:{label}'}"
    return f"MATCH (n:Entity {{uuid: row.uuid}}){change}"


def _in_rows(cypher: str, made: Sequence[Row], **parameters: object) -> Iterator[Statement]:
    for part in batched(made, _ROWS_AT_ONCE):
        yield Statement(cypher, {"rows": list(part), **parameters})
