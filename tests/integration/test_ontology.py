"""The extension of the schema, from the environment to the processes that prepare documents."""

from pathlib import Path

import pytest

from political_monitoring.documents.load import Item
from political_monitoring.domain.ontology import load_ontology, use_ontology
from political_monitoring.errors import ConfigInvalid
from political_monitoring.ingestion.processes import LocalPreparer
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import Settings, load_settings

EXTENSION = """
predicates:
  licenses: {functional: true, en: licenses, de: genehmigt}
phrases:
  en:
    licenses: ["{s:body} {v:licensed} {det}{o:company}"]
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "schema.yaml").write_text(EXTENSION, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLMON_GRAPH_ONTOLOGY", "schema.yaml")
    monkeypatch.setenv("POLMON_EXTRACTION_NAMES", "off")
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")
    return load_settings()


def test_worker_processes_use_it(settings: Settings, tmp_path: Path) -> None:
    items = [Item(f"{n}.txt", data=f"Ofcom licensed Apple in case {n}.".encode()) for n in range(3)]
    try:
        outcomes = [
            one for batch in LocalPreparer(settings, 2).prepare([[item] for item in items]) for one in batch
        ]
    finally:
        use_ontology(None)

    facts = [
        fact for outcome in outcomes for episode in outcome.episodes for fact in episode.extraction.facts
    ]
    assert {(fact.subject, fact.predicate, fact.object) for fact in facts} == {
        ("Institution:ofcom", "licenses", "Company:apple")
    }
    assert len(facts) == len(items)


def test_the_graph_uses_it(settings: Settings) -> None:
    graph = open_graph(settings)
    try:
        assert load_ontology().predicates["licenses"].functional
    finally:
        graph.close()
        use_ontology(None)


def test_a_wrong_file_stops_the_start(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("predicates: {licenses: {functional: true}}", "utf-8")
    wrong = settings.model_copy(
        update={"graph": settings.graph.model_copy(update={"ontology": str(tmp_path / "other.yaml")})}
    )

    with pytest.raises(ConfigInvalid, match=r"other\.yaml:1 .*licenses needs en"):
        open_graph(wrong)
