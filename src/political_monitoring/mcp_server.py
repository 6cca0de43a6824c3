"""The tools for clients of the Model Context Protocol: the registry's, `ask`, and documents as resources.

The server keeps nothing between two requests, so any replica may answer any of them (revision 2026-07-28; clients of
the revisions before are served as well).
"""

import json
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import fields
from functools import partial
from importlib.metadata import version
from typing import Annotated, Any
from urllib.parse import quote, unquote

import anyio
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette

from political_monitoring.access.auditing import Note
from political_monitoring.answering.conversation import LONGEST_QUESTION, Message, Wishes, read_conversation
from political_monitoring.answering.events import Answer, AnswerDone
from political_monitoring.chat.slots import Slots
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import MissingDependency, NotFound, PolmonError, TryLater, UserError
from political_monitoring.evidence import wire_form
from political_monitoring.knowledge.port import Scope
from political_monitoring.runtime import Runtime
from political_monitoring.tools.arguments import Moment
from political_monitoring.tools.registry import QUOTED, TOOLS, find_tool
from political_monitoring.tools.stating import Source

try:
    import mcp_types as types
    from mcp.server import Server
    from mcp.server.context import ServerRequestContext
    from mcp.server.stdio import stdio_server
    from mcp.shared.exceptions import MCPError
except ModuleNotFoundError:
    raise MissingDependency(
        "The Model Context Protocol needs the package mcp: install political-monitoring[mcp]."
    ) from None

ASK = "ask"
DOCUMENTS = "polmon://documents/"
CALLS_AT_ONCE = 8
CALL_SECONDS = 30.0
_READS_ONLY = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Facts about legislation and policy, each with the passage that states it. as_of asks what was true on a day, "
    "known_at what was known on it. Entities are named as people name them, or by their id. " + QUOTED
)

log = logging.getLogger(__name__)

Use = Callable[[str], AbstractAsyncContextManager[Runtime]]
"""The runtime of a workspace by its name, open while the block lasts; empty: the server's own."""


