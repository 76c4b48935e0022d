"""A ledger is mapped, checked again, remembered for its issuer, and comes back with its faults marked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.base.jobs.models import Job
from jiandi.loop.intake import actions, queries, rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Finding, ImportBatch, RememberedMapping
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_round
from tests.cast import Cast
from tests.loop.intake import ledgers
from tests.loop.intake.city import ROWS, check, hand_in_ledger, map_ledger, take_in, workbook

SignIn = Callable[[str], Client]
ODD_HEADS = ("事", "举措", "谁", "何时", "怎样")
ODD_ROWS = (("账目不清", "核对", "水务口", "2026年6月", "甲等"), ("票据不全", "补齐", "市水务局", "2026年7月", "乙等"))


def odd(cast: Cast, rows: tuple[tuple[Any, ...], ...] = ODD_ROWS) -> ImportBatch:
    """A ledger whose headings, words and names nobody knows."""
    return check(hand_in_ledger(cast, workbook(rows, ODD_HEADS)))


ANSWERS: Any = {
    "sheets": {"台账": {"head": 1, "columns": {"A": "text", "B": "measure", "C": "lead_units", "D": "due_text", "E": "state"}}},
    "states": {"甲等": "closed", "乙等": "in_progress"},
    "units": {"水务口": "as:市水务局"},
}


def page(client: Client, batch: ImportBatch) -> Any:
    return client.get(reverse("intake:mapping", args=[batch.pk]))


def sent(client: Client, batch: ImportBatch, **given: Any) -> Any:
    """The form as it stands, with some answers changed."""
    form = page(client, batch).context["form"]
    values = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in {**values, **given}.items() if value not in (None, False)}
    return client.post(reverse("intake:mapping", args=[batch.pk]), kept)


def test_an_odd_ledger_comes_in_once_it_is_mapped(cast: Cast) -> None:
    batch = odd(cast)
    assert (batch.state, batch.rows, batch.stopping) == ("checked", 0, 1)
    asked = map_ledger(cast, batch, **ANSWERS)
    assert asked.state == "received"
    worker.run_pending()
    asked.refresh_from_db()
    assert (asked.state, asked.rows, asked.faults) == ("checked", 2, [])
    take_in(cast, asked)
    first, second = Finding.objects.filter(batch=batch).order_by("pk")
    assert (first.state, first.lead, second.state, second.lead) == ("closed", cast.bureau, "in_progress", cast.bureau)
    assert TrailEntry.objects.filter(thing="importbatch", thing_id=batch.pk, verb="ask_check").count() == 1


def test_what_was_mapped_once_is_offered_for_the_next_ledger_of_the_issuer(cast: Cast) -> None:
    check(map_ledger(cast, odd(cast), **ANSWERS))
    assert RememberedMapping.objects.get().issuer == queries.issuer_of(cast.round)
    following = odd(cast, (*ODD_ROWS, ("记录雷同", "重做", "市水务局", "2026年8月", "甲等")))
    assert (following.rows, following.faults, following.recognised["is_remembered"]) == (3, [], True)
    assert take_in(cast, following).state == "taken"
    assert set(Finding.objects.filter(batch=following).values_list("lead", flat=True)) == {cast.bureau.pk}


def test_another_issuer_does_not_inherit_a_mapping(cast: Cast) -> None:
    check(map_ledger(cast, odd(cast), **ANSWERS))
    other = make_round(cast.city, issuer="别的组")
    assert queries.remembered_forms(cast.round)
    assert not queries.remembered_forms(other)


def test_a_second_answer_replaces_the_first(cast: Cast) -> None:
    batch = check(map_ledger(cast, odd(cast), **ANSWERS))
    check(map_ledger(cast, batch, **{**ANSWERS, "states": {"甲等": "long_term", "乙等": "in_progress"}}))
    assert RememberedMapping.objects.get().states == {"甲等": "long_term", "乙等": "in_progress"}


def test_words_that_do_not_stand_in_this_ledger_stay_remembered(cast: Cast) -> None:
    check(map_ledger(cast, odd(cast), **ANSWERS))
    other = odd(cast, (("记录雷同", "重做", "水务口", "2026年8月", "丙等"),))
    check(map_ledger(cast, other, **{**ANSWERS, "states": {"丙等": "long_term"}, "units": {}}))
    kept = RememberedMapping.objects.get()
    assert kept.states == {"甲等": "closed", "乙等": "in_progress", "丙等": "long_term"}
    assert kept.units == {}, "a name that stands in this ledger and is not answered for any more is forgotten"


@pytest.mark.parametrize("who", ["supervisor", "member", "head", "outsider"])
def test_only_the_office_maps_a_ledger(cast: Cast, sign_in: SignIn, who: str) -> None:
    batch = odd(cast)
    with pytest.raises((NotAllowed, NotFound)):
        map_ledger(cast, batch, who=who, **ANSWERS)
    assert page(sign_in(who), batch).status_code == 404
    assert sign_in(who).get(reverse("intake:marked", args=[batch.pk])).status_code == 404
    assert not RememberedMapping.objects.exists()


def test_a_stale_mapping_is_refused(cast: Cast) -> None:
    batch = odd(cast)
    mapping = rules.LedgerMapping.from_plain(ANSWERS)
    with pytest.raises(Conflict):
        actions.check_again(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version - 1, mapping=mapping)
    asked = map_ledger(cast, batch, **ANSWERS)
    with pytest.raises(RuleBroken) as refused:
        map_ledger(cast, asked, **ANSWERS)
    assert refused.value.code == "intake.being_checked"


def test_a_ledger_that_was_taken_in_is_not_mapped_any_more(cast: Cast, sign_in: SignIn) -> None:
    batch = take_in(cast, check(hand_in_ledger(cast)))
    with pytest.raises(RuleBroken):
        map_ledger(cast, batch, **ANSWERS)
    shown = page(sign_in("clerk"), batch)
    assert (shown.status_code, shown.context["can_be_mapped"]) == (200, False)


def test_a_check_that_is_over_is_not_repeated_and_one_that_was_overtaken_writes_nothing(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast))
    assert check(batch).version == batch.version
    found = TrailEntry.objects.filter(thing="importbatch", thing_id=batch.pk).count()
    actions.discard_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    assert check(batch).state == "discarded"
    assert TrailEntry.objects.filter(thing="importbatch", thing_id=batch.pk).count() == found + 1


def test_a_check_whose_worker_died_for_good_says_so_and_is_asked_again(cast: Cast, sign_in: SignIn) -> None:
    batch = hand_in_ledger(cast)
    client = sign_in("clerk")
    url = reverse("intake:batch", args=[batch.pk])
    assert client.get(url).context["view"].is_busy
    Job.objects.filter(name="intake.read_ledger").update(state="failed", faults=[{"text": "x", "params": {}}])
    dead = client.get(url)
    assert not dead.context["view"].is_busy
    assert reverse("intake:batch_step", args=[batch.pk, "check"]) in dead.content.decode()
    client.post(reverse("intake:batch_step", args=[batch.pk, "check"]), {"version": batch.version})
    worker.run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.rows) == ("checked", 3)


def test_the_page_shows_guesses_samples_words_and_names(cast: Cast, sign_in: SignIn, tmp_path: Path) -> None:
    batch = check(hand_in_ledger(cast, ledgers.messy(tmp_path / "总.xlsx").read_bytes()))
    shown = page(sign_in("clerk"), batch)
    form = shown.context["form"]
    sheet = form.sheets[0].sheet
    assert (sheet["head"], len(sheet["samples"])) == (3, 8)
    assert form["column-0-2"].value() == "title"
    words = shown.content.decode()
    for part in ("甲等", "市财正局", "各相关单位", "十二条河流巡查记录雷同"):
        assert part in words


def test_ten_rows_are_shown_of_a_long_ledger(cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    batch = check(hand_in_ledger(cast, workbook([(n, f"问题{n}", "核对", "市水务局", "", "2026年6月", "整改中") for n in range(1, 300)])))
    client = sign_in("clerk")
    page(client, batch)
    with django_assert_max_num_queries(8):
        shown = page(client, batch)
    assert len(shown.context["form"].sheets[0].sheet["samples"]) == 10


def test_the_form_maps_by_itself_and_leads_back_to_the_check(cast: Cast, sign_in: SignIn) -> None:
    batch = odd(cast)
    client = sign_in("clerk")
    given = {"column-0-0": "text", "column-0-1": "measure", "column-0-2": "lead_units", "column-0-3": "due_text", "column-0-4": "state"}
    answer = sent(client, batch, **given)
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("intake:batch", args=[batch.pk]))
    batch.refresh_from_db()
    batch = check(batch)
    assert [fault["code"] for fault in batch.faults] == ["intake.unknown_state", "intake.unknown_state"]
    answer = sent(client, batch, **{"state-0": "closed", "state-1": "in_progress", "other-0": "市水务局"})
    assert answer.status_code == 303
    batch.refresh_from_db()
    assert batch.mapping["units"] == {"水务口": "as:市水务局"}
    assert take_in(cast, check(batch)).state == "taken"
    assert Finding.objects.filter(batch=batch, lead=cast.bureau).count() == 2


def test_two_columns_for_one_field_are_refused_with_their_places(cast: Cast, sign_in: SignIn) -> None:
    batch = check(hand_in_ledger(cast))
    answer = sent(sign_in("clerk"), batch, **{"column-0-2": "lead_units"})
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "台账!C1" in words
    assert "台账!D1" in words
    batch.refresh_from_db()
    assert (batch.state, batch.mapping) == ("checked", {})


@pytest.mark.parametrize("given", [{"column-0-1": ""}, {"head-0": "0"}, {"state-0": "fine"}, {"column-0-1": "nothing"}])
def test_answers_that_make_no_sense_come_back_with_the_form(cast: Cast, sign_in: SignIn, given: dict[str, str]) -> None:
    batch = check(hand_in_ledger(cast))
    assert sent(sign_in("clerk"), batch, **given).status_code == 422
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_a_unit_that_is_not_there_is_refused_in_the_form(cast: Cast, sign_in: SignIn) -> None:
    batch = check(hand_in_ledger(cast, workbook([(1, "账目不清", "核对", "市体育中心", "", "2026年6月", "整改中")])))
    answer = sent(sign_in("clerk"), batch, **{"other-0": "市没有局"})
    assert answer.status_code == 422
    assert "市没有局" in answer.content.decode()


def test_a_name_that_is_no_unit_is_not_entered_and_one_that_looks_alike_is_asked_about(cast: Cast) -> None:
    rows = [
        (1, "账目不清", "核对", "市水务局", "全体人员", "2026年6月", "整改中"),
        (2, "票据不全", "补", "市水务据", "", "2026年6月", "整改中"),
    ]
    batch = check(hand_in_ledger(cast, workbook(rows)))
    assert [(f["code"], f["params"]["place"]) for f in batch.faults] == [("intake.unit_alike", "台账!D3")]
    batch = check(map_ledger(cast, batch, units={"全体人员": "leave", "市水务据": "as:市水务局"}))
    assert (batch.faults, batch.new_units) == ([], [])
    before = Unit.objects.count()
    take_in(cast, batch, add_units=True)
    assert Unit.objects.count() == before
    assert set(Finding.objects.filter(batch=batch).values_list("lead", flat=True)) == {cast.bureau.pk}


def test_two_new_names_for_one_unit_make_one_unit(cast: Cast) -> None:
    rows = [(1, "甲", "核对", "云溪市文化馆", "", "2026年6月", "整改中"), (2, "乙", "补", "云溪文化馆", "", "2026年6月", "整改中")]
    batch = check(hand_in_ledger(cast, workbook(rows)))
    assert [f["code"] for f in batch.faults] == ["intake.unit_alike"]
    batch = check(map_ledger(cast, batch, units={"云溪文化馆": "as:云溪市文化馆"}))
    assert batch.new_units == ["云溪市文化馆"]
    take_in(cast, batch, add_units=True)
    assert len(set(Finding.objects.filter(batch=batch).values_list("lead", flat=True))) == 1


def test_the_page_counts_all_faults_even_those_it_does_not_list(cast: Cast, sign_in: SignIn) -> None:
    rows = [(n, f"问题{n}", "核对", "", "", "尽快", "整改中") for n in range(1, 302)]
    batch = check(hand_in_ledger(cast, workbook(rows)))
    assert (batch.stopping, batch.notes, len(batch.faults)) == (301, 301, 500)
    assert sum(fault["stops"] for fault in batch.faults) == 301, "what stops comes first"
    words = sign_in("clerk").get(reverse("intake:batch", args=[batch.pk])).content.decode()
    assert words.count("301") >= 2


def test_the_columns_that_stay_out_are_named(cast: Cast, sign_in: SignIn, tmp_path: Path) -> None:
    batch = check(hand_in_ledger(cast, ledgers.messy(tmp_path / "总.xlsx").read_bytes()))
    words = sign_in("clerk").get(reverse("intake:batch", args=[batch.pk])).content.decode()
    for part in ("整改进展", "佐证材料", "经办", "填表说明"):
        assert part in words


def test_the_marked_file_is_downloaded(cast: Cast, sign_in: SignIn) -> None:
    batch = check(hand_in_ledger(cast, workbook([*ROWS, (4, "", "补做", "市水务局", "", "2026年2月30日", "整改中")])))
    answer = sign_in("clerk").get(reverse("intake:marked", args=[batch.pk]))
    assert answer.status_code == 200
    sheet: Any = openpyxl.load_workbook(BytesIO(b"".join(answer)))["台账"]
    assert sheet["F5"].value == "2026年2月30日"
    assert sheet["F5"].comment is not None
    clean = check(hand_in_ledger(cast))
    assert sign_in("clerk").get(reverse("intake:marked", args=[clean.pk])).status_code == 404


def test_a_list_from_above_is_not_asked_for_states(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast, workbook([(1, "账目不清", "核对", "市水务局", "", "2026年6月", "甲等")]), source="upper"))
    assert (batch.faults, batch.recognised["states"]) == ([], [])


def test_an_undone_ledger_says_so(cast: Cast, sign_in: SignIn) -> None:
    batch = take_in(cast, check(hand_in_ledger(cast)))
    undone = actions.undo_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version, reason="交错了文件")
    shown = sign_in("clerk").get(reverse("intake:batch", args=[undone.pk]))
    assert "撤回" in shown.content.decode()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BAD: dict[str, tuple[bytes, str]] = {
    "密码.xlsx": (OLE + bytes(700) + "EncryptedPackage".encode("utf-16-le") + bytes(90), "intake.password"),
    "断开.xlsx": (workbook()[:2000], "intake.broken_file"),
    "空表.xlsx": (workbook((), ()), "intake.no_text"),
    "说明.txt": ("这不是台账，只是一段说明。".encode(), "intake.no_heading_row"),
    "照片.xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(64), "intake."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_empty_locked_or_broken_ledger_says_why_and_leaves_nothing(cast: Cast, sign_in: SignIn, name: str) -> None:
    body, code = BAD[name]
    batch = check(hand_in_ledger(cast, body, name))
    fault = queries.fault_of(batch.fault)
    assert (batch.state, batch.rows, batch.recognised) == ("failed", 0, {})
    assert code in batch.fault
    assert fault is not None
    page_ = sign_in("clerk").get(reverse("intake:batch", args=[batch.pk]))
    assert page_.status_code == 200
    assert not Finding.objects.filter(batch=batch).exists()


@pytest.mark.parametrize(("name", "then"), [("intake.read_ledger", "checked"), ("intake.take_batch", "taken")])
def test_work_that_broke_off_is_taken_up_again_by_the_next_worker(cast: Cast, name: str, then: str) -> None:
    batch = hand_in_ledger(cast)
    if then == "taken":
        batch = check(batch)
        Job.objects.all().delete()
        actions.take_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    past = clock.now() - timedelta(hours=1)
    Job.objects.filter(name=name).update(state="running", token="dead", worker="gone", attempts=1, started_at=past, due_at=past)
    worker.run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.rows) == (then, 3)
    assert Finding.objects.filter(batch=batch).count() == (3 if then == "taken" else 0)
