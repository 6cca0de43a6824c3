"""A case as one HTML page that needs nothing else: no script runs, nothing is fetched, and it prints.

What documents say is untrusted: it is escaped, set apart in its own writing direction, and linked only as http(s).
The case itself is carried in a block of JSON, which no browser runs.
"""

import re
from html import escape

from political_monitoring.answering.cases.case import Case
from political_monitoring.answering.cases.labels import LABELS
from political_monitoring.answering.cases.page import Drawn, Section, drawn, sections, stretches
from political_monitoring.answering.cases.sealing import NO_SEAL, case_json, seal_of
from political_monitoring.errors import UserError

_SEAL = re.compile(rb'<meta name="seal" content="([0-9a-f]{64})">')
_CASE = re.compile(rb'<script type="application/json" id="case">(.*?)</script>', re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What a page cannot show; the block of JSON has it as it is."""

_STYLE = """
body { font: 16px/1.5 Georgia, serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #111; }
h1, h2, h3, table { font-family: system-ui, sans-serif; }
.answer, blockquote { white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote { border-left: 3px solid #999; margin: .5em 0; padding-left: 1em; color: #555; unicode-bidi: isolate; }
mark { color: #111; background: #fe9; }
table { border-collapse: collapse; font-size: 13px; width: 100%; }
th, td { text-align: left; vertical-align: top; border-top: 1px solid #ddd; padding: .2em .6em .2em 0;
  overflow-wrap: anywhere; unicode-bidi: isolate; }
section.source { break-inside: avoid; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } a { color: inherit; text-decoration: none; } }
"""


def write_html(case: Case) -> bytes:
    """The page, sealed."""
    say = LABELS[case.language]
    # "<" never stands in the block, so that nothing in a document can end it.
    block = case_json(case).replace(b"<", b"\\u003c").decode("ascii")
    body = "\n".join(
        (
            f"<h1>{_text(case.question)}</h1>",
            *_conversation(case),
            f"<h2>{say['answer']}</h2>",
            f'<p class="answer">{_answer(case)}</p>',
            f"<h2>{say['sources']}</h2>" if case.sources else "",
            *(_source(drawn(source, case)) for source in case.sources),
            *map(_section, sections(case)),
            f"<p><small>{_text(say['check'])}</small></p>",
        )
    )
    page = (
        f'<!DOCTYPE html>\n<html lang="{case.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="seal" content="{NO_SEAL}">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{say['case']}: {_text(case.question)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n"
        f'<script type="application/json" id="case">{block}</script>\n</body>\n</html>\n'
    ).encode()
    return page.replace(NO_SEAL.encode(), seal_of(page).encode(), 1)


def read_html(page: bytes) -> tuple[bytes, str, str]:
    """The case's JSON, the seal the page carries, and the one it should.

    Raises:
        UserError: it is no page that was exported.
    """
    seals, blocks = _SEAL.findall(page), _CASE.findall(page)
    if len(seals) != 1 or len(blocks) != 1:
        raise UserError(
            "the page carries no case: it was not exported by `polmon answers export`, or was cut"
        )
    unsealed = page.replace(seals[0], NO_SEAL.encode(), 1)
    return blocks[0], seals[0].decode(), seal_of(unsealed)


def _text(text: str) -> str:
    return escape(_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text))


def _conversation(case: Case) -> list[str]:
    if not case.conversation:
        return []
    rows = tuple((one.role, one.text) for one in case.conversation)
    return [_section(Section(LABELS[case.language]["conversation"], rows))]


def _answer(case: Case) -> str:
    return "".join(
        _text(text) if number is None else f'<a href="#source-{number}">{_text(text)}</a>'
        for text, number in stretches(case)
    )


def _source(one: Drawn) -> str:
    title = _text(one.title)
    if one.url:
        title = f'<a href="{_text(one.url)}" rel="noreferrer">{title}</a>'
    words = f"{_text(one.before)}<mark>{_text(one.quote)}</mark>{_text(one.after)}"
    return (
        f'<section class="source" id="source-{one.number}">\n<h3>[{one.number}] {title}</h3>\n'
        f'<blockquote dir="auto">{words}</blockquote>\n{_table(one.rows)}\n</section>'
    )


def _section(section: Section) -> str:
    heading = f"<h2>{_text(section.heading)}</h2>\n" if section.heading else ""
    return heading + _table(section.rows, section.head)


def _table(rows: tuple[tuple[str, ...], ...], head: tuple[str, ...] = ()) -> str:
    lines = ["<tr>" + "".join(f"<th>{_text(cell)}</th>" for cell in head) + "</tr>"] if head else []
    lines += [
        "<tr>" + "".join(f'<td dir="auto">{_text(cell)}</td>' for cell in row) + "</tr>" for row in rows
    ]
    return "<table>\n" + "\n".join(lines) + "\n</table>"
