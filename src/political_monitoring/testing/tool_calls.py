"""A small graph in which every tool finds something, and a call of each.

What it holds became known in three steps: the base, what came later (it says "Latecomer"), and what has been withdrawn
since (it says "Withdrawn"). So the answer of any tool tells whether it looked at the clocks.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from political_monitoring.domain.facts import Entity, Episode
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.testing.episodes import Said, episode

NOW = dt.datetime(2025, 7, 1, tzinfo=dt.UTC)
KNOWN_EARLY = dt.date(2025, 4, 1)
"""The base and what has been withdrawn since were known, what came later was not."""
WORLD_EARLY = dt.date(2025, 1, 31)
"""What came later had not happened yet."""
LATE = "latecomer"
GONE = "withdrawn"
NOTICE = "notice"
"""A document of four versions."""

COMMISSION = Entity("Institution:commission", "Institution", "Commission")
LAW = Entity("celex:1", "Regulation", "Widget Law")
OLD = Entity("celex:0", "Regulation", "Gadget Law")
FIRM = Entity("Company:firm", "Company", "Firm")
_LATE_FIRM = Entity("Company:latecomer", "Company", "Latecomer")
_GONE_FIRM = Entity("Company:withdrawn", "Company", "Withdrawn")
_LATE_LAW = Entity("Bill:latecomer act", "Bill", "Latecomer Act")
_GONE_LAW = Entity("Bill:withdrawn act", "Bill", "Withdrawn Act")

_RECORDED = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
_LATER = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
_RETRACTED = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
_DAY = dt.timedelta(days=1)

_LAW = {"entity": LAW.name}
CALLS: Mapping[str, Mapping[str, Any]] = {
    "search": {"text": "the Widget Law", "today": "2025-07-01"},
    "search_by_date_range": {"text": "the Widget Law", "since": "2025-01-01", "until": "2025-12-31"},
    "get_entity_details": _LAW,
    "get_entity_relationships": _LAW,
    "get_entity_history": _LAW,
    "get_entity_timeline": _LAW,
    "get_entity_neighbors": _LAW,
    "find_similar_entities": {"entity": FIRM.name},
    "traverse_from_entity": _LAW,
    "find_paths_between_entities": {"start": FIRM.name, "end": LAW.id},
    "analyze_entity_impact": _LAW,
    "get_organization_network": {"entity": COMMISSION.name},
    "find_concurrent_events": {"entity": OLD.name, "days": 30, "types": ["Company"]},
    "compare_timelines": {"entities": [LAW.name, OLD.name]},
    "track_policy_evolution": _LAW,
    "get_communities": {"resolution": 0.01},
    "get_community_members": {**_LAW, "resolution": 0.01},
    "get_policy_clusters": {"resolution": 0.01},
    "get_procedure_status": _LAW,
    "what_changed": _LAW,
    "who_voted": _LAW,
    "get_positions": _LAW,
    "compare_versions": {"document": NOTICE},
    "get_deadlines": {"today": "2025-07-01"},
}
"""Arguments for each tool; with them it finds something of the base, of what came later and of what was withdrawn."""


def fill(graph: KnowledgeGraph) -> None:
    """Write everything, in the order in which it became known."""
    said = "The Widget Law stands as it stood."
    first = dt.date(2025, 1, 5)
    graph.add((_notice(said, first),), _RECORDED - _DAY)
    graph.add((_notice(f"{said} The Withdrawn clause is in it.", first), _base(), _gone()), _RECORDED)
    second = dt.date(2025, 2, 10)
    graph.add((_notice(said, second),), _LATER)
    graph.add((_notice(f"{said} The Latecomer clause is in it.", second), _late()), _LATER + _DAY)
    graph.retract(("gone",), _RETRACTED)


def _notice(text: str, day: dt.date) -> Episode:
    return episode(NOTICE, text, day, title="Notice", about=(LAW,))


def _base() -> Episode:
    day = dt.date(2025, 1, 10)
    text = (
        "The Commission proposes the Widget Law. The Firm is subject to the Widget Law. The Commission fines the Firm. "
        "The Gadget Law is in force. The Widget Law amends the Gadget Law. Passed by 10 votes to 3 in the Bundestag."
    )
    return episode(
        "base",
        text,
        day,
        title="The Widget Law is proposed",
        about=(LAW,),
        said=(
            Said(LAW, "status", "proposes the Widget Law", "proposed", day),
            Said(COMMISSION, "proposes", "The Commission proposes the Widget Law", on=day, upon=LAW),
            Said(FIRM, "subject_to", "The Firm is subject to the Widget Law", on=day, upon=LAW),
            Said(COMMISSION, "fines", "The Commission fines the Firm", on=day, upon=FIRM),
            Said(OLD, "status", "The Gadget Law is in force", "in_force", dt.date(2025, 1, 25)),
            Said(LAW, "amends", "The Widget Law amends the Gadget Law", on=day, upon=OLD),
            Said(LAW, "vote_result", "Passed by 10 votes to 3 in the Bundestag", "10-3", day),
        ),
    )


def _late() -> Episode:
    said = "The Latecomer notice tells of the Widget Law"
    return _told("late", said, dt.date(2025, 2, 10), "adopted", "2026-06-06", (_LATE_FIRM, _LATE_LAW))


def _gone() -> Episode:
    said = "The Withdrawn notice tells of the Widget Law"
    return _told("gone", said, dt.date(2025, 1, 15), "in_committee", "2026-03-03", (_GONE_FIRM, _GONE_LAW))


def _told(
    document_id: str, said: str, day: dt.date, stage: str, due: str, whom: tuple[Entity, Entity]
) -> Episode:
    """A document that says the same words for whatever a tool may ask about."""
    firm, law = whom
    return episode(
        document_id,
        f"{said}.",
        day,
        title=said,
        about=(LAW,),
        said=(
            Said(LAW, "status", said, stage, day),
            Said(LAW, "applies_from", said, due, day),
            Said(LAW, "amends", said, on=day, upon=law),
            Said(firm, "subject_to", said, on=day, upon=LAW),
            Said(firm, "votes_against", said, on=day, upon=LAW),
            Said(FIRM, "opposes", said, on=day, upon=LAW),
            Said(COMMISSION, "fines", said, on=day, upon=firm),
        ),
    )
