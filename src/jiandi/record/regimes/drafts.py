"""Writes of drafts: copy a version, change a part, take in a text, freeze, discard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotFound, RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.record.policy import decide
from jiandi.record.regimes import actions, checks, differences, queries, schema, toml_form
from jiandi.record.regimes.models import Regime, RegimeDraft
from jiandi.record.regimes.parts import Name, Profile
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

_ENDED = N_("This draft is frozen or discarded already. Copy the regime anew.")


def copy_regime(*, actor: Actor, regime: Regime, code: str = "", name: Name | None = None) -> RegimeDraft:
    """A draft to be changed: of the next version, or with a ``code`` of its own of a new regime."""
    decide.require(actor, actions.MAY_CHANGE)
    profile = queries.profile_of(regime)
    if code and code != regime.code:
        _free(code)
        profile = replace(profile, code=code, version=1, name=name or profile.name)
    try:
        with transaction.atomic():
            draft = RegimeDraft(
                code=profile.code,
                name=profile.name.zh[:80],
                based_on=regime,
                body=schema.to_toml(profile),
                created_at=clock.now(),
            )
            return writing.create(draft, actor=actor, verb="copy_regime")
    except IntegrityError as error:
        raise Conflict(
            "regime.draft_open", N_("A draft of “{name}” is open already. Go on with it, or discard it."), name=profile.name.zh
        ) from error


def _free(code: str) -> None:
    if not checks.CODE.fullmatch(code):
        raise BadInput("regime.bad_code", N_("{path}: use small letters, digits and underscores, starting with a letter."), path="code")
    if Regime.objects.filter(code=code).exists():
        raise BadInput("regime.code_taken", N_("There is a regime with the key {code} already. Choose another key."), code=code)


def save_part(*, actor: Actor, draft: RegimeDraft, parts: dict[str, Any], version: int) -> RegimeDraft:
    """Replace parts of the draft by plain values (as in TOML); refused by place where a value has the wrong form.

    What only fails as a whole (a chain that cannot close) is kept and told by ``faults_of``.
    """
    decide.require(actor, actions.MAY_CHANGE)
    raw = {**toml_form.load(draft.body), **parts, "code": draft.code}
    return _write(actor, draft, toml_form.read(Profile, raw), version, "change_draft")


def take_text(*, actor: Actor, draft: RegimeDraft, text: str, version: int) -> RegimeDraft:
    """The draft becomes what a TOML text says; its code stays."""
    decide.require(actor, actions.MAY_CHANGE)
    profile = schema.read_text(text)
    return _write(actor, draft, replace(profile, code=draft.code), version, "take_text")


def _write(actor: Actor, draft: RegimeDraft, profile: Profile, version: int, verb: str) -> RegimeDraft:
    with transaction.atomic():
        writing.expect_version(draft, version)
        _still_open(draft)
        fields = {"body": schema.to_toml(profile), "name": profile.name.zh[:80]}
        if any(getattr(draft, name) != value for name, value in fields.items()):
            writing.change(draft, fields, actor=actor, verb=verb)
    return draft


def freeze_draft(*, actor: Actor, draft: RegimeDraft, reason: str, version: int) -> Regime:
    """Make the draft a version for ever; refused while anything in it cannot work or while nothing differs."""
    decide.require(actor, actions.MAY_CHANGE)
    if not reason.strip():
        raise BadInput("regime.no_reason", N_("Write why the regime changes; the reason stays with the version."))
    with transaction.atomic():
        writing.expect_version(draft, version)
        _still_open(draft)
        profile = profile_of(draft)
        if faults := checks.faults(profile):
            unmet = tuple(Unmet(one.code, one.text, one.params) for one in faults)
            raise RuleBroken("regime.faults", N_("The draft cannot be frozen yet."), unmet=unmet)
        if not draft.is_new_code and not changes_of(draft):
            raise RuleBroken("regime.no_change", N_("Nothing differs from version {n}. Change something first."), n=draft.based_on.number)
        follows = 0 if draft.is_new_code else draft.based_on.number
        made = actions.add_version(actor=actor, text=schema.to_toml(profile), follows=follows, reason=reason.strip())
        writing.change(draft, {"frozen_as_id": made.pk}, actor=actor, verb="freeze_draft", reason=reason.strip())
        return made


def discard_draft(*, actor: Actor, draft: RegimeDraft, version: int) -> RegimeDraft:
    """Give the draft up; it stays in the trail."""
    decide.require(actor, actions.MAY_CHANGE)
    with transaction.atomic():
        writing.expect_version(draft, version)
        _still_open(draft)
        writing.change(draft, {"discarded_at": clock.now()}, actor=actor, verb="discard_draft")
    return draft


def _still_open(draft: RegimeDraft) -> None:
    if not draft.is_open:
        raise RuleBroken("regime.draft_ended", _ENDED)


def draft(actor: Actor, draft_id: int) -> RegimeDraft:
    """An open draft; who may not change regimes sees none."""
    found = RegimeDraft.objects.select_related("based_on").filter(pk=draft_id, frozen_as__isnull=True, discarded_at__isnull=True).first()
    if found is None or not decide.may(actor, actions.MAY_CHANGE):
        raise NotFound("regime.no_draft", N_("There is no such draft, or it is not yours to see. Go back to the list."))
    return found


def open_drafts(actor: Actor) -> list[RegimeDraft]:
    """The drafts one may go on with."""
    if not decide.may(actor, actions.MAY_CHANGE):
        return []
    return list(RegimeDraft.objects.filter(frozen_as__isnull=True, discarded_at__isnull=True).select_related("based_on").order_by("code"))


def profile_of(found: RegimeDraft) -> Profile:
    return schema.read_frozen(found.body)


def faults_of(found: RegimeDraft) -> list[BadInput]:
    """What still keeps the draft from being frozen."""
    return checks.faults(profile_of(found))


def changes_of(found: RegimeDraft) -> list[differences.Difference]:
    """What differs from the version it was copied from."""
    return differences.between(queries.profile_of(found.based_on), profile_of(found))
