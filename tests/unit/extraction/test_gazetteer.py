from political_monitoring.domain.facts import Identifier
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.extraction.gazetteer import Gazetteer, KnownName, load_gazetteer
from political_monitoring.extraction.identifiers import SCHEMES, find_identifiers, spelled


def entries() -> list[KnownName]:
    gazetteer = load_gazetteer()
    return list(
        {
            id(entry): entry for candidates in gazetteer._by_first_word.values() for _, entry, _ in candidates
        }.values()
    )


def test_entries_follow_the_schema() -> None:
    for entry in entries():
        assert entry.type in load_ontology().entity_types, entry.name
        assert {one.scheme for one in entry.identifiers} <= set(SCHEMES), entry.name


def test_listed_identifiers_are_canonical() -> None:
    """What the gazetteer lists is what reading the citation gives."""
    for entry in entries():
        for identifier in entry.identifiers:
            found = [one.identifier for one in find_identifiers(spelled(identifier))]
            assert found == [identifier] or identifier.scheme == "uk-bill", (entry.name, identifier)


def test_no_identifier_has_two_names() -> None:
    listed = [identifier for entry in entries() for identifier in entry.identifiers]

    assert len(listed) == len(set(listed))


def test_the_longest_name_wins_and_parts_of_words_do_not() -> None:
    found = load_gazetteer().find(
        "The CDU/CSU and the Digital Markets, Competition and Consumers Act 2024; Intelligence."
    )

    assert [one.words for one in found] == ["CDU/CSU", "Digital Markets, Competition and Consumers Act 2024"]


def test_short_names_need_the_long_one_first() -> None:
    gazetteer = load_gazetteer()

    assert gazetteer.find("The Commission met.") == []
    assert [one.words for one in gazetteer.find("The European Commission met. The Commission agreed.")] == [
        "European Commission",
        "Commission",
    ]


def test_ambiguous_names_need_company() -> None:
    gazetteer = load_gazetteer()

    assert gazetteer.find("Article X and x-rays") == []
    assert [one.known.name for one in gazetteer.find("X, formerly Twitter, must reply.")] == ["X"]


def test_entries_are_found_by_identifier() -> None:
    assert load_gazetteer().identified(
        Identifier("eu-procedure", "2021/0106(COD)")
    ) is load_gazetteer().identified(Identifier("celex", "32024R1689"))
    assert Gazetteer(()).identified(Identifier("celex", "32024R1689")) is None
