"""Requests with an actor, and the one place where errors become a page, a fragment or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from jiandi.base.errors import Conflict, JiandiError, RuleBroken
from jiandi.base.text.words import Word

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request behind our middleware. ``actor`` is who acts; ``htmx`` tells page from fragment."""

    actor: Any
    htmx: HtmxDetails


@dataclass(frozen=True)
class Shown:
    """An error in the reader's language."""

    status: int
    code: str
    message: str
    unmet: list[str]
    mine: dict[str, Any]
    theirs: dict[str, Any]

    @property
    def differences(self) -> list[tuple[str, Any, Any]]:
        """(field, mine, theirs) of a conflict."""
        return [(name, value, self.theirs.get(name)) for name, value in self.mine.items()]


def translate(text: str, params: dict[str, Any]) -> str:
    """A message id with its values; values that are message ids themselves (``Word``, lists of words) are translated too."""
    values = {name: _translate_value(value) for name, value in params.items()}
    return gettext(text).format(**values)


def _translate_value(value: Any) -> Any:
    if isinstance(value, list):
        return gettext(", ").join(gettext(str(v)) for v in value)
    return gettext(value) if isinstance(value, Word) else value


def shown(error: JiandiError) -> Shown:
    unmet = [translate(u.text, u.params) for u in error.unmet] if isinstance(error, RuleBroken) else []
    mine, theirs = (error.mine, error.theirs) if isinstance(error, Conflict) else ({}, {})
    params = {k: v for k, v in error.params.items() if k not in ("mine", "theirs")}
    return Shown(error.status, error.code, translate(error.text, params), unmet, mine, theirs)


def answer_errors(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a JiandiError raised by a view becomes an answer with its status."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        return error_response(request, error) if isinstance(error, JiandiError) else None

    answer.process_exception = process_exception  # type: ignore[attr-defined]
    return answer


def error_response(request: HttpRequest, error: JiandiError) -> HttpResponse:
    found = shown(error)
    if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(as_json(found), status=found.status, json_dumps_params={"ensure_ascii": False})
    is_fragment = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    template = "_error.html" if is_fragment else "error.html"
    return render(request, template, {"error": found}, status=found.status)


def as_json(found: Shown) -> dict[str, Any]:
    """The one error shape of the API."""
    body: dict[str, Any] = {"code": found.code, "message": found.message}
    if found.unmet:
        body["unmet"] = found.unmet
    if found.mine or found.theirs:
        body |= {"mine": found.mine, "theirs": found.theirs}
    return json.loads(json.dumps(body, default=str))  # type: ignore[no-any-return]
