"""XML of the field. Each sample is our own, in the form that the publisher's documentation gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.load import Item, parse
from political_monitoring.documents.parsers.field_xml import parse as parse_xml
from political_monitoring.documents.parsers.parsed import Hints
from political_monitoring.documents.places import place_of
from political_monitoring.domain.documents import Document, Span
from political_monitoring.errors import DocumentError, EmptyDocument, UnreadableDocument, UnsupportedFormat
from political_monitoring.settings import LimitsSettings

FORMEX = """<?xml version="1.0" encoding="UTF-8"?>
<ACT><BIB.INSTANCE><DOCUMENT.REF><LG.OJ>EN</LG.OJ></DOCUMENT.REF><DATE ISO="20300115">20300115</DATE>
<LG.DOC>EN</LG.DOC>
<NO.DOC><NO.CURRENT>12</NO.CURRENT><YEAR>2030</YEAR><COM>EU</COM></NO.DOC></BIB.INSTANCE>
<TITLE><TI><P>REGULATION (EU) 2030/12</P><P>of <DATE ISO="20300110">10 January 2030</DATE></P><P>on sample lamps</P>
</TI>
</TITLE><PREAMBLE><PREAMBLE.INIT><P>THE EUROPEAN PARLIAMENT,</P></PREAMBLE.INIT><GR.CONSID>
<GR.CONSID.INIT>Whereas:</GR.CONSID.INIT>
<CONSID><NP><NO.P>(1)</NO.P><TXT>Lamps need rules<NOTE><P>A footnote.</P></NOTE>.</TXT></NP></CONSID>
<CONSID><NP><NO.P>(2)</NO.P><TXT>Rules need lamps.</TXT></NP></CONSID></GR.CONSID>
<PREAMBLE.FINAL><P>HAVE ADOPTED THIS REGULATION:</P></PREAMBLE.FINAL></PREAMBLE>
<ENACTING.TERMS><DIVISION><TITLE><TI><P>CHAPTER I</P></TI><STI><P>General</P></STI></TITLE>
<ARTICLE><TI.ART>Article 1</TI.ART><STI.ART><P>Scope</P></STI.ART>
<PARAG><NO.PARAG>1.</NO.PARAG><ALINEA>This Regulation covers lamps.</ALINEA></PARAG>
<PARAG><NO.PARAG>2.</NO.PARAG><ALINEA><P>It does not cover:</P><LIST>
<ITEM><NP><NO.P>(a)</NO.P><TXT>candles;</TXT></NP></ITEM><ITEM><NP><NO.P>(b)</NO.P><TXT>torches.</TXT></NP></ITEM>
</LIST>
</ALINEA></PARAG></ARTICLE>
<ARTICLE><TI.ART>Article 2</TI.ART><STI.ART><P>Force</P></STI.ART><ALINEA>It enters into force.</ALINEA></ARTICLE>
</DIVISION></ENACTING.TERMS><FINAL><SIGNATURE><PL.DATE><P>Done at Sampleton, 10 January 2030.</P></PL.DATE>
</SIGNATURE>
</FINAL></ACT>"""

AKOMA_NTOSO = """<?xml version="1.0"?><akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">
<act name="ukpga">
<meta><identification source="#"><FRBRWork><FRBRthis value="http://example.org/id/ukpga/2030/7"/>
<FRBRuri value="http://example.org/id/ukpga/2030/7"/><FRBRdate date="2030-03-01" name="enacted"/>
<FRBRauthor href="#parliament"/><FRBRcountry value="GB-UKM"/></FRBRWork><FRBRExpression>
<FRBRlanguage language="eng"/></FRBRExpression></identification><references>
<TLCOrganization eId="parliament" href="" showAs="Parliament of Samples"/></references></meta>
<preface><p><shortTitle>Lamps Act 2030</shortTitle></p><longTitle><p>An Act about lamps.</p></longTitle></preface>
<body><part><num>Part 1</num><heading>Lamps</heading><section><num>1</num><heading>Overview of Act</heading>
<subsection><num>(1)</num><content><p>This Act makes provision about lamps.</p></content></subsection>
<subsection><num>(2)</num><intro><p>It applies to—</p></intro>
<paragraph><num>(a)</num><content><p>red lamps, and</p></content></paragraph>
<paragraph><num>(b)</num><content><p>blue lamps.</p></content></paragraph></subsection></section>
<section><num>2</num><heading>Amendment</heading><subsection><num>(1)</num><content>
<p>The Candles Act is amended by <mod>inserting <quotedStructure startQuote="“"><section><num>9</num>
<heading>New</heading>
<content><p>Candles glow.</p></content></section></quotedStructure></mod></p></content></subsection></section>
</part></body>
</act></akomaNtoso>"""

BILL = """<?xml version="1.0"?><!DOCTYPE bill PUBLIC "-//US Congress//DTDs/bill.dtd//EN" "bill.dtd">
<bill bill-stage="Introduced-in-House"><metadata><dublinCore><title>130 HR 77 IH: Sample Lamps Act of 2030</title>
<publisher>U.S. House of Representatives</publisher><date>2030-02-03</date><language>EN</language></dublinCore>
</metadata>
<form><congress>130th CONGRESS</congress><legis-num>H. R. 77</legis-num>
<current-chamber>IN THE HOUSE OF REPRESENTATIVES</current-chamber>
<action><action-date date="20300203">February 3, 2030</action-date><action-desc>Ms. Lamp introduced it</action-desc>
</action>
<legis-type>A BILL</legis-type><official-title>To light lamps.</official-title></form>
<legis-body><section><enum>1.</enum><header>Short title</header><text>This Act may be cited so.</text></section>
<title><enum>I</enum><header>Lamps</header>
<section><enum>101.</enum><header>Duties</header><subsection><enum>(a)</enum><header>In general</header>
<text>The Secretary shall—</text><paragraph><enum>(1)</enum><text>light lamps; and</text></paragraph>
<paragraph><enum>(2)</enum><text>count lamps.</text></paragraph></subsection>
<subsection><enum>(b)</enum><header>Amendment</header><text>Section 5 is amended by adding the following:</text>
<quoted-block><subsection><enum>(c)</enum><text>Quoted lamps.</text></subsection></quoted-block></subsection>
</section></title>
</legis-body></bill>"""

USLM = """<bill xmlns="http://schemas.gpo.gov/xml/uslm"><meta>
<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Lamp Bill
</dc:title><dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2030-04-05</dc:date></meta><main>
<section><num value="1">SECTION 1. </num><heading>Short title.</heading><content>This is short.</content></section>
<section><num value="2">SEC. 2. </num><heading>Rule.</heading><subsection><num value="a">(a) </num>
<content>Lamps shine.</content></subsection></section></main></bill>"""

BILL_STATUS = """<billStatus><bill><number>77</number><type>HR</type><congress>130</congress>
<updateDate>2030-05-06T10:00:00Z</updateDate><introducedDate>2030-02-03</introducedDate>
<title>Sample Lamps Act</title>
<actions><item><actionDate>2030-04-01</actionDate>
<text>Passed/agreed to in House: On passage Passed by voice vote.</text>
</item><item><actionDate>2030-02-03</actionDate><text>Introduced in House</text></item></actions>
<sponsors><item><fullName>Rep. Lamp, Ada [D-XX-1]</fullName></item></sponsors>
<latestAction><actionDate>2030-04-01</actionDate><text>Received in the Senate.</text></latestAction>
<summaries><summary><actionDesc>Introduced in House</actionDesc>
<text>&lt;p&gt;It &lt;b&gt;lights&lt;/b&gt; lamps.&lt;/p&gt;</text>
</summary></summaries></bill></billStatus>"""

PROTOCOL = """<?xml version="1.0" encoding="UTF-8"?><dbtplenarprotokoll wahlperiode="30" sitzung-nr="4"
 sitzung-datum="07.06.2030" herausgeber="Deutscher Bundestag"><vorspann><kopfdaten><veranstaltungsdaten>
