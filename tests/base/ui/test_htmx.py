"""One view, two answers."""

import pytest
from django.test import RequestFactory

from jiandi.base.ui import htmx


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_only_plain_htmx_requests_get_a_fragment(headers: dict[str, str], wanted: bool):
    assert htmx.wants_fragment(RequestFactory().get("/", headers=headers)) is wanted


def test_an_answer_varies_by_the_header_and_keeps_its_status():
    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    response = htmx.answer(request, "404.html", "style/_panel.html", {}, status=422)
    assert response.status_code == 422
    assert "HX-Request" in response["Vary"]
    assert b"<html" not in response.content


def test_after_a_write_a_browser_is_redirected_and_htmx_is_told():
    plain = htmx.after_post(RequestFactory().post("/"), "/case/1/")
    assert (plain.status_code, plain["Location"]) == (303, "/case/1/")
    told = htmx.after_post(RequestFactory().post("/", headers={"HX-Request": "true"}), "/case/1/")
    assert (told.status_code, told["HX-Redirect"]) == (204, "/case/1/")
