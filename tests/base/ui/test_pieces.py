"""Each shared piece renders valid HTML, with words for those who cannot see it."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, engines
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from jiandi.base import clock
from tests.base.ui.markup import Page, read

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def show(source: str, **context: Any) -> Page:
    """Render a template text with our pieces, in Chinese, at noon of 23 November 2026."""
    template = Template(CottonCompiler().process(source), engine=engines["django"].engine)  # type: ignore[attr-defined]
    context.setdefault("request", RequestFactory().get("/x/?a=1&page=2"))
    with translation.override("zh-hans"), clock.at(NOON):
        page = read(template.render(Context(context)))
    assert page.faults == []
    return page


def test_state_carries_icon_and_word():
    page = show('<c-state code="in_progress" also="overdue disputed" />')
    assert [i.attrs["class"] for i in page.all("i")] == ["bi bi-play-circle", "bi bi-exclamation-triangle-fill", "bi bi-chat-left-dots"]
    assert [word for word in ("整改中", "逾期", "异议待答复") if word not in page.text] == []


def test_claims_have_a_text_alternative():
    page = show('<c-claims :said="True" done="claimed" :well="False" />')
    hidden = [tag.text for tag in page.all("span", class_="visually-hidden")]
    assert hidden == ["已部署: 是;", "已落实: 已申报，待认定;", "已见效: 尚未;"]


def test_claims_do_not_inherit_marks_from_the_page():
    page = show("<c-claims />", said=True, done=True, well=True)
    assert len(page.all("span", class_="claim claim-no")) == 3


def test_rows_of_long_tables_get_the_same_marks_without_a_component():
    tags = show('{% say_state "closed" %}{% say_claims "yes" False True %}{% say_due due %}', due=date(2026, 11, 20))
    pieces = show(
        '<c-state code="closed" /><c-claims said="yes" :done="False" :well="True" /><c-due :date="due" />', due=date(2026, 11, 20)
    )
    assert [(t.name, t.attrs) for t in tags.tags] == [(t.name, t.attrs) for t in pieces.tags]


def test_stepper_is_an_ordered_list_with_notes():
    page = show('<c-stepper said="yes" done="returned"><c-slot name="done_note">王芳 &lt;b&gt;</c-slot></c-stepper>')
    assert [tag.attrs["class"] for tag in page.all("li")] == ["step step-yes", "step step-returned", "step step-no"]
    assert "王芳 <b>" in page.all("li")[1].text


def test_overdue_is_said_in_words_with_an_icon():
    page = show('<c-due :date="due" />', due=date(2026, 11, 20))
    assert "已逾期 3 天" in page.text
    assert page.all("i", class_="bi bi-exclamation-triangle-fill")
    assert page.all("time", datetime="2026-11-20")


def test_a_settled_date_has_no_countdown():
    page = show('<c-due :date="due" :settled="True" />', due=date(2026, 11, 20))
    assert "逾期" not in page.text


def test_no_date_shows_the_words_of_the_plan():
    assert "立行立改" in show('<c-due raw="立行立改" />').text
    assert "未定时限" in show("<c-due />").text


def test_rate_shows_percentage_with_k_of_n():
    page = show('<c-rate word="落实率" :k="1691" :n="1786" href="/rows/" />')
    assert "94%" in page.text
    assert "1691 / 1786" in page.text
    assert page.all("progress", value="1691", max="1786", aria_label="落实率")
    assert page.all("a", href="/rows/")


@pytest.mark.parametrize(("k", "n"), [(3, 4), (0, 0)])
def test_rate_of_few_has_no_percentage(k: int, n: int):
    page = show('<c-rate word="落实率" :k="k" :n="n" />', k=k, n=n)
    assert "%" not in page.text
    assert "不计百分比" in page.text
    assert page.all("progress")[0].attrs["max"] != "0"


class Everything(forms.Form):
    text = forms.CharField(label="措施", help_text="一句话")
    hidden = forms.IntegerField(widget=forms.HiddenInput, required=False)
    how = forms.ChoiceField(label="方式", choices=[("a", "看"), ("b", "问")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="长久", required=False)
    unit = forms.ChoiceField(label="单位", choices=[("a", "甲")])
    proof = forms.FileField(label="佐证", required=False)


@pytest.mark.parametrize("name", list(Everything.base_fields))
@pytest.mark.parametrize("filled", [None, {}])
def test_each_kind_of_field_is_labelled(name: str, filled: dict[str, str] | None):
    page = show('<c-field :field="field" />', field=Everything(filled)[name])
    if name == "how":
        assert page.all("legend")[0].text.startswith("方式")
    elif name != "hidden":
        assert page.all("label")


def test_a_wrong_field_points_at_its_errors():
    page = show('<c-field :field="field" />', field=Everything({})["text"])
    control = page.all("input")[0]
    assert control.attrs["aria-invalid"] == "true"
    described = control.attrs["aria-describedby"].split()
    assert {tag.attrs.get("id") for tag in page.tags} >= set(described)
    assert "必填" in page.all("label")[0].text


def test_an_upload_says_no_state_secrets():
    assert "本系统不得录入国家秘密" in show('<c-field :field="field" />', field=Everything()["proof"]).text


def test_field_text_is_escaped():
    form = Everything({"text": "<script>"})
    form.fields["text"].label = "<b>"
    page = show('<c-field :field="field" />', field=form["text"])
    assert not page.all("script") + page.all("b")


def test_table_can_be_reached_and_is_named():
    page = show('<c-table label="整改台账" frozen="2"><tbody><tr><td>1</td></tr></tbody></c-table>')
    region = page.all("div")[0].attrs
    assert (region["tabindex"], region["role"], region["aria-label"]) == ("0", "region", "整改台账")
    assert page.all("caption")[0].text == "整改台账"


def test_empty_and_fault_and_loading_say_something():
    assert "暂无内容" in show("<c-empty />").text
    assert "未能载入" in show('<c-fault retry="/x/" />').text
    assert show("<c-loading />").all("div", role="status")


def test_timeline_escapes_what_people_wrote():
    entry = SimpleNamespace(when=NOON, title="<i>", who="甲", text="<b>")
    page = show('<c-timeline :entries="entries" />', entries=[entry])
    assert not page.all("b")
    assert "2026-11-23 12:00" in page.text


def test_card_has_a_heading_of_its_level():
    page = show('<c-card title="原因" level="3" :count="0"><c-slot name="tools"><a href="/">x</a></c-slot>y</c-card>')
    assert page.all("h3")[0].text == "原因 0"


def test_a_button_that_is_off_says_why():
    page = show('<c-button why="申报人不得自行认定。" href="/x/">认定</c-button>')
    assert "disabled" in page.all("button")[0].attrs
    assert "申报人不得自行认定。" in page.text
    assert not page.all("a")


def test_a_button_passes_attributes_on():
    page = show('<c-button hx-post="/x/" data-x="{{ words }}">认定</c-button>', words='" onclick="x')
    assert page.all("button")[0].attrs["hx-post"] == "/x/"
    assert page.all("button")[0].attrs["data-x"] == '" onclick="x'
    assert "onclick" not in page.all("button")[0].attrs


def test_chips_mark_the_active_one():
    items = [{"label": "全部", "url": "?", "active": True, "count": 0}, {"label": "逾期", "url": "?o=1"}]
    page = show('<c-chips :items="items" clear="?" />', items=items)
    assert [a.attrs.get("aria-current") for a in page.all("a")] == ["true", None, None]


def test_pager_keeps_the_rest_of_the_query():
    page = show('<c-pager :page="page" />', page=Paginator(range(299), 25).get_page(2))
    assert page.all("a", rel="next")[0].attrs["href"] == "?a=1&page=3"
    assert "第 26–50 项，共 299 项" in page.text


def test_pager_with_plain_addresses():
    page = show('<c-pager prev="?before=3" next="?after=9" total="7" />')
    assert [a.attrs["href"] for a in page.all("a")] == ["?before=3", "?after=9"]


def test_progress_asks_again_only_while_busy():
    assert show('<c-progress url="/p/" done="1" total="2" label="读取" />').all("div")[0].attrs["hx-trigger"] == "every 2s"
    assert "hx-get" not in show('<c-progress url="/p/" label="读取" state="done" />').all("div")[0].attrs


def test_panel_has_a_link_without_script():
    page = show('<c-panel url="/plan/panel/1/" title="整改方案" page="/plan/1/" />')
    assert page.all("div", hx_get="/plan/panel/1/")
    assert page.all("a", href="/plan/1/")


def test_quote_marks_its_span_and_escapes():
    page = show('<c-quote :text="text" :start="0" :end="3" source="第 2 页" />', text="<b>通道")
    assert page.all("mark")[0].text == "<b>"
    assert "第 2 页" in page.text


def test_confirm_posts_with_reason_and_version():
    page = show('<c-confirm action="/x/" text="退回" reason="理由" :version="3" />', csrf_token="t")
    assert page.all("form", method="post", action="/x/")
    assert page.all("input", name="version", value="3")
    assert "required" in page.all("textarea", name="reason")[0].attrs


def test_bulkbar_is_a_named_group():
    assert show("<c-bulkbar><button>催办</button></c-bulkbar>").all("div", role="group")[0].attrs["aria-label"] == "对选中各行"


def test_an_empty_listing_says_what_to_do_and_has_no_table():
    page = show(
        '<c-listing label="账表" :page="page" empty="还没有" text="请先封存"><tr></tr></c-listing>', page=Paginator([], 5).get_page(1)
    )
    assert "请先封存" in page.text
    assert not page.all("table")


def test_a_listing_has_its_head_its_rows_and_its_pages():
    source = '<c-listing label="账表" :page="page"><c-slot name="head"><th scope="col">题目</th></c-slot><tr><td>甲</td></tr></c-listing>'
    page = show(source, page=Paginator(range(9), 5).get_page(1))
    assert [tag.text for tag in page.all("th")] == ["题目"]
    assert [tag.text for tag in page.all("td")] == ["甲"]
    assert page.all("nav", class_="pager")


def test_long_words_are_folded_and_stay_whole():
    assert not show('<c-long :text="text" />', text="短").all("details")
    page = show('<c-long :text="text" />', text="长" * 201)
    assert page.all("details")
    assert page.all("p", class_="verbatim")[0].text == "长" * 201
