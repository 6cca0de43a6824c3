"""Who did what to whom: amendments, designations, proceedings, sponsors, offices."""

import re
from collections.abc import Iterator

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity, Mention
from political_monitoring.extraction.dates import find_dates, leading_day
from political_monitoring.extraction.events import event_day, is_hypothetical
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.resolve import name_id
from political_monitoring.extraction.sentences import Sentence

_COMPANIES = frozenset({"Company"})
_CASES = frozenset({"CourtCase"})
_BODIES = frozenset({"Institution"})
_AUTHORS = frozenset({"Institution", "Party", "Committee"})

_AMENDS = (
    (
        "amends",
        re.compile(
            r"\b(?:amends|amending|would amend|ändert)\s(?:the\s|die\s)?$|\bzur Änderung (?:der|"
            r"des)\s(?:[\w-]+\s){0,3}$"
        ),
    ),
    (
        "repeals",
        re.compile(r"\b(?:repeals|repealing)\s(?:the\s)?$|\bzur Aufhebung (?:der|des)\s(?:[\w-]+\s){0,3}$"),
    ),
)
# Between two laws that one verb governs.
_ALSO = re.compile(r"^[^.;:]{0,90}?(?:,|\band|\bund)\s(?:the\s|der\s|die\s)?$")
_DESIGNATED = re.compile(
    r"\b(?:was|were|has been|have been|had been)?\s?designated\b(?P<who>[^;.]{0,80}?)\bas (?:an? |the )?"
    r"(?P<what>(?:very large online (?:platforms?|search engines?))|gatekeepers?|"
    r"strategic market status[\w ]*)|"
    r"\bdesignated (?:\w+ )?(?P<these>gatekeepers|very large online (?:platforms|search engines))\b|"
    r"\bals (?P<was>Torwächter|Gatekeeper|sehr große Online-Plattform(?:en)?) (?:benannt|eingestuft)\b"
)
_OPENED = re.compile(
    r"\b(?:opened|initiated|launched)\b[^;.]{0,30}\b(?:proceedings|investigations?|inquiry|inquiries|"
    r"probe)\b[^;.]{0,30}\b(?:against|into)\s"
    r"|\b(?:leitete|eröffnete|hat)\b[^;.]{0,80}\bVerfahren gegen\s"
)
_PRELIMINARY = re.compile(
    r"\bpreliminary (?:view|findings?)\b|\bvorläufige[nr]? (?:Feststellungen|Auffassung)\b"
)
_DISMISSED = re.compile(
    r"\b(?:dismissed|rejected)\b[^;.]{0,30}\b(?:action|appeal|application|complaint)\b|"
    r"\bwies\b[^;]*\b(?:Klage|Rechtsmittel)\b[^;]*\b(?:ab|zurück)\b"
)
_SPONSOR = re.compile(
    r"(?P<title>Mr|Ms|Mrs|Miss|Dr)\. (?P<name>[A-Z][\w’'.-]+(?:[ -](?:[A-Z]\.|"
    r"[A-Z][\w’'.-]+))*(?: of [A-Z][\w ]+?)?)(?= \(for |\s+introduced| submitted|,| and )"
)
_URHEBER = re.compile(r"B[TR]: (?:Gesetzentwurf|Gesetzesantrag|Antrag),\s+Urheber\s?:\s?(?P<who>[^|–]+)–")
_CONGRESS = re.compile(r"us-bill:(?P<congress>\d+)-(?P<kind>\w+)-\d+")


def read_relations(reading: Reading) -> tuple[list[Draft], list[Entity], list[Mention]]:
    """Relations with the entities and mentions that only they bring."""
    entities: dict[str, Entity] = {}
    mentions: list[Mention] = []
    drafts: list[Draft] = []
    if reading.genre is Genre.STATUTE:
        drafts.extend(_sponsor(reading, entities, mentions))
    elif reading.genre is Genre.RECORD:
        drafts.extend(_initiators(reading))
    else:
        for sentence in reading.sentences:
            drafts.extend(_amendments(reading, sentence))
            drafts.extend(_designations(reading, sentence))
            drafts.extend(_dismissals(reading, sentence))
            drafts.extend(_proceedings(reading, sentence, entities, mentions))
    return drafts, list(entities.values()), mentions


def _sponsor(reading: Reading, entities: dict[str, Entity], mentions: list[Mention]) -> Iterator[Draft]:
    """The member who introduced a US bill; within a congress and chamber the printed name is unique."""
    text = reading.document.text
    verb = re.search(r"\b(?:introduced|submitted) the following\b", text[:3000])
    match = _SPONSOR.search(text, text.rfind("\n", 0, verb.start()) + 1, verb.end()) if verb else None
    number = _CONGRESS.match(reading.principal or "")
    if verb is None or match is None or number is None or reading.principal is None:
        return
    chamber = "Senate" if number["kind"].startswith("s") else "House"
    name = f"{match['title']}. {match['name']}"
    sponsor = name_id("Politician", f"{number['congress']} {chamber} {match['name']}")
    entities[sponsor] = Entity(sponsor, "Politician", name, aliases=(match["name"],), jurisdiction="US")
    mentions.append(Mention(sponsor, Span(match.start(), match.end("name"))))
    days = find_dates(text[max(0, match.start() - 30) : match.start()])
    on = days[-1].day if days else reading.document.date
    yield Draft(
        sponsor, "introduces", Span(match.start(), verb.end()), verb[0], object=reading.principal, on=on
    )


