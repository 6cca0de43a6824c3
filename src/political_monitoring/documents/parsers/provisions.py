"""Acts in XML with numbered, nested provisions: the vocabularies of Akoma Ntoso and of the US Congress."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from political_monitoring.documents.parsers.parsed import TextBuilder
from political_monitoring.documents.parsers.xml_tree import name_of, words_of

NUMBERS = frozenset({"num", "enum"})
TITLES = frozenset({"heading", "header", "subheading"})
_LISTS = frozenset({"list", "ul", "ol", "blocklist", "toc", "table"})
_LINES = frozenset(
    {"p", "block", "tr", "row", "toc-entry", "referenceitem", "li", "listintroduction", "listwrapup"}
)
_DEEPEST = 150


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the elements of a format mean."""

    levels: Mapping[str, int]
    """Heading level of elements with a title of their own: parts, chapters, sections, articles."""
    provisions: frozenset[str]
    """Numbered elements within those: each begins a paragraph with its number."""
    quotations: frozenset[str]
    """Words of other acts: they become one paragraph and never structure."""
    skipped: frozenset[str]
    unit: str = ""
    """The name before a bare number of the elements in `named`, as citations have it: "s."."""
    named: frozenset[str] = frozenset()


def add_provisions(element: Any, builder: TextBuilder, vocabulary: Vocabulary) -> None:
    """Add an element's headings and paragraphs to a text, each number before what it numbers."""
    for text, level, heading in _blocks(element, vocabulary, 0):
        if level:
            builder.heading(text, level, heading)
        else:
            builder.block(text)


def _blocks(element: Any, known: Vocabulary, depth: int) -> Iterator[tuple[str, int, str]]:
    """(text, heading level or 0, heading's name where it differs) of each block."""
    name = name_of(element)
    if not name or name in known.skipped:
        return
    if depth >= _DEEPEST or name in known.quotations:
        yield _quoted(words_of(element, known.skipped), name in known.quotations), 0, ""
    elif name in known.levels:
        yield from _titled(element, name, known, depth)
    elif name in known.provisions or (_own(element, NUMBERS | TITLES) and _has_blocks(element, known)):
        yield from _numbered(element, known, depth)
    elif name in _LINES or not _has_blocks(element, known):
        yield words_of(element, known.skipped), 0, ""
    else:
        yield from _mixed(element, known, depth)


def _titled(element: Any, name: str, known: Vocabulary, depth: int) -> Iterator[tuple[str, int, str]]:
    number, title = _own(element, NUMBERS), _own(element, TITLES)
    line = " ".join(filter(None, (number, title)))
    if line:
        unit = known.unit if name in known.named and number[:1].isdigit() else ""
        yield line, known.levels[name], f"{unit} {line}" if unit else ""
    yield from _mixed(element, known, depth)


def _numbered(element: Any, known: Vocabulary, depth: int) -> Iterator[tuple[str, int, str]]:
    """The number stands before the first words, which may be those of the first part: "(a)(1) The ..."."""
    number, title = _own(element, NUMBERS), _own(element, TITLES)
    before = " ".join(filter(None, (number, f"{title} —" if title else "")))
    for text, level, heading in _mixed(element, known, depth):
        if before and not level:
            yield f"{before} {text}", 0, ""
            before = ""
        else:
            yield text, level, heading
    if before:
        yield before.removesuffix(" —"), 0, ""


def _mixed(element: Any, known: Vocabulary, depth: int) -> Iterator[tuple[str, int, str]]:
    """What is in an element: blocks one by one, loose words between them together."""
    loose = element.text or ""
    for child in element:
        name = name_of(child)
        if name in NUMBERS | TITLES:
            loose += child.tail or ""
        elif _is_block(child, known):
            if loose.strip():
                yield " ".join(loose.split()), 0, ""
            loose = child.tail or ""
            yield from _blocks(child, known, depth + 1)
        else:
            loose += ("" if name in known.skipped else words_of(child, known.skipped)) + (child.tail or "")
    if loose.strip():
        yield " ".join(loose.split()), 0, ""


def _is_block(element: Any, known: Vocabulary) -> bool:
    name = name_of(element)
    if name in known.skipped:
        return False
    own = name in known.levels or name in known.provisions or name in known.quotations
    return own or name in _LINES | _LISTS or _has_blocks(element, known)


def _has_blocks(element: Any, known: Vocabulary) -> bool:
    inside = known.provisions | known.quotations | known.levels.keys() | _LINES | _LISTS
    return any(name_of(one) in inside for one in element.iter() if one is not element)


def _own(element: Any, names: frozenset[str]) -> str:
    return " ".join(filter(None, (words_of(child) for child in element if name_of(child) in names)))


def _quoted(words: str, is_quotation: bool) -> str:
    return f"“{words}”" if is_quotation and words and words[0] not in '“‘"`' else words
