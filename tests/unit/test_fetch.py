"""Against a real server on loopback; names are resolved by the test where they must lie."""

import asyncio
import gzip
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stamina

from political_monitoring.errors import FetchError
from political_monitoring.fetch import Fetched, fetch, fetch_now, is_inside
from political_monitoring.settings import FetchSettings

OPEN = FetchSettings(allow_private=True, timeout_seconds=10)
GUARDED = FetchSettings(timeout_seconds=10)
MOST = 10_000


@dataclass
class Site:
    """A server whose paths are functions of the request handler; it remembers every request."""

    url: str = ""
    port: int = 0
    paths: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            served.paths[self.path](self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    served.port = server.server_port
    served.url = f"http://127.0.0.1:{served.port}"
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


def resolved_to(*answers: list[str]) -> tuple[Callable[[str, int], object], list[str]]:
    """A resolver that gives one answer after the other, and the names it was asked for."""
    asked: list[str] = []
    left = iter(answers)

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(left)

    return resolve, asked


def test_a_page_comes_with_its_type_and_its_last_address(site: Site) -> None:
    site.paths["/old"] = answer(301, Location="/new?x=1")
    site.paths["/new?x=1"] = answer(body=b"<p>Page</p>", Content_Type="text/html; charset=utf-8")

    fetched = fetch_now(f"{site.url}/old", OPEN, MOST)

    assert fetched == Fetched(f"{site.url}/new?x=1", "text/html; charset=utf-8", b"<p>Page</p>")


def test_the_client_says_who_it_is_and_what_it_reads(site: Site) -> None:
    site.paths["/"] = answer(body=b"x")

    fetch_now(site.url, OPEN, MOST)

    ((_, headers),) = site.requests
    assert headers["user-agent"].startswith("political-monitoring/")
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert "text/html" in headers["accept"]


def test_it_works_where_an_event_loop_is_running(site: Site) -> None:
    site.paths["/"] = answer(body=b"x")

    async def caller() -> bytes:
        return fetch_now(site.url, OPEN, MOST).data

    assert asyncio.run(caller()) == b"x"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "[::ffff:127.0.0.1]"]
)
def test_addresses_inside_are_refused_however_they_are_written(host: str, site: Site) -> None:
    site.paths["/"] = answer(body=b"secret")

    with pytest.raises(FetchError, match="inside this network; POLMON_FETCH_ALLOW_PRIVATE"):
        fetch_now(f"http://{host}:{site.port}/", GUARDED, MOST)
    assert site.requests == []


def test_a_redirect_to_an_address_inside_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.paths["/"] = answer(302, Location=f"http://internal.eu:{site.port}/secret")
    site.paths["/secret"] = answer(body=b"secret")
    resolve, asked = resolved_to(["127.0.0.1"], ["127.0.0.1"])
    monkeypatch.setattr("political_monitoring.fetch.is_inside", lambda _: asked[-1] == "internal.eu")

    with pytest.raises(FetchError, match=r"internal\.eu.* inside this network"):
        asyncio.run(fetch(f"http://public.eu:{site.port}/", GUARDED, MOST, resolve))
    assert [path for path, _ in site.requests] == ["/"]


def test_one_address_inside_among_others_is_enough_to_refuse() -> None:
    resolve, _ = resolved_to(["93.184.216.34", "10.0.0.1"])

    with pytest.raises(FetchError, match="inside this network"):
        asyncio.run(fetch("http://two-faced.eu/", GUARDED, MOST, resolve))


