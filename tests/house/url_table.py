"""Who gets what at every address: one line per URL. A URL without a line, or a line without a URL, fails.

``page(who)``: a GET answers 200 to these and 404 to all others who are signed in. ``form(who)``: a POST without any field
reaches the rules for these (403, 409, 422, or a harmless 2xx/3xx) and is 404 for all others; a GET is 405.
``forbidden`` see the thing but may not do this: 403. Nobody who is not signed in gets further than the sign-in page.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Who = tuple[str, ...]
OWN: Who = ("liaison", "head")
SUPPORT, FIELD = ("helper",), ("department",)
CHECKER: Who = ("verifier", *FIELD)
IN_CHARGE: Who = ("leader",)
OFFICE: Who = ("clerk", "director")
DIRECTOR: Who = ("director",)
WATCHERS: Who = ("supervisor", "member")
OUTSIDE: Who = ("outsider",)
SYSTEM, SECURITY, AUDITOR = ("system",), ("security",), ("auditor",)
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


def open_page(who: Who = EVERYBODY, *, answer: int = 200, otherwise: int = 200, stranger: int = 200, **given: str) -> Row:
    """A page that people reach without signing in, or one about the sign-in itself: the same for all duties."""
    return Row("get", who, frozenset({answer}), otherwise, stranger=stranger, given=given, asks=SOME)


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
    "desk:dispute": page(SEEING),
    "desk:links": page(SEEING),
    **dict.fromkeys(("desk:link_step", "desk:decline", "desk:serve"), form(SEEING, verb="accept")),
    "desk:joint": page(SEEING),
    "desk:sources": page(SEEING),
    "desk:unit": page(SEEING),
    "desk:round": form(EVERYBODY),
    "desk:as_post": form(EVERYBODY),
    # settings
    "setup:home": page(EVERYBODY),
    "setup:first": open_page(),
    "setup:invitation": open_page(),
    "setup:begin": page(OFFICE, otherwise=403),
    "setup:begin_round": page(OFFICE, otherwise=403, answer=303),  # there is a round: it goes on with it
    "setup:begin_ledger": page(OFFICE, otherwise=403),
    "setup:begin_units": page(OFFICE, otherwise=403),
    "setup:begin_letter": page(OFFICE, otherwise=403),
    "setup:begin_results": page(OFFICE, otherwise=403),
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
    "setup:regime_text": page(EVERYBODY, code="inspection"),
    "setup:copy_regime": form(DIRECTOR, otherwise=403, code="audit"),
    **dict.fromkeys(("setup:draft", "setup:draft_text"), page(DIRECTOR)),
    "setup:part": page(DIRECTOR, page="phases"),
    **dict.fromkeys(("setup:take_text", "setup:freeze_draft", "setup:discard_draft"), form(DIRECTOR)),
    "setup:move_round": form(SEEING),
    "setup:calendar": page(EVERYBODY),
    "setup:month": page(OFFICE, otherwise=403, year="2026", month="5"),
    "setup:publish_year": page(OFFICE, otherwise=403),
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
    **dict.fromkeys(("api:list_findings", "api:get_finding", "api:list_measures", "api:get_measure"), key_only()),
    **dict.fromkeys(("api:list_causes", "api:list_received", "api:list_matters"), key_only()),
    **dict.fromkeys(("api:list_links", "api:list_joint", "api:list_sources"), key_only()),
    **dict.fromkeys(("api:get_letter", "api:list_items", "api:get_ledger", "api:list_forms"), key_only()),
    **dict.fromkeys(("api:list_rules", "api:get_rule"), key_only()),
    **dict.fromkeys(("api:get_export", "api:get_export_file"), key_only()),
    **dict.fromkeys(("api:receive_letter", "api:receive_ledger", "api:ask_export"), key_only("post")),
    **dict.fromkeys(("api:take_turn", "api:take_dispute"), key_only("post")),
    **dict.fromkeys(("api:ask_extension", "api:pass_on", "api:ask_support"), key_only("post")),
    **dict.fromkeys(("api:answer_extension", "api:answer_transfer", "api:answer_support"), key_only("post")),
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
    "intake:sheet": page(ROUND_WIDE, answer=303, number="1"),  # without htmx the whole review
    "intake:page_picture": page(ROUND_WIDE, answer=422, number="1"),  # the cast's letter is a text without pages
    "intake:print_pages": form(OFFICE, forbidden=WATCHERS),
    "intake:draft": form(OFFICE, forbidden=WATCHERS, verb="edit"),
    "intake:letter_step": form(ROUND_WIDE, verb="finish"),
    "intake:item_step": form(ROUND_WIDE, verb="confirm"),
    "intake:batch": page(OFFICE),
    "intake:mapping": page(OFFICE),
    "intake:marked": page(NOBODY),  # nothing is marked in the cast's ledger
    "intake:batch_step": form(OFFICE, verb="take"),
    "intake:returned": page(SEEING),
    "intake:returned_one": page(OFFICE),
    "intake:returned_step": form(OFFICE, verb="apply"),
    "intake:differences": page(OFFICE),
    "intake:differences_file": form(OFFICE),
    "intake:left_out": page(ROUND_WIDE),
    "intake:fix_now": page(SEEING),
    "intake:gaps": page(SEEING),
    "intake:problem": page(SEEING),
    "intake:proposal_step": form((*OWN, *ROUND_WIDE), verb="refuse"),
    "intake:carry": page(OFFICE, forbidden=but(OFFICE)),
    "intake:take_off": form(ROUND_WIDE, otherwise=404),
    "intake:panel": page(SEEING),
    "intake:source": page(SEEING),
    # diagnose
    "diagnose:index": page(EVERYBODY),  # a unit without any finding may still be asked a question
    "diagnose:panel": page(SEEING),
    **{f"diagnose:{step}": form(SEEING) for step in ("add_cause", "change_cause", "drop_cause", "remind", "close_campaign")},
    **dict.fromkeys(("diagnose:ask", "diagnose:load"), page((*OFFICE, *FIELD), forbidden=but(OFFICE, FIELD))),
    **dict.fromkeys(("diagnose:look_cause", "diagnose:tree"), page(SEEING)),
    **{f"diagnose:{step}": form(SEEING) for step in ("show_cause", "propose_cause", "flag")},
    "diagnose:raised": page(EVERYBODY),  # a unit without any finding may be asked about a cause
    "diagnose:raised_one": page((*OWN, *ROUND_WIDE)),
    "diagnose:raised_step": form((*OWN, *ROUND_WIDE), verb="forward"),
    "diagnose:register_raised": form((*OWN, *ROUND_WIDE)),
    "diagnose:matters": page(ROUND_WIDE),
    **dict.fromkeys(("diagnose:dimensions", "diagnose:dimension_rows"), page(SEEING)),
    "diagnose:kinds": page(EVERYBODY),
    "diagnose:put_word": form(DIRECTOR, otherwise=403),
    "diagnose:campaign": page(SEEING),
    "diagnose:hints": page(ROUND_WIDE, forbidden=but(ROUND_WIDE)),
    "diagnose:sheet": page((*SUPPORT, *ROUND_WIDE)),
    **{
        f"diagnose:{step}": form((*SUPPORT, *ROUND_WIDE)) for step in ("open_sheet", "send_on", "add_proof", "excuse_unit", "excuse_answer")
    },
    # plan
    "plan:index": page(SEEING),
    "plan:panel": page(SEEING),
    "plan:add_measure": form(SEEING),
    "plan:change_measure": form(SEEING),
    "plan:drop_measure": form(SEEING),
    "plan:set_whole": form(SEEING),
    "plan:lint": form(SEEING),
    "plan:set_goal": form(SEEING),
    "plan:drop_goal": form(SEEING),
    "plan:meet_goal": form(SEEING),
    "plan:keep_cycle": form(SEEING),
    "plan:pay_funds": form(SEEING),
    "plan:programmes": page(EVERYBODY),  # empty for those who see no programme
    "plan:programme_new": page((*OWN, *SUPPORT, *OFFICE, *OUTSIDE), otherwise=403),
    "plan:theme": page(EVERYBODY),
    "plan:programme": page(SEEING),
    "plan:programme_turn": form(SEEING, verb="change"),
    "plan:indicator_value": form(SEEING),
    "plan:programmes_of": page(SEEING),
    "plan:link_programme": form(SEEING),
    "plan:submit": form((*OWN, *ROUND_WIDE)),
    "plan:submit_round": form(SEEING),
    "plan:version": page((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:approve": form((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:return": form((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:take_back": form((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:send": form((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:review": page((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:answer_remark": form((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:ask_change": page(SEEING),
    "plan:take_back_change": form(SEEING),
    "plan:compare": page((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:pledge": form((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:pledge_file": page((*OWN, *CHECKER, *ROUND_WIDE)),
    "plan:meetings": page(SEEING),
    "plan:strike_meeting": form((*OWN, *ROUND_WIDE)),
    "plan:meeting_file": page((*OWN, *ROUND_WIDE)),
    "plan:schedule": page(SEEING),
    "plan:milestone": form(SEEING),
    "plan:weakened": page(SEEING),
    "report:ask_plan": form((*OWN, *CHECKER, *ROUND_WIDE), kind="pledge"),
    # execute
    "execute:changes": page(SEEING),
    "execute:dates": page(SEEING),
    "execute:duty": page(SEEING),
    "execute:supports": page(SEEING),
    "execute:index": page(SEEING),
    "execute:filing": page(SEEING),
    "execute:file": page(SEEING),
    "execute:paper": page(SEEING),
    "execute:preview": page(SEEING, kind="thumb"),
    "execute:replace": form(SEEING),
    "execute:share": form(SEEING),
    "execute:seen": form(SEEING),
    "execute:review": form(SEEING),
    "execute:begin_upload": form(SEEING),
    "execute:piece": page(NOBODY, token="0" * 32),
    "execute:finish_upload": form(NOBODY, token="0" * 32),
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
    "execute:register": page(EVERYBODY),  # empty for those who see no rule
    "execute:register_new": page((*OWN, *SUPPORT, *OFFICE, *OUTSIDE), otherwise=403),
    "execute:register_import": page((*OWN, *SUPPORT, *OFFICE, *OUTSIDE), otherwise=403),
    "execute:register_rule": page(SEEING),
    "execute:register_text": page(SEEING),
    "execute:register_turn": form(SEEING, verb="change"),
    "execute:rule_question": page(SEEING),
    "execute:rules_of": page(SEEING),
    "execute:not_followed": form(SEEING),
    # verify
    "verify:index": page(SEEING),
    "verify:claim": page(CHECKER, forbidden=but(CHECKER)),
    "verify:above": page(SEEING),
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
    "verify:proofs": page(EVERYBODY),  # empty for those who see no rule
    "verify:proofs_of": page(SEEING),
    "verify:proof": page(SEEING),
    "verify:proof_turn": form(SEEING, verb="draw"),
    # reconcile
    "reconcile:index": page(SEEING),
    "reconcile:freeze": form(SEEING),
    "reconcile:sheet": page(SEEING),
    "reconcile:present": page(SEEING),
    "reconcile:decide": form(SEEING),
    "reconcile:finish": form(SEEING),
    "reconcile:met": form(SEEING),
    "reconcile:panel": page(SEEING),
    **dict.fromkeys(("reconcile:phase", "reconcile:statement"), page(SEEING)),
    **dict.fromkeys(("reconcile:close_phase", "reconcile:undo_phase"), form(SEEING)),
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
    # oversight
    "oversight:home": page(SEEING),
    "oversight:plan_poll": form(SEEING),
    "oversight:poll": page(ROUND_WIDE),
    "oversight:add_group": form(ROUND_WIDE),
    "oversight:move_poll": form(ROUND_WIDE, verb="close"),
    "oversight:print_links": form(ROUND_WIDE),
    "oversight:count_sheet": form(ROUND_WIDE),
    "oversight:strike_sheet": form(ROUND_WIDE),
    "oversight:assessments": page(SEEING),
    "oversight:start_assessment": form(SEEING),
    "oversight:assessment": page(ROUND_WIDE),
    "oversight:assess": form(ROUND_WIDE, step="drop"),
    "oversight:enter_code": open_page(),
    "oversight:vote": open_page(answer=404, otherwise=404, stranger=404, code="x"),
    # report
    "report:index": page(SEEING),
    "report:chase": page(SEEING),
    "report:definitions": page(EVERYBODY),
    "report:ask": form(SEEING),
    "report:download": page(OFFICE),
    "report:progress": page(OFFICE),
    "report:panel": page(SEEING),
    "report:package": form(SEEING),
    "report:rates": page(NOBODY),  # the cast's report is a ledger, which holds its rates itself
    "report:keep": page((*OWN, *SUPPORT, *OFFICE), otherwise=404, forbidden=but(OWN, SUPPORT, OFFICE)),
    "report:form": page(OFFICE),
    "report:point": form(OFFICE),
    "report:clear": form(OFFICE),
    "report:schedule": form(OFFICE),
    "report:fill": form(OFFICE),
    "report:put_aside": form(OFFICE),
}
