"""Stages of procedures in the formulas of parliamentary records: congress.gov and the Bundestag's DIP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from political_monitoring.domain.documents import Span
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.extraction.dates import find_dates, leading_day, parse_day
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.reading import Draft, Reading

_LINE = re.compile(r"[^\n]+")

# Stage -> formula. "Ordered to be Reported" and "Received in the Senate" change nothing.
_CONGRESS = tuple(
    (stage, re.compile(pattern))
    for stage, pattern in (
        ("introduced", r"\b(?:Introduced|Submitted) in (?:the )?(?:House|Senate)\b"),
        ("discharged_senate", r"\bSenate Committee on [^.;]{3,120}? discharged\b"),
        (
            "reported_house",
            r"(?<!be )\bReported (?:\([^)]{2,40}\) )?(?:adversely )?by the Committee on [^.;]{3,120}",
        ),
        ("reported_house", r"\bHouse Committee on [^.;]{3,80}? reported an original measure"),
        ("reported_senate", r"(?<!be )\bReported by Senator [\w .]{2,40}?(?= with|\.|$)"),
        (
            "reported_senate",
            r"\bCommittee on [^.;]{3,120}\. (?:Reported (?:with|without|favorably)|"
            r"Original measure reported)[^.;]{0,60}",
        ),
        ("passed_house", r"\bPassed/agreed to in House\b"),
        ("passed_senate", r"\bPassed/agreed to in Senate\b"),
        ("failed_house", r"\bFailed of passage/not agreed to in House\b"),
        ("failed_senate", r"\bFailed of passage/not agreed to in Senate\b"),
        ("resolving_differences", r"\bResolving differences -- (?:House|Senate) actions\b"),
        ("resolving_differences", r"\bConference report [^.;]{0,60}(?:filed|agreed to)\b"),
        ("presented_to_president", r"\bPresented to President\b"),
        ("signed", r"\bSigned by President\b"),
        ("became_law", r"\bBecame (?:Public|Private) Law No[.:]{0,2} ?[\d–-]+"),
        ("vetoed", r"\b(?:Pocket v|V)etoed by President\b"),
        ("veto_sustained", r"\bFailed of passage in (?:House|Senate) over veto\b"),
        ("veto_overridden", r"\bPassed (?:House|Senate) over veto\b"),
    )
)
_FULL_STOP = re.compile(r"(?<!no)(?<!No)\.(?=\s|$)")
_HEAD_OF_A_BILL = re.compile(
    r"\b(?:introduced the following (?:joint resolution|bill)|"
    r"submitted the following (?:concurrent )?resolution)\b"
)
_HEAD = 3000
# A printed bill shows that it was introduced; the record of the introduction is the better evidence.
_PRINTED = 0.8

_GERMAN_TITLE = re.compile(r"^\s*[\d.-]{8,10}\s+(?P<kind>[^„\n]{4,80}?)\s+„[^“]+“\.\s*")
_GERMAN_STEP = re.compile(r"(?:BT|BR|EK|Verkündung)\b.*?(?=\s\|\s(?:BT|BR|EK|Verkündung)\b|\Z)", re.DOTALL)
_PEOPLE = re.compile(r"\s+Beteiligte:.*", re.DOTALL)
_DECISION = r"[^|]*?Beschluss:[^|]*?"
_READING = r"BT: (?:Nachtrag: |Fortsetzung: )?"
# Kind of procedure ("" for any), stage, step of the procedure with what was decided.
_DIP = tuple(
    (kind, stage, re.compile(pattern, re.DOTALL))
    for kind, stage, pattern in (
        ("", "sent_to_bundesrat", r"BR: (?P<words>Gesetzentwurf|Gesetzesantrag|Verordnung)\b"),
        ("", "assigned_to_committees", rf"BR: BR-Sitzung{_DECISION}(?P<words>Ausschusszuweisung)"),
        (
            "",
            "submission_decided",
            rf"BR: BR-Sitzung{_DECISION}\b(?P<words>(?:erneute )?Einbringung(?: in geänderter "
            rf"Fassung)?)(?! abgelehnt)",
        ),
        ("", "submission_refused", rf"BR: BR-Sitzung{_DECISION}(?P<words>Ablehnung der Einbringung)"),
        (
            "",
            "bundesrat_first_passage",
            rf"BR: 1\. Durchgang{_DECISION}(?P<words>Stellungnahme|kein\w? Ein?wendungen|"
            rf"keine Stellungnahme|keine \w+)",
        ),
        ("", "sent_to_bundestag", r"BT: (?P<words>Gesetzentwurf)\b"),
        ("", "introduced", r"BT: (?P<words>Antrag)\b"),
        (
            "",
            "referred",
            rf"BT: [^|]*?(?P<words>\bÜberweisung)(?: gemäß|,  Urheber)|"
            rf"BT: {_DECISION}\b(?P<decided>Überweisung)\b",
        ),
        ("", "reported", r"BT: (?P<words>Beschlussempfehlung(?: und Bericht)?)\b"),
        (
            "",
            "adopted",
            rf"{_READING}(?:2\. Beratung und Schlussabstimmung|(?:[\d., und]*\b)?3\. Beratung|"
            rf"Beratung\b){_DECISION}"
            r"(?P<words>Annahme (?:der Vorlage|(?:in|der) [\w-]*[Ff]assung|der Beschlussempfehlung))",
        ),
        ("", "adopted", r"BR: (?P<words>Unterrichtung über Gesetzesbeschluss des BT)"),
        ("", "rejected", rf"BT: {_DECISION}(?P<words>Ablehnung der Vorlage)"),
        ("", "settled", rf"BT: {_DECISION}(?P<words>Erklärung der Vorlage für erledigt)"),
        ("", "withdrawn", r"B[TR]: [^|]*?(?P<words>Zurückziehung|Rücknahme (?:der Vorlage|des \w+))"),
        (
            "",
            "bundesrat_approved",
            rf"BR: (?:2\. )?Durchgang{_DECISION}\b(?<!Versagung der )(?P<words>Zustimmung)",
        ),
        (
            "",
            "bundesrat_no_mediation",
            rf"BR: (?:2\. )?Durchgang{_DECISION}(?P<words>k\w{{2,3}} Antrag auf Einberufung des "
            rf"Vermittlungsausschusses)",
        ),
        ("", "bundesrat_refused", rf"BR: (?:2\. )?Durchgang{_DECISION}(?P<words>Versagung der Zustimmung)"),
        ("", "bundesrat_refused", r"BT: (?P<words>Unterrichtung über Zustimmungsversagung durch den BR)"),
        ("", "mediation", r"B[TR]: (?P<words>Unterrichtung über Anrufung des Vermittlungsausschusses)"),
        (
            "",
            "mediation",
            rf"BR: (?:2\. )?Durchgang{_DECISION}(?P<words>\bAnrufung des Vermittlungsausschusses)",
        ),
        (
            "",
            "mediation_accepted",
            rf"BT: Abstimmung über Vermittlungsvorschlag{_DECISION}(?P<words>Annahme)",
        ),
        (
            "Gesetzgebung",
            "mediation_accepted",
            rf"BR: BR-Sitzung{_DECISION}\b(?<!Versagung der )(?P<words>Zustimmung)",
        ),
        (
            "Rechtsverordnung",
            "bundesrat_approved",
            rf"BR: BR-Sitzung{_DECISION}\b(?<!Versagung der )(?P<words>Zustimmung)",
        ),
        ("", "promulgated", r"(?P<words>Verkündung): (?:Gesetz|Verordnung) vom"),
        ("", "answered", r"BT: (?:[\w ]+/)?(?P<words>(?:Schriftliche )?Antwort)\b"),
    )
)
_IN_FORCE = re.compile(r"\bInkrafttreten:(?P<dates>[^|]*)")


@dataclass(frozen=True, slots=True)
class _Step:
    stage: str
    span: Span
    words: str
    on: date | None
    confidence: float = 1.0


def record_stages(reading: Reading) -> list[Draft]:
    """Status facts about the procedure that a record or the head of a bill is about, one for each day."""
    if reading.principal is None:
        return []
    if reading.genre is Genre.STATUTE:
        steps = list(_head_of_a_bill(reading))
    elif _GERMAN_TITLE.match(reading.document.text):
        return [
            *_latest_of_each_day(reading.principal, _german_steps(reading)),
            *_german_entry_into_force(reading),
        ]
    else:
        steps = list(_congress_steps(reading))
    return _latest_of_each_day(reading.principal, steps)


def _latest_of_each_day(subject: str, steps: Iterator[_Step] | list[_Step]) -> list[Draft]:
    stages = load_ontology().stages
    days: dict[date | None, _Step] = {}
    for step in steps:
        if step.on not in days or stages[step.stage].order > stages[days[step.on].stage].order:
            days[step.on] = step
    return [
        Draft(subject, "status", one.span, one.words, value=one.stage, on=one.on, confidence=one.confidence)
        for one in days.values()
    ]


def _head_of_a_bill(reading: Reading) -> Iterator[_Step]:
    text = reading.document.text
    if match := _HEAD_OF_A_BILL.search(text, 0, _HEAD):
        line = text.rfind("\n", 0, match.start()) + 1
        on = parse_day(text[line : match.start()]) or reading.document.date
        yield _Step(
            "introduced",
            Span(line, min(_end_of_line(text, match.end()), match.end() + 250)),
            match[0],
            on,
            _PRINTED,
        )


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _congress_steps(reading: Reading) -> Iterator[_Step]:
    text = reading.document.text
    for line in _LINE.finditer(text):
        on = leading_day(line[0]) or reading.document.date
        for stage, pattern in _CONGRESS:
            for match in pattern.finditer(text, line.start(), line.end()):
                yield _Step(
                    stage, Span(match.start(), _end_of_clause(text, match.end(), line.end())), match[0], on
                )


def _end_of_clause(text: str, at: int, limit: int) -> int:
    """End of the sentence that a formula begins: "Passed/agreed to in House: ... (Roll no. 226)"."""
    stop = _FULL_STOP.search(text, at, min(limit, at + 250))
    return stop.end() if stop else min(limit, at + 250)


def _german_steps(reading: Reading) -> Iterator[_Step]:
    text = reading.document.text
    title = _GERMAN_TITLE.match(text)
    assert title is not None  # noqa: S101 - the caller has matched it
    on = leading_day(text) or reading.document.date
    for step in _GERMAN_STEP.finditer(text, title.end()):
        words = _PEOPLE.sub("", step[0])
        for kind, stage, pattern in _DIP:
            if kind in {"", title["kind"].strip()} and (match := pattern.match(words)):
                decided = match.groupdict().get("decided") or match["words"]
                yield _Step(stage, Span(step.start(), step.start() + len(words)), decided, on)


def _german_entry_into_force(reading: Reading) -> Iterator[Draft]:
    text = reading.document.text
    on = leading_day(text) or reading.document.date
    for match in _IN_FORCE.finditer(text):
        for found in find_dates(match["dates"]):
            span = Span(match.start(), match.start("dates") + found.span.end)
            yield Draft(
                reading.principal or "",
                "enters_into_force",
                span,
                span.of(text),
                value=found.day.isoformat(),
                on=on,
            )
