"""Two pages, beside the product's addresses (the rows link to them)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from jiandi.interfaces.desk.ledger import chips
from jiandi.loop import STAGES
from jiandi.record.ledger import listing
from jiandi.record.ledger.models import Finding


def found(round_id: int) -> list[listing.Row]:
    ordered = Finding.objects.filter(round_id=round_id).annotate(disputed=listing.DISPUTED).order_by("due", "pk")
    return [listing.Row(*values) for values in ordered.values_list(*listing.FIELDS)[: listing.PAGE]]


def rows(request: HttpRequest, round_id: int) -> HttpResponse:
    """One query and the product's template of rows, nothing else on the page."""
    return render(request, "bare.html", {"rows": found(round_id)})


def page(request: HttpRequest, round_id: int) -> HttpResponse:
    """One query and the same template as the product's page: frame, filters and rows."""
    filters = listing.Filters()
    shown = {"title": "台账", "count": 0, "filters": filters, "chips": chips(filters), "next": "?page=2", "stages": STAGES}
    return render(request, "desk/ledger.html", {"rows": found(round_id), **shown})


urlpatterns = [
    path("bare/<int:round_id>/", rows),
    path("bare/<int:round_id>/page/", page),
    path("", include("jiandi.config.urls")),
]
