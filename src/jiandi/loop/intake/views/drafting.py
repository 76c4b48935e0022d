"""What somebody is typing is kept with the session: it comes back after a reload, and nobody else sees it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.loop.intake import actions, forms
from jiandi.record.ledger import load, targets
from jiandi.record.policy import decide

KEY: Final = "intake_drafts"
MOST: Final = 10
LONGEST: Final = 20_000
NO_STEP: Final = N_("There is no such step. Go back to the list.")


@require_POST
def draft(request: Request, letter_id: int, item_id: int, verb: str) -> HttpResponse:
    """Keep the fields of a half-typed form; nothing of the record changes."""
    letter = load.letter(request.actor, letter_id)
    if verb not in forms.ITEM_FORMS or actions.item_for(request.actor, item_id).letter_id != letter.pk:
        raise NotFound("intake.no_step", NO_STEP)
    decide.require(request.actor, "letter.review", targets.of_round(letter.round))
    names = forms.ITEM_FORMS[verb].base_fields
    values = {name: request.POST[name][:LONGEST] for name in names if name in request.POST}
    kept = {key: value for key, value in drafts(request).items() if key != str(item_id)}
    one = {"letter": letter_id, "verb": verb, "values": values, "at": clock.now().isoformat()}
    request.session[KEY] = dict([*kept.items(), (str(item_id), one)][-MOST:])
    return HttpResponse(status=204)


def drafts(request: Request) -> dict[str, dict[str, Any]]:
    """All half-typed forms of this session, by row."""
    found: dict[str, dict[str, Any]] = request.session.get(KEY, {})
    return found


def of(request: Request, item_id: int, verb: str) -> dict[str, Any]:
    """The values typed into this form of a row; empty if none."""
    one = drafts(request).get(str(item_id), {})
    return dict(one.get("values", {})) if one.get("verb") == verb else {}


def forget(request: Request, item_id: int) -> None:
    if str(item_id) in drafts(request):
        request.session[KEY] = {key: value for key, value in drafts(request).items() if key != str(item_id)}


def in_letter(request: Request, letter_id: int) -> dict[int, str]:
    """Rows of a letter with a half-typed form, and which form; the last one typed in comes last."""
    return {int(key): one["verb"] for key, one in drafts(request).items() if one["letter"] == letter_id}
