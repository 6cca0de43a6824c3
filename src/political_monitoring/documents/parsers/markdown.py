"""Markdown. YAML front matter may give id, title, date, source, url, language, jurisdiction and type."""

import re
from collections.abc import Mapping
from itertools import pairwise

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from political_monitoring.documents.characters import decode, one_line
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.text import encoding_warning
from political_monitoring.errors import UnreadableDocument

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LONGEST_FRONT_MATTER = 20_000


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The words without the markup, headings remembered.

    Raises:
        UnreadableDocument: the front matter is not a YAML mapping.
    """
    text, guessed = decode(data, hints.charset)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front, body = _front_matter(text)
    builder = TextBuilder(hints.text_chars)
    _render(MarkdownIt("commonmark").enable("table").parse(body), builder)
    first = next((heading.text for heading in builder.headings if heading.level == 1), "")
    return [
        Parsed(
            builder.text,
            title=front.get("title") or first,
            headings=builder.headings,
            id=front.get("id", ""),
            date=front.get("date", ""),
            source=front.get("source", ""),
            url=front.get("url", ""),
            language=front.get("language", ""),
            kind=front.get("type", "") or front.get("kind", ""),
            jurisdiction=front.get("jurisdiction", ""),
            where="front matter",
            origins={} if front.get("title") else {"title": "first heading"},
            warnings=encoding_warning(guessed),
        )
    ]


def _front_matter(text: str) -> tuple[Mapping[str, str], str]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    if len(found[1]) > _LONGEST_FRONT_MATTER:
        raise UnreadableDocument("has front matter longer than 20 kB")
    try:
        # Scalars stay as they are written: no day shifted to UTC, no "no" for a language that is False.
        # Not the C loader: its parser overflows the stack on deep nesting.
        fields = yaml.load(found[1], yaml.BaseLoader)  # noqa: S506 - builds nothing but strings, lists and mappings
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 2})" if mark else ""
        raise UnreadableDocument(f"has front matter that is not valid YAML{line}") from None
    except RecursionError:
        raise UnreadableDocument("has front matter that is nested too deeply") from None
    body = text[found.end() :]
    if not fields:
        return {}, body
    if not isinstance(fields, dict):
        raise UnreadableDocument("has front matter that is not a list of `key: value` lines")
    return {str(key): one_line(value) for key, value in fields.items() if isinstance(value, str)}, body


def _render(tokens: list[Token], builder: TextBuilder) -> None:
    """Add headings, paragraphs, marked list items, table rows, code and the words of HTML blocks."""
    row: list[str] = []
    mark = ""
    for before, token in pairwise([Token("", "", 0), *tokens]):
        if token.type == "inline" and before.type == "heading_open":
            builder.heading(_words(token), int(before.tag[1]))
        elif token.type == "inline" and before.type in {"th_open", "td_open"}:
            row.append(_words(token))
        elif token.type == "tr_close":
            builder.block(" | ".join(row))
            row = []
        elif token.type == "inline":
            builder.block(mark + _words(token))
            mark = ""
        elif token.type == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type in {"fence", "code_block"}:
            builder.block(token.content)
        elif token.type == "html_block":
            builder.block(re.sub(r"<!--.*?(?:-->|\Z)|<[^>]*>", " ", token.content, flags=re.DOTALL))


def _words(inline: Token) -> str:
    """What a reader sees of a line: no emphasis marks, the text of links, the description of images."""
    parts: list[str] = []
    for child in inline.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n" if child.type == "hardbreak" else " ")
        elif child.type == "image":
            parts.append(_words(child))
        elif child.type in {"text", "code_inline", "text_special"}:
            parts.append(child.content)
    return "".join(parts)