<datum date="07.06.2030">Freitag, den 7. Juni 2030</datum></veranstaltungsdaten></kopfdaten></vorspann>
<sitzungsverlauf><tagesordnungspunkt top-id="Tagesordnungspunkt 1"><p klasse="J">Lampen beraten wir.</p><rede id="1">
<p klasse="redner"><redner id="9"><name><vorname>Ada</vorname><nachname>Licht</nachname><fraktion>XYZ</fraktion>
</name>
</redner>Ada Licht (XYZ):</p><p klasse="J_1">Lampen sind gut.</p><kommentar>(Beifall)</kommentar>
<name>Präsidentin Kerze:</name><p>Danke.</p></rede></tagesordnungspunkt></sitzungsverlauf></dbtplenarprotokoll>"""

OLD_PROTOCOL = """<DOKUMENT><WAHLPERIODE>5</WAHLPERIODE><DOKUMENTART>PLENARPROTOKOLL</DOKUMENTART><NR>05/3</NR>
<DATUM>10.11.1965</DATUM><TITEL>Plenarprotokoll vom 10.11.1965</TITEL><TEXT>Beginn: 9 Uhr.

Die Sitzung ist eröffnet.</TEXT></DOKUMENT>"""


def read(sample: str) -> Document:
    (document,) = parse(
        Item("sample.xml", data=sample.encode(), media_type="text/xml"), LimitsSettings(parse_seconds=30)
    )
    return document


def place(document: Document, words: str) -> str:
    start = document.text.index(words)
    return place_of(document, Span(start, start + len(words)))


@pytest.mark.integration
@pytest.mark.parametrize(
    ("sample", "title", "day", "language", "jurisdiction", "kind", "date_from"),
    [
        (
            FORMEX,
            "REGULATION (EU) 2030/12 of 10 January 2030 on sample lamps",
            "2030-01-10",
            "en",
            "EU",
            "regulation",
            "Formex TITLE",
        ),
        (AKOMA_NTOSO, "Lamps Act 2030", "2030-03-01", "en", "UK", "ukpga", "Akoma Ntoso FRBRWork"),
        (BILL, "Sample Lamps Act of 2030", "2030-02-03", "en", "US", "bill", "dc:date"),
        (USLM, "Lamp Bill", "2030-04-05", "en", "US", "bill", "dc:date"),
        (BILL_STATUS, "Sample Lamps Act", "2030-05-06", "en", "US", "bill_status", "BILLSTATUS updateDate"),
        (PROTOCOL, "Plenarprotokoll 30/4", "2030-06-07", "de", "DE", "plenary_protocol", "protocol head"),
        (
            OLD_PROTOCOL,
            "Plenarprotokoll 05/3: Plenarprotokoll vom 10.11.1965",
            "1965-11-10",
            "de",
            "DE",
            "plenary_protocol",
            "protocol head",
        ),
    ],
)
def test_each_form_gives_its_fields_and_says_where_they_stand(
    sample: str, title: str, day: str, language: str, jurisdiction: str, kind: str, date_from: str
) -> None:
    document = read(sample)

    assert (document.title, str(document.date), document.language) == (title, day, language)
    assert (document.jurisdiction, document.kind) == (jurisdiction, kind)
    origins = dict(document.origins)
    assert origins["date"] == date_from
    assert {"title", "language", "source", "jurisdiction", "kind"} <= origins.keys()


@pytest.mark.integration
@pytest.mark.parametrize(
    ("sample", "words", "expected"),
    [
        (FORMEX, "Lamps need rules", "Recital 1"),
        (FORMEX, "covers lamps", "Art. 1(1)"),
        (FORMEX, "torches", "Art. 1(2)(b)"),
        (FORMEX, "enters into force", "Art. 2"),
        (FORMEX, "Done at", ""),
        (AKOMA_NTOSO, "makes provision", "s. 1(1)"),
        (AKOMA_NTOSO, "blue lamps", "s. 1(2)(b)"),
        (AKOMA_NTOSO, "Candles glow", "s. 2(1)"),
        (BILL, "cited so", "Sec. 1"),
        (BILL, "count lamps", "Sec. 101(a)(2)"),
        (BILL, "Quoted lamps", "Sec. 101(b)"),
        (USLM, "Lamps shine", "Sec. 2(a)"),
        (PROTOCOL, "Lampen sind gut", ""),
    ],
)
def test_a_quotation_is_found_in_its_provision(sample: str, words: str, expected: str) -> None:
    assert place(read(sample), words) == expected


@pytest.mark.integration
def test_footnotes_and_machine_names_are_no_words_of_the_text() -> None:
    assert "footnote" not in read(FORMEX).text
    protocol = read(PROTOCOL).text
    assert "Ada Licht (XYZ)\n\nLampen sind gut." in protocol
    assert protocol.count("Licht") == 1


@pytest.mark.integration
def test_a_bill_status_tells_every_action_with_its_day_oldest_first() -> None:
    text = read(BILL_STATUS).text

    assert text.startswith("2030-04-01 - HR 77 (Sample Lamps Act): Received in the Senate.")
    assert text.index("2030-02-03 - Introduced") < text.index("2030-04-01 - Passed/agreed")
    assert "It lights lamps." in text


@pytest.mark.integration
def test_words_under_titles_of_unknown_elements_are_not_lost() -> None:
    items = (
        "<appropriations-small><header>Lamp fund</header><text>For lamps, $5.</text><section><enum>9.</enum>"
    )
    items += "<text>More lamps.</text></section></appropriations-small>"
    document = read(BILL.replace("</legis-body>", f"{items}</legis-body>"))

    assert all(words in document.text for words in ("Lamp fund", "For lamps, $5.", "More lamps."))


def test_what_is_refused_is_refused_in_one_sentence(hints: Hints) -> None:
    with pytest.raises(UnsupportedFormat, match="kind that is not known here, <recipe>"):
        parse_xml(b"<?xml version='1.0'?><recipe/>", hints)
    with pytest.raises(UnreadableDocument, match="entities"):
        parse_xml(b'<!DOCTYPE bill [<!ENTITY x SYSTEM "file:///etc/passwd">]><bill>&x;</bill>', hints)
    with pytest.raises(UnreadableDocument, match="well-formed"):
        parse_xml(b"<bill><section>", hints)
    with pytest.raises(UnreadableDocument, match="well-formed"):
        parse_xml(b"<bill>" + b"<section>" * 5_000, hints)
    with pytest.raises(EmptyDocument, match="without any text"):
        parse_xml(b"<akomaNtoso><act/></akomaNtoso>", hints)
    with pytest.raises(UnreadableDocument, match="without a bill"):
        parse_xml(b"<billStatus/>", hints)


def test_entities_are_seen_in_every_encoding(hints: Hints) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE bill [<!ENTITY a "lol">]><bill>&a;</bill>'
    for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        with pytest.raises(UnreadableDocument):
            parse_xml(bomb.encode(encoding), hints)


SAMPLES = (FORMEX, AKOMA_NTOSO, BILL, USLM, BILL_STATUS, PROTOCOL, OLD_PROTOCOL)


@given(st.sampled_from(SAMPLES), st.data())
def test_a_damaged_file_is_text_or_a_document_error_and_nothing_else(
    sample: str, data: st.DataObject
) -> None:
    """Elements cut out, doubled, renamed: what is left is still read or refused."""
    cut = data.draw(st.integers(0, len(sample)))
    length = data.draw(st.integers(0, 60))
    filler = data.draw(
        st.sampled_from(["", "<a>", "</a>", "<num/>", '<p x="">', "&#0;", "\x01", "<TI.ART/>"])
    )
    damaged = sample[:cut] + filler + sample[cut + length :]
    try:
        parsed = parse_xml(damaged.encode(), Hints(text_chars=100_000))
    except DocumentError:
        return
    assert all(one.text.strip() for one in parsed)
    assert all(0 <= heading.offset <= len(one.text) for one in parsed for heading in one.headings)
