"""Pages of this stage: my measures, a filing for many, a finding's measures, and files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import JiandiError, NotFound
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.execute import actions, forms, queries
from jiandi.record.ledger import rounds

PAGE_ROWS = 50
PANEL = "#execute-panel"


@dataclass(frozen=True)
class Kind:
    """A deed on a measure: which permission shows it, its form, icon and words."""

    allowed: str
    form: type[django_forms.Form]
    icon: str
    word: str


KINDS: dict[str, Kind] = {
    "note": Kind("note", forms.NoteForm, "pencil", N_("Report progress")),
    "evidence": Kind("prove", forms.EvidenceForm, "paperclip", N_("Add evidence")),
    "said": Kind("say", forms.SayForm, "megaphone", N_("Say it is deployed")),
    "rule": Kind("rule", forms.RuleForm, "journal-text", N_("Register a rule")),
    "claim": Kind("claim", forms.ClaimForm, "check2-square", N_("Claim it is done")),
}


@dataclass(frozen=True)
class Offered:
    """A deed as the panel shows it; ``is_open`` is the one that was refused, with what was typed."""

    url: str
    icon: str
    word: str
    form: django_forms.Form
    is_open: bool
    in_the_way: list[str]
    upload: str = ""


@require_GET
def index(request: Request) -> HttpResponse:
    """The measures one sees in the chosen round, with what is due."""
    round_ = rounds.required(request)
    only = request.GET.get("only", "")
    page = Paginator(queries.measures_in(request.actor, round_, only), PAGE_ROWS).get_page(request.GET.get("page"))
    counts = queries.counts(request.actor, round_)
    chips = [
        {"label": label, "url": f"?only={code}", "active": code == only, "count": counts[code]}
        for code, label in (("", _("All")), ("late", _("Overdue")), ("note", _("Note due")), ("waiting", _("Waiting for a check")))
    ]
    context = {
        "page": page,
        "rows": queries.rows_of(request.actor, page.object_list, round_),
        "chips": chips,
        "only": only,
        "to_file": queries.mine_to_note(request.actor, round_).count(),
    }
    return render(request, "execute/index.html", context)


@require_http_methods(["GET", "POST"])
def filing(request: Request) -> HttpResponse:
    """Progress of many measures in one sitting."""
    round_ = rounds.required(request)
    due = queries.rows_of(request.actor, queries.mine_to_note(request.actor, round_)[: forms.MOST_ROWS], round_)
    error = None
    if request.method == "POST":
        try:
            written = actions.write_notes(actor=request.actor, notes=forms.filing(request.POST.dict(), [r.pk for r in due]))
        except JiandiError as refused:
            error = http.shown(refused)
        else:
            messages.success(request, ngettext("%(n)s note was filed.", "%(n)s notes were filed.", len(written)) % {"n": len(written)})
            return redirect("execute:index")
    rows = [(row, request.POST.get(f"text-{row.pk}", ""), f"unchanged-{row.pk}" in request.POST) for row in due]
    return render(request, "execute/filing.html", {"rows": rows, "error": error}, status=error.status if error else 200)


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    """A finding's measures: standard, proof, claims, and what one can do now."""
    return _panel(request, finding_id)


def _panel(
    request: Request, finding_id: int, *, error: JiandiError | None = None, at: tuple[int, str] = (0, ""), typed: Any = None
) -> HttpResponse:
    found = queries.panel(request.actor, finding_id)
    context = {
        "panel": found,
        "finding": found.finding,
        "cards": [(card, _offered(finding_id, card, at, typed)) for card in found.cards],
        "error": http.shown(error) if error else None,
    }
    response = htmx.answer(request, "execute/panel.html", "execute/_panel.html", context, status=error.status if error else 200)
    if error:
        response["HX-Retarget"], response["HX-Reswap"] = PANEL, "outerHTML"
    return response


def _offered(finding_id: int, card: queries.Card, at: tuple[int, str], typed: Any) -> list[Offered]:
    """What the actor may do on one measure; the form that was refused keeps what was typed."""
    found, measure = [], card.measure
    for name, kind in KINDS.items():
        if not getattr(card.deeds, kind.allowed):
            continue
        is_open = at == (measure.pk, name)
        form = kind.form(typed if is_open else None, auto_id=f"id_{name}{measure.pk}_%s", initial={"version": measure.version})
        url = reverse(f"execute:{name}", args=[finding_id, measure.pk])
        upload = reverse("execute:begin_upload", args=[finding_id, measure.pk]) if name == "evidence" else ""
        found.append(Offered(url, kind.icon, _(kind.word), form, is_open, card.in_the_way if name == "claim" else [], upload))
    return found


