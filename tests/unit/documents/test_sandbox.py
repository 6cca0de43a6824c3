import multiprocessing
import os
import threading
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from multiprocessing.queues import Queue
from pathlib import Path

import docx
import psutil
import pytest

from political_monitoring.deployment.ours import command_line
from political_monitoring.documents import sandbox
from political_monitoring.documents.formats import Format
from political_monitoring.documents.load import Item, parse
from political_monitoring.documents.sandbox import parse_apart
from political_monitoring.errors import (
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    ResourcesUnavailable,
    UnreadableDocument,
)
from political_monitoring.settings import LimitsSettings

pytestmark = pytest.mark.integration

Save = Callable[[str, bytes | str], Item]


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "worker" in " ".join(command_line(child))]


@pytest.fixture(autouse=True)
def no_idle_workers() -> None:
    sandbox._workers.stop()


def test_one_worker_serves_many_files(limits: LimitsSettings) -> None:
    for number in range(5):
        (parsed,) = parse_apart(Format.MARKDOWN, f"Text {number}.".encode(), "", limits)
        assert parsed.text == f"Text {number}."
        (worker,) = workers()

    sandbox._workers.stop()
    assert not worker.is_running()


def test_the_parsers_own_errors_come_back_as_themselves(limits: LimitsSettings) -> None:
    with pytest.raises(UnreadableDocument, match=r"^is not a readable PDF"):
        parse_apart(Format.PDF, b"%PDF- nothing else", "", limits)
    with pytest.raises(EmptyDocument, match="says anything"):
        parse_apart(Format.FEED, b"<rss version='2.0'><channel/></rss>", "", limits)


def test_a_parse_that_takes_too_long_is_ended_and_the_next_one_works(limits: LimitsSettings) -> None:
    endless = b"<html><body>" + b"<div><p>Some <b>words</b> of it.</p></div>" * 60_000
    parse_apart(Format.HTML, b"<p>The parser is loaded.</p>", "", limits)
    started = time.monotonic()

    with pytest.raises(DocumentTooLarge, match=r"takes longer than 0.3 seconds"):
        parse_apart(Format.HTML, endless, "", LimitsSettings(parse_seconds=0.3))

    assert time.monotonic() - started < 10
    assert parse_apart(Format.HTML, b"<p>Next.</p>", "", limits)[0].text == "Next."
    (worker,) = workers()
    assert not worker.children()


def test_a_pdf_bomb_is_an_error_and_never_an_empty_success(
    save: Save, pdf_with_stream: Callable[[bytes, int], bytes]
) -> None:
    bomb = pdf_with_stream(b" " * 1_000_000, 200)
    item = save("bomb.pdf", bomb)

    assert len(bomb) < 1_000_000
    with pytest.raises(DocumentError) as caught:
        parse(item, LimitsSettings(parse_memory=200_000_000, parse_seconds=20))

    assert isinstance(caught.value, DocumentTooLarge | EmptyDocument | UnreadableDocument)


def test_memory_is_limited(limits: LimitsSettings) -> None:
    large = b"<html><body>" + b"<p>Some words.</p>" * 400_000

    with pytest.raises(DocumentTooLarge, match="memory"):
        parse_apart(Format.HTML, large, "", LimitsSettings(parse_memory=300_000_000))
    assert parse_apart(Format.HTML, b"<p>Next.</p>", "", limits)[0].text == "Next."


def test_a_zip_bomb_in_word_clothes_is_refused(save: Save, limits: LimitsSettings) -> None:
    real, bomb = BytesIO(), BytesIO()
    docx.Document().save(real)
    with zipfile.ZipFile(real) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in source.infolist():
            padding = b" " * 100_000_000 if entry.filename == "word/document.xml" else b""
            out.writestr(entry.filename, source.read(entry) + padding)

    with pytest.raises(DocumentTooLarge, match=r"bomb\.docx unpacks to"):
        parse(save("bomb.docx", bomb.getvalue()), limits)


def test_a_dead_worker_is_replaced(limits: LimitsSettings) -> None:
    parse_apart(Format.MARKDOWN, b"Text.", "", limits)
    (worker,) = workers()
    worker.kill()
    worker.wait()

    assert parse_apart(Format.MARKDOWN, b"Text.", "", limits)[0].text == "Text."


def test_a_worker_that_cannot_start_is_an_operators_problem(
    limits: LimitsSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox.sys, "executable", "/bin/false")
    with pytest.raises(ResourcesUnavailable, match="keeps dying"):
        parse_apart(Format.MARKDOWN, b"Text.", "", limits)

    monkeypatch.setattr(sandbox.sys, "executable", "/nowhere/python")
    with pytest.raises(ResourcesUnavailable, match="cannot be started"):
        parse_apart(Format.MARKDOWN, b"Text.", "", limits)


def test_threads_do_not_read_each_others_answers(limits: LimitsSettings) -> None:
    wrong: list[str] = []

    def check(name: str) -> None:
        for number in range(10):
            text = f"{name} {number}"
            if parse_apart(Format.MARKDOWN, text.encode(), "", limits)[0].text != text:
                wrong.append(text)

    threads = [threading.Thread(target=check, args=(f"thread {number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert 1 <= len(workers()) <= 3


def _parse_in_child(path: str, answers: "Queue[str]") -> None:
    (document,) = parse(Item(path, Path(path)), LimitsSettings())
    answers.put(document.text)


def test_parsing_works_inside_daemonic_processes(save: Save, limits: LimitsSettings) -> None:
    item = save("a.md", "Text of *the* file.")
    parse(item, limits)  # so that the child inherits a worker it must not use
    context = multiprocessing.get_context("fork")
    answers: Queue[str] = context.Queue()
    child = context.Process(target=_parse_in_child, args=(item.ref, answers), daemon=True)
    child.start()

    assert answers.get(timeout=30) == "Text of the file."
    child.join(10)
    assert parse(item, limits)[0].text == "Text of the file."


def test_a_module_lying_in_the_current_folder_is_not_imported(
    save: Save, limits: LimitsSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("yaml.py", f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)

    parse_apart(Format.MARKDOWN, b"---\ntitle: T\n---\nText.", "", limits)

    assert not (tmp_path / "ran").exists()


def test_the_worker_knows_no_secrets(limits: LimitsSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_LLM_API_KEY", "secret")

    parse_apart(Format.MARKDOWN, b"Text.", "", limits)

    (worker,) = workers()
    assert set(worker.environ()) == {"PYTHONPATH"}


def test_the_worker_ends_with_its_parent() -> None:
    reader, writer = os.pipe()
    parent = os.fork()
    if parent == 0:
        parse_apart(Format.MARKDOWN, b"Text.", "", LimitsSettings())
        os.write(writer, str(workers()[0].pid).encode())
        os._exit(0)
    os.close(writer)
    worker = int(os.read(reader, 20))
    os.close(reader)
    os.waitpid(parent, 0)

    deadline = time.monotonic() + 10
    while psutil.pid_exists(worker) and time.monotonic() < deadline:
        if psutil.Process(worker).status() == psutil.STATUS_ZOMBIE:
            break
        threading.Event().wait(0.05)
    assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE
