"""Neighbours, paths, timelines and changes, against plain searches of our own over the same facts."""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterator
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.errors import NotFound, TooLarge
from political_monitoring.knowledge import network
from political_monitoring.knowledge.network import View
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph, Scope
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

COMMISSION = Entity("institution:commission", "Institution", "European Commission")
META = Entity("company:meta", "Company", "Meta")
APPLE = Entity("company:apple", "Company", "Apple")
DMA = Entity("celex:32022R1925", "Regulation", "Digital Markets Act")
COURT = Entity("institution:court", "Institution", "General Court")
EVERY = (COMMISSION, META, APPLE, DMA, COURT)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC))


@pytest.fixture
def graph(clock: FrozenClock) -> Iterator[KnowledgeGraph]:
    opened = open_graph(load_settings({**_off(), "POLMON_HOME": load_settings().home.as_posix()}), clock)
    yield opened
    opened.close()


def _off() -> dict[str, str]:
    return {"POLMON_GRAPH_VECTORS": "off"}


def day(month: int) -> dt.date:
    return dt.date(2025, month, 1)


def fill(graph: KnowledgeGraph) -> None:
    graph.add(
        (
            episode(
                "designation",
                "The Commission designates Meta and Apple.",
                day(1),
                source="Commission",
                language="en",
                said=(
                    Said(COMMISSION, "designates", "designates Meta", on=day(1), upon=META),
                    Said(COMMISSION, "designates", "Meta and Apple", on=day(1), upon=APPLE),
                ),
                about=EVERY,
            ),
            episode(
                "busse",
                "Die Kommission verhängt eine Geldbuße gegen Meta. Meta unterliegt dem Gesetz.",
                day(3),
                source="Amtsblatt",
                language="de",
                said=(
                    Said(COMMISSION, "fines", "Geldbuße gegen Meta", on=day(3), upon=META),
                    Said(META, "subject_to", "Meta unterliegt dem Gesetz", on=day(3), upon=DMA),
                ),
            ),
            episode(
                "appeal",
                "Apple appeals to the General Court. The DMA is amended.",
                day(5),
                said=(
                    Said(APPLE, "appeals", "Apple appeals", on=day(5), upon=COURT),
                    Said(DMA, "status", "The DMA is amended", "in_force", day(5)),
                ),
            ),
        )
    )


def ids(found: list[network.Neighbour]) -> list[str]:
    return [one.entity.id for one in found]


def test_neighbours_stand_in_the_order_of_their_facts_with_the_evidence(graph: KnowledgeGraph) -> None:
    fill(graph)

    found = network.neighbours(graph, COMMISSION.id)

    assert ids(found) == [META.id, APPLE.id]
    assert [fact.predicate for fact in found[0].facts] == ["designates", "fines"]
    assert found[0].facts[1].evidence.quote == "Geldbuße gegen Meta"
    assert ids(network.neighbours(graph, META.id)) == [COMMISSION.id, DMA.id], "both directions"
    assert ids(network.neighbours(graph, COMMISSION.id, limit=1)) == [META.id]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View(time=AsOf.on(day(2))), [COMMISSION.id]),
        (View(types=("Regulation",)), [DMA.id]),
        (View(predicates=("designates",)), [COMMISSION.id]),
        (View(scope=Scope(languages=("de",))), [DMA.id, COMMISSION.id]),
        (View(scope=Scope(sources=("Commission",))), [COMMISSION.id]),
        (View(scope=Scope(jurisdictions=("US",))), []),
        (View(time=AsOf(known=dt.datetime(2025, 5, 1, tzinfo=dt.UTC))), []),
    ],
)
def test_every_filter_narrows(graph: KnowledgeGraph, view: View, expected: list[str]) -> None:
    fill(graph)

    assert ids(network.neighbours(graph, META.id, view)) == expected


