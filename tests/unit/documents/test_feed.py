import time

import pytest

from political_monitoring.documents.parsers import feed as feed_parser
from political_monitoring.documents.parsers.feed import parse
from political_monitoring.documents.parsers.parsed import Hints
from political_monitoring.errors import (
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    UnreadableDocument,
    UnsupportedFormat,
)

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
<id>tag:a.eu:feed</id><title>Pressestelle</title><author><name>Bundesrat</name></author>
<entry><id>tag:a.eu:1</id><title>Gesetz &lt;b&gt;passiert&lt;/b&gt;</title><link href="https://a.eu/1"/>
<published>2025-07-18T00:30:00+02:00</published><category scheme="jurisdiction" term="DE"/>
<category scheme="type" term="news"/>
<content type="html">&lt;h2&gt;Stand&lt;/h2&gt;&lt;p&gt;Der Bundesrat hat zugestimmt.&lt;/p&gt;
&lt;script&gt;x()&lt;/script&gt;</content></entry>
</feed>"""
RSS = """<rss version="2.0"><channel><title>News</title><link>https://b.eu/</link><language>en</language>{items}
</channel></rss>"""
ITEM = "<item><title>Fine</title><description>The firm was fined.</description>{more}</item>"


def test_an_atom_entry_is_a_document(hints: Hints) -> None:
    (entry,) = parse(ATOM.encode(), hints)

    assert entry.text == "Stand\n\nDer Bundesrat hat zugestimmt."
    assert [heading.text for heading in entry.headings] == ["Stand"]
    assert (entry.title, entry.source, entry.url) == ("Gesetz passiert", "Bundesrat", "https://a.eu/1")
    assert (entry.date, entry.language) == ("2025-07-18T00:30:00+02:00", "de")
    assert (entry.kind, entry.jurisdiction, entry.identity) == ("news", "DE", "tag:a.eu:1")
    assert entry.id == ""


def test_rss_items_say_less_and_are_still_documents(hints: Hints) -> None:
    more = "<pubDate>Fri, 18 Jul 2025 10:00:00 GMT</pubDate><guid isPermaLink='false'>7</guid>"
    dated, title_only = parse(
        RSS.format(items=ITEM.format(more=more) + "<item><title>Only a title</title></item><item/>").encode(),
        hints,
    )

    assert (dated.text, dated.source, dated.language) == ("The firm was fined.", "News", "en")
    assert (dated.date, dated.identity) == ("Fri, 18 Jul 2025 10:00:00 GMT", "https://b.eu/ 7")
    assert title_only.text == "Only a title"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_declared_encoding_is_used(encoding: str, hints: Hints) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + RSS.format(
        items="<item><title>Für Köln</title></item>"
    )

    assert parse(text.encode(encoding), hints)[0].text == "Für Köln"


BOMB = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};&l{n - 1};&l{n - 1};&l{n - 1};">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("text", "error", "problem"),
    [
        (
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RSS.format(items="&x;"),
            UnreadableDocument,
            "entities",
        ),
        (
            f'<!DOCTYPE r [<!ENTITY l0 "lol">{BOMB}]>' + RSS.format(items="&l11;"),
            UnreadableDocument,
            "entities",
        ),
        ("<bill><number>1</number></bill>", UnsupportedFormat, "neither an RSS nor an Atom"),
        ("<rss version='2.0'><channel><item><title>cut", EmptyDocument, "says anything"),
        (RSS.format(items=""), EmptyDocument, "says anything"),
        (RSS.format(items=ITEM.format(more="") * 1001), DocumentTooLarge, "1,000 entries"),
    ],
)
def test_what_cannot_be_used_is_refused(
    text: str, error: type[DocumentError], problem: str, hints: Hints
) -> None:
    with pytest.raises(error, match=problem):
        parse(text.encode(), hints)


def test_entities_are_found_in_any_encoding(hints: Hints) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY x "y">]>' + RSS.format(items="&x;")

    with pytest.raises(UnreadableDocument, match="entities"):
        parse(text.encode("utf-16"), hints)


def test_a_huge_feed_is_refused_before_it_is_parsed(hints: Hints, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_parser, "MOST_BYTES", 100)

    with pytest.raises(DocumentTooLarge, match="100 bytes"):
        parse(ATOM.encode(), hints)


def test_long_fields_are_cut(hints: Hints) -> None:
    started = time.perf_counter()
    (entry,) = parse(RSS.format(items=ITEM.format(more=f"<guid>{'x' * 100_000}</guid>")).encode(), hints)

    assert len(entry.identity) < 3_000
    assert time.perf_counter() - started < 5
