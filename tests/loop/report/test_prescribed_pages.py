"""Pages of prescribed forms: the grid, the guess beside a cell, a look before it is kept, the history; all without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiandi.base.jobs import worker
from jiandi.record.ledger.models import PrescribedForm, Report
from tests.cast import Cast
from tests.loop.report import superiors

SignIn = Callable[[str], Client]


def upload(client: Client, content: bytes, name: str = "报表.xlsx") -> PrescribedForm:
    file = SimpleUploadedFile(name, content)
    answer = client.post(reverse("report:keep"), {"title": "整改月报", "issuer": "市专项办", "unit": "", "file": file})
    assert answer.status_code == 303, answer.content.decode()
    worker.run_pending()
    return PrescribedForm.objects.order_by("-pk")[0]


def page(client: Client, form: PrescribedForm, **asked: Any) -> str:
    answer = client.get(reverse("report:form", args=[form.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_whole_way_without_script(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.summary())
    offered = page(client, form, cell="B6", kind="count")
    assert 'value="A6"' in offered  # the first cell of the merged one
    sent = {"version": form.version, "sheet": 0, "cell": "A6", "kind": "count", "what": "total", "style": "percent"}
    assert client.post(reverse("report:point", args=[form.pk]), sent).status_code == 303
    assert re.search(r"<b>\s*1\s*</b>", page(client, form))
    assert client.post(reverse("report:fill", args=[form.pk])).status_code == 303
    worker.run_pending()
    report = Report.objects.get(form=form)
    for name in ("download", "rates"):
        answer: Any = client.get(reverse(f"report:{name}", args=[report.pk]))
        assert b"".join(answer.streaming_content).startswith(b"PK")
    form.refresh_from_db()
    sent = {"version": form.version, "sheet": 0, "cell": "A6"}
    assert client.post(reverse("report:clear", args=[form.pk]), sent).status_code == 303
    form.refresh_from_db()
    assert form.spots == []


@pytest.mark.parametrize(
    ("cell", "kind", "what"),
    [
        ("B2", "value", "unit_name"),
        ("F2", "value", "as_of"),
        ("A6", "count", "total"),
        ("C6", "count", "complete"),
        ("G6", "count", "completion_rate"),
        ("B7", "count", "overdue"),
        ("D7", "count", "not_complete"),
        ("B8", "value", "round_title"),
        ("B9", "value", "asked_by"),
    ],
)
def test_a_cell_is_guessed_from_the_label_beside_it(cast: Cast, sign_in: SignIn, cell: str, kind: str, what: str) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.summary())
    answer = client.get(reverse("report:form", args=[form.pk]), {"cell": cell})
    offered = answer.context["spot_form"]
    assert (offered["kind"].value(), offered["what"].value()) == (kind, what)


def test_a_class_beside_a_figure_becomes_its_filter(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.summary())
    offered = client.get(reverse("report:form", args=[form.pk]), {"cell": "E6"}).context["spot_form"]
    assert (offered["what"].value(), offered["klass"].value()) == ("total", "fix_now")


def test_a_list_guesses_columns_and_room(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.monthly_list())
    offered = client.get(reverse("report:form", args=[form.pk]), {"cell": "A5", "kind": "list"}).context["spot_form"]
    columns = {field.name: field.value() for field in offered.column_fields if field.value()}
    assert columns == {
        "column_A": "serial", "column_B": "text", "column_C": "category", "column_D": "lead", "column_E": "leader_post", "column_F": "measures",
        "column_G": "due", "column_H": "state",
    }  # fmt: skip
    assert offered["last_row"].value() == 7


def test_a_table_of_units_is_seen_as_one(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.matrix((cast.bureau.name, cast.stranger.name)))
    offered = client.get(reverse("report:form", args=[form.pk]), {"cell": "A4", "kind": "list"}).context["spot_form"]
    assert (offered["what"].value(), offered["last_row"].value()) == ("named", 5)
    columns = [field.value() for field in offered.column_fields]
    assert columns == ["serial", "unit", "total", "complete", "not_complete", "overdue", "completion_rate"]


def test_a_look_keeps_nothing(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.monthly_list())
    asked: Any = {"look": 1, "version": 1, "sheet": 0, "cell": "A5", "kind": "list", "what": "findings", "last_row": 7, "column_B": "text"}
    answer = client.get(reverse("report:form", args=[form.pk]), asked)
    assert answer.context["trial"]["rows"] == [[cast.finding.verbatim]]
    form.refresh_from_db()
    assert form.spots == []


@pytest.mark.parametrize("cell", ["5", "ZZZZ1", "Z99", "甲1", "A0"])
def test_an_address_that_is_none_is_said(cast: Cast, sign_in: SignIn, cell: str) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.summary())
    answer = client.get(reverse("report:form", args=[form.pk]), {"cell": cell})
    assert answer.status_code == 422
    assert "error" in answer.context


def test_a_form_that_names_no_choice_is_sent_back(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.summary())
    sent = {"version": form.version, "sheet": 0, "cell": "A6", "kind": "count", "what": "poem"}
    assert client.post(reverse("report:point", args=[form.pk]), sent).status_code == 422
    assert client.post(reverse("report:point", args=[form.pk]), {**sent, "kind": "nonsense"}).status_code == 422


def test_a_long_sheet_is_shown_in_windows(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    form = upload(client, superiors.monthly_list(room=150))
    first = client.get(reverse("report:form", args=[form.pk])).context["grid"]
    assert (first.first, first.last, first.before, first.after) == (1, 60, 0, 61)
    there = client.get(reverse("report:form", args=[form.pk]), {"cell": "B100"}).context["grid"]
    assert there.first <= 100 <= there.last


def test_a_unit_sees_its_own_forms_alone(cast: Cast, sign_in: SignIn) -> None:
    form = upload(sign_in("clerk"), superiors.summary())
    head = sign_in("head")
    assert "整改月报" not in head.get(reverse("report:index")).content.decode()
    assert head.get(reverse("report:form", args=[form.pk])).status_code == 404
