"""What happens to evidence after it was handed in: versions, sharing, seen, review, running out; who may, and who may not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute import actions
from jiandi.loop.execute.queries import papers as queries
from jiandi.loop.verify import actions as verify
from jiandi.record.ledger import lifecycle, looks, write
from jiandi.record.ledger.models import Evidence, EvidenceSeen, EvidenceUse, FileLook, Likeness, Measure
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_measure, make_round
from tests.cast import Cast

PDF = b"%PDF-1.7\n1 0 obj\n"


def planned(cast: Cast, finding: Any = None) -> Measure:
    row = make_measure(finding or cast.finding)
    lifecycle.move(row, "approve", actor=SYSTEM)
    return row


@pytest.fixture
def measure(cast: Cast) -> Measure:
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return planned(cast)


def prove(cast: Cast, measure: Measure, body: bytes = PDF, **more: Any) -> Evidence:
    given = {"title": "转账凭证", "kind": "act", "chunks": [body], "file_name": "凭证.pdf", **more}
    return actions.add_evidence(actor=cast.actor("liaison"), measure_id=measure.pk, **given)


@pytest.fixture
def row(cast: Cast, measure: Measure) -> Evidence:
    return prove(cast, measure)


def offline(cast: Cast, measure: Measure) -> Evidence:
    return prove(cast, measure, chunks=None, file_name="", held_offline="机要室")


class TestTwice:
    def test_the_same_file_on_one_measure_is_kept_once(self, cast: Cast, measure: Measure, row: Evidence) -> None:
        with pytest.raises(RuleBroken, match="twice"):
            prove(cast, measure)
        assert Evidence.objects.count() == 1

    def test_after_a_return_it_may_come_again(self, cast: Cast, measure: Measure, row: Evidence) -> None:
        actions.return_evidence(actor=cast.actor("verifier"), evidence_id=row.pk, reason="incomplete", version=row.version)
        assert prove(cast, measure).pk != row.pk


class TestVersions:
    def replace(self, cast: Cast, row: Evidence, who: str = "liaison", body: bytes = PDF + b"2", **more: Any) -> Evidence:
        given = {"version": row.version, "chunks": [body], "file_name": "凭证（改）.pdf", **more}
        return actions.replace_evidence(actor=cast.actor(who), evidence_id=row.pk, **given)

    def test_a_new_version_stands_where_the_old_one_stood_and_the_old_one_stays(self, cast: Cast, measure: Measure, row: Evidence) -> None:
        made = self.replace(cast, row)
        row.refresh_from_db()
        assert (row.state, made.state, made.replaces_id, made.title) == ("replaced", "given", row.pk, row.title)
        assert [use.measure_id for use in made.uses.all()] == [measure.pk]
        assert [one.pk for one in queries.paper(cast.actor("liaison"), row.pk).versions] == [made.pk, row.pk]

    def test_it_supports_only_what_is_claimed_from_then_on(self, cast: Cast, row: Evidence) -> None:
        later = clock.now() + timedelta(days=3)
        with clock.at(later):
            assert self.replace(cast, row).uses.get().used_at == later

    @pytest.mark.parametrize(("who", "error"), [("verifier", NotAllowed), ("clerk", NotAllowed), ("outsider", NotFound)])
    def test_others_replace_nothing(self, cast: Cast, row: Evidence, who: str, error: type[Exception]) -> None:
        with pytest.raises(error):
            self.replace(cast, row, who)

    def test_the_very_same_file_is_no_new_version(self, cast: Cast, row: Evidence) -> None:
        with pytest.raises(BadInput, match="same"):
            self.replace(cast, row, body=PDF)

    def test_a_stale_page_replaces_nothing_and_a_version_has_one_successor(self, cast: Cast, row: Evidence) -> None:
        self.replace(cast, row)
        with pytest.raises(Conflict):
            self.replace(cast, row, body=PDF + b"3")
        row.refresh_from_db()
        with pytest.raises(RuleBroken):
            self.replace(cast, row, body=PDF + b"3")
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.create(title="三", kind="act", unit=cast.bureau, added_by="user:1", added_at=clock.now(), replaces=row)


class TestSharing:
    def other(self, cast: Cast) -> Measure:
        finding = make_finding(cast.round, cast.bureau)
        write.change(finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
        return planned(cast, finding)

    def test_declared_sharing_serves_both_and_asks_nothing(self, cast: Cast, row: Evidence) -> None:
        other = self.other(cast)
        use = actions.share_evidence(actor=cast.actor("liaison"), evidence_id=row.pk, measure_id=other.pk, reason="同一次培训")
        other.refresh_from_db()
        found = queries.paper(cast.actor("liaison"), row.pk)
        assert (use.reason, other.state, len(found.uses), found.repeats) == ("同一次培训", "in_progress", 2, [])

    def test_without_a_reason_nothing_is_shared(self, cast: Cast, row: Evidence) -> None:
        with pytest.raises(BadInput, match="share_reason"):
            actions.share_evidence(actor=cast.actor("liaison"), evidence_id=row.pk, measure_id=self.other(cast).pk, reason=" ")

    def test_not_twice_and_not_what_was_returned(self, cast: Cast, measure: Measure, row: Evidence) -> None:
        with pytest.raises(RuleBroken, match="twice"):
            actions.share_evidence(actor=cast.actor("liaison"), evidence_id=row.pk, measure_id=measure.pk, reason="甲")
        actions.return_evidence(actor=cast.actor("verifier"), evidence_id=row.pk, reason="incomplete", version=row.version)
        with pytest.raises(RuleBroken, match="not_standing"):
            actions.share_evidence(actor=cast.actor("liaison"), evidence_id=row.pk, measure_id=self.other(cast).pk, reason="甲")

    def test_both_ends_must_be_ours(self, cast: Cast, row: Evidence) -> None:
        foreign = make_finding(make_round(cast.stranger), cast.stranger)
        with pytest.raises(NotFound):
            actions.share_evidence(actor=cast.actor("liaison"), evidence_id=row.pk, measure_id=planned(cast, foreign).pk, reason="甲")
        with pytest.raises(NotFound):
            actions.share_evidence(actor=cast.actor("outsider"), evidence_id=row.pk, measure_id=self.other(cast).pk, reason="甲")
        with pytest.raises(NotAllowed):
            actions.share_evidence(actor=cast.actor("verifier"), evidence_id=row.pk, measure_id=self.other(cast).pk, reason="甲")


class TestSeen:
    def test_another_person_enters_who_saw_a_paper_held_elsewhere(self, cast: Cast, measure: Measure) -> None:
        row = offline(cast, measure)
        seen = actions.enter_seen(actor=cast.actor("verifier"), evidence_id=row.pk, post=" 核查组组长 ", on=clock.today())
        assert (seen.post, seen.entered_by) == ("核查组组长", cast.actor("verifier").holder)
        with pytest.raises(RuleBroken, match="seen_twice"):
            actions.enter_seen(actor=cast.actor("verifier2"), evidence_id=row.pk, post="核查组组长", on=clock.today())

    @pytest.mark.parametrize(("who", "error"), [("liaison", NotAllowed), ("head", NotAllowed), ("outsider", NotFound)])
    def test_the_unit_itself_does_not_enter_it(self, cast: Cast, measure: Measure, who: str, error: type[Exception]) -> None:
        with pytest.raises(error):
            actions.enter_seen(actor=cast.actor(who), evidence_id=offline(cast, measure).pk, post="甲", on=clock.today())

    def test_post_and_day_are_asked_for(self, cast: Cast, measure: Measure) -> None:
        row = offline(cast, measure)
        for post, on, code in (
            ("", clock.today(), "seen_post"),
            ("甲", None, "seen_on"),
            ("甲", clock.today() + timedelta(days=1), "seen_on"),
        ):
            with pytest.raises(BadInput, match=code):
                actions.enter_seen(actor=cast.actor("verifier"), evidence_id=row.pk, post=post, on=on)

    def test_a_file_kept_here_is_looked_at_itself(self, cast: Cast, row: Evidence) -> None:
        with pytest.raises(RuleBroken, match="is_here"):
            actions.enter_seen(actor=cast.actor("verifier"), evidence_id=row.pk, post="甲", on=clock.today())

    def test_the_database_refuses_the_same_twice(self, cast: Cast, measure: Measure) -> None:
        given: dict[str, Any] = {
            "evidence": offline(cast, measure),
            "post": "甲",
            "on": clock.today(),
            "entered_by": "u",
            "entered_at": clock.now(),
        }
        EvidenceSeen.objects.create(**given)
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceSeen.objects.create(**given)


class TestReview:
    def test_a_verifier_accepts_with_a_last_good_day_and_it_runs_out(self, cast: Cast, row: Evidence) -> None:
        day = clock.today() + timedelta(days=5)
        actions.accept_evidence(actor=cast.actor("verifier"), evidence_id=row.pk, version=row.version, good_until=day)
        row.refresh_from_db()
        assert (row.state, row.good_until) == ("accepted", day)
        with clock.at(clock.start_of(day) + timedelta(hours=5)):
            actions.run_out(row.pk)
        row.refresh_from_db()
        assert row.state == "accepted"
        with clock.at(clock.end_of(day) + timedelta(hours=5)):
            actions.run_out(row.pk)
        row.refresh_from_db()
        assert row.state == "expired"

    def test_a_return_has_a_neutral_reason_and_can_be_taken_back(self, cast: Cast, row: Evidence) -> None:
        verifier = cast.actor("verifier")
        with pytest.raises(RuleBroken):
            actions.return_evidence(actor=verifier, evidence_id=row.pk, reason="敷衍", version=row.version)
        back = actions.return_evidence(actor=verifier, evidence_id=row.pk, reason="incomplete", version=row.version)
        again = actions.look_again(actor=verifier, evidence_id=row.pk, reason="看错了文件", version=back.version)
        assert (again.state, again.reason) == ("given", "")
        with pytest.raises(RuleBroken):
            actions.look_again(actor=verifier, evidence_id=row.pk, reason="甲", version=again.version)

    @pytest.mark.parametrize(
        ("who", "error"), [("liaison", NotAllowed), ("clerk", NotAllowed), ("supervisor", NotAllowed), ("outsider", NotFound)]
    )
    def test_others_review_nothing(self, cast: Cast, row: Evidence, who: str, error: type[Exception]) -> None:
        for deed in (actions.accept_evidence, actions.expire_evidence):
            with pytest.raises(error):
                deed(actor=cast.actor(who), evidence_id=row.pk, version=row.version)

    def test_a_stale_page_reviews_nothing(self, cast: Cast, row: Evidence) -> None:
        actions.accept_evidence(actor=cast.actor("verifier"), evidence_id=row.pk, version=row.version)
        with pytest.raises(Conflict):
            actions.expire_evidence(actor=cast.actor("verifier2"), evidence_id=row.pk, version=row.version)

    def test_a_last_good_day_that_has_passed_is_refused(self, cast: Cast, row: Evidence) -> None:
        with pytest.raises(BadInput, match="good_until"):
            actions.accept_evidence(actor=cast.actor("verifier"), evidence_id=row.pk, version=row.version, good_until=date(2020, 1, 1))

    def test_who_handed_it_in_never_reviews_it(self, cast: Cast, row: Evidence) -> None:
        write.change(row, {"added_by": cast.actor("verifier").holder}, actor=SYSTEM, verb="edit")
        with pytest.raises(RuleBroken):
            actions.accept_evidence(actor=cast.actor("verifier"), evidence_id=row.pk, version=row.version)


class TestClaims:
    """What was returned or has expired supports no claim."""

    def claim(self, cast: Cast, measure: Measure) -> Any:
        measure.refresh_from_db()
        return actions.claim_done(actor=cast.actor("liaison"), measure_id=measure.pk, text="已拨付", version=measure.version)

    @pytest.mark.parametrize("deed", ["return", "expire"])
    def test_nothing_is_claimed_on_what_does_not_stand(self, cast: Cast, measure: Measure, row: Evidence, deed: str) -> None:
        given: dict[str, Any] = {"actor": cast.actor("verifier"), "evidence_id": row.pk, "version": row.version}
        actions.return_evidence(reason="incomplete", **given) if deed == "return" else actions.expire_evidence(**given)
        with pytest.raises(RuleBroken) as refused:
            self.claim(cast, measure)
        assert [u.code for u in refused.value.unmet] == ["talk_only"]

    def test_a_claim_is_not_accepted_once_its_evidence_was_returned(self, cast: Cast, measure: Measure, row: Evidence) -> None:
        claim = self.claim(cast, measure)
        actions.return_evidence(actor=cast.actor("verifier"), evidence_id=row.pk, reason="incomplete", version=row.version)
        judged: dict[str, Any] = {"actor": cast.actor("verifier2"), "claim_id": claim.pk, "verdict": "met", "method": "read", "text": ""}
        with pytest.raises(RuleBroken) as refused:
            verify.accept_claim(version=claim.version, **judged)
        assert [u.code for u in refused.value.unmet] == ["not_shown"]
        prove(cast, measure, PDF + b"better")
        verify.accept_claim(version=claim.version, **judged)
        measure.refresh_from_db()
        assert measure.state == "done"


class TestSeenBefore:
    """The same picture elsewhere is a question; of what is not ours only that it is."""

    def twin(self, cast: Cast, *, foreign: bool) -> Evidence:
        round_ = make_round(cast.stranger) if foreign else cast.round
        unit = cast.stranger if foreign else cast.bureau
        other = planned(cast, make_finding(round_, unit, title="另一个问题"))
        row = Evidence(
            title="旧照片",
            kind="act",
            digest="a" * 64,
            algorithm="sha256",
            size_bytes=9,
            unit=unit,
            added_by="user:9",
            added_at=clock.now(),
        )
        write.create(row, actor=SYSTEM, verb="add")
        write.attach([EvidenceUse(evidence=row, measure=other, used_at=clock.now())])
        return row

    def alike(self, row: Evidence, twin: Evidence, how: str) -> None:
        one = FileLook.objects.get(digest=row.digest)
        other = FileLook.objects.create(digest=twin.digest)
        assert looks.connect([(other.pk, one.pk, how, 2)]) == 1

    @pytest.mark.parametrize("how", ["same", "mirrored", "cropped"])
    def test_a_like_picture_of_another_finding_is_named_to_who_sees_it(self, cast: Cast, row: Evidence, how: str) -> None:
        twin = self.twin(cast, foreign=False)
        self.alike(row, twin, how)
        found = queries.paper(cast.actor("liaison"), row.pk).repeats
        assert [(one.how, one.finding.title if one.finding else "", one.evidence) for one in found] == [(how, "另一个问题", twin)]

    def test_what_is_not_ours_is_neither_named_nor_counted(self, cast: Cast, row: Evidence) -> None:
        twin = self.twin(cast, foreign=True)
        self.alike(row, twin, "same")
        found = queries.paper(cast.actor("liaison"), row.pk).repeats
        assert [(one.how, one.finding, one.evidence) for one in found] == [("same", None, None)]

    def test_the_same_bytes_are_found_without_any_picture(self, cast: Cast, row: Evidence) -> None:
        write.change(self.twin(cast, foreign=False), {"digest": row.digest}, actor=SYSTEM, verb="edit")
        assert [one.how for one in queries.paper(cast.actor("liaison"), row.pk).repeats] == ["copy"]

    def test_its_own_finding_is_no_question(self, cast: Cast, row: Evidence) -> None:
        write.attach([EvidenceUse(evidence=row, measure=planned(cast), used_at=clock.now())])
        assert queries.paper(cast.actor("liaison"), row.pk).repeats == []

    def test_a_pair_stands_once_and_in_order(self, cast: Cast, row: Evidence) -> None:
        one, other = FileLook.objects.get(digest=row.digest), FileLook.objects.create(digest="b" * 64)
        looks.connect([(one.pk, other.pk, "same", 1), (other.pk, one.pk, "same", 1), (one.pk, one.pk, "same", 0)])
        assert Likeness.objects.count() == 1
        for pair in ({"one": one, "other": other}, {"one": other, "other": one}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Likeness.objects.create(how="same", distance=1, **pair)
        for wrong in ({"progress": "half"}, {"scan": "perhaps"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                FileLook.objects.create(digest="c" * 64, **wrong)
