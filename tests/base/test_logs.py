import json
import logging
import sys

import pytest
from django.http import HttpRequest, HttpResponse

from jiandi.base import logs

SECRET = "张三 13800000000"


def line_of(text: str, *values: object, exc_info=None, **extra: object) -> dict:
    record = logging.LogRecord("jiandi.test", logging.ERROR, __file__, 1, text, values, exc_info)
    for name, value in extra.items():
        setattr(record, name, value)
    text = logs.JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_an_entry_is_one_line_with_its_facts() -> None:
    line = line_of("job %s failed", 7)
    assert (line["level"], line["logger"], line["text"]) == ("error", "jiandi.test", "job 7 failed")


def fail() -> None:
    try:
        int(SECRET)
    except ValueError as cause:
        raise RuntimeError(SECRET) from cause


def test_a_traceback_tells_places_and_classes_and_no_values() -> None:
    try:
        fail()
    except RuntimeError:
        line = line_of("broken", exc_info=sys.exc_info(), request=SECRET)
    assert SECRET not in json.dumps(line, ensure_ascii=False)
    assert line["error"] == "RuntimeError"
    assert any("test_logs.py" in place and place.endswith("fail") for place in line["trace"])
    assert "then RuntimeError" in line["trace"]


@pytest.mark.parametrize(
    ("given", "is_kept"), [("abc-123.def", True), ("", False), ("short", False), ("x" * 65, False), ("a b c d e f", False)]
)
def test_a_request_has_one_number_everywhere(given: str, is_kept: bool) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(line_of("inside")["request"])
        return HttpResponse()

    request = HttpRequest()
    request.META["HTTP_X_REQUEST_ID"] = given
    response = logs.request_id(view)(request)
    assert seen == [response["X-Request-ID"]]
    assert (response["X-Request-ID"] == given) is is_kept
    assert logs.current_request_id() == ""
