"""Letters, ledgers and exports by key: the same actions and the same scope as the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiandi.base import clock
from jiandi.base.jobs import worker
from jiandi.loop.report.rules.spots import Spot
from tests.cast import Cast
from tests.interfaces.api.program import key_of
from tests.loop.report import superiors
from tests.loop.report.test_prescribed import keep, point

LETTER = (
    "关于云溪市水务局的反馈意见\n一、资金管理不规范\n（一）项目资金拨付滞后，三个项目开工半年仍未拨款。\n（二）账目不清，往来款长期挂账。\n"
)


class Keyed:
    """A program with the key of one of the cast."""

    def __init__(self, cast: Cast, who: str) -> None:
        self.client, self.header = Client(), {"authorization": f"Bearer {key_of(cast.people[who])}"}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.header)

    def post(self, path: str, **given: Any) -> Any:
        return self.client.post(f"/api/v1{path}", data=json.dumps(given), content_type="application/json", headers=self.header)

    def upload(self, path: str, name: str, content: bytes, **given: Any) -> Any:
        return self.client.post(f"/api/v1{path}", data={**given, "file": SimpleUploadedFile(name, content)}, headers=self.header)


def test_a_letter_comes_in_and_shows_its_items(cast: Cast) -> None:
    clerk = Keyed(cast, "clerk")
    made = clerk.upload("/letters", "反馈意见.txt", LETTER.encode(), round_id=cast.round.pk, title="反馈意见")
    assert (made.status_code, made.json()["state"]) == (201, "received"), made.content
    worker.run_pending()
    letter = clerk.get(f"/letters/{made.json()['id']}").json()
    assert letter["state"] == "in_review"
    items = clerk.get(f"/letters/{letter['id']}/items").json()
    assert not items["has_more"]
    assert any("拨付滞后" in item["text"] for item in items["items"])


def test_a_ledger_comes_in_and_shows_what_its_check_found(cast: Cast) -> None:
    clerk = Keyed(cast, "clerk")
    content = "序号,问题,牵头单位,整改时限\n1,账目不清,市水务局,二月三十日\n2,资金滞后,市水务局,2027年6月底\n".encode()
    made = clerk.upload("/ledgers", "台账.csv", content, round_id=cast.round.pk, as_of=clock.today().isoformat())
    assert made.status_code == 201, made.content
    worker.run_pending()
    ledger = clerk.get(f"/ledgers/{made.json()['id']}").json()
    assert (ledger["state"], ledger["rows"]) == ("checked", 2)
    assert all(fault["message"] for fault in ledger["faults"])


@pytest.mark.parametrize("who", ["head", "supervisor"])
def test_who_may_not_hand_in_a_letter_is_refused(cast: Cast, who: str) -> None:
    answer = Keyed(cast, who).upload("/letters", "反馈意见.txt", LETTER.encode(), round_id=cast.round.pk, title="反馈意见")
    assert answer.status_code == 403


def test_an_empty_file_is_refused(cast: Cast) -> None:
    answer = Keyed(cast, "clerk").upload("/letters", "空.txt", b"", round_id=cast.round.pk, title="空")
    assert answer.status_code == 422


def test_an_export_is_asked_for_and_fetched(cast: Cast) -> None:
    clerk = Keyed(cast, "clerk")
    made = clerk.post("/exports", round_id=cast.round.pk).json()
    assert clerk.get(f"/exports/{made['id']}/file").status_code == 404
    worker.run_pending()
    assert clerk.get(f"/exports/{made['id']}").json()["state"] == "ready"
    file = clerk.get(f"/exports/{made['id']}/file")
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert Keyed(cast, "head").get(f"/exports/{made['id']}/file").status_code == 404


def test_a_form_is_filled_by_a_program_and_says_what_it_could_not_fill(cast: Cast) -> None:
    form = point(cast, keep(cast, superiors.summary()), Spot(0, "G6", "count", "completion_rate"))
    clerk = Keyed(cast, "clerk")
    listed = clerk.get(f"/rounds/{cast.round.pk}/forms").json()
    assert [(one["id"], one["spots"]) for one in listed] == [(form.pk, 1)]
    made = clerk.post("/exports", round_id=cast.round.pk, kind="form", form_id=form.pk).json()
    worker.run_pending()
    done = clerk.get(f"/exports/{made['id']}").json()
    assert (done["state"], done["form_id"], len(done["notes"])) == ("ready", form.pk, 1)
    assert clerk.post("/exports", round_id=cast.round.pk, kind="form").status_code == 422
    assert Keyed(cast, "head").post("/exports", round_id=cast.round.pk, kind="form", form_id=form.pk).status_code == 404