def test_a_path_shows_every_fact_of_each_hop(graph: KnowledgeGraph) -> None:
    fill(graph)

    (path,) = network.paths(graph, COURT.id, DMA.id)

    assert [hop.source for hop in path] + [path[-1].target] == [
        COURT.id,
        APPLE.id,
        COMMISSION.id,
        META.id,
        DMA.id,
    ]
    assert [fact.predicate for fact in path[2].facts] == ["designates", "fines"]
    assert all(fact.evidence.quote for hop in path for fact in hop.facts)
    assert network.paths(graph, COURT.id, DMA.id, most_hops=3) == []
    assert network.paths(graph, COURT.id, DMA.id, View(types=("Company",))) == [], (
        "not through the Commission"
    )
    assert network.paths(graph, COURT.id, DMA.id, View(AsOf.on(day(4)))) == []
    assert network.paths(graph, META.id, META.id) == []


def test_what_is_not_there_is_said(graph: KnowledgeGraph) -> None:
    with pytest.raises(NotFound, match="company:none"):
        network.neighbours(graph, "company:none")
    with pytest.raises(NotFound, match="company:none"):
        network.timeline(graph, "company:none")
    fill(graph)
    with pytest.raises(NotFound, match="company:none"):
        network.paths(graph, META.id, "company:none")


def test_more_than_can_be_read_is_said(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(graph)
    monkeypatch.setattr(network, "MOST_FACTS", 2)

    with pytest.raises(TooLarge, match="narrow"):
        network.neighbours(graph, COMMISSION.id, View(), 1)


def test_a_timeline_tells_both_what_it_did_and_what_was_done_to_it(graph: KnowledgeGraph) -> None:
    fill(graph)

    told = network.timeline(graph, META.id)

    assert [fact.predicate for fact in told] == ["designates", "fines", "subject_to"]
    assert [fact.predicate for fact in network.timeline(graph, META.id, since=day(2), until=day(4))] == [
        "fines",
        "subject_to",
    ]
    assert [f.predicate for f in network.timeline(graph, META.id, view=View(types=("Regulation",)))] == [
        "subject_to"
    ]
    assert [fact.value for fact in network.timeline(graph, DMA.id)] == [None, "in_force"]


def status(document: str, on: dt.date | None, value: str) -> object:
    text = f"The act is now {value}."
    return episode(document, text, on, said=(Said(DMA, "status", text, value, on),))


def test_changes_tell_what_was_learned_ended_and_withdrawn(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    start = clock()
    clock.advance(days=1)
    first = clock()
    graph.add((status("a", day(1), "proposed"), status("u", None, "withdrawn")))  # type: ignore[arg-type]
    clock.advance(days=1)
    second = clock()
    graph.add((status("b", day(3), "adopted"),))  # type: ignore[arg-type]
    clock.advance(days=1)
    third = clock()
    graph.add((episode("b", "Nothing was adopted.", day(3)), status("c", dt.date(2031, 1, 1), "applies")))  # type: ignore[arg-type]

    def told(since: dt.datetime, until: dt.datetime) -> list[tuple[str, str | None]]:
        return [(one.kind, one.fact.value) for one in network.changes(graph, since, until)]

    assert told(start, first) == [("learned", "proposed"), ("learned", "withdrawn")]
    assert told(first, second) == [("ended", "proposed"), ("learned", "adopted")]
    assert told(second, third) == [("reopened", "proposed"), ("withdrawn", "adopted"), ("learned", "applies")]
    assert told(first, third)[-1] == ("learned", "applies"), "what only begins to hold later is news, too"
    assert told(third, third) == []
    assert network.changes(graph, start, first, entities=(META.id,)) == []
    assert len(network.changes(graph, start, first, entities=(DMA.id,))) == 2
    assert network.changes(graph, start, first, View(types=("Company",))) == []


def test_edges_count_documents_and_keep_to_the_view(graph: KnowledgeGraph) -> None:
    fill(graph)

    assert network.edges(graph)[COMMISSION.id, META.id] == 2
    assert set(network.edges(graph, View(types=("Company", "Institution")))) == {
        (COMMISSION.id, META.id),
        (COMMISSION.id, APPLE.id),
        (APPLE.id, COURT.id),
    }
    assert network.edges(graph, View(AsOf.on(day(2)), scope=Scope(languages=("de",)))) == {}


_EXAMPLES = count()
LINKS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=14)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINKS, st.integers(1, 4))
def test_paths_are_all_the_shortest_ones_and_nothing_else(
    graph: KnowledgeGraph, links: list[tuple[int, int]], most_hops: int
) -> None:
    number = next(_EXAMPLES)
    nodes = [Entity(f"company:{number}-{one}", "Company", f"Company {number} {one}") for one in range(8)]
    text = f"They support each other ({number})."
    said = tuple(Said(nodes[a], "supports", text, on=day(1), upon=nodes[b]) for a, b in links)
    graph.add((episode(f"links-{number}", text, day(1), said=said, about=nodes),))

    found = network.paths(graph, nodes[0].id, nodes[1].id, most_hops=most_hops, limit=1_000)

    walks = [[path[0].source, *(hop.target for hop in path)] for path in found]
    assert walks == sorted(_shortest(links, nodes, most_hops))
    for path in found:
        assert all(left.target == right.source for left, right in pairwise(path))
        assert all(
            {fact.subject, fact.object} == {hop.source, hop.target} for hop in path for fact in hop.facts
        )


