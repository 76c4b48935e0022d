"""Pages of the rules register: the list, one rule, a new one, a table taken in, and rules in a case file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import files, http
from jiandi.base.errors import JiandiError, NotFound
from jiandi.base.http import Request
from jiandi.base.jobs import queries as jobs
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.execute import actions, forms
from jiandi.loop.execute.actions import importing
from jiandi.loop.execute.forms import register as register_forms
from jiandi.loop.execute.queries import register as queries
from jiandi.loop.execute.rules import reading
from jiandi.record.figures.institutions import RuleCounts
from jiandi.record.ledger import rounds
from jiandi.record.ledger.models import Institution
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target


@dataclass(frozen=True)
class Turn:
    """A step of a rule: what allows it, its form, words and icon, and the action."""

    allowed: str
    form: type[django_forms.Form]
    word: str
    icon: str
    do: Callable[..., object]


TURNS: dict[str, Turn] = {
    "force": Turn("put_in_force", register_forms.ForceForm, N_("Put in force"), "check2-square", actions.put_in_force),
    "review": Turn("write", register_forms.ReviewForm, N_("Record a review"), "calendar2-check", actions.review_rule),
    "change": Turn("write", register_forms.ChangeForm, N_("Change"), "pencil", actions.change_rule),
    "text": Turn("write", register_forms.TextForm, N_("Add text or scan"), "paperclip", actions.keep_text),
    "abolish": Turn("abolish", register_forms.AbolishForm, N_("Abolish"), "x-octagon", actions.abolish_rule),
}


@require_GET
def index(request: Request) -> HttpResponse:
    """The register by unit, with filters for state, unit, reviews and proofs that are due."""
    asked = _asked(request)
    counts, due = queries.counts(request.actor)
    context = {
        "page": queries.page(request.actor, asked, request.GET.get("page")),
        "asked": asked,
        "chips": _chips(asked, counts, due),
        "units": queries.units_with_rules(request.actor),
        "states": Institution.STATES,
        "counts": counts,
        "may_add": bool(queries.units_to_write(request.actor)),
        "file_for": _file_for(request),
    }
    return render(request, "execute/register.html", context)


def _file_for(request: Request) -> str | None:
    """For whom the register is written to Excel: the whole round, the first unit of the actor, or (None) nobody."""
    round_ = rounds.chosen(request)
    if round_ is None:
        return None
    if decide.may(request.actor, "report.write", Target(round_.pk)):
        return ""
    own = (d for d in request.actor.duties if decide.may(request.actor, "report.write", Target(round_.pk, unit_path=d.unit_path)))
    return next((str(d.unit_id) for d in own), None)


def _asked(request: Request) -> queries.Filters:
    given = request.GET
    unit = given.get("unit", "")
    state = given.get("state", "")
    due = given.get("due", "")
    return queries.Filters(
        state if state in dict(Institution.STATES) else "",
        int(unit[:15]) if unit.isdecimal() else None,
        due if due in queries.DUE else "",
        given.get("words", "").strip()[:60],
    )


def _chips(asked: queries.Filters, counts: RuleCounts, due: dict[str, int]) -> list[dict[str, Any]]:
    plain = not asked.state and not asked.due
    found: list[dict[str, Any]] = [{"label": _("All"), "url": "?", "active": plain, "count": counts.total}]
    for code, word in Institution.STATES:
        found.append({"label": word, "url": f"?state={code}", "active": asked.state == code, "count": getattr(counts, code)})
    for code, label in (("review", _("Review due")), ("proof", _("Proof of use due"))):
        found.append({"label": label, "url": f"?due={code}", "active": asked.due == code, "count": due[code]})
    return found


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Register a rule; one with a like title asks to be revised instead."""
    units = queries.units_to_write(request.actor)
    if not units:
        decide.require(request.actor, "rule.register", Target())
    initial = {"replaces": request.GET.get("replaces"), "unit": units[0][0] if len(units) == 1 else None}
    form = register_forms.NewRuleForm(request.POST or None, units=units, replaceable=queries.to_replace(request.actor), initial=initial)
    error = None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        flags = {"is_in_force": typed["is_in_force"], "is_another": typed["is_another"]}
        try:
            made = actions.add_rule(actor=request.actor, unit_id=typed["unit"], new=form.new(), **flags)
        except NotFound:
            raise
        except JiandiError as refused:
            error = refused
        else:
            return htmx.after_post(request, reverse("execute:register_rule", args=[made.pk]))
    status = error.status if error else 422 if request.method == "POST" else 200
    return render(request, "execute/register_new.html", {"form": form, "error": http.shown(error) if error else None}, status=status)


@require_GET
def rule(request: Request, rule_id: int) -> HttpResponse:
    return _rule(request, rule_id)


def _rule(request: Request, rule_id: int, *, at: str = "", error: JiandiError | None = None) -> HttpResponse:
    sheet = queries.sheet(request.actor, rule_id)
    offered = []
    for name, turn in TURNS.items():
        if getattr(sheet.deeds, turn.allowed):
            typed = request.POST if name == at else None
            form = turn.form(typed, auto_id=f"id_{name}_%s", initial=_initial(sheet.rule))
            offered.append(
                {"url": reverse("execute:register_turn", args=[rule_id, name]), "turn": turn, "form": form, "is_open": name == at}
            )
    context = {"sheet": sheet, "rule": sheet.rule, "offered": offered, "error": http.shown(error) if error else None}
    return render(request, "execute/register_rule.html", context, status=error.status if error else 200)


def _initial(rule: Institution) -> dict[str, Any]:
    names = ("version", "number", "issuer", "issued_on", "in_force_from", "review_on", "first_proof_on")
    return {name: getattr(rule, name) for name in names}


