"""Every error the product raises on purpose.

A class says who must act; its text is one sentence: what is wrong, where, what to do.

    PolmonError
    ├── UserError                 the one who asked: fix the request             400, exit 2
    │   ├── KeyRefused            no key, or none that is valid                  401, exit 2
    │   ├── NotPermitted          the key's role or workspaces do not allow it   403, exit 2
    │   ├── NotFound              no such document, entity or run                404, exit 2
    │   ├── Ambiguous             a name fits several entities                   400, exit 2
    │   │   └── ModelUnknown      the chat API offers another model
    │   └── TooLarge              the request is over a limit                    413, exit 2
    ├── DocumentError             one document cannot be used; the run goes on   422, exit 1
    │   ├── UnsupportedFormat     no parser for this kind of file
    │   ├── UnreadableDocument    damaged, encrypted or not what it claims
    │   ├── EmptyDocument         no text came out
    │   ├── DocumentTooLarge      over a size, depth or time limit
    │   └── UnsoundEpisode        what was read out of it contradicts itself or its text
    ├── FetchError                a URL could not be read                        502, exit 1
    ├── ModelError                a language model gave no usable answer         502, exit 1
    │   └── BudgetExhausted       what the model may cost is used up
    ├── OperatorError             the one who runs the system                    500, exit 3
    │   ├── ConfigInvalid         a setting or config.yaml is wrong
    │   ├── MissingDependency     an optional package is not installed
    │   ├── StoreUnavailable      the graph or the ledger cannot be opened
    │   ├── ResourcesUnavailable  ports, memory or CPU are not to be had
    │   └── DeploymentFailed      an application did not come up as itself
    └── TryLater                  overloaded or not ready yet                    503, exit 4
        └── RateExceeded          the key has asked more often than it may       429, exit 4
"""


class PolmonError(Exception):
    """Root of the tree; `str(error)` is the sentence shown to people.

    Attributes:
        http_status: status of an HTTP answer that reports the error.
        exit_code: exit code of a command that ends with it.
        code: stable machine-readable name, as in the OpenAI error object.
    """

    http_status = 500
    exit_code = 3
    code = "internal_error"


class UserError(PolmonError):
    """The request itself is wrong."""

    http_status = 400
    exit_code = 2
    code = "invalid_request"


class KeyRefused(UserError):
    """Whoever asks has shown no valid key. Says the same whatever was wrong with it."""

    http_status = 401
    code = "invalid_api_key"


class NotPermitted(UserError):
    """The key is valid, but not for this."""

    http_status = 403
    code = "insufficient_permissions"


class NotFound(UserError):
    """The thing asked for does not exist."""

    http_status = 404
    code = "not_found"


class Ambiguous(UserError):
    """A name fits several entities as well as each other."""

    code = "ambiguous"


class ModelUnknown(NotFound):
    """A client asks for a model that the chat API does not offer."""

    code = "model_not_found"


class TooLarge(UserError):
    """The request is over a limit."""

    http_status = 413
    code = "too_large"


class DocumentError(PolmonError):
    """One document cannot be used; a run lists it and goes on."""

    http_status = 422
    exit_code = 1
    code = "document_unusable"


class UnsupportedFormat(DocumentError):
    """No parser reads this kind of file."""

    code = "unsupported_format"


class UnreadableDocument(DocumentError):
    """The file is damaged, encrypted or not what it claims to be."""

    code = "unreadable_document"


class EmptyDocument(DocumentError):
    """No text came out of the file."""

    code = "empty_document"


class DocumentTooLarge(DocumentError):
    """The file is over a size, depth or time limit."""

    code = "document_too_large"


class UnsoundEpisode(DocumentError):
    """What was read out of the document cannot be true or does not stand in its text: nothing is written."""

    code = "unsound_episode"


class FetchError(PolmonError):
    """A URL could not be read, or may not be."""

    http_status = 502
    exit_code = 1
    code = "fetch_failed"


class ModelError(PolmonError):
    """A language model could not be asked, or what it answered cannot be used."""

    http_status = 502
    exit_code = 1
    code = "model_failed"


class BudgetExhausted(ModelError):
    """One more call could cost more than what is left of the budget: it was not made."""

    code = "model_budget_exhausted"


class OperatorError(PolmonError):
    """Whoever runs the system must act."""

    code = "operator_error"


class ConfigInvalid(OperatorError):
    """A setting or a line of config.yaml is wrong."""

    exit_code = 2
    code = "config_invalid"


class MissingDependency(OperatorError):
    """An optional package or model is not installed."""

    code = "missing_dependency"


class StoreUnavailable(OperatorError):
    """The knowledge graph or the ledger cannot be opened, read or written."""

    http_status = 503
    code = "store_unavailable"


class ResourcesUnavailable(OperatorError):
    """Ports, memory or CPU that the system needs are not to be had."""

    http_status = 503
    code = "resources_unavailable"


class DeploymentFailed(OperatorError):
    """An application did not come up as itself."""

    code = "deployment_failed"


class TryLater(PolmonError):
    """Overloaded, starting or draining: the same request may succeed later.

    Attributes:
        retry_after: seconds after which to try again (at most 120).
    """

    http_status = 503
    exit_code = 4
    code = "try_later"

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = min(retry_after, 120)


class RateExceeded(TryLater):
    """The key has asked more often than it may."""

    http_status = 429
    code = "rate_limit_exceeded"
