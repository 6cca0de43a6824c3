"""XML read without anything that reads files, fetches or explodes."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from political_monitoring.errors import UnreadableDocument

_APART = frozenset({"p", "np", "txt", "item", "td", "th", "cell", "li", "br", "tr", "row", "div"}) | {
    *("num", "enum", "heading", "header", "text", "content", "intro", "chapeau", "paragraph", "subparagraph"),
    *("no.p", "no.parag", "alinea", "parag", "subsection", "section", "clause", "title", "ti.art", "sti.art"),
}
"""Elements between which a reader sees a space."""
_DEFINES = re.compile(rb"<!(?:ENTITY|DOCTYPE[^>]{0,1000}\[)|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y", re.IGNORECASE)


def read_xml(data: bytes) -> Any:
    """The root element; comments and processing instructions are left out.

    Raises:
        UnreadableDocument: not well-formed, nested deeper than 256, or it defines entities.
    """
    if _DEFINES.search(data):
        raise UnreadableDocument("defines XML entities, which can read files or explode; remove its DTD")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        where = f" at line {error.lineno}" if error.lineno else ""
        raise UnreadableDocument(f"is not well-formed XML: it breaks off or is damaged{where}") from None
    except ValueError:
        raise UnreadableDocument("is not well-formed XML") from None


def name_of(element: Any) -> str:
    """An element's name in lower case without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def words_of(element: Any, without: frozenset[str] = frozenset()) -> str:
    """All words in an element on one line, but not those in elements named `without`."""
    return " ".join("".join(_texts(element, without)).split()) if element is not None else ""


def _texts(element: Any, without: frozenset[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        apart = name_of(child) in _APART
        yield " " if apart else ""
        if name_of(child) not in without:
            yield from _texts(child, without)
        yield " " if apart else ""
        yield child.tail or ""


def first(element: Any, *names: str) -> Any:
    """The first descendant with one of the names, in document order; None when there is none."""
    return next((one for one in element.iter() if name_of(one) in names), None)


def text_at(element: Any, *path: str) -> str:
    """The words at a path of child names; "" where it ends before."""
    for name in path:
        element = next((child for child in element if name_of(child) == name), None)
        if element is None:
            return ""
    return words_of(element)
