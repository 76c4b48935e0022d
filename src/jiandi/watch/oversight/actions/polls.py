"""Ask people: plan a poll, print one-time links, count papers, close. An answer by link leads to nobody."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from jiandi.base import clock, digests
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import ItemFacts, PollFacts
from jiandi.record.ledger.models import Poll, PollGroup, PollLink, PollLinkUse, PollSheet, PollVote
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor
from jiandi.watch.oversight.queries import polls as queries
from jiandi.watch.oversight.rules import polls as rules

TITLE_LENGTH, QUESTION_LENGTH, GROUP_LENGTH, KEPT_LENGTH = 120, 300, 80, 120
MOST_LINKS: Final = 2000
MOST_INVITED: Final = 10_000_000
_OVER = N_("This poll takes no answers now.")


def plan_poll(*, actor: Actor, round_id: int, title: str, question: str, ends_on: date, finding_id: int | None = None) -> Poll:
    """A poll about the round, or about one finding of it."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        decide.require(actor, "poll.run", targets.of_round(round_))
        finding = load.finding(actor, finding_id) if finding_id else None
        if finding and finding.round_id != round_.pk:
            raise NotFound("poll.finding", N_("This finding belongs to another inspection."))
        if not title.strip() or not question.strip():
            raise BadInput("poll.empty", N_("Give the poll a name and a question."))
        if ends_on < clock.today():
            raise BadInput("poll.past", N_("The poll would end before it begins. Choose another day."))
        row = Poll(
            round=round_, finding=finding, title=title.strip()[:TITLE_LENGTH], question=question.strip()[:QUESTION_LENGTH], ends_on=ends_on
        )
        return write.create(row, actor=actor, verb="plan")


def add_group(*, actor: Actor, poll_id: int, name: str, channel: str, invited: int) -> PollGroup:
    """People asked in one way, counted apart from all others."""
    with transaction.atomic():
        poll = queries.poll(actor, poll_id)
        decide.require(actor, "poll.run", targets.of_round(poll.round))
        if poll.state != "draft":
            raise RuleBroken("poll.not_draft", N_("Groups are named before the poll opens. Plan another poll for more people."))
        _well_formed(name, channel, invited)
        if poll.groups.filter(name=name.strip()).exists():
            raise BadInput("poll.group_twice", N_("There is a group “{name}” already."), name=name.strip())
        row = PollGroup(poll=poll, name=name.strip()[:GROUP_LENGTH], channel=channel, invited=invited)
        return write.create(row, actor=actor, verb="add")


def _well_formed(name: str, channel: str, invited: int) -> None:
    if not name.strip():
        raise BadInput("poll.no_group_name", N_("Say who is asked."))
    if channel not in dict(PollGroup.CHANNELS):
        raise BadInput("poll.channel", N_("Choose how the group is asked."))
    most = MOST_LINKS if channel == "link" else MOST_INVITED
    if not 1 <= invited <= most:
        raise BadInput("poll.invited", N_("Write how many people are asked: 1 to {most}."), most=most)


def print_links(*, actor: Actor, group_id: int, version: int) -> list[str]:
    """Codes for those who have not answered, told this once; unused codes of an earlier print are void. Whom one goes to is kept nowhere."""
    with transaction.atomic():
        group = queries.group(actor, group_id)
        decide.require(actor, "poll.run", targets.of_round(group.poll.round))
        write.expect_version(group, version)
        if group.channel != "link" or group.poll.state not in ("draft", "open"):
            raise RuleBroken("poll.no_links", N_("Links are printed for groups that are asked by link, before the poll closes."))
        used = PollLinkUse.objects.filter(link__group=group).count()
        if used >= group.invited:
            raise RuleBroken("poll.all_answered", N_("Everybody in this group has answered."))
        last = group.links.order_by("-batch").values_list("batch", flat=True).first() or 0
        codes = ["".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LETTERS)) for _ in range(group.invited - used)]
        write.note(group, actor=actor, verb="print_links", reason=str(len(codes)))
        write.attach([PollLink(group=group, batch=last + 1, digest=_digest(code)) for code in codes])
        return [rules.shown_code(code) for code in codes]


def _digest(code: str) -> str:
    return digests.digest(settings.JIANDI_ALGORITHM, code.encode())


def open_poll(*, actor: Actor, poll_id: int, version: int) -> Poll:
    return _move(actor, poll_id, version, "open", {"opened_on": clock.today()})


def close_poll(*, actor: Actor, poll_id: int, version: int) -> Poll:
    """What was answered is kept with the closing entry; no later answer changes it."""
    with transaction.atomic():
        poll = queries.poll(actor, poll_id)
        write.expect_version(poll, version)
        Poll.objects.select_for_update().get(pk=poll.pk)  # an answer that is being written comes first
        rows = [one.as_row() for one in queries.counted(poll)]
        return _moved(actor, poll, "close", {"closed_on": clock.today(), "figures": rows})


