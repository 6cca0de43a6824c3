"""People, committees and companies by form: "President ...", "... (SPD)", "Committee on ...", "... GmbH"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from political_monitoring.domain.documents import Span

_NAME_WORD = r"[A-ZÄÖÜÀ-ÞŠŽČ][\w’'-]*[a-zäöüßà-ÿşšžčć][\w’'-]*"
_PARTICLE = r"(?:von\sder|van\sder|von|van|de|der|du|la|le|den|ter|al|zu|dos|da)"
_NAME = rf"{_NAME_WORD}(?:\s(?:[A-Z]\.|{_PARTICLE}\s{_NAME_WORD}|{_NAME_WORD})){{1,3}}"
_FULL_NAME = rf"(?:Dr\.\s|Prof\.\s)*(?P<name>{_NAME})"

_ENGLISH_ROLE = (
    r"(?:(?:Executive|Senior|First)\s)?Vice[-\s]Presidents?|(?:Commission\s|Council\s|"
    r"European\sCouncil\s)?Presidents?|Prime\sMinister|"
    r"(?:Federal\s|German\s)?Chancellor|(?:EU\s)?(?:Internal\sMarket\s|Competition\s)?Commissioners?|"
    r"Senators?|Representatives?|Congressman|Congresswoman|"
    r"Speaker|(?:Home|Foreign|Commerce|Defence|Defense|Treasury|Health|Energy|Justice|"
    r"Technology)\sSecretary|Secretary\sof\sState|Attorney\sGeneral|"
    r"(?:[A-Z][a-z]+\s|[a-z]+\s)?[Mm]inister|Governor|MEPs?|MP|(?:co-)?[Rr]apporteurs?|Chair(?:man|woman)?"
)
_GERMAN_ROLE = (
    r"Bundes[a-zäöüß]*(?:minister|kanzler|präsident)(?:in)?|(?:Ministerpräsident|Kommissionspräsident|"
    r"Ratspräsident|Bundestagspräsident|Kanzler)(?:in)?|"
    r"(?:EU-|Binnenmarkt|Wettbewerbs)?[Kk]ommissar(?:in)?|(?:[A-ZÄÖÜ][a-zäöüß]+)?[Mm]inister(?:in)?|"
    r"(?:Parlamentarischer?\s)?Staatssekretär(?:in)?|"
    r"(?:[A-ZÄÖÜ]+-)?Abgeordneten?r?|Präsident(?:in)?|Berichterstatter(?:in)?|Senator(?:in)?"
)
_TITLED = re.compile(
    rf"(?<![\w-])(?P<role>(?:[A-Z]{{2,6}}\s)?(?:{_ENGLISH_ROLE}|{_GERMAN_ROLE}))\s{_FULL_NAME}(?:\s(?:and|"
    rf"und)\s(?!(?:{_ENGLISH_ROLE}|{_GERMAN_ROLE})\s)(?P<second>{_NAME}))?"
)
_ROLE_AT_START = re.compile(rf"(?:{_ENGLISH_ROLE}|{_GERMAN_ROLE})\s")
# "Nachfolger von Olaf Scholz" is not the name of a noble family.
_OF_SOMEONE = re.compile(r"\w+ von (?!der )(?=[\w’'-]+ [\w’'-]+)")
_POSSESSIVE = re.compile(r"[’']s?$")
# A role that says which office is held; the others only say what kind of work someone does.
_OFFICE = re.compile(
    r"(?i)president|präsident|minister|kanzler|chancellor|commissioner|kommissar|secretary|attorney|"
    r"speaker|governor|staatssekretär"
)

PARTIES = (
    r"CDU/CSU|CDU|CSU|SPD|FDP|AfD|DIE\sLINKE|Die\sLinke|BÜNDNIS\s90/DIE\sGRÜNEN|Bündnis\s90/Die\sGrünen|"
    r"Grüne|BSW|fraktionslos|SSW"
    r"|Parl\.\sStaatssekr\.|Staatsmin\.|Bundesmin\.|(?:Stellv\.\s)?MdBR|EVP|EPP|S&D|Renew|[RDI]-[A-Z]{2}"
)
_MEMBER = re.compile(r"\s(?:MP|MEP|MdB|MdEP)\b")
_PARTY = re.compile(rf"\s\((?P<party>{PARTIES})\)")
_NAME_BEFORE = re.compile(rf"(?<![\w-]){_FULL_NAME}$")
_NAME_AFTER = re.compile(rf",?\s{_FULL_NAME}")
_LONGEST_NAME = 70
_HEAD = (
    r"(?:[Pp]resident|[Cc]hair(?:man|woman)?|[Cc]hief\s[Ee]xecutive|[Dd]irector|"
    r"Präsident(?:in)?|Chef(?:in)?|Vorsitzende[rn]?|Leiter(?:in)?|Direktor(?:in)?)"
)
_HEADS = re.compile(
    rf"\s(?:leitet\s(?:das|die|den)\s|ist\s(?:seit\s[\w. ]{{4,20}}\s)?(?:{_HEAD}|Mitglied)\s(?:der|des|von)\s|"
    rf"(?:was|became|took\soffice\sas|has\sbeen)\s(?:(?:re-)?(?:elected|appointed)\s|sworn\sin\s)?(?:as\s)?"
    rf"(?:the\s)?{_HEAD}\sof\s)|,\s(?:the\s)?{_HEAD}\sof\s(?:the\s)?(?=[A-Z])"
)
_HEAD_OF = re.compile(rf"\b{_HEAD}\s(?:der|des)\s[A-ZÄÖÜ][\w-]+(?=,?\s[A-ZÄÖÜ])")

_COMMITTEE_WORDS = r"[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*"
_GERMAN_COMMITTEE_WORDS = r"[A-ZÄÖÜ][\w-]+(?:\s[A-ZÄÖÜ][\w-]+)*"
_COMMITTEE = re.compile(
    rf"\b(?:(?:House|Senate|Joint|Select|Special)\s)*(?:Subcommittee|"
    rf"Committee)\son\s(?:the\s)?{_COMMITTEE_WORDS}"
    rf"(?:,\s{_COMMITTEE_WORDS})*(?:,?\sand\s(?:the\s)?{_COMMITTEE_WORDS})?"
    rf"|\b(?:House|Senate)\s{_COMMITTEE_WORDS}(?:,?\sand\s{_COMMITTEE_WORDS})?\sCommittee\b"
    r"|\b(?:Gesundheits|Rechts|Innen|Finanz|Wirtschafts|Umwelt|Verkehrs|Verteidigungs|Familien|Digital|Bildungs|Europa|"
    r"Bau|Energie|Agrar|Kultur|Sport|Tourismus)ausschuss(?:es)?\b"
    rf"|\bAusschuss(?:es)?\s(?:für|der|des)\s{_GERMAN_COMMITTEE_WORDS}(?:,\s{_GERMAN_COMMITTEE_WORDS})*"
    rf"(?:\sund\s(?:für\s)?(?:den\s|die\s)?{_GERMAN_COMMITTEE_WORDS})?"
)
_FIRM = r"[A-Z][\w&.-]*(?:\s(?:&\s)?[A-Z][\w&.-]*){0,4}?"
_WITH_LEGAL_FORM = re.compile(
    rf"\b(?P<name>{_FIRM}\s(?:Ltd|Limited|LLC|Inc|Corp|plc|PLC|GmbH|AG|SE|S\.A|B\.V|N\.V)\b)(?!\sof\b)"
)
_FINED = re.compile(
    rf"\b(?:[Ff]ined|[Ff]ines)\s(?P<name>{_FIRM})(?=\s(?:€|\$|£|EUR|USD|GBP|\d|a total of|over|more than))"
)


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person shown to be one by what stands beside the name.

    Attributes:
        office: the title in front, when it is an office, else "".
        party: what stands in brackets behind, else "".
    """

    name: str
    span: Span
    office: str = ""
    party: str = ""


