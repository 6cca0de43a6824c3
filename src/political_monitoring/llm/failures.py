"""How a request to a model can fail; what is done about each is decided in client.py."""

from political_monitoring.errors import ModelError


class Busy(ModelError):
    """The endpoint asks for patience (429, 503); nothing was used. Sent again after `wait` seconds."""

    def __init__(self, sentence: str, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


class Broken(ModelError):
    """No answer, a server's error, or half of one; sent again.

    Attributes:
        paid: whether the model may have worked for it.
    """

    def __init__(self, sentence: str, *, paid: bool) -> None:
        super().__init__(sentence)
        self.paid = paid


class Refused(ModelError):
    """The endpoint takes no request of ours: wrong key, no such model, no credit. None is sent any more."""


class Unfit(ModelError):
    """The endpoint does not take this request: too long, or its content is filtered. Not sent again."""


class Nonsense(ModelError):
    """The model's answer has not the form that was asked for."""
