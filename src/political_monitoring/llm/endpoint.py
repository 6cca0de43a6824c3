"""The endpoint as pydantic-ai speaks to it; the only file that imports pydantic_ai. Foreign errors end here."""

import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from openai import APIStatusError, AuthenticationError, OpenAIError
from pydantic import BaseModel
from pydantic_ai import exceptions as foreign
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import (
    ModelRequest,
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from political_monitoring.errors import ModelError
from political_monitoring.llm.failures import Broken, Busy, Nonsense, Refused, Unfit
from political_monitoring.llm.question import Question, Reply, Usage, bare

# These call the longest answer `max_completion_tokens`; everybody else knows `max_tokens`.
_NEW_NAME_HOSTS = (".openai.com", ".azure.com")
_LOOK_SECONDS = 3.0
_FILTERED = "the model's endpoint filtered the content"
_TEMPLATE = "Answer with one JSON object that fits this JSON schema, and with nothing else:\n\n{schema}"
_logger = logging.getLogger(__name__)


class Endpoint:
    """Sends one request at a time, once; who calls it decides whether to try again.

    Args:
        output: whether the endpoint holds answers to a schema, or is only told of it.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        output: Literal["schema", "json"],
        timeout_seconds: float,
        output_tokens: int,
    ) -> None:
        profile = OpenAIModelProfile(
            supports_json_schema_output=True,
            supports_json_object_output=True,
            openai_chat_supports_max_completion_tokens=(urlsplit(base_url).hostname or "").endswith(
                _NEW_NAME_HOSTS
            ),
        )
        self._provider = OpenAICompatibleProvider(
            "endpoint", base_url=base_url, api_key=api_key or None, profile=profile
        )
        self._output = output
        self._output_tokens = output_tokens
        self._settings = OpenAIChatModelSettings(
            temperature=0,
            max_tokens=output_tokens,
            timeout=timeout_seconds,
            request_timeout=timeout_seconds,
            max_retries=0,
        )

    async def send[T: BaseModel](self, model: str, question: Question[T]) -> Reply:
        """One request, one reply.

        Raises:
            Busy, Broken, Refused, Unfit, Nonsense: see failures.py; none of them holds the key or the content.
        """
        with _own_errors():
            response = await model_request(
                OpenAIChatModel(model, provider=self._provider),
                [_asked(question)],
                model_settings=self._settings_for(question),
                model_request_parameters=self._parameters(question),
            )
        return _reply(response)

    async def stream[T: BaseModel](self, model: str, question: Question[T]) -> AsyncGenerator[str | Usage]:
        """One request; the reply's text in pieces, then what it took.

        Raises:
            Busy, Broken, Refused, Unfit, Nonsense: as `send`; also in the middle. Not every endpoint says why it ends:
                who reads the text must see whether it is whole.
        """
        with _own_errors():
            async with model_request_stream(
                OpenAIChatModel(model, provider=self._provider),
                [_asked(question)],
                model_settings=self._settings_for(question),
                model_request_parameters=self._parameters(question),
            ) as arriving:
                async for event in arriving:
                    if piece := _text_of(event):
                        yield piece
                response = arriving.get()
        if response.finish_reason == "content_filter":
            raise Nonsense(_FILTERED)
        yield Usage(response.usage.input_tokens, response.usage.output_tokens)

    async def trouble(self) -> str:
        """Why it would not serve us; empty: it would. Asks for its list of models, which costs nothing."""
        try:
            await self._provider.client.models.list(timeout=_LOOK_SECONDS)
        except AuthenticationError:
            return "the model's endpoint does not take the key; check POLMON_LLM_API_KEY"
        except APIStatusError as error:
            return (
                f"the model's endpoint fails (HTTP {error.status_code})" if error.status_code >= 500 else ""
            )
        except (OpenAIError, ValueError):
            return "the model's endpoint cannot be reached; check POLMON_LLM_BASE_URL"
        return ""

    async def close(self) -> None:
        """Let go of connections."""
        await self._provider.client.close()

    def _settings_for(self, question: Question[Any]) -> OpenAIChatModelSettings:
        longest = question.most_tokens
        return (
            {**self._settings, "max_tokens": min(longest, self._output_tokens)} if longest else self._settings
        )

    def _parameters(self, question: Question[Any]) -> ModelRequestParameters:
        form = OutputObjectDefinition(question.schema, name=question.form.__name__, strict=True)
        if self._output == "schema":
            return ModelRequestParameters(output_mode="native", output_object=form, allow_text_output=False)
        return ModelRequestParameters(
            output_mode="prompted",
            output_object=form,
            prompted_output_template=_TEMPLATE,
            allow_text_output=False,
        )


def _asked(question: Question[Any]) -> ModelRequest:
    return ModelRequest(parts=[UserPromptPart(question.content)], instructions=question.instructions)


def _text_of(event: ModelResponseStreamEvent) -> str:
    """The words that an event adds to the answer; thoughts and whatever else there is are none of it."""
    if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
        return event.part.content
    if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
        return event.delta.content_delta
    return ""


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except foreign.AgentRunError as error:
        _logger.info("A request to the model failed: %s", type(error).__name__)
        raise _translated(error) from None
    except (OpenAIError, ValueError) as error:  # a body that is not JSON, or broken off
        raise Broken(f"the model's endpoint answered no JSON ({type(error).__name__})", paid=True) from None


def _reply(response: ModelResponse) -> Reply:
    if response.finish_reason == "content_filter":
        raise Nonsense(_FILTERED)
    usage = response.usage
    return Reply(bare(response.text or ""), usage.input_tokens, usage.output_tokens)


def _translated(error: foreign.AgentRunError) -> ModelError:
    status = f" (HTTP {error.status_code})" if isinstance(error, foreign.ModelHTTPError) else ""
    failure: ModelError
    match error:
        case foreign.ModelQuotaExceededError():
            failure = Refused(f"the account at the model's endpoint has no credit left{status}")
        case foreign.ModelAuthenticationError():
            failure = Refused(f"the model's endpoint does not take the key{status}; check POLMON_LLM_API_KEY")
        case foreign.ModelNotFoundError():
            failure = Refused(
                f"the model's endpoint does not know the model {error.model_name}{status}; "
                "check POLMON_LLM_MODEL and POLMON_LLM_BASE_URL"
            )
        case foreign.ModelContextWindowExceededError():
            failure = Unfit(f"the text is longer than the model can read{status}")
        case foreign.ModelRequestRejectedError():
            failure = Unfit(f"the model's endpoint does not take the request{status}")
        case foreign.ModelRateLimitError() | foreign.ModelUnavailableError():
            failure = Busy(f"the model's endpoint is busy{status}", error.retry_after)
        case foreign.ModelRequestTimeout() | foreign.ModelTimeoutError():
            failure = Broken("the model did not answer in time", paid=True)
        case foreign.ModelConnectionError():
            sent = error.phase not in ("pool", "connect")
            failure = Broken("the model's endpoint cannot be reached, or broke off", paid=sent)
        case foreign.ContentFilterError():
            failure = Nonsense(_FILTERED)
        case foreign.ModelAPIError():
            failure = Broken(f"the model's endpoint failed{status}", paid=False)
        case _:
            failure = Broken("the model's endpoint answered something that is no answer", paid=True)
    return failure
