"""Which request tries items again."""

from collections.abc import Collection, Sequence

from political_monitoring.errors import NotFound
from political_monitoring.ingestion.ledger import Ledger
from political_monitoring.ingestion.listing import ItemRecord
from political_monitoring.ingestion.run import IngestionRequest

WORTH_A_TRY = ("failed", "quarantined")
"""What may go better the next time; what was refused is unusable as it is."""


def request_again(
    ledger: Ledger, names: Collection[str], states: Sequence[str], batch_size: int
) -> IngestionRequest | None:
    """A request for the items named, else for those in the states, else for those worth a try; None: there are none.

    Raises:
        NotFound: the ledger knows no item of such a name.
    """
    items = ledger.items(() if names else states or WORTH_A_TRY)
    if names:
        known = {item.ref: item for item in items}
        if strange := [name for name in names if name not in known]:
            raise NotFound(f"{strange[0]} was never ingested; `polmon documents` lists what was")
        items = [known[name] for name in names]
    if not items:
        return None
    refs = frozenset(item.ref for item in items)
    return IngestionRequest("retry", _targets(ledger, items), batch_size=batch_size, force=True, only=refs)


def _targets(ledger: Ledger, items: Sequence[ItemRecord]) -> tuple[str, ...]:
    """What the runs that found the items were asked for; of URLs only those that led to one of them."""
    runs = dict.fromkeys(item.run_id for item in items)
    targets = dict.fromkeys(target for run_id in runs for target in ledger.find_run(run_id).targets)
    return tuple(
        target
        for target in targets
        if "://" not in target or any(item.ref.startswith(target) for item in items)
    )
