"""What the office does through the half year: a campaign, monthly sheets, a look-back."""

from __future__ import annotations

from datetime import timedelta

from jiandi.base import clock
from jiandi.base.jobs import worker
from jiandi.interfaces.cli.demo.city import City
from jiandi.interfaces.cli.demo.history import Diary
from jiandi.interfaces.cli.demo.rounds import Inspection
from jiandi.loop.diagnose import actions as diagnose
from jiandi.loop.diagnose import rules
from jiandi.loop.intake import actions as intake
from jiandi.loop.lookback import actions as lookback
from jiandi.loop.lookback import rules as draw_rules
from jiandi.loop.reconcile import actions as reconcile
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Answer, AskedUnit, Campaign, Draw, Finding, LookBack, Reconciliation

SECRETS = {"市监督办": "yunxi-supervision-2026-7f3a9c1e", "领导小组": "yunxi-office-2026-51d0b8e2"}
BY_RISK, AT_RANDOM = 3, 3
FIRST_ASKED = 6


def plan(city: City, diary: Diary, inspection: Inspection) -> None:
    """Put the office's own steps into the diary."""
    diary.on(40, lambda: check_first(city, diary, inspection))
    diary.on(60, lambda: ask_everywhere(city, diary, inspection))
    for at, days in enumerate((70, 105, 140, 170), start=1):
        diary.on(days, lambda at=at: settle(city, inspection, at))  # type: ignore[misc]
    diary.on(160, lambda: look_back(city, diary, inspection))


def leave_work(city: City, inspection: Inspection, notice: bytes) -> None:
    """What lies on the office's desk today: a supplementary letter in review."""
    clerk = city.actor("clerk")
    intake.receive_letter(
        actor=clerk,
        round_id=inspection.round.pk,
        title=f"{inspection.round.issuer}补充反馈",
        number=f"云巡补〔{clock.today().year}〕1号",
        received_on=clock.today(),
        file_name="补充反馈.docx",
        chunks=[notice],
    )
    worker.run_pending()


def ask_everywhere(city: City, diary: Diary, inspection: Inspection) -> None:
    """Two findings as questions to every county bureau; some answer yes, some no, some not at all. It runs on."""
    units = [unit for bureaus in city.counties.values() for unit in bureaus.values()]
    asked = _send(city, inspection, "举一反三排查", units, findings=2, scopes=("team", "fields", "daily"))
    for at, row in enumerate(asked):
        if at % 5 != 4:
            diary.later(3 + at, lambda pk=row.pk, at=at: _answer(city, pk, at))  # type: ignore[misc]
    if asked:
        diary.later(17, lambda: _remind(city, asked[0].campaign_id))


def _remind(city: City, campaign_id: int) -> None:
    diagnose.remind(actor=city.actor("clerk"), campaign_id=campaign_id)


def check_first(city: City, diary: Diary, inspection: Inspection) -> None:
    """A small campaign of the first month, answered, one unit excused, closed."""
    units = [unit for bureaus in city.counties.values() for unit in bureaus.values()][:FIRST_ASKED]
    asked = _send(city, inspection, "班子对照检查", units, findings=1, scopes=("members", "team"))
    for at, row in enumerate(asked[:-1]):
        diary.later(2 + at, lambda pk=row.pk, at=at: _answer(city, pk, at * 2 + 1))  # type: ignore[misc]
    if asked:
        diary.later(14, lambda: _end(city, asked[-1]))


def _send(city: City, inspection: Inspection, name: str, units: list[Unit], findings: int, scopes: tuple[str, ...]) -> list[AskedUnit]:
    about = Finding.objects.filter(round=inspection.round, state="in_progress").order_by("pk")[:findings]
    if not about:
        return []
    questions = [rules.NewQuestion(f.pk, scope, rules.default_question(f.title, scope)) for f in about for scope in scopes]
    campaign = diagnose.start_campaign(
        actor=city.actor("clerk"),
        round_id=inspection.round.pk,
        title=f"{name}：{rules.short_title(about[0].title)}",
        questions=questions,
        unit_ids=[unit.pk for unit in units],
        due=clock.today() + timedelta(days=20),
        reason="首批反馈问题须在同类单位全面对照，已与前次合并说明。",
    )
    return list(AskedUnit.objects.filter(campaign=campaign).order_by("pk"))


