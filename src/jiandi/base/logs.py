"""Logs: one JSON object a line, with the request's number and without personal text.

A traceback keeps its files, lines and the exception's class, never its message: messages carry the values people
typed. So do the extra fields a library adds; they are left out. Log record numbers, not names.
"""

import json
import logging
import re
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def current_request_id() -> str:
    """The number of the request being answered; empty outside one."""
    return _request_id.get()


def request_id(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: take X-Request-ID from the balancer or make one, and send it back."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if _ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        token = _request_id.set(number)
        try:
            response = get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-ID"] = number
        return response

    return answer


class JsonFormatter(logging.Formatter):
    """One line of JSON for each entry."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": record.getMessage(),
            "pid": record.process,
        }
        if number := _request_id.get():
            line["request"] = number
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__qualname__
            line["trace"] = _places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _places(error: BaseException) -> list[str]:
    """Where it happened, the causes first; classes, files and lines only."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = [*_places(cause), f"then {type(error).__qualname__}"] if cause else []
    return earlier + _frames(error.__traceback__)


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
