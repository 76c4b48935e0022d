"""After a ledger has been taken over: what differs from its own totals, what the letters have that it lacks, what its findings lack."""

from __future__ import annotations

import itertools
import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, NotFound
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.intake import actions, forms, queries, rules
from jiandi.loop.intake.views.handing_in import page_of
from jiandi.record.ledger import rounds, targets
from jiandi.record.ledger.models import Round
from jiandi.record.policy import decide

_PAIR = re.compile(r"(\d{1,18})-(\d{1,18})")
MOST_ROWS = 200


@require_http_methods(["GET", "POST"])
def differences(request: Request, batch_id: int) -> HttpResponse:
    """Every total of the old ledger beside ours; ``total`` and ``reason`` open the rows behind a difference."""
    batch = actions.batch_for(request.actor, batch_id)
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not form.is_valid():
            raise BadInput("intake.incomplete", N_("Something is missing. Fill in what is marked and send it again."))
        actions.explain_difference(actor=request.actor, batch_id=batch_id, **form.cleaned_data)
        return htmx.after_post(request, reverse("intake:differences", args=[batch_id]))
    if batch.state != "taken":
        return render(request, "intake/differences.html", {"batch": batch})
    view = queries.differences(batch)
    total, reason = request.GET.get("total", ""), request.GET.get("reason", "")
    behind = list(itertools.islice(view.rows_behind(total, reason), MOST_ROWS))
    context: dict[str, Any] = {
        "batch": batch,
        "view": view,
        "chosen": next((one for one in view.found if one.compared.key == total), None),
        "reason": _(rules.REASONS[reason]) if reason in rules.REASONS else "",
        "behind": behind,
        "behind_count": view.count_behind(total, reason),
        "writing": total if "write" in request.GET else "",
    }
    return render(request, "intake/differences.html", context)


@require_POST
def differences_file(request: Request, batch_id: int) -> HttpResponse:
    """The same as a workbook; it waits among the reports."""
    actions.ask_differences(actor=request.actor, batch_id=batch_id)
    messages.success(request, _("The explanation is being written. It is downloaded from the list of reports."))
    return htmx.after_post(request, reverse("report:index"))


@require_http_methods(["GET", "POST"])
def left_out(request: Request) -> HttpResponse:
    """Items of the letters that nobody has taken up; what may cover them is confirmed here."""
    round_ = _read_round(request)
    if request.method == "POST":
        pairs = [
            (int(found[1]), int(found[2]))
            for name, one in request.POST.items()
            if name.startswith("pair-") and (found := _PAIR.fullmatch(str(one)))
        ]
        if not pairs:
            error = BadInput("intake.nothing_ticked", N_("Nothing is ticked. Tick the findings that cover an item."))
            return _left_out(request, round_, error)
        covered = actions.cover_items(actor=request.actor, pairs=pairs)
        messages.success(request, ngettext("{n} item is covered now.", "{n} items are covered now.", len(covered)).format(n=len(covered)))
        return htmx.after_post(request, reverse("intake:left_out"))
    return _left_out(request, round_)


def _left_out(request: Request, round_: Round, error: BadInput | None = None) -> HttpResponse:
    context = {
        "round": round_,
        "view": queries.left_out(round_, page_of(request)),
        "may_cover": decide.may(request.actor, "letter_item.cover", targets.of_round(round_)),
        "error": http.shown(error) if error else None,
    }
    return render(request, "intake/left_out.html", context, status=error.status if error else 200)


def _read_round(request: Request) -> Round:
    round_ = rounds.required(request)
    if not queries.reads_letters(request.actor, round_.pk):
        raise NotFound(
            "ledger.no_letter", N_("Letters are read by the office. You see the paragraph of each of your findings in its case file.")
        )
    return round_


@require_GET
def gaps(request: Request) -> HttpResponse:
    """Taken-over findings without a cause or a lasting measure: a to-do, not a block."""
    round_ = rounds.required(request)
    return render(request, "intake/gaps.html", {"view": queries.gaps(round_, request.actor, page_of(request))})