class Asked(BaseModel):
    """The arguments of `ask`."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[
        str, Field(min_length=1, max_length=LONGEST_QUESTION, description="in English or German")
    ]
    as_of: Annotated[Moment | None, Field(description="what was true at the end of this day; none: now")] = (
        None
    )
    known_at: Annotated[
        Moment | None, Field(description="only what we knew at the end of this day; none: now")
    ] = None
    kinds: Annotated[tuple[str, ...], Field(description="only documents of these types")] = ()
    jurisdictions: Annotated[tuple[str, ...], Field(description="only documents of these, as in EU, DE")] = ()
    sources: Annotated[tuple[str, ...], Field(description="only documents of these publishers")] = ()
    languages: Annotated[tuple[str, ...], Field(description="only documents in these, as in en, de")] = ()


class Cited(Source):
    """What a mark "[number]" in the answer stands for."""

    number: int
    place: str | None = Field(description="the part of an act, as in Art. 6(1)")
    quote_hash: str = Field(description="SHA-256 of the quote")
    content_hash: str = Field(description="of the document's version that is cited")


class Answered(BaseModel):
    """What `ask` returns: every sentence of the answer that claims something bears the mark of a citation."""

    answer_id: str | None = Field(description="under which the answer is kept; null: it is not")
    answer: str
    as_of: str | None
    citations: list[Cited]
    gaps: list[str] = Field(description="what could not be found or verified")
    note: str = QUOTED


def create_mcp(runtime: Runtime, use: Use | None = None) -> Server[Any]:
    """The server, for `serve_stdio` or `http_app`.

    Args:
        runtime: answers what asks for no workspace.
        use: the runtimes of other workspaces; None: there is `runtime` alone.
    """
    limits = runtime.settings.chat
    slots = Slots(limits.max_concurrent, limits.max_waiting, limits.wait_seconds)
    served = _Served(use or _only(runtime), slots)
    return Server(
        "political-monitoring",
        version=version("political-monitoring"),
        title="Political Monitoring",
        instructions=_INSTRUCTIONS,
        get_tool_input_schema=served.input_schema,
        on_list_tools=served.list_tools,
        on_call_tool=served.call_tool,
        on_list_resources=served.list_resources,
        on_list_resource_templates=served.list_templates,
        on_read_resource=served.read_resource,
    )


def serve_stdio(server: Server[Any]) -> None:
    """Talk to the client that started this process, until it closes standard input."""

    async def serve() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(serve)


def http_app(server: Server[Any], host: str, longest: int) -> Starlette:
    """The server as an ASGI application that answers POST at "/", each request by itself.

    Args:
        server: to be reached.
        host: address that the server listens on; on loopback, only requests for loopback are answered, so that no
            web page can reach it by a name of its own (DNS rebinding).
        longest: bytes of a request at most.
    """
    return server.streamable_http_app(
        streamable_http_path="/",
        stateless_http=True,
        json_response=True,
        host=host,
        max_request_body_size=longest,
    )


def _only(runtime: Runtime) -> Use:
    @asynccontextmanager
    async def use(_: str) -> AsyncGenerator[Runtime]:
        yield runtime

    return use


class _Served:
    """Answers the protocol's requests."""

    def __init__(self, use: Use, slots: Slots) -> None:
        self._use = use
        self._slots = slots
        self._tools = {name: _described(name) for name in (*TOOLS, ASK)}
        self._room = anyio.CapacityLimiter(CALLS_AT_ONCE)

    async def list_tools(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(self._tools.values()))

    def input_schema(self, name: str) -> dict[str, Any] | None:
        """A tool's schema of arguments. Without it the library lists all tools for each call."""
        return self._tools[name].input_schema if name in self._tools else None

    async def call_tool(
        self, context: ServerRequestContext[Any], asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        """What the tool returns; whatever goes wrong in it is one sentence, marked as an error."""
        if asked.name not in self._tools:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {asked.name!r:.120}.")
        arguments = asked.arguments or {}
        try:
            note = _note(context)
            async with self._use(_workspace(context)) as runtime:
                if asked.name == ASK:
                    async with self._slots.one():
                        return await _ask(runtime, arguments, note)
                note.asks(f"{asked.name} {json.dumps(arguments, ensure_ascii=False)}", "")
                return await self._call(runtime, asked.name, arguments)
        except PolmonError as error:
            return _failed(str(error))
        except Exception:
            log.exception("the tool %s failed", asked.name)
            return _failed("The server failed on this request; its log says why.")

    async def _call(self, runtime: Runtime, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        work = partial(find_tool(name).call, runtime.graph, arguments, runtime.clock)
        with anyio.move_on_after(CALL_SECONDS):
            found = await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._room)
            return _returned(found, json.dumps(found, ensure_ascii=False))
        raise TryLater(f"{name} took longer than {CALL_SECONDS:.0f} seconds.")

    async def list_resources(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """None: there are as many as documents, and `search` finds them."""
        return types.ListResourcesResult(resources=[])

    async def list_templates(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            name="document",
            uri_template=f"{DOCUMENTS}{{document_id}}",
            description=f"The text of a document, whose offsets quotes count. {QUOTED}",
            mime_type="text/plain",
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, context: ServerRequestContext[Any], asked: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """A document's text.

        Raises:
            MCPError: there is no such document, or it cannot be read.
        """
        uri = str(asked.uri)
        try:
            document_id = unquote(uri.removeprefix(DOCUMENTS)) if uri.startswith(DOCUMENTS) else ""
            async with self._use(_workspace(context)) as runtime:
                found = await anyio.to_thread.run_sync(
                    runtime.graph.document, document_id, limiter=self._room
                )
            if found is None:
                raise NotFound(f"There is no document {uri!r:.200}; search finds documents by words.")
        except UserError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from None
        except PolmonError as error:
            raise MCPError(types.INTERNAL_ERROR, str(error)) from None
        text = types.TextResourceContents(uri=uri, mime_type="text/plain", text=found[0].text)
        return types.ReadResourceResult(contents=[text])


def document_uri(document_id: str) -> str:
    """Under which a document is a resource."""
    return DOCUMENTS + quote(document_id, safe="")


def _described(name: str) -> types.Tool:
    if name == ASK:
        return types.Tool(
            name=ASK,
            description="Answers a question from the documents; every sentence cites its source.",
            input_schema=Asked.model_json_schema(),
            output_schema=Answered.model_json_schema(mode="serialization"),
            annotations=_READS_ONLY,
        )
    tool = TOOLS[name]
    return types.Tool(
        name=name,
        description=tool.description,
        input_schema=tool.parameters,
        output_schema=tool.returns,
        annotations=_READS_ONLY,
    )


async def _ask(runtime: Runtime, arguments: dict[str, Any], note: Note) -> types.CallToolResult:
    try:
        asked = Asked.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{ASK}: argument {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    time = AsOf(asked.as_of, asked.known_at) if asked.as_of or asked.known_at else None
    scope = Scope(**{field.name: getattr(asked, field.name) for field in fields(Scope)})
    now = runtime.clock()
    wishes = Wishes(scope=scope, account=note.key_id)
    question = read_conversation([Message("user", asked.question)], now.date(), time, wishes)
    answer_id = f"mcp-{secrets.token_hex(8)}" if runtime.answers else None
    note.asks(question.text, answer_id or "")
    with anyio.move_on_after(runtime.settings.chat.answer_seconds):
        async with aclosing(runtime.orchestrator.answer(question)) as events:
            async for event in events:
                if isinstance(event, AnswerDone):
                    note.cites(one.document_id for one in event.answer.citations)
                    if runtime.answers and answer_id:
                        runtime.answers.keep(answer_id, now, question, event.answer, event.work)
                    told = _answered(answer_id, event.answer)
                    return _returned(told.model_dump(mode="json"), _as_text(told))
    raise TryLater(f"The answer took longer than {runtime.settings.chat.answer_seconds:g} seconds.")


def _answered(answer_id: str | None, answer: Answer) -> Answered:
    return Answered(
        answer_id=answer_id,
        answer=answer.text,
        as_of=answer.as_of.isoformat() if answer.as_of else None,
        citations=[Cited.model_validate(wire_form.source(one)) for one in answer.citations],
        gaps=list(answer.gaps),
    )


def _as_text(told: Answered) -> str:
    """The answer and its sources, for clients that read text alone."""
    sources = [
        f"[{one.number}] {one.title}, {one.publisher}, {one.date or 'undated'}: “{one.quote}”"
        for one in told.citations
    ]
    return "\n".join([told.answer, "", *sources, *told.gaps, QUOTED])


def _returned(data: dict[str, Any], text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=data)


def _failed(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], is_error=True)


def _workspace(context: ServerRequestContext[Any]) -> str:
    """The workspace that the middleware in front has let the caller read; empty: none was asked for."""
    return str(_state(context).get("workspace", ""))


def _note(context: ServerRequestContext[Any]) -> Note:
    """What the audit is told of the request; over standard input nobody keeps one."""
    note: Note = _state(context).get("note") or Note()
    return note


def _state(context: ServerRequestContext[Any]) -> Mapping[str, Any]:
    return context.request.scope.get("state", {}) if context.request is not None else {}
