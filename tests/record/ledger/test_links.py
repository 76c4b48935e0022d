"""Links: a person's word about two findings, checked at both ends, with a state of its own."""

from __future__ import annotations

from typing import Any

import pytest

from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.record.ledger import links, verbs, write
from jiandi.record.ledger.models import Finding, FindingLink, Round
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import as_actor, give, make_finding, make_measure, make_round, make_user
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(cast: Cast) -> Round:
    """Another inspection of the same city."""
    return make_round(cast.city, level="central")


@pytest.fixture
def there(cast: Cast, letter: Round) -> Finding:
    """The same problem in the other letter, led by the same unit."""
    return make_finding(letter, cast.bureau, title="项目资金拨付滞后三个月", source="central")


def say(cast: Cast, other: Finding, who: str = "clerk", **given: Any) -> FindingLink:
    asked: dict[str, Any] = {
        "finding_id": cast.finding.pk,
        "other_id": other.pk,
        "kind": "same",
        "basis": "同一批项目",
        "version": 1,
        **given,
    }
    return links.say(actor=cast.actor(who), **asked)


def take(cast: Cast, link: FindingLink, verb: str, who: str = "clerk", **given: Any) -> FindingLink:
    return links.take(actor=cast.actor(who), link_id=link.pk, verb=verb, **{"reason": "经比对", "version": link.version, **given})


def verbs_of(finding: Finding) -> list[str]:
    return list(TrailEntry.objects.filter(thing="finding", thing_id=finding.pk).order_by("number").values_list("verb", flat=True))


def test_the_office_s_word_over_both_counts_at_once(cast: Cast, there: Finding) -> None:
    link = say(cast, there)
    assert (link.state, link.said_by_id) == ("accepted", cast.people["clerk"].pk)
    assert link.likeness is not None
    assert link.likeness > 50
    assert list(links.same_as(there.pk)) == [cast.finding]
    assert verbs_of(there)[-1] == verbs_of(cast.finding)[-1] == "link"


def test_a_unit_s_word_waits_for_the_office(cast: Cast, there: Finding) -> None:
    link = say(cast, there, "liaison")
    assert link.state == "proposed"
    assert not links.same_as(there.pk).exists()
    with pytest.raises(NotAllowed):
        take(cast, link, "accept", "head")
    assert take(cast, link, "accept").state == "accepted"
    assert list(links.same_as(cast.finding.pk)) == [there]


def test_a_proposal_is_refused_with_a_reason_and_may_be_made_again(cast: Cast, there: Finding) -> None:
    link = say(cast, there, "liaison")
    with pytest.raises(RuleBroken):
        take(cast, link, "refuse", reason=" ")
    assert take(cast, link, "refuse").state == "refused"
    assert say(cast, there, "liaison").state == "proposed"


def test_a_link_is_taken_off_with_a_reason_and_stays_in_history(cast: Cast, there: Finding) -> None:
    link = say(cast, there)
    with pytest.raises(RuleBroken):
        take(cast, link, "unlink", reason="")
    take(cast, link, "unlink")
    assert not links.same_as(there.pk).exists()
    assert FindingLink.objects.get().reason == "经比对"
    assert verbs_of(there)[-1] == "unlink"


def test_same_is_said_once_whoever_says_it_from_either_end(cast: Cast, there: Finding) -> None:
    say(cast, there)
    with pytest.raises(RuleBroken, match=r"link\.there"):
        links.say(actor=cast.actor("clerk"), finding_id=there.pk, other_id=cast.finding.pk, kind="same", basis="", version=there.version)


def test_what_one_may_not_see_is_never_linked(cast: Cast, letter: Round) -> None:
    foreign = make_finding(letter, cast.stranger)
    with pytest.raises(NotFound):
        say(cast, foreign, "head")
    assert not FindingLink.objects.exists()


def test_policy_is_asked_at_both_ends(cast: Cast, letter: Round) -> None:
    """The helper sees both findings and leads one of them: not enough."""
    led = make_finding(letter, cast.helper)
    with pytest.raises(NotAllowed):
        say(cast, led, "helper")
    with pytest.raises(NotAllowed):
        say(cast, led, "supervisor")


