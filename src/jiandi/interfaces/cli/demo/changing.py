"""What the units of the sample city asked of the office and of each other in the last weeks: time, another lead, help."""

from __future__ import annotations

from datetime import timedelta

from jiandi.base import clock
from jiandi.interfaces.cli.demo.city import City
from jiandi.interfaces.cli.demo.history import Diary
from jiandi.interfaces.cli.demo.rounds import Inspection
from jiandi.loop.execute import actions as execute
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.change_guards import PASSED_ON_IN
from jiandi.record.ledger.models import Extension, Finding, Measure, Support, Transfer

WHY = "部分项目审批和招标程序未走完，预计推迟，已完成部分正在验收。"
ASKED_BEFORE_DAYS = 21


def plan(city: City, diary: Diary, inspection: Inspection, last_day: int) -> None:
    """Three weeks before the last day units ask; most are answered, some still wait."""
    diary.on(last_day - ASKED_BEFORE_DAYS, lambda: _ask(city, diary, inspection))


def _ask(city: City, diary: Diary, inspection: Inspection) -> None:
    running = Finding.objects.filter(round=inspection.round, state="in_progress", due__gt=clock.today() + timedelta(days=ASKED_BEFORE_DAYS))
    found = [f for f in running.select_related("lead").order_by("pk") if f.lead_id in city.heads]
    for at, finding in enumerate(found[:4]):
        _extension(city, diary, finding, at)
    bureaus = {"water": city.bureaus["water"], "finance": city.bureaus["finance"]}
    for at, finding in enumerate(f for f in found[4:] if f.lead_id not in {u.pk for u in bureaus.values()}):
        if at < 2:  # the first is accepted at once, the second still waits for an answer
            _transfer(city, diary, finding, bureaus["water"], is_accepted=at == 0)
        elif at < 4:
            _support(city, diary, finding, bureaus["finance"], is_given=at == 2)


def _extension(city: City, diary: Diary, finding: Finding, at: int) -> None:
    lead = finding.lead
    if lead is None or finding.due is None:
        return
    wanted = execute.Wanted(reason=WHY, wanted_to=finding.due + timedelta(days=30 + 15 * at))
    made = execute.ask_extension(actor=city.head(lead), finding_id=finding.pk, wanted=wanted, version=finding.version)
    if at < 3:
        diary.later(4 + 6 * (at == 2), lambda: _answer(city, made.pk, is_granted=at != 1))


def _answer(city: City, pk: int, *, is_granted: bool) -> None:
    row, clerk = Extension.objects.select_related("finding").get(pk=pk), city.actor("clerk")
    if row.finding.is_settled:
        return
    if is_granted:
        execute.grant_extension(actor=clerk, extension_id=pk, version=row.version, answer="同意延期，期间按月报告进展。")
    else:
        execute.refuse_extension(actor=clerk, extension_id=pk, version=row.version, reason="理由不充分，请按原时限倒排工期。")


def _transfer(city: City, diary: Diary, finding: Finding, to: Unit, *, is_accepted: bool) -> None:
    if finding.lead is None:
        return
    given = {"finding_id": finding.pk, "to_unit_id": to.pk, "version": finding.version}
    made = execute.ask_transfer(actor=city.head(finding.lead), reason="经核对三定规定，主要职责不在本单位。", **given)
    if is_accepted:
        diary.later(3, lambda: _accept(city, made.pk, to))


def _accept(city: City, pk: int, to: Unit) -> None:
    row = Transfer.objects.select_related("finding").get(pk=pk)
    if row.finding.state in PASSED_ON_IN:
        execute.accept_transfer(actor=city.head(to), transfer_id=pk, version=row.version, answer="同意接收。")


def _support(city: City, diary: Diary, finding: Finding, of: Unit, *, is_given: bool) -> None:
    measure = (
        Measure.objects.filter(findings=finding, state__in=["planned", "in_progress"], lead=finding.lead).exclude(supports__unit=of).first()
    )
    if measure is None or finding.lead is None:
        return
    made = execute.ask_support(
        actor=city.head(finding.lead), measure_id=measure.pk, unit_id=of.pk, text="请提供近两年专项资金拨付明细。", version=measure.version
    )
    if is_given:
        diary.later(2, lambda: _give(city, made.pk, of))


def _give(city: City, pk: int, of: Unit) -> None:
    row = Support.objects.get(pk=pk)
    execute.give_support(actor=city.head(of), support_id=pk, answer="明细已整理并移交，共三册。", version=row.version)
