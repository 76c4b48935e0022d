"""State, claims and due date as HTML, written here once: fast enough for each row of a long table."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from jiandi.base.ui import words

_ICON = '<i class="bi bi-{}" aria-hidden="true"></i>'


def icon(name: str) -> SafeString:
    return format_html(_ICON, name)


def state(code: object, *, small: bool = False) -> SafeString:
    """Icon, word and tone of a state or overlay."""
    return _state(get_language(), str(code or ""), " state-small" if small else "")


@lru_cache(maxsize=256)
def _state(_language: str | None, code: str, more: str) -> SafeString:
    sign = words.sign_of(code)
    word = _(sign.word) if sign.word else ""
    return format_html('<span class="state {}">{}{}</span>', f"tone-{sign.tone}{more}", icon(sign.icon), word)


def claims(said: object, done: object, well: object) -> SafeString:
    """Three small marks; the words are there for readers and as a tip."""
    return _claims(get_language(), words.mark_of(said), words.mark_of(done), words.mark_of(well))


@lru_cache(maxsize=512)
def _claims(_language: str | None, said: str, done: str, well: str) -> SafeString:
    letters = (pgettext("mark", "S"), pgettext("mark", "D"), pgettext("mark", "W"))
    marks = zip((said, done, well), ("said", "done", "well"), letters, strict=True)
    return format_html(
        '<span class="claims">{}</span>',
        format_html_join(
            "",
            '<span class="claim claim-{}" title="{}"><span aria-hidden="true">{}</span><span class="visually-hidden">{};</span></span>',
            ((mark, _claim_text(claim, mark), letter, _claim_text(claim, mark)) for mark, claim, letter in marks),
        ),
    )


def due(day: date | None, today: date, *, settled: bool = False, raw: str = "", words_only: bool = False) -> SafeString:
    """A due date with its days left; a settled one counts no more; none shows the plan's own words."""
    return _due(get_language(), day, today, settled, raw, words_only)


@lru_cache(maxsize=4096)
def _due(_language: str | None, day: date | None, today: date, settled: bool, raw: str, words_only: bool) -> SafeString:  # noqa: FBT001
    if day is None:
        return format_html('<span class="due due-none">{}</span>', raw or _("no due date"))
    written = format_html('<time datetime="{0}">{0}</time>', day.isoformat())
    if settled:
        return format_html('<span class="due due-settled">{}</span>', written)
    look = words.urgency(day, today)
    mark = {"late": icon("exclamation-triangle-fill"), "soon": icon("clock")}.get(look, "")
    shown = "" if words_only else format_html("{} ", written)
    left = words.days_left(day, today)
    return format_html(
        '<span class="due due-{}" title="{}">{}<span class="due-words">{}{}</span></span>', look, raw or day, shown, mark, left
    )


def _claim_text(claim: str, mark: str) -> str:
    return f"{words.claim_word(claim)}: {_(words.MARKS[mark].word)}"
