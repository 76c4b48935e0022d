"""What people are asked: a closed poll on paper in three groups, and one by one-time links that still runs."""

from __future__ import annotations

from datetime import timedelta

from jiandi.base import clock
from jiandi.interfaces.cli.demo.city import City
from jiandi.interfaces.cli.demo.history import Diary
from jiandi.interfaces.cli.demo.rounds import Inspection
from jiandi.record.ledger.models import Poll, PollGroup
from jiandi.watch.oversight.actions import polls as actions
from jiandi.watch.oversight.rules import polls as rules

# Group, handed out, and what came back: satisfied, fairly, not satisfied, does not know it, spoilt.
ON_PAPER = (
    ("涉改街道和乡镇居民", 240, (71, 58, 33, 14, 5)),
    ("市直机关干部职工", 120, (83, 22, 4, 2, 0)),
    ("信访事项当事人", 18, (3, 4, 6, 0, 0)),
)
BY_LINK = (("工程项目施工和供货单位", 40, (9, 6, 4, 1)), ("县区整改联络员", 12, (5, 2, 0, 0)))


def plan(city: City, diary: Diary, inspection: Inspection) -> None:
    diary.on(130, lambda: _on_paper(city, diary, inspection))
    diary.on(172, lambda: _by_link(city, inspection))


def _on_paper(city: City, diary: Diary, inspection: Inspection) -> None:
    clerk = city.actor("clerk")
    poll = _planned(city, inspection, "整改中期群众满意度测评", "您对身边反馈问题的整改情况是否满意？", days=20)
    groups = [actions.add_group(actor=clerk, poll_id=poll.pk, name=name, channel="paper", invited=n) for name, n, _counts in ON_PAPER]
    actions.open_poll(actor=clerk, poll_id=poll.pk, version=poll.version)
    diary.later(15, lambda: _count(city, groups, poll.pk))


def _count(city: City, groups: list[PollGroup], poll_id: int) -> None:
    clerk = city.actor("clerk")
    for group, (_name, _n, came) in zip(groups, ON_PAPER, strict=True):
        counts = dict(zip((*rules.WORDS, "invalid"), came, strict=True))
        actions.count_sheet(actor=clerk, group_id=group.pk, counts=counts, kept_by="整改办档案岗", version=group.version)
    actions.close_poll(actor=clerk, poll_id=poll_id, version=Poll.objects.get(pk=poll_id).version)


def _by_link(city: City, inspection: Inspection) -> None:
    clerk = city.actor("clerk")
    poll = _planned(city, inspection, "工程款拨付问题整改效果测评", "您认为工程款拨付不及时的问题解决了吗？", days=30)
    codes = []
    for name, invited, came in BY_LINK:
        group = actions.add_group(actor=clerk, poll_id=poll.pk, name=name, channel="link", invited=invited)
        codes.append((actions.print_links(actor=clerk, group_id=group.pk, version=group.version), came))
    actions.open_poll(actor=clerk, poll_id=poll.pk, version=poll.version)
    for printed, came in codes:
        words = [word for word, n in zip(rules.WORDS, came, strict=True) for _ in range(n)]
        for code, word in zip(printed, words, strict=False):
            actions.vote(code=code, word=word)


def _planned(city: City, inspection: Inspection, title: str, question: str, *, days: int) -> Poll:
    ends_on = clock.today() + timedelta(days=days)
    return actions.plan_poll(actor=city.actor("clerk"), round_id=inspection.round.pk, title=title, question=question, ends_on=ends_on)
