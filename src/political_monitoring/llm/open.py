"""Settings -> ModelClient."""

from importlib.util import find_spec

from political_monitoring.domain.model_use import Account, Caps, millionths
from political_monitoring.errors import ConfigInvalid, MissingDependency
from political_monitoring.llm.booking import Booking, Calls
from political_monitoring.llm.breaker import Breaker
from political_monitoring.llm.client import Limits, ModelClient, PricedModel
from political_monitoring.llm.concurrency import AdaptiveLimit
from political_monitoring.settings import LlmSettings


def open_client(settings: LlmSettings, calls: Calls, accounts: tuple[Account, ...] = ()) -> ModelClient:
    """A client for the model that settings name; nothing is sent yet.

    Args:
        calls: where requests are booked.
        accounts: what all of them are booked on.

    Raises:
        ConfigInvalid: no endpoint is set.
        MissingDependency: the extra `llm` is not installed.
    """
    check_settings(settings)
    try:
        from political_monitoring.llm.endpoint import Endpoint
    except ImportError as error:
        raise MissingDependency(f"the language model's client cannot be loaded: {error}") from error

    large = PricedModel(settings.model, settings.input_price, settings.output_price)
    small = PricedModel(settings.small_model, settings.small_input_price, settings.small_output_price)
    return ModelClient(
        Endpoint(
            settings.base_url,
            settings.api_key.get_secret_value(),
            settings.output,
            settings.timeout_seconds,
            settings.output_tokens,
        ),
        Booking(calls, accounts, settings.timeout_seconds),
        (large, small if settings.small_model else large),
        Limits(settings.attempts, settings.retry_seconds, settings.output_tokens),
        AdaptiveLimit(settings.concurrency),
        Breaker(),
    )


def check_settings(settings: LlmSettings) -> None:
    """Raises what `open_client` would, at no cost: before a run begins."""
    if not settings.base_url:
        raise ConfigInvalid(
            "no language model is set: give POLMON_LLM_BASE_URL and POLMON_LLM_MODEL, or stay with local"
        )
    if find_spec("pydantic_ai") is None:
        raise MissingDependency("the language model needs pydantic-ai: install political-monitoring[llm]")


def caps_of(settings: LlmSettings) -> Caps:
    """The most that a run may use."""
    return Caps(settings.max_calls, settings.max_tokens, millionths(settings.max_cost))


def run_accounts(settings: LlmSettings) -> tuple[Account, ...]:
    """What the requests of a run are booked on: the account that the settings name."""
    return (Account(settings.account, caps_of(settings)),)
