"""Standing things of the sample city: rules that were there before, proofs of their use, and programmes with an indicator."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jiandi.interfaces.cli.demo.city import City
from jiandi.loop.execute import actions as execute
from jiandi.loop.execute.actions import NewRule
from jiandi.loop.plan.actions import programmes
from jiandi.loop.verify import actions as verify
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Institution, Measure, Programme
from jiandi.record.trail import sealer

IN_FORCE_DAYS = 400
LINKED = 6
RULES = (
    ("water", "own", "", "云溪市防汛物资调用管理办法", "云水发〔{year}〕11号"),
    ("water", "upper", "省水利厅", "河湖管护巡查工作规范", "水河湖〔{year}〕27号"),
    ("finance", "own", "", "云溪市公务支出公示办法", "云财发〔{year}〕8号"),
    ("urban", "own", "", "云溪市便民疏导点管理规定", "云城发〔{year}〕15号"),
)
WATER = ("61.5", "61.9", "62.4", "62.1", "64.0", "66.7", "68.3", "70.8", "72.2", "74.6")


def build(city: City, last: date) -> None:
    """On the last evening, so that the half year before stays as it was lived."""
    rules = [_rule(city, last, row) for row in RULES]
    _prove(city, rules[0], cases=23, found=5, text="抽查调用单据，均按办法审批。")
    _never_used(city, rules[2])
    water = _programme(city, "water", "云溪市水环境治理行动计划", "水环境治理", last)
    _programme(city, "finance", "云溪市财政资金提质增效工作方案", "财政管理", last)
    _values(city, water, last)
    _join(city, water)
    sealer.seal_pending()


def _rule(city: City, last: date, row: tuple[str, str, str, str, str]) -> Institution:
    field, level, issuer, title, number = row
    issued = last - timedelta(days=IN_FORCE_DAYS)
    unit = city.bureaus[field]
    new = NewRule(title, number=number.format(year=issued.year), level=level, issuer=issuer, issued_on=issued)
    return execute.add_rule(actor=city.liaison(unit), unit_id=unit.pk, new=new, is_in_force=True)


def _prove(city: City, rule: Institution, *, cases: int, found: int, text: str) -> None:
    proof, supervisor = rule.proofs.order_by("number")[0], city.actor("supervisor")
    given: dict[str, Any] = {"actor": supervisor, "proof_id": proof.pk}
    drawn = verify.draw_cases(**given, version=proof.version, case_list="上半年调用单据，按编号排列", cases=cases)
    verify.record_proof(**given, version=drawn.version, found=found, method="read", text=text)


def _never_used(city: City, rule: Institution) -> None:
    proof = rule.proofs.order_by("number")[0]
    text = "公示栏和网站均未见一期公示，无适用记录。"
    verify.find_no_case(actor=city.actor("supervisor"), proof_id=proof.pk, version=proof.version, method="seen", text=text)


def _programme(city: City, field: str, title: str, theme: str, last: date) -> Programme:
    unit: Unit = city.bureaus[field]
    actor = city.liaison(unit)
    period = {"from_on": date(last.year, 1, 1), "until_on": date(last.year + 1, 12, 31)}
    made = programmes.add_programme(actor=actor, unit_id=unit.pk, title=title, theme=theme, number=f"云政发〔{last.year}〕6号", **period)
    return programmes.move_programme(actor=actor, programme_id=made.pk, version=made.version, verb="start")


def _values(city: City, programme: Programme, last: date) -> None:
    """A value a month, the last one of the month that has just ended."""
    actor = city.liaison(city.bureaus["water"])
    named = {"name": "地表水断面水质优良比例", "measured_in": "%", "source": "市生态环境监测站月报", "direction": "up"}
    indicator = programmes.add_indicator(actor=actor, programme_id=programme.pk, **named)
    day = last.replace(day=1) - timedelta(days=1)
    for value in reversed(WATER):
        document = f"{day.year}年{day.month}月监测月报"
        programmes.enter_value(actor=actor, indicator_id=indicator.pk, on=day, value=Decimal(value), document=document)
        day = day.replace(day=1) - timedelta(days=1)


def _join(city: City, programme: Programme) -> None:
    unit = city.bureaus["water"]
    for measure in Measure.objects.filter(lead=unit).exclude(state__in=("dropped", "failed")).order_by("pk")[:LINKED]:
        programmes.link_programme(actor=city.liaison(unit), measure_id=measure.pk, programme_id=programme.pk)
