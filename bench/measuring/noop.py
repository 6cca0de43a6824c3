"""A deployment that does nothing: what Ray Serve and HTTP take by themselves."""

from fastapi import FastAPI
from ray import serve
from ray.serve import Application

_api = FastAPI()


@serve.deployment(name="no-op")
@serve.ingress(_api)
class NoOp:
    """Answers at once."""

    @_api.post("/")
    async def answer(self) -> dict[str, bool]:
        """The least that can be answered."""
        return {"ok": True}


def app(args: dict[str, str]) -> Application:
    """Serve's builder: `measuring.noop:app`."""
    return NoOp.bind()
