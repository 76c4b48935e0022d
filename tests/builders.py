"""Plain makers of records for tests: everything has a default, everything goes through the product's own writing."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from jiandi.base import clock
from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts import queries as account_queries
from jiandi.record.accounts.models import Post, Unit, User
from jiandi.record.ledger import verbs, write
from jiandi.record.ledger.models import (
    Answer,
    AskedUnit,
    Campaign,
    CampaignQuestion,
    Cause,
    Finding,
    Letter,
    LetterItem,
    Measure,
    MeasureFinding,
    Round,
)
from jiandi.record.policy import roles
from jiandi.record.regimes import actions as regime_actions
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import SYSTEM, Actor

_count = itertools.count(1)


def make_unit(name: str = "", parent: Unit | None = None, **fields: Any) -> Unit:
    return accounts.add_unit(actor=SYSTEM, name=name or f"单位{next(_count)}", parent=parent, **fields)


def make_user(name: str = "", **fields: Any) -> User:
    name = name or f"user{next(_count)}"
    return accounts.add_user(actor=SYSTEM, name=name, full_name=fields.pop("full_name", name), **fields)


def make_post(unit: Unit, title: str = "") -> Post:
    return accounts.add_post(actor=SYSTEM, unit=unit, title=title or f"岗位{next(_count)}")


def give(user: User, unit: Unit, role: str, round_: Round | None = None) -> None:
    """A confirmed duty of ``role`` in ``unit``."""
    since = clock.today() - timedelta(days=400)
    accounts.give_duty(actor=SYSTEM, user=user, post=make_post(unit), role=role, round_id=round_.pk if round_ else None, since=since)


def make_regime(code: str = "inspection") -> Any:
    regime_actions.install_seed_profiles(actor=SYSTEM)
    return regimes.current(code)


def put_under(round_: Round, code: str) -> None:
    """The round runs under another regime: inspection asks for two signatures before submission, self_check for the head's alone."""
    write.change(round_, {"regime_id": make_regime(code).pk}, actor=SYSTEM, verb="edit")
    round_.refresh_from_db()


def make_round(unit: Unit | None = None, **fields: Any) -> Round:
    number = next(_count)
    row = Round(
        title=fields.pop("title", f"第{number}轮巡察"),
        code=fields.pop("code", f"XC26-{number}"),
        regime=fields.pop("regime", None) or make_regime(fields.pop("regime_code", "inspection")),
        unit=unit or make_unit(),
        issuer=fields.pop("issuer", "市委巡察组"),
        feedback_on=fields.pop("feedback_on", clock.today() - timedelta(days=30)),
        **fields,
    )
    return write.create(row, actor=SYSTEM, verb="open")


def make_letter(round_: Round, text: str = "一、纪律松弛\n二、账目不清", **fields: Any) -> Letter:
    row = Letter(round=round_, title=fields.pop("title", "反馈意见"), text=text, received_on=clock.today(), **fields)
    return write.create(row, actor=SYSTEM, verb="receive")


def make_item(letter: Letter, text: str = "账目不清", **fields: Any) -> LetterItem:
    row = LetterItem(letter=letter, place=fields.pop("place", next(_count)), text=text, **fields)
    return write.create(row, actor=SYSTEM, verb="propose")


def make_finding(round_: Round, lead: Unit | None = None, **fields: Any) -> Finding:
    new = verbs.NewFinding(
        title=fields.pop("title", "项目资金拨付滞后"),
        verbatim=fields.pop("verbatim", "项目资金拨付滞后，三个项目开工半年仍未拨款。"),
        source=fields.pop("source", "self"),
        lead=lead,
        standard=fields.pop("standard", "资金全部拨付到位"),
        due=fields.pop("due", clock.today() + timedelta(days=60)),
        **fields,
    )
    return verbs.register_findings(actor=SYSTEM, round_=round_, new=[new])[0]


def make_measure(finding: Finding, **fields: Any) -> Measure:
    due: date = fields.pop("due", clock.today() + timedelta(days=50))
    lead = fields.pop("lead", None) or finding.lead
    row = Measure(
        round=finding.round,
        number=verbs.next_measure_number(finding.round_id),
        text=fields.pop("text", "逐个项目核对账目并拨付资金"),
        lead=lead,
        due=due,
        first_due=due,
        due_text=due.isoformat(),
        standard=fields.pop("standard", "三个项目资金到账"),
        **fields,
    )
    measure = write.create(row, actor=SYSTEM, verb="add")
    write.attach([MeasureFinding(measure=measure, finding=finding)])
    return measure


def make_cause(finding: Finding, **fields: Any) -> Cause:
    row = Cause(finding=finding, dimension="mechanism", leaf="no_control", text="拨付流程没有时限", unit=finding.lead, **fields)
    return write.create(row, actor=SYSTEM, verb="add")


def make_campaign(*findings: Finding, **fields: Any) -> Campaign:
    """A running campaign with one question about each finding, for the team; no unit is asked yet."""
    given = {"title": "举一反三排查", "started_on": clock.today(), "due": clock.today(), **fields}
    campaign = write.create(Campaign(round=findings[0].round, **given), actor=SYSTEM, verb="start")
    rows = [
        CampaignQuestion(campaign=campaign, number=n, finding=f, scope="team", text=f"有没有：{f.title}") for n, f in enumerate(findings, 1)
    ]
    write.attach(rows)
    return campaign


def make_answer(finding: Finding, unit: Unit, **fields: Any) -> Answer:
    """A cell of a new campaign: one unit, one question."""
    campaign = fields.pop("campaign", None) or make_campaign(finding)
    asked = write.create(AskedUnit(campaign=campaign, unit=unit), actor=SYSTEM, verb="ask")
    question = campaign.questions.get(finding=finding)
    return write.create(Answer(campaign=campaign, question=question, asked=asked, unit=unit, **fields), actor=SYSTEM, verb="ask")


def as_actor(user: User, **kwargs: Any) -> Actor:
    return account_queries.actor_for(user, **kwargs)


ALL_ROLES = roles.ALL
