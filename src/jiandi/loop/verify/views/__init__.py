"""Pages of this stage: what waits for a check, the check sheets, and a finding's checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django import forms as django_forms
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, JiandiError, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.verify import actions, forms, queries, rules
from jiandi.record.ledger import load, rounds
from jiandi.record.ledger.models import Finding, UpperReview

PAGE_ROWS = 50
PANEL = "#verify-panel"
KINDS = (
    ("claim", N_("Claims")),
    ("finding", N_("Findings handed in")),
    ("closing", N_("Signatures")),
    ("effect", N_("Effect checks")),
    ("review", N_("Yearly reviews")),
)


@require_GET
def index(request: Request) -> HttpResponse:
    """What waits for a check in the chosen round; mine first, then by reasons to look."""
    round_ = rounds.required(request)
    counts = queries.counts(request.actor, round_)
    first = next((kind for kind, _word in KINDS if counts[kind]), "claim")
    kind = request.GET.get("kind", "")
    kind = kind if kind in counts else first
    chips = [{"label": _(word), "url": f"?kind={code}", "active": code == kind, "count": counts[code]} for code, word in KINDS]
    page = Paginator(queries.waiting(request.actor, round_, kind), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "verify/index.html", {"page": page, "chips": chips, "kind": kind})


@require_http_methods(["GET", "POST"])
def claim(request: Request, claim_id: int) -> HttpResponse:
    """The sheet of one claim: what was promised, what is there, a verdict."""
    found = queries.claim_sheet(request.actor, claim_id)
    form = forms.ClaimForm(request.POST or None, initial={"version": found.claim.version if found.claim else 0})
    if request.method == "POST":
        return _judge(request, lambda: _judge_claim(request, claim_id, forms.cleaned(form)), found, form, "verify/claim.html")
    return render(request, "verify/claim.html", {"sheet": found, "form": form})


def _judge_claim(request: Request, claim_id: int, typed: dict[str, Any]) -> None:
    verdict, reason = typed.pop("verdict"), typed.pop("reason")
    if verdict == rules.MET:
        actions.accept_claim(actor=request.actor, claim_id=claim_id, verdict=verdict, **typed)
    else:
        actions.return_claim(actor=request.actor, claim_id=claim_id, reason=reason, **typed)


@require_POST
def open_check(request: Request, finding_id: int) -> HttpResponse:
    """From here on the unit cannot take the finding back."""
    actions.open_check(actor=request.actor, finding_id=finding_id)
    return redirect("verify:sheet", finding_id)


@require_http_methods(["GET", "POST"])
def sheet(request: Request, finding_id: int) -> HttpResponse:
    """The check sheet of a finding: one standard a row, then the three questions."""
    found = queries.finding_sheet(request.actor, finding_id)
    if request.method == "POST":
        typed = request.POST
        kept = [
            replace(r, verdict=typed.get(f"verdict-{r.measure.number}", ""), note=typed.get(f"note-{r.measure.number}", ""))
            for r in found.rows
        ]
        found = replace(found, rows=kept)
    form = forms.SheetForm(request.POST or None, initial={"version": found.finding.version})
    back = forms.SheetReturnForm(request.POST or None)
    if request.method == "POST":
        return _judge(request, lambda: _judge_finding(request, found, form, back), found, form, "verify/sheet.html", back=back)
    return render(request, "verify/sheet.html", _sheet_context(request, found, form, back=back))


def _sheet_context(request: Request, found: queries.Sheet, form: django_forms.Form, **more: Any) -> dict[str, Any]:
    questions = [(code, _(text), request.POST.get(f"question-{code}", "")) for code, text in rules.QUESTIONS]
    return {"sheet": found, "form": form, "questions": questions, **more}


def _judge_finding(request: Request, found: queries.Sheet, form: forms.SheetForm, back: forms.SheetReturnForm) -> None:
    """Accept with every verdict and answer, or return with the standards that are not met."""
    typed = forms.cleaned(form)
    numbers = [row.measure.number for row in found.rows]
    verdicts = rules.judged(numbers, {str(row.measure.number): row.verdict for row in found.rows})
    given = {"actor": request.actor, "finding_id": found.finding.pk, **typed}
    if request.POST.get("go") == "return":
        failed = [number for number, verdict in verdicts.items() if verdict != rules.MET]
        actions.return_finding(reason=forms.cleaned(back)["reason"], measure_numbers=failed, **given)
        return
    questions = rules.answered({code: request.POST.get(f"question-{code}", "") for code, _text in rules.QUESTIONS})
    notes = {row.measure.number: row.note for row in found.rows}
    actions.accept_finding(verdicts=verdicts, questions=questions, notes=notes, **given)


def _judge(
    request: Request, deed: Callable[[], None], found: queries.Sheet, form: django_forms.Form, page: str, **more: Any
) -> HttpResponse:
    """Judge and go to the case file, or show the sheet again with what was typed and what stands in the way."""
    try:
        deed()
    except NotFound:
        raise
    except JiandiError as refused:
        context = _sheet_context(request, found, form, error=http.shown(refused), **more)
        return render(request, page, context, status=refused.status)
    return HttpResponseRedirect(reverse("desk:finding", args=[found.finding.pk]), status=303)


@dataclass(frozen=True)
class Offered:
    """A step that the actor can take now, as a folded form."""

    url: str
    icon: str
    word: str
    form: django_forms.Form
    is_open: bool


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    """A finding's checks, its closing chain, and what one can do now."""
    return _panel(request, finding_id)