def test_an_office_of_one_round_decides_nothing_over_another(cast: Cast, letter: Round, there: Finding) -> None:
    user = make_user()
    give(user, cast.office, roles.CLERK, letter)
    give(user, cast.bureau, roles.LIAISON)
    actor = as_actor(user)
    given: dict[str, Any] = {"finding_id": cast.finding.pk, "other_id": there.pk, "kind": "same", "basis": "", "version": 1}
    link = links.say(actor=actor, **given)
    assert link.state == "proposed"
    with pytest.raises(NotAllowed):
        links.take(actor=actor, link_id=link.pk, verb="accept", reason="", version=link.version)


def test_a_link_is_seen_only_by_who_sees_both(cast: Cast, letter: Round) -> None:
    foreign = make_finding(letter, cast.stranger)
    link = say(cast, foreign)
    assert links.of_finding(cast.actor("liaison"), cast.finding) == []
    assert not links.in_other_rounds(cast.actor("liaison"), cast.round.pk).exists()
    with pytest.raises(NotFound):
        take(cast, link, "unlink", "liaison")
    assert [tie.far for tie in links.of_finding(cast.actor("clerk"), cast.finding)] == [foreign]


def test_stale_versions_are_conflicts(cast: Cast, there: Finding) -> None:
    with pytest.raises(Conflict):
        say(cast, there, version=7)
    link = say(cast, there)
    with pytest.raises(Conflict):
        take(cast, link, "unlink", version=9)


@pytest.mark.parametrize(
    ("given", "error"),
    [({"kind": "alike"}, BadInput), ({"kind": ""}, BadInput), ({"kind": "about"}, RuleBroken), ({"other_id": 0}, NotFound)],
)
def test_wrong_words_are_refused(cast: Cast, there: Finding, given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        say(cast, there, **given)


def test_a_finding_is_not_linked_with_itself_nor_with_one_off_the_books(cast: Cast, there: Finding) -> None:
    with pytest.raises(BadInput):
        say(cast, cast.finding)
    verbs.withdraw(actor=cast.actor("clerk"), finding=there, reason="撤回", document="1号")
    with pytest.raises(RuleBroken):
        say(cast, there)


def test_only_a_problem_of_the_rectification_is_about_another(cast: Cast, there: Finding) -> None:
    about = make_finding(cast.round, cast.bureau, source="process", title="整改台账造册不实")
    assert say(cast, there, finding_id=about.pk, kind="about").kind == "about"


def test_an_accepted_link_cannot_be_accepted_or_refused_again(cast: Cast, there: Finding) -> None:
    link = say(cast, there)
    for verb in ("accept", "refuse"):
        with pytest.raises(RuleBroken):
            take(cast, link, verb)
    with pytest.raises(NotFound):
        take(cast, link, "delete")


def test_likely_findings_are_proposed_across_rounds_as_far_as_one_sees(cast: Cast, letter: Round, there: Finding) -> None:
    make_finding(letter, cast.stranger, title="项目资金拨付滞后")
    make_finding(letter, cast.bureau, title="会议记录不全")
    assert [row.finding for row in links.candidates(cast.actor("liaison"), cast.finding).rows] == [there]
    assert len(links.candidates(cast.actor("clerk"), cast.finding).rows) == 2


def test_what_was_found_to_be_another_problem_is_not_proposed_again(cast: Cast, there: Finding) -> None:
    actor = cast.actor("clerk")
    with pytest.raises(BadInput):
        links.decline(actor=actor, finding_id=cast.finding.pk, other_id=there.pk, reason=" ", version=1)
    link = links.decline(actor=actor, finding_id=cast.finding.pk, other_id=there.pk, reason="项目不同", version=1)
    assert (link.state, link.reason) == ("refused", "项目不同")
    assert links.candidates(actor, cast.finding).rows == []
    assert links.candidates(actor, there).rows == []
    with pytest.raises(NotAllowed):
        links.decline(actor=cast.actor("head"), finding_id=cast.finding.pk, other_id=there.pk, reason="不同", version=1)


def test_a_link_holds_while_a_measure_serves_both(cast: Cast, there: Finding) -> None:
    link, measure = say(cast, there), make_measure(cast.finding)
    write.change(measure, {"state": "planned"}, actor=SYSTEM, verb="approve")
    verbs.serve(measure, there)
    with pytest.raises(RuleBroken, match=r"link\.shared"):
        take(cast, link, "unlink")
