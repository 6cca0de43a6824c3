"""Two clients and the public: what one adds is seen by nobody else, in no answer of the port and of no tool."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from political_monitoring.domain.facts import AsOf, Entity, Episode, Identifier
from political_monitoring.errors import NotFound, PolmonError, UserError
from political_monitoring.knowledge import network
from political_monitoring.knowledge.communities import centralities, communities
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.moving import export_graph, import_graph
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, SearchQuery
from political_monitoring.knowledge.register import list_workspaces
from political_monitoring.knowledge.workspaces import create_workspace, open_to_write, remove_workspace
from political_monitoring.settings import PUBLIC, Settings, load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.tools.registry import TOOLS

BILL = Entity("us-bill:119-hr-1", "Bill", "Example Act", (Identifier("us-bill", "119-hr-1"),))
HOUSE = Entity("institution:house", "Institution", "House")
CLIENTS = ("Müller & Söhne", "Zażółć gęślą")
WORDS = {CLIENTS[0]: "zirkonium", CLIENTS[1]: "xylophon"}
EVERYBODY = (PUBLIC, *CLIENTS)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC))


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")
    return load_settings()


@dataclass(frozen=True)
class Everybody:
    """The graphs of all workspaces, open to be written as ingestion writes them."""

    graphs: dict[str, KnowledgeGraph]

    def __getitem__(self, name: str) -> KnowledgeGraph:
        return self.graphs[name]


@pytest.fixture
def everybody(settings: Settings, clock: FrozenClock) -> Iterator[Everybody]:
    for name in CLIENTS:
        create_workspace(settings, name, clock)
    opened = {name: open_to_write(settings.in_workspace(name), clock) for name in EVERYBODY}
    yield Everybody(opened)
    for graph in opened.values():
        graph.close()


def public_document(document: str, month: int, value: str) -> Episode:
    text = f"The Example Act was {value} by the House."
    on = dt.date(2025, month, 1)
    said = (Said(BILL, "status", text, value, on), Said(HOUSE, "adopts", text, on=on, upon=BILL))
    return episode(document, text, on, about=(BILL,), said=said)


def secret_document(client: str, document: str = "") -> Episode:
    """A client's note about the public bill, a company of its own and a later status."""
    word = WORDS[client]
    company = Entity(f"company:{word}", "Company", f"{word} AG", (), (f"{word} alias",))
    bill = Entity(BILL.id, "Bill", f"{word} law", BILL.identifiers, (f"the {word} bill",), "DE")
    text = f"{word} lobbies for the Example Act, which has become law ({word})."
    on = dt.date(2025, 5, 1)
    said = (
        Said(company, "lobbies_for", text, on=on, upon=bill),
        Said(bill, "status", text, "became_law", on, words=word),
    )
    return episode(
        document or f"note-{word}", text, on, source=f"{word} files", about=(bill, company), said=said
    )


def everything(graph: KnowledgeGraph, word: str) -> str:
    """All that any method of the port and any tool says, as text."""
    said: list[object] = [
        graph.search(SearchQuery(text)) for text in (word, "Example Act", "become law", f"{word} AG", "")
    ]
    said += [
        graph.search(SearchQuery("", entities=(f"company:{word}", BILL.id), order=order))
        for order in ("relevance", "recency")
    ]
    said += [
        graph.find_entities(text, 50)
        for text in (word, f"{word} AG", f"{word} alias", f"the {word} bill", "Example Act")
    ]
    said += [graph.entity(one) for one in (f"company:{word}", BILL.id)]
    said += [graph.facts(FactQuery(history=history, limit=None)) for history in (True, False)]
    said += [graph.facts(FactQuery(objects=(BILL.id,))), graph.facts(FactQuery(types=("Company",)))]
    said += [
        graph.document(f"note-{word}"),
        graph.documents(),
        graph.stats(),
        list(graph.history()),
        graph.position(),
        graph.contradictions(FactQuery(history=True)),
        graph.check(),
    ]
    edges = network.edges(graph)
    said += [edges, communities(edges), centralities(edges)]
    said += [network.changes(graph, *(dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2020, 2030)))]
    for tool in TOOLS.values():
        for arguments in _arguments(tool.parameters["properties"], word):
            # A company of somebody else's is not there, and that it is not there is all that is said.
            with suppress(NotFound):
                said.append(tool.call(graph, arguments))
    return repr(said).lower()


