"""A second round of lookups where the first one leaves a gap: bounded, and never more than one. Pure."""

import datetime as dt

from political_monitoring.answering.draft import Draft
from political_monitoring.answering.intents import Intent
from political_monitoring.answering.lookup import Findings
from political_monitoring.answering.planning import HITS, Plan, ToolCall, asked
from political_monitoring.answering.understanding import Understanding

MOST_NAMES = 3
_DATED = frozenset({Intent.STATUS, Intent.DATE, Intent.VOTE, Intent.AMOUNT})


def missing(understanding: Understanding, findings: Findings, draft: Draft) -> Plan:
    """What to look up once more, given what was found and the draft of it; empty when there is an answer.

    - Where a procedure has no dated fact of the kind asked for: passages under its other names.
    - Where a window holds nothing: what happened just before it, and just after.
    - Where nothing is about the question: the names most like those in it, and what the collection holds at all.
    """
    claims = any(statement.claim for statement in draft.statements)
    if draft.aside or claims or _has_facts(understanding, findings):
        return Plan(())
    calls = [*_other_names(understanding), *_outside_the_window(understanding), *_nearest(understanding)]
    return Plan((*calls, ToolCall("get_holdings", asked(understanding))))


def _has_facts(understanding: Understanding, findings: Findings) -> bool:
    """Whether what was asked for is recorded, even if nothing can be said of it."""
    asked = {Intent.STATUS: findings.statuses, Intent.CHANGES: findings.changes}
    return not understanding.unknown and bool(asked.get(understanding.intent))


def _other_names(understanding: Understanding) -> list[ToolCall]:
    names = [name for entity in understanding.entities[:1] for name in (entity.name, *entity.aliases)]
    if understanding.intent not in _DATED or not names:
        return []
    said = understanding.search_text.casefold()
    others = [name for name in names if name.casefold() not in said][:MOST_NAMES]
    about = {"today": understanding.day, "limit": HITS, **asked(understanding)}
    return [
        ToolCall("search", {"text": f"{name} {' '.join(understanding.words)}", **about}) for name in others
    ]


def _outside_the_window(understanding: Understanding) -> list[ToolCall]:
    since, until = understanding.since, understanding.until
    if not (since or until) or not understanding.entities:
        return []
    about = {"entity": understanding.entities[0].id, **asked(understanding)}
    calls = []
    if since and since > dt.date.min:
        before = since - dt.timedelta(days=1)
        calls.append(ToolCall("what_changed", {**about, "until": before, "as_of": None}))
    if until and until < dt.date.max:
        calls.append(ToolCall("what_changed", {**about, "since": until + dt.timedelta(days=1)}))
    return calls


def _nearest(understanding: Understanding) -> list[ToolCall]:
    if understanding.entities or not understanding.words:
        return []
    names = (" ".join(understanding.words),)
    return [ToolCall("find_nearest_names", {"names": names, "limit": MOST_NAMES})]
