"""Which tools a question calls for."""

import datetime as dt
from dataclasses import replace

import pytest

from political_monitoring.answering.intents import Intent
from political_monitoring.answering.planning import MOST_CALLS, plan
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.facts import AsOf, Entity, Identifier
from political_monitoring.tools.registry import TOOLS

TODAY = dt.date(2026, 6, 1)
LAW = Entity("celex:1", "Regulation", "Act One", (Identifier("celex", "1"),))
ASKED = Understanding(
    text="Act One?",
    intent=Intent.STATUS,
    entities=(LAW,),
    unknown=(),
    words=("Act", "One"),
    search_text="Act One?",
    time=AsOf.on(dt.date(2024, 1, 1)),
    since=dt.date(2023, 1, 1),
    until=dt.date(2023, 12, 31),
    language="en",
    day=dt.date(2024, 12, 31),
)


@pytest.mark.parametrize(
    ("intent", "tools"),
    [
        (Intent.STATUS, ["procedure_status", "find_passages"]),
        (Intent.CHANGES, ["what_changed", "find_passages"]),
        (Intent.DATE, ["procedure_status", "facts_about", "find_passages"]),
        (Intent.AMOUNT, ["procedure_status", "facts_about", "find_passages"]),
        (Intent.VOTE, ["facts_about", "find_passages"]),
        (Intent.WHO, ["acts_upon", "find_passages"]),
        (Intent.CONTENT, ["find_passages"]),
        (Intent.GENERAL, ["find_passages"]),
    ],
)
def test_each_kind_of_question_has_its_tools(intent: Intent, tools: list[str]) -> None:
    assert [call.tool for call in plan(replace(ASKED, intent=intent), TODAY).calls] == tools


@pytest.mark.parametrize("intent", list(Intent))
def test_every_call_fits_its_tools_signature(intent: Intent) -> None:
    for call in plan(replace(ASKED, intent=intent), TODAY).calls:
        assert set(call.arguments) <= set(TOOLS[call.tool].parameters["properties"])
        assert set(TOOLS[call.tool].parameters.get("required", [])) <= set(call.arguments)


def test_every_call_carries_the_time_asked_about() -> None:
    assert all(call.arguments["time"] == ASKED.time for call in plan(ASKED, TODAY).calls)


def test_a_plan_is_bounded() -> None:
    many = tuple(replace(LAW, id=f"celex:{number}") for number in range(20))

    calls = plan(replace(ASKED, intent=Intent.AMOUNT, entities=many), TODAY).calls

    assert len(calls) <= MOST_CALLS
    assert calls[-1].tool == "find_passages"


def test_for_an_amount_the_fines_are_looked_up_not_their_payer() -> None:
    payer, fine = (
        Entity("Company:x", "Company", "X"),
        Entity("EnforcementAction:x", "EnforcementAction", "X fine"),
    )

    calls = plan(replace(ASKED, intent=Intent.AMOUNT, entities=(payer, fine)), TODAY).calls

    assert {call.arguments.get("entity_id", fine.id) for call in calls} == {fine.id}


def test_nothing_is_looked_up_for_identifiers_nobody_knows() -> None:
    assert (
        plan(replace(ASKED, entities=(), unknown=(Identifier("us-bill", "119-hr-99999"),)), TODAY).calls == ()
    )