def _panel(request: Request, finding_id: int, *, error: JiandiError | None = None, at: str = "") -> HttpResponse:
    found = queries.panel(request.actor, finding_id)
    context = {
        "panel": found,
        "finding": found.finding,
        "offers": _offers(request, found, at),
        "error": http.shown(error) if error else None,
    }
    response = htmx.answer(request, "verify/panel.html", "verify/_panel.html", context, status=error.status if error else 200)
    if error:
        response["HX-Retarget"], response["HX-Reswap"] = PANEL, "outerHTML"
    return response


def _offers(request: Request, found: queries.Panel, at: str) -> list[Offered]:
    """The forms of what is possible; the one that was refused keeps what was typed."""
    finding, may = found.finding, found.may
    at_closing = (found.closing.version, found.closing.pk) if found.closing else (0, 0)
    at_finding = (finding.version,)
    back = _return_form(found.measure_numbers)
    offers = (
        (may.leaders, "leader", "person-check", _("Name the leader in charge"), _leader_form(may.leaders), at_finding),
        (may.sign, "sign", "pen", _("Sign this step"), forms.SignForm, at_closing),
        (may.refuse, "refuse", "arrow-counterclockwise", _("Send back to the unit"), forms.RefuseForm, at_closing),
        (may.schedule, "schedule", "calendar-check", _("Schedule the effect check"), forms.ScheduleForm, at_finding),
        (may.record_effect, "effect", "graph-up", _("Record the effect check"), forms.EffectForm, at_finding),
        (may.review, "review", "calendar2-check", _("Record the yearly review"), forms.ReviewForm, at_finding),
        (may.return_, "return", "arrow-counterclockwise", _("Return the finding"), back, at_finding),
    )
    first = {"on": clock.today(), "post_id": finding.leader_post_id}
    found_forms = []
    for is_offered, name, icon, word, form, (version, *ids) in offers:
        if is_offered:
            typed = request.POST if at == name else None
            made = form(typed, auto_id=f"id_{name}_%s", initial={"version": version, **first})
            found_forms.append(Offered(reverse(f"verify:{name}", args=[finding.pk, *ids]), icon, word, made, at == name))
    return found_forms


def _leader_form(posts: list[tuple[int, str]]) -> Callable[..., django_forms.Form]:
    return lambda *args, **kwargs: forms.LeaderForm(*args, posts=posts, **kwargs)


def _return_form(numbers: list[int]) -> Callable[..., django_forms.Form]:
    return lambda *args, **kwargs: forms.ReturnForm(*args, numbers=numbers, **kwargs)


def _do(request: Request, finding_id: int, deed: Callable[[], object], at: str) -> HttpResponse:
    """Do it, then show the panel anew; what is refused is said above it, with what was typed."""
    try:
        deed()
    except NotFound:
        raise
    except JiandiError as refused:
        return _panel(request, finding_id, error=refused, at=at)
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("desk:finding", args=[finding_id]), status=303)
    response = _panel(request, finding_id)
    response["HX-Trigger"] = "finding-changed"
    return response


@require_POST
def return_finding(request: Request, finding_id: int) -> HttpResponse:
    def deed() -> None:
        numbers = queries.panel(request.actor, finding_id).measure_numbers
        typed = forms.cleaned(forms.ReturnForm(request.POST, numbers=numbers))
        actions.return_finding(actor=request.actor, finding_id=finding_id, measure_numbers=typed.pop("measures"), **typed)

    return _do(request, finding_id, deed, "return")


@require_POST
def schedule(request: Request, finding_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.ScheduleForm(request.POST))
        actions.schedule_effect(actor=request.actor, finding_id=finding_id, **typed)

    return _do(request, finding_id, deed, "schedule")


