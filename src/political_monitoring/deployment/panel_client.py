"""The Kodosumi panel over HTTP: start a run, follow it, read its result."""

import contextlib
import html
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from political_monitoring.deployment.credentials import admin_password
from political_monitoring.errors import OperatorError, TryLater, UserError

__all__ = ["PanelClient", "RunEvent", "RunFailed", "RunMarkdown", "RunProgress", "admin_password"]

REQUEST_SECONDS = 60
CHUNK_BYTES = 1_000_000
"""Of an upload, in one request."""
POLL_SECONDS = 0.5
SILENCE_SECONDS = 15
"""After so long without news, the panel is asked whether the run is alive."""
_OWN_ERROR = "kodosumi.error."
"""So begins the line of an error event that was meant for people."""
_GONE = "actor not found"
"""The error event of a run whose process has died."""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is, in documents."""

    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class RunMarkdown:
    """The report of a run that came to its end."""

    body: str


@dataclass(frozen=True, slots=True)
class RunFailed:
    """A run that did not come to its end, and why."""

    sentence: str


type RunEvent = RunProgress | RunMarkdown | RunFailed


@dataclass(frozen=True, slots=True)
class _Event:
    id: int
    kind: str
    message: str


class PanelClient:
    """Logged in while the context lasts. All methods raise OperatorError if the panel does not do its part.

    Args:
        base_url: of the panel.
        name: of a Kodosumi role.
        password: its password; in no log and no message.
    """

    def __init__(self, base_url: str, name: str, password: str) -> None:
        self._url = base_url
        self._login = {"name": name, "password": password}
        # No proxy of the environment stands between this machine and itself.
        self._http = httpx.Client(base_url=base_url, timeout=REQUEST_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        try:
            response = self._http.post(
                "/api/login", json=self._login
            )  # the answer's cookie stays in the client
        except httpx.HTTPError as error:
            self._http.close()
            raise self._unreachable(error) from None
        if response.status_code != 200:
            self._http.close()
            who = self._login["name"]
            raise OperatorError(
                f"The panel at {self._url} does not let {who} in (HTTP {response.status_code}); "
                "`polmon down` and `polmon up` give it the password of this POLMON_HOME"
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def launch(self, flow: str, inputs: Mapping[str, str]) -> str:
        """Start a run of the flow that carries the tag `flow`; its id.

        Raises:
            UserError: the form refuses the inputs.
            TryLater: the flow has no room for a run now.
        """
        response = self._send("POST", self._address_of(flow), json=dict(inputs))
        answer = self._json(response)
        if errors := answer.get("errors"):
            messages = [html.unescape(str(m)).rstrip(".") for found in errors.values() for m in found]
            raise UserError(f"The flow {flow} refuses the run: {'; '.join(messages)}")
        if not answer.get("result"):
            raise OperatorError(f"The flow {flow} started no run and did not say why")
        return str(answer["result"])

    def upload(self, files: Sequence[Path]) -> str:
        """Give the panel files for the next run; what the form's file field takes.

        Raises:
            UserError: a file cannot be read.
        """
        batch = str(self._json(self._send("POST", "/files/init_batch"))["batch_id"])
        items: dict[str, dict[str, Any]] = {}
        for path in files:
            try:
                content = path.read_bytes()
            except OSError as error:
                raise UserError(f"{path} cannot be read: {error.strerror}") from None
            parts = [content[at : at + CHUNK_BYTES] for at in range(0, max(len(content), 1), CHUNK_BYTES)]
            begun = {"filename": path.name, "total_chunks": len(parts), "batch_id": batch}
            upload = str(self._json(self._send("POST", "/files/init", json=begun))["upload_id"])
            for number, part in enumerate(parts):
                chunk = {"chunk": (path.name, part, "application/octet-stream")}
                where = {"upload_id": upload, "chunk_number": str(number)}
                self._send("POST", "/files/chunk", data=where, files=chunk)
            items[upload] = {"filename": path.name, "totalChunks": len(parts)}
        return json.dumps({"batchId": batch, "items": items})

    def cancel(self, run_id: str) -> None:
        """End a run where it is; what it has written stays, and the ledger can resume it."""
        self._send("DELETE", f"/outputs/{run_id}", allowed=(204,))

    def follow(self, run_id: str, deadline_seconds: float) -> Iterator[RunEvent]:
        """Progress as it is made, then a RunMarkdown or a RunFailed, then nothing.

        Raises:
            OperatorError: the run has not come to its end after `deadline_seconds`.
        """
        why = ""
        for event in self._events(run_id, time.monotonic() + deadline_seconds):
            if event.kind == "debug" and (progress := _progress(event.message)):
                yield progress
            elif event.kind == "final":
                yield RunMarkdown(_report(event.message))
            elif event.kind == "error":
                why = _sentence(event.message)
            elif event.kind == "status" and event.message == "error":
                yield RunFailed(why or "it ended without saying why; the panel has its events")
                return
            elif event.kind == "status" and event.message == "finished":
                return

    def _address_of(self, flow: str) -> str:
        known = self._json(self._send("GET", "/flow", params={"q": flow, "pp": "100"}))
        addresses = [str(one["url"]) for one in known.get("items", []) if flow in one["tags"]]
        if not addresses:
            raise OperatorError(
                f"The panel at {self._url} knows no flow {flow}; `polmon status` says whether it runs"
            )
        return addresses[0]

    def _events(self, run_id: str, deadline: float) -> Iterator[_Event]:
        """Each event of a run once, without end."""
        seen, heard = 0, time.monotonic()
        while True:
            news = [event for event in self._all_events(run_id) if event.id > seen]
            for event in news:
                seen = event.id
                yield event
            now = time.monotonic()
            if now > deadline:
                raise _too_late(run_id, begun=seen > 0)
            if news:
                heard = now
            elif seen and now > heard + SILENCE_SECONDS:
                self._ask_after(run_id)
                heard = now
            time.sleep(POLL_SECONDS)

    def _all_events(self, run_id: str) -> list[_Event]:
        """What has been said so far; nothing in the 10 s or so until Kodosumi has a process for the run.

        The panel's event stream would say it at once, but keeps a core busy while it is open.
        """
        response = self._send("GET", f"/api/dashboard/execution/{run_id}/details", allowed=(404,))
        if response.status_code == 404:
            return []
        events = self._json(response).get("events", [])
        return [_Event(int(one["id"]), str(one["kind"]), str(one["message"])) for one in events]

    def _ask_after(self, run_id: str) -> None:
        """Make the panel look whether the run's process is there; if not, it calls the run ended in error."""
        with (
            contextlib.suppress(httpx.HTTPError),
            self._http.stream("GET", f"/outputs/stream/{run_id}") as stream,
        ):
            next(stream.iter_bytes(), None)

    def _send(self, method: str, path: str, allowed: tuple[int, ...] = (), **content: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **content)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from None
        if response.status_code == 503 and "Retry-After" in response.headers:
            raise TryLater(_detail(response), _seconds(response.headers["Retry-After"]))
        if response.status_code not in (200, 201, *allowed):
            raise self._refused(response.status_code)
        return response

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise OperatorError(f"What answers at {self._url} is not the Kodosumi panel")
        return answer

    def _unreachable(self, error: httpx.HTTPError) -> OperatorError:
        return OperatorError(
            f"The panel at {self._url} does not answer ({type(error).__name__}); "
            "`polmon status` says what runs"
        )

    def _refused(self, status: int) -> OperatorError:
        return OperatorError(f"The panel at {self._url} answered with HTTP {status}; its log says why")