def _arguments(properties: dict[str, object], word: str) -> Iterator[dict[str, object]]:
    values: dict[str, tuple[object, object]] = {
        "entity": (BILL.id, f"company:{word}"),
        "start": (HOUSE.id, HOUSE.id),
        "end": (BILL.id, f"company:{word}"),
        "text": (word, "What is the status of the Example Act?"),
        "today": ("2025-06-01", "2025-06-01"),
        "since": ("2020-01-01", "2020-01-01"),
        "until": ("2030-01-01", "2030-01-01"),
        "document": (f"note-{word}", "p1"),
        "entities": ((BILL.id, HOUSE.id), (BILL.id, f"company:{word}")),
    }
    for choice in (0, 1):
        yield {name: values[name][choice] for name in properties if name in values}


def test_every_tool_is_really_called(everybody: Everybody) -> None:
    everybody[PUBLIC].add((public_document("p1", 1, "introduced"),))
    for tool in TOOLS.values():
        for arguments in _arguments(tool.parameters["properties"], "word"):
            try:
                tool.call(everybody[PUBLIC], arguments)
            except NotFound:
                continue
            break
        else:
            pytest.fail(f"{tool.name} was never called with arguments that it takes")


def test_what_one_client_adds_nobody_else_sees_anywhere(everybody: Everybody) -> None:
    everybody[PUBLIC].add((public_document("p1", 1, "introduced"),))
    before = {
        name: (everybody[name].fingerprint(), everything(everybody[name], "zirkonium")) for name in EVERYBODY
    }
    first, second = CLIENTS

    everybody[first].add((secret_document(first),))

    assert WORDS[first] in everything(everybody[first], WORDS[first])
    for other in (PUBLIC, second):
        after = everything(everybody[other], WORDS[first])
        assert everybody[other].fingerprint() == before[other][0]
        assert after == before[other][1]
        assert f"{WORDS[first]} " not in after
    everybody[second].add((secret_document(second),))
    assert WORDS[second] not in everything(everybody[first], WORDS[first])
    assert WORDS[first] not in everything(everybody[second], WORDS[second])


def test_what_a_client_adds_changes_no_validity_elsewhere(everybody: Everybody) -> None:
    everybody[PUBLIC].add((public_document("p1", 1, "introduced"),))
    everybody[CLIENTS[0]].add((secret_document(CLIENTS[0]),))

    def status(name: str) -> list[tuple[str | None, dt.datetime | None]]:
        facts = everybody[name].facts(FactQuery(subjects=(BILL.id,), predicates=("status",), history=True))
        return [(fact.value, fact.invalid_at) for fact in facts]

    assert status(PUBLIC) == status(CLIENTS[1]) == [("introduced", None)]
    assert status(CLIENTS[0]) == [
        ("introduced", dt.datetime(2025, 5, 1, tzinfo=dt.UTC)),
        ("became_law", None),
    ]


def test_what_is_public_reaches_everybody_and_is_withdrawn_from_everybody(everybody: Everybody) -> None:
    everybody[PUBLIC].add((public_document("p1", 1, "introduced"), public_document("p2", 3, "reported")))
    assert len({everybody[name].fingerprint() for name in EVERYBODY}) == 1
    everybody[PUBLIC].retract(("p2", "never there"))
    assert len({everybody[name].fingerprint() for name in EVERYBODY}) == 1
    assert everybody[CLIENTS[0]].stats().documents == 1


