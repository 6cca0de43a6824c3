"""System messages ask for a style; an answer in that style says the same sentences, or fewer."""

import pytest

from political_monitoring.answering.conversation import Message, Style
from political_monitoring.answering.draft import Statement, note
from political_monitoring.answering.style import in_style, wanted_style
from political_monitoring.evidence.citations import Part


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("You are a helpful assistant.", None),
        ("Be brief.", "brief"),
        ("Please answer concisely, in one sentence.", "brief"),
        ("Antworte kurz und auf Deutsch.", "brief"),
        ("Fasse dich in kurzen Antworten knapp.", "brief"),
        ("Give detailed answers.", "detailed"),
        ("Antworte ausführlich.", "detailed"),
        ("Use bullet points.", "bullets"),
        ("Antworte in Stichpunkten, kurz.", "bullets"),
        ("Do not use bullet points.", None),
        ("Don't be brief; be thorough.", "detailed"),
        ("Bitte keine Stichpunkte.", None),
        ("This briefing room is shortlisted.", None),
    ],
)
def test_the_style_asked_for(text: str, style: Style | None) -> None:
    assert wanted_style([Message("system", text), Message("user", "Answer in bullet points!")]) == style


def test_the_last_word_counts() -> None:
    messages = [Message("system", "Be brief."), Message("developer", "Answer in detail.")]
    assert wanted_style(messages) == "detailed"


def claim(text: str, before: str = " ", essential: bool = False) -> Statement:
    return Statement((Part(text),), before, essential=essential)


def told(statements: list[Statement], style: Style | None) -> str:
    return "".join(
        one.before + "".join(part.text for part in one.parts) for one in in_style(statements, style)
    ).strip()


SENTENCES = [claim("In force."), claim("Before: adopted."), note("Also:", "\n\n"), claim("- “Quoted.”", "\n")]
LIST = [
    note("What happened:", ""),
    claim("- first", "\n"),
    claim("- last", "\n"),
    note("2 are left out.", "\n\n"),
]


@pytest.mark.parametrize("style", [None, "detailed"])
def test_everything_is_said_unless_less_is_wanted(style: Style | None) -> None:
    assert told(SENTENCES, style) == "In force. Before: adopted.\n\nAlso:\n- “Quoted.”"


def test_brief_is_the_first_claim_or_the_newest_of_a_list() -> None:
    assert told(SENTENCES, "brief") == "In force."
    assert told(LIST, "brief") == "What happened:\n- last"


def test_a_contradiction_is_never_left_out() -> None:
    statements = [claim("Fined 5."), claim("Some more."), claim("The sources contradict.", essential=True)]
    assert told(statements, "brief") == "Fined 5. The sources contradict."


def test_what_claims_nothing_stays_whole() -> None:
    nothing = [note("No evidence.", ""), note("Searched for: x.")]
    assert told(nothing, "brief") == "No evidence. Searched for: x."


def test_bullets_are_a_line_for_each_claim() -> None:
    assert told(SENTENCES, "bullets") == "- In force.\n- Before: adopted.\n\nAlso:\n- “Quoted.”"
