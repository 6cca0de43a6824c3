"""The one guarded HTTP client: reads a URL that somebody else chose without being led astray.

Only http and https; no address inside the network it runs in (loopback, private, link-local and so on), also
not after a redirect; and the connection goes to the very address that was checked, so that a name cannot
point elsewhere a moment later (DNS rebinding). Size and time are limited, server errors are retried.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit, urlunsplit

import httpx
import stamina
import stamina.instrumentation

from political_monitoring.errors import FetchError
from political_monitoring.settings import FetchSettings

MOST_REDIRECTS = 5
ATTEMPTS = 3
_LONGEST_WAIT = 30.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_ACCEPT = (
    "text/html, application/xhtml+xml, application/pdf, application/json, application/xml, text/*, */*;q=0.5"
)
# IPv6 prefixes that carry an IPv4 address in their last 32 bits: NAT64 and IPv4-compatible.
_CARRIES_IPV4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to IP addresses, best first."""

# What would print to standard output by default, in the middle of an answer for machines.
stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.LoggingOnRetryHook])


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL answered."""

    url: str
    """The address that answered, after redirects."""
    media_type: str
    """Content-Type as sent, with its parameters, or ""."""
    data: bytes


def fetch_now(url: str, settings: FetchSettings, most_bytes: int) -> Fetched:
    """`fetch` for callers that do not await; also works where an event loop is running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, fetch(url, settings, most_bytes)).result()


async def fetch(
    url: str, settings: FetchSettings, most_bytes: int, resolve: Resolve | None = None
) -> Fetched:
    """Read a URL.

    Args:
        url: address to read.
        settings: `timeout_seconds` bounds one attempt from the look-up of the name to the last byte.
        most_bytes: longest body accepted, after decompression.
        resolve: how names become addresses; the system's resolver unless given.

    Raises:
        FetchError: not allowed, not found, too large, too slow, or failing after three attempts.
    """
    try:
        async for attempt in stamina.retry_context(on=_wait_before_retry, attempts=ATTEMPTS, timeout=None):
            with attempt:
                return await _attempt(url, settings, most_bytes, resolve or _resolve)
    except _Transient as error:
        raise FetchError(f"{error}; tried {ATTEMPTS} times") from error
    raise AssertionError("the loop above ends by return or raise")


class _Transient(FetchError):
    """May go better the next time."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


def _wait_before_retry(error: Exception) -> bool | float:
    if not isinstance(error, _Transient):
        return False
    return True if error.wait is None else error.wait


async def _attempt(url: str, settings: FetchSettings, most_bytes: int, resolve: Resolve) -> Fetched:
    try:
        # Time limits of the client are for single reads; a server that drips bytes passes them all.
        async with asyncio.timeout(settings.timeout_seconds):
            return await _follow(url, settings, most_bytes, resolve)
    except TimeoutError as error:
        raise _Transient(
            f"{shown(url)} did not answer within {settings.timeout_seconds:g} seconds"
        ) from error
    except httpx.TransportError as error:
        raise _Transient(f"{shown(url)} cannot be reached: {_reason(error)}") from error
    except httpx.HTTPError as error:
        raise FetchError(f"{shown(url)} answered something that is not HTTP: {_reason(error)}") from error


async def _follow(url: str, settings: FetchSettings, most_bytes: int, resolve: Resolve) -> Fetched:
    # No proxies and .netrc from the environment: a proxy would look the name up again, unchecked.
    limit = httpx.Timeout(settings.timeout_seconds, connect=settings.timeout_seconds / 3)
    async with httpx.AsyncClient(trust_env=False, timeout=limit) as client:
        for _ in range(MOST_REDIRECTS + 1):
            host, port = _checked_url(url)
            addresses = await _checked_addresses(url, host, port, settings, resolve)
            response = await _send(client, url, host, addresses)
            try:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    _check_status(url, response)
                    media_type = response.headers.get("content-type", "")
                    return Fetched(url, media_type, await _body(url, response, most_bytes))
                url = _next(url, response.headers["location"])
            finally:
                await response.aclose()
    raise FetchError(f"{shown(url)} redirects more than {MOST_REDIRECTS} times")


def _checked_url(url: str) -> tuple[str, int]:
    """Host and port of a URL that may be read at all."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        raise FetchError(f"{shown(url)} is not a valid URL") from None
    if parsed.scheme not in {"http", "https"}:
        raise FetchError(f"{shown(url)} cannot be read: only http and https are")
    if not parsed.host:
        raise FetchError(f"{shown(url)} names no host")
    if parsed.userinfo:
        raise FetchError(f"{shown(url)} carries a user name or password; leave it out")
    return parsed.raw_host.decode("ascii"), parsed.port or (443 if parsed.scheme == "https" else 80)


async def _checked_addresses(
    url: str, host: str, port: int, settings: FetchSettings, resolve: Resolve
) -> list[str]:
    """Addresses of the host, none of them inside; one that is makes all of them suspect."""
    try:
        addresses = await resolve(host.strip("[]"), port)
    except (OSError, UnicodeError) as error:
        unsure = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        problem = _Transient if unsure else FetchError
        raise problem(f"{shown(url)} cannot be reached: the name {host} is not known") from error
    if not settings.allow_private and any(map(is_inside, addresses)):
        way_out = "POLMON_FETCH_ALLOW_PRIVATE=true allows that"
        raise FetchError(f"{shown(url)} leads to an address inside this network; {way_out}")
    return addresses


async def _resolve(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_inside(address: str) -> bool:
    """Whether an IP address is anything but a public one, however it is dressed up."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and any(ip in network for network in _CARRIES_IPV4):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_inside(str(inner))
    return not ip.is_global or ip.is_multicast or ip.is_reserved


async def _send(client: httpx.AsyncClient, url: str, host: str, addresses: list[str]) -> httpx.Response:
    """Connect to a checked address; the certificate must still be the host's."""
    parsed = httpx.URL(url)
    failure: httpx.TransportError = httpx.ConnectError("the name has no address")
    for address in addresses:
        request = client.build_request(
            "GET",
            parsed.copy_with(host=address),
            headers={
                "Host": parsed.netloc.decode("ascii"),
                "User-Agent": f"political-monitoring/{version('political-monitoring')}",
                "Accept": _ACCEPT,
            },
            extensions={"sni_hostname": host},
        )
        try:
            return await client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failure = error
    raise failure


def _check_status(url: str, response: httpx.Response) -> None:
    status = f"{response.status_code} {response.reason_phrase}".strip()
    if response.status_code in _TRY_AGAIN:
        raise _Transient(f"{shown(url)} answers {status}", _retry_after(response))
    if response.status_code != 200:
        raise FetchError(f"{shown(url)} answers {status}; check the address")


def _retry_after(response: httpx.Response) -> float | None:
    seconds = response.headers.get("retry-after", "")
    return min(float(seconds), _LONGEST_WAIT) if seconds.isascii() and seconds.isdigit() else None


async def _body(url: str, response: httpx.Response, most_bytes: int) -> bytes:
    too_large = FetchError(f"{shown(url)} is larger than {most_bytes:,} bytes")
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > most_bytes:
        raise too_large
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > most_bytes:
            raise too_large
    return bytes(body)


def _next(url: str, location: str) -> str:
    try:
        return str(httpx.URL(url).join(location))
    except httpx.InvalidURL:
        raise FetchError(f"{shown(url)} redirects to something that is not a URL") from None


def shown(url: str) -> str:
    """A URL as it may stand in an error or log: without user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "the URL"
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _reason(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
