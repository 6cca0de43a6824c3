"""Acts on EUR-Lex pages: a sample of our own with the classes that those pages have."""

import pytest

from political_monitoring.documents.load import Item, parse
from political_monitoring.documents.places import place_of
from political_monitoring.domain.documents import Document, Span
from political_monitoring.settings import LimitsSettings

PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="{lang}"><head><title>L_2030</title></head><body>
<div class="eli-container"><div class="eli-main-title" id="tit_1"><p class="oj-doc-ti">REGULATION (EU) 2030/12</p>
<p class="oj-doc-ti">of 10 January 2030</p><p class="oj-doc-ti">on sample lamps</p></div>
<div class="eli-subdivision" id="pbl_1"><p class="oj-normal">Whereas:</p>
<div class="eli-subdivision" id="rct_1"><table><tbody><tr><td><p>(1)</p></td><td><p>Lamps need rules.</p></td></tr>
</tbody></table></div>
<div class="eli-subdivision" id="rct_2"><table><tbody><tr><td><p>(2)</p></td><td><p>Rules need lamps.</p></td></tr>
</tbody></table></div>
<p class="oj-normal">HAVE ADOPTED THIS REGULATION:</p></div>
<div class="eli-subdivision" id="enc_1"><div id="cpt_I"><p class="oj-ti-section-1">CHAPTER I</p>
<div class="eli-title"><p class="oj-ti-section-2">GENERAL</p></div>
<div class="eli-subdivision" id="art_1"><p class="oj-ti-art">Article 1</p>
<div class="eli-title"><p class="oj-sti-art">Scope</p></div><div id="001.001">
<p class="oj-normal">1.   Lamps are covered.</p></div>
<div id="001.002"><p class="oj-normal">2.   These are not:</p><table><tbody>
<tr><td><p>(a)</p></td><td><p>candles;</p></td></tr><tr><td><p>(b)</p></td><td><p>torches, that is:</p><table><tbody>
<tr><td><p>(i)</p></td><td><p>wood.</p></td></tr></tbody></table></td></tr></tbody></table></div></div>
<div class="eli-subdivision" id="art_2"><p class="oj-ti-art">Article 2</p>
<p class="oj-normal">It enters into force.</p></div></div></div>
<div class="oj-final"><p class="oj-normal">Done at Sampleton, 10 January 2030.</p></div></div>
<div class="eli-container" id="anx_I"><p class="oj-doc-ti">ANNEX I</p><p class="oj-normal">A list of lamps.</p></div>
</body></html>"""
GERMAN = (
    PAGE.replace("Article", "Artikel")
    .replace("of 10 January 2030", "vom 10. Januar 2030")
    .replace("ANNEX", "ANHANG")
    .replace("Whereas:", "in Erwägung nachstehender Gründe:")
    .replace("1.   Lamps", "(1)   Lamps")
    .replace("2.   These", "(2)   These")
    .replace("<p>(a)</p>", "<p>a)</p>")
    .replace("<p>(b)</p>", "<p>b)</p>")
)

pytestmark = pytest.mark.integration


def read(page: str, lang: str) -> Document:
    item = Item(
        "https://example.org/act", data=page.format(lang=lang).encode(), media_type="application/xhtml+xml"
    )
    (document,) = parse(item, LimitsSettings(parse_seconds=30))
    return document


@pytest.mark.parametrize(
    ("words", "english", "german"),
    [
        ("Lamps need rules", "Recital 1", "Erwägungsgrund 1"),
        ("Rules need", "Recital 2", "Erwägungsgrund 2"),
        ("HAVE ADOPTED", "", ""),
        ("are covered", "Art. 1(1)", "Art. 1 Abs. 1"),
        ("candles", "Art. 1(2)(a)", "Art. 1 Abs. 2 Buchst. a"),
        ("torches", "Art. 1(2)(b)", "Art. 1 Abs. 2 Buchst. b"),
        ("enters into", "Art. 2", "Art. 2"),
        ("Done at", "", ""),
        ("A list", "Annex I", "Anhang I"),
    ],
)
def test_provisions_are_cited_in_english_and_german(words: str, english: str, german: str) -> None:
    for page, lang, expected in ((PAGE, "en", english), (GERMAN, "de", german)):
        document = read(page, lang)
        start = document.text.index(words)
        assert place_of(document, Span(start, start + len(words))) == expected


def test_an_article_that_an_amendment_quotes_is_none_of_the_act() -> None:
    quoted = '<table><tr><td><p class="oj-ti-art">Article 9</p><p>Candles glow.</p></td></tr></table>'
    document = read(PAGE.replace("<p>candles;</p>", f"<p>candles;</p>{quoted}"), "en")

    assert not [heading for heading in document.headings if "9" in heading.text]


def test_a_consolidated_act_is_read_by_its_own_classes() -> None:
    page = """<html lang="en"><body><div class="eli-main-title"><p class="title-doc-first">REGULATION (EU) 2030/12</p>
<p class="title-doc-last">of 10 January 2030</p></div><div class="eli-subdivision" id="art_1">
<p class="title-article-norm">Article 1</p><p class="stitle-article-norm">Scope</p>
<div class="norm"><span class="no-parag">1.</span><div class="norm inline-element">Lamps are covered.</div></div>
<div class="norm"><span class="no-parag">2.</span><div class="norm inline-element">Candles are not.</div></div></div>
<div id="art_2"><p class="title-article-norm">Article 2</p><p>It ends.</p></div></body></html>"""
    document = read(page, "en")
    start = document.text.index("Candles")

    assert place_of(document, Span(start, start + 4)) == "Art. 1(2)"
    assert str(document.date) == "2030-01-10"


def test_nested_points_keep_their_marks() -> None:
    document = read(PAGE, "en")
    start = document.text.index("wood")

    assert "(b) torches, that is:\n\n(i) wood." in document.text
    assert place_of(document, Span(start, start + 4)) == "Art. 1(2)(b)(i)"


def test_title_date_language_and_kind_are_those_of_the_act() -> None:
    document, german = read(PAGE, "en"), read(GERMAN, "de")

    assert document.title == "REGULATION (EU) 2030/12 of 10 January 2030 on sample lamps"
    assert (str(document.date), document.language, document.kind) == ("2030-01-10", "en", "regulation")
    assert (str(german.date), german.language) == ("2030-01-10", "de")
    assert dict(document.origins)["date"] == "title of the act"
    assert [h.text for h in document.headings if h.level == 3] == ["CHAPTER I GENERAL"]
