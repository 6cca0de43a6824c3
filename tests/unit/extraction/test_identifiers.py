import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.domain.facts import Identifier
from political_monitoring.extraction.identifiers import LAW_SCHEMES, SCHEMES, find_identifiers, spelled
from political_monitoring.extraction.identifiers_us import congress_on

ON = dt.date(2025, 5, 1)

SPELLINGS = {
    "us-bill:119-hr-4346": [
        "H.R. 4346",
        "HR4346",
        "H.R.4346",
        "H. R. 4346",
        "HR 4346",
        "H R 4346",
        "h.r. 4346",
        "status of hr 4346",
        "House Bill 4346",
        "H.R.\xa04346",
    ],
    "us-bill:119-hconres-72": [
        "H. Con. Res. 72",
        "HCONRES 72",
        "hconres 72",
        "H.Con.Res.72",
        "H.Con. Res. 72",
        "House Concurrent Resolution 72",
        "HConRes72",
    ],
    "us-bill:119-s-1582": [
        "S. 1582",
        "S 1582",
        "S1582",
        "S.1582",
        "the status of S1582",
        "Senate Bill 1582",
        "S.\xa01582",
    ],
    "us-bill:119-sjres-3": [
        "S.J.Res. 3",
        "SJRES 3",
        "S. J. Res. 3",
        "Senate Joint Resolution 3",
    ],
    "us-bill:119-hjres-105": [
        "H.J.Res. 105",
        "HJRES 105",
        "House Joint Resolution 105",
    ],
    "us-bill:119-hres-747": [
        "H.Res. 747",
        "H. Res. 747",
        "HRES 747",
        "H. RES. 747",
    ],
    "us-bill:119-sres-5": [
        "S.Res. 5",
        "S. Res. 5",
        "SRES 5",
    ],
    "us-bill:119-sconres-7": [
        "S.Con.Res. 7",
        "SCONRES 7",
    ],
    "us-bill:117-hr-5376": [
        "H.R. 5376 (117th Congress)",
        "In the 117th Congress, H.R. 5376 was introduced",
        "https://www.congress.gov/bill/117th-congress/house-bill/5376/all-actions",
        "BILLS-117hr5376enr",
    ],
    "us-law:117-167": [
        "Public Law 117-167",
        "Pub. L. 117–167",
        "P.L. 117-167",
        "Pub. L. No. 117-167",
        "Public Law No: 117-167",
        "PLAW-117publ167",
        "PL 117-167",
    ],
    "us-eo:14110": [
        "Executive Order 14110",
        "E.O. 14110",
        "EO 14110",
        "Executive Order No. 14110",
    ],
    "us-fr:88-75191": [
        "88 FR 75191",
        "88 Fed. Reg. 75191",
    ],
    "us-usc:42-1395": [
        "42 U.S.C. 1395",
        "42 USC 1395",
        "42 U.S.C. § 1395",
    ],
    "us-cfr:17-240": [
        "17 CFR 240",
        "17 C.F.R. Part 240",
    ],
    "eu-procedure:2021/0106(COD)": [
        "2021/0106(COD)",
        "2021/0106 (COD)",
        "reference=2021/0106(COD)",
    ],
    "eu-com:2021/206": [
        "COM(2021) 206",
        "COM(2021)206 final",
        "COM/2021/206",
        "KOM(2021) 206 endg.",
        "CELEX:52021PC0206",
        "CELEX%3A52021PC0206",
    ],
    "celex:32024R1689": [
        "Regulation (EU) 2024/1689",
        "Verordnung (EU) 2024/1689",
        "32024R1689",
        "CELEX:32024R1689",
        "der Durchführungsverordnung (EU) 2024/1689",
        "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
        "uri=CELEX%3A32024R1689",
        "02024R1689-20240712",
    ],
    "celex:32024L1760": [
        "Directive (EU) 2024/1760",
        "Richtlinie (EU) 2024/1760",
        "eli/dir/2024/1760",
    ],
    "celex:32023D1795": [
        "Implementing Decision (EU) 2023/1795",
        "Beschluss (EU) 2023/1795",
        "eli/dec_impl/2023/1795/oj",
    ],
    "celex:32001R1049": [
        "Regulation (EC) No 1049/2001",
        "Verordnung (EG) Nr. 1049/2001",
        "Regulation 1049/2001",
    ],
    "celex:32002L0058": [
        "Directive 2002/58/EC",
        "Richtlinie 2002/58/EG",
    ],
    "celex:31995L0046": [
        "Directive 95/46/EC",
        "Richtlinie 95/46/EG",
    ],
    "celex:32002F0584": [
        "Framework Decision 2002/584/JHA",
        "Rahmenbeschluss 2002/584/JI",
    ],
    "eu-case:C-311/18": [
        "C-311/18",
        "C‑311/18",
        "Case C-311/18",
        "Rechtssache C-311/18",
        "62018CJ0311",
        "num=C-311/18",
    ],
    "eu-case:T-286/09": [
        "T-286/09",
        "T-286/09 RENV",
    ],
    "eu-commission-case:AT.37990": [
        "AT.37990",
        "COMP/C-3/37.990",
        "COMP/37.990",
    ],
    "de-drucksache:bt-20/11854": [
        "Drucksache 20/11854",
        "BT-Drs. 20/11854",
        "BT-Drucksache 20/11854",
        "Bundestagsdrucksache 20/11854",
        "https://dserver.bundestag.de/btd/20/118/2011854.pdf",
    ],
    "de-drucksache:br-65/21": [
        "BR-Drucksache 65/21",
        "BR-Drs. 65/21",
        "Bundesratsdrucksache 65/21",
        "Drucksache 65/21",
    ],
    "de-drucksache:br-268/1/20": [
        "BR-Drucksache 268/1/20",
    ],
    "de-vorgang:272774": [
        "dip21:vorgang/272774",
        "https://dip.bundestag.de/vorgang/gesetz-zur-reform/272774",
        "DIP-Vorgang 272774",
    ],
    "de-bgbl:2024-I-400": [
        "BGBl. 2024 I Nr. 400",
        "https://www.recht.bund.de/bgbl/1/2024/400/VO.html",
        "BGBl. I 2024 Nr. 400",
    ],
    "de-bgbl:2021-I-S2959": [
        "BGBl. I 2021 S. 2959",
        "BGBl. 2021 I S. 2959",
        "Bundesgesetzblatt Teil I 2021 Nr.46 vom 22.07.2021 S. 2959",
    ],
    "uk-act:2023/50": [
        "2023 c. 50",
        "Online Safety Act 2023 (c. 50)",
        "https://www.legislation.gov.uk/ukpga/2023/50/contents",
    ],
    "uk-bill:3137": [
        "https://bills.parliament.uk/bills/3137",
    ],
    "uk-bill:2022-23/hl-87": [
        "HL Bill 87 (2022-23)",
        "HL Bill 87 2022–23",
    ],
}