def _answer(city: City, asked_id: int, at: int) -> None:
    row = AskedUnit.objects.select_related("unit").get(pk=asked_id)
    actor = city.liaison(row.unit)
    opened = diagnose.open_sheet(actor=actor, asked_id=asked_id).opened_at or clock.now()
    cells = Answer.objects.filter(asked=row, state="asked").select_related("question").order_by("question__number")
    given = [_given(cell, row.unit, found=at % 2 == 0 and n == 0, at=at) for n, cell in enumerate(cells)]
    with clock.at(opened + timedelta(minutes=len(given) * 7 + at)):
        diagnose.give_answers(actor=actor, asked_id=asked_id, given=given)


def _given(cell: Answer, unit: Unit, *, found: bool, at: int) -> rules.Given:
    if cell.question.scope == rules.MEMBERS:
        return rules.Given(cell.pk, cell.version, done_count=7, of_count=7, done_on=clock.today())
    if found:
        return rules.Given(
            cell.pk,
            cell.version,
            word=("yes", "partly", "other")[at // 2 % 3],
            matter=f"{unit.name}台账登记与现场不符，抽查二十份有四份不一致。",
            post="业务科科长",
            text="抽查近一年台账二十份，走访三处现场，四份与现场不符。",
        )
    checked = f"由{unit.name}办公室牵头，查阅{cell.question.number + at + 3}份材料、走访{at % 3 + 2}处现场，未发现同类问题。"
    return rules.Given(cell.pk, cell.version, word="no", text=checked)


def _end(city: City, last: AskedUnit) -> None:
    """The last unit has no such work and is excused; then the campaign is closed."""
    clerk = city.actor("clerk")
    diagnose.excuse_unit(actor=clerk, asked_id=last.pk, reason="本单位无此项业务。")
    version = Campaign.objects.get(pk=last.campaign_id).version
    diagnose.close_campaign(actor=clerk, campaign_id=last.campaign_id, version=version)


def settle(city: City, inspection: Inspection, at: int) -> None:
    """A frozen sheet, decisions on what is late, the meeting finished."""
    clerk = city.actor("clerk")
    sheet = reconcile.freeze_sheet(
        actor=clerk, round_id=inspection.round.pk, title=f"第{at}次对账盘点", as_of=clock.today() - timedelta(days=1)
    )
    for line in sheet.lines.filter(days_overdue__gt=0).order_by("-days_overdue")[:4]:
        reconcile.decide(
            actor=clerk,
            sheet_id=sheet.pk,
            finding_id=line.finding_id,
            kind="press",
            text="限期补改，下次会议先报结果。",
            due=clock.today() + timedelta(days=30),
        )
    if at < len(SECRETS) * 2:
        reconcile.finish_sheet(actor=clerk, sheet_id=sheet.pk, version=Reconciliation.objects.get(pk=sheet.pk).version)


def look_back(city: City, diary: Diary, inspection: Inspection) -> None:
    """Two parties seal secrets, the list is frozen, the draw made; results follow."""
    director, supervisor = city.actor("director"), city.actor("supervisor")
    row = lookback.plan_lookback(actor=director, round_id=inspection.round.pk, title="第一次回头看", by_risk=BY_RISK, at_random=AT_RANDOM)
    people = dict(zip(SECRETS, (supervisor, city.actor("member")), strict=True))
    for party, secret in SECRETS.items():
        digest = draw_rules.commitment(party, secret, row.algorithm)
        lookback.commit_secret(actor=people[party], lookback_id=row.pk, party=party, digest=digest)
    lookback.freeze_list(actor=director, lookback_id=row.pk, version=LookBack.objects.get(pk=row.pk).version)
    for party, secret in SECRETS.items():
        lookback.open_secret(actor=people[party], lookback_id=row.pk, party=party, secret=secret)
    lookback.draw(actor=director, lookback_id=row.pk, version=LookBack.objects.get(pk=row.pk).version)
    for at, drawn in enumerate(Draw.objects.filter(lookback=row).order_by("place")):
        if at < BY_RISK + AT_RANDOM - 1:
            diary.later(2 + at, lambda pk=drawn.pk, at=at: _look(city, pk, held=at != 1))  # type: ignore[misc]


def _look(city: City, draw_id: int, *, held: bool) -> None:
    row = Draw.objects.select_related("finding").get(pk=draw_id)
    numbers = list(row.finding.measures.filter(state="done").values_list("number", flat=True)[:1])
    lookback.record_result(
        actor=city.actor("supervisor"),
        draw_id=draw_id,
        held=held,
        method="seen",
        text="现场随机查看，情况与销号时一致。" if held else "现场随机查看，同样的问题又出现。",
        version=row.version,
        failed=[] if held else numbers,
    )
