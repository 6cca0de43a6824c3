"""The shipped schema is whole, and a user's file extends it without code."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from political_monitoring.domain.ontology import load_ontology, use_ontology
from political_monitoring.errors import ConfigInvalid

# The schema that was asked for. `leads` is said from the body's side: it has one head at a time.
PREDICATES = [
    "proposes",
    "introduces",
    "reports",
    "adopts",
    "rejects",
    "signs",
    "vetoes",
    "enters_into_force",
    "applies_from",
    "amends",
    "supersedes",
    "repeals",
    "enforces",
    "fines",
    "appeals",
    "supports",
    "opposes",
    "votes_for",
    "votes_against",
    "lobbies_for",
    "lobbies_against",
    "affects",
    "subject_to",
    "operates_in",
    "delegates_to",
    "represents",
    "led_by",
    "member_of",
    "consults_on",
    "transposes",
]
TYPES = [
    "Policy",
    "Regulation",
    "Bill",
    "Politician",
    "Party",
    "Institution",
    "Committee",
    "Company",
    "LobbyGroup",
    "Jurisdiction",
    "PolicyArea",
    "EnforcementAction",
    "ComplianceObligation",
    "Deadline",
    "Event",
    "Consultation",
    "CourtCase",
]
GROUPS = [
    "proposed",
    "in_committee",
    "reported",
    "first_chamber",
    "second_chamber",
    "negotiations",
    "adopted",
    "signed",
    "in_force",
    "applies",
    "vetoed",
    "rejected",
    "withdrawn",
    "repealed",
]

EXTENSION = """
entity_types:
  Satellite: {attributes: {mass: number}}
  Politician: {attributes: {district: text}}
predicates:
  licenses: {functional: true, subjects: [Institution], objects: [Company, Satellite], en: licenses, de: genehmigt}
  amends: {fr: modifie}
stages:
  sandbox: {group: in_force, after: in_force, en: tried in a sandbox}
phrases:
  en:
    licenses: ["{s:body} {v:licensed} {det}{o:company}"]
"""

Use = Callable[[str], None]


@pytest.fixture
def use(tmp_path: Path) -> Iterator[Use]:
    """Put a text in use as the extension, until the test ends."""

    def use_text(text: str) -> None:
        path = tmp_path / "schema.yaml"
        path.write_text(text, "utf-8")
        use_ontology(path)

    yield use_text
    use_ontology(None)


def test_the_schema_has_everything_asked_for() -> None:
    ontology = load_ontology()

    assert set(PREDICATES) <= set(ontology.predicates)
    assert set(TYPES) <= set(ontology.entity_types)
    assert list(ontology.stage_groups) == GROUPS


def test_everything_has_labels_in_both_languages() -> None:
    ontology = load_ontology()

    for one in (*ontology.predicates.values(), *ontology.stages.values()):
        assert set(one.labels) >= {"en", "de"}, one.name
    assert all(set(labels) >= {"en", "de"} for labels in ontology.stage_groups.values())


def test_every_stage_belongs_to_a_normalised_one() -> None:
    ontology = load_ontology()

    assert {stage.group for stage in ontology.stages.values()} == set(GROUPS)


def test_a_normalised_stage_belongs_to_itself_where_a_source_uses_its_word() -> None:
    stages = load_ontology().stages

    assert all(stages[name].group == name for name in GROUPS if name in stages)


def test_predicates_are_said_of_known_types() -> None:
    ontology = load_ontology()

    for one in ontology.predicates.values():
        assert {*one.subjects, *one.objects} <= set(ontology.entity_types), one.name


def test_an_extension_adds_to_the_shipped_schema(use: Use) -> None:
    use(EXTENSION)
    ontology = load_ontology()

    assert ontology.predicates["licenses"].functional
    assert ontology.predicates["licenses"].objects == ("Company", "Satellite")
    assert ontology.predicates["amends"].labels["fr"] == "modifie"
    assert ontology.predicates["amends"].labels["de"] == "ändert"
    assert dict(ontology.entity_types["Politician"].attributes) == {"party": "text", "district": "text"}
    assert set(PREDICATES) <= set(ontology.predicates)


def test_a_new_stage_stands_where_it_says(use: Use) -> None:
    use(EXTENSION)
    stages = load_ontology().stages

    assert stages["sandbox"].order == stages["in_force"].order + 1
    assert stages["sandbox"].group == "in_force"
    assert load_ontology().stage_label("sandbox", "de") == "tried in a sandbox"


def test_without_the_extension_the_shipped_schema_is_back(use: Use) -> None:
    use(EXTENSION)
    use_ontology(None)

    assert "licenses" not in load_ontology().predicates
    assert "sandbox" not in load_ontology().stages


def test_an_empty_extension_changes_nothing(use: Use) -> None:
    before = load_ontology()
    use("")

    assert load_ontology().predicates == before.predicates


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("predicates:\n  licenses: {functional: yes, en: x}\npredicats: {}", ":3 .*did you mean predicates"),
        ("predicates:\n  licenses: {functonal: true, en: x}", ":2 .*did you mean functional"),
        ("predicates:\n  licenses: {functional: 1, en: x}", ":2 .*must be true or false"),
        ("predicates:\n  licenses: {functional: true}", ":2 .*licenses needs en"),
        ("predicates:\n  licenses: {en: licenses}", ":2 .*licenses needs functional"),
        ("predicates:\n  Licenses: {functional: true, en: x}", ":2 .*is not a name like votes_for"),
        ("predicates:\n  licenses: {functional: true, en: 5}", ":2 .*must be text"),
        (
            "predicates:\n  x1:\n    functional: true\n    en: x\n    objects: [Compny]",
            ":5 .*did you mean Company",
        ),
        ("predicates:\n  x1: {functional: true, en: x, objects: Company}", ":2 .*must be a list"),
        ("predicates:\n  status:\n    functional: false", ":3 .*status is in the shipped schema"),
        ("stages:\n  vetoed: {group: rejected, en: x}", ":2 .*vetoed is in the shipped schema"),
        ("stages:\n  sandbox: {group: inforce, en: x}", ":2 .*did you mean in_force"),
        ("stages:\n  sandbox: {group: in_force, after: in_forse, en: x}", ":2 .*did you mean in_force"),
        ("entity_types:\n  Satellite: {attributes: {mass: nummer}}", ":2 .*did you mean number"),
        ("entity_types:\n  satellite: {}", ":2 .*is not a name like EnforcementAction"),
        ("phrases:\n  en:\n    amend: [x]", ":3 .*did you mean amends"),
        ("phrases:\n  english: {}", ":2 .*two letters"),
        ("predicates: [a]", ":1 .*must be names"),
        ("- a", ":1: must be names"),
        ("predicates:\n  no: {functional: true, en: x}", "must be in quotation marks"),
        ("predicates: {a: {", "is not YAML"),
        ("stages: {}\nstages: {}", ":2 gives stages a second time"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(use: Use, text: str, sentence: str) -> None:
    with pytest.raises(ConfigInvalid, match=f"schema.yaml.*{sentence}"):
        use(text)


def test_a_wrong_extension_leaves_the_one_in_use(use: Use, tmp_path: Path) -> None:
    use(EXTENSION)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("predicats: {}", "utf-8")
    with pytest.raises(ConfigInvalid):
        use_ontology(wrong)

    assert "licenses" in load_ontology().predicates


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"POLMON_GRAPH_ONTOLOGY: .*missing\.yaml cannot be read"):
        use_ontology(tmp_path / "missing.yaml")
