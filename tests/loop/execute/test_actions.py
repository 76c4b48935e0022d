"""What a unit does on a measure: note, prove, say, claim, register, submit; and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock, files
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute import actions
from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import Evidence, EvidenceUse, Finding, Measure, MeasurePart, PlanVersion
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding, make_measure, put_under
from tests.cast import Cast

PDF = [b"%PDF-1.7\n1 0 obj\n"]


@pytest.fixture
def measure(cast: Cast) -> Measure:
    """A planned measure of a planned finding."""
    row = make_measure(cast.finding)
    lifecycle.move(row, "approve", actor=SYSTEM)
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return row


def prove(cast: Cast, measure: Measure, kind: str = "act", who: str = "liaison", **more: object) -> Evidence:
    given = {"title": "转账凭证", "kind": kind, "chunks": PDF, "file_name": "转账凭证.pdf", **more}
    return actions.add_evidence(actor=cast.actor(who), measure_id=measure.pk, **given)  # type: ignore[arg-type]


def approve_plan(cast: Cast) -> None:
    plan = PlanVersion(round=cast.round, unit=cast.bureau, number=1, body="{}", algorithm="sha256", digest="0" * 64, state="approved")
    plan.submitted_at = plan.decided_at = clock.now() - timedelta(days=10)
    write.create(plan, actor=SYSTEM, verb="approve")


class TestNotes:
    def test_the_first_note_starts_measure_and_finding(self, cast: Cast, measure: Measure) -> None:
        note = actions.write_note(actor=cast.actor("liaison"), measure_id=measure.pk, text="已核对两个项目")
        measure.refresh_from_db()
        cast.finding.refresh_from_db()
        assert (measure.state, cast.finding.state, note.unit_id) == ("in_progress", "in_progress", cast.bureau.pk)
        assert (note.on, note.written_by_id) == (clock.today(), cast.people["liaison"].pk)

    def test_a_support_unit_writes_in_its_own_name(self, cast: Cast, measure: Measure) -> None:
        note = actions.write_note(actor=cast.actor("helper"), measure_id=measure.pk, text="已拨付")
        assert note.unit_id == cast.helper.pk

    def test_nobody_writes_in_the_name_of_another_unit(self, cast: Cast, measure: Measure) -> None:
        with pytest.raises(BadInput, match="unit"):
            actions.write_note(actor=cast.actor("helper"), measure_id=measure.pk, text="甲", unit_id=cast.bureau.pk)

    def test_nothing_changed_needs_no_text_but_anything_else_does(self, cast: Cast, measure: Measure) -> None:
        note = actions.write_note(actor=cast.actor("liaison"), measure_id=measure.pk, text="", is_unchanged=True)
        assert note.is_unchanged
        with pytest.raises(BadInput, match="empty"):
            actions.write_note(actor=cast.actor("liaison"), measure_id=measure.pk, text=" ")

    def test_a_note_about_tomorrow_is_refused(self, cast: Cast, measure: Measure) -> None:
        with pytest.raises(BadInput, match="future"):
            actions.write_note(actor=cast.actor("liaison"), measure_id=measure.pk, text="甲", on=clock.today() + timedelta(days=1))

    def test_a_draft_measure_takes_no_note(self, cast: Cast) -> None:
        with pytest.raises(RuleBroken, match="not_planned"):
            actions.write_note(actor=cast.actor("liaison"), measure_id=make_measure(cast.finding).pk, text="甲")

    @pytest.mark.parametrize(("who", "error"), [("clerk", NotAllowed), ("verifier", NotAllowed), ("outsider", NotFound)])
    def test_others_do_not_write_notes(self, cast: Cast, measure: Measure, who: str, error: type[Exception]) -> None:
        with pytest.raises(error):
            actions.write_note(actor=cast.actor(who), measure_id=measure.pk, text="甲")

    def test_many_notes_are_written_or_none(self, cast: Cast, measure: Measure) -> None:
        draft = make_measure(cast.finding)
        rows = [actions.NewNote(measure.pk, "甲"), actions.NewNote(draft.pk, "乙")]
        with pytest.raises(RuleBroken):
            actions.write_notes(actor=cast.actor("liaison"), notes=rows)
        assert not measure.notes.exists()
        assert len(actions.write_notes(actor=cast.actor("liaison"), notes=rows[:1])) == 1


class TestEvidence:
    def test_a_file_is_kept_by_digest_and_its_author_takes_part(self, cast: Cast, measure: Measure) -> None:
        row = prove(cast, measure, finding_id=cast.finding.pk)
        assert row.size_bytes == len(PDF[0])
        assert files.path_of(row.digest).read_bytes() == PDF[0]
        assert (row.media_type, row.algorithm) == ("application/pdf", "sha256")
        assert EvidenceUse.objects.get(evidence=row).finding_id == cast.finding.pk
        assert list(MeasurePart.objects.values_list("holder", "part")) == [(cast.actor("liaison").holder, "doing")]
        assert TrailEntry.objects.filter(thing="measure", thing_id=measure.pk, verb="add_evidence").exists()
        measure.refresh_from_db()
        assert measure.state == "in_progress"

    def test_kind_and_day_are_guessed_from_the_name(self, cast: Cast, measure: Measure) -> None:
        row = prove(cast, measure, title="", kind="", file_name="党组会议纪要2026-03-01.pdf")
        assert (row.kind, str(row.dated_on), row.title) == ("talk", "2026-03-01", "党组会议纪要2026-03-01")

    @pytest.mark.parametrize(
        ("name", "chunks", "code"),
        [
            ("凭证.pdf", [], "evidence.empty"),
            ("凭证.pdf", [b""], "evidence.empty"),
            ("凭证.pdf", [b"MZ\x90\x00"], "evidence.lies"),
            ("照片.jpg", [b"<svg xmlns='http://www.w3.org/2000/svg'>"], "evidence.lies"),
            ("说明.txt", [b"<html><script>"], "evidence.lies"),
            ("页面.html", [b"<html>"], "evidence.type"),
            ("无后缀", PDF, "evidence.type"),
        ],
    )
    def test_empty_and_lying_files_are_refused(self, cast: Cast, measure: Measure, name: str, chunks: list[bytes], code: str) -> None:
        with pytest.raises(BadInput) as refused:
            prove(cast, measure, file_name=name, chunks=chunks)
        assert refused.value.code == code
        assert not Evidence.objects.exists()

    def test_a_file_over_the_limit_is_refused(self, cast: Cast, measure: Measure, settings: object) -> None:
        settings.JIANDI_UPLOAD_LIMIT_MB = 0  # type: ignore[attr-defined]
        with pytest.raises(BadInput, match="too_long"):
            prove(cast, measure)

    def test_a_paper_held_offline_names_its_keeper(self, cast: Cast, measure: Measure) -> None:
        row = prove(cast, measure, chunks=None, file_name="", held_offline="机要室")
        assert (row.digest, row.held_offline) == ("", "机要室")
        with pytest.raises(BadInput, match="nowhere"):
            prove(cast, measure, chunks=None, file_name="", held_offline=" ")

    def test_evidence_for_a_finding_that_the_measure_does_not_serve_is_refused(self, cast: Cast, measure: Measure) -> None:
        other = make_finding(cast.round, cast.bureau)
        with pytest.raises(NotFound, match="foreign"):
            prove(cast, measure, finding_id=other.pk)

    def test_a_paper_of_tomorrow_and_a_strange_kind_are_refused(self, cast: Cast, measure: Measure) -> None:
        with pytest.raises(BadInput, match="future"):
            prove(cast, measure, dated_on=clock.today() + timedelta(days=1))
        with pytest.raises(BadInput, match="kind"):
            prove(cast, measure, kind="rumour")

    @pytest.mark.parametrize(("who", "error"), [("verifier", NotAllowed), ("clerk", NotAllowed), ("outsider", NotFound)])
    def test_others_add_no_evidence(self, cast: Cast, measure: Measure, who: str, error: type[Exception]) -> None:
        with pytest.raises(error):
            prove(cast, measure, who=who)


class TestSaid:
    def test_said_takes_the_day_of_the_plan_and_is_accepted_by_nobody(self, cast: Cast, measure: Measure) -> None:
        approve_plan(cast)
        claim = actions.say(actor=cast.actor("liaison"), measure_id=measure.pk, text="已发文部署")
        measure.refresh_from_db()
        cast.finding.refresh_from_db()
        assert (claim.kind, claim.state) == ("said", "stated")
        assert measure.said_on == clock.today() - timedelta(days=10)
        assert (cast.finding.is_said, cast.finding.is_done) == (True, False)
        assert measure.state == "planned"

    def test_said_rests_on_the_first_talk_evidence(self, cast: Cast, measure: Measure) -> None:
        day = clock.today() - timedelta(days=3)
        prove(cast, measure, "talk", title="部署会纪要", dated_on=day)
        actions.say(actor=cast.actor("liaison"), measure_id=measure.pk, text="")
        measure.refresh_from_db()
        assert measure.said_on == day

    def test_said_needs_something_that_shows_it_and_is_said_once(self, cast: Cast, measure: Measure) -> None:
        with pytest.raises(RuleBroken, match="no_proof"):
            actions.say(actor=cast.actor("liaison"), measure_id=measure.pk, text="")
        approve_plan(cast)
        actions.say(actor=cast.actor("liaison"), measure_id=measure.pk, text="")
        with pytest.raises(RuleBroken, match="said"):
            actions.say(actor=cast.actor("liaison"), measure_id=measure.pk, text="")

    def test_the_office_strikes_a_said_with_a_reason(self, cast: Cast, measure: Measure) -> None:
        approve_plan(cast)
        claim = actions.say(actor=cast.actor("liaison"), measure_id=measure.pk, text="")
        with pytest.raises(RuleBroken):
            actions.strike_said(actor=cast.actor("clerk"), claim_id=claim.pk, reason=" ", version=claim.version)
        with pytest.raises(NotAllowed):
            actions.strike_said(actor=cast.actor("liaison"), claim_id=claim.pk, reason="无文号", version=claim.version)
        with pytest.raises(Conflict):
            actions.strike_said(actor=cast.actor("clerk"), claim_id=claim.pk, reason="无文号", version=claim.version + 1)
        actions.strike_said(actor=cast.actor("clerk"), claim_id=claim.pk, reason="无文号", version=claim.version)
        measure.refresh_from_db()
        cast.finding.refresh_from_db()
        assert (measure.said_on, cast.finding.is_said) == (None, False)

    def test_a_support_unit_does_not_speak_for_the_lead(self, cast: Cast, measure: Measure) -> None:
        approve_plan(cast)
        with pytest.raises(NotAllowed):
            actions.say(actor=cast.actor("helper"), measure_id=measure.pk, text="")


class TestDone:
    def claim(self, cast: Cast, measure: Measure, who: str = "liaison", text: str = "三个项目资金已拨付", version: int = 0) -> object:
        measure.refresh_from_db()
        return actions.claim_done(actor=cast.actor(who), measure_id=measure.pk, text=text, version=version or measure.version)

    def test_talk_never_suffices(self, cast: Cast, measure: Measure) -> None:
        prove(cast, measure, "talk")
        with pytest.raises(RuleBroken) as refused:
            self.claim(cast, measure)
        assert [u.code for u in refused.value.unmet] == ["talk_only"]

    def test_an_act_supports_a_claim_and_the_claimant_has_done_the_work(self, cast: Cast, measure: Measure) -> None:
        approve_plan(cast)
        prove(cast, measure)
        claim = self.claim(cast, measure, "head")
        measure.refresh_from_db()
        assert (claim.state, measure.state) == ("raised", "claimed")  # type: ignore[attr-defined]
        assert measure.said_on
        assert MeasurePart.objects.filter(holder=cast.actor("head").holder, part="doing").exists()
        assert not Finding.objects.get(pk=cast.finding.pk).is_done

    def test_a_second_claim_while_one_waits_is_refused(self, cast: Cast, measure: Measure) -> None:
        prove(cast, measure)
        self.claim(cast, measure)
        with pytest.raises(RuleBroken):
            self.claim(cast, measure)

    def test_a_stale_version_loses(self, cast: Cast, measure: Measure) -> None:
        prove(cast, measure)
        with pytest.raises(Conflict):
            self.claim(cast, measure, version=1)

    @pytest.mark.parametrize(("who", "error"), [("helper", NotAllowed), ("verifier", NotAllowed), ("outsider", NotFound)])
    def test_only_the_lead_claims(self, cast: Cast, measure: Measure, who: str, error: type[Exception]) -> None:
        prove(cast, measure)
        with pytest.raises(error):
            self.claim(cast, measure, who)

    def test_who_verified_before_cannot_claim(self, cast: Cast, measure: Measure) -> None:
        prove(cast, measure)
        write.attach([MeasurePart(measure=measure, holder=cast.actor("head").holder, part="done")])
        with pytest.raises(RuleBroken) as refused:
            self.claim(cast, measure, "head")
        assert "independence.part" in {u.code for u in refused.value.unmet}

    def test_the_database_keeps_one_part_for_each_person(self, cast: Cast, measure: Measure) -> None:
        write.attach([MeasurePart(measure=measure, holder="user:1", part="doing")])
        with pytest.raises(IntegrityError), transaction.atomic():
            write.attach([MeasurePart(measure=measure, holder="user:1", part="done")])

    def test_a_claim_is_taken_back(self, cast: Cast, measure: Measure) -> None:
        prove(cast, measure)
        claim = self.claim(cast, measure)
        with pytest.raises(NotAllowed):
            actions.take_back_claim(actor=cast.actor("verifier"), claim_id=claim.pk, version=claim.version)  # type: ignore[attr-defined]
        taken = actions.take_back_claim(actor=cast.actor("head"), claim_id=claim.pk, version=claim.version)  # type: ignore[attr-defined]
        measure.refresh_from_db()
        assert (taken.state, measure.state) == ("taken_back", "in_progress")


class TestRules:
    def register(self, cast: Cast, measure: Measure, who: str = "liaison", **more: object) -> object:
        today = clock.today()
        given = {"title": "资金拨付时限规定", "number": "水发〔2026〕3号", "issued_on": today, "first_proof_on": today + timedelta(days=90)}
        return actions.register_rule(actor=cast.actor(who), measure_id=measure.pk, **{**given, "state": "in_force", **more})  # type: ignore[arg-type]

    def test_a_rule_in_force_has_number_day_and_first_proof(self, cast: Cast, measure: Measure) -> None:
        rule = self.register(cast, measure)
        assert rule.state == "in_force"  # type: ignore[attr-defined]
        with pytest.raises(RuleBroken) as refused:
            self.register(cast, measure, number="", issued_on=None, first_proof_on=None, is_another=True)
        assert [u.code for u in refused.value.unmet] == ["number", "proof"]

    def test_a_draft_is_put_in_force_later(self, cast: Cast, measure: Measure) -> None:
        rule = self.register(cast, measure, state="drafted", number="", issued_on=None, first_proof_on=None)
        given = {"number": "水发〔2026〕3号", "issued_on": clock.today(), "first_proof_on": clock.today()}
        with pytest.raises(Conflict):
            actions.put_in_force(actor=cast.actor("liaison"), institution_id=rule.pk, version=9, **given)  # type: ignore[attr-defined, arg-type]
        with pytest.raises(NotAllowed):
            actions.put_in_force(actor=cast.actor("clerk"), institution_id=rule.pk, version=1, **given)  # type: ignore[attr-defined, arg-type]
        done = actions.put_in_force(actor=cast.actor("liaison"), institution_id=rule.pk, version=1, **given)  # type: ignore[attr-defined, arg-type]
        assert (done.state, done.number) == ("in_force", "水发〔2026〕3号")

    def test_title_and_state_are_asked_for(self, cast: Cast, measure: Measure) -> None:
        with pytest.raises(BadInput):
            self.register(cast, measure, title=" ")
        with pytest.raises(BadInput):
            self.register(cast, measure, state="abolished")
        with pytest.raises(NotFound):
            self.register(cast, measure, "outsider")


class TestSubmission:
    """Under a regime whose one step before submission is the head's; chains are tested with the signatures (loop/verify)."""

    @pytest.fixture(autouse=True)
    def one_step(self, cast: Cast) -> None:
        put_under(cast.round, "self_check")

    def ready(self, cast: Cast, measure: Measure) -> Finding:
        write.change(measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
        write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
        return Finding.objects.get(pk=cast.finding.pk)

    def test_a_finding_is_submitted_once_every_measure_is_done(self, cast: Cast, measure: Measure) -> None:
        write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
        with pytest.raises(RuleBroken) as refused:
            actions.submit_finding(actor=cast.actor("head"), finding_id=cast.finding.pk, version=cast.finding.version)
        assert [u.code for u in refused.value.unmet] == ["not_done"]
        write.change(measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
        assert (
            actions.submit_finding(actor=cast.actor("head"), finding_id=cast.finding.pk, version=cast.finding.version).state == "submitted"
        )

    def test_only_the_head_submits_and_on_the_version_seen(self, cast: Cast, measure: Measure) -> None:
        found = self.ready(cast, measure)
        with pytest.raises(NotAllowed):
            actions.submit_finding(actor=cast.actor("liaison"), finding_id=found.pk, version=found.version)
        with pytest.raises(Conflict):
            actions.submit_finding(actor=cast.actor("head"), finding_id=found.pk, version=1)
        with pytest.raises(NotFound):
            actions.submit_finding(actor=cast.actor("outsider"), finding_id=found.pk, version=found.version)

    def test_a_submitted_finding_is_taken_back_until_a_check_is_opened(self, cast: Cast, measure: Measure) -> None:
        found = self.ready(cast, measure)
        sent = actions.submit_finding(actor=cast.actor("head"), finding_id=found.pk, version=found.version)
        back = actions.take_back_finding(actor=cast.actor("head"), finding_id=found.pk, version=sent.version)
        assert back.state == "in_progress"
        again = actions.submit_finding(actor=cast.actor("head"), finding_id=found.pk, version=back.version)
        write.note(again, actor=cast.actor("verifier"), verb="open_check")
        with pytest.raises(RuleBroken) as refused:
            actions.take_back_finding(actor=cast.actor("head"), finding_id=found.pk, version=again.version)
        assert [u.code for u in refused.value.unmet] == ["checking"]
