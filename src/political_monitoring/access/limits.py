"""How often a key may ask: a moving window, counted in each replica for itself."""

import math
import time
from functools import cache

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class RateLimits:
    """Counts for any number of keys. Two replicas together allow twice a key's rate."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, who: str, rate: str) -> int:
        """Count one request; 0 if it was allowed, else the seconds until the next one is.

        Args:
            who: whose requests are counted together.
            rate: as in 60/minute.
        """
        item = _item(rate)
        if self._limiter.hit(item, who):
            return 0
        return max(1, math.ceil(self._limiter.get_window_stats(item, who).reset_time - time.time()))


@cache
def _item(rate: str) -> RateLimitItem:
    return parse(rate)
