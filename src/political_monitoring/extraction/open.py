"""Settings -> Extractor."""

from political_monitoring.clock import Clock, utc_now
from political_monitoring.errors import ConfigInvalid
from political_monitoring.extraction.port import Extractor
from political_monitoring.settings import Settings


def open_extractor(settings: Settings) -> Extractor:
    """The extractor that settings ask for.

    Raises:
        MissingDependency: names are to be tagged by spaCy, or a language model to be asked, and the package for
            that is not installed.
        ConfigInvalid: the extension of the schema is wrong, or no language model is set.
        StoreUnavailable: the account of the language model cannot be opened.
    """
    from political_monitoring.domain.ontology import load_ontology, use_ontology
    from political_monitoring.extraction.local import open_local

    use_ontology(settings.ontology_path)
    local = open_local(settings.extraction.names)
    if settings.extraction.mode != "llm":  # Graphiti reads what is in the graph
        return local
    from political_monitoring.database.model_calls import open_account, open_calls
    from political_monitoring.extraction.gazetteer import load_gazetteer
    from political_monitoring.extraction.llm.extractor import LlmExtractor
    from political_monitoring.llm.open import check_settings, open_client, run_accounts

    check_settings(settings.llm)
    given = settings if settings.llm.account else open_account(settings, utc_now)
    client = open_client(given.llm, open_calls(given, utc_now), run_accounts(given.llm))
    return LlmExtractor(local, client, load_ontology(), load_gazetteer(), settings.extraction.model_words)


def open_model_account(settings: Settings, clock: Clock = utc_now) -> Settings:
    """Settings for all processes of a run, with the account that they share; as they are if no model is asked.

    The account is in the ledger's database, and opened by the run alone: a process on a machine that reads another
    database does not find it and asks no model, so that the limits hold for the run as a whole.

    Raises:
        ConfigInvalid, MissingDependency, StoreUnavailable: as `open_extractor`; nothing has been done.
    """
    check_mode(settings)
    if settings.extraction.mode == "local":
        return settings
    # SQLAlchemy stays out of the processes that ask no model.
    from political_monitoring.database.model_calls import open_account

    return open_account(settings, clock)


def check_mode(settings: Settings) -> None:
    """Say what the mode of extraction lacks, before anything is read.

    Raises:
        ConfigInvalid: no language model is set, or the graph is not in Graphiti's form.
        MissingDependency: a package that it needs is not installed.
    """
    mode = settings.extraction.mode
    if mode == "local":
        return
    if mode == "graphiti" and settings.graph_is_embedded:
        raise ConfigInvalid(
            "Graphiti reads only in a graph of its own form: set POLMON_GRAPH_BACKEND=graphiti, or read by local or llm"
        )
    from political_monitoring.llm.open import check_settings

    check_settings(settings.llm)
