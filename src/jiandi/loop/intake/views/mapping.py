"""How a handed-in ledger is read: its mapping, and its rows with the faulty cells marked."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiandi.base import files, http
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.loop.intake import actions, forms, queries
from jiandi.loop.intake.views.handing_in import see_other
from jiandi.record.ledger.models import ImportBatch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def mapping(request: Request, batch_id: int) -> HttpResponse:
    """Which column is which field, what the old words mean, which unit a name is; then the check is repeated."""
    batch = actions.batch_for(request.actor, batch_id)
    if request.method != "POST":
        return _page(request, batch, forms.MappingForm(recognised=batch.recognised, version=batch.version))
    form = forms.MappingForm(request.POST, recognised=batch.recognised, version=batch.version)
    if not form.is_valid():
        return _page(request, batch, form, status=422)
    try:
        version = form.cleaned_data["version"]
        actions.check_again(actor=request.actor, batch_id=batch.pk, version=version, mapping=form.mapping())
    except (BadInput, RuleBroken) as error:
        return _page(request, batch, form, error=error, status=error.status)
    return see_other(reverse("intake:batch", args=[batch.pk]))


def _page(
    request: Request, batch: ImportBatch, form: forms.MappingForm, *, error: BadInput | RuleBroken | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "batch": batch,
        "form": form,
        "can_be_mapped": batch.state == "checked" and bool(form.sheets),
        "units": queries.living_units() if form.units else [],
        "error": http.shown(error) if error else None,
    }
    return render(request, "intake/mapping.html", context, status=status)


@require_GET
def marked(request: Request, batch_id: int) -> FileResponse:
    """The rows of the clerk's own file, with what is wrong in each cell."""
    batch = actions.batch_for(request.actor, batch_id)
    if not batch.marked_digest:
        raise NotFound("intake.nothing_marked", N_("Nothing in this ledger is marked. Go back to it."))
    name = _("{name}, marked.xlsx").format(name=Path(batch.file_name).stem)
    return FileResponse(files.open_file(batch.marked_digest), as_attachment=True, filename=name, content_type=XLSX)