def _do(request: Request, finding_id: int, deed: Callable[[], object], at: tuple[int, str] = (0, "")) -> HttpResponse:
    """Do it, then show the panel anew; what is refused is said above it, with what was typed."""
    try:
        deed()
    except NotFound:
        raise
    except JiandiError as refused:
        return _panel(request, finding_id, error=refused, at=at, typed=request.POST)
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("desk:finding", args=[finding_id]), status=303)
    response = _panel(request, finding_id)
    response["HX-Trigger"] = "finding-changed"
    return response


@require_POST
def note(request: Request, finding_id: int, measure_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.NoteForm(request.POST))
        actions.write_note(actor=request.actor, measure_id=measure_id, **typed)

    queries.expect_served(finding_id, measure_id)
    return _do(request, finding_id, deed, (measure_id, "note"))


@require_POST
def evidence(request: Request, finding_id: int, measure_id: int) -> HttpResponse:
    """Several files at once; each is kept or refused by itself."""

    def deed() -> None:
        typed = forms.cleaned(forms.EvidenceForm(request.POST, request.FILES))
        sent, title = typed.pop("papers"), typed.pop("title")
        given = {"actor": request.actor, "measure_id": measure_id, "finding_id": finding_id, **typed}
        if not sent:
            actions.add_evidence(title=title, **given)
        for file_ in sent:
            name = title if len(sent) == 1 else ""
            actions.add_evidence(title=name, chunks=file_.chunks(), file_name=file_.name, **given)

    queries.expect_served(finding_id, measure_id)
    return _do(request, finding_id, deed, (measure_id, "evidence"))


@require_POST
def said(request: Request, finding_id: int, measure_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.SayForm(request.POST))
        actions.say(actor=request.actor, measure_id=measure_id, **typed)

    queries.expect_served(finding_id, measure_id)
    return _do(request, finding_id, deed, (measure_id, "said"))


@require_POST
def claim(request: Request, finding_id: int, measure_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.ClaimForm(request.POST))
        actions.claim_done(actor=request.actor, measure_id=measure_id, **typed)

    queries.expect_served(finding_id, measure_id)
    return _do(request, finding_id, deed, (measure_id, "claim"))


@require_POST
def rule(request: Request, finding_id: int, measure_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.RuleForm(request.POST))
        actions.register_rule(actor=request.actor, measure_id=measure_id, **typed)

    queries.expect_served(finding_id, measure_id)
    return _do(request, finding_id, deed, (measure_id, "rule"))


@require_POST
def in_force(request: Request, finding_id: int, rule_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.InForceForm(request.POST))
        actions.put_in_force(actor=request.actor, institution_id=rule_id, **typed)

    queries.expect_rule_of(finding_id, rule_id)
    return _do(request, finding_id, deed)


@require_POST
def take_back_claim(request: Request, finding_id: int, claim_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.VersionForm(request.POST))
        actions.take_back_claim(actor=request.actor, claim_id=claim_id, version=typed["version"])

    queries.expect_claim_of(finding_id, claim_id)
    return _do(request, finding_id, deed)


@require_POST
def strike(request: Request, finding_id: int, claim_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.VersionForm(request.POST))
        actions.strike_said(actor=request.actor, claim_id=claim_id, **typed)

    queries.expect_claim_of(finding_id, claim_id)
    return _do(request, finding_id, deed)


@require_POST
def submit(request: Request, finding_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.VersionForm(request.POST))
        actions.submit_finding(actor=request.actor, finding_id=finding_id, version=typed["version"])

    return _do(request, finding_id, deed)


@require_POST
def take_back(request: Request, finding_id: int) -> HttpResponse:
    def deed() -> None:
        typed = forms.cleaned(forms.VersionForm(request.POST))
        actions.take_back_finding(actor=request.actor, finding_id=finding_id, version=typed["version"])

    return _do(request, finding_id, deed)
