"""JSON of the field. Each sample is our own, in the form that the publisher's documentation gives."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.load import Item, parse
from political_monitoring.documents.parsers.field_json import parse as parse_json
from political_monitoring.documents.parsers.parsed import Hints
from political_monitoring.documents.places import place_of
from political_monitoring.domain.documents import Document, Span
from political_monitoring.errors import DocumentError, EmptyDocument, UnsupportedFormat
from political_monitoring.settings import LimitsSettings

GOVUK = {
    "schema_name": "news_article",
    "document_type": "press_release",
    "base_path": "/government/news/lamps",
    "content_id": "c1",
    "title": "Lamps &amp; candles",
    "description": "About lamps.",
    "locale": "cy",
    "first_published_at": "2030-01-02T23:30:00+01:00",
    "public_updated_at": "2030-03-04T10:00:00+00:00",
    "details": {
        "body": "<h2>New</h2><p>Lamps shine.</p><p hidden>Not shown.</p>",
        "parts": [{"title": "P", "body": "<p>Q</p>"}],
    },
    "links": {"organisations": [{"title": "Ministry of Lamps"}]},
}
NEWS = "https://www.gov.uk/government/news/lamps"
FIRST = GOVUK | {"public_updated_at": None}
SCOPE = "1.\u00a0\u00a0Lamps are covered.\n\n2.\u00a0\u00a0These are not:\n\n(a)\n\ncandles."
FORCE = "It applies.\n\nDone at Brussels, 5\u00a0May 2030.\n\n////$(document).ready(x);"
ACT = {
    "id": "LAMPS",
    "full_name": "Sample Lamps Act",
    "celex_id": "32030R0012",
    "effective_date": "2031-01-01",
    "eur_lex_url": "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32030R0012",
    "recitals": [
        {"recital_number": "1", "text": "Lamps need rules."},
        {"recital_number": 2, "text": "Rules need lamps."},
        {"recital_number": 2, "text": "Rules need lamps."},
    ],
    "articles": [
        {"number": "1", "title": "Scope", "text": SCOPE},
        {"number": "2", "title": "Force", "text": FORCE},
    ],
}
PROCEDURE = {
    "id": "77",
    "typ": "Vorgang",
    "vorgangstyp": "Gesetzgebung",
    "titel": "Gesetz über Lampen",
    "datum": "2030-06-07",
    "wahlperiode": 30,
    "initiative": ["Bundesregierung"],
    "beratungsstand": "Überwiesen",
    "abstract": "Lampen sollen leuchten.",
}
PAPER = {
    "id": "88",
    "dokumentart": "Drucksache",
    "typ": "Dokument",
    "drucksachetyp": "Antrag",
    "titel": "Mehr Lampen",
    "datum": "2030-07-08",
    "dokumentnummer": "30/12",
    "herausgeber": "BT",
    "fundstelle": {"pdf_url": "https://dserver.example/30012.pdf", "dokumentnummer": "30/12"},
    "text": "Der Bundestag wolle beschließen: mehr Lampen.",
}


def read(content: Any) -> tuple[Document, ...]:
    item = Item("sample.json", data=json.dumps(content).encode(), media_type="application/json")
    return parse(item, LimitsSettings(parse_seconds=30))


@pytest.mark.integration
@pytest.mark.parametrize(
    ("content", "title", "day", "language", "source", "kind", "url"),
    [
        (GOVUK, "Lamps & candles", "2030-03-04", "cy", "Ministry of Lamps", "press_release", NEWS),
        (FIRST, "Lamps & candles", "2030-01-02", "cy", "Ministry of Lamps", "press_release", NEWS),
        (ACT, "Sample Lamps Act", "2030-05-05", "en", "EUR-Lex", "regulation", ACT["eur_lex_url"]),
        (
            PROCEDURE,
            "Gesetz über Lampen",
            "2030-06-07",
            "de",
            "DIP Bundestag",
            "Gesetzgebung",
            "https://dip.bundestag.de/vorgang/77",
        ),
        (
            {"documents": [PAPER], "cursor": "x"},
            "Mehr Lampen",
            "2030-07-08",
            "de",
            "Deutscher Bundestag",
            "Antrag",
            "https://dserver.example/30012.pdf",
        ),
    ],
)
def test_each_form_gives_its_fields(
    content: Any, title: str, day: str, language: str, source: str, kind: str, url: str
) -> None:
    (document,) = read(content)

    assert (document.title, str(document.date), document.language) == (title, day, language)
    assert (document.source, document.kind, document.url) == (source, kind, url)
    assert {"title", "date", "language", "source", "jurisdiction", "kind", "url"} == dict(
        document.origins
    ).keys()


@pytest.mark.integration
def test_the_origin_of_a_date_names_its_key() -> None:
    assert dict(read(GOVUK)[0].origins)["date"] == "GOV.UK public_updated_at"
    speech = GOVUK | {"details": {"body": "<p>Said.</p>", "delivered_on": "2029-12-31T10:00:00Z"}}
    (document,) = read(speech)
    assert (str(document.date), dict(document.origins)["date"]) == ("2029-12-31", "GOV.UK delivered_on")
    assert dict(read(ACT)[0].origins)["date"] == "signature of the act"


@pytest.mark.integration
def test_bodies_are_read_as_a_browser_shows_them() -> None:
    (document,) = read(GOVUK)

    assert document.text == "Lamps & candles\n\nAbout lamps.\n\nNew\n\nLamps shine.\n\nP\n\nQ"


@pytest.mark.integration
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Lamps need", "Recital 1"),
        ("Rules need", "Recital 2"),
        ("are covered", "Art. 1(1)"),
        ("candles", "Art. 1(2)(a)"),
    ],
)
def test_an_act_as_data_is_cited_by_its_provisions(words: str, expected: str) -> None:
    (document,) = read(ACT)
    start = document.text.index(words)

    assert place_of(document, Span(start, start + 5)) == expected
    assert document.text.count("Rules need lamps") == 1
    assert "document" not in document.text


def test_each_document_of_an_answer_is_one(hints: Hints) -> None:
    parsed = parse_json(json.dumps({"documents": [PROCEDURE, PAPER]}).encode(), hints)

    assert [one.title for one in parsed] == ["Gesetz über Lampen", "Mehr Lampen"]
    assert "Wahlperiode: 30" in parsed[0].text
    assert "mehr Lampen." in parsed[1].text


def test_what_says_nothing_or_is_unknown_is_refused(hints: Hints) -> None:
    with pytest.raises(EmptyDocument, match="holds no documents"):
        parse_json(b'{"documents": [], "vorgangstyp": 1}', hints)
    with pytest.raises(UnsupportedFormat, match="form that is not known"):
        parse_json(b'{"documents": [3]}', hints)


KEYS = st.sampled_from(["title", "body", "text", "number"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("<p>x</p>"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
    max_leaves=6,
)


@given(st.sampled_from([GOVUK, ACT, PROCEDURE, PAPER]), st.data())
def test_whatever_stands_under_its_keys_it_is_text_or_a_document_error(
    form: dict[str, Any], data: st.DataObject
) -> None:
    changed = dict(form)
    for key in data.draw(st.lists(st.sampled_from(sorted(form)), max_size=4)):
        changed[key] = data.draw(VALUES)
    try:
        parsed = parse_json(json.dumps(changed).encode(), Hints(text_chars=100_000))
    except DocumentError:
        return
    assert all(one.text.strip() for one in parsed)