def test_the_connection_goes_to_the_address_that_was_checked(site: Site) -> None:
    site.paths["/"] = answer(body=b"x")
    resolve, asked = resolved_to(["127.0.0.1"], ["192.0.2.1"])

    fetch_once = asyncio.run(fetch(f"http://rebinding.invalid:{site.port}/", OPEN, MOST, resolve))

    assert fetch_once.data == b"x"
    assert asked == ["rebinding.invalid"]
    assert site.requests[0][1]["host"] == f"rebinding.invalid:{site.port}"


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site) -> None:
    site.paths["/"] = answer(body=b"x")
    resolve, _ = resolved_to(["::1", "127.0.0.1"])

    assert asyncio.run(fetch(f"http://both.eu:{site.port}/", OPEN, MOST, resolve)).data == b"x"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ftp://a.eu/x", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http:///x", "no host"),
        ("http://[::1/x", "not a valid URL"),
        ("http://user:secret@a.eu/x?key=secret", "user name or password"),
    ],
)
def test_what_is_no_public_web_address_is_refused(url: str, problem: str) -> None:
    with pytest.raises(FetchError, match=problem) as caught:
        fetch_now(url, GUARDED, MOST)
    assert "secret" not in str(caught.value)


def test_endless_redirects_end(site: Site) -> None:
    site.paths["/"] = answer(302, Location="/")

    with pytest.raises(FetchError, match="more than 5 times"):
        fetch_now(site.url, OPEN, MOST)
    assert len(site.requests) == 6


def test_a_redirect_out_of_the_web_is_refused(site: Site) -> None:
    site.paths["/"] = answer(302, Location="file:///etc/passwd")

    with pytest.raises(FetchError, match="only http and https"):
        fetch_now(site.url, OPEN, MOST)


def test_a_missing_page_is_asked_for_once_and_named_without_its_query(site: Site) -> None:
    site.paths["/gone?token=secret"] = answer(404)

    with pytest.raises(FetchError, match="/gone answers 404 Not Found; check the address") as caught:
        fetch_now(f"{site.url}/gone?token=secret", OPEN, MOST)
    assert "secret" not in str(caught.value)
    assert len(site.requests) == 1


def test_a_server_error_is_tried_again(site: Site) -> None:
    replies = iter([answer(503), answer(429, Retry_After="0"), answer(body=b"x")])

    def reply(handler: BaseHTTPRequestHandler) -> None:
        next(replies)(handler)

    site.paths["/"] = reply

    assert fetch_now(site.url, OPEN, MOST).data == b"x"


def test_a_lasting_server_error_is_reported_after_three_attempts(
    site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    site.paths["/?token=secret"] = answer(500)
    caplog.set_level(logging.DEBUG)

    with pytest.raises(FetchError, match="500 Internal Server Error; tried 3 times"):
        fetch_now(f"{site.url}/?token=secret", OPEN, MOST)
    assert len(site.requests) == 3
    assert capfd.readouterr().out == ""
    assert "secret" not in " ".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    )


def test_a_large_answer_is_cut_off(site: Site) -> None:
    site.paths["/declared"] = answer(body=b"x" * (MOST + 1))
    site.paths["/packed"] = answer(body=gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip")

    for path in site.paths:
        with pytest.raises(FetchError, match="larger than 10,000 bytes"):
            fetch_now(site.url + path, OPEN, MOST)


def test_a_server_that_drips_is_left(site: Site) -> None:
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(10_000):
            if done.wait(0.05):
                return
            try:
                handler.wfile.write(b"X-%d: y\r\n" % number)
            except OSError:
                return

    site.paths["/"] = drip
    try:
        with pytest.raises(FetchError, match=r"did not answer within 0\.3 seconds; tried 3 times"):
            fetch_now(site.url, FetchSettings(allow_private=True, timeout_seconds=0.3), MOST)
    finally:
        done.set()


def test_a_closed_port_and_a_broken_answer_are_fetch_errors(site: Site) -> None:
    def not_http(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"220 this is a mail server\r\n\r\n")

    site.paths["/"] = not_http
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch_now(site.url, OPEN, MOST)
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch_now("http://127.0.0.1:1/", OPEN, MOST)


@pytest.mark.parametrize(
    "address",
    [
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "0.0.0.0", "169.254.169.254", "100.64.0.1"),
        *(
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1%eth0",
        ),
        *(
            "fc00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "::a00:1",
        ),
    ],
)
def test_addresses_inside(address: str) -> None:
    assert is_inside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_addresses_outside(address: str) -> None:
    assert not is_inside(address)
