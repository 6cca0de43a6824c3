"""XML of the field, told apart by its root element."""

from importlib import import_module
from typing import Any

from political_monitoring.documents.parsers.parsed import Hints, Parsed
from political_monitoring.documents.parsers.xml_tree import name_of, read_xml
from political_monitoring.errors import EmptyDocument, UnsupportedFormat

_READERS = {
    "billstatus": "billstatus",
    **dict.fromkeys(("bill", "resolution", "amendment-doc", "publiclaw", "plaw", "lawdoc"), "us_bill"),
    **dict.fromkeys(("rollcall-vote", "roll_call_vote"), "roll_call"),
    "akomantoso": "akoma_ntoso",
    **dict.fromkeys(("dbtplenarprotokoll", "dokument"), "plenary"),
    **dict.fromkeys(
        ("act", "cons.act", "cons.doc", "general", "decision", "agr", "annex", "corr", "combined.fmx"),
        "formex",
    ),
}
"""Module by name of the root element; each has `read(root, hints)`."""


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The document as the reader of its vocabulary gives it.

    Raises:
        UnsupportedFormat: XML of another kind.
        UnreadableDocument: broken XML, or XML that defines entities.
        EmptyDocument: nothing is said in it.
    """
    root = read_xml(data)
    name = name_of(root)
    if name not in _READERS:
        known = (
            "RSS, Atom, Formex, Akoma Ntoso, US bills, BILLSTATUS, roll calls and plenary protocols are read"
        )
        raise UnsupportedFormat(f"is XML of a kind that is not known here, <{name[:40]}>; {known}")
    read: Any = import_module(f"political_monitoring.documents.parsers.{_READERS[name]}").read
    parsed: Parsed = read(root, hints)
    if not parsed.text.strip():
        raise EmptyDocument(f"is <{name}> without any text")
    return [parsed]
