"""What templates need to say things our way. Built into the engine: no ``load`` needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from jiandi.base import clock
from jiandi.base.ui import signs, words

register = template.Library()
_PLACEHOLDER = 7_777_777_777


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return clock.local_day(value)
    return value if isinstance(value, date) else None


@register.filter
def days_left_words(due: object) -> str:
    """``3 days left``, ``due today``, ``overdue by 2 days``."""
    day = _day(due)
    return words.days_left(day, clock.today()) if day else ""


@register.filter
def urgency(due: object) -> str:
    """``late``, ``soon``, ``later``."""
    day = _day(due)
    return words.urgency(day, clock.today()) if day else "later"


@register.filter
def day(value: object) -> str:
    """A date as 2026-03-01, local; other values as they are."""
    found = _day(value)
    return found.isoformat() if found else str(value or "")


@register.filter
def moment(value: object) -> str:
    """A moment as 2026-03-01 14:05, local."""
    if not isinstance(value, datetime):
        return day(value)
    return value.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")


@register.filter
def as_percent(count: int | str | None, total: int | str | None) -> str:
    """Truncated percentage of ``count`` in ``total``; empty below five."""
    return words.percent(int(count or 0), int(total or 0))


@register.filter
def state_word(code: object) -> str:
    return _said(words.sign_of(code).word)


@register.filter
def icon_of_state(code: object) -> str:
    return words.sign_of(code).icon


@register.filter
def tone_of_state(code: object) -> str:
    return words.sign_of(code).tone


@register.filter
def claim_word(claim: str) -> str:
    """The word of ``said``, ``done``, ``well``."""
    return words.claim_word(claim)


@register.filter
def mark_of(value: object) -> str:
    """The code of a claim's mark: yes, claimed, returned, failed, none, no."""
    return words.mark_of(value)


@register.filter
def mark_word(value: object) -> str:
    return _said(words.MARKS[words.mark_of(value)].word)


@register.filter
def mark_icon(value: object) -> str:
    return words.MARKS[words.mark_of(value)].icon


@register.filter
def icon_of_notice(level: str) -> str:
    return words.NOTICES.get(level, "bi-info-circle")


@register.filter
def error_title(status: int | None) -> str:
    return _said(words.ERRORS.get(status or 500, words.ERRORS[500]))


@register.filter
def with_pages(stages: Iterable[Any] | None) -> list[tuple[Any, str]]:
    """The stages that have a first page, each with its address."""
    found = [(stage, _first_page(stage)) for stage in stages or ()]
    return [(stage, url) for stage, url in found if url]


@register.filter
def is_under(path: str, url: str) -> bool:
    """Whether a page lies under a rail entry."""
    return bool(url) and url != "/" and str(path).startswith(url)


@register.filter
def split(text: str | Sequence[str] | None) -> Sequence[str]:
    """The words of a text; a list stays a list."""
    return text.split() if isinstance(text, str) else text or ()


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's widget with the class its kind needs."""
    widget = field.field.widget
    wanted = f"{widget.attrs.get('class', '')} {_look(widget)}".strip()
    attrs: dict[str, Any] = {"class": f"{wanted} is-invalid" if field.errors else wanted}
    if str(widget.attrs.get("placeholder", "")) == str(field.label):
        attrs["placeholder"] = False
    return field.as_widget(attrs=attrs)


@register.filter
def is_group(field: BoundField) -> bool:
    """Radios and check lists need a legend instead of a label."""
    return isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple))


@register.filter
def is_check(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_upload(field: BoundField) -> bool:
    return isinstance(field.field.widget, FileInput)


@register.filter
def page_numbers(page: Page[Any]) -> list[int | str]:
    """First, last and the pages around this one; the rest is an ellipsis."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.filter
def page_link(request: HttpRequest, name: str) -> str:
    """The query of this page with an open end for another page number."""
    query = request.GET.copy()
    query.pop(name, None)
    return f"?{query.urlencode()}&{name}=" if query else f"?{name}="


@register.filter
def both_values(mine: dict[str, Any] | None, theirs: dict[str, Any] | None) -> list[tuple[str, Any, Any]]:
    """A conflict's fields with the value sent and the value saved meanwhile; versions are for programs, and codes nobody has a word for."""
    sent, saved = mine or {}, theirs or {}
    told = (name for name in {**sent, **saved} if name != "version" and (name != "state" or saved.get(name) in words.STATES))
    return [(name, sent.get(name, ""), saved.get(name, "")) for name in told]


@register.filter
def options(field: BoundField) -> list[Any]:
    """Each radio or check box of a group, dressed."""
    field.field.widget.attrs["class"] = "form-check-input"
    return list(field)


@register.simple_tag
def say_state(code: object, small: object = "") -> SafeString:
    """What ``<c-state>`` shows, for rows of long tables."""
    return signs.state(code, small=bool(small))


@register.simple_tag
def say_claims(said: object = "", done: object = "", well: object = "") -> SafeString:
    """What ``<c-claims>`` shows, for rows of long tables."""
    return signs.claims(said, done, well)


@register.simple_tag
def say_due(due: object = None, settled: object = "", raw: str = "", words_only: object = "") -> SafeString:
    """What ``<c-due>`` shows, for rows of long tables."""
    return signs.due(_day(due), clock.today(), settled=bool(settled), raw=raw, words_only=bool(words_only))


@register.filter
def signed(number: int) -> str:
    """A difference with its sign: +3, −2, 0."""
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


@register.filter
def at(pk: object, page: str) -> str:
    """The address of ``page`` for one row; found once for all rows of a long table."""
    before, after = _around(page, get_script_prefix())
    return f"{before}{pk}{after}"


@lru_cache(maxsize=64)
def _around(page: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(page, args=[_PLACEHOLDER]).rpartition(str(_PLACEHOLDER))
    return before, after


@register.simple_tag
def parts(text: str, start: int | str = 0, end: int | str = 0, spans: object = None) -> list[words.Part]:
    """A quoted text cut at its marked stretches."""
    wanted = [(int(a), int(b)) for a, b, *_rest in spans] if isinstance(spans, (list, tuple)) else []
    if not wanted:
        wanted = [(int(start or 0), int(end or 0))]
    return words.parts_of(str(text), wanted)


def _first_page(stage: Any) -> str:
    if found := getattr(stage, "url", ""):
        return str(found)
    for page in (f"{stage.name}:index", f"{stage.name}:home"):
        try:
            return reverse(page)
        except NoReverseMatch:
            continue
    return ""


def _look(widget: Any) -> str:
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple, CheckboxInput)):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control"


def _said(word: str) -> str:
    return gettext(word) if word else ""
