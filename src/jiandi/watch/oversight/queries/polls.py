"""Polls one may see, and what was answered so far."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, Sum

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.ledger.models import Finding, Poll, PollGroup, PollLink, PollLinkUse, PollSheet, PollVote, Round
from jiandi.record.ledger.scope import sees_everything, visible_findings, visible_rounds, wide_rounds
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor
from jiandi.watch.oversight.rules import polls as rules

PAGE = 50
_MISSING = N_("There is no such poll, or it is not yours to see. Go back to the list.")


def visible_polls(actor: Actor) -> Q:
    """Round-wide duties see the polls of their rounds; units the closed ones of theirs, about findings they may see."""
    if sees_everything(actor):
        return Q()
    seen = Finding.objects.filter(visible_findings(actor)).values("pk")
    rounds = Round.objects.filter(visible_rounds(actor)).values("pk")
    closed = Q(state="closed", round__in=rounds) & (Q(finding__isnull=True) | Q(finding__in=seen))
    return Q(round__in=wide_rounds(actor)) | closed


def poll(actor: Actor, poll_id: int) -> Poll:
    rows = Poll.objects.filter(visible_polls(actor), pk=poll_id)
    found = rows.select_related("round", "round__regime", "finding").first()
    if found is None:
        raise NotFound("poll.none", _MISSING)
    return found


def group(actor: Actor, group_id: int) -> PollGroup:
    """A group of a visible poll, with its poll and round."""
    rows = PollGroup.objects.filter(pk=group_id, poll__in=Poll.objects.filter(visible_polls(actor)))
    found = rows.select_related("poll", "poll__round", "poll__round__regime").first()
    if found is None:
        raise NotFound("poll.no_group", _MISSING)
    return found


def sheet(actor: Actor, sheet_id: int) -> PollSheet:
    rows = PollSheet.objects.filter(pk=sheet_id, group__poll__in=Poll.objects.filter(visible_polls(actor)))
    found = rows.select_related("group", "group__poll", "group__poll__round").first()
    if found is None:
        raise NotFound("poll.no_sheet", _MISSING)
    return found


def polls(actor: Actor, round_: Round, number: str | None) -> Page[Any]:
    rows = Poll.objects.filter(visible_polls(actor), round=round_).select_related("finding").defer("figures")
    return Paginator(rows.annotate(asked=Count("groups")).order_by("-pk"), PAGE).get_page(number)


def sheets(of: Poll) -> list[PollSheet]:
    """Counted batches, the struck among them."""
    return list(PollSheet.objects.filter(group__poll=of).select_related("group").order_by("-pk")[:PAGE])


def counted(of: Poll) -> list[rules.Counted]:
    """As kept at the closing; before it, as answered until now."""
    if of.state == "closed":
        return [rules.Counted(**row) for row in of.figures]
    by_hand, by_link = _by_hand(of), _by_link(of)
    found = []
    for one in of.groups.all():
        words = by_hand.get(one.pk, {}) if one.channel == "paper" else by_link.get(one.pk, {})
        whole = {word: words.get(word, 0) for word in rules.WORDS}
        found.append(rules.Counted(one.pk, one.name, one.channel, one.invited, whole, words.get("invalid", 0)))
    return found


def _by_hand(of: Poll) -> dict[int, dict[str, int]]:
    fields = (*rules.WORDS, "invalid")
    rows = PollSheet.objects.filter(group__poll=of, state="counted").order_by().values_list("group_id")
    summed = rows.annotate(**{f"n_{name}": Sum(name) for name in fields})
    return {group_id: dict(zip(fields, counts, strict=True)) for group_id, *counts in summed}


def _by_link(of: Poll) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for group_id, word, n in PollVote.objects.filter(group__poll=of).order_by().values_list("group_id", "word").annotate(n=Count("pk")):
        found.setdefault(group_id, {})[word] = n
    return found


def result(of: Poll) -> rules.Result:
    return rules.result(counted(of), regimes.profile_of(of.round.regime).numbers, is_over=of.state == "closed")


def links_of(of: Poll) -> dict[int, tuple[int, int]]:
    """Links that can still be used, and those that were, by group."""
    used = Counter(PollLinkUse.objects.filter(link__group__poll=of).values_list("link__group_id", flat=True))
    last = dict(PollLink.objects.filter(group__poll=of).order_by().values_list("group_id").annotate(b=Max("batch")))
    current = PollLink.objects.filter(group__poll=of, use__isnull=True).order_by().values_list("group_id", "batch").annotate(n=Count("pk"))
    open_now = {group_id: n for group_id, batch, n in current if batch == last[group_id]}
    return {group_id: (open_now.get(group_id, 0), used[group_id]) for group_id in last}


def link(digest: str) -> PollLink | None:
    return PollLink.objects.filter(digest=digest).select_related("group", "group__poll").first()


def is_current(one: PollLink) -> bool:
    """Whether no later print took the place of its own."""
    return not PollLink.objects.filter(group_id=one.group_id, batch__gt=one.batch).exists()
