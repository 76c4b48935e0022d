"""What every handler of the API shares: the shape of errors, texts and answers, and the version a write was decided on."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

from django.http import HttpResponse
from ninja import Schema
from ninja.params.functions import Header
from pydantic import AfterValidator, Field

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_

BIGGEST = 2**63 - 1
LONGEST = 4000
_TAG = re.compile(r'^(?:W/)?"?([0-9]{1,18})"?$')


class Fault(Schema):
    """Every error: a code, a sentence in the reader's language, and what is unmet or differs."""

    code: str
    message: str
    unmet: list[str] | None = None
    mine: dict[str, Any] | None = None
    theirs: dict[str, Any] | None = None


READS: dict[int, type[Schema]] = {401: Fault, 403: Fault, 404: Fault, 422: Fault}
WRITES: dict[int, type[Schema]] = {**READS, 409: Fault}
GUARDED: dict[int, type[Schema]] = {**WRITES, 428: Fault}


class VersionMissing(BadInput):
    """A write that does not say which version it was decided on."""

    status: ClassVar[int] = 428


class After(Schema):
    """A thing after a step: where it is now, and its version (also the ETag) for the next If-Match."""

    id: int
    state: str
    version: int


def _keepable(text: str) -> str:
    """Databases keep neither NUL nor halves of characters."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("NUL and single surrogates cannot be kept")
    return text


Text = Annotated[str, AfterValidator(_keepable), Field(max_length=LONGEST)]
Id = Annotated[int, Field(ge=1, le=BIGGEST)]
IF_MATCH: Any = Header("", alias="If-Match", description="The ETag of your last read of the thing that is changed.")


def version_in(if_match: str) -> int:
    """The version of an If-Match; without one a write could undo what somebody else did unseen."""
    found = _TAG.match(if_match.strip())
    if found is None:
        text = N_("Say which version you looked at: send the ETag of your last read as If-Match.")
        raise VersionMissing("api.version_missing", text)
    return int(found[1])


def tag(response: HttpResponse, version: int) -> None:
    response["ETag"] = f'"{version}"'


def after(response: HttpResponse, thing: Any) -> After:
    """The answer to a step on a thing with a state."""
    tag(response, thing.version)
    return After(id=thing.pk, state=thing.state, version=thing.version)
