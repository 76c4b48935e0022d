"""Causes that lie higher up: some forwarded and answered, some on the list of matters to raise, one still to be decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from jiandi.base import clock
from jiandi.interfaces.cli.demo.city import City
from jiandi.interfaces.cli.demo.history import Diary
from jiandi.interfaces.cli.demo.rounds import Inspection
from jiandi.loop.diagnose import actions as diagnose
from jiandi.record.ledger.models import Cause, Finding, RaisedCause

RECEIVER = "finance"


@dataclass(frozen=True)
class Told:
    """A cause that its unit cannot act on: what is written below the tree, how it is worded for others, and how far it comes."""

    text: str
    sent: str
    end: str


STORIES = (
    Told(
        "年中追加的整改经费须经财政评审，排队时间普遍超过三个月",
        "年中追加的整改经费须经财政评审，排队时间普遍超过三个月，影响整改进度。建议为限期整改事项开设评审快速通道。",
        "accept",
    ),
    Told(
        "多部门共用的监测设备没有统一采购目录，各家重复申报被退回",
        "多部门共用的监测设备没有统一采购目录，重复申报时有退回。建议研究统一目录。",
        "wait",
    ),
    Told(
        "上级业务系统数据不回流，本级只能手工重复填报",
        "省级业务系统数据不向市县回流，基层手工重复填报。提请协调开放数据接口。",
        "raise",
    ),
    Told(
        "相关岗位编制总量由上级核定，本级无权调剂",
        "一线监管岗位编制总量不足，本级无权调剂。提请上级统筹核增或跨层级调剂。",
        "list",
    ),
    Told("跨市河段管护责任在两市之间没有划分", "", "propose"),
)


def plan(city: City, diary: Diary, inspection: Inspection) -> None:
    """Put the stories into the diary, once most plans are approved and work has begun."""
    for at, told in enumerate(STORIES):
        diary.on(166 + 4 * at, lambda at=at, told=told: _propose(city, diary, inspection, at, told))  # type: ignore[misc]


def _propose(city: City, diary: Diary, inspection: Inspection, at: int, told: Told) -> None:
    """The lead writes below one of its causes what it cannot change, and proposes it."""
    finding = _open_finding(city, inspection, at)
    if finding is None or finding.lead is None:
        return
    liaison = city.liaison(finding.lead)
    above = Cause.objects.filter(finding=finding, is_dropped=False).order_by("-pk").values_list("pk", flat=True)[0]
    cause = diagnose.add_cause(
        actor=liaison,
        finding_id=finding.pk,
        parent_id=above,
        dimension="means",
        leaf="external",
        question="为什么本单位解决不了？",
        text=told.text,
        version=finding.version,
    )
    receiver = city.bureaus[RECEIVER].pk if told.end in ("accept", "wait") else None
    row = diagnose.propose_cause(actor=liaison, cause_id=cause.pk, text=told.text, suggested_id=receiver, version=cause.version)
    if told.end != "propose":
        diary.later(2, lambda: _route(city, diary, row.pk, told))


def _open_finding(city: City, inspection: Inspection, at: int) -> Finding | None:
    """An open finding of a city bureau other than the receiver, one for each story."""
    bureaus = [unit for what, unit in city.bureaus.items() if what != RECEIVER]
    taken = RaisedCause.objects.values("finding_id")
    found = Finding.objects.filter(round=inspection.round, lead__in=bureaus, state__in=["in_progress", "planned"]).exclude(pk__in=taken)
    flagged = found.filter(is_recurring=at == 0).select_related("lead").order_by("pk").first()
    return flagged or found.select_related("lead").order_by("pk").first()


def _route(city: City, diary: Diary, raised_id: int, told: Told) -> None:
    """The office words it so that it tells nothing, and forwards or lists it."""
    clerk = city.actor("clerk")
    if told.end in ("accept", "wait"):
        brought = diagnose.Brought(text=told.sent, unit_id=city.bureaus[RECEIVER].pk)
        row = diagnose.take_step(actor=clerk, raised_id=raised_id, verb="forward", brought=brought, version=_version(raised_id))
        if told.end == "accept":
            diary.later(6, lambda: _accept(city, row.pk))
        return
    diagnose.take_step(actor=clerk, raised_id=raised_id, verb="list", brought=diagnose.Brought(text=told.sent), version=_version(raised_id))
    if told.end == "raise":
        diary.later(3, lambda: _raise(city, raised_id))


def _accept(city: City, raised_id: int) -> None:
    """The receiver accepts; the office registers a finding of its own for it."""
    brought = diagnose.Brought(text="确属评审环节问题。已对限期整改事项实行随到随审，五个工作日内出具意见，并修订评审规程。")
    head = city.head(city.bureaus[RECEIVER])
    row = diagnose.take_step(actor=head, raised_id=raised_id, verb="accept", brought=brought, version=_version(raised_id))
    title = "限期整改项目评审排队时间过长"
    diagnose.register_from(actor=city.actor("clerk"), raised_id=raised_id, title=title, version=row.version)


def _raise(city: City, raised_id: int) -> None:
    number = f"云整改〔{clock.today().year}〕27号"
    on = clock.today() - timedelta(days=1)
    brought = diagnose.Brought(document=number, on=on, to="省级业务主管部门")
    diagnose.take_step(actor=city.actor("clerk"), raised_id=raised_id, verb="raise", brought=brought, version=_version(raised_id))


def _version(raised_id: int) -> int:
    return RaisedCause.objects.get(pk=raised_id).version