@require_POST
def effect(request: Request, finding_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.EffectForm(request.POST))
        passed = typed.pop("passed") == "yes"
        actions.record_effect(actor=request.actor, finding_id=finding_id, passed=passed, **typed)

    return _do(request, finding_id, deed, "effect")


@require_POST
def review(request: Request, finding_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.ReviewForm(request.POST))
        passed = typed.pop("passed") == "yes"
        actions.record_review(actor=request.actor, finding_id=finding_id, passed=passed, **typed)

    return _do(request, finding_id, deed, "review")


@require_POST
def leader(request: Request, finding_id: int) -> HttpResponse:
    def deed() -> None:
        posts = queries.leader_posts(load.finding(request.actor, finding_id).round_id)
        typed = forms.cleaned(forms.LeaderForm(request.POST, posts=posts))
        actions.name_leader(actor=request.actor, finding_id=finding_id, **typed)

    return _do(request, finding_id, deed, "leader")


def _expect_of_finding(request: Request, finding_id: int, closing_id: int) -> None:
    if load.closing(request.actor, closing_id).finding_id != finding_id:
        raise NotFound("closing.foreign", N_("The closing does not belong to this finding. Go back to the list."))


@require_POST
def refuse(request: Request, finding_id: int, closing_id: int) -> HttpResponse:
    def deed() -> None:
        _expect_of_finding(request, finding_id, closing_id)
        typed = forms.cleaned(forms.RefuseForm(request.POST))
        actions.refuse_closing(actor=request.actor, closing_id=closing_id, **typed)

    return _do(request, finding_id, deed, "refuse")


@require_POST
def sign(request: Request, finding_id: int, closing_id: int) -> HttpResponse:
    def deed() -> None:
        _expect_of_finding(request, finding_id, closing_id)
        typed = forms.cleaned(forms.SignForm(request.POST))
        actions.sign_closing(actor=request.actor, closing_id=closing_id, **typed)

    return _do(request, finding_id, deed, "sign")


ABOVE_WORDS = {
    "set": N_("Who closes it"),
    "send": N_("Record that the package was sent up"),
    "confirm": N_("Record: confirmed, and close"),
    "send_back": N_("Record: sent back"),
    "take_back": N_("Take the package back"),
}


@require_http_methods(["GET", "POST"])
def above(request: Request, finding_id: int) -> HttpResponse:
    """What the authority above closes: the package, and the document that ends it."""
    finding = load.finding(request.actor, finding_id)
    found = queries.above(request.actor, finding)
    step = request.POST.get("turn", "")
    if request.method == "GET" or step not in found.steps:
        return _above(request, finding, found, status=200 if request.method == "GET" else 422)
    form = forms.AboveForm(request.POST, request.FILES, step=step, measures=found.measures)
    if not form.is_valid():
        return _above(request, finding, found, form=form, status=422)
    try:
        _take_above(request, finding, found.open, step, form.cleaned_data)
    except (BadInput, RuleBroken) as refused:
        return _above(request, finding, found, form=form, error=refused, status=422)
    return redirect("verify:above", finding_id)


def _take_above(request: Request, finding: Finding, row: UpperReview | None, step: str, typed: dict[str, Any]) -> None:
    actor, version = request.actor, typed["version"]
    if step == "set":
        actions.set_authority(actor=actor, finding_id=finding.pk, authority=typed["authority"], version=version)
    elif step == "send":
        actions.send_up(actor=actor, finding_id=finding.pk, number=typed["number"], version=version)
    elif row is not None and step == "take_back":
        actions.take_back_upper(actor=actor, review_id=row.pk, version=version)
    elif row is not None:
        numbers = tuple(typed.get("measures", ()))
        answer = actions.Answer(
            step == "confirm", typed["document"], typed["answered_on"], typed["words"], typed.get("reason", ""), numbers
        )
        scan = typed["scan"]
        paper = {"scan": scan.chunks(), "file_name": scan.name} if scan else {}
        actions.record_upper(actor=actor, review_id=row.pk, answer=answer, version=version, **paper)


def _above(
    request: Request,
    finding: Finding,
    found: queries.Above,
    *,
    form: forms.AboveForm | None = None,
    error: JiandiError | None = None,
    status: int,
) -> HttpResponse:
    version = found.open.version if found.open else finding.version
    steps = []
    for step in found.steps:
        initial = {"version": version, "authority": finding.closing_authority}
        mine = form if form is not None and form.prefix == step else None
        made = mine or forms.AboveForm(step=step, measures=found.measures, initial=initial)
        steps.append({"code": step, "word": _(ABOVE_WORDS[step]), "form": made, "is_open": mine is not None})
    context = {"finding": finding, "reviews": found.reviews, "steps": steps, "error": http.shown(error) if error else None}
    return render(request, "verify/above.html", context, status=status)
