"""The source of a finding, in its case file and by itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.intake import queries
from jiandi.record.ledger import load


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    """The paragraph of the letter with the finding's words marked."""
    finding = load.finding(request.actor, finding_id)
    context = {"source": queries.source_of(finding, request.actor), "finding": finding}
    return htmx.answer(request, "intake/source.html", "intake/_panel.html", context)
