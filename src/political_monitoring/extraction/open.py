"""Settings -> Extractor."""

from political_monitoring.extraction.port import Extractor
from political_monitoring.settings import Settings


def open_extractor(settings: Settings) -> Extractor:
    """The extractor that settings ask for.

    Raises:
        MissingDependency: names are to be tagged by spaCy, which is not installed.
        ConfigInvalid: the extension of the schema is wrong.
    """
    from political_monitoring.domain.ontology import use_ontology
    from political_monitoring.extraction.local import open_local

    use_ontology(settings.ontology_path)
    return open_local(settings.extraction.names)
