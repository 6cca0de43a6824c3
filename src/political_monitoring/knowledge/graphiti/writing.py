"""Adding and withdrawing documents in a group, planned in memory. The caller writes the plan, all or nothing."""

import datetime as dt
from bisect import bisect_left
from dataclasses import replace
from typing import Literal

from political_monitoring.domain.facts import Episode, Extraction, Fact
from political_monitoring.knowledge import temporal
from political_monitoring.knowledge.claims import claims_of
from political_monitoring.knowledge.graphiti.rows import uuid_of
from political_monitoring.knowledge.graphiti.state import (
    Days,
    Held,
    Pair,
    State,
    Version,
    day_of,
    days_of,
    entities_of,
    pair_of,
)
from political_monitoring.knowledge.port import Added, Retracted

_UNCHANGED = Added("unchanged", 0, 0, 0, 0)
_UNKNOWN = Retracted("unknown", 0, 0, 0)


class Write:
    """One transaction: the state before it, changed step by step, with what became new.

    Args:
        now: when it is recorded; not before anything recorded so far.
    """

    def __init__(self, group: str, state: State, now: dt.datetime) -> None:
        self.group = group
        self.state = state
        self.now = now
        self.added: list[Version] = []
        self.ended: list[Version] = []
        self.facts: dict[str, Held] = {}
        """New edges, and stored ones that changed, by uuid."""

    def add(self, episode: Episode) -> Added:
        """Add a document, or its newer version."""
        document, extraction = episode.document, episode.extraction
        live = self.state.versions.get(document.id)
        if live is not None and live.content_hash == document.content_hash:
            return _UNCHANGED
        number = self._next_event()
        unheard_of = self._unnamed(extraction)
        touched = days_of(self._end(live, number) if live is not None else ())
        uuid = uuid_of(self.group, "document", document.id, number)
        version = Version(uuid, document.id, number, document.content_hash, extraction, episode)
        self.state.versions[document.id] = version
        self.added.append(version)
        self._name(version, 1)
        facts = {fact.id: fact for fact in extraction.facts}
        for fact in facts.values():
            self._hold(version, fact)
        for pair, days in days_of(facts.values()).items():
            touched[pair] |= days
        earlier, _ = self._close(touched, version)
        state: Literal["added", "revised"] = "added" if live is None else "revised"
        return Added(state, len(episode.passages), len(unheard_of), len(facts), earlier)

    def retract(self, document_id: str) -> Retracted:
        """Withdraw a document."""
        live = self.state.versions.pop(document_id, None)
        if live is None:
            return _UNKNOWN
        facts = len(self.state.of_version[live.uuid])
        touched = days_of(self._end(live, self._next_event()))
        forgotten = self._unnamed(live.extraction)
        _, later = self._close(touched, live)
        return Retracted("retracted", facts, len(forgotten), later)

    def _next_event(self) -> int:
        self.state.number += 1
        return self.state.number

    def _end(self, version: Version, number: int) -> list[Fact]:
        """End the knowledge of a version; its facts."""
        version.ended = number
        self.ended.append(version)
        self._name(version, -1)
        ended = self.state.of_version.pop(version.uuid, [])
        for held in ended:
            held.expired_at = self.now
            self.facts[held.uuid] = held
            pair = pair_of(held.fact)
            if pair is not None and held in self.state.of_pair[pair]:
                self.state.of_pair[pair].remove(held)
        return [held.fact for held in ended]

    def _name(self, version: Version, step: int) -> None:
        """Count what a version calls its entities, or (step -1) take it back."""
        for claim in claims_of(version.extraction):
            named = self.state.named[claim.entity.id]
            named.naming.count(claim, step)
            named.changed = True
        for key in entities_of(version.extraction):
            named = self.state.named[key]
            named.changed |= not named.stored

    def _unnamed(self, extraction: Extraction) -> set[str]:
        """Those of its entities that no live document names at the moment."""
        return {one.id for one in extraction.entities if not self.state.named[one.id].naming.documents}

    def _hold(self, version: Version, fact: Fact) -> None:
        uuid = uuid_of(self.group, "fact", version.uuid, fact.id)
        held = Held(uuid, fact, version.uuid, self.now, fact.invalid_at, stored=False)
        self.facts[uuid] = held
        self.state.of_version[version.uuid].append(held)
        pair = pair_of(fact)
        if pair is not None:
            self.state.of_pair[pair].append(held)

    def _close(self, touched: Days, version: Version) -> tuple[int, int]:
        """Recompute where facts of touched days end; how many of other documents end earlier, and how many later.

        A fact whose end changes expires and is recorded anew, so that a question about what was known before
        still sees the old end.
        """
        earlier = later = 0
        for pair, days in sorted(touched.items()):
            held = list(self.state.of_pair[pair])
            reached = _with_the_day_before(days, held)
            ends = temporal.validity_ends([one.fact for one in held])
            for one, end in zip(held, ends, strict=True):
                # Of other days it is not known here what follows them.
                if end == one.end or day_of(one.fact) not in reached:
                    continue
                sooner = end is not None and (one.end is None or end < one.end)
                others = one.version != version.uuid
                earlier += sooner and others
                later += not sooner and others
                self._move_end(pair, one, end)
        return earlier, later

    def _move_end(self, pair: Pair, held: Held, end: dt.datetime | None) -> None:
        if held.recorded_at == self.now:
            held.end = end
            held.moved = held.stored
            self.facts[held.uuid] = held
            return
        copy = replace(
            held,
            uuid=uuid_of(self.group, "fact", held.version, held.fact.id, self.state.number),
            recorded_at=self.now,
            end=end,
            stored=False,
            copy_of=held.uuid,
        )
        held.expired_at = self.now
        self.facts |= {held.uuid: held, copy.uuid: copy}
        for place in (self.state.of_pair[pair], self.state.of_version[held.version]):
            if held in place:
                place[place.index(held)] = copy


def _with_the_day_before(days: set[int], held: list[Held]) -> set[int]:
    present = sorted({day for one in held if (day := day_of(one.fact)) is not None})
    return days | {present[place - 1] for day in days if (place := bisect_left(present, day))}
