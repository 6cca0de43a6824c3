"""Counting claims up and down gives the entity that all live claims make together."""

from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.domain.facts import Entity, Identifier
from political_monitoring.knowledge.claims import Claim, merge
from political_monitoring.knowledge.graphiti.naming import Naming

NAMES = st.sampled_from(("Example Act", "EXA", "Beispielgesetz", " ", "An Example"))
IDENTIFIERS = st.builds(Identifier, st.sampled_from(("celex", "eli")), st.sampled_from(("1", "2", "a:b")))
ENTITIES = st.builds(
    Entity,
    id=st.just("celex:1"),
    type=st.sampled_from(("Bill", "Regulation")),
    name=NAMES,
    identifiers=st.lists(IDENTIFIERS, max_size=2).map(tuple),
    aliases=st.lists(NAMES, max_size=3).map(tuple),
    jurisdiction=st.sampled_from(("", "EU", "DE")),
)
CLAIMS = st.lists(st.builds(Claim, ENTITIES, st.booleans()), min_size=1, max_size=6)


@given(CLAIMS, CLAIMS)
def test_what_is_counted_is_what_is_merged(kept: list[Claim], withdrawn: list[Claim]) -> None:
    naming = Naming()
    for claim in (*withdrawn, *kept):
        naming.count(claim, 1)
    for claim in withdrawn:
        naming = Naming.from_json(naming.to_json())
        naming.count(claim, -1)
    assert naming.documents == len(kept)
    assert naming.entity("celex:1") == merge(kept)


@given(CLAIMS)
def test_nothing_is_left_of_what_was_taken_back(claims: list[Claim]) -> None:
    naming = Naming()
    for step in (1, -1):
        for claim in claims:
            naming.count(claim, step)
    assert naming == Naming()
    assert naming.entity("celex:1") == Entity("celex:1", "", "celex:1")
