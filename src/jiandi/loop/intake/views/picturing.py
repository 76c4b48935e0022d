"""The left pane as the picture of a page, for whoever may read the letter."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.intake import actions, queries
from jiandi.loop.intake.views.handing_in import see_other
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Letter

VIEW_KEY = "intake_view"
VIEWS = ("text", "picture")
LONGEST = 5


@dataclass(frozen=True)
class Pane:
    """What the left pane shows: the text, or one page; ``fault`` says why a page is not shown."""

    is_picture: bool
    pages_from: queries.Pages
    sheet: queries.Sheet | None = None
    fault: str = ""


def pane_of(request: Request, letter: Letter) -> Pane:
    """As the person chose last; a document without pages is always text. Only a whole page asks for the picture."""
    if request.GET.get("view") in VIEWS:
        request.session[VIEW_KEY] = request.GET["view"]
    kind = queries.pages_from(letter)
    is_picture = kind != "none" and request.session.get(VIEW_KEY) == "picture"
    if not is_picture or htmx.wants_fragment(request):
        return Pane(is_picture, kind)
    wanted = request.GET.get("sheet", "")
    return _drawn(letter, int(wanted) if wanted.isdecimal() and len(wanted) < LONGEST else 1, kind)


def _drawn(letter: Letter, number: int, kind: queries.Pages) -> Pane:
    found = queries.sheet_of(letter, number, queries.items_of(letter))
    if found.fault:
        return Pane(True, kind, found, http.translate(found.fault["text"], found.fault["params"]))
    try:
        if found.pages:
            queries.picture_of(letter, found.number)
    except BadInput as error:
        return Pane(True, kind, found, http.translate(error.text, error.params))
    return Pane(True, kind, found)


@require_GET
def sheet(request: Request, letter_id: int, number: int) -> HttpResponse:
    """One page for the left pane; without script the whole review with this page."""
    letter = load.letter(request.actor, letter_id)
    if not htmx.wants_fragment(request):
        return see_other(f"{reverse('intake:review', args=[letter_id])}?view=picture&sheet={number}")
    request.session[VIEW_KEY] = "picture"
    pane = _drawn(letter, number, queries.pages_from(letter))
    return render(request, "intake/_picture.html", {"letter": letter, "pane": pane})


@require_POST
def print_pages(request: Request, letter_id: int) -> HttpResponse:
    """Ask for the pages of a Word document; the pane waits for them."""
    letter = actions.ask_for_pages(actor=request.actor, letter_id=letter_id)
    if not htmx.wants_fragment(request):
        return see_other(f"{reverse('intake:review', args=[letter_id])}?view=picture")
    return render(request, "intake/_picture.html", {"letter": letter, "pane": _drawn(letter, 1, queries.pages_from(letter))})


@require_GET
@cache_control(private=True, max_age=3600)
def page_picture(request: Request, letter_id: int, number: int) -> HttpResponse:
    """The picture itself, for those who may read the letter."""
    letter = load.letter(request.actor, letter_id)
    return HttpResponse(queries.picture_of(letter, number).read_bytes(), content_type="image/png")
