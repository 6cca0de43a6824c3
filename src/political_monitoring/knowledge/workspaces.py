"""Workspaces: a graph for each client, which holds the public documents and the client's own.

Every workspace has a graph of its own (a file, or a group of the Graphiti store), so a query cannot reach what
another one holds. What is written to the public graph is written to those that follow it too; nothing goes the
other way.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fcntl import LOCK_EX, LOCK_SH
from pathlib import Path

from political_monitoring.clock import Clock, utc_now
from political_monitoring.database.places import drop_tables, refuse_taken
from political_monitoring.errors import StoreUnavailable, UserError
from political_monitoring.knowledge.files import copy_store
from political_monitoring.knowledge.following import FollowedGraph
from political_monitoring.knowledge.moving import copy_events, import_graph
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.knowledge.register import (
    NAME_FILE,
    list_workspaces,
    register_locked,
    require_workspace,
)
from political_monitoring.settings import PUBLIC, Settings


def create_workspace(
    settings: Settings, name: str, clock: Clock = utc_now, history: Path | None = None
) -> Settings:
    """Make a client's workspace; its settings. Killed half-way it leaves no workspace.

    Args:
        settings: of any workspace.
        name: of the new one.
        clock: for what is recorded.
        history: an exported workspace to bring back; None: it begins with what the public graph holds.

    Raises:
        NotFound: there is no such file.
        UserError: the name is taken, or cannot name a workspace, or the file is damaged.
        StoreUnavailable: the graph cannot be copied, or the ledger's server does not answer.
    """
    theirs = settings.in_workspace(name)
    if theirs.graph.workspace.casefold() == PUBLIC:
        raise UserError(f"the workspace {PUBLIC!r} is always there")
    with register_locked(settings, LOCK_EX), _translated(theirs.workspace_path):
        if theirs.workspace_path.exists():
            raise UserError(f"there is a workspace {theirs.graph.workspace!r} already")
        refuse_taken(theirs)
        part = theirs.workspace_path.with_name(f".{theirs.workspace_path.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        (part / NAME_FILE).write_text(theirs.graph.workspace, "utf-8")
        if history is None:
            _fill(settings.in_workspace(PUBLIC), theirs, part, clock)
        else:
            _bring_back(theirs, part, clock, history)
        part.rename(theirs.workspace_path)
    return theirs


def remove_workspace(settings: Settings, name: str) -> None:
    """Forget a client's workspace with its graph and its ledger. A Graphiti store keeps the group's nodes.

    Raises:
        UserError: the public one cannot be removed.
        NotFound: there is no such workspace.
        StoreUnavailable: its files or its tables cannot be removed.
    """
    theirs = settings.in_workspace(name)
    if theirs.graph.workspace == PUBLIC:
        raise UserError(f"the workspace {PUBLIC!r} cannot be removed")
    require_workspace(theirs)
    with register_locked(settings, LOCK_EX), _translated(theirs.workspace_path):
        # First: a workspace without its ledger reads anew and is whole, a ledger without its workspace is in the way.
        drop_tables(theirs)
        doomed = theirs.workspace_path.with_name(f".{theirs.workspace_path.name}.removed")
        shutil.rmtree(doomed, ignore_errors=True)
        theirs.workspace_path.rename(doomed)
        shutil.rmtree(doomed)


def open_to_write(settings: Settings, clock: Clock = utc_now) -> KnowledgeGraph:
    """The graph of the settings' workspace; the public one takes along those that follow it.

    Raises:
        NotFound: there is no such workspace.
        StoreUnavailable: it cannot be opened.
    """
    own = open_graph(settings, clock)
    if settings.graph.workspace != PUBLIC:
        return own
    return FollowedGraph(
        own,
        names=lambda: list_workspaces(settings),
        open_one=lambda name: open_graph(settings.in_workspace(name), clock),
        held=lambda: register_locked(settings, LOCK_SH),
    )


def _fill(public: Settings, theirs: Settings, part: Path, clock: Clock) -> None:
    """Put what is public into a workspace that is not there yet."""
    with closing(open_graph(public, clock)) as source:
        if public.graph_is_embedded:
            copy_store(public.graph_path, part / public.graph_path.name)
            return
        with closing(open_graph(theirs, clock)) as target:
            copy_events(source, target)


def _bring_back(theirs: Settings, part: Path, clock: Clock, history: Path) -> None:
    """Put an exported history into a workspace that is not there yet."""
    unmade = theirs.model_copy(update={"home": part}).in_workspace(PUBLIC)
    with closing(open_graph(unmade if theirs.graph_is_embedded else theirs, clock)) as target:
        import_graph(history, target)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be written: {error.strerror}") from error