def _initiators(reading: Reading) -> Iterator[Draft]:
    """Government, parliamentary groups or Länder that brought a bill in, from a German record."""
    if reading.principal is None:
        return
    on = leading_day(reading.document.text) or reading.document.date
    for match in _URHEBER.finditer(reading.document.text):
        for one in reading.named(Span(match.start("who"), match.end("who")), _AUTHORS):
            yield Draft(
                one.entity_id,
                "introduces",
                Span(match.start(), match.end("who")),
                match[0],
                object=reading.principal,
                on=on,
            )


def _amendments(reading: Reading, sentence: Sentence) -> Iterator[Draft]:
    """A law named before the verb, or the document's own, amends those named after it."""
    laws, text = reading.laws(sentence.span), reading.document.text
    verb: tuple[str, re.Match[str]] | None = None
    subject: str | None = None
    for place, law in enumerate(laws):
        previous = laws[place - 1].span.end if place else sentence.span.start
        lead = text[previous : law.span.start]
        here = next(
            ((predicate, match) for predicate, pattern in _AMENDS if (match := pattern.search(lead))), None
        )
        if here is not None:
            verb, subject = here, laws[place - 1].entity_id if place else reading.principal
        elif place and law.entity_id == laws[place - 1].entity_id:
            continue  # its number and its short name side by side
        elif verb is None or not _ALSO.search(lead):
            verb = None
            continue
        if subject is not None and subject != law.entity_id:
            predicate, match = verb
            confidence = 0.6 if "would" in match[0] else 1.0
            yield Draft(
                subject,
                predicate,
                sentence.span,
                match[0],
                object=law.entity_id,
                on=reading.document.date,
                confidence=confidence,
            )


def _designations(reading: Reading, sentence: Sentence) -> Iterator[Draft]:
    for match in _DESIGNATED.finditer(sentence.text):
        base, on = sentence.span.start, reading.document.date
        when = event_day(sentence, Span(match.start(), match.end()), find_dates(sentence.text, on), on)
        if when is None or is_hypothetical(sentence.text, match.start()):
            continue
        between = reading.named(Span(base + match.start(), base + match.end()), _COMPANIES)
        before = reading.named(Span(base, base + match.start()), _COMPANIES)
        bodies = reading.named(Span(base, base + match.start()), _BODIES)
        what = (match["what"] or match["these"] or match["was"]).removesuffix("s")
        if match["these"]:  # "designated six gatekeepers: Alphabet, ..."
            between = reading.named(Span(base + match.end(), sentence.span.end), _COMPANIES)
        for one in between or before:
            yield Draft(
                one.entity_id,
                "designated_as",
                sentence.span,
                match[0].strip(),
                value=what,
                on=when[0],
                confidence=when[1],
            )
            if between and bodies:
                yield Draft(
                    bodies[-1].entity_id,
                    "designates",
                    sentence.span,
                    match[0].strip(),
                    object=one.entity_id,
                    on=when[0],
                    confidence=when[1],
                )


def _dismissals(reading: Reading, sentence: Sentence) -> Iterator[Draft]:
    """A court case named in the sentence ends with the dismissal."""
    match, cases = _DISMISSED.search(sentence.text), reading.named(sentence.span, _CASES)
    if match is None or not cases or is_hypothetical(sentence.text, match.start()):
        return
    on = reading.document.date
    when = event_day(sentence, Span(match.start(), match.end()), find_dates(sentence.text, on), on)
    if when is not None:
        yield Draft(
            cases[0].entity_id,
            "status",
            sentence.span,
            match[0],
            value="dismissed",
            on=when[0],
            confidence=when[1],
        )


def _proceedings(
    reading: Reading, sentence: Sentence, entities: dict[str, Entity], mentions: list[Mention]
) -> Iterator[Draft]:
    """Proceedings against a company under a law: an enforcement action with a status of its own."""
    for stage, pattern in (("proceedings_opened", _OPENED), ("preliminary_findings", _PRELIMINARY)):
        match = pattern.search(sentence.text)
        if match is None or is_hypothetical(sentence.text, match.start()):
            continue
        companies, laws = reading.named(sentence.span, _COMPANIES), reading.laws(sentence.span)
        when = event_day(
            sentence,
            Span(match.start(), match.end()),
            find_dates(sentence.text, reading.document.date),
            reading.document.date,
        )
        if not companies or not laws or when is None:
            continue
        company, law = companies[0], reading.entities[laws[-1].entity_id]
        action = name_id("EnforcementAction", f"{company.entity_id.split(':', 1)[1]} under {law.id}")
        target = reading.entities[company.entity_id].name
        entities[action] = Entity(
            action,
            "EnforcementAction",
            f"Proceedings against {target} under the {law.name}",
            aliases=(f"{target} proceedings", f"{target} investigation"),
            jurisdiction=law.jurisdiction,
        )
        mentions.append(Mention(action, company.span, principal=sentence.ordinal == 0))
        yield Draft(
            action, "status", sentence.span, match[0].strip(), value=stage, on=when[0], confidence=when[1]
        )
