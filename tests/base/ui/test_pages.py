"""Whole pages: the frame, the bare page, errors, the style page."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from jiandi.base.ui import samples, views
from jiandi.loop import STAGES
from tests.base.ui.markup import Page, read

LANGUAGES = ("zh-hans", "en")


def show(template: str, language: str = "zh-hans", **context: Any) -> Page:
    """A template without the context processors: what is not given is missing."""
    context.setdefault("request", RequestFactory().get("/plan/"))
    with translation.override(language):
        page = read(render_to_string(template, context))
    assert page.faults == []
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_frame_stands_with_nothing_in_the_context(language: str):
    page = show("frame.html", language)
    assert page.all("main", id="main")
    assert page.all("a", class_="skip-link", href="#main")
    assert page.all("html")[0].attrs["lang"] == {"zh-hans": "zh-CN", "en": "en"}[language]


def test_rail_lists_the_stages_in_their_order():
    stages = [SimpleNamespace(name=s.name, title=s.title, icon=s.icon, url=f"/{s.name}/") for s in STAGES]
    page = show("frame.html", stages=stages)
    links = [a.attrs["href"] for a in page.all("a", class_="rail-item")]
    assert [url for url in links if url in {s.url for s in stages}] == [s.url for s in stages]
    assert [a.attrs["href"] for a in page.all("a", aria_current="page")] == ["/plan/"]


def test_a_stage_without_a_page_is_left_out():
    page = show("frame.html", stages=[SimpleNamespace(name="nowhere", title="Nowhere", icon="dot")])
    assert "Nowhere" not in page.text


def test_signing_out_is_a_post():
    page = show("frame.html", actor=SimpleNamespace(name="李慧敏", is_system=False))
    assert "李慧敏" in page.text
    assert any(form.attrs.get("method") == "post" and "退出登录" in form.text for form in page.all("form"))


def test_nothing_runs_or_looks_inline():
    page = show("style/index.html", **samples.everything("1"))
    assert not [tag for tag in page.tags if "style" in tag.attrs or any(name.startswith("on") for name in tag.attrs)]
    assert not page.all("style")
    assert [tag for tag in page.all("script") if "src" not in tag.attrs] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_style_page_shows_every_piece(language: str):
    page = show("style/index.html", language, **samples.everything("3"))
    assert len(page.all("h1")) == 1
    for name in ("state tone-late", "claims", "stepper", "timeline", "chips", "pager", "bulkbar", "quote"):
        assert [tag for tag in page.tags if tag.attrs.get("class", "").startswith(name)], name


@pytest.mark.parametrize("status", [403, 404, 409, 422, 429, 500])
@pytest.mark.parametrize("actor", [None, SimpleNamespace(name="李慧敏", is_system=False)])
def test_each_error_says_what_happened_and_what_to_do(status: int, actor: Any):
    error = SimpleNamespace(
        status=status, code="x.y", message="出了事。", unmet=["缺一。", "缺二。"], mine={"时限": "a"}, theirs={"时限": "b"}
    )
    page = show("error.html", error=error, actor=actor)
    assert [word for word in ("出了事。", "缺一。", "缺二。", "x.y") if word not in page.text] == []
    assert len(page.all("h1")) == 1
    cells = [tag.text for tag in page.all("td")]
    assert cells == ["a", "b"]


def test_one_unmet_reason_is_not_said_twice():
    error = SimpleNamespace(status=422, code="x.y", message="缺一。", unmet=["缺一。"], mine={}, theirs={})
    assert show("_error.html", error=error).text.count("缺一。") == 1


@pytest.mark.parametrize("name", ["500.html", "404.html", "403_csrf.html"])
def test_last_resort_pages_need_no_context(name: str):
    assert len(read(render_to_string(name)).all("h1")) == 1


def test_large_text_is_kept_in_a_cookie():
    response = views.large(RequestFactory().post("/", {"large": "1", "next": "/ledger/?q=1"}))
    assert (response.status_code, response["Location"]) == (303, "/ledger/?q=1")
    assert response.cookies[views.LARGE].value == "1"
    assert views.large(RequestFactory().post("/", {"large": ""})).cookies[views.LARGE]["max-age"] == 0


def test_large_text_leads_nowhere_else():
    assert views.large(RequestFactory().post("/", {"next": "https://elsewhere.example/"}))["Location"] == "/"


def test_large_text_shows_on_the_page():
    request = RequestFactory().get("/")
    request.COOKIES[views.LARGE] = "1"
    assert show("bare.html", request=request).all("html")[0].attrs["class"] == "large"