def _detail(response: httpx.Response) -> str:
    """Why a flow takes no run now."""
    try:
        return str(response.json()["detail"])
    except (ValueError, LookupError, TypeError):
        return "The panel takes no run now"


def _seconds(header: str) -> int:
    return int(header) if header.isdecimal() and len(header) < 6 else 60


def _too_late(run_id: str, *, begun: bool) -> OperatorError:
    if begun:
        return OperatorError(
            f"Run {run_id} has not come to its end in time; it goes on, and the panel shows it"
        )
    return OperatorError(
        f"Run {run_id} has not begun in time: the spooler does not run, or the cluster has no room; "
        "`polmon status` and the Ray dashboard say which"
    )


def _progress(message: str) -> RunProgress | None:
    """The progress in a debug message that has one."""
    try:
        progress = json.loads(message)["progress"]
        return RunProgress(progress["done"], progress["total"])
    except (ValueError, LookupError, TypeError):
        return None


def _report(message: str) -> str:
    """The Markdown in a final result, which Kodosumi wraps as {"Markdown": {"body": …}}."""
    try:
        return str(json.loads(message)["Markdown"]["body"])
    except (ValueError, LookupError, TypeError):
        return message


def _sentence(message: str) -> str:
    """What an error event says to people; of a traceback nothing."""
    if message == _GONE:
        return "its process is gone; start it again, and it goes on where it stopped"
    own = [line.partition(":")[2].strip() for line in message.splitlines() if line.startswith(_OWN_ERROR)]
    if own:
        return html.unescape(own[-1])
    return "" if "Traceback" in message else html.unescape(message.strip())
