"""Pages of campaigns: the preview before sending, the sheet with and without script, the matrix and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock
from jiandi.loop.diagnose import actions, forms, queries, rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Answer, AskedUnit, Campaign, Finding
from tests.builders import make_finding, make_unit
from tests.cast import Cast

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
DUE = timedelta(days=20)


def start(cast: Cast, units: list[Unit], **fields: Any) -> Campaign:
    questions = [rules.NewQuestion(cast.finding.pk, scope, f"是否也有（{scope}）？") for scope in ("members", "team", "fields")]
    given = {"title": "资金拨付举一反三", "questions": questions, "due": clock.today() + DUE, **fields}
    return actions.start_campaign(actor=cast.actor("clerk"), round_id=cast.round.pk, unit_ids=[u.pk for u in units], **given)


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return start(cast, [cast.stranger, cast.helper])


def url(name: str, *args: int) -> str:
    return reverse(f"diagnose:{name}", args=args)


def sheet_of(campaign: Campaign, unit: Unit) -> AskedUnit:
    return AskedUnit.objects.get(campaign=campaign, unit=unit)


def said(cells: list[Answer], **words: str) -> dict[str, str]:
    """What a filled sheet posts: members counted, everything else no."""
    found: dict[str, str] = {}
    for cell in cells:
        found[f"c{cell.pk}-version"] = str(cell.version)
        if cell.question.scope == "members":
            found |= {f"c{cell.pk}-done_count": "7", f"c{cell.pk}-of_count": "7", f"c{cell.pk}-done_on": clock.today().isoformat()}
        else:
            found |= {
                f"c{cell.pk}-{name}": value for name, value in {"word": "no", "text": "查了全部拨款。", "register": "on", **words}.items()
            }
    return found


def test_the_office_sees_what_it_asks_before_it_sends(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    assert cast.finding.title in client.get(url("ask"), {"finding": cast.finding.pk}).content.decode()
    form: dict[str, Any] = {
        "title": "举一反三",
        "findings": [cast.finding.pk],
        "scopes": ["team", "members"],
        "branches": [cast.city.pk],
        "due": (clock.today() + DUE).isoformat(),
    }
    preview = client.post(url("ask"), {**form, "step": "preview"})
    assert preview.status_code == 200
    burden = preview.context["burden"]
    assert (burden.units, burden.cells, burden.minutes) == (5, 10, 100), "six units of the city but the lead"
    assert not Campaign.objects.exists()
    words = {f"text_{cast.finding.pk}_team": "班子是否也有拨付滞后？"}
    sent = client.post(url("ask"), {**form, **words, "step": "send"})
    campaign = Campaign.objects.get()
    assert sent["Location"] == url("campaign", campaign.pk)
    assert campaign.questions.get(scope="team").text == "班子是否也有拨付滞后？"


def test_what_speaks_against_sending_is_said_and_asks_for_a_reason(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    client = sign_in("clerk")
    form = {"title": "再问", "findings": [cast.finding.pk], "scopes": ["team"], "units": [cast.helper.pk], "due": clock.today().isoformat()}
    preview = client.post(url("ask"), {**form, "step": "preview"})
    assert len(preview.context["warnings"]) == 2
    assert client.post(url("ask"), {**form, "step": "send"}).status_code == 422
    assert client.post(url("ask"), {**form, "reason": "上级要求", "step": "send"}).status_code == 303


@pytest.mark.parametrize("without", ["title", "findings", "scopes", "branches", "due"])
def test_an_incomplete_form_comes_back(cast: Cast, sign_in: SignIn, without: str) -> None:
    form: dict[str, Any] = {
        "title": "问",
        "findings": [cast.finding.pk],
        "scopes": ["team"],
        "branches": [cast.city.pk],
        "due": "2030-01-01",
    }
    form.pop(without)
    assert sign_in("clerk").post(url("ask"), {**form, "step": "preview"}).status_code == 422
    assert sign_in("head").get(url("ask")).status_code == 403


def test_units_are_chosen_by_branch_level_field_or_all(cast: Cast) -> None:
    county = make_unit("青禾县", cast.city, level="county", field="")
    station = make_unit("水利站", county, level="township", field="水利")
    units, findings = queries.askable(None), [cast.finding]

    def chosen(**fields: Any) -> set[str]:
        form = ask_form({"title": "问", "findings": [cast.finding.pk], "scopes": ["team"], "due": "2030-01-01", **fields}, units, findings)
        assert form.is_valid(), form.errors
        return {u.name for u in units if u.pk in form.chosen()}

    assert chosen(branches=[county.pk]) == {"青禾县", "水利站"}
    assert chosen(levels=["township"]) == chosen(fields_of_work=["水利"]) == {station.name}
    assert chosen(branches=[county.pk], levels=["county"], units=[cast.helper.pk]) == {"青禾县", "市财政局"}
    assert len(chosen(everyone=True)) == len(units)


def ask_form(posted: dict[str, Any], units: list[Unit], findings: list[Finding]) -> Any:
    made = QueryDict(mutable=True)
    for name, value in posted.items():
        made.setlist(name, value if isinstance(value, list) else [str(value)])
    return forms.AskForm(made, units=units, findings=findings)


def test_only_looking_stamps_nothing_and_the_form_comes_after_opening(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    row = sheet_of(campaign, cast.stranger)
    assert sign_in("clerk").get(url("sheet", row.pk)).status_code == 200
    assert 'type="radio"' not in sign_in("outsider").get(url("sheet", row.pk)).content.decode()
    assert sign_in("head").get(url("sheet", row.pk)).status_code == 404
    row.refresh_from_db()
    assert row.opened_at is None
    assert 'type="radio"' in sign_in("outsider").post(url("open_sheet", row.pk), headers=HTMX).content.decode()
    row.refresh_from_db()
    assert row.opened_at is not None


def test_a_unit_answers_all_questions_on_one_page(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    client, row = sign_in("outsider"), sheet_of(campaign, cast.stranger)
    assert client.post(url("open_sheet", row.pk))["Location"] == url("sheet", row.pk)
    cells = list(row.answers.select_related("question"))
    wrong = client.post(url("sheet", row.pk), said(cells, word="yes", text="查了"))
    assert wrong.status_code == 422
    assert not row.answers.exclude(state="asked").exists()
    sent = client.post(url("sheet", row.pk), said(cells, word="partly", matter="两笔拨款超期", post="财务科科长"))
    assert sent.status_code == 303
    assert Finding.objects.filter(title="两笔拨款超期", lead=cast.stranger).count() == 2
    assert client.get(url("index")).context["sheets"] == []


def test_drafts_are_kept_with_and_without_script(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    client, row = sign_in("outsider"), sheet_of(campaign, cast.stranger)
    client.post(url("open_sheet", row.pk))
    cells = list(row.answers.select_related("question"))
    kept = client.post(url("sheet", row.pk), {**said(cells), "step": "draft"}, headers=HTMX).content.decode()
    assert 'value="2"' in kept
    assert "hx-swap-oob" in kept
    cells = list(row.answers.select_related("question"))
    assert {c.state for c in cells} == {"asked"}
    assert "查了全部拨款。" in client.get(url("sheet", row.pk)).content.decode()
    again = client.post(url("sheet", row.pk), {**said(cells, text="又查了一遍。"), "step": "draft"})
    assert again["Location"] == url("sheet", row.pk)
    assert row.answers.filter(text="又查了一遍。").count() == 2


def test_proof_sending_on_and_excusing_have_their_forms(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    below = make_unit("档案科", cast.stranger)
    client, row = sign_in("outsider"), sheet_of(campaign, cast.stranger)
    team = row.answers.get(question__scope="team")
    paper = SimpleUploadedFile("核对表.txt", "核对".encode())
    assert client.post(url("add_proof", row.pk), {"answer": team.pk, "paper": paper}).status_code == 303
    assert "核对表" in client.get(url("sheet", row.pk)).content.decode()
    members = row.answers.get(question__scope="members")
    assert client.post(url("add_proof", row.pk), {"answer": members.pk, "held_offline": "档案室"}).status_code == 422
    assert client.post(url("send_on", row.pk), {"units": [below.pk]}).status_code == 303
    assert sheet_of(campaign, below).sent_by == cast.stranger
    clerk = sign_in("clerk")
    assert clerk.post(url("excuse_unit", row.pk), {"reason": "已撤并"}).status_code == 303
    assert not row.answers.filter(state="asked").exists()


def test_the_matrix_folds_branches_and_opens_them(cast: Cast, sign_in: SignIn) -> None:
    county = make_unit("青禾县", cast.city, level="county")
    villages = [make_unit(f"村{n}", county, level="village") for n in range(3)]
    campaign = start(cast, [cast.helper, county, *villages])
    client = sign_in("clerk")
    actions.excuse_unit(actor=cast.actor("clerk"), asked_id=sheet_of(campaign, villages[0]).pk, reason="已并村")
    shown = client.get(url("campaign", campaign.pk)).context["shown"]
    assert [(line.name, line.units, line.asked_id is None) for line in shown.lines] == [("市财政局", 1, False), ("青禾县", 4, True)]
    assert [(line.total.asked, line.total.excused) for line in shown.lines] == [(3, 0), (12, 3)]
    assert {level.code: level.total.asked for level in shown.levels} == {"city": 3, "county": 3, "village": 9}
    inside = client.get(url("campaign", campaign.pk), {"branch": county.path}).context["shown"]
    assert [line.name for line in inside.lines] == ["青禾县", "村0", "村1", "村2"]
    level = client.get(url("campaign", campaign.pk), {"level": "village"}).context["shown"]
    assert (level.units, level.total.asked) == (3, 9)
    assert client.get(url("campaign", campaign.pk), {"branch": "nonsense", "level": "moon"}).status_code == 200


def test_the_matrix_reads_little(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    client = sign_in("clerk")
    client.get(url("campaign", campaign.pk))
    with CaptureQueriesContext(connection) as seen:
        client.get(url("campaign", campaign.pk))
    assert len(seen) < 15, [q["sql"][:120] for q in seen]


def test_a_unit_sees_its_own_line_of_the_matrix_and_no_hints(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    page = sign_in("outsider").get(url("campaign", campaign.pk))
    assert [line.name for line in page.context["shown"].lines] == ["市档案馆"]
    assert "市财政局" not in page.content.decode()
    assert url("hints", campaign.pk) not in page.content.decode()
    assert sign_in("outsider").get(url("hints", campaign.pk)).status_code == 403


def test_hints_ask_and_name_blind_spots(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    make_unit("青禾县", cast.city, level="county")
    row = sheet_of(campaign, cast.stranger)
    actor = cast.actor("outsider")
    actions.open_sheet(actor=actor, asked_id=row.pk)
    given = [
        rules.Given(c.pk, c.version, done_count=1, of_count=1, done_on=clock.today())
        if c.question.scope == "members"
        else rules.Given(c.pk, c.version, word="no", text="没有。")
        for c in row.answers.select_related("question")
    ]
    actions.give_answers(actor=actor, asked_id=row.pk, given=given)
    assert url("sheet", row.pk) in sign_in("clerk").get(url("hints", campaign.pk)).content.decode()
    with clock.at(clock.start_of(campaign.due + timedelta(days=1))):
        shown = queries.hints(cast.actor("clerk"), campaign.pk)
    assert {hint.code for hint in shown.hints} == {"late", "seconds"}
    assert [level.units for level in shown.levels] == [1]
    assert "青禾县" in {branch.name for branch in shown.branches}


def test_how_much_is_asked_counts_cells_minutes_and_reminders(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    actions.remind(actor=cast.actor("clerk"), campaign_id=campaign.pk)
    load = sign_in("clerk").get(url("load")).context["load"]
    assert (load.cells, load.open, load.units) == (6, 6, 2)
    assert [(row.unit.name, row.asked, row.minutes, row.reminders) for row in load.rows] == [("市财政局", 3, 30, 1), ("市档案馆", 3, 30, 1)]
    assert sign_in("head").get(url("load")).status_code == 403
    assert sign_in("department").get(url("load")).context["load"].rows == [], "nobody of its line was asked"


def test_the_office_reminds_and_closes_from_the_page(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    client = sign_in("clerk")
    assert client.post(url("remind", campaign.pk)).status_code == 303
    assert client.post(url("close_campaign", campaign.pk), {"version": campaign.version}).status_code == 422
    for row in AskedUnit.objects.filter(campaign=campaign):
        client.post(url("excuse_unit", row.pk), {"reason": "无此业务"})
    assert client.post(url("close_campaign", campaign.pk), {"version": campaign.version}).status_code == 303


def test_the_index_reads_little_however_long_the_lists(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    for _ in range(12):
        make_finding(cast.round, cast.bureau)
    client = sign_in("clerk")
    client.get(url("index"))
    with CaptureQueriesContext(connection) as seen:
        assert campaign.title in client.get(url("index")).content.decode()
    assert len(seen) <= 10, [q["sql"][:120] for q in seen]
