"""Mails (RFC 5322): the message, and each attachment as a document of its own that leads back to it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from importlib import import_module
from urllib.parse import quote

from political_monitoring.documents.characters import one_line
from political_monitoring.documents.formats import find_format
from political_monitoring.documents.parsers.html import add_fragment
from political_monitoring.documents.parsers.parsed import Hints, Parsed, Parser, TextBuilder
from political_monitoring.errors import DocumentError, EmptyDocument, UnreadableDocument

MOST_PARTS = 200
MOST_MAILS_DEEP = 5
_BROKEN_PART = (LookupError, ValueError, TypeError, AttributeError)
"""What the standard library raises for headers and bodies that are not what they say."""
_WHERE = "mail header"


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The mail first, then what is attached to it. An attachment that cannot be read is a warning about the mail.

    Raises:
        UnreadableDocument: no mail.
        EmptyDocument: neither it nor an attachment says anything.
    """
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the policy makes it one
    if not any(_header(message, name) for name in ("From", "Subject", "Date", "To", "Message-ID")):
        raise UnreadableDocument("is named as a mail but has no header of one")
    documents = [one for one in _read(message, hints, 0) if one.text.strip()]
    if not documents:
        raise EmptyDocument("is a mail that says nothing")
    return documents


def _read(message: EmailMessage, hints: Hints, depth: int) -> list[Parsed]:
    address = _address(message)
    subject = _header(message, "Subject")
    builder = TextBuilder(hints.text_chars)
    builder.heading(subject, 1)
    builder.block(
        "\n".join(f"{name}: {value}" for name in ("From", "To", "Date") if (value := _header(message, name)))
    )
    warnings = _add_body(message, builder)
    attached: list[Parsed] = []
    for number, part in enumerate(_attachments(message), 1):
        name = one_line(part.get_filename() or "") or f"attachment {number}"
        builder.block(f"Attachment: {name}")
        try:
            found = _open(part, name, hints, depth)
        except DocumentError as error:
            warnings.append(f"its attachment {name} {error}")
            continue
        attached += [_linked(one, name, f"{address}/{number}", subject, message) for one in found]
    mail = Parsed(
        builder.text,
        title=subject,
        headings=builder.headings,
        identity=address,
        date=_header(message, "Date"),
        source=_sender(message),
        url=address,
        language=_header(message, "Content-Language"),
        kind="mail",
        where=_WHERE,
        warnings=tuple(warnings),
    )
    return [mail, *attached]


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(str(message.get(name, "")))
    except _BROKEN_PART:
        return ""


def _sender(message: EmailMessage) -> str:
    """The sender's name, else the address."""
    found = re.match(r"\s*\"?([^\"<]*)\"?\s*(?:<([^>]*)>)?", _header(message, "From"))
    return (found[1].strip() or found[2] or "") if found else ""


def _address(message: EmailMessage) -> str:
    """A mail's URL, as RFC 2392 has it; "" when the mail has no id."""
    number = _header(message, "Message-ID").strip("<> ")
    return f"mid:{quote(number, safe='@.$')}" if number else ""


def _add_body(message: EmailMessage, builder: TextBuilder) -> list[str]:
    try:
        body = message.get_body(("plain", "html"))
        if body is None:
            return []
        content = str(body.get_content())
    except _BROKEN_PART:
        return ["its words are in an encoding that could not be read"]
    if body.get_content_type() == "text/html":
        add_fragment(content, builder)
    else:
        for block in re.split(r"\n[ \t]*\n", content.replace("\r\n", "\n")):
            builder.block(block)
    return []


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    """At most MOST_PARTS of them."""
    try:
        parts = list(message.iter_attachments())
    except _BROKEN_PART:  # a single part has none
        parts = []
    yield from parts[:MOST_PARTS]


def _open(part: EmailMessage, name: str, hints: Hints, depth: int) -> list[Parsed]:
    if part.get_content_type() == "message/rfc822":
        if depth >= MOST_MAILS_DEEP:
            raise UnreadableDocument("is a mail in a mail in a mail")
        mails = [mail for mail in part.iter_parts() if isinstance(mail, EmailMessage)]
        return [one for mail in mails for one in _read(mail, hints, depth + 1)]
    try:
        data = part.get_payload(decode=True)
    except _BROKEN_PART:
        data = None
    if not isinstance(data, bytes) or not data.strip():
        raise EmptyDocument("is empty")
    found = find_format(name if "." in name else "", "" if "." in name else part.get_content_type(), data)
    parser: Parser = import_module(f"political_monitoring.documents.parsers.{found.value}").parse
    try:
        return parser(data, replace(hints, charset=part.get_content_charset("")))
    except (DocumentError, MemoryError, RecursionError):
        raise
    except Exception as error:
        raise UnreadableDocument(f"is damaged ({type(error).__name__})") from error


def _linked(one: Parsed, name: str, address: str, subject: str, message: EmailMessage) -> Parsed:
    """An attachment that says where it came from, dated like its mail if it does not say otherwise."""
    origins = dict(one.origins)
    date = one.date
    if not date and (date := _header(message, "Date")):
        origins["date"] = "date of the mail"
    if not one.title:
        origins["title"] = "name of the attachment"
    origins["url"] = origins["url"] if one.url and "url" in origins else "place in the mail"
    return replace(
        one,
        title=one.title or name,
        date=date,
        url=one.url or address,
        identity=one.identity or address,
        where=one.where or "attachment",
        origins=origins,
        warnings=(f"it was attached to the mail {subject!r}, {address.rpartition('/')[0]}", *one.warnings),
    )
