"""Settings -> Extractor."""

from political_monitoring.extraction.port import Extractor
from political_monitoring.settings import Settings


def open_extractor(settings: Settings) -> Extractor:
    """The extractor that settings ask for.

    Raises:
        MissingDependency: names are to be tagged by spaCy, which is not installed.
    """
    from political_monitoring.extraction.local import open_local

    return open_local(settings.extraction.names)