@require_POST
def turn(request: Request, rule_id: int, verb: str) -> HttpResponse:
    """One step of a rule; what is refused is said above its page, with what was typed."""
    if verb not in TURNS:
        raise NotFound("rule.no_verb", N_("There is no such step. Go back to the rule."))
    step = TURNS[verb]
    try:
        typed = forms.cleaned(step.form(request.POST, request.FILES))
        if paper := typed.pop("paper", None):
            typed |= {"chunks": paper.chunks(), "file_name": paper.name}
        step.do(actor=request.actor, institution_id=rule_id, **typed)
    except NotFound:
        raise
    except JiandiError as refused:
        return _rule(request, rule_id, at=verb, error=refused)
    return htmx.after_post(request, reverse("execute:register_rule", args=[rule_id]))


@require_GET
def text(request: Request, rule_id: int) -> FileResponse:
    found = queries.paper(request.actor, rule_id)
    source = files.open_file(found.digest)
    return FileResponse(source, as_attachment=True, filename=found.file_name, content_type=found.media_type or "application/octet-stream")


@require_http_methods(["GET", "POST"])
def take(request: Request) -> HttpResponse:
    """A table of existing rules: hand it in, then see which rows were wrong, or that all were taken."""
    units = queries.units_to_write(request.actor)
    if not units:
        decide.require(request.actor, "rule.register", Target())
    if request.method == "GET":
        return _taken(request, units)
    form = register_forms.ImportForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _take(request, form, status=422)
    try:
        given = form.cleaned_data
        work = importing.ask_import(actor=request.actor, chunks=given["sheet"].chunks(), unit_id=given["unit"])
    except JiandiError as error:
        return _take(request, form, error=error, status=error.status)
    return redirect(f"{reverse('execute:register_import')}?work={work.pk}")


def _take(request: Request, form: django_forms.Form, *, status: int = 200, error: JiandiError | None = None, **more: Any) -> HttpResponse:
    heads = [(words[0], "、".join(words[1:-1])) for words in reading.HEADS.values()]
    context = {"form": form, "heads": heads, "error": http.shown(error) if error else None, **more}
    return render(request, "execute/register_import.html", context, status=status)


def _taken(request: Request, units: register_forms.Choices) -> HttpResponse:
    work, form = request.GET.get("work", ""), register_forms.ImportForm(units=units)
    if not work.isdecimal():
        return _take(request, form)
    progress = jobs.job_progress(int(work[:15]), actor_id=request.actor.user_id or 0)
    again = f"{reverse('execute:register_import')}?work={progress.job_id}"
    if not progress.is_over:
        page = "execute/_register_reading.html" if htmx.wants_fragment(request) else "execute/register_reading.html"
        return render(request, page, {"again": again})
    if htmx.wants_fragment(request):
        return htmx.after_post(request, again)
    if progress.result is None:
        faults = [http.translate(one.text, one.params) for one in progress.faults]
        return _take(request, form, faults=[(0, text) for text in faults] or [(0, _("The table could not be read."))], status=422)
    if progress.result["taken"]:
        messages.success(request, _("%(n)s rules were taken into the register.") % {"n": progress.result["taken"]})
        return redirect("execute:register")
    told = [(place, http.translate(text, params)) for place, text, params in progress.result["faults"]]
    return _take(request, form, faults=told, more=progress.result["more"], status=422 if told else 200)


@require_GET
def of_finding(request: Request, finding_id: int) -> HttpResponse:
    return _of_finding(request, finding_id)


def _of_finding(request: Request, finding_id: int, *, error: JiandiError | None = None) -> HttpResponse:
    found = queries.of_finding(request.actor, finding_id)
    typed = request.POST if error else None
    form = register_forms.NotFollowedForm(typed, choices=found.choices) if found.may_name else None
    context = {"found": found, "finding": found.finding, "form": form, "error": http.shown(error) if error else None}
    page, fragment = "execute/rules_of.html", "execute/_rules_of.html"
    return htmx.answer(request, page, fragment, context, status=error.status if error else 200)


@require_POST
def not_followed(request: Request, finding_id: int) -> HttpResponse:
    """Name the rule that was there and was not followed."""
    try:
        found = queries.of_finding(request.actor, finding_id)
        typed = forms.cleaned(register_forms.NotFollowedForm(request.POST, choices=found.choices or queries.to_replace(request.actor)))
        actions.mark_not_followed(actor=request.actor, finding_id=finding_id, institution_id=typed["rule"], text=typed["text"])
    except NotFound:
        raise
    except JiandiError as refused:
        return _of_finding(request, finding_id, error=refused)
    if htmx.wants_fragment(request):
        return _of_finding(request, finding_id)
    return redirect("desk:finding", finding_id)


@require_http_methods(["GET", "POST"])
def question(request: Request, question_id: int) -> HttpResponse:
    """A rule is on paper only: does the finding come back? The office decides."""
    row = queries.question(request.actor, question_id)
    form = register_forms.AnswerForm(request.POST or None, initial={"version": row.version})
    error = None
    if request.method == "POST":
        try:
            typed = forms.cleaned(form)
            reopens = typed.pop("answer") == "reopen"
            actions.answer_question(actor=request.actor, question_id=question_id, reopens=reopens, **typed)
        except JiandiError as refused:
            error = refused
        else:
            return redirect("desk:finding", row.finding_id)
    context = {"row": row, "form": form, "error": http.shown(error) if error else None}
    return render(request, "execute/rule_question.html", context, status=error.status if error else 200)