def _shortest(links: list[tuple[int, int]], nodes: list[Entity], most_hops: int) -> list[list[str]]:
    """All shortest walks from the first node to the second, by trying every walk in the order of length."""
    beside: dict[int, set[int]] = defaultdict(set)
    for a, b in links:
        beside[a].add(b)
        beside[b].add(a)
    queue, found = deque([[0]]), list[list[str]]()
    while queue:
        walk = queue.popleft()
        if found and len(walk) >= len(found[0]):
            break
        for one in beside[walk[-1]] - set(walk):
            if one == 1:
                found.append([nodes[i].id for i in [*walk, one]])
            elif len(walk) < most_hops:
                queue.append([*walk, one])
    return found


REPORTS = st.lists(
    st.tuples(
        st.integers(0, 3), st.none() | st.integers(1, 8), st.sampled_from(("introduced", "reported", None))
    ),
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(REPORTS)
def test_changes_are_the_difference_of_what_was_known(
    graph: KnowledgeGraph, clock: FrozenClock, reports: list[tuple[int, int | None, str | None]]
) -> None:
    """Reports without a value withdraw the document."""
    number = next(_EXAMPLES)
    subject = Entity(f"us-bill:{number}", "Bill", f"Bill {number}")
    moments = [clock()]
    for document, month, value in reports:
        clock.advance(hours=1)
        name = f"{number}-{document}"
        on = day(month) if month else None
        text = f"It was {value}."
        if value is None:
            graph.retract((name,))
        else:
            graph.add((episode(name, text, on, said=(Said(subject, "status", text, value, on),)),))
        moments.append(clock())
    for since in moments:
        for until in moments[moments.index(since) :]:
            told = network.changes(graph, since, until, entities=(subject.id,))
            before, after = (_known(graph, subject, moment) for moment in (since, until))
            moved = {key for key in before.keys() & after.keys() if before[key] != after[key]}
            assert {_said(one.fact) for one in told if one.kind == "learned"} == after.keys() - before.keys()
            assert {
                _said(one.fact) for one in told if one.kind == "withdrawn"
            } == before.keys() - after.keys()
            assert {_said(one.fact) for one in told if one.kind in {"ended", "reopened"}} == moved


def _known(graph: KnowledgeGraph, subject: Entity, moment: dt.datetime) -> dict[object, dt.datetime | None]:
    query = network.FactQuery(subjects=(subject.id,), time=AsOf(known=moment), history=True, limit=None)
    future = network.replace(query, since=dt.date(2025, 1, 1))
    facts = [*graph.facts(query), *graph.facts(future)]
    return {_said(fact): fact.invalid_at for fact in facts}


def _said(fact: network.Fact) -> object:
    return fact.value, fact.valid_at, fact.evidence.document_id
