"""The first hour after the set-up: one question per screen, then three results. Accounts and roles come after."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.interfaces.setup.forms import BeginLedgerForm, BeginLetterForm, BeginRoundForm
from jiandi.loop.intake import actions as intake
from jiandi.loop.intake import queries as handed_in
from jiandi.loop.intake import rules as intake_rules
from jiandi.loop.report import actions as report
from jiandi.loop.report import queries as reports
from jiandi.record.accounts.queries import living_units
from jiandi.record.ledger import opening, rounds
from jiandi.record.ledger.models import ImportBatch, Letter, Report, Round
from jiandi.record.policy import decide
from jiandi.record.regimes import queries as regimes

HAVE: Final = ("ledger", "letter", "both", "nothing")
PAPERS: Final = ("briefing", "chase")
FAULTS_SHOWN = 10
LOOKS_ALIKE = "intake.unit_alike"
UNITS_SHOWN = 3
ITEMS_SHOWN = 5


def _have(request: Request) -> str:
    have = request.POST.get("have") or request.GET.get("have") or ""
    return have if have in HAVE else "ledger"


def _next(step: str, have: str, *args: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(f'setup:{step}', args=args)}?have={have}", status=303)


@require_GET
def begin(request: Request) -> HttpResponse:
    """What do you have?"""
    decide.require(request.actor, "round.open")
    return render(request, "setup/begin.html", {"has_round": rounds.chosen(request) is not None})


@require_http_methods(["GET", "POST"])
def begin_round(request: Request) -> HttpResponse:
    """Which inspection is it about? An office that has one already goes on with it."""
    decide.require(request.actor, "round.open")
    have = _have(request)
    if request.method == "GET" and rounds.chosen(request) is not None:
        return _after_round(have)
    form = BeginRoundForm(request.POST or None, regimes=regimes.in_use())
    if request.method == "POST" and form.is_valid():
        unit = living_units().order_by("path").first()
        new = opening.NewRound(code=_code(), unit=unit, **form.cleaned_data)  # type: ignore[arg-type]
        rounds.choose(request, opening.open_round(actor=request.actor, new=new).pk)
        return _after_round(have)
    return render(request, "setup/begin_round.html", {"form": form, "have": have}, status=422 if form.is_bound else 200)


def _after_round(have: str) -> HttpResponseRedirect:
    return _next({"letter": "begin_letter", "nothing": "begin_results"}.get(have, "begin_ledger"), have)


def _code() -> str:
    """The year and the next free number; it begins the number of every finding."""
    stem = f"ZG{clock.today().year}-"
    taken = set(Round.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"{stem}{n}") not in taken)


@require_http_methods(["GET", "POST"])
def begin_ledger(request: Request) -> HttpResponse:
    """Drop the ledger."""
    decide.require(request.actor, "round.open")
    round_, have, error = rounds.required(request), _have(request), None
    form = BeginLedgerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, as_of = form.cleaned_data["file"], form.cleaned_data["as_of"]
        try:
            made = intake.take_ledger(actor=request.actor, round_id=round_.pk, file_name=file.name or "", chunks=file.chunks(), as_of=as_of)
        except (BadInput, RuleBroken) as fault:
            error = fault
        else:
            return _next("begin_units", have, made.pk)
    return _drop(request, "setup/begin_ledger.html", form, error)


def _drop(request: Request, page: str, form: Any, error: BadInput | RuleBroken | None) -> HttpResponse:
    status = error.status if error else 422 if form.is_bound else 200
    return render(request, page, {"form": form, "have": _have(request), "error": http.shown(error) if error else None}, status=status)


@require_http_methods(["GET", "POST"])
def begin_units(request: Request, batch_id: int) -> HttpResponse:
    """The units of the ledger, recognised; then it is taken in."""
    decide.require(request.actor, "round.open")
    batch, have, error = intake.batch_for(request.actor, batch_id), _have(request), None
    if request.method == "POST":
        version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else 0
        try:
            if answers := _answers(request, batch):
                intake.check_again(actor=request.actor, batch_id=batch_id, version=version, mapping=answers)
                return _next("begin_units", have, batch_id)
            intake.take_batch(actor=request.actor, batch_id=batch_id, version=version, add_units=True)
        except (BadInput, RuleBroken) as fault:
            error = fault
        else:
            return _next("begin_letter" if have == "both" else "begin_results", have)
    elif batch.state in ("taking", "taken"):
        return _next("begin_letter" if have == "both" else "begin_results", have)
    context = {**_units(batch), "batch": batch, "have": have, "error": http.shown(error) if error else None}
    return htmx.answer(request, "setup/begin_units.html", "setup/_begin_units.html", context, status=error.status if error else 200)


def _units(batch: ImportBatch) -> dict[str, Any]:
    """Names that become units, names read as another, and names that look like another: a question each."""
    view = handed_in.batch_page(batch, 1)
    asked = _asked(batch)
    open_names = {one["name"] for one in asked}
    named = batch.recognised.get("units", ())
    told = [http.translate(one["text"], one["params"]) for one in batch.faults if one["stops"] and one["code"] != LOOKS_ALIKE]
    return {
        "view": view,
        "asked": asked,
        "new": [name for name in batch.new_units if name not in open_names],
        "same": [(one["name"], intake_rules.same_as(one["choice"]) or one["read_as"]) for one in named if _is_read_as(one)],
        "stopping": told[:FAULTS_SHOWN],
        "fault": http.translate(view.fault.text, view.fault.params) if view.fault else "",
    }


def _asked(batch: ImportBatch) -> list[dict[str, Any]]:
    """``preset`` is what the names themselves say: 水务局 is 市水务局. Names that only look alike have none."""
    asked = [one for one in batch.recognised.get("units", ()) if not one["choice"] and one["why"] in ("alike", "two")]
    names = {one["name"] for one in asked}
    return [{**one, "preset": _preset(one["name"], one["suggestions"], names)} for one in asked]


def _preset(name: str, suggestions: list[str], asked: set[str]) -> str:
    """The unit whose name ends like this one; where both are asked about, the longer name is the unit."""
    other = next((one for one in suggestions if one.endswith(name) or name.endswith(one)), "")
    if not other:
        return ""
    return intake_rules.NEW if other in asked and len(other) < len(name) else f"{intake_rules.SAME_AS}{other}"


def _is_read_as(one: dict[str, Any]) -> bool:
    return bool(intake_rules.same_as(one["choice"]) or one["read_as"])


def _answers(request: Request, batch: ImportBatch) -> intake_rules.LedgerMapping | None:
    """The mapping with what was answered on this page; None when nothing was asked."""
    given = {one["name"]: request.POST.get(f"unit-{place}", "") for place, one in enumerate(_asked(batch))}
    kept = intake_rules.LedgerMapping.from_plain(batch.mapping).plain()
    answered = {name: choice for name, choice in given.items() if choice}
    return intake_rules.LedgerMapping.from_plain({**kept, "units": {**kept["units"], **answered}}) if answered else None


@require_http_methods(["GET", "POST"])
def begin_letter(request: Request) -> HttpResponse:
    """Drop the letter."""
    decide.require(request.actor, "round.open")
    round_, error = rounds.required(request), None
    form = BeginLetterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        given: dict[str, Any] = {
            "title": PurePath(file.name or "").stem[:200] or round_.title,
            "number": "",
            "received_on": round_.feedback_on,
        }
        try:
            intake.receive_letter(
                actor=request.actor, round_id=round_.pk, file_name=file.name or "", chunks=file.chunks(), kind="letter", **given
            )
        except (BadInput, RuleBroken) as fault:
            error = fault
        else:
            return _next("begin_results", _have(request))
    return _drop(request, "setup/begin_letter.html", form, error)


@require_http_methods(["GET", "POST"])
def begin_results(request: Request) -> HttpResponse:
    """What nobody has taken up, whom to chase tomorrow, and the briefing."""
    decide.require(request.actor, "round.open")
    round_ = rounds.required(request)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind not in PAPERS:
            raise BadInput("report.kind", _("Choose a ledger or a report."))
        report.ask_report(actor=request.actor, round_id=round_.pk, kind=kind)
        messages.success(request, _("It is being written; the file appears on this page."))
        return HttpResponseRedirect(reverse("setup:begin_results"), status=303)
    waiting = _waiting(round_)
    context = {"round": round_, "waiting": waiting, **({} if waiting else _results(request, round_))}
    return htmx.answer(request, "setup/begin_results.html", "setup/_begin_results.html", context)


def _waiting(round_: Round) -> bool:
    """The worker still reads or writes something that belongs on the page."""
    letters = Letter.objects.filter(round=round_, state__in=handed_in.WAITING)
    return ImportBatch.objects.filter(round=round_, state__in=["received", "taking"]).exists() or letters.exists()


def _results(request: Request, round_: Round) -> dict[str, Any]:
    chase = reports.chase(request.actor, round_.pk)
    left = handed_in.left_out(round_)
    mine = Report.objects.filter(round=round_, asked_by_id=request.actor.user_id or 0).order_by("pk")
    latest = {row.kind: row for row in mine.filter(kind__in=PAPERS)}
    return {
        "batches": ImportBatch.objects.filter(round=round_, state__in=["taken", "checked", "failed"]).order_by("-pk")[:3],
        "failed": Letter.objects.filter(round=round_, state="failed").order_by("-pk")[:3],
        "left": left,
        "alone": [row for row in left.rows if not row.proposals][:ITEMS_SHOWN],
        "chase": chase,
        "chase_units": sorted(chase.units, key=lambda unit: -unit.counts["late"])[:UNITS_SHOWN],
        "briefing": latest.get("briefing"),
        "list": latest.get("chase"),
    }
