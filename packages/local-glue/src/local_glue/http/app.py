"""The ASGI application: Glue is answered here, all else goes through to the emulator."""

import asyncio
import functools
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.types import Receive, Scope, Send

from local_glue.api import glue_api_model, paging
from local_glue.api.errors import (
    GlueError,
    InternalServiceException,
    InvalidInputException,
    UnknownOperationException,
)
from local_glue.api.glue_api_model import Json
from local_glue.api.registry import handler
from local_glue.api.request_context import RequestContext
from local_glue.api.validation import validate
from local_glue.aws import sessions
from local_glue.aws.clients import warm_up
from local_glue.bookmarks import requests as bookmark_requests
from local_glue.calls.recorder import CALLS_PATH, CallRecorder
from local_glue.catalog.catalog_id import require_own_catalog
from local_glue.cloudformation.errors import CallError
from local_glue.cloudformation.provision import provision
from local_glue.crawlers.manager import CrawlManager
from local_glue.events.bus import EventBus
from local_glue.events.catalog import operation_events
from local_glue.http import protocol
from local_glue.http.authorization import Authorizer
from local_glue.http.bodies import BodyTooLargeError, read_body
from local_glue.http.glue_calls import operations_and_glue
from local_glue.http.mwaa import Mwaa, is_mwaa
from local_glue.http.origins import AccessGuard
from local_glue.http.reverse_proxy import ReverseProxy
from local_glue.runs.manager import RunManager
from local_glue.runs.spark import jdbc_drivers
from local_glue.sessions.manager import SessionManager
from local_glue.settings import Settings
from local_glue.store import Store, StoreError

logger = logging.getLogger(__name__)

HEALTH_PATH = "/_glue/health"
CLOUDFORMATION_PATH = "/_glue/cloudformation"
BOOKMARKS_PATH = "/_glue/bookmarks"
JDBC_DRIVERS_PATH = "/_glue/jdbc-drivers"
HTTP_APIS_PATH = "/_aws/execute-api/"
_MAX_BODY_BYTES = 16 * 1024 * 1024
_PLAIN = (("content-type", "text/plain; charset=utf-8"),)
Answerer = Callable[[protocol.Request], protocol.Answer]


