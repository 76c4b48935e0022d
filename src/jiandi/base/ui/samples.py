"""Made-up values for the style page: each shared piece in each state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from jiandi.base import clock
from jiandi.base.ui import words

TITLES = (
    "老旧小区消防通道长期被占用,三次督促后反弹",
    "专项资金滞留财政专户超过一年未拨付",
    "基层减负文件要求落实不到位,重复报表仍有 11 种",
    "惠民补贴“一卡通”发放核对不严",
    "河道排口整治台账与现场不符",
    "中小学食堂大宗食材采购未按规定公开",
)
UNITS = ("市住房城乡建设局", "市财政局", "云溪区委", "市农业农村局", "市生态环境局", "市教育局")
LETTER = (
    "(二)为民服务意识不强。有的单位对群众反映强烈的问题久拖不决,老旧小区消防通道长期被占用,三次督促后仍然反弹;有的窗口首问负责制流于形式。"
)


class SampleForm(forms.Form):
    """One field of each kind."""

    text = forms.CharField(label=_("Measure"), help_text=_("One sentence: who does what to what."))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    due = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ChoiceField(label=_("Lead unit"), choices=[("", "—"), *[(u, u) for u in UNITS]])
    method = forms.ChoiceField(
        label=_("How checked"),
        choices=[("asked", _("asked")), ("read", _("read")), ("seen", _("seen on site")), ("redone", _("redone"))],
        widget=forms.RadioSelect,
    )
    lasting = forms.BooleanField(label=_("A lasting measure"), required=False)
    proof = forms.FileField(label=_("Proof"), required=False)


def everything(page: str) -> dict[str, Any]:
    """The context of the style page."""
    numbers = Paginator(range(1, 300), 25)
    return {
        "states": [code for code in words.STATES if code not in _OVERLAYS],
        "overlays": _OVERLAYS,
        "marks": list(words.MARKS),
        "days": [clock.today() + timedelta(days=n) for n in (-12, -1, 0, 2, 9, 40)],
        "rows": [_row(number) for number in range(1, 13)],
        "entries": _entries(),
        "chips": _chips(),
        "form": SampleForm(),
        "wrong": SampleForm({"wrong-text": "", "wrong-due": "2026-02-31"}, prefix="wrong"),
        "numbers": numbers.get_page(page),
        "letter": LETTER,
        "span": (LETTER.index("老旧"), LETTER.index(";")),
        "kinds": ["main", "plain", "quiet", "danger"],
        "error": {
            "status": 409,
            "code": "plan.changed",
            "message": _("This measure was changed while you were writing."),
            "unmet": [],
            "mine": {_("Due"): "2026-12-31"},
            "theirs": {_("Due"): "2026-11-30"},
        },
    }


_OVERLAYS = ["overdue", "extension_pending", "awaiting_upper", "disputed", "effect_due", "not_yet_checked"]


def _row(number: int) -> dict[str, Any]:
    codes = list(words.STATES)
    marks = [("yes", "yes", "yes"), ("yes", "claimed", "no"), ("yes", "returned", "no"), ("yes", "no", "no"), ("yes", "yes", "none")]
    said, done, well = marks[number % len(marks)]
    return {
        "number": f"XC26-{number:03d}",
        "title": TITLES[number % len(TITLES)],
        "unit": UNITS[number % len(UNITS)],
        "state": codes[number % 12],
        "said": said,
        "done": done,
        "well": well,
        "due": clock.today() + timedelta(days=number * 7 - 25),
        "settled": number % 12 in (7, 10, 11),
    }


def _entries() -> list[dict[str, Any]]:
    now: datetime = clock.now()
    steps = (("check2", "good", _("Done accepted")), ("send", "wait", _("Done claimed")), ("paperclip", "quiet", _("Evidence attached")))
    return [
        {"when": now - timedelta(days=3 * at), "who": UNITS[at], "title": title, "icon": icon, "tone": tone, "text": TITLES[at]}
        for at, (icon, tone, title) in enumerate(steps)
    ]


def _chips() -> list[dict[str, Any]]:
    return [
        {"label": _("All"), "url": "?", "active": True, "count": 299},
        {"label": _("Overdue"), "url": "?overdue=1", "count": 12},
        {"label": _("Awaiting verification"), "url": "?state=submitted", "count": 31},
        {"label": _("Long-term"), "url": "?state=long_term", "count": 0},
    ]
