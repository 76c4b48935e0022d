"""Who gets what at every address: one line per URL. A URL without a line, or a line without a URL, fails.

``page(who)``: a GET answers 200 to these and 404 to all others who are signed in. ``form(who)``: a POST without any field
reaches the rules for these (403, 409, 422, or a harmless 2xx/3xx) and is 404 for all others; a GET is 405.
``forbidden`` see the thing but may not do this: 403. Nobody who is not signed in gets further than the sign-in page.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jiandi.record.trail.models import TrailEntry
from tests.cast import Cast, make_cast, make_things
from tests.house import shape

Who = tuple[str, ...]
OWN: Who = ("liaison", "head")
SUPPORT: Who = ("helper",)
FIELD: Who = ("department",)
CHECKER: Who = ("verifier", *FIELD)
IN_CHARGE: Who = ("leader",)
OFFICE: Who = ("clerk", "director")
WATCHERS: Who = ("supervisor", "member")
OUTSIDE: Who = ("outsider",)
SYSTEM: Who = ("system",)
SECURITY: Who = ("security",)
AUDITOR: Who = ("auditor",)
ADMINISTRATORS: Who = (*SYSTEM, *SECURITY, *AUDITOR)
ROUND_WIDE: Who = (*OFFICE, *WATCHERS)
PARTIES: Who = (*OWN, *SUPPORT, *CHECKER)
SEEING: Who = (*PARTIES, *IN_CHARGE, *ROUND_WIDE)
EVERYBODY: Who = (*SEEING, *OUTSIDE, *ADMINISTRATORS)
NOBODY: Who = ()
SOME: Who = ("clerk", "outsider", "security")
SIGN_IN = 302
REACHED = frozenset({200, 204, 302, 303, 403, 409, 422})


@dataclass(frozen=True)
class Row:
    """What one address answers; ``given`` are values of its address other than the cast's usual ones."""

    method: str
    who: Who
    answer: frozenset[int]
    otherwise: int = 404
    forbidden: Who = ()
    stranger: int = SIGN_IN
    given: dict[str, str] = field(default_factory=dict)
    asks: Who = EVERYBODY

    def expected(self, name: str) -> frozenset[int]:
        if name in self.who:
            return self.answer
        return frozenset({403 if name in self.forbidden else self.otherwise})


def page(who: Who, *, answer: int = 200, otherwise: int = 404, forbidden: Who = (), stranger: int = SIGN_IN, **given: str) -> Row:
    return Row("get", who, frozenset({answer}), otherwise, forbidden, stranger, given)


def form(who: Who, *, otherwise: int = 404, forbidden: Who = (), stranger: int = SIGN_IN, **given: str) -> Row:
    return Row("post", who, REACHED, otherwise, forbidden, stranger, given)


def open_page(who: Who = EVERYBODY, *, answer: int = 200, otherwise: int = 200, stranger: int = 200) -> Row:
    """A page that people reach without signing in, or one about the sign-in itself: the same for all duties."""
    return Row("get", who, frozenset({answer}), otherwise, stranger=stranger, asks=SOME)


def key_only(method: str = "get") -> Row:
    """The API knows no sessions: without a key everybody is a stranger."""
    return Row(method, NOBODY, frozenset(), otherwise=401, stranger=401, asks=SOME)


def account(who: Who, *, answer: int = 200, otherwise: int = 404) -> Row:
    """A page about one's own account: for everybody who is signed in, whatever the duties."""
    return Row("get", who, frozenset({answer}), otherwise, asks=SOME)


def but(*roles: Who) -> Who:
    """Those who see the finding, without these."""
    left_out = {name for some in roles for name in some}
    return tuple(name for name in SEEING if name not in left_out)


