"""Pages about the kinds of cause: how often each dimension is named, the rows behind a figure, and the words of the kinds."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.diagnose import actions, forms, queries, rules
from jiandi.record.ledger import rounds
from jiandi.record.policy import decide


@require_GET
def dimensions(request: Request) -> HttpResponse:
    """Counts by unit and by category, with what chance alone would allow. Nobody is ranked."""
    round_ = rounds.required(request)
    shown = queries.dimensions(request.actor, round_, request.GET.get("page"), request.GET.get("categories"))
    context = {"shown": shown, "no_category": queries.NO_CATEGORY}
    return htmx.answer(request, "diagnose/dimensions.html", "diagnose/_dimensions.html", context)


@require_GET
def dimension_rows(request: Request) -> HttpResponse:
    round_, asked = rounds.required(request), request.GET
    shown = queries.dimension_rows(
        request.actor,
        round_,
        dimension=asked.get("dimension", ""),
        unit=asked.get("unit", ""),
        category=asked.get("category"),
        number=asked.get("page"),
    )
    return htmx.answer(request, "diagnose/dimension_rows.html", "diagnose/_dimension_rows.html", {"shown": shown, "page": shown.page})


@require_GET
def kinds(request: Request) -> HttpResponse:
    """The dimensions and kinds of cause in the installation's words; the director may change them."""
    return _kinds(request)


def _kinds(request: Request, typed: forms.KindForm | None = None, error: http.Shown | None = None, status: int = 200) -> HttpResponse:
    own, words = queries.words_of_kinds(), queries.taxonomy()
    may_change = decide.may(request.actor, "cause.word")

    def row(code: str, standard: str, word: str, *, is_offered: bool = True) -> dict[str, Any]:
        form = typed if typed and typed["code"].value() == code else forms.KindForm(code=code, own=own.get(code)) if may_change else None
        return {"code": code, "standard": standard, "word": word, "is_offered": is_offered, "form": form}

    groups = [
        (
            row(code, rules.DIMENSIONS[code], word),
            [row(k.code, rules.KIND_BY_CODE[k.code].word, k.word, is_offered=k.is_offered) for k in words.kinds if k.dimension == code],
        )
        for code, word in words.dimensions.items()
    ]
    context = {"groups": groups, "may_change": may_change, "error": error}
    return htmx.answer(request, "diagnose/kinds.html", "diagnose/_kinds.html", context, status=status)


@require_POST
def put_word(request: Request) -> HttpResponse:
    decide.require(request.actor, "cause.word")
    form = forms.KindForm(request.POST, code=request.POST.get("code", ""))
    if not form.is_valid():
        return _kinds(request, form, status=422)
    got = form.cleaned_data
    try:
        actions.put_word(
            actor=request.actor, code=got["code"], word=got["word"], is_offered=got.get("is_offered", True), version=got["version"]
        )
    except (BadInput, RuleBroken) as wrong:
        return _kinds(request, form, http.shown(wrong), status=wrong.status)
    return htmx.after_post(request, reverse("diagnose:kinds"))
