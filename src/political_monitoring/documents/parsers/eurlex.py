"""EUR-Lex web pages: acts of the Official Journal as XHTML, with its classes for titles, articles and recitals."""

import re
from itertools import dropwhile, takewhile
from typing import Any

from lxml.html import HtmlElement

from political_monitoring.documents.parsers.formex import kind_of_act
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.xml_tree import name_of, words_of

_TITLE, _ARTICLE, _ARTICLE_TITLE = (
    ("doc-ti", "title-doc-first", "title-doc-last"),
    ("ti-art", "title-article-norm"),
    ("sti-art", "stitle-article-norm"),
)
_SECTION, _SECTION_TITLE = ("ti-section-1",), ("ti-section-2",)
_ANNEX_TITLE = ("annex-ti",)
_CLASSES = re.compile(
    r"\b(?:oj-)?(?:ti-art|doc-ti)\b|\btitle-article-norm\b|\beli-(?:container|subdivision)\b"
)
_LEVELS = {"part": 2, "title": 2, "titel": 2, "teil": 2, "chapter": 3, "kapitel": 3}
_RECITAL_ID = re.compile(r"rct_(\d+)$")
_SKIPPED = frozenset({"script", "style", "head", "nav", "noscript"})
_DAY = re.compile(r"\b(?:of|vom)\s+(\d{1,2}\.?\s+\w+\s+\d{4})")
_SIGNED = re.compile(r"(?:Done at|Geschehen zu)[^\n]{0,60}?(\d{1,2}\.?\s+\w+\s+\d{4})")
_DEEPEST = 200


def is_act(page: HtmlElement) -> bool:
    """Whether a page is an act as EUR-Lex publishes it."""
    return sum(1 for one in page.iter() if _CLASSES.search(_class(one))) >= 2


def read(page: HtmlElement, declared: dict[str, str], hints: Hints) -> Parsed:
    """Title, recitals, articles, annexes; layout tables become "(a) words", footnotes stay where they stand."""
    builder = TextBuilder(hints.text_chars)
    language = declared["language"] or next(
        (words_of(one) for one in page.iter() if _has(one, ("hd-lg",))), ""
    )
    walk = _Walk(builder, "Erwägungsgrund" if language.lower().startswith("de") else "Recital")
    walk.through(page, 0)
    title = _title(page)
    day, signed = _DAY.search(title), _SIGNED.search(builder.text)
    eli = re.search(r"https?://data\.europa\.eu/eli/[^\s]+", builder.text)
    return Parsed(
        builder.text,
        title=title or declared["title"],
        headings=builder.headings,
        date=day[1] if day else signed[1] if signed else declared["date"],
        source="Official Journal of the European Union",
        url=declared["url"] or (eli[0].rstrip(".") if eli else ""),
        language=language,
        kind=kind_of_act(title),
        jurisdiction="EU",
        where="EUR-Lex page",
        origins={
            "title": "title of the act",
            "date": "title of the act" if day else "signature of the act",
            "kind": "title of the act",
            "url": "link rel=canonical" if declared["url"] else "ELI in the text",
        },
    )


def _title(page: HtmlElement) -> str:
    """The first lines of the class of titles; annexes have more of them."""
    lines = dropwhile(lambda line: not _has(line, _TITLE), page.iter("p"))
    return " ".join(words_of(line) for line in takewhile(lambda line: _has(line, _TITLE), lines))


def _class(element: Any) -> str:
    return str(element.get("class", "")) if name_of(element) else ""


def _has(element: Any, names: tuple[str, ...]) -> bool:
    classes = {one.removeprefix("oj-") for one in _class(element).split()}
    return not classes.isdisjoint(names)


class _Walk:
    """A walk through the page that adds its headings and paragraphs to a text."""

    def __init__(self, builder: TextBuilder, recitals: str) -> None:
        self._builder = builder
        self._recitals = recitals

    def through(self, element: Any, depth: int) -> None:
        name = name_of(element)
        if not name or name in _SKIPPED:
            return
        if recital := _RECITAL_ID.match(element.get("id", "")):
            self._builder.mark(5, f"{self._recitals} {recital[1]}")
        if name == "tr":
            self._row(element, depth)
        elif name in {"p", "h1", "h2", "h3", "h4"} or depth > _DEEPEST or not len(element):
            self._line(element)
        else:
            self._builder.block(" ".join((element.text or "").split()))
            for child in element:
                self.through(child, depth + 1)
                self._builder.block(" ".join((child.tail or "").split()))

    def _row(self, row: Any, depth: int) -> None:
        """A mark and what it marks are two cells; so are the columns of a table."""
        cells = [cell for cell in row if name_of(cell) in {"td", "th"}]
        if len(cells) == 2 and re.fullmatch(r"\(?\w{1,4}[.)]|[—–-]", words_of(cells[0])):
            paragraphs = [one for one in cells[1].iter() if name_of(one) == "p"] or [cells[1]]
            self._builder.block(f"{words_of(cells[0])} {words_of(paragraphs[0])}")
            for rest in cells[1]:
                if rest is not paragraphs[0]:
                    self.through(rest, depth + 1)
        else:
            self._builder.block(" | ".join(filter(None, (words_of(cell) for cell in cells))))

    def _line(self, element: Any) -> None:
        words = words_of(element)
        if not words:
            return
        if _has(element, _ARTICLE) and not _is_quoted(element, words):
            title = _following(element, _ARTICLE_TITLE)
            self._builder.mark(5, " ".join(filter(None, (words, title))))
            self._builder.block(words)
        elif _has(element, _SECTION):
            title = _following(element, _SECTION_TITLE)
            self._builder.mark(_LEVELS.get(words.partition(" ")[0].lower(), 4), f"{words} {title}".strip())
            self._builder.block(words)
        elif _has(element, _ANNEX_TITLE) or (
            _has(element, ("doc-ti",)) and words.startswith(("ANNEX", "ANHANG"))
        ):
            self._builder.heading(words, 2)
        elif _has(element, _TITLE):
            self._builder.heading(words, 1)
        else:
            self._builder.block(words)


def _is_quoted(line: Any, words: str) -> bool:
    """An article of another act, which an amendment quotes, stands in a table or behind a quotation mark."""
    return words[0] in "‘“„«" or next(line.iterancestors("table"), None) is not None


def _following(line: Any, names: tuple[str, ...]) -> str:
    """The words of the title that comes right after a line."""
    beside = next(line.itersiblings(), None)
    found = (one for one in beside.iter() if _has(one, names)) if beside is not None else iter(())
    return words_of(next(found, None))
