"""The Meter port over Ray's metrics: scraped at each node's metrics port, with the prefix `ray_`."""

from ray.util.metrics import Counter, Histogram

SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]


class RayMeter:
    """Counters and histograms made on first use; a metric keeps the label names it was first given."""

    def __init__(self) -> None:
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Add to a counter."""
        if name not in self._counters:
            self._counters[name] = Counter(name, tag_keys=tuple(labels))
        self._counters[name].inc(value, tags=labels)

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Record a duration in seconds."""
        if name not in self._histograms:
            self._histograms[name] = Histogram(name, boundaries=SECONDS, tag_keys=tuple(labels))
        self._histograms[name].observe(seconds, tags=labels)