class App:
    """One reverse proxy, one store, the job runs, the crawls and the sessions."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.bus = EventBus(settings)
        self.runs = RunManager(settings, self.store, self.bus)
        self.crawls = CrawlManager(settings, self.store, self.bus)
        self.sessions = SessionManager(settings, self.store, self.runs.drivers)
        self.proxy = ReverseProxy(settings.emulator_url, self._refuse)
        operations_of = functools.partial(operations_and_glue, default=settings.scope)
        self.calls = CallRecorder(settings.state_dir, sessions.role_of, operations_of)
        self.http_apis = ReverseProxy(settings.http_api_url) if settings.http_api_url else self.proxy
        self._guarded = AccessGuard(self._route, settings.access)
        self._authorizer = Authorizer(settings) if settings.is_authorized_by_emulator else None
        self._mwaa = (
            Mwaa(settings.mwaa_url, settings.mwaa_token, self._authorizer, settings.scope)
            if settings.mwaa_url
            else None
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one connection's event, as ASGI has it."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._guarded(scope, receive, send)

    def answer_request(self, operation: str, request: protocol.Request) -> protocol.Answer:
        """Run the operation of a request whose caller may call it."""
        authorization = protocol.authorization_of(dict(request.headers))
        try:
            if self._authorizer:
                self._authorizer.check([operation], request)
        except GlueError as error:
            return protocol.failure(error)
        except Exception as error:  # noqa: BLE001 - a bug must reach the caller as Glue's own 500
            return protocol.bug(operation, error)
        return self.answer(operation, authorization, request.body)

    def answer(self, operation: str, authorization: str, body: bytes) -> protocol.Answer:
        """Run one operation for whoever asks, in one transaction; every outcome is an answer."""
        try:
            handle = handler(operation)
            params = protocol.without_nulls(protocol.parse(body))
            validate(params, glue_api_model.input_shape(operation))
            scope = protocol.scope_of(authorization, self.settings.scope)
            require_own_catalog(operation, params, scope)
            listing = paging.listing_of(scope, operation, glue_api_model.input_shape(operation), params)
            params = paging.open_token(params, listing)
            with self.store.transaction(scope) as documents:
                context = RequestContext(documents, _now(), self.runs, self.crawls, self.sessions)
                output = handle(context, params)
            self.bus.tell(scope, functools.partial(operation_events, scope, operation, params, output))
            return protocol.success(paging.seal_token(output, listing))
        except UnknownOperationException as error:
            self._refuse(authorization, str(error))
            return protocol.failure(error)
        except GlueError as error:
            return protocol.failure(error)
        except StoreError as error:
            return protocol.failure(InternalServiceException(f"{operation} changed nothing: {error}"))
        except Exception as error:  # noqa: BLE001 - a bug must reach the caller as Glue's own 500
            return protocol.bug(operation, error)

    def answer_bookmark(self, authorization: str, body: bytes) -> protocol.Answer:
        """Do what is asked of a job's bookmark by one of its runs, or by a user."""
        try:
            asked = protocol.parse(body)
            with self.store.transaction(protocol.scope_of(authorization, self.settings.scope)) as documents:
                output = bookmark_requests.answer(documents, asked)
            return protocol.success(output)
        except GlueError as error:
            return protocol.failure(error)
        except Exception as error:  # noqa: BLE001 - a bug must fail the run with its reason
            return protocol.bug("Bookmark", error)

    def answer_cloudformation(self, request: protocol.Request) -> protocol.Answer:
        """Do what an emulator's CloudFormation asks for one AWS::Glue::* resource, through Glue's own API.

        Whoever asked CloudFormation needs the permissions, as on AWS for a stack without a role of its own.
        What Glue refuses is answered with its error, and fails the stack.
        """

        def call(operation: str, params: Json) -> Json:
            answer = self.answer_request(operation, replace(request, body=json.dumps(params).encode()))
            output: Json = json.loads(answer.body)
            if answer.status != protocol.OK:
                request_id = dict(answer.headers)["x-amzn-requestid"]
                raise CallError(output["__type"], output["Message"], answer.status, request_id)
            return output

        try:
            asked = protocol.parse(request.body)
            authorization = protocol.authorization_of(dict(request.headers))
            scope = protocol.scope_of(authorization, self.settings.scope)
            return protocol.success(provision(asked, scope, call))
        except GlueError as error:
            return protocol.failure(error)
        except Exception as error:  # noqa: BLE001 - a bug must fail the stack with its reason
            return protocol.bug("CloudFormation", error)

    def stop(self) -> None:
        """End every run, session and crawl; safe to call twice, from any thread."""
        self.crawls.stop_all()
        self.sessions.stop_all()
        self.runs.stop_all()
        self.bus.close()

    def _refuse(self, authorization: str, reason: str) -> None:
        """A run whose script was refused what AWS has can't succeed, whatever the script makes of it."""
        self.runs.refuse(protocol.access_key_of(authorization), reason)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self.crawls.recover()
            self.runs.recover()
            self.sessions.recover()
        except StoreError as error:
            await send({"type": "lifespan.startup.failed", "message": f"error: {error}"})
            return
        await self.proxy.open()
        if self.http_apis is not self.proxy:
            await self.http_apis.open()
        if self._mwaa:
            await self._mwaa.proxy.open()
        self.crawls.open()
        warming = asyncio.create_task(asyncio.to_thread(warm_up, self.settings))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self.stop)
        await warming
        if self._mwaa:
            await self._mwaa.proxy.close()
        await self.http_apis.close()
        await self.proxy.close()
        self.calls.close()
        self.store.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.proxy.refuse_websocket(receive, send)
            return
        headers = dict(scope["headers"])
        operation = protocol.operation_of(headers)
        if scope["path"] == CLOUDFORMATION_PATH:
            await self._answer_glue(self.answer_cloudformation, scope, receive, send)
        elif scope["path"] == BOOKMARKS_PATH:
            await self._answer_glue(self.answer_bookmark_request, scope, receive, send)
        elif scope["path"] == JDBC_DRIVERS_PATH:
            await self._answer_glue(self.answer_jdbc_drivers, scope, receive, send)
        elif operation is not None:
            receive = self.calls.listening(scope, receive)
            asked = operation if scope["method"] == "POST" else ""
            await self._answer_glue(functools.partial(self.answer_request, asked), scope, receive, send)
        elif scope["path"] == HEALTH_PATH:
            await self._answer_health(send)
        elif scope["path"] == CALLS_PATH:
            await _send(send, protocol.Answer(200, self.calls.text().encode(), _PLAIN))
        elif self._mwaa and is_mwaa(headers):
            await self._mwaa(scope, self.calls.listening(scope, receive), send)
        elif scope["path"].startswith(HTTP_APIS_PATH):
            await self.http_apis.pass_on(scope, receive, send)
        else:
            await self.proxy.pass_on(scope, self.calls.listening(scope, receive), send)

    def answer_bookmark_request(self, request: protocol.Request) -> protocol.Answer:
        """Answer a request about a bookmark, which needs what the same needs in Glue's API."""
        try:
            if self._authorizer:
                needed = bookmark_requests.operations(protocol.parse(request.body))
                self._authorizer.check(needed, request)
        except GlueError as error:
            return protocol.failure(error)
        return self.answer_bookmark(protocol.authorization_of(dict(request.headers)), request.body)

    def answer_jdbc_drivers(self, request: protocol.Request) -> protocol.Answer:
        """Answer a run that wants the driver which Glue has for a kind of database; anybody may have it."""
        try:
            if self._authorizer:
                self._authorizer.require((), request)
            return protocol.success(jdbc_drivers.answer(self.settings, protocol.parse(request.body)))
        except GlueError as error:
            return protocol.failure(error)
        except Exception as error:  # noqa: BLE001 - a bug must fail the run with its reason
            return protocol.bug("JdbcDrivers", error)

    async def _answer_glue(self, answer_to: Answerer, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive, _MAX_BODY_BYTES)
        except BodyTooLargeError:
            too_large = InvalidInputException(f"The request is larger than {_MAX_BODY_BYTES} bytes")
            await _send(send, protocol.failure(too_large))
            return
        if body is not None:
            await _send(send, await asyncio.to_thread(answer_to, protocol.request_of(scope, body)))

    async def _answer_health(self, send: Send) -> None:
        emulator = "ok" if await self.proxy.is_emulator_up() else "down"
        health = {"status": "ok", "emulator": emulator, "warm_drivers": self.runs.warm_drivers}
        body = json.dumps(health).encode()
        headers = (("content-type", "application/json"), ("content-length", str(len(body))))
        await _send(send, protocol.Answer(200, body, headers))


def _now() -> float:
    """Return the time as AWS stores it: seconds with milliseconds."""
    return round(time.time(), 3)


async def _send(send: Send, answer: protocol.Answer) -> None:
    headers: list[Any] = [(name.encode(), value.encode()) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
