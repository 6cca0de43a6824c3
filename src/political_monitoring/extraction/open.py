"""Settings -> Extractor."""

import secrets
from typing import TYPE_CHECKING

from political_monitoring.clock import Clock, utc_now
from political_monitoring.domain.model_use import Account
from political_monitoring.extraction.port import Extractor
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    # SQLAlchemy stays out of the processes that only prepare, unless they ask a model.
    from political_monitoring.database.model_calls import ModelCalls


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
    if settings.extraction.mode == "local":
        return local
    from political_monitoring.extraction.gazetteer import load_gazetteer
    from political_monitoring.extraction.llm.extractor import LlmExtractor
    from political_monitoring.llm.open import caps_of, check_settings, open_client

    check_settings(settings.llm)
    if not settings.llm.account:  # nobody has opened one for a whole run: what is read here is one
        settings = open_model_account(settings)
    account = Account(settings.llm.account, caps_of(settings.llm))
    client = open_client(settings.llm, _model_calls(settings, utc_now), (account,))
    return LlmExtractor(local, client, load_ontology(), load_gazetteer(), settings.extraction.model_words)


def open_model_account(settings: Settings, clock: Clock = utc_now) -> Settings:
    """Settings for all processes of a run, with the account that they share; as they are if no model is asked.

    The account is in the ledger's database, and opened by the run alone: a process on a machine that reads another
    database does not find it and asks no model, so that the limits hold for the run as a whole.

    Raises:
        ConfigInvalid, MissingDependency, StoreUnavailable: as `open_extractor`; nothing has been done.
    """
    if settings.extraction.mode == "local":
        return settings
    from political_monitoring.llm.open import check_settings

    check_settings(settings.llm)
    account = settings.llm.account or f"run-{secrets.token_hex(8)}"
    given = settings.model_copy(update={"llm": settings.llm.model_copy(update={"account": account})})
    calls = _model_calls(given, clock)
    calls.open_account(account)
    calls.close()
    return given


def _model_calls(settings: Settings, clock: Clock) -> "ModelCalls":
    from political_monitoring.database.model_calls import ModelCalls
    from political_monitoring.database.places import open_tables

    return ModelCalls(open_tables(settings), clock)
