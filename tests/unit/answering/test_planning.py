"""Which tools a question calls for."""

import datetime as dt
from dataclasses import replace

import pytest

from political_monitoring.answering.intents import Intent
from political_monitoring.answering.planning import MOST_CALLS, plan
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.facts import AsOf, Entity, Identifier
from political_monitoring.knowledge.port import Scope
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
        (Intent.STATUS, ["get_procedure_status", "search"]),
        (Intent.CHANGES, ["what_changed", "search"]),
        (Intent.DATE, ["get_procedure_status", "get_entity_history", "search"]),
        (Intent.AMOUNT, ["get_procedure_status", "get_entity_history", "search"]),
        (Intent.VOTE, ["get_entity_history", "search"]),
        (Intent.WHO, ["get_entity_relationships", "search"]),
        (Intent.CONTENT, ["search"]),
        (Intent.GENERAL, ["search"]),
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
    for call in plan(ASKED, TODAY).calls:
        assert (call.arguments["as_of"], call.arguments["known_at"]) == (ASKED.time.world, ASKED.time.known)


@pytest.mark.parametrize("intent", list(Intent))
def test_every_call_is_held_to_the_scope_asked_for(intent: Intent) -> None:
    asked = replace(ASKED, intent=intent, text="Who voted against Act One?", asks_who=True)

    calls = plan(replace(asked, scope=Scope(jurisdictions=("EU",), languages=("de",))), TODAY).calls

    assert {call.arguments["jurisdictions"] for call in calls} == {("EU",)}
    assert {call.arguments["languages"] for call in calls} == {("de",)}


def test_a_plan_is_bounded() -> None:
    many = tuple(replace(LAW, id=f"celex:{number}") for number in range(20))

    calls = plan(replace(ASKED, intent=Intent.AMOUNT, entities=many), TODAY).calls

    assert len(calls) <= MOST_CALLS
    assert calls[-1].tool == "search"


def test_for_an_amount_the_fines_are_looked_up_not_their_payer() -> None:
    payer, fine = (
        Entity("Company:x", "Company", "X"),
        Entity("EnforcementAction:x", "EnforcementAction", "X fine"),
    )

    calls = plan(replace(ASKED, intent=Intent.AMOUNT, entities=(payer, fine)), TODAY).calls

    assert {call.arguments.get("entity", fine.id) for call in calls} == {fine.id}


def test_nothing_is_looked_up_for_identifiers_nobody_knows() -> None:
    assert (
        plan(replace(ASKED, entities=(), unknown=(Identifier("us-bill", "119-hr-99999"),)), TODAY).calls == ()
    )
