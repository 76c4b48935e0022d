"""Pages of regimes: read one, copy it, change the copy, see what differs and whom it touches, freeze it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, JiandiError, NotFound
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.interfaces.setup import regime_forms as forms
from jiandi.interfaces.setup import regime_reading, regime_words
from jiandi.interfaces.setup import regime_shape as shape
from jiandi.record.ledger import load, regime_moves, targets
from jiandi.record.policy import decide
from jiandi.record.regimes import actions, differences, drafts, queries
from jiandi.record.regimes.models import Regime, RegimeDraft
from jiandi.record.regimes.parts import Name

MAY = actions.MAY_CHANGE


@require_GET
def regimes(request: Request) -> HttpResponse:
    found = [(row, queries.profile_of(row)) for row in queries.in_use()]
    return render(request, "setup/regimes.html", {"regimes": found, "drafts": drafts.open_drafts(request.actor)})


@require_GET
def regime(request: Request, code: str) -> HttpResponse:
    """A regime as people read it: its newest version, or the one asked for with ``?version=``."""
    row = _version(code, request.GET.get("version", ""))
    profile = queries.profile_of(row)
    context = {
        "row": row,
        "name": regime_words.named(profile.name),
        "parts": regime_reading.readings(profile),
        "versions": queries.versions(code),
        "draft": next((d for d in drafts.open_drafts(request.actor) if d.code == code), None),
        "may_change": decide.may(request.actor, MAY),
        "form": forms.CopyForm(),
        **regime_words.lines_of(profile),
    }
    return render(request, "setup/regime.html", context)


def _version(code: str, number: str) -> Regime:
    if not number:
        return queries.current(code)
    found = next((one for one in queries.versions(code) if str(one.number) == number), None)
    if found is None:
        raise NotFound("regime.no_version", N_("There is no such version. Go back to the list."))
    return found


@require_GET
def text(_request: Request, code: str) -> HttpResponse:
    """A version as the text it is frozen as."""
    row = _version(code, _request.GET.get("version", ""))
    return _file(row.body, f"{row.code}-{row.number}.toml")


def _file(body: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type="application/toml; charset=utf-8", headers=headers)


@require_POST
def copy(request: Request, code: str) -> HttpResponse:
    """A draft of the next version; with a key of its own, of a new regime."""
    name = None
    wanted = ""
    if "code" in request.POST:
        form = forms.CopyForm(request.POST)
        if not form.is_valid():
            raise BadInput("regime.copy", N_("A new regime needs a key and its name in both languages."))
        wanted, name = form.cleaned_data["code"], Name(form.cleaned_data["zh"], form.cleaned_data["en"])
    made = drafts.copy_regime(actor=request.actor, regime=queries.current(code), code=wanted, name=name)
    return redirect("setup:draft", made.pk)


@require_GET
def draft(request: Request, draft_id: int) -> HttpResponse:
    """What the draft holds, what differs, what is wrong with it, and the open rounds it would touch."""
    return _draft(request, drafts.draft(request.actor, draft_id))


def _draft(request: Request, found: RegimeDraft, *, error: JiandiError | None = None, status: int = 200) -> HttpResponse:
    old, new = queries.profile_of(found.based_on), drafts.profile_of(found)
    changes, faults = differences.between(old, new), drafts.faults_of(found)
    context = {
        "draft": found,
        "name": regime_words.named(new.name),
        "pages": [_line(page, parts, changes, faults) for page, parts in shape.pages().items()],
        "changes": regime_reading.told(changes, old, new),
        "faults": [(forms.fault_word(one, new), _page(one)) for one in faults],
        "touched": [] if found.is_new_code else [_told(one) for one in regime_moves.touched(request.actor, found.code, new)],
        "can_freeze": not faults and bool(changes or found.is_new_code),
        "form": forms.TextForm(),
        "error": http.shown(error) if error else None,
    }
    return render(request, "setup/draft.html", context, status=status)


def _line(page: str, parts: tuple[str, ...], changes: list[differences.Difference], faults: list[BadInput]) -> dict[str, Any]:
    return {
        "page": page,
        "title": shape.title(page),
        "changed": sum(one.part in parts for one in changes),
        "faults": sum(forms.part_of(one) in parts for one in faults),
    }


def _page(error: BadInput) -> str:
    part = forms.part_of(error)
    return shape.page_of(part) if part else "basics"


def _told(one: regime_moves.Touched) -> dict[str, Any]:
    def sentences(unmet: list[Any]) -> list[str]:
        return [http.translate(u.text, u.params) for u in unmet]

    return {"round": one.round, "breaks": sentences(one.breaks), "goes_on": sentences(one.goes_on)}


@require_http_methods(["GET", "POST"])
def part(request: Request, draft_id: int, page: str) -> HttpResponse:
    """One page of the draft: rows and fields to type. Adding, removing and moving rows saves nothing yet."""
    found = drafts.draft(request.actor, draft_id)
    if page not in shape.pages():
        raise NotFound("regime.no_part", N_("There is no such part of a regime. Go back to the draft."))
    profile = drafts.profile_of(found)
    if request.method == "GET":
        return _part(request, found, page, forms.of_profile(page, profile))
    wish = request.POST.get("do", "save")
    if wish != "save":
        typed = forms.rearranged(page, profile, request.POST, wish)
        return _part(request, found, page, forms.of_post(page, profile, typed), unsaved=True, version=request.POST.get("version", ""))
    return _save(request, found, page)


def _save(request: Request, found: RegimeDraft, page: str) -> HttpResponse:
    profile = drafts.profile_of(found)
    parts = forms.of_post(page, profile, request.POST)
    given = request.POST.get("version", "")
    values = forms.plain_values(parts)
    if values is None:
        return _part(request, found, page, parts, version=given, status=422)
    try:
        drafts.save_part(actor=request.actor, draft=found, parts=values, version=int(given) if given.isdigit() else 0)
    except BadInput as error:
        forms.add_error(parts, error)
        return _part(request, found, page, parts, version=given, status=422)
    faults = [one for one in drafts.faults_of(found) if forms.part_of(one) in shape.pages()[page]]
    if faults:
        parts = forms.of_profile(page, drafts.profile_of(found))
        return _part(request, found, page, parts, faults=[forms.fault_word(one, drafts.profile_of(found)) for one in faults])
    messages.success(request, _("Saved: %(part)s.") % {"part": shape.title(page)})
    return htmx.after_post(request, reverse("setup:draft", args=[found.pk]))


def _part(
    request: Request,
    found: RegimeDraft,
    page: str,
    parts: list[forms.PartForms],
    *,
    unsaved: bool = False,
    version: str = "",
    faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "draft": found,
        "name": regime_words.named(drafts.profile_of(found).name),
        "page": page,
        "title": shape.title(page),
        "parts": parts,
        "unsaved": unsaved,
        "version": version or found.version,
        "faults": faults or [],
        "wrong": status == 422,
    }
    return htmx.answer(request, "setup/part.html", "setup/_part.html", context, status=status)


@require_GET
def draft_text(request: Request, draft_id: int) -> HttpResponse:
    found = drafts.draft(request.actor, draft_id)
    return _file(found.body, f"{found.code}-draft.toml")


@require_POST
def take_text(request: Request, draft_id: int) -> HttpResponse:
    """The draft becomes what an uploaded text says."""
    found = drafts.draft(request.actor, draft_id)
    form = forms.TextForm(request.POST, request.FILES)
    if not form.is_valid():
        return _draft(request, found, error=BadInput("regime.no_file", N_("Choose the file to hand in.")), status=422)
    body = form.cleaned_data["file"].read(300_000)
    try:
        drafts.take_text(actor=request.actor, draft=found, text=_decoded(body), version=_given(request))
    except BadInput as error:
        return _draft(request, found, error=error, status=422)
    messages.success(request, _("The text was taken in. Look through what it changes."))
    return redirect("setup:draft", found.pk)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("regime.not_utf8", N_("The file is not a UTF-8 text. Save it as UTF-8 and hand it in again.")) from error


def _given(request: Request) -> int:
    found = request.POST.get("version", "")
    return int(found) if found.isascii() and found.isdigit() else 0


@require_POST
def freeze(request: Request, draft_id: int) -> HttpResponse:
    found = drafts.draft(request.actor, draft_id)
    try:
        made = drafts.freeze_draft(actor=request.actor, draft=found, reason=request.POST.get("reason", ""), version=_given(request))
    except BadInput as error:
        return _draft(request, found, error=error, status=422)
    messages.success(
        request, _("Version %(n)s is frozen. New rounds follow it; open rounds keep theirs until each is moved.") % {"n": made.number}
    )
    return redirect("setup:regime", made.code)


@require_POST
def discard(request: Request, draft_id: int) -> HttpResponse:
    drafts.discard_draft(actor=request.actor, draft=drafts.draft(request.actor, draft_id), version=_given(request))
    return redirect("setup:regimes")


@require_POST
def move_round(request: Request, round_id: int) -> HttpResponse:
    """An open round follows the newer version of its regime."""
    round_ = load.round_(request.actor, round_id)
    decide.require(request.actor, "round.move_regime", targets.of_round(round_))
    wanted = request.POST.get("regime", "")
    moved = regime_moves.move_round(
        actor=request.actor,
        round_id=round_id,
        regime_id=int(wanted) if wanted.isdigit() else 0,
        reason=request.POST.get("reason", ""),
        version=_given(request),
    )
    messages.success(request, _("The round follows version %(n)s of its regime from now on.") % {"n": moved.regime.number})
    return redirect("setup:round", round_id)
