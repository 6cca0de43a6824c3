"""Logging set up once by whoever starts a process, and the port that metrics go through.

Modules log with the standard library (`logging.getLogger(__name__)`); `configure` decides how it looks.
"""

import logging
import re
from collections import defaultdict
from typing import Literal, Protocol

# A key of ours, also where its words were taken apart, as in "searched for: ..."; then what names a secret.
_SECRETS = re.compile(
    r"(?i)(polmon[_ ][0-9a-f]{10}[_ ]|bearer\s+|(?:api[_-]?key|password|secret|token)[\"']?\s*[=:]\s*[\"']?|://[^/\s:@]+:)"
    r"([^\s\"'@&,;]+)"
)


def redact(text: str) -> str:
    """`text` with bearer tokens, keys, passwords and URL credentials replaced by ****."""
    return _SECRETS.sub(r"\1****", text)


def configure(level: str = "warning", output: Literal["console", "json"] = "console") -> None:
    """Send log records to standard error, redacted, as lines for people or JSON objects for machines.

    Tracebacks come without local variables: they hold what was being worked on, keys included.
    """
    import structlog
    from structlog.tracebacks import ExceptionDictTransformer

    class Redacting(structlog.stdlib.ProcessorFormatter):
        def format(self, record: logging.LogRecord) -> str:
            return redact(super().format(record))

    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ]
        if output == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        Redacting(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger("political_monitoring")
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    root.propagate = False


class Meter(Protocol):
    """Where counts and durations go. `labels` are low-cardinality strings."""

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Add to a counter."""

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Record a duration in seconds."""


class MemoryMeter:
    """A Meter that remembers, for tests and for processes nobody scrapes."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, tuple[tuple[str, str], ...]], float] = defaultdict(float)
        self.durations: dict[tuple[str, tuple[tuple[str, str], ...]], list[float]] = defaultdict(list)

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Add to a counter."""
        self.counts[name, tuple(sorted(labels.items()))] += value

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Keep the duration."""
        self.durations[name, tuple(sorted(labels.items()))].append(seconds)