@pytest.mark.parametrize(
    ("written", "canonical"),
    [(written, canonical) for canonical, spellings in SPELLINGS.items() for written in spellings],
)
def test_every_spelling_has_one_canonical_form(written: str, canonical: str) -> None:
    found = find_identifiers(written, ON)

    assert [str(one.identifier) for one in found] == [canonical]
    assert found[0].words == found[0].span.of(written)


@pytest.mark.parametrize(
    "text",
    [
        "BT-Plenarprotokoll 19/218, S. 27516D - 27521D",
        "Plenarprotokoll 992, TOP 36, S. 237 - 237",
        "im Amtsblatt, S. 209",
        "(text: CR S1350-1352)",
        "consideration: CR S3570; text: CR S3571",
        "the iPhone S23 and the Galaxy S24",
        "our HR department hired 2 people",
        "it took 48 hr 30 min",
        "the ratio 2024/1689",
        "binding decision 1/2023 of the board",
        "an AC-130/22 aircraft",
        "Regulation of 13 June 2024",
        "BGBl. I S. 2357",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert find_identifiers(text, ON) == []


def test_without_a_date_the_congress_is_left_open() -> None:
    assert find_identifiers("H.Con.Res. 72")[0].identifier == Identifier("us-bill", "hconres-72")


@pytest.mark.parametrize(
    ("day", "congress"),
    [("2025-01-02", 118), ("2025-01-03", 119), ("2026-12-31", 119), ("2024-06-01", 118), ("1789-03-04", 1)],
)
def test_a_congress_begins_on_the_third_of_january_of_odd_years(day: str, congress: int) -> None:
    assert congress_on(dt.date.fromisoformat(day)) == congress


def test_the_congress_of_the_head_counts_for_the_whole_bill() -> None:
    head = "118th CONGRESS\n1st Session\nH. R. 12\nA BILL" + " and so on" * 60 + " as in S. 9."

    assert [one.identifier.value for one in find_identifiers(head, ON)] == ["118-hr-12", "118-s-9"]


def test_a_list_shares_the_word_before_its_first_number() -> None:
    text = "der Verordnungen (EU) Nr. 345/2013, (EU) 2016/424 sowie der Richtlinien 2004/42/EG, 2009/48/EG"

    assert [one.identifier.value for one in find_identifiers(text)] == [
        "32013R0345",
        "32016R0424",
        "32004L0042",
        "32009L0048",
    ]


def test_several_bills_in_one_sentence() -> None:
    text = "The rule covers H.R. 22, S. 331, S.J. Res. 18 and H.R. 7."

    assert [one.identifier.value for one in find_identifiers(text, ON)] == [
        "119-hr-22",
        "119-s-331",
        "119-sjres-18",
        "119-hr-7",
    ]


def test_every_scheme_is_spelled_so_that_it_is_found_again() -> None:
    for canonical in SPELLINGS:
        identifier = Identifier(*canonical.split(":", 1))
        found = [one.identifier for one in find_identifiers(spelled(identifier), ON)]

        assert found == ([] if identifier.scheme == "uk-bill" else [identifier]), canonical


def test_laws_are_of_known_schemes() -> None:
    assert set(SCHEMES) >= LAW_SCHEMES


@given(st.text(max_size=300), st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_any_text_is_read_without_an_error(text: str, on: dt.date | None) -> None:
    found = find_identifiers(text, on)

    assert all(one.words == one.span.of(text) for one in found)
    assert all(left.span.end <= right.span.start for left, right in pairwise(found))


NOISE = st.lists(
    st.sampled_from(
        [
            "H.R.",
            "S.",
            "Res.",
            "No.",
            "12",
            "119th",
            "Congress",
            "(",
            ")",
            "/",
            "-",
            "2024",
            "COM",
            "EU",
            "BT-Drs.",
            "c.",
            "\n",
            "1/2",
            "Nr.",
            "Regulation",
            "and",
        ]
    ),
    max_size=30,
)


@given(NOISE)
def test_fragments_of_citations_are_read_without_an_error(fragments: list[str]) -> None:
    for glue in ("", " "):
        text = glue.join(fragments)
        assert all(one.words == one.span.of(text) for one in find_identifiers(text, ON))


KINDS = {
    "hr": ["H.R. ", "HR ", "H. R. ", "H.R."],
    "hconres": ["H. Con. Res. ", "HCONRES "],
    "sjres": ["S.J.Res. ", "SJRES "],
    "s": ["S. ", "S "],
}


@given(
    st.sampled_from(sorted(KINDS)),
    st.data(),
    st.integers(1, 99_999),
    st.dates(dt.date(1999, 1, 1), dt.date(2035, 12, 31)),
)
def test_spellings_of_any_bill_agree(kind: str, data: st.DataObject, number: int, on: dt.date) -> None:
    form = data.draw(st.sampled_from(KINDS[kind]))
    text = f"What became of {form}{number}?"
    found = find_identifiers(text, on)

    assert [one.identifier for one in found] == [Identifier("us-bill", f"{congress_on(on)}-{kind}-{number}")]
    assert found[0].span.of(text) == f"{form}{number}"


@given(
    st.integers(2015, 2035),
    st.integers(1, 9999),
    st.sampled_from(
        ["Regulation (EU) {}/{}", "Verordnung (EU) {}/{}", "https://eur-lex.europa.eu/eli/reg/{}/{}/oj"]
    ),
)
def test_spellings_of_any_regulation_agree(year: int, number: int, form: str) -> None:
    assert [one.identifier.value for one in find_identifiers(form.format(year, number))] == [
        f"3{year}R{number:04d}"
    ]
