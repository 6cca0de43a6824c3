"""Small applications with the identities of the real ones, to start and stop systems with."""

import time
from typing import Any

from fastapi import FastAPI, Request
from kodosumi.core import InputsError, Launch, ServeAPI, forms
from ray import serve
from ray.serve import Application

MODEL = "political-monitoring-agent"


def health(args: dict[str, Any]) -> Application:
    """Says that it is well."""
    app = FastAPI()

    @app.get("/")
    def say() -> dict[str, Any]:
        return {
            "product": "political-monitoring",
            "service": "health",
            "release": args["release"],
            "status": "ok",
            "checks": {"graph": {"ok": True}},
            "colour": args.get("colour", ""),
        }

    return deployed("health", app)


def chat(args: dict[str, Any]) -> Application:
    """Lists its model."""
    app = FastAPI()

    @app.get("/models")
    def models() -> dict[str, Any]:
        return {"data": [{"id": MODEL}], "release": args["release"]}

    return deployed("chat-server", app)


def flow(args: dict[str, Any]) -> Application:
    """A flow with one field."""
    app = ServeAPI()
    form = forms.Model(forms.InputText(label="Words", name="words"), forms.Submit("Go"), forms.Cancel("Stop"))

    @app.enter(path="/", model=form, summary="Count words")
    async def enter(inputs: dict[str, Any], request: Request) -> Any:
        if not inputs.get("words"):
            error = InputsError()
            error.add(words="needed")
            raise error
        return Launch(request, "apps:count", inputs=inputs)

    return deployed("flow1-data-ingestion", app)


async def count(inputs: dict[str, Any], tracer: Any) -> dict[str, int]:
    """The run itself."""
    await tracer.markdown(f"{len(inputs['words'].split())} words")
    return {"words": len(inputs["words"].split())}


def catch_all(args: dict[str, Any]) -> Application:
    """Answers everything with 200."""
    app = FastAPI()

    @app.get("/{path:path}")
    def anything(path: str) -> dict[str, str]:
        return {"path": path}

    return deployed("catch-all", app)


@serve.deployment(name="chat-server")
class Broken:
    """Its constructor fails, as one does whose store is missing."""

    def __init__(self) -> None:
        raise RuntimeError("the graph is missing: /data/graph.db")


def broken(args: dict[str, Any]) -> Application:
    """Never comes up."""
    return Broken.bind()


def deployed(name: str, app: FastAPI) -> Application:
    """`app` as the only deployment of an application, under the application's name."""

    @serve.deployment(name=name)
    @serve.ingress(app)
    class Deployed:
        def __init__(self) -> None:
            self.started = time.time()

    return Deployed.bind()
