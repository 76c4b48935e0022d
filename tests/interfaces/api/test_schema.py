"""What the API says of itself is true: every operation, whatever is sent to it, answers as its description says."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from jiandi.base import clock
from jiandi.interfaces.api.root import BY_STAGE, api
from jiandi.loop import STAGES
from jiandi.record.ledger import lifecycle, turns, write
from jiandi.record.ledger.models import Claim, PlanVersion
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_measure
from tests.cast import Cast
from tests.house import shape
from tests.interfaces.api.program import key_of

PATH = "/api/v1/openapi.json"
DESCRIBED: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = [(method.upper(), path) for path, methods in DESCRIBED["paths"].items() for method in methods]
WRITES = [(method, path) for method, path in OPERATIONS if method == "POST"]
UNGUARDED = {
    f"/api/v1/{path}" for path in ("plans", "measures/{measure_id}/notes", "letters", "ledgers", "exports")
}  # they add something; nothing is overwritten


def statuses(method: str, path: str) -> set[int]:
    return {int(code) for code in DESCRIBED["paths"][path][method.lower()]["responses"]}


def test_it_is_served_as_openapi_3_1(db: None) -> None:
    served = Client().get(PATH)
    assert served.json()["openapi"].startswith("3.1")
    assert set(served.json()["paths"]) == set(DESCRIBED["paths"])


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_declares_how_it_refuses(method: str, path: str) -> None:
    wanted = {401, 403, 404, 422}
    if method == "POST":
        wanted |= {409} if path in UNGUARDED else {409, 428}
    assert statuses(method, path) >= wanted


def test_every_faults_shape_is_the_same() -> None:
    for path, methods in DESCRIBED["paths"].items():
        for operation in methods.values():
            faults = {code: r["content"]["application/json"]["schema"] for code, r in operation["responses"].items() if int(code) >= 400}
            assert all(s == {"$ref": "#/components/schemas/Fault"} for s in faults.values()), path


def test_a_first_argument_is_called_request() -> None:
    """Ninja hands the request over by position, and takes any other first name for a parameter of the query."""
    views = [op.view_func for _prefix, router in api._routers for view in router.path_operations.values() for op in view.operations]
    assert len(views) == len(OPERATIONS)
    wrong = [v.__name__ for v in views if next(iter(inspect.signature(v).parameters)) != "request"]
    assert not wrong


def test_every_stage_that_speaks_to_programs_is_collected() -> None:
    there = {stage.name for stage in STAGES if (shape.PACKAGE / "loop" / stage.name / "api.py").is_file()}
    assert there == set(BY_STAGE)


@pytest.fixture
def kept_open() -> Iterator[None]:
    """A server closes old connections around each request; here the test's own transaction must live on."""
    around = (signals.request_started, signals.request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)
    yield
    for signal in around:
        signal.connect(close_old_connections)


@pytest.fixture
def real(cast: Cast) -> dict[str, Any]:
    """Numbers of things that are there, so that not every call is a miss."""
    measure = make_measure(cast.finding)
    lifecycle.move(measure, "approve", actor=SYSTEM)
    write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="plan")
    claim = Claim(measure=measure, kind="done", text="已拨付", holder="user:0", unit=cast.bureau, on=cast.round.feedback_on, state="raised")
    plan = PlanVersion(round=cast.round, unit=cast.bureau, number=1, body="{}", algorithm="sha256", digest="0" * 64)
    plan.submitted_at = clock.now()
    return {
        "finding_id": cast.finding.pk,
        "measure_id": measure.pk,
        "claim_id": write.create(claim, actor=SYSTEM, verb="claim").pk,
        "plan_id": write.create(plan, actor=SYSTEM, verb="submit").pk,
    }


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.long
@pytest.mark.usefixtures("kept_open")
def test_whatever_is_sent_the_answer_is_as_described(cast: Cast, real: dict[str, Any], method: str, path: str) -> None:
    described = schemathesis.openapi.from_wsgi(PATH, get_wsgi_application())
    operation = described[path][method]
    keys = {who: key_of(cast.people[who]) for who in ("clerk", "head", "verifier")}

    @settings(
        max_examples=20, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        case=operation.as_strategy(), who=st.sampled_from(sorted(keys)), is_there=st.booleans(), version=st.integers(1, 3),
        verb=st.sampled_from(sorted(turns.ASKED)),
    )  # fmt: skip
    def send(case: Any, who: str, is_there: bool, version: int, verb: str) -> None:
        if is_there:
            known = {"verb": verb, **real}
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
            case.headers = {**dict(case.headers or {}), "If-Match": f'"{version}"'}
        case.call_and_validate(headers={"Authorization": f"Bearer {keys[who]}"}, excluded_checks=[positive_data_acceptance])

    send()