TABLE: dict[str, Row] = {
    # desk
    "desk:home": page((*SEEING, *OUTSIDE), otherwise=302),
    "desk:ledger": page(EVERYBODY),  # empty for those who see no finding
    "desk:search": page(EVERYBODY),
    "desk:finding": page(SEEING),
    "desk:finding_head": page(SEEING),
    "desk:turn": page(OFFICE, forbidden=but(OFFICE), verb="withdraw"),
    "desk:unit": page(SEEING),
    "desk:round": form(EVERYBODY),
    "desk:as_post": form(EVERYBODY),
    # settings
    "setup:home": page(EVERYBODY),
    "setup:first": open_page(),
    "setup:invitation": open_page(),
    "setup:units": page(EVERYBODY),
    "setup:seats": page(OFFICE, otherwise=403),
    "setup:people": page((*SYSTEM, *SECURITY), otherwise=403),
    "setup:duty": form(SECURITY, otherwise=403),
    "setup:confirm_duty": form(SECURITY, otherwise=403),
    "setup:formal_use": form(SECURITY, otherwise=403),
    "setup:end_duty": form(SECURITY, otherwise=403),
    "setup:link": form(SYSTEM, otherwise=403),
    "setup:rounds": page(EVERYBODY),
    "setup:round": page(SEEING),
    "setup:regimes": page(EVERYBODY),
    "setup:regime": page(EVERYBODY, code="inspection"),
    "setup:keys": page(EVERYBODY),
    "setup:end_key": form(("clerk",)),
    "setup:trail": page(AUDITOR, otherwise=403),
    # look, health, language
    "ui:large": form(EVERYBODY),
    "ui:style": page(NOBODY),
    "ui:style_panel": page(NOBODY),
    "healthz": open_page(),
    "set_language": page(EVERYBODY, answer=302),
    # programs
    "api:openapi-json": open_page(),
    "api:api-root": open_page(NOBODY, otherwise=404, stranger=404),
    "api:list_findings": key_only(),
    "api:get_finding": key_only(),
    "api:list_measures": key_only(),
    "api:get_measure": key_only(),
    "api:take_turn": key_only("post"),
    "api:submit_plan": key_only("post"),
    "api:get_plan": key_only(),
    "api:approve_plan": key_only("post"),
    "api:return_plan": key_only("post"),
    "api:write_note": key_only("post"),
    "api:list_claims": key_only(),
    "api:make_claim": key_only(),
    "api:submit_finding": key_only("post"),
    "api:list_closings": key_only(),
    "api:get_closing": key_only(),
    "api:sign_closing": key_only("post"),
    "api:refuse_closing": key_only("post"),
    "api:get_claim": key_only(),
    "api:accept_claim": key_only("post"),
    "api:return_claim": key_only("post"),
    "api:accept_finding": key_only("post"),
    "api:return_finding": key_only("post"),
    # signing in (django-allauth)
    "account_login": open_page(NOBODY, otherwise=302, stranger=302),  # an empty installation begins with its set-up
    "account_logout": account(EVERYBODY),
    "account_inactive": open_page(),
    "account_signup": open_page(NOBODY, otherwise=302),  # says that sign-up is closed
    "account_reauthenticate": account(NOBODY, otherwise=403),  # without a password there is nothing to prove
    "account_email": account(EVERYBODY),
    "account_email_verification_sent": open_page(),
    "account_change_password": account(EVERYBODY, answer=302),
    "account_set_password": account(EVERYBODY),
    "account_reset_password": open_page(),
    "account_confirm_login_code": open_page(answer=302, stranger=302),
    "account_confirm_email": open_page(),
    "account_reset_password_from_key": open_page(),
    "account_reset_password_from_key_done": open_page(),
    "account_reset_password_done": open_page(),
    "mfa_index": account(EVERYBODY),
    "mfa_authenticate": account(EVERYBODY, answer=302),
    "mfa_reauthenticate": account(NOBODY, otherwise=403),
    "mfa_activate_totp": account(EVERYBODY),
    "mfa_deactivate_totp": account(NOBODY),
    "mfa_view_recovery_codes": account(NOBODY),
    "mfa_generate_recovery_codes": account(EVERYBODY),
    "mfa_download_recovery_codes": account(NOBODY),
    "mfa_list_webauthn": account(EVERYBODY),
    "mfa_add_webauthn": account(EVERYBODY),
    "mfa_reauthenticate_webauthn": account(NOBODY, otherwise=403),
    "mfa_remove_webauthn": account(NOBODY),
    "mfa_edit_webauthn": account(NOBODY),
    # intake
    "intake:index": page(SEEING),
    "intake:letter": page(OFFICE, forbidden=but(OFFICE)),
    "intake:without_text": page(OFFICE, forbidden=but(OFFICE)),
    "intake:ledger": page(OFFICE, forbidden=but(OFFICE)),
    "intake:review": page(ROUND_WIDE),
    "intake:since": page(ROUND_WIDE),
    "intake:letter_step": form(ROUND_WIDE, verb="finish"),
    "intake:item_step": form(ROUND_WIDE, verb="confirm"),
    "intake:batch": page(OFFICE),
    "intake:batch_step": form(OFFICE, verb="take"),
    "intake:panel": page(SEEING),
    "intake:source": page(SEEING),
    # diagnose
    "diagnose:index": page(EVERYBODY),  # a unit without any finding may still be asked a question
    "diagnose:panel": page(SEEING),
    "diagnose:add_cause": form(SEEING),
    "diagnose:change_cause": form(SEEING),
    "diagnose:drop_cause": form(SEEING),
    "diagnose:ask": page((*OFFICE, *FIELD), forbidden=but(OFFICE, FIELD)),
    "diagnose:campaign": page(SEEING),
    "diagnose:close_campaign": form(SEEING),
    "diagnose:answer": page((*SUPPORT, *FIELD, *ROUND_WIDE)),
    "diagnose:open_answer": form((*SUPPORT, *FIELD, *ROUND_WIDE)),
    "diagnose:excuse_answer": form((*SUPPORT, *FIELD, *ROUND_WIDE)),
    # plan
    "plan:index": page(SEEING),
    "plan:panel": page(SEEING),
    "plan:add_measure": form(SEEING),
    "plan:change_measure": form(SEEING),
    "plan:drop_measure": form(SEEING),
    "plan:set_whole": form(SEEING),
    "plan:lint": form(EVERYBODY),  # looks only at the words that were typed
    "plan:submit": form((*OWN, *ROUND_WIDE)),
    "plan:submit_round": form(SEEING),
    "plan:version": page((*OWN, *ROUND_WIDE)),
    "plan:approve": form((*OWN, *ROUND_WIDE)),
    "plan:return": form((*OWN, *ROUND_WIDE)),
    "plan:take_back": form((*OWN, *ROUND_WIDE)),
    # execute
    "execute:index": page(SEEING),
    "execute:filing": page(SEEING),
    "execute:file": page(SEEING),
    "execute:panel": page(SEEING),
    "execute:submit": form(SEEING),
    "execute:take_back": form(SEEING),
    "execute:note": form(SEEING),
    "execute:evidence": form(SEEING),
    "execute:said": form(SEEING),
    "execute:claim": form(SEEING),
    "execute:rule": form(SEEING),
    "execute:in_force": form(SEEING),
    "execute:take_back_claim": form(SEEING),
    "execute:strike": form(SEEING),
    # verify
    "verify:index": page(SEEING),
    "verify:claim": page(CHECKER, forbidden=but(CHECKER)),
    "verify:sheet": page(FIELD, forbidden=but(FIELD, IN_CHARGE), finding_id="submitted_id"),
    "verify:open_check": form(SEEING),
    "verify:panel": page(SEEING),
    "verify:return": form(SEEING),
    "verify:schedule": form(SEEING),
    "verify:effect": form(SEEING),
    "verify:sign": form(SEEING),
    "verify:refuse": form(SEEING),
    "verify:review": form(SEEING),
    "verify:leader": form(SEEING),
    # reconcile
    "reconcile:index": page(SEEING),
    "reconcile:freeze": form(SEEING),
    "reconcile:sheet": page(SEEING),
    "reconcile:present": page(SEEING),
    "reconcile:decide": form(SEEING),
    "reconcile:finish": form(SEEING),
    "reconcile:met": form(SEEING),
    "reconcile:panel": page(SEEING),
    # lookback
    "lookback:index": page(SEEING),
    "lookback:plan": form(SEEING),
    "lookback:look_back": page(SEEING),
    "lookback:frozen_list": page(ROUND_WIDE),
    "lookback:commit": form(SEEING),
    "lookback:freeze": form(SEEING),
    "lookback:open": form(SEEING),
    "lookback:draw": form(SEEING),
    "lookback:finish": form(SEEING),
    "lookback:result": page((*OWN, *CHECKER, *ROUND_WIDE)),
    "lookback:panel": page(SEEING),
    # report
    "report:index": page(SEEING),
    "report:definitions": page(EVERYBODY),
    "report:ask": form(SEEING),
    "report:download": page(OFFICE),
    "report:progress": page(OFFICE),
    "report:panel": page(SEEING),
}
FOREIGN = ("account_", "mfa_", "set_language")  # these answer programs in a way of their own
NOTES_THE_LOOK = ("diagnose:answer",)  # when a unit first opened its question is part of the record
USUAL = {"secret": "unknown", "key": "unknown", "uidb36": "1", "pk": "1"}


