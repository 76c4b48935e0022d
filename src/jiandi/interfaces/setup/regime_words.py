"""A regime as people read it: names in the language of the page, lengths and moments in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jiandi.record.regimes.parts import Light, Name, Phase, Profile, Rung, Trigger


@dataclass(frozen=True)
class Line:
    """A word of the regime, and what it means."""

    word: str
    meaning: str
    tone: str = ""


def lines_of(profile: Profile) -> dict[str, list[Line]]:
    """The lists of a regime's page."""
    return {
        "phases": [Line(named(p.name), length(p)) for p in profile.phases],
        "classes": [Line(named(c.name), _days_by_default(c.default_days)) for c in profile.classes],
        "chain": [Line(named(s.name), s.document) for s in profile.closing_chain],
        "lights": [Line(light.word, moment(light), light.colour) for light in profile.lights],
        "ladder": [Line(named(r.name), _rung(r)) for r in profile.ladder],
    }


def named(name: Name) -> str:
    return name.zh if (get_language() or "").startswith("zh") else name.en


def length(phase: Phase) -> str:
    """``3 months``, ``10 working days``; the last phase may have no set end."""
    n = {"n": phase.length}
    if not phase.length:
        return _("no set end")
    if phase.unit == "working_day":
        return ngettext("%(n)s working day", "%(n)s working days", phase.length) % n
    if phase.unit == "month":
        return ngettext("%(n)s month", "%(n)s months", phase.length) % n
    if phase.unit == "year":
        return ngettext("%(n)s year", "%(n)s years", phase.length) % n
    return ngettext("%(n)s day", "%(n)s days", phase.length) % n


def moment(shown: Light | Trigger) -> str:
    """When a light is shown, or a rung of the ladder falls due."""
    n = {"n": shown.days}
    if shown.when == "days_left":
        return ngettext("from %(n)s day before the due date", "from %(n)s days before the due date", shown.days) % n
    if shown.when == "overdue" and shown.days > 1:
        return ngettext("from %(n)s day overdue", "from %(n)s days overdue", shown.days) % n
    return _MOMENTS[shown.when]()


_MOMENTS = {
    "otherwise": lambda: _("while the due date is further away"),
    "overdue": lambda: _("once overdue"),
    "settled": lambda: _("once no obligation runs"),
    "started": lambda: _("when rectification starts"),
    "no_reply": lambda: _("when the letter before it was not answered"),
    "in_a_row": lambda: _("when it repeats in a row"),
    "by_hand": lambda: _("when people decide so"),
}


def _days_by_default(days: int) -> str:
    return _("%(n)s days by default") % {"n": days}


def _rung(rung: Rung) -> str:
    when = moment(rung.trigger)
    if not rung.reply_days:
        return when
    reply = ngettext("answer within %(n)s working day", "answer within %(n)s working days", rung.reply_days) % {"n": rung.reply_days}
    return _("%(when)s; %(reply)s") % {"when": when, "reply": reply}
