"""Pages of time, duty and help: one of each for a finding, and the list of a round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from jiandi.base import http
from jiandi.base.errors import BadInput, JiandiError, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.loop.execute import actions, forms
from jiandi.loop.execute.queries import round_changes, turns
from jiandi.record.figures import changes as figures
from jiandi.record.ledger import load, rounds
from jiandi.record.ledger.models import Evidence, Finding, Support

PAGE_ROWS = 50


@dataclass(frozen=True)
class Deed:
    """A step as the page offers it: its word, its fields, and the action."""

    word: Any
    asks: tuple[str, ...]
    act: Callable[..., object]
    note: Any = ""
    reason: Any = ""
    text: Any = ""


def _ask_extension(actor: Any, finding_id: int, _row: int, version: int, **typed: Any) -> object:
    return actions.ask_extension(actor=actor, finding_id=finding_id, wanted=actions.Wanted(**typed), version=version)


def _on_extension(act: Callable[..., object], **names: str) -> Callable[..., object]:
    def go(actor: Any, _finding_id: int, row: int, version: int, **typed: Any) -> object:
        return act(actor=actor, extension_id=row, version=version, **{names.get(name, name): value for name, value in typed.items()})

    return go


def _on_transfer(act: Callable[..., object], **names: str) -> Callable[..., object]:
    def go(actor: Any, _finding_id: int, row: int, version: int, **typed: Any) -> object:
        return act(actor=actor, transfer_id=row, version=version, **{names.get(name, name): value for name, value in typed.items()})

    return go


def _on_support(act: Callable[..., object]) -> Callable[..., object]:
    def go(actor: Any, _finding_id: int, row: int, version: int, **typed: Any) -> object:
        given = {"answer" if name == "text" else name: value for name, value in typed.items() if name != "evidence"}
        if typed.get("evidence"):
            given["evidence_id"] = typed["evidence"].pk
        return act(actor=actor, support_id=row, version=version, **given)

    return go


def _explain(actor: Any, finding_id: int, _row: int, version: int, text: str) -> object:
    return actions.explain_overdue(actor=actor, finding_id=finding_id, text=text, version=version)


def _set_day(actor: Any, finding_id: int, _row: int, version: int, **typed: Any) -> object:
    return actions.set_catch_up(actor=actor, finding_id=finding_id, version=version, **typed)


def _ask_transfer(actor: Any, finding_id: int, _row: int, version: int, *, to_unit: Any, reason: str) -> object:
    return actions.ask_transfer(actor=actor, finding_id=finding_id, to_unit_id=to_unit.pk, reason=reason, version=version)


def _delegate(actor: Any, finding_id: int, _row: int, version: int, *, to_unit: Any, to_post: Any, reason: str) -> object:
    post_id = to_post.pk if to_post else None
    return actions.delegate(actor=actor, finding_id=finding_id, to_unit_id=to_unit.pk, to_post_id=post_id, reason=reason, version=version)


def _order(actor: Any, finding_id: int, _row: int, version: int, *, to_unit: Any, words: str, **typed: Any) -> object:
    order = actions.Order(**typed, reason=words)
    return actions.order_transfer(actor=actor, finding_id=finding_id, to_unit_id=to_unit.pk, order=order, version=version)


def _ask_support(actor: Any, _finding_id: int, row: int, version: int, *, to_unit: Any, **typed: Any) -> object:
    return actions.ask_support(actor=actor, measure_id=row, unit_id=to_unit.pk, version=version, **typed)


DATES: Mapping[str, Deed] = {
    "ask": Deed(
        _("Ask for an extension"),
        ("kind", "wanted_to", "stage_goal", "next_review", "reason"),
        _ask_extension,
        _(
            "A later date needs its day; long-term rectification needs stage goal and next review. The first due date stays the one counted."
        ),
        _("Why the date cannot be kept"),
    ),
    "grant": Deed(_("Grant"), ("granted_to", "words"), _on_extension(actions.grant_extension, words="answer")),
    "refuse": Deed(pgettext_lazy("extension", "Refuse"), ("reason",), _on_extension(actions.refuse_extension)),
    "take_back": Deed(_("Take the request back"), (), _on_extension(actions.take_back_extension)),
    "explain": Deed(
        _("Explain why it is overdue"),
        ("text",),
        _explain,
        _("It stays overdue. A supervisor sets the day by which it is made good."),
        text=_("Why it is overdue, and what is done about it"),
    ),
    "set_day": Deed(_("Set the day to make good"), ("day", "words"), _set_day, _("Neither due date moves; it stays overdue.")),
}
DUTY: Mapping[str, Deed] = {
    "accept": Deed(_("Take it over"), ("words",), _on_transfer(actions.accept_transfer, words="answer")),
    "refuse": Deed(_("Refuse with a reason"), ("reason",), _on_transfer(actions.refuse_transfer)),
    "take_back": Deed(_("Take the request back"), (), _on_transfer(actions.take_back_transfer)),
    "ask_transfer": Deed(
        _("Ask another unit to take it over"),
        ("to_unit", "reason"),
        _ask_transfer,
        _("Until it accepts, the finding stays here. Whoever passed it on stays accountable."),
    ),
    "delegate": Deed(
        _("Delegate inside the unit"),
        ("to_unit", "to_post", "reason"),
        _delegate,
        _("The receiver works on it once it has accepted; the lead unit stays accountable and hands in."),
    ),
    "order": Deed(
        _("Record a superior's order"),
        ("to_unit", "document", "ordered_on", "words"),
        _order,
        _("The order moves the finding without the receiver's word."),
    ),
    "end": Deed(_("Take the delegated work back"), ("reason",), _on_transfer(actions.end_delegation)),
}
HELP: Mapping[str, Deed] = {
    "accept": Deed(_("Promise the help"), (), _on_support(actions.accept_support)),
    "refuse": Deed(_("Refuse with a reason"), ("reason",), _on_support(actions.refuse_support)),
    "give": Deed(_("Say what was done"), ("text", "evidence"), _on_support(actions.give_support), text=_("What was done")),
    "take_back": Deed(_("Take the request back"), (), _on_support(actions.take_back_support)),
    "ask": Deed(_("Ask for help with a measure"), ("to_unit", "text", "wanted_by"), _ask_support, text=_("What help is asked for")),
}


@dataclass(frozen=True)
class Page:
    """One of the three pages of a finding."""

    name: str
    template: str
    deeds: Mapping[str, Deed]
    read: Callable[..., Any]


DATES_PAGE = Page("execute:dates", "execute/dates.html", DATES, turns.dates)
DUTY_PAGE = Page("execute:duty", "execute/duty.html", DUTY, turns.duty)
HELP_PAGE = Page("execute:supports", "execute/supports.html", HELP, turns.help_of)


@require_http_methods(["GET", "POST"])
def dates(request: Request, finding_id: int) -> HttpResponse:
    """Extensions, and the day set for what is overdue."""
    return _answer(request, finding_id, DATES_PAGE)


@require_http_methods(["GET", "POST"])
def duty(request: Request, finding_id: int) -> HttpResponse:
    """Transfers and delegations: the chain of holders."""
    return _answer(request, finding_id, DUTY_PAGE)


@require_http_methods(["GET", "POST"])
def supports(request: Request, finding_id: int) -> HttpResponse:
    """Help asked for the measures of a finding."""
    return _answer(request, finding_id, HELP_PAGE)


def _answer(request: Request, finding_id: int, page: Page) -> HttpResponse:
    finding = load.finding(request.actor, finding_id)
    found = page.read(request.actor, finding)
    if request.method == "GET":
        return _show(request, finding, page, found)
    offer = next((one for one in found.offers if f"{one.key}-turn" in request.POST), None)
    if offer is None:
        return _show(request, finding, page, found, error=_not_offered())
    form = _form(finding, page, offer, request.POST)
    if not form.is_valid():
        return _show(request, finding, page, found, form=form)
    typed = {name: value for name, value in form.cleaned_data.items() if name not in ("turn", "version")}
    try:
        page.deeds[offer.verb].act(request.actor, finding.pk, offer.row, form.cleaned_data["version"], **typed)
    except (BadInput, RuleBroken) as refused:
        return _show(request, finding, page, found, form=form, error=refused)
    return redirect(page.name, finding_id)


def _not_offered() -> RuleBroken:
    return RuleBroken("execute.not_offered", N_("This is not possible any more. Look at what is offered now."))


def _form(finding: Finding, page: Page, offer: turns.Offer, posted: Any = None) -> forms.TurnForm:
    deed = page.deeds[offer.verb]
    initial = {"version": offer.version}
    form = forms.TurnForm(posted, key=offer.key, asks=deed.asks, choices=_choices(finding, page, offer), initial=initial)
    for name, label in (("reason", deed.reason), ("text", deed.text)):
        if label and name in form.fields:
            form.fields[name].label = label
    return form


def _choices(finding: Finding, page: Page, offer: turns.Offer) -> dict[str, Any]:
    """The units, posts and papers that can be chosen for a step."""
    if offer.verb == "delegate" and (holder := turns.holder_of(finding)):
        return {"to_unit": turns.units_inside(holder), "to_post": turns.posts_inside(holder)}
    if offer.verb == "give":
        uses = Support.objects.filter(pk=offer.row).values("measure_id")
        return {"evidence": Evidence.objects.filter(uses__measure__in=uses).distinct().order_by("-pk")}
    return {"to_unit": turns.units_outside(finding.lead)} if "to_unit" in page.deeds[offer.verb].asks else {}


def _show(
    request: Request, finding: Finding, page: Page, found: Any, *, form: forms.TurnForm | None = None, error: JiandiError | None = None
) -> HttpResponse:
    steps = []
    for offer in found.offers:
        deed = page.deeds[offer.verb]
        mine = form if form is not None and form.prefix == offer.key else _form(finding, page, offer)
        steps.append({"word": deed.word, "note": deed.note, "about": offer.about, "form": mine, "is_open": mine is form})
    context = {"finding": finding, "found": found, "steps": steps, "error": http.shown(error) if error else None}
    return render(request, page.template, context, status=422 if request.method == "POST" else 200)


@require_GET
def changes(request: Request) -> HttpResponse:
    """What is asked in the round, who answers by when, and how late answers came."""
    round_ = rounds.required(request)
    kind, only = request.GET.get("kind", ""), request.GET.get("only", "")
    kind = kind if kind in round_changes.KINDS else round_changes.KINDS[0]
    only = only if only in round_changes.FILTERS else ""
    page = Paginator(round_changes.rows(request.actor, round_.pk, kind, only), PAGE_ROWS).get_page(request.GET.get("page"))
    counts = round_changes.counts(request.actor, round_.pk, kind)
    kinds = (
        ("extensions", gettext("Extensions")),
        ("transfers", gettext("Transfers and delegations")),
        ("supports", gettext("Requests for support")),
    )
    words = (
        ("", gettext("All")),
        ("to_answer", gettext("Waiting for my answer")),
        ("asked", gettext("Asked by us, unanswered")),
        ("late", gettext("Answered late, or late")),
    )
    context = {
        "page": page,
        "lines": round_changes.lines(kind, list(page.object_list)),
        "kinds": [{"label": label, "url": f"?kind={code}", "active": code == kind} for code, label in kinds],
        "chips": [{"label": w, "url": f"?kind={kind}&only={c}", "active": c == only, "count": counts[c]} for c, w in words],
        "figures": figures.of_round(request.actor, round_.pk),
    }
    return render(request, "execute/changes.html", context)