def addresses() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each URL of the project by its full name, with the names of the values in it."""
    found = {}
    for names, patterns in walk(get_resolver(), (), ()):
        last: Any = patterns[-1]
        values = [v for p in patterns for v in (*p.pattern.converters, *getattr(p.pattern.regex, "groupindex", ()))]
        name = ":".join((*names, last.name or last.lookup_str.rsplit(".", 1)[-1]))
        found[name] = ("" if last.name else f"/{last.pattern}", tuple(dict.fromkeys(values)))
    return found


Found = tuple[tuple[str, ...], tuple[URLPattern | URLResolver, ...]]


def walk(one: URLResolver, names: tuple[str, ...], above: tuple[URLPattern | URLResolver, ...]) -> Iterator[Found]:
    for inner in one.url_patterns:
        if isinstance(inner, URLResolver):
            yield from walk(inner, (*names, inner.namespace) if inner.namespace else names, (*above, inner))
        else:
            yield names, (*above, inner)


def test_every_address_has_its_line_and_every_line_its_address():
    there = set(addresses())
    wrong = [f"no line: {name}" for name in sorted(there - set(TABLE))] + [f"no address: {name}" for name in sorted(set(TABLE) - there)]
    assert not wrong, shape.report(wrong)


def clients(cast: Cast) -> dict[str, Client]:
    """One signed-in client per role."""
    found = {}
    for name in EVERYBODY:
        found[name] = Client(raise_request_exception=False)
        found[name].force_login(cast.people[name], backend="jiandi.record.accounts.backend.Backend")
    return found


def ask(client: Client, name: str, method: str, url: str) -> tuple[int, bool]:
    """The status (errors as JSON, for their pages are tested elsewhere), and whether something was written; what was written is taken back."""
    before = TrailEntry.objects.count()
    mark = transaction.savepoint()
    headers = {} if name.startswith(FOREIGN) else {"accept": "application/json"}
    answer = getattr(client, method)(url, headers=headers)
    if answer.streaming:
        list(answer.streaming_content)  # reading to the end closes the file
    has_written = TrailEntry.objects.count() != before
    transaction.savepoint_rollback(mark)
    return answer.status_code, has_written


def faults(name: str, url: str, people: dict[str, Client]) -> Iterator[str]:
    row = TABLE[name]
    status, has_written = ask(Client(raise_request_exception=False), name, row.method, url)
    if status != row.stranger or has_written:
        yield f"{name}: a stranger got {status}, not {row.stranger}"
    for who, client in people.items():
        if who not in row.asks:
            continue
        status, has_written = ask(client, name, row.method, url)
        if status not in row.expected(who):
            yield f"{name}: {who} got {status}, not {sorted(row.expected(who))}"
        if has_written and (status >= 400 or (row.method == "get" and name not in NOTES_THE_LOOK)):
            yield f"{name}: {who} was answered {status}, and something was written"
    if row.method == "post" and not name.startswith("api:") and (status := ask(people["clerk"], name, "get", url)[0]) != 405:
        yield f"{name}: a GET got {status}, not 405"


@pytest.mark.django_db
def test_everybody_gets_what_the_table_says():
    assert connection.in_atomic_block
    cast = make_cast()
    things = make_things(cast)
    people = clients(cast)
    wrong: list[str] = []
    logging.disable(logging.ERROR)
    for name, (fixed, values) in addresses().items():
        if name in TABLE:
            given = {v: things.get(TABLE[name].given.get(v, ""), TABLE[name].given.get(v) or things.get(v) or USUAL.get(v)) for v in values}
            wrong += faults(name, fixed or reverse(name, kwargs=given), people)
    logging.disable(logging.NOTSET)
    assert not wrong, shape.report(wrong)
