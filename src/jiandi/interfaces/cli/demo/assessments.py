"""Three units on the score sheet: one decided, one that explained itself, one being scored."""

from __future__ import annotations

from jiandi.base import clock
from jiandi.interfaces.cli.demo.city import City
from jiandi.interfaces.cli.demo.history import Diary
from jiandi.interfaces.cli.demo.rounds import Inspection
from jiandi.record.ledger.models import Assessment
from jiandi.record.trail.actor import Actor
from jiandi.watch.oversight.actions import assessments as actions
from jiandi.watch.oversight.queries import assessments as queries
from jiandi.watch.oversight.rules.assessments import Scored

# What each unit lost, with the reason.
LOST = (
    {"progress": (3, "两次填报迟于规定日期。"), "effect": (2, "一项成效尚待检验。")},
    {"done": (6, "两项措施核验退回后未再申报。"), "effect": (5, "回头看发现一项反弹。"), "rules": (2, "一项制度没有执行记录。")},
    {"deployed": (1, "责任清单缺一个配合单位。")},
)
EXPLAINED = "两项措施所需材料已于本月补齐，正按程序重新申报；制度执行记录由档案岗整理。"


def plan(city: City, diary: Diary, inspection: Inspection) -> None:
    diary.on(168, lambda: _score(city, diary, inspection))


def _score(city: City, diary: Diary, inspection: Inspection) -> None:
    supervisor = city.actor("supervisor")
    sheets = []
    for unit, lost in zip(queries.units_to_score(inspection.round), LOST, strict=False):
        sheet = actions.start(actor=supervisor, round_id=inspection.round.pk, unit_id=unit.pk)
        sheets.append(_scored(supervisor, sheet, lost))
    first, second = (actions.send(actor=supervisor, assessment_id=sheet.pk, version=sheet.version) for sheet in sheets[:2])
    diary.later(3, lambda: _explain(city, second))
    diary.later(12, lambda: _decide(supervisor, first.pk))


def _scored(supervisor: Actor, sheet: Assessment, lost: dict[str, tuple[int, str]]) -> Assessment:
    items = [item for item in queries.profile_of(sheet).score_items if item.kind != "bonus"]
    scores = {item.code: Scored(item.most - lost.get(item.code, (0, ""))[0], lost.get(item.code, (0, ""))[1]) for item in items}
    return actions.score(actor=supervisor, assessment_id=sheet.pk, scores=scores, vetoes={}, version=sheet.version)


def _explain(city: City, sheet: Assessment) -> None:
    actions.explain(actor=city.head(sheet.unit), assessment_id=sheet.pk, text=EXPLAINED, version=sheet.version)


def _decide(supervisor: Actor, sheet_id: int) -> None:
    sheet = Assessment.objects.get(pk=sheet_id)
    actions.decide_grade(
        actor=supervisor,
        assessment_id=sheet.pk,
        grade=sheet.reckoned,
        document=f"云联席〔{clock.today().year}〕4号",
        decided_on=clock.today(),
        why_other="",
        version=sheet.version,
    )
