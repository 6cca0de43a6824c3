"""What kind of answer a wording asks for."""

import datetime as dt

import pytest

from political_monitoring.answering.intents import Intent, read_intent
from political_monitoring.tools.query import read_query


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("What is the status of the AI Act?", Intent.STATUS),
        ("Where did H.Con.Res. 72 stand on 2026-02-06?", Intent.STATUS),
        ("Is the AI Act in force?", Intent.STATUS),
        ("Wie war am 2020-10-11 der Stand beim Umwelt-Rechtsbehelfsgesetz?", Intent.STATUS),
        (
            "Welchen Stand hatte das Gesetzgebungsverfahren „Cannabiskontrollgesetz“ am 2020-11-12?",
            Intent.STATUS,
        ),
        ("What happened to HJRES 105 between 2025-09-03 and 2025-12-01?", Intent.CHANGES),
        ("Was geschah mit dem Krankenhausversorgungsverbesserungsgesetz?", Intent.CHANGES),
        ("Was ist mit dem Gesetz seit 2024 passiert?", Intent.CHANGES),
        ("When did the Digital Services Act enter into force?", Intent.DATE),
        ("since when?", Intent.DATE),
        ("When did the House vote on H.R. 1?", Intent.DATE),
        ("Wann tritt das Gesetz in Kraft?", Intent.DATE),
        ("Ab wann gilt die KI-Verordnung?", Intent.DATE),
        ("How high is the fine against Google in the Android case?", Intent.AMOUNT),
        ("Wie hoch ist die Geldbuße gegen Meta?", Intent.AMOUNT),
        ("What is the fine for Apple?", Intent.AMOUNT),
        ("Which members of the House voted against HR 164 on 2025-01-15?", Intent.VOTE),
        ("Wer stimmte gegen das Gesetz?", Intent.VOTE),
        ("Who proposed the AI Act?", Intent.WHO),
        ("Wer hat den Entwurf vorgelegt?", Intent.WHO),
        ("What did the Court of Justice decide about the Privacy Shield?", Intent.GENERAL),
        ("Was regelt die KI-Verordnung?", Intent.CONTENT),
        ("What is H.R. 1503 about?", Intent.CONTENT),
        ("What does the AI Act prohibit?", Intent.CONTENT),
        ("Why was the Privacy Shield declared invalid?", Intent.REASON),
        ("Warum wurde das Gesetz aufgehoben?", Intent.REASON),
    ],
)
def test_the_wording_tells_the_kind_of_answer(text: str, intent: Intent) -> None:
    assert read_intent(read_query(text, dt.date(2026, 6, 1))) is intent
