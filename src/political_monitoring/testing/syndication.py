"""What publishers do to a report that they bring again, and what makes another report of it. Seeded.

`syndicate` makes documents that repeat theirs; `alter` makes documents that look the same and say something else.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from random import Random

from political_monitoring.documents.sentences import split_sentences
from political_monitoring.domain.documents import Document

_HEADLINES = {
    "en": (
        "What to know about today's decision",
        "Brussels and beyond: the news in brief",
        "EXCLUSIVE: the full story",
    ),
    "de": (
        "Das müssen Sie wissen",
        "Aus dem Parlament: die Nachrichten",
        "Die Meldung des Tages im Überblick",
    ),
}
_BYLINES = {
    "en": ("By our correspondent", "By Jane Miller and Tom Hart", "Staff writer, Public Affairs Desk"),
    "de": ("Von Anna Beispiel", "Von unserer Korrespondentin", "Redaktion Politik"),
}
_PLACES = {
    "en": ("BRUSSELS", "WASHINGTON", "LONDON", "STRASBOURG", "LUXEMBOURG"),
    "de": ("Berlin", "Brüssel", "BERLIN", "Straßburg"),
}
_AGENCIES = ("PolNews", "dpx", "EuroWire", "KNA-Press")
_TAILS = {
    "en": (
        "Reporting by Jane Miller; editing by Tom Hart",
        "For more information please contact the press office at press@example.org or +32 2 555 01 23.",
        "About EuroWire\n\nEuroWire is an independent news service. It was founded in 1998 and serves 400 newsrooms.",
        "© 2026 PolNews. All rights reserved.",
        "Sign up for our newsletter to get the news every morning.",
        "This article was originally published by EuroWire and is brought to you by our partners.",
        "Notes to editors\n\nPhotographs are available on request. Interviews can be arranged at short notice.",
        "Read more: https://example.org/news/12345",
        "Have a tip? Our newsroom would like to hear from you.",
        "The views of our partners are their own.",
    ),
    "de": (
        "Pressekontakt: Anna Beispiel, Telefon 030 555 01 23, presse@example.org",
        "Alle Rechte vorbehalten.",
        "Über uns\n\nDer Dienst beliefert seit 1998 mehr als 400 Redaktionen.",
        "Mit Material der dpx.",
        "Original-Content von: KNA-Press, übermittelt durch den Nachrichtendienst",
        "Haben Sie einen Hinweis für uns?",
    ),
}
_OTHER_WORDS = (
    (r"\bannounced\b", "presented"),
    (r"\bfirms\b", "companies"),
    (r"\bcompanies\b", "firms"),
    (r"\bhowever\b", "though"),
    (r"\bcomprises\b", "consists of"),
    (r"\binform customers\b", "tell customers"),
    (r"\balso\b", "moreover"),
    (r"\bmust comply\b", "must conform"),
    (r"\bvoted in favour\b", "voted for it"),
    (r"\baccording to\b", "as stated by"),
    (r"\bAccording to\b", "As stated by"),
    (r"\bdecision\b", "ruling"),
    (r"\bEUR (?=\d)", "€"),
    (r"\bmillion euros\b", "million euro"),
    (r"\bsagte\b", "erklärte"),
    (r"\bzudem\b", "außerdem"),
    (r"\bauch\b", "ebenso"),
)

type Made = tuple[str, Document]
"""A name of what was done, and the document."""


def syndicate(document: Document, chance: Random) -> Made:
    """The document as another publisher brings it: another title and address, and two to four of the usual edits."""
    text, done = document.text.strip(), []
    edits: list[tuple[str, Callable[[str, str, Random], str]]] = [
        ("cut", _cut),
        ("dateline", _dateline),
        ("byline", _byline),
        ("tail", _tail),
        ("tail", _tail),
        ("reworded", _reword),
    ]
    language = document.language if document.language in _TAILS else "en"
    for name, edit in sorted(chance.sample(edits, chance.randint(2, 4)), key=edits.index):
        text = edit(text, language, chance)
        done.append(name)
    later = document.date + timedelta(days=chance.randint(0, 1)) if document.date else None
    title = document.title if chance.random() < 0.3 else chance.choice(_HEADLINES[language])
    copy = replace(document, title=title, text=text, source=chance.choice(_AGENCIES), date=later)
    return " ".join(done), _published(copy, chance)


def alter(document: Document, chance: Random) -> list[Made]:
    """Documents nearly like it, each with one thing that is not so in the original."""
    changes: dict[str, Callable[[str, Random], str | None]] = {
        "a number": lambda text, chance: _replaced(text, r"\b\d+(?:[.,]\d+)?\b", _other_number, chance),
        "a year": lambda text, chance: _replaced(text, r"\b20[12]\d\b", lambda y: str(int(y) + 1), chance),
        "a name": _renamed,
        "not": _negated,
        "the opposite": lambda text, chance: _exchanged(text, _OPPOSITES, chance),
        "another word": lambda text, chance: _exchanged(text, _OTHERS, chance),
        "a sentence more": _continued,
        "a number more": _counted,
    }
    made = []
    for name, change in changes.items():
        text = change(document.text, chance)
        if text is not None and text != document.text:
            made.append((name, _published(replace(document, text=text), chance)))
    return made


def _published(document: Document, chance: Random) -> Document:
    number = chance.randrange(10**9)
    digest = sha256(f"{document.title}\n{document.date}\n{document.text}".encode()).hexdigest()
    return replace(
        document,
        id=f"copy-{number}",
        url=f"https://example.org/news/{number}",
        content_hash=digest,
        headings=(),
    )


def _cut(text: str, _language: str, chance: Random) -> str:
    paragraphs = text.split("\n\n")
    kept = max(1, round(len(paragraphs) * chance.uniform(0.6, 0.95)))
    return "\n\n".join(paragraphs[:kept])


def _dateline(text: str, language: str, chance: Random) -> str:
    place, agency = chance.choice(_PLACES[language]), chance.choice(_AGENCIES)
    form = chance.choice(("{place} ({agency}) – ", "{place}, ({agency}) - ", "{place} ({agency}) — "))
    return form.format(place=place, agency=agency) + text


def _byline(text: str, language: str, chance: Random) -> str:
    return f"{chance.choice(_BYLINES[language])}\n\n{text}"


def _tail(text: str, language: str, chance: Random) -> str:
    return f"{text}\n\n{chance.choice(_TAILS[language])}"


def _reword(text: str, _language: str, chance: Random) -> str:
    for pattern, word in chance.sample(_OTHER_WORDS, len(_OTHER_WORDS) // 2):
        text = re.sub(pattern, word, text)
    return text


def _replaced(text: str, pattern: str, change: Callable[[str], str], chance: Random) -> str | None:
    found = [*re.finditer(pattern, text)]
    if not found:
        return None
    one = chance.choice(found)
    return text[: one.start()] + change(one[0]) + text[one.end() :]


def _other_number(number: str) -> str:
    return str(int(number[0]) % 9 + 1) + number[1:]


def _renamed(text: str, chance: Random) -> str | None:
    """Another name in the place of one, everywhere: the form letter of an authority."""
    names = re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b", text)
    return re.sub(rf"\b{chance.choice(names)}\b", "Winterthur", text) if names else None


def _negated(text: str, chance: Random) -> str | None:
    return _replaced(
        text,
        r"\b(?:is|was|were|are|has|have|will|wird|ist|hat|haben|sind|wurde)\b",
        lambda w: (
            f"{w} not"
            if w[0] in "iwha" and w not in {"wird", "ist", "hat", "haben", "wurde"}
            else f"{w} nicht"
        ),
        chance,
    )


_OPPOSITES = (
    ("adopted", "rejected"), ("approved", "refused"), ("upheld", "annulled"), ("annulled", "upheld"),
    ("in favour", "against"), ("reduced", "raised"), ("dismissed", "accepted"), ("imposed", "lifted"),
    ("passed", "failed"), ("signed", "vetoed"), ("revoked", "confirmed"), ("entered", "left"),
    ("prohibited", "permitted"), ("beschlossen", "abgelehnt"), ("stimmte", "wandte sich gegen"),
    ("must", "may"), ("at least", "at most"), ("proposed", "withdrew"), ("fined", "praised"),
)  # fmt: skip


_OTHERS = (
    ("days", "weeks"), ("months", "years"), ("annual", "monthly"), ("worldwide", "domestic"), ("new", "old"),
    ("large", "small"), ("public", "secret"), ("users", "staff"), ("national", "local"), ("free", "paid"),
    ("within", "after"), ("all", "some"), ("first", "last"), ("formal", "informal"), ("higher", "smaller"),
    ("Mitglieder", "Gäste"), ("Jahre", "Tage"), ("neue", "alte"),
)  # fmt: skip


def _exchanged(text: str, words: Sequence[tuple[str, str]], chance: Random) -> str | None:
    fitting = [one for one in words if re.search(rf"\b{one[0]}\b", text)]
    if not fitting:
        return None
    word, other = chance.choice(fitting)
    return re.sub(rf"\b{word}\b", other, text, count=1)


def _continued(text: str, chance: Random) -> str | None:
    more = chance.choice(
        (
            "The company said that it will appeal.",
            "The decision was welcomed by consumer organisations.",
            "A final vote is expected in the coming weeks.",
            "Die Opposition kündigte eine Klage an.",
        )
    )
    place = chance.choice([span.end for span in split_sentences(text)])
    return f"{text[:place]} {more}{text[place:]}"


def _counted(text: str, chance: Random) -> str | None:
    return f"{text}\n\nThe costs are put at EUR {chance.randint(2, 900)} million."
