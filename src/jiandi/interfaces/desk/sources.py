"""The register by source: one line for each feed, each figure opening to its rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.record.figures import sources
from jiandi.record.figures.rates import STATES, Totals
from jiandi.record.figures.sources import Register
from jiandi.record.ledger import rounds
from jiandi.record.regimes.numbers import Rate


@dataclass(frozen=True)
class Cell:
    """A count and the rows behind it."""

    n: int
    url: str


@dataclass(frozen=True)
class Share:
    """k of n and the rows behind k."""

    rate: Rate
    url: str


@dataclass(frozen=True)
class Line:
    """One feed, or a sum of them."""

    word: str
    total: Cell
    states: list[Cell]
    shares: list[Share]
    is_sum: bool = False


@require_GET
def by_source(request: Request) -> HttpResponse:
    round_ = rounds.required(request)
    register = sources.register_of(request.actor, round_.pk)
    present = [state for state in STATES if register.whole.by_state[state]]
    context = {"round": round_, "register": register, "states": present, "lines": _lines(register, present)}
    return htmx.answer(request, "desk/sources.html", "desk/_sources.html", context)


def _lines(register: Register, present: list[str]) -> list[Line]:
    found = [_line(row.word, row.totals, f"source={row.source}", present) for row in register.rows]
    found.append(_line(_("This letter in all"), register.own, "", present, is_sum=True))
    if register.has_carried:
        found.append(_line(_("Carried over from other letters"), register.carried, "when=carried", present))
        found.append(_line(_("In the register"), register.whole, "when=register", present, is_sum=True))
    return found


def _line(word: str, totals: Totals, asked: str, present: list[str], *, is_sum: bool = False) -> Line:
    rates = totals.rates
    return Line(
        word=word,
        total=Cell(totals.total, f"?{asked}"),
        states=[Cell(totals.by_state[state], _address(asked, f"state={state}")) for state in present],
        shares=[
            Share(r, _address(asked, f"claim={claim}")) for claim, r in (("said", rates.said), ("done", rates.done), ("well", rates.well))
        ],
        is_sum=is_sum,
    )


def _address(*asked: str) -> str:
    return "?" + "&".join(filter(None, asked))
