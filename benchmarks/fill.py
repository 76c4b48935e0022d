"""A city with many findings, made by the product's own bulk writing: units in a tree, parties, measures, causes, trail, spans."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction

from jiandi.base import clock
from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts.models import Unit, User
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Assignment, Cause, Finding, FindingParty, Measure, MeasureFinding, Round
from jiandi.record.policy import roles
from jiandi.record.regimes import actions as regime_actions
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail import sealer
from jiandi.record.trail.actor import SYSTEM

DISTRICTS = 20
CHUNK = 5_000
HEADS = 8
_NAMES = (
    "水务局 财政局 教育局 民政局 审计局 住建局 交通局 农业农村局 卫生健康局 生态环境局 自然资源局 人社局 "
    "市场监管局 应急管理局 文旅局 商务局 统计局 林业局 城管局 医保局 信访局 司法局 科技局 档案馆"
)
BUREAUS = _NAMES.split()
STATES = {
    "registered": 6, "planned": 10, "in_progress": 34, "basically_done": 3, "long_term": 5, "submitted": 6,
    "verified": 5, "closed": 28, "reopened": 1, "handed_over": 1, "withdrawn": 1,
}  # fmt: skip
SOURCES = {"central": 10, "upper": 55, "self": 20, "fix_now": 5, "taken_over": 10}
FINISHED = ("submitted", "verified", "closed")
_SPOKEN = (
    "项目 资金 拨付 滞后 台账 不清 制度 执行 不到位 巡察 反馈 专项 检查 采购 程序 不规范 责任 落实 层层 递减 "
    "群众 反映 强烈 信访 积案 督办 机制 缺失 公务 接待 超标 固定资产 管理 混乱 工程 招标 监管 薄弱 干部 作风 拖沓"
)
WORDS = _SPOKEN.split()


@dataclass
class City:
    """What was made, as measurements need it."""

    round: Round
    units: list[Unit]
    verifier: Unit
    director: User
    heads: list[tuple[User, Unit]]
    keys: dict[int, str] = field(default_factory=dict)

    def key(self, user: User) -> str:
        """A session of the user, as after signing in."""
        if user.pk not in self.keys:
            store = SessionStore()
            store[SESSION_KEY] = str(user.pk)
            store[BACKEND_SESSION_KEY] = "jiandi.record.accounts.backend.Backend"
            store[HASH_SESSION_KEY] = user.get_session_auth_hash()
            store.create()
            self.keys[user.pk] = store.session_key or ""
        return self.keys[user.pk]


def build(n: int) -> City:
    """A round with ``n`` findings; the same every time."""
    chance = random.Random(7)
    city = _people()
    for first in range(1, n + 1, CHUNK):
        with transaction.atomic():
            _findings(city, chance, first, min(first + CHUNK, n + 1))
    sealer.seal_pending()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what autovacuum does within a minute
    return city


def _people() -> City:
    regime_actions.install_seed_profiles(actor=SYSTEM)
    top = accounts.add_unit(actor=SYSTEM, name="云溪市")
    office, verifier = (accounts.add_unit(actor=SYSTEM, name=name, parent=top) for name in ("市整改办", "市核查组"))
    districts = [accounts.add_unit(actor=SYSTEM, name=f"第{number}区", parent=top) for number in range(1, DISTRICTS + 1)]
    units: list[Unit] = []
    for district in districts:
        units += [accounts.add_unit(actor=SYSTEM, name=f"{district.name}{name}", parent=district) for name in BUREAUS]
    feedback = clock.today() - timedelta(days=120)
    row = Round(
        title="市委第三轮巡察", code="XC26", regime=regimes.current("local_inspection"), unit=top, issuer="市委巡察组", feedback_on=feedback
    )
    round_ = write.create(row, actor=SYSTEM, verb="open")
    write.create(Assignment(round=round_, unit=verifier, part="verifier"), actor=SYSTEM, verb="assign")
    director = _person("director", office, roles.DIRECTOR)
    heads = [(_person(f"head{n}", district, roles.HEAD), district) for n, district in enumerate(districts[:HEADS])]
    return City(round_, units, verifier, director, heads)


def _person(name: str, unit: Unit, role: str) -> User:
    user = accounts.add_user(actor=SYSTEM, name=name, full_name=name)
    post = accounts.add_post(actor=SYSTEM, unit=unit, title=f"{name} post")
    accounts.give_duty(actor=SYSTEM, user=user, post=post, role=role, since=clock.today() - timedelta(days=400))
    return user


def _findings(city: City, chance: random.Random, first: int, end: int) -> None:
    found = [_finding(city, chance, number) for number in range(first, end)]
    made = write.create_many(found, actor=SYSTEM, verb="take_over")
    write.attach([party for finding in made for party in _parties(city, chance, finding)])
    worked_on = [f for f in made if f.state not in ("registered", "withdrawn", "handed_over")]
    causes = [_cause(f) for f in worked_on]
    write.create_many(causes, actor=SYSTEM, verb="add")
    pairs = [(f, horizon) for f in worked_on for horizon in (("now", "lasting") if chance.random() < 0.3 else ("now",))]
    measures = [_measure(f, horizon, 2 * first + at) for at, (f, horizon) in enumerate(pairs)]
    write.create_many(measures, actor=SYSTEM, verb="take_over")
    write.attach([MeasureFinding(measure=m, finding=f) for m, (f, _) in zip(measures, pairs, strict=True)])


def _finding(city: City, chance: random.Random, number: int) -> Finding:
    lead = city.units[number % len(city.units)]
    (state,) = chance.choices(list(STATES), list(STATES.values()))
    due = clock.today() + timedelta(days=chance.randrange(-90, 270))
    done = state in FINISHED or (state == "in_progress" and chance.random() < 0.35)
    return Finding(
        round=city.round,
        number=f"{city.round.code}-{number:03d}",
        title=sentence(chance, 8),
        verbatim=sentence(chance, 40),
        source=chance.choices(list(SOURCES), list(SOURCES.values()))[0],
        category="作风建设",
        standard=sentence(chance, 10),
        found_in=lead,
        lead=lead,
        due=due,
        first_due=due,
        due_text=due.isoformat(),
        due_precision="day",
        is_said=state not in ("registered", "planned"),
        is_done=done,
        is_well=state == "closed" and chance.random() < 0.5,
        registered_on=city.round.feedback_on,
        closed_on=clock.today() if state == "closed" else None,
        next_review=clock.today() + timedelta(days=200) if state in ("long_term", "basically_done") else None,
        stage_goal="阶段目标" if state in ("long_term", "basically_done") else "",
        state=state,
    )


def _parties(city: City, chance: random.Random, finding: Finding) -> list[FindingParty]:
    lead = finding.lead
    support = chance.choice(city.units)
    parts: list[tuple[Any, str]] = [(lead, "lead"), (city.verifier, "verifier")]
    if support != lead and chance.random() < 0.6:
        parts.append((support, "support"))
    return [FindingParty(finding=finding, unit=unit, part=part) for unit, part in parts]


def _cause(finding: Finding) -> Cause:
    return Cause(finding=finding, dimension="mechanism", leaf="no_control", text="拨付流程没有时限，审批环节无人盯办", unit=finding.lead)


def _measure(finding: Finding, horizon: str, number: int) -> Measure:
    day = finding.due or clock.today()
    done = finding.is_done
    return Measure(
        round=finding.round,
        number=number,
        text=f"第{number}项措施：逐个项目核对账目，拨付到位，建立按月核对的做法。",
        lead=finding.lead,
        kind="correct" if horizon == "now" else "prevent",
        horizon=horizon,
        first_due=day,
        due=day,
        due_text=day.isoformat(),
        standard="账目相符，资金到账",
        said_on=finding.registered_on if finding.is_said else None,
        done_on=_done_on(finding) if done else None,
        state="done" if done else "in_progress",
    )


def _done_on(finding: Finding) -> date:
    return finding.closed_on or clock.today()


def sentence(chance: random.Random, words: int) -> str:
    """Words that look like a ledger's."""
    return "".join(chance.choices(WORDS, k=words)) + "。"