def test_a_new_workspace_begins_with_what_is_public_and_what_was_known_when(
    settings: Settings, everybody: Everybody, clock: FrozenClock
) -> None:
    everybody[PUBLIC].add((public_document("p1", 1, "introduced"),))
    moment = clock()
    clock.advance(days=3)
    create_workspace(settings, "third", clock)

    with closing(open_graph(settings.in_workspace("third"), clock)) as third:
        assert third.fingerprint() == everybody[PUBLIC].fingerprint()
        assert len(third.facts(FactQuery(time=AsOf(known=moment)))) == 2
        everybody[PUBLIC].add((public_document("p2", 3, "reported"),))
        assert third.fingerprint() == everybody[PUBLIC].fingerprint(), "it was followed at once"


STEP = st.tuples(
    st.sampled_from(EVERYBODY),
    st.sampled_from(("a", "b", "c")),
    st.none() | st.sampled_from(("introduced", "reported")),
)
_NUMBERS = count()


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=9))
def test_every_workspace_holds_what_the_rule_says(
    settings: Settings, tmp_path: Path, clock: FrozenClock, steps: list[tuple[str, str, str | None]]
) -> None:
    """Against a model: a client has a document as the public has it until the client changes it."""
    number = next(_NUMBERS)
    home = settings.model_copy(update={"home": tmp_path / str(number)})
    for name in CLIENTS:
        create_workspace(home, name, clock)
    graphs = {name: open_to_write(home.in_workspace(name), clock) for name in EVERYBODY}
    model: dict[str, dict[str, str]] = {name: {} for name in EVERYBODY}
    for name, document, value in steps:
        if value is None:
            graphs[name].retract((document,))
        else:
            graphs[name].add((public_document(document, 1 + ord(document) % 3, value),))
        _apply(model, name, document, value)
    for name in EVERYBODY:
        with closing(SqliteGraph(tmp_path / f"{number}-{name[0]}.db", clock)) as fresh:
            fresh.add(
                tuple(public_document(key, 1 + ord(key) % 3, value) for key, value in model[name].items())
            )
            assert graphs[name].stats() == fresh.stats()
            assert graphs[name].fingerprint() == fresh.fingerprint()
        graphs[name].close()


def _apply(model: dict[str, dict[str, str]], name: str, document: str, value: str | None) -> None:
    ours = model[PUBLIC].get(document)
    followers = CLIENTS if name == PUBLIC else ()
    allowed = {ours, value} if value else {ours}
    touched = [name, *(one for one in followers if model[one].get(document) in allowed)]
    for one in touched:
        if value is None:
            model[one].pop(document, None)
        else:
            model[one][document] = value


def test_a_write_that_was_killed_before_the_public_graph_is_repeated(
    settings: Settings, everybody: Everybody, clock: FrozenClock
) -> None:
    everybody[PUBLIC].add((public_document("p1", 1, "introduced"),))
    with closing(open_graph(settings.in_workspace(CLIENTS[0]), clock)) as follower:
        follower.add((public_document("p1", 1, "reported"),))  # and then the process was gone

    everybody[PUBLIC].add((public_document("p1", 1, "reported"),))

    assert len({everybody[name].fingerprint() for name in EVERYBODY}) == 1


@pytest.mark.parametrize("name", ["", "  ", ".", "..", "a/b", "../../etc", "a\\b", "a\0b", "a\nb", "x" * 101])
def test_names_that_are_none_are_refused(settings: Settings, name: str) -> None:
    with pytest.raises(UserError, match="cannot name a workspace"):
        create_workspace(settings, name)
    assert list_workspaces(settings) == []


def test_names_are_kept_apart_and_stay_in_their_folder(settings: Settings, clock: FrozenClock) -> None:
    names = ["Acme", "ACME", "acmé", "株式会社", "🏛 " + "ü" * 90, "... and Co", "CON", "-rf"]
    for name in names:
        made = create_workspace(settings, name, clock)
        assert made.workspace_path.parent == settings.home / "workspaces"
        assert len(made.workspace_path.name.encode()) < 100
    assert list_workspaces(settings) == sorted(names)
    assert len({path.name.lower() for path in (settings.home / "workspaces").iterdir()}) == len(names)
    with pytest.raises(UserError, match="already"):
        create_workspace(settings, "  acme\u0301 ", clock)
    with pytest.raises(UserError, match="always there"):
        create_workspace(settings, "Public", clock)