def find_people(
    text: str, start: int = 0, end: int | None = None, *, titled: bool = True
) -> list[NamedPerson]:
    """People whose party or (if `titled`) title shows that they are people; spans cover the bare name."""
    limit = len(text) if end is None else end
    found: dict[int, NamedPerson] = {}
    for party in _PARTY.finditer(
        text, start, limit
    ):  # the brackets are rarer than the names, so they come first
        match = _NAME_BEFORE.search(text, max(start, party.start() - _LONGEST_NAME), party.start())
        if match:
            role = _ROLE_AT_START.match(match["name"])
            first = match.start("name") + (role.end() if role else 0)
            _add(found, match, first, match.end("name"), party=party["party"])
    for match in _people_by_verb(text, start, limit) if titled else ():
        _add(found, match, match.start("name"), match.end("name"))
    for match in _TITLED.finditer(text, start, limit) if titled else ():
        office = " ".join(match["role"].split()) if _OFFICE.search(match["role"]) else ""
        _add(found, match, match.start("name"), match.end("name"), office)
        if match["second"] and (match["role"].endswith("s") or not office):
            _add(found, match, match.start("second"), match.end("second"), office)
    return [found[place] for place in sorted(found)]


def _people_by_verb(text: str, start: int, limit: int) -> Iterator[re.Match[str]]:
    """People shown by letters behind, a head's verb or a body in front: "Klaus Müller ist Präsident der ..."."""
    for verb in chain(_HEADS.finditer(text, start, limit), _MEMBER.finditer(text, start, limit)):
        if match := _NAME_BEFORE.search(text, max(start, verb.start() - _LONGEST_NAME), verb.start()):
            yield match
    for head in _HEAD_OF.finditer(text, start, limit):
        if match := _NAME_AFTER.match(text, head.end()):
            yield match


def _add(
    found: dict[int, NamedPerson],
    match: re.Match[str],
    start: int,
    end: int,
    office: str = "",
    party: str = "",
) -> None:
    words = match.string[start:end]
    if lead := _OF_SOMEONE.match(words):
        start, words = start + lead.end(), words[lead.end() :]
    words = words[: len(words) - len(tail[0])] if (tail := _POSSESSIVE.search(words)) else words
    if " " in words:
        known = found.get(start)
        found[start] = NamedPerson(
            " ".join(words.split()),
            Span(start, start + len(words)),
            office.removesuffix("s") or (known.office if known else ""),
            party or (known.party if known else ""),
        )


def find_committees(text: str, start: int = 0, end: int | None = None) -> list[tuple[str, Span]]:
    """Committees named in full, as (name, place)."""
    limit = len(text) if end is None else end
    return [
        (re.sub(r"usschusses\b", "usschuss", " ".join(match[0].split())), Span(match.start(), match.end()))
        for match in _COMMITTEE.finditer(text, start, limit)
    ]


def find_companies(text: str, start: int = 0, end: int | None = None) -> list[tuple[str, Span]]:
    """Companies shown to be such by their legal form or by being fined, as (name, place)."""
    limit = len(text) if end is None else end
    return [
        (" ".join(match["name"].split()), Span(match.start("name"), match.end("name")))
        for pattern in (_WITH_LEGAL_FORM, _FINED)
        for match in pattern.finditer(text, start, limit)
    ]
