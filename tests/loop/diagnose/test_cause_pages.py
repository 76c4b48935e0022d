"""Pages about causes: proof, proposal, what is still asked, the pictures, the counts, the words, the list of matters."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock, files
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.loop.diagnose import actions, queries, rules
from jiandi.loop.diagnose.actions import Brought
from jiandi.loop.report import actions as report
from jiandi.record.ledger import load, write
from jiandi.record.ledger.models import Cause, CauseWord, Evidence, EvidenceUse, Finding, RaisedCause
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_cause, make_finding, make_measure, make_unit
from tests.cast import Cast
from tests.interfaces.api.program import program

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
JSON = {"accept": "application/json"}


def url(name: str, *args: object) -> str:
    return reverse(f"diagnose:{name}", args=args)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# --- proof ---


def test_a_paper_is_shown_for_a_cause_and_it_is_assumed_no_more(cast: Cast, sign_in: SignIn) -> None:
    cause, client = make_cause(cast.finding), sign_in("liaison")
    assert rules.flat(queries.roots_of(cast.finding))[0].is_assumed
    paper = SimpleUploadedFile("流程图.txt", "拨付流程".encode())
    answer = client.post(url("show_cause", cast.finding.pk, cause.pk), {"paper": paper}, headers=HTMX)
    assert answer.status_code == 200
    assert "流程图" in text_of(answer)
    assert not rules.flat(queries.roots_of(cast.finding))[0].is_assumed
    assert load.evidence(cast.actor("helper"), Evidence.objects.get().pk).title == "流程图"


def test_evidence_that_is_there_is_pointed_to_once(cast: Cast) -> None:
    cause = make_cause(cast.finding)
    proof = actions.show_cause(actor=cast.actor("head"), cause_id=cause.pk, title="会议记录", held_offline="机要室")
    other = make_cause(cast.finding)
    actions.point_to_proof(actor=cast.actor("liaison"), cause_id=other.pk, evidence_id=proof.pk)
    with pytest.raises(RuleBroken, match="proof_twice"):
        actions.point_to_proof(actor=cast.actor("liaison"), cause_id=other.pk, evidence_id=proof.pk)
    assert EvidenceUse.objects.filter(evidence=proof).count() == 2


def test_evidence_of_another_finding_is_not_pointed_to(cast: Cast) -> None:
    theirs = make_cause(make_finding(cast.round, cast.stranger))
    proof = actions.show_cause(actor=cast.actor("outsider"), cause_id=theirs.pk, title="会议记录", held_offline="机要室")
    with pytest.raises(NotFound):
        actions.point_to_proof(actor=cast.actor("liaison"), cause_id=make_cause(cast.finding).pk, evidence_id=proof.pk)
    with pytest.raises(NotFound):
        load.evidence(cast.actor("liaison"), proof.pk)


@pytest.mark.parametrize(("who", "error"), [("helper", NotAllowed), ("clerk", NotAllowed), ("outsider", NotFound)])
def test_only_the_lead_shows_proof_of_a_cause(cast: Cast, who: str, error: type[Exception]) -> None:
    cause = make_cause(cast.finding)
    with pytest.raises(error):
        actions.show_cause(actor=cast.actor(who), cause_id=cause.pk, title="会议记录", held_offline="机要室")


@pytest.mark.parametrize("title", ["", "会议记录"])
def test_proof_is_a_file_or_a_post(cast: Cast, title: str) -> None:
    with pytest.raises(BadInput):
        actions.show_cause(actor=cast.actor("head"), cause_id=make_cause(cast.finding).pk, title=title)


def test_no_proof_is_added_to_a_finding_that_is_handed_in(cast: Cast) -> None:
    cause = make_cause(cast.finding)
    write.change(cast.finding, {"state": "submitted"}, actor=SYSTEM, verb="submit")
    with pytest.raises(RuleBroken, match=r"cause\.state"):
        actions.show_cause(actor=cast.actor("head"), cause_id=cause.pk, title="会议记录", held_offline="机要室")


# --- the panel ---


@pytest.mark.parametrize(("asked", "name"), [("proof", "show_cause"), ("higher", "propose_cause")])
def test_a_form_of_a_cause_comes_where_it_is_asked_for(cast: Cast, sign_in: SignIn, asked: str, name: str) -> None:
    cause, client = make_cause(cast.finding), sign_in("liaison")
    form = url(name, cast.finding.pk, cause.pk)
    assert form not in text_of(client.get(url("panel", cast.finding.pk)))
    assert form in text_of(client.get(url("panel", cast.finding.pk), {asked: cause.pk}))
    assert form not in text_of(sign_in("helper").get(url("panel", cast.finding.pk), {asked: cause.pk}))


def test_a_cause_is_proposed_from_the_panel_with_and_without_script(cast: Cast, sign_in: SignIn) -> None:
    first, second, client = make_cause(cast.finding), make_cause(cast.finding), sign_in("liaison")
    given = {"text": "评审排队时间过长", "suggested": "", "version": 1}
    assert client.post(url("propose_cause", cast.finding.pk, first.pk), given, headers=HTMX).status_code == 200
    assert client.post(url("propose_cause", cast.finding.pk, second.pk), given).status_code == 303
    assert RaisedCause.objects.count() == 2


def test_a_proposal_that_does_not_hold_comes_back_as_it_was_typed(cast: Cast, sign_in: SignIn) -> None:
    cause, client = make_cause(cast.finding), sign_in("liaison")
    write_to = url("propose_cause", cast.finding.pk, cause.pk)
    empty = client.post(write_to, {"text": "", "suggested": "", "version": 1}, headers=HTMX)
    assert (empty.status_code, write_to in text_of(empty)) == (422, True)
    client.post(write_to, {"text": "评审", "suggested": "", "version": 1}, headers=HTMX)
    again = client.post(write_to, {"text": "排队太久", "suggested": "", "version": 1}, headers=HTMX)
    assert (again.status_code, "排队太久" in text_of(again)) == (422, True)


def test_while_typing_it_says_what_would_still_be_asked(cast: Cast, sign_in: SignIn) -> None:
    write.change(cast.finding, {"is_common": True}, actor=SYSTEM, verb="flag")
    cause, client = make_cause(cast.finding), sign_in("liaison")

    def asked(leaf: str, parent: int | str = "") -> int:
        answer = client.get(url("look_cause", cast.finding.pk), {"leaf": leaf, "parent": parent}, headers=HTMX)
        return text_of(answer).count("<li>")

    assert asked("no_rule", cause.pk) == 0
    assert asked("no_rule") == 1  # still one level deep
    assert asked("get_by", cause.pk) == 1
    assert asked("external") == 2
    assert Cause.objects.count() == 1


def test_kinds_that_ask_one_more_why_say_so_in_flagged_findings_only(cast: Cast, sign_in: SignIn) -> None:
    client, mark = sign_in("liaison"), "须再追问一层"
    assert mark not in text_of(client.get(url("panel", cast.finding.pk)))
    write.change(cast.finding, {"is_recurring": True}, actor=SYSTEM, verb="flag")
    assert text_of(client.get(url("panel", cast.finding.pk))).count(mark) == sum(not kind.is_end for kind in rules.KINDS)


def test_the_office_says_that_a_problem_comes_back(cast: Cast, sign_in: SignIn) -> None:
    flag = url("flag", cast.finding.pk)
    assert sign_in("clerk").post(flag, {"version": 1, "is_recurring": "on"}, headers=HTMX).status_code == 200
    found = Finding.objects.get(pk=cast.finding.pk)
    assert (found.is_recurring, found.is_common, found.is_flagged) == (True, False, True)
    assert sign_in("liaison").post(flag, {"version": 2}, headers=HTMX).status_code == 403
    assert sign_in("clerk").post(flag, {"version": 1}, headers={**HTMX, **JSON}).status_code == 409


# --- the pictures ---


def test_the_pictures_are_named_and_the_same_words_stand_beside_them(cast: Cast, sign_in: SignIn) -> None:
    top = make_cause(cast.finding)
    make_cause(cast.finding, parent=top, question="为什么没有时限？")
    page = text_of(sign_in("helper").get(url("tree", cast.finding.pk)))
    pieces = [ET.fromstring(piece.split("</svg>")[0] + "</svg>") for piece in ("<svg" + rest for rest in page.split("<svg")[1:])]
    pictures = [piece for piece in pieces if "why-picture" in piece.get("class", "")]
    assert len(pictures) == 2
    for picture in pictures:
        names = (picture.get("aria-labelledby") or "").split()
        assert [picture.find(f".//*[@id='{name}']").text for name in names]  # type: ignore[union-attr]
        assert "拨付流程没有时限" in "".join(picture.itertext())
    assert page.count('class="cause-tree"') == 2
    assert "style=" not in page.split("diagnose-tree")[1]
    assert "<script" not in page.split("diagnose-tree")[1].split("</main>")[0]


def test_what_people_type_does_not_become_part_of_the_picture(cast: Cast, sign_in: SignIn) -> None:
    cause = make_cause(cast.finding)
    write.change(cause, {"text": '<script>alert(1)</script>"><rect'}, actor=SYSTEM, verb="change")
    page = text_of(sign_in("liaison").get(url("tree", cast.finding.pk)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page.replace("\n", "")


def test_without_causes_the_page_says_who_writes_them(cast: Cast, sign_in: SignIn) -> None:
    page = text_of(sign_in("liaison").get(url("tree", cast.finding.pk)))
    assert 'class="void"' in page
    assert "why-picture" not in page


# --- the counts ---


def test_every_count_opens_to_its_rows(cast: Cast, sign_in: SignIn) -> None:
    for _ in range(5):
        make_cause(make_finding(cast.round, cast.bureau, category="资金 & 项目"))
    client = sign_in("clerk")
    page = text_of(client.get(url("dimensions")))
    assert "100%" in page
    asked: dict[str, str | int] = {"unit": cast.bureau.pk, "dimension": "mechanism"}
    assert f"unit={cast.bureau.pk}&amp;dimension=mechanism" in page
    assert client.get(url("dimension_rows"), asked).context["page"].paginator.count == 5
    assert client.get(url("dimension_rows"), {**asked, "dimension": "means"}).context["page"].paginator.count == 0
    assert client.get(url("dimension_rows"), {"category": "资金 & 项目"}).context["page"].paginator.count == 5
    assert client.get(url("dimension_rows"), {"category": "-"}).context["page"].paginator.count == 0
    assert client.get(url("dimension_rows"), {"unit": "0"}).context["page"].paginator.count == 0


@pytest.mark.parametrize("asked", [{"unit": "x"}, {"unit": "9" * 30}, {"dimension": "'"}, {"page": "-1"}, {"category": "\u0000"}])
def test_a_hostile_address_of_rows_is_no_fault(cast: Cast, sign_in: SignIn, asked: dict[str, str]) -> None:
    assert sign_in("clerk").get(url("dimension_rows"), asked).status_code in (200, 404, 422)


def test_four_findings_have_no_percentage_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    for _ in range(4):
        make_cause(make_finding(cast.round, cast.bureau))
    page = text_of(sign_in("clerk").get(url("dimensions")))
    assert "4/4" in page
    assert "%" not in page.split("<tbody>", 1)[1].split("</tbody>", 1)[0]


def test_a_unit_counts_its_own_only(cast: Cast, sign_in: SignIn) -> None:
    make_cause(make_finding(cast.round, cast.stranger))
    assert "市档案馆" in text_of(sign_in("clerk").get(url("dimensions")))
    make_cause(cast.finding)
    assert "市档案馆" not in text_of(sign_in("head").get(url("dimensions")))
    assert sign_in("head").get(url("dimension_rows"), {"unit": cast.stranger.pk}).context["page"].paginator.count == 0


def test_counting_costs_the_same_however_many_there_are(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    make_cause(cast.finding)
    client.get(url("dimensions"))

    def spent(name: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(name)).status_code == 200
        return len(seen)

    before = {name: spent(name) for name in ("dimensions", "dimension_rows")}
    for _ in range(12):
        make_cause(make_finding(cast.round, make_unit(parent=cast.city)))
    assert {name: spent(name) for name in before} == before
    assert before["dimensions"] <= 8
    assert before["dimension_rows"] <= 8


def test_with_nothing_to_count_the_page_says_so(cast: Cast, sign_in: SignIn) -> None:
    assert 'class="void"' in text_of(sign_in("clerk").get(url("dimensions")))


# --- the words of the kinds ---


def test_the_director_words_a_kind_and_old_causes_keep_their_code(cast: Cast, sign_in: SignIn) -> None:
    cause = make_cause(cast.finding)
    given = {"code": "no_control", "word": "流程无卡点", "is_offered": "on", "version": 0}
    assert sign_in("director").post(url("put_word"), given).status_code == 303
    panel = text_of(sign_in("liaison").get(url("panel", cast.finding.pk)))
    assert "流程无卡点" in panel
    assert Cause.objects.get(pk=cause.pk).leaf == "no_control"
    word = CauseWord.objects.get()
    assert TrailEntry.objects.filter(thing="causeword", thing_id=word.pk, verb="word").exists()


def test_a_kind_no_longer_offered_stays_with_the_causes_that_have_it(cast: Cast, sign_in: SignIn) -> None:
    cause, director = make_cause(cast.finding), cast.actor("director")
    actions.put_word(actor=director, code="no_control", word="", is_offered=False, version=0)
    client = sign_in("liaison")
    assert 'value="no_control"' not in text_of(client.get(url("panel", cast.finding.pk)))
    assert 'value="no_control" selected' in text_of(client.get(url("panel", cast.finding.pk), {"change": cause.pk}))


def test_a_dimension_keeps_a_kind_that_is_offered(cast: Cast) -> None:
    director = cast.actor("director")
    kinds = [kind.code for kind in rules.KINDS if kind.dimension == "leadership"]
    for code in kinds[:-1]:
        actions.put_word(actor=director, code=code, word="", is_offered=False, version=0)
    with pytest.raises(RuleBroken, match="last_kind"):
        actions.put_word(actor=director, code=kinds[-1], word="", is_offered=False, version=0)
    with pytest.raises(RuleBroken, match="last_kind"):
        actions.put_word(actor=director, code="leadership", word="", is_offered=False, version=0)


def test_a_word_is_decided_on_the_version_one_saw(cast: Cast) -> None:
    director = cast.actor("director")
    actions.put_word(actor=director, code="means", word="保障", is_offered=True, version=0)
    with pytest.raises(Conflict):
        actions.put_word(actor=director, code="means", word="条件", is_offered=True, version=0)
    actions.put_word(actor=director, code="means", word="", is_offered=True, version=1)
    assert queries.taxonomy().dimension_word("means") == rules.DIMENSIONS["means"]


@pytest.mark.parametrize("who", ["clerk", "liaison", "security"])
def test_nobody_but_the_director_words_the_kinds(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.put_word(actor=cast.actor(who), code="means", word="保障", is_offered=True, version=0)


def test_a_code_that_is_not_there_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.put_word(actor=cast.actor("director"), code="weather", word="天气", is_offered=True, version=0)


# --- the list of matters ---


def listed(cast: Cast, *, text: str = "提请统筹核增编制") -> RaisedCause:
    cause = make_cause(cast.finding)
    row = actions.propose_cause(actor=cast.actor("liaison"), cause_id=cause.pk, text="编制不足", version=cause.version)
    brought = Brought(text=text)
    return actions.take_step(actor=cast.actor("clerk"), raised_id=row.pk, verb="list", brought=brought, version=row.version)


def test_the_list_of_matters_is_for_those_who_see_the_whole_round(cast: Cast, sign_in: SignIn) -> None:
    assert 'class="void"' in text_of(sign_in("clerk").get(url("matters")))
    listed(cast)
    assert "提请统筹核增编制" in text_of(sign_in("supervisor").get(url("matters")))
    assert sign_in("liaison").get(url("matters")).status_code == 404


def test_the_list_costs_the_same_however_long_it_is(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    listed(cast)
    pages = ("matters", "raised")

    def spent() -> list[int]:
        found = []
        for name in pages:
            with CaptureQueriesContext(connection) as seen:
                client.get(url(name))
            found.append(len(seen))
        return found

    spent()
    before = spent()
    for _ in range(6):
        listed(cast)
    assert spent() == before
    assert max(before) <= 9


def test_a_matter_goes_through_its_page_step_by_step(cast: Cast, sign_in: SignIn) -> None:
    row, client = listed(cast), sign_in("clerk")
    wrong = client.post(url("raised_step", row.pk, "raise"), {"version": row.version, "document": "", "on": "2026-01-01", "to": "省厅"})
    assert (wrong.status_code, "省厅" in text_of(wrong)) == (422, True)
    today = clock.today().isoformat()
    given = {"version": row.version, "document": "云整改〔2026〕27号", "on": today, "to": "省厅"}
    assert client.post(url("raised_step", row.pk, "raise"), given).status_code == 303
    row.refresh_from_db()
    given = {"version": row.version, "document": "省函〔2026〕5号", "on": today, "text": "同意核增五名"}
    assert client.post(url("raised_step", row.pk, "answer"), given).status_code == 303
    assert "同意核增五名" in text_of(client.get(url("matters")))


def test_the_list_is_written_as_a_paper_for_the_whole_round_only(cast: Cast) -> None:
    listed(cast)
    clerk = cast.actor("clerk")
    made = report.ask_report(actor=clerk, round_id=cast.round.pk, kind="matters")
    worker.run_pending()
    made.refresh_from_db()
    assert (made.state, made.fault) == ("ready", "")
    with files.open_file(made.digest) as stream:
        paper = docx.Document(io.BytesIO(stream.read()))
    cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert "提请统筹核增编制" in cells
    assert f"{cast.finding.number} 市水务局" in cells
    with pytest.raises(BadInput, match="whole_round"):
        report.ask_report(actor=clerk, round_id=cast.round.pk, kind="matters", unit_id=cast.bureau.pk)
    with pytest.raises(NotAllowed):
        report.ask_report(actor=cast.actor("head"), round_id=cast.round.pk, kind="matters")


# --- programs, and what waits ---


def test_a_program_reads_the_tree_and_the_matters(cast: Cast) -> None:
    row = listed(cast)
    measure = make_measure(cast.finding)
    assert measure.pk
    clerk = program(cast.people["clerk"])
    found = clerk.get(f"/findings/{cast.finding.pk}/causes").json()
    assert [(c["number"], c["leaf"], c["is_assumed"], c["is_raised"]) for c in found["causes"]] == [("1", "no_control", True, True)]
    assert found["still_asked"] == []
    items = clerk.get(f"/rounds/{cast.round.pk}/matters").json()["items"]
    assert [(m["id"], m["text"], m["proposed_by"]) for m in items] == [(row.pk, "提请统筹核增编制", "市水务局")]


def test_what_lies_with_the_office_waits_on_its_desk(cast: Cast, sign_in: SignIn) -> None:
    row = listed(cast)
    assert url("raised_one", row.pk) in text_of(sign_in("clerk").get("/"))
    assert url("raised_one", row.pk) not in text_of(sign_in("liaison").get("/"))