def drop_poll(*, actor: Actor, poll_id: int, version: int) -> Poll:
    return _move(actor, poll_id, version, "drop", {})


def _move(actor: Actor, poll_id: int, version: int, verb: str, fields: Mapping[str, object]) -> Poll:
    with transaction.atomic():
        poll = queries.poll(actor, poll_id)
        write.expect_version(poll, version)
        return _moved(actor, poll, verb, fields)


def _moved(actor: Actor, poll: Poll, verb: str, fields: Mapping[str, object]) -> Poll:
    links = queries.links_of(poll)
    counted = queries.counted(poll)
    facts = PollFacts(
        groups=len(counted),
        without_links=tuple(one.name for one in counted if one.channel == "link" and one.group_id not in links),
        answered=sum(one.answered for one in counted),
        ends_on=poll.ends_on,
        today=clock.today(),
    )
    lifecycle.move(poll, verb, actor=actor, target=targets.of_round(poll.round), facts=facts, fields=fields)
    return poll


def count_sheet(*, actor: Actor, group_id: int, counts: Mapping[str, int], kept_by: str, version: int) -> PollSheet:
    """A batch of papers; together no more than were handed out. ``counts`` by word and ``invalid``."""
    with transaction.atomic():
        group = queries.group(actor, group_id)
        decide.require(actor, "poll.run", targets.of_round(group.poll.round))
        write.expect_version(group, version)
        if group.channel != "paper" or group.poll.state != "open":
            raise RuleBroken("poll.no_papers", N_("Papers are counted for groups that are asked on paper, while the poll is open."))
        if not kept_by.strip():
            raise BadInput("poll.kept_by", N_("Say which post keeps the papers, so that they can be counted again."))
        new = {name: max(0, counts.get(name, 0)) for name in (*rules.WORDS, "invalid")}
        if not sum(new.values()):
            raise BadInput("poll.nothing_counted", N_("Nothing was counted. Write at least one number."))
        _no_more_than_asked(group, sum(new.values()))
        write.note(group, actor=actor, verb="count", reason=str(sum(new.values())))  # of two at once, one is told
        row = PollSheet(group=group, kept_by=kept_by.strip()[:KEPT_LENGTH], on=clock.today(), **new)
        return write.create(row, actor=actor, verb="count")


def _no_more_than_asked(group: PollGroup, more: int) -> None:
    there = next(one for one in queries.counted(group.poll) if one.group_id == group.pk)
    left = group.invited - there.answered - there.spoilt
    if more > left:
        raise BadInput(
            "poll.too_many", N_("{more} papers are more than are still out ({left} of {all})."), more=more, left=left, all=group.invited
        )


def strike_sheet(*, actor: Actor, sheet_id: int, reason: str, version: int) -> PollSheet:
    """A miscount counts no more; it stays on the page with its reason."""
    with transaction.atomic():
        sheet = queries.sheet(actor, sheet_id)
        if sheet.group.poll.state != "open":
            raise RuleBroken("poll.closed", N_("The poll is closed; its figures are kept as they were."))
        write.expect_version(sheet, version)
        target = targets.of_round(sheet.group.poll.round)
        lifecycle.move(sheet, "strike", actor=actor, target=target, facts=ItemFacts(reason=reason.strip()), reason=reason.strip())
        return sheet


def poll_of(code: str) -> Poll:
    """The poll a code still opens; used, void and unknown codes and closed polls are refused, each in its own words."""
    link = _usable(code)
    return link.group.poll


def _usable(code: str) -> PollLink:
    plain = rules.plain_code(code)
    link = queries.link(_digest(plain)) if len(plain) == rules.CODE_LETTERS else None
    if link is None:
        raise NotFound("poll.no_link", N_("This code is not known. Look at the slip again: it has 16 letters and digits."))
    poll = link.group.poll
    if poll.state != "open" or clock.today() > poll.ends_on:
        raise RuleBroken("poll.over", _OVER)
    if PollLinkUse.objects.filter(link=link).exists():
        raise _used()
    if not queries.is_current(link):
        raise RuleBroken("poll.void", N_("This code was replaced by a newer slip. Use the newer one."))
    return link


def vote(*, code: str, word: str) -> Poll:
    """One answer by a one-time link, from somebody without an account. Kept are the group and the word; no moment, no address, no entry."""
    with transaction.atomic():
        link = _usable(code)
        if word not in rules.WORDS:
            raise BadInput("poll.no_word", N_("Choose one answer."))
        poll = Poll.objects.select_for_update().get(pk=link.group.poll_id)
        if poll.state != "open":
            raise RuleBroken("poll.over", _OVER)
        try:
            with transaction.atomic():
                write.attach([PollLinkUse(link=link)])
        except IntegrityError as error:
            raise _used() from error
        write.attach([PollVote(group=link.group, word=word)])
        return poll


def _used() -> RuleBroken:
    return RuleBroken("poll.used", N_("This code was used already; it answers once."))
