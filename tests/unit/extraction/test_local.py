"""The extractor as the pipeline sees it."""

import importlib.util
from collections.abc import Callable
from importlib.machinery import ModuleSpec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Extraction
from political_monitoring.errors import MissingDependency
from political_monitoring.extraction import local
from political_monitoring.extraction.local import LocalExtractor, open_local
from political_monitoring.extraction.open import open_extractor
from political_monitoring.settings import load_settings

Read = Callable[..., Extraction]

ENGLISH = (
    "On 13 March 2024 the European Parliament adopted the Artificial Intelligence Act (procedure "
    "2021/0106(COD)) with 523 votes "
    "in favour, 46 against and 49 abstentions. Commissioner Thierry Breton welcomed Regulation (EU) "
    "2024/1689."
)
GERMAN = (
    "Am 17. Oktober 2024 hat der Deutsche Bundestag das Krankenhausversorgungsverbesserungsgesetz (KHVVG) "
    "beschlossen. "
    "Bundesgesundheitsminister Karl Lauterbach (SPD) dankte dem Ausschuss für Gesundheit."
)


def test_an_act_its_procedure_and_its_names_are_one_entity(read: Read) -> None:
    result = read(ENGLISH, title="European Parliament adopts the AI Act")
    laws = [one for one in result.entities if one.type == "Regulation"]

    assert [one.id for one in laws] == ["celex:32024R1689"]
    assert "AI Act" in laws[0].aliases
    assert {one.entity_id for one in result.mentions if one.principal} == {"celex:32024R1689"}


def test_a_law_that_nobody_has_listed_is_read_from_its_document(read: Read) -> None:
    text = (
        "On 3 March 2027 the European Commission proposed the Quantum Act as document "
        "COM(2027) 15 (procedure 2027/0033(COD))."
    )
    law = next(one for one in read(text, date=None).entities if one.type == "Regulation")

    assert law.name == "Quantum Act"
    assert [str(one) for one in law.identifiers] == ["eu-procedure:2027/0033(COD)", "eu-com:2027/15"]


def test_a_known_law_keeps_its_congress_in_later_texts(read: Read) -> None:
    result = read("H.R. 4346, the CHIPS and Science Act, pays for plants.", title="Chips")

    assert [one.id for one in result.entities] == ["us-bill:117-hr-4346"]


def test_german_names_need_no_tagger(read: Read) -> None:
    result = read(GERMAN, language="de")

    assert {one.name for one in result.entities} >= {
        "Krankenhausversorgungsverbesserungsgesetz",
        "Bundestag",
        "Karl Lauterbach",
        "Ausschuss für Gesundheit",
        "SPD",
    }
    assert ("holds_office", "Bundesgesundheitsminister") in {
        (one.predicate, one.value) for one in result.facts
    }


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de")])
def test_everything_said_is_in_the_text(read: Read, text: str, language: str) -> None:
    result = read(text, language=language)
    known = {one.id for one in result.entities}
    passages = {one.id: one for one in split_passages(Document("doc", "", text, "hash"))}

    assert result.facts
    for fact in result.facts:
        span = fact.evidence.span
        assert fact.evidence.quote == span.of(text)
        assert (
            passages[fact.evidence.passage_id].span.start
            <= span.start
            < span.end
            <= passages[fact.evidence.passage_id].span.end
        )
        assert {fact.subject, fact.object or fact.subject} <= known
        assert (fact.object is None) != (fact.value is None)
    assert {one.entity_id for one in result.mentions} <= known


def test_the_same_document_gives_the_same_extraction(read: Read) -> None:
    assert read(ENGLISH) == read(ENGLISH)
    assert read(ENGLISH).facts[0].id != read(ENGLISH, id="other").facts[0].id


def test_a_document_about_nothing_known_is_no_error(read: Read) -> None:
    assert read("Rain fell.") == Extraction()


def test_what_only_the_url_names_is_still_what_the_document_is_about(read: Read) -> None:
    result = read("The chamber met at noon.", url="https://bills.parliament.uk/bills/3137")

    assert [(one.entity_id, one.principal) for one in result.mentions] == [("uk-act:2023/50", True)]


def test_a_long_text_is_read_at_its_beginning_and_says_so(read: Read) -> None:
    result = read(ENGLISH + " The debate went on." * 3000)

    assert [one for one in result.facts if one.predicate == "vote_result"]
    assert result.warnings == ("facts were read from the first 4000 of 60228 characters",)


@given(st.text(max_size=500), st.text(max_size=60), st.sampled_from(["en", "de", "und"]))
def test_any_text_is_read_without_an_error(
    extractor: LocalExtractor, text: str, title: str, language: str
) -> None:
    document = Document("doc", title, text, "hash", language=language)
    result = extractor.extract(document, split_passages(document))

    assert all(one.evidence.quote == one.evidence.span.of(text) for one in result.facts)


@pytest.mark.parametrize(
    "unit",
    ["\n", "fined EUR 5 million ", "Aa ", "the Council adopted ", "hat Bundestag ", "H.R. 1, ", "1 000 "],
)
@pytest.mark.timeout(20)
def test_hostile_repetition_costs_no_more_than_its_length(read: Read, unit: str) -> None:
    assert read(unit * (30_000 // len(unit)), language="und").warnings is not None


def spacy_is_installed() -> bool:
    return importlib.util.find_spec("spacy") is not None and importlib.util.find_spec(local.MODEL) is not None


@pytest.mark.integration
@pytest.mark.skipif(not spacy_is_installed(), reason="the extra nlp is not installed")
def test_the_tagger_finds_people_without_titles(make: Callable[..., Document]) -> None:
    document = make("Angela Merkel met Emmanuel Macron in Paris on Tuesday.")
    result = open_local("spacy").extract(document, split_passages(document))

    assert ("Politician", "Emmanuel Macron") in {(one.type, one.name) for one in result.entities}


def test_a_missing_tagger_is_an_error_only_if_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(local, "find_spec", nowhere)

    with pytest.raises(MissingDependency, match="POLMON_EXTRACTION_NAMES"):
        open_local("spacy")
    assert open_local("auto").extract(Document("d", "", "Rain fell.", "h"), ()) == Extraction()


def test_settings_choose_the_extractor() -> None:
    assert open_extractor(load_settings({"POLMON_EXTRACTION_NAMES": "off"}))
