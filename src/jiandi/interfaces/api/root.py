"""The API: version, sign-in, error shape, and the routers of the stages in the order of the loop."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from jiandi.base import http
from jiandi.base.errors import BadInput, JiandiError, NotAllowed
from jiandi.base.text.words import N_
from jiandi.interfaces.api import reads, turns
from jiandi.interfaces.api.auth import KeyAuth
from jiandi.loop import STAGES
from jiandi.loop.diagnose import api as diagnose
from jiandi.loop.execute import api as execute
from jiandi.loop.intake import api as intake
from jiandi.loop.plan import api as plan
from jiandi.loop.report import api as report
from jiandi.loop.verify import api as verify

BY_STAGE: dict[str, Router] = {
    "intake": intake.router,
    "diagnose": diagnose.router,
    "plan": plan.router,
    "execute": execute.router,
    "verify": verify.router,
    "report": report.router,
}

api = NinjaAPI(title="Jiandi 见底", version="1", auth=KeyAuth(), urls_namespace="api", docs_url=None)
api.add_router("", reads.router, tags=["record"])
api.add_router("", turns.router, tags=["record"])
for stage in STAGES:
    if stage.name in BY_STAGE:
        api.add_router("", BY_STAGE[stage.name], tags=[stage.name])


@api.exception_handler(JiandiError)
def answer_error(request: HttpRequest, error: JiandiError) -> HttpResponse:
    found = http.shown(error)
    return api.create_response(request, http.as_json(found), status=found.status)


@api.exception_handler(AuthenticationError)
def answer_stranger(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    error = NotAllowed("api.no_key", N_("This key is not known, has ended, or its person is locked. Make a new one under Settings."))
    return api.create_response(request, http.as_json(http.shown(error)), status=401)


@api.exception_handler(ValidationError)
def answer_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit the shape: the first place and what is wrong with it."""
    first = error.errors[0] if error.errors else {"loc": [], "msg": ""}
    place = ".".join(str(part) for part in first["loc"])
    return answer_error(request, BadInput("api.shape", N_("{place}: {what}"), place=place, what=first["msg"]))


@api.exception_handler(HttpError)
def answer_body(request: HttpRequest, _error: HttpError) -> HttpResponse:
    """A body that is no JSON at all."""
    return answer_error(request, BadInput("api.body", N_("The body cannot be read. Send JSON in UTF-8.")))
