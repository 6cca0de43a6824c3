"""Relations from closed phrases: who, whom, when, and when not."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Extraction
from political_monitoring.domain.ontology import load_ontology, use_ontology
from political_monitoring.errors import ConfigInvalid
from political_monitoring.extraction.local import LocalExtractor, open_local
from political_monitoring.extraction.relation_phrases import load_relation_phrases
from political_monitoring.extraction.slots import SLOTS

Read = Callable[..., Extraction]
DSA, DMA = "celex:32022R2065", "celex:32022R1925"


def relations(read: Read, text: str, **given: object) -> set[tuple[str, str, str | None]]:
    return {(one.subject, one.predicate, one.object) for one in read(text, **given).facts if one.object}


def test_phrases_are_of_the_schema() -> None:
    ontology = load_ontology()

    for phrases in load_relation_phrases().by_language.values():
        for one in phrases:
            predicate = ontology.predicates[one.predicate]
            assert not predicate.functional or one.predicate == "led_by"
            assert one.status in {"", *ontology.stages}


def test_several_subjects_and_objects_each_have_a_fact(read: Read) -> None:
    text = "Apple, Google and TikTok oppose the Digital Services Act and the Digital Markets Act."

    assert relations(read, text) == {
        (f"Company:{company}", "opposes", law)
        for company in ("apple", "google", "tiktok")
        for law in (DSA, DMA)
    }


@pytest.mark.parametrize(
    "text",
    [
        "Apple supports the Digital Services Act.",
        "Apple, which sells telephones, strongly supports the Digital Services Act.",
        "Apple has long backed the Digital Services Act (Regulation (EU) 2022/2065).",
        "The Digital Services Act is supported by Apple.",
        "Apple is in favour of the new Digital Services Act, its lawyers wrote.",
    ],
)
def test_one_relation_has_many_wordings(read: Read, text: str) -> None:
    assert (("Company:apple", "supports", DSA)) in relations(read, text)


@pytest.mark.parametrize(
    "text",
    [
        "Apple does not support the Digital Services Act.",
        "Apple would support the Digital Services Act.",
        "Critics of Apple support the Digital Services Act.",
        "Apple's critics support the Digital Services Act.",
        "Apple supports the Digital Services Act proposal of its rival.",
        "Apple supports changes to the Digital Services Act.",
        "If Apple supports the Digital Services Act, others will follow.",
        "Rumour has it that Apple supports the Digital Services Act.",
        "Apple supports the Digital Services Act, according to a rival.",
        "Whether Apple supports the Digital Services Act is unclear.",
        "Apple supports neither side; the Digital Services Act is law.",
    ],
)
def test_what_is_not_stated_is_not_read(read: Read, text: str) -> None:
    assert not [one for one in relations(read, text) if one[1] == "supports"]


def test_an_event_has_its_own_day_and_a_state_that_of_the_document(read: Read) -> None:
    on = dt.date(2024, 7, 1)
    event = read("Apple appealed against the European Commission's decision on 3 May 2024.", date=on).facts[0]
    state = read("Ofcom enforces the Online Safety Act 2023.", date=on).facts[0]
    since = read("Since 7 March 2024 Apple has been subject to the Digital Markets Act.", date=on).facts[0]

    assert [one.valid_at and one.valid_at.date() for one in (event, state, since)] == [
        dt.date(2024, 5, 3),
        on,
        dt.date(2024, 3, 7),
    ]


def test_an_undated_document_gives_undated_states(read: Read) -> None:
    fact = read("Ofcom enforces the Online Safety Act 2023.", date=None).facts[0]

    assert fact.valid_at is None


def test_the_law_a_document_is_about_is_meant_by_the_bill(read: Read) -> None:
    text = "The SPD voted for it. CDU/CSU und AfD lehnten das Gesetz ab."

    assert relations(read, text, title="Gebäudeenergiegesetz", language="und") == {
        ("Party:spd", "votes_for", "de-bgbl:2023-I-280"),
        ("Party:cdu/csu", "opposes", "de-bgbl:2023-I-280"),
        ("Party:afd", "opposes", "de-bgbl:2023-I-280"),
    }


def test_behind_another_law_the_bill_may_be_that_one(read: Read) -> None:
    text = "After the Digital Markets Act had passed, the SPD voted for the act."

    assert not relations(read, text, title="Gebäudeenergiegesetz")


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("Bundesgesundheitsminister Karl Lauterbach sprach.", True),
        ("Der frühere Bundesgesundheitsminister Karl Lauterbach sprach.", False),
        ("Former Commission President Jean-Claude Juncker spoke.", False),
        ("Commission President Ursula von der Leyen spoke.", True),
    ],
)
def test_the_holder_of_an_office_leads_its_body(read: Read, text: str, leads: bool) -> None:
    assert any(one[1] == "led_by" for one in relations(read, text)) is leads


def test_a_party_behind_a_name_is_the_persons(read: Read) -> None:
    assert relations(read, "Karl Lauterbach (SPD) and Sen. Jane Example (D-NY) spoke.") >= {
        ("Politician:karl lauterbach", "member_of", "Party:spd"),
        ("Politician:jane example", "member_of", "Party:democratic party"),
    }


WORDS = st.sampled_from([*"abc ,.()", *SLOTS[:4], "Apple ", "supports ", "introduced ", "the DSA "])


@given(st.lists(WORDS, min_size=1, max_size=40).map("".join))
def test_texts_with_private_characters_are_read_without_an_error(text: str) -> None:
    document = Document(id="d", title="", text=text, content_hash="h", date=None, language="en")

    for fact in EXTRACTOR.extract(document, split_passages(document)).facts:
        assert fact.evidence.quote == fact.evidence.span.of(document.text)


EXTRACTOR: LocalExtractor = open_local("off")


@pytest.fixture
def extended(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    def use(says: str) -> None:
        path = tmp_path / "schema.yaml"
        path.write_text(
            "predicates: {licenses: {functional: false, en: licenses}}\n"
            f"phrases: {{en: {{licenses: ['{says}']}}}}\n",
            "utf-8",
        )
        use_ontology(path)

    yield use
    use_ontology(None)


def test_a_predicate_with_phrases_of_the_users_own_is_read(
    read: Read, extended: Callable[[str], None]
) -> None:
    extended("{s:body} {adv}{v:licensed} {det}{o:company}")

    assert relations(read, "Ofcom formally licensed Apple.") == {
        ("Institution:ofcom", "licenses", "Company:apple")
    }


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("{s:body} {v:licensed} them", "has no {o:...}"),
        ("{s:body} licensed {o:company}", "has no {v:...}"),
        ("{s:body} {v:licensed} {o:compny}", "compny"),
        ("{s:body} {v:licensed} {o:company} (", "is no pattern"),
    ],
)
def test_a_wrong_phrase_is_named(extended: Callable[[str], None], says: str, sentence: str) -> None:
    extended(says)

    with pytest.raises(ConfigInvalid) as error:
        load_relation_phrases()
    assert sentence in str(error.value)
    assert "licenses" in str(error.value)


def test_attributes_are_those_the_schema_declares(read: Read) -> None:
    text = (
        "Karl Lauterbach (SPD) praised H.R. 1 and Regulation (EU) 2024/1689 in Case C-311/18. "
        "The European Commission fined Apple €500 million."
    )
    types = load_ontology().entity_types
    found = {one.id: dict(one.attributes) for one in read(text, date=dt.date(2025, 5, 1)).entities}

    assert found["Politician:karl lauterbach"] == {"party": "SPD"}
    assert found["us-bill:119-hr-1"] == {"congress": "119", "number": "hr-1"}
    assert found["celex:32024R1689"] == {"number": "2024R1689", "procedure": "2021/0106(COD)"}
    assert found["eu-case:C-311/18"] == {"number": "C-311/18"}
    assert found["EnforcementAction:apple eur 500000000"] == {"amount": "500000000 EUR"}
    for one in read(text).entities:
        assert {name for name, _ in one.attributes} <= set(types[one.type].attributes), one.id
