"""Web pages: the article without the page around it, and what the page declares about itself."""

import re
from copy import deepcopy
from typing import Any

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from political_monitoring.documents.characters import decode, one_line
from political_monitoring.documents.parsers import eurlex
from political_monitoring.documents.parsers.declarations import read_declarations
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.text import encoding_warning
from political_monitoring.errors import UnreadableDocument

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE
)
_TAG = re.compile(r"<[a-zA-Z!/?]")

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    re.findall(
        r"\S+",
        """
        address article aside blockquote body caption center code dd details div dl dt fieldset figcaption
        figure form header hr html item li list main ol p pre quote section summary table tbody tfoot thead ul
        """,
    )
)
_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object"}
    | {"button", "select", "nav", "footer", "head", "title"}
)
_LINE_BREAKS = frozenset({"br", "lb"})
_ROWS, _CELLS, _ITEMS = frozenset({"tr", "row"}), frozenset({"td", "th", "cell"}), frozenset({"li", "item"})
_DEEPEST = 200
_STYLE = "translate(@style, ' ', '')"
_HIDDEN = (
    "//body//template | //body//noscript | //body//*[@hidden or @aria-hidden='true' "
    f"or contains({_STYLE}, 'display:none') or contains({_STYLE}, 'visibility:hidden')]"
)


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The page's main text with its headings, and its declared title, date, publisher, address and language.

    Raises:
        UnreadableDocument: there is no markup in it.
    """
    text, guessed = decode(data, hints.charset or _declared_charset(data))
    if not _TAG.search(text):
        raise UnreadableDocument("is named as HTML but holds no markup; name it .txt if it is plain text")
    page = _tree(text)
    declared, names = read_declarations(page)
    if eurlex.is_act(page):
        return [eurlex.read(page, declared, hints)]
    builder = TextBuilder(hints.text_chars)
    _add_main_text(page, builder)
    heading = next((heading.text for heading in builder.headings if heading.level == 1), "")
    title = one_line(page.findtext(".//title") or "")
    return [
        Parsed(
            builder.text,
            title=declared["title"] or heading or title,
            headings=builder.headings,
            date=declared["date"],
            source=declared["source"],
            url=declared["url"],
            language=declared["language"],
            kind=declared["kind"],
            jurisdiction=declared["jurisdiction"],
            where="HTML meta",
            origins=names
            if declared["title"]
            else names | {"title": "first heading" if heading else "HTML title"},
            warnings=encoding_warning(guessed),
        )
    ]


def add_fragment(markup: str, builder: TextBuilder) -> None:
    """Add the words of a piece of HTML (a feed entry's body) to a text, block by block."""
    if not _TAG.search(markup) and "&" not in markup:
        builder.block(markup)
        return
    page = _tree(f"<html><body>{markup}</body></html>")
    _drop_hidden(page)
    _Walk(builder).through(page)


def _tree(text: str) -> HtmlElement:
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        raise UnreadableDocument("is named as HTML but holds none") from None


def _drop_hidden(page: HtmlElement) -> None:
    """What a browser does not show is not what the page says."""
    for hidden in page.xpath(_HIDDEN):
        hidden.drop_tree()


def _declared_charset(data: bytes) -> str:
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else ""


def _add_main_text(page: HtmlElement, builder: TextBuilder) -> None:
    """The article as trafilatura sees it; where it finds none, everything in the body but navigation."""
    _drop_hidden(page)
    for time in page.iter("time"):  # which trafilatura would leave out, with its words
        time.tag = "span"
    article = trafilatura.bare_extraction(
        deepcopy(page), include_comments=False, include_tables=True, favor_recall=True, with_metadata=False
    )
    body = getattr(article, "body", None)
    if body is None or not "".join(body.itertext()).strip():
        body = page
    else:
        for heading in body.iter("head"):  # its name for h1 to h6
            heading.tag = heading.get("rend", "h2")
    _Walk(builder).through(body)


class _Walk:
    """A walk through HTML that adds each heading, paragraph, list item and table row to a text."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._words: list[str] = []
        self._mark = ""

    def through(self, root: Any) -> None:
        self._element(root, 0)
        self._flush()

    def _flush(self) -> None:
        if text := "".join(self._words).strip():
            self._builder.block(self._mark + text)
            self._mark = ""
        self._words.clear()

    def _element(self, element: Any, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if tag in _HEADINGS:
            self._flush()
            self._builder.heading(_inline(element), _HEADINGS[tag])
        elif tag in _ROWS:
            self._flush()
            self._builder.block(
                " | ".join(filter(None, (_inline(cell) for cell in element if cell.tag in _CELLS)))
            )
        elif tag in _LINE_BREAKS:
            self._words.append("\n")
        elif depth >= _DEEPEST:
            self._words.append(_inline(element))
        elif tag in _BLOCKS:
            self._flush()
            self._mark = "- " if tag in _ITEMS else self._mark
            self._content(element, depth)
            self._flush()
            self._mark = "" if tag in _ITEMS else self._mark
        else:
            self._content(element, depth)

    def _content(self, element: Any, depth: int) -> None:
        self._words.append(_spaces(element.text, element.tag))
        for child in element:
            self._element(child, depth + 1)
            self._words.append(_spaces(child.tail, element.tag))


def _spaces(text: str | None, tag: str) -> str:
    """Line breaks of the source are white space, but not in preformatted text."""
    if not text or tag in {"pre", "code"}:
        return text or ""
    return re.sub(r"\s+", " ", text)


def _inline(element: Any) -> str:
    return one_line(" ".join(element.itertext()), 100_000)