def test_a_workspace_that_was_not_made_is_not_found(settings: Settings, clock: FrozenClock) -> None:
    create_workspace(settings, "Acme", clock)
    for act in (open_graph, open_to_write):
        with pytest.raises(NotFound, match=r"no workspace 'Acne'; there are public, Acme"):
            act(settings.in_workspace("Acne"), clock)
    assert not settings.in_workspace("Acne").workspace_path.exists()


def test_a_removed_workspace_is_gone_and_followed_no_more(
    settings: Settings, everybody: Everybody, clock: FrozenClock
) -> None:
    everybody[PUBLIC].add((public_document("p1", 1, "introduced"),))
    remove_workspace(settings, CLIENTS[0])

    assert list_workspaces(settings) == [CLIENTS[1]]
    everybody[PUBLIC].add((public_document("p2", 3, "reported"),))
    assert everybody[CLIENTS[1]].stats().documents == 2
    assert not settings.in_workspace(CLIENTS[0]).workspace_path.exists()
    for name in (PUBLIC, CLIENTS[0]):
        with pytest.raises(PolmonError):
            remove_workspace(settings, name)


def test_a_workspace_made_while_the_public_is_written_misses_nothing(
    settings: Settings, clock: FrozenClock
) -> None:
    names = [f"client {number}" for number in range(4)]

    def create() -> None:
        for name in names:
            create_workspace(settings, name, clock)

    maker = threading.Thread(target=create)
    with closing(open_to_write(settings, clock)) as public:
        maker.start()
        for number in range(30):
            public.add((public_document(f"p{number}", 1 + number % 5, "reported"),))
        maker.join()
        expected = public.fingerprint()
    for name in names:
        with closing(open_graph(settings.in_workspace(name), clock)) as theirs:
            assert theirs.fingerprint() == expected


def test_a_half_made_workspace_is_none(
    settings: Settings, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("political_monitoring.knowledge.workspaces.copy_store", killed)
        with pytest.raises(KeyboardInterrupt):
            create_workspace(settings, "Acme", clock)
    assert list_workspaces(settings) == []

    create_workspace(settings, "Acme", clock)
    assert list_workspaces(settings) == ["Acme"]


def test_a_workspace_is_brought_back_from_its_export_elsewhere(
    settings: Settings, everybody: Everybody, clock: FrozenClock, tmp_path: Path
) -> None:
    everybody[PUBLIC].add((public_document("p1", 1, "introduced"),))
    everybody[CLIENTS[0]].add((secret_document(CLIENTS[0]),))
    everybody[PUBLIC].add((public_document("p2", 3, "reported"),))
    everybody[CLIENTS[0]].retract(("p1",))
    for name in (PUBLIC, CLIENTS[0]):
        export_graph(everybody[name], tmp_path / f"{name}.jsonl")
    there = settings.model_copy(update={"home": tmp_path / "there"})

    with closing(open_to_write(there, clock)) as public:
        import_graph(tmp_path / f"{PUBLIC}.jsonl", public)
        made = create_workspace(there, CLIENTS[0], clock, tmp_path / f"{CLIENTS[0]}.jsonl")
        public.add((public_document("p3", 4, "reported"), public_document("p1", 2, "reported")))

    with closing(open_graph(made, clock)) as theirs:
        assert list(theirs.history())[:-1] == list(everybody[CLIENTS[0]].history())
        assert [one.id for one in theirs.documents()] == ["note-zirkonium", "p2", "p3"], "p1 stays withdrawn"
    (tmp_path / "damaged.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(UserError, match="line 1"):
        create_workspace(there, "other", clock, tmp_path / "damaged.jsonl")
    assert list_workspaces(there) == [CLIENTS[0]]
