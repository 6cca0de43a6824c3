"""Every way of citing a number gives the same identifier, and one identifier is one entity in any language."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.domain.facts import Extraction
from political_monitoring.extraction.identifiers import find_identifiers

Read = Callable[..., Extraction]
ON = dt.date(2025, 5, 1)

# canonical form -> spellings; {y} a year, {n} a number, {p} it padded to four digits, {t} a term or congress
FORMS = {
    "celex:3{y}R{p}": (
        "Regulation (EU) {y}/{n}|REGULATION (EU) {y}/{n}|Regulation EU {y}/{n}|EU Regulation {y}/{n}|Reg. (EU) {y}/{n}|"
        "Verordnung (EU) {y}/{n}|Verordnung (EU) Nr. {y}/{n}|EU-Verordnung {y}/{n}|VO (EU) {y}/{n}|CELEX 3{y}R{p}|"
        "CELEX:3{y}R{p}|3{y}R{p}|ELI: reg/{y}/{n}|http://data.europa.eu/eli/reg/{y}/{n}/oj|"
        "Delegated Regulation (EU) {y}/{n}|der Durchführungsverordnung (EU) {y}/{n}"
    ),
    "celex:3{y}L{p}": (
        "Directive (EU) {y}/{n}|DIRECTIVE (EU) {y}/{n}|EU Directive {y}/{n}|Richtlinie (EU) {y}/{n}|"
        "EU-Richtlinie {y}/{n}|RL (EU) {y}/{n}|CELEX: 3{y}L{p}|eli/dir/{y}/{n}|ELI dir/{y}/{n}"
    ),
    "eu-com:{y}/{n}": (
        "COM({y}) {n}|COM({y}){n} final|COM ({y}) {n}|COM({y}){p}|COM/{y}/{n}|KOM({y}) {n} endg.|CELEX:5{y}PC{p}"
    ),
    "eu-swd:{y}/{n}": "SWD({y}) {n}|SWD({y}){n} final|SWD ({y}) {n}|SWD/{y}/{n}|5{y}SC{p}",
    "eu-procedure:{y}/{p}(COD)": (
        "{y}/{p}(COD)|{y}/{p} (COD)|{y}/{p}/COD|{y}/{p} COD|COD {y}/{p}|COD/{y}/{p}|COD({y}){p}|reference={y}/{p}(COD)"
    ),
    "us-law:{t}-{n}": (
        "Public Law {t}-{n}|public law {t}–{n}|Pub. L. {t}-{n}|Pub.L. {t}-{n}|P.L. {t}-{n}|PL {t}-{n}|"
        "Pub. L. No. {t}-{n}|Public Law No: {t}-{n}|Public Law Number {t}-{n}|"
        "PLAW-{t}publ{n}|congress.gov/{t}/plaws/publ{n}"
    ),
    "us-bill:{t}-hr-{n}": (
        "H.R. {n} ({t}th Congress)|H. R. {n}, {t}th Congress|HR {n}, {t}th Congress|"
        "https://www.congress.gov/bill/{t}th-congress/house-bill/{n}|BILLS-{t}hr{n}ih"
    ),
    "us-bill:{t}-sjres-{n}": (
        "S.J.Res. {n} ({t}th Congress)|S. J. Res. {n}, {t}th Congress|SJRES {n}, {t}th Congress|"
        "congress.gov/bill/{t}th-congress/senate-joint-resolution/{n}"
    ),
    "us-fr:{t}-{n}": "{t} FR {n}|{t} F.R. {n}|{t} Fed. Reg. {n}|{t} Fed.Reg. {n}|{t} Federal Register {n}",
    "us-cfr:17-{n}": (
        "17 CFR {n}|17 C.F.R. {n}|17 CFR Part {n}|17 CFR part {n}|17 C.F.R. pt. {n}|17 CFR § {n}|17 C.F.R. § {n}.10"
    ),
    "de-drucksache:bt-20/{n}": (
        "BT-Drs. 20/{n}|BT-Drs 20/{n}|BT-Drucksache 20/{n}|BT-Drucks. 20/{n}|Bundestagsdrucksache 20/{n}|"
        "Bundestags-Drucksache 20/{n}|Drucksache 20/{n}|Drs. 20/{n}"
    ),
    "de-drucksache:br-{n}/24": "BR-Drs. {n}/24|BR-Drucksache {n}/24|BR-Drucks. {n}/24|Bundesratsdrucksache {n}/24",
    "de-bgbl:2024-I-{n}": (
        "BGBl. 2024 I Nr. {n}|BGBl. I 2024 Nr. {n}|BGBl 2024 I, Nr. {n}|BGBl. 2024 Teil I Nr. {n}|"
        "Bundesgesetzblatt Jahrgang 2024 Teil I Nr. {n}|https://www.recht.bund.de/bgbl/1/2024/{n}/VO.html"
    ),
    "de-bgbl:2021-I-S{n}": (
        "BGBl. I 2021 S. {n}|BGBl. 2021 I S. {n}|BGBl. I 2021, S. {n}|BGBl. 2021 I {n}|Bundesgesetzblatt 2021 I S. {n}"
    ),
    "uk-si:{y}/{n}": (
        "S.I. {y}/{n}|SI {y}/{n}|SI {y} No. {n}|S.I. {y} No. {n}|Statutory Instrument {y}/{n}|"
        "Statutory Instruments {y} No. {n}|https://www.legislation.gov.uk/uksi/{y}/{n}/made"
    ),
    "uk-act:{y}/{t}": (
        "{y} c. {t}|{y} c.{t}|{y} (c. {t})|{y} chapter {t}|{y} CHAPTER {t}|Example Act {y}, c. {t}|"
        "https://www.legislation.gov.uk/ukpga/{y}/{t}/contents"
    ),
    "uk-bill:2024-25/{t}": "Bill {t} (2024-25)|Bill {t} 2024-25|Bill {t} of 2024–25|Bill {t} (Session 2024-25)",
    "uk-bill:2024-25/hl-{t}": "HL Bill {t} (2024-25)|HL Bill {t} of 2024–25",
}


@given(
    st.sampled_from([(canonical, form) for canonical, forms in FORMS.items() for form in forms.split("|")]),
    st.integers(2015, 2035),
    st.integers(10, 999),
    st.integers(104, 118),
    st.sampled_from(["{}", "see {}.", "gemäß {}, wonach", "({})"]),
)
def test_every_spelling_of_any_number_agrees(
    form: tuple[str, str], year: int, number: int, term: int, around: str
) -> None:
    canonical, written = (
        one.format(
            y=year, n=number, p=f"{number:04d}", t=term if "us-bill" in form[0] or "us-law" in form[0] else 88
        )
        for one in form
    )
    assert [str(one.identifier) for one in find_identifiers(around.format(written), ON)] == [canonical]


@pytest.mark.parametrize("form", [form for forms in FORMS.values() for form in forms.split("|")])
def test_a_sentence_may_end_with_any_spelling(form: str) -> None:
    written = form.format(y=2024, n=210, p="0210", t=110)

    assert find_identifiers(f"see {written}.", ON), written


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (
            "Regulation (EU) 2024/1689 applies.",
            [
                "Die Verordnung (EU) 2024/1689 gilt.",
                "See CELEX 32024R1689.",
                "See http://data.europa.eu/eli/reg/2024/1689/oj for the text.",
                "The proposal was COM(2021) 206.",
                "Verfahren 2021/0106(COD)",
                "The EU AI Act applies.",
                "Die KI-Verordnung der EU gilt.",
            ],
        ),
        ("The GENIUS Act became law.", ["It was S. 1582.", "Public Law 119-27", "Pub. L. No. 119–27"]),
        (
            "Das Krankenhausversorgungsverbesserungsgesetz trat in Kraft.",
            ["BGBl. 2024 I Nr. 400", "Bundestagsdrucksache 20/11854", "The KHVVG entered into force."],
        ),
        (
            "The Online Safety Act 2023 applies.",
            ["2023 c. 50", "https://www.legislation.gov.uk/ukpga/2023/50"],
        ),
    ],
)
def test_one_identifier_is_one_entity_in_any_language(read: Read, one: str, others: list[str]) -> None:
    def laws(text: str) -> set[str]:
        return {entity.id for entity in read(text, date=ON).entities if entity.type in {"Regulation", "Bill"}}

    expected = laws(one)

    assert len(expected) == 1
    for other in others:
        assert laws(other) == expected, other


@pytest.mark.parametrize(
    "text",
    [
        "our regulation 12/2023 on parking",
        "the VO 2/2024 of the club",
        "BGBl. 2024 I",
        "the EU 2024/25 season",
        "COD is a fish of 2021",
        "SI units in 2024",
        "chapter 12 of 2023",
        "17 CF 240",
    ],
)
def test_what_only_looks_like_a_citation_is_none(text: str) -> None:
    assert find_identifiers(text, ON) == []
