"""The guard of the wire: every request and every answer of the emulator against AWS's service models.

It stands at the one place that all calls pass, after HTTP and before MiniStack's services. What it refuses, a service
never sees; what a service answers, it checks before the client has it. See ../../README.md, "The guard of the wire".
"""

import logging
import time
from collections.abc import Awaitable, Callable

from ministack import app
from ministack.core.responses import StreamingResponse

from ..patching import require, wrap
from . import answer, refusal, report, request, resources
from .call import Call, NoModel, NoOperation

logger = logging.getLogger("extension.wire")

REPORT = report.of_this_process()

# What instances and tasks ask for about themselves: no API, and no model of it.
_METADATA = frozenset({"imds", "ecs-metadata"})

Answer = tuple[int, dict, bytes]
Dispatch = Callable[[str, str, dict, bytes, dict, str], Awaitable[Answer]]


def install() -> None:
    require(app, detect_service=("method", "path", "headers", "query_params"))
    require(app, _routing_params=("method", "path", "headers", "body", "query_params"))
    wrap(
        app, "_dispatch_service_request", _guarded,
        ("method", "path", "headers", "body", "query_params", "request_id"),
    )  # fmt: skip
    wrap(
        app, "_handle_special_data_plane_request", _noticed,
        ("method", "path", "headers", "body", "query_params", "request_id", "raw_path", "raw_query_string", "client_ip"),
    )  # fmt: skip
    resources.install(REPORT)


def _guarded(original: Dispatch) -> Dispatch:
    async def dispatch(
        method: str, path: str, headers: dict, body: bytes, query_params: dict, request_id: str
    ) -> Answer:
        # Of this thread alone: how busy the machine is says nothing about the guard.
        started = time.thread_time()
        service = app.detect_service(method, path, headers, app._routing_params(method, path, headers, body, query_params))
        asked = request.Request(service, method, path, headers, body, query_params)
        call = None if service in _METADATA else _read(asked)
        if call is not None:
            REPORT.call(call, call.faults, "request")
            if call.faults:
                return refusal.of(call, request_id)
        REPORT.spent("guard", time.thread_time() - started)
        asked_at = time.perf_counter()
        response = await original(method, path, headers, body, query_params, request_id)
        REPORT.spent("services", time.perf_counter() - asked_at)
        started = time.thread_time()
        if call is not None:
            _check_answer(call, *response)
        REPORT.spent("guard", time.thread_time() - started)
        return response

    return dispatch


def _noticed(original: Callable[..., Awaitable[Answer | None]]) -> Callable[..., Awaitable[Answer | None]]:
    """MiniStack's side doors (virtual hosts of S3, data planes) lead past the guard: nobody here may use one."""

    async def handle(method: str, path: str, *others: object, **named: object) -> Answer | None:
        response = await original(method, path, *others, **named)
        if response is not None:
            REPORT.unchecked(f"{method} {path}", "it went through a side door of MiniStack")
        return response

    return handle


def _read(asked: request.Request) -> Call | None:
    try:
        return request.read(asked)
    except NoOperation as error:
        REPORT.unchecked(f"{asked.service} {error}", "the service has no such operation")
    except NoModel as error:
        REPORT.unchecked(f"{asked.service} {asked.method} {asked.path}", str(error))
    except Exception as error:
        logger.exception("the guard cannot read a request of %s", asked.service)
        REPORT.unchecked(f"{asked.service} {asked.method} {asked.path}", repr(error))
    return None


def _check_answer(call: Call, status: int, headers: dict, body: bytes) -> None:
    if isinstance(body, StreamingResponse):
        REPORT.unchecked(call.name, "its answer is a stream")
        return
    try:
        faults = answer.faults_of(call, status, headers, body.encode() if isinstance(body, str) else body)
    except Exception as error:
        logger.exception("the guard cannot read an answer of %s", call.name)
        REPORT.unchecked(call.name, repr(error))
        return
    REPORT.call(call, faults, "answer")
