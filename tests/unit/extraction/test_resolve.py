import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Identifier
from political_monitoring.extraction.gazetteer import load_gazetteer
from political_monitoring.extraction.resolve import Candidate, name_id, normalise_name, resolve

CELEX = Identifier("celex", "32028R0077")
PROCEDURE = Identifier("eu-procedure", "2027/0033(COD)")


def law(*identifiers: Identifier, name: str = "", at: int = 0) -> Candidate:
    return Candidate("Regulation", "EU", name=name, identifiers=identifiers, span=Span(at, at + 1))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The Digital  Services Act", "digital services act"),
        ("Ofcom’s “code”", "ofcom's code"),
        ("Bündnis 90/Die Grünen", "BÜNDNIS 90/DIE GRÜNEN"),
        ("EU–US framework", "EU-US framework."),
        ("der Bundestag", "Bundestag"),
    ],
)
def test_names_that_are_the_same(left: str, right: str) -> None:
    assert normalise_name(left) == normalise_name(right)


@given(st.text(max_size=60))
def test_normalising_once_is_enough_for_plain_names(name: str) -> None:
    once = normalise_name(f"x{name}")

    assert normalise_name(once) == once or normalise_name(normalise_name(once)) == normalise_name(once)


def test_the_gazetteer_joins_an_act_its_procedure_and_its_name() -> None:
    act, number = Identifier("celex", "32024R1689"), Identifier("eu-procedure", "2021/0106(COD)")
    resolved = resolve(
        [law(act), law(number, at=5), law(Identifier("eu-com", "2021/206"), at=9)], [], load_gazetteer()
    )

    assert list(resolved.entities) == ["celex:32024R1689"]
    assert {one.entity_id for one in resolved.mentions} == {"celex:32024R1689"}
    assert resolved.entities["celex:32024R1689"].name == "Artificial Intelligence Act"


def test_a_document_joins_what_it_equates() -> None:
    candidates = [law(CELEX), law(PROCEDURE, at=5), law(name="Quantum Act", at=9)]
    pairs = [(str(CELEX), str(PROCEDURE)), (str(CELEX), candidates[2].key)]
    resolved = resolve(candidates, pairs, load_gazetteer())
    entity = resolved.entities["eu-procedure:2027/0033(COD)"]

    assert (entity.name, entity.identifiers) == ("Quantum Act", (PROCEDURE, CELEX))
    assert len(resolved.entities) == 1
    assert resolve(candidates, [], load_gazetteer()).entities.keys() == {
        str(CELEX),
        str(PROCEDURE),
        "Regulation:quantum act",
    }


def test_the_order_of_what_is_found_does_not_change_the_id() -> None:
    pairs = [(str(CELEX), str(PROCEDURE))]
    forth = resolve([law(CELEX), law(PROCEDURE, at=3)], pairs, load_gazetteer())
    back = resolve([law(PROCEDURE), law(CELEX, at=3)], pairs, load_gazetteer())

    assert forth.entities.keys() == back.entities.keys()


def test_two_bills_of_one_name_stay_two() -> None:
    bills = [
        Candidate(
            "Bill",
            "US",
            name="Fair Play Act",
            identifiers=(Identifier("us-bill", f"119-{number}"),),
            span=Span(0, 1),
        )
        for number in ("hr-5", "s-9")
    ]

    assert len(resolve(bills, [], load_gazetteer()).entities) == 2


def test_a_name_alone_is_the_numbered_law_of_that_name() -> None:
    resolved = resolve(
        [law(CELEX, name="Quantum Act"), law(name="the Quantum Act", at=5)], [], load_gazetteer()
    )

    assert [one.entity_id for one in resolved.mentions] == [str(CELEX), str(CELEX)]


def test_names_without_numbers_are_told_apart_by_type() -> None:
    assert name_id("Company", "Meta") != name_id("Institution", "Meta")


def test_an_entity_known_only_by_its_number_says_so() -> None:
    numbered = resolve([law(CELEX)], [], load_gazetteer()).entities[str(CELEX)]

    assert numbered.name == "Regulation (EU) 2028/77"
    assert numbered.name in numbered.aliases
