"""The working calendar: a year at a glance, one month to edit, and the days of a new year as published."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, NotFound
from jiandi.base.http import Request
from jiandi.base.jobs import queries as jobs
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.record.policy import decide
from jiandi.record.regimes import actions, announced, holidays
from jiandi.record.regimes.calendar import SATURDAY
from jiandi.record.regimes.models import PublishedYear, Workday

MAY = actions.MAY_CHANGE_CALENDAR
MOST_FILE = 200_000
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
NOT_TEXT = N_("This is not a short text file. Save the sheet as .csv, or copy its cells and paste them.")
WEEK = (
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"),
    gettext_lazy("Fri"), gettext_lazy("Sat"), gettext_lazy("Sun"),
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One day: worked or not, whether that is against the week's habit, and the version of its row."""

    day: date
    is_workday: bool
    note: str = ""
    version: int = 0

    @property
    def differs(self) -> bool:
        return self.is_workday != (self.day.weekday() < SATURDAY)


class YearForm(forms.Form):
    """A new year as published: pasted, or as a text file."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=holidays.FIRST_YEAR, max_value=holidays.LAST_YEAR)
    source = forms.CharField(
        label=gettext_lazy("Announcement"), max_length=200, help_text=gettext_lazy("Title and number of the notice it was published in.")
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the notice, or lines of day, 休 or 班, note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Cells copied from a spreadsheet may be pasted too."),
    )
    file = forms.FileField(label=gettext_lazy("or a file (.xlsx, .csv, .txt)"), required=False)

    def holds_workbook(self) -> bool:
        """Whether the file is one that only the worker reads."""
        file = self.cleaned_data["file"]
        if not file or self.cleaned_data["text"].strip():
            return False
        head = file.read(4)
        file.seek(0)
        return head in WORKBOOKS

    def written(self) -> str:
        """What was pasted, else what the file holds."""
        if self.cleaned_data["text"].strip() or not self.cleaned_data["file"]:
            return str(self.cleaned_data["text"])
        return _decoded(self.cleaned_data["file"].read(MOST_FILE + 1))


def _decoded(body: bytes) -> str:
    if len(body) > MOST_FILE:
        raise BadInput("calendar.file", NOT_TEXT)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("calendar.coding", N_("The file is no readable text. Save it as UTF-8 and hand it in again."))


@require_GET
def calendar(request: Request) -> HttpResponse:
    """A year of months; a year that is not published says so."""
    given = request.GET.get("year", "")
    year = int(given) if given.isdigit() and holidays.FIRST_YEAR <= int(given) <= holidays.LAST_YEAR else clock.today().year
    published = {row.year: row for row in PublishedYear.objects.order_by("year")}
    cells = _cells(year)
    context = {
        "year": year,
        "published": published.get(year),
        "years": sorted({*published, year, clock.today().year, clock.today().year + 1}),
        "known": set(published),
        "months": [(month, _weeks(cells, month)) for month in range(1, 13)],
        "week": WEEK,
        "may_change": decide.may(request.actor, MAY),
    }
    return render(request, "setup/calendar.html", context)


def _cells(year: int) -> dict[date, Cell]:
    rows = {row.day: Cell(row.day, row.is_workday, row.note, row.version) for row in Workday.objects.filter(day__year=year)}
    days = (date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1))
    return {day: rows.get(day) or Cell(day, day.weekday() < SATURDAY) for day in days}


def _weeks(cells: dict[date, Cell], month: int) -> list[list[Cell | None]]:
    year = next(iter(cells)).year
    return [[cells.get(day) if day.month == month else None for day in week] for week in months.Calendar().monthdatescalendar(year, month)]


@require_http_methods(["GET", "POST"])
def month(request: Request, year: int, month: int) -> HttpResponse:
    """One month to edit: a tick per day, and a note."""
    if not (holidays.FIRST_YEAR <= year <= holidays.LAST_YEAR and 1 <= month <= 12):
        raise NotFound("calendar.no_month", N_("There is no such month. Go back to the calendar."))
    decide.require(request.actor, MAY)
    cells = {day: cell for day, cell in _cells(year).items() if day.month == month}
    if request.method == "POST":
        days = {day: (f"worked-{day}" in request.POST, request.POST.get(f"note-{day}", "").strip()) for day in cells}
        seen = {day: int(given) for day in cells if (given := request.POST.get(f"version-{day}", "")).isdigit()}
        if len(seen) != len(cells):
            raise BadInput("calendar.incomplete", N_("This form is incomplete. Load the page again."))
        changed = actions.set_days(actor=request.actor, days=days, seen=seen)
        messages.success(request, _("%(n)s days changed.") % {"n": len(changed)})
        return redirect(f"{reverse('setup:calendar')}?year={year}")
    context = {"year": year, "month": month, "first": date(year, month, 1), "weeks": _weeks(cells, month), "week": WEEK}
    return render(request, "setup/month.html", context)


@require_http_methods(["GET", "POST"])
def publish(request: Request) -> HttpResponse:
    """Read the days of a new year, show them, and take them in when they are confirmed."""
    decide.require(request.actor, MAY)
    if request.method == "GET":
        return _asked(request)
    form = YearForm(request.POST, request.FILES)
    if not form.is_valid():
        return _publish(request, form, status=422)
    if form.holds_workbook():
        return _to_worker(request, form)
    try:
        text = form.written()
        found = announced.read(text, form.cleaned_data["year"], form.cleaned_data["source"])
        if "confirm" in request.POST:
            actions.publish_years(actor=request.actor, years=[found])
            messages.success(request, _("The calendar of %(year)s is published.") % {"year": found.year})
            return redirect(f"{reverse('setup:calendar')}?year={found.year}")
    except BadInput as error:
        return _publish(request, form, error=error, status=422)
    return _publish(request, form, found=found, text=text)


def _publish(
    request: Request,
    form: YearForm,
    *,
    found: holidays.Year | None = None,
    text: str = "",
    error: BadInput | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "found": found, "text": text, "error": http.shown(error) if error else None}
    return render(request, "setup/publish_year.html", context, status=status)


def _to_worker(request: Request, form: YearForm) -> HttpResponse:
    given = form.cleaned_data
    try:
        work = actions.ask_sheet(actor=request.actor, chunks=given["file"].chunks(), year=given["year"], source=given["source"])
    except BadInput as error:
        return _publish(request, form, error=error, status=422)
    return redirect(f"{reverse('setup:publish_year')}?work={work.pk}")


def _asked(request: Request) -> HttpResponse:
    """The empty form; or, for a workbook handed in before, how far the worker is and then what it found."""
    work = request.GET.get("work", "")
    if not work.isdecimal():
        return _publish(request, YearForm(initial={"year": request.GET.get("year") or clock.today().year + 1}))
    progress = jobs.job_progress(int(work[:15]), actor_id=request.actor.user_id or 0)
    if not progress.is_over:
        page = "setup/_reading_sheet.html" if htmx.wants_fragment(request) else "setup/reading_sheet.html"
        return render(request, page, {"again": f"{reverse('setup:publish_year')}?work={progress.job_id}"})
    if htmx.wants_fragment(request):
        return htmx.after_post(request, f"{reverse('setup:publish_year')}?work={progress.job_id}")
    if progress.result is None:
        faults = [BadInput(one.code, one.text, **one.params) for one in progress.faults]
        return _publish(request, YearForm(), error=faults[0] if faults else BadInput("calendar.file", NOT_TEXT), status=422)
    return _publish(request, YearForm(initial=progress.result))
