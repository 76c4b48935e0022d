"""A regime is read, copied, changed by rows and fields, and frozen; open rounds keep theirs until each is moved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiandi.interfaces.setup import regime_forms, regime_shape, regime_vocabulary
from jiandi.record.regimes import drafts, queries, schema
from jiandi.record.regimes.models import Regime, RegimeDraft
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(sign_in: Any) -> Client:
    return sign_in("director")


def copied(client: Client, code: str = "inspection") -> RegimeDraft:
    assert client.post(reverse("setup:copy_regime", args=[code])).status_code == 302
    return RegimeDraft.objects.get(code=code, frozen_as__isnull=True, discarded_at__isnull=True)


def typed(client: Client, draft: RegimeDraft, page: str) -> dict[str, Any]:
    """What a browser would send back if nobody typed anything."""
    parts = regime_forms.of_profile(page, drafts.profile_of(draft))
    sent: dict[str, Any] = {"version": str(draft.version)}
    for part in parts:
        if part.has_rows:
            sent[f"{part.part}-order"] = [form.row_at for form in part.forms]
        for form in part.forms:
            for field in form:
                value = field.value()
                if value is True:
                    sent[field.html_name] = "on"
                elif value is not None and value is not False:
                    sent[field.html_name] = value
    return sent


def send(client: Client, draft: RegimeDraft, page: str, sent: dict[str, Any], do: str = "save") -> Any:
    return client.post(reverse("setup:part", args=[draft.pk, page]), {**sent, "do": do})


@pytest.mark.parametrize("code", sorted(schema.seed_texts()))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_regime_can_be_read_in_words(cast: Cast, director: Client, code: str, language: str) -> None:
    director.cookies["django_language"] = language
    answer = director.get(reverse("setup:regime", args=[code]))
    assert answer.status_code == 200
    assert "start_anchor" not in answer.content.decode()


@pytest.mark.parametrize("code", sorted(schema.seed_texts()))
def test_what_is_shown_and_sent_back_changes_nothing(cast: Cast, director: Client, code: str) -> None:
    draft = copied(director, code)
    before = draft.body
    for page in regime_shape.pages():
        draft.refresh_from_db()
        answer = send(director, draft, page, typed(director, draft, page))
        assert answer.status_code == 303, (page, answer.content.decode())
    draft.refresh_from_db()
    assert draft.body == before
    assert draft.version == 1


def test_only_the_director_sees_drafts(cast: Cast, director: Client, sign_in: Any) -> None:
    draft = copied(director)
    for who in ("clerk", "head", "member", "system", "security"):
        assert sign_in(who).post(reverse("setup:copy_regime", args=["audit"])).status_code == 403
        assert sign_in(who).get(reverse("setup:draft", args=[draft.pk])).status_code == 404
        assert sign_in(who).post(reverse("setup:freeze_draft", args=[draft.pk]), {"reason": "x", "version": 1}).status_code == 404


def test_a_second_draft_of_the_same_regime_is_refused(cast: Cast, director: Client) -> None:
    copied(director)
    assert director.post(reverse("setup:copy_regime", args=["inspection"])).status_code == 409


def test_a_number_changed_shows_in_words_and_is_frozen_with_its_reason(cast: Cast, director: Client) -> None:
    draft = copied(director)
    sent = typed(director, draft, "phases") | {"phases-1-length": "3"}
    assert send(director, draft, "phases", sent).status_code == 303
    page = director.get(reverse("setup:draft", args=[draft.pk])).content.decode()
    assert re.search(r"集中整改.*?<td>6</td>\s*<td>3</td>", page, re.DOTALL)
    assert cast.round.code in page
    draft.refresh_from_db()
    freeze = reverse("setup:freeze_draft", args=[draft.pk])
    assert director.post(freeze, {"version": draft.version}).status_code == 422
    assert director.post(freeze, {"version": draft.version, "reason": "新规定为三个月"}).status_code == 302
    made = queries.current("inspection")
    assert made.number == 2
    assert queries.profile_of(made).phases[1].length == 3
    cast.round.refresh_from_db()
    assert cast.round.regime.number == 1


def test_rows_are_added_moved_and_removed_and_nothing_is_saved_before_save(cast: Cast, director: Client) -> None:
    draft = copied(director)
    sent = typed(director, draft, "closing_chain")
    answer = send(director, draft, "closing_chain", sent, "remove-closing_chain-1")
    assert answer.status_code == 200
    assert [form.row_at for form in answer.context["parts"][0].forms] == ["0", "2", "3", "4"]
    assert re.findall(r'name="closing_chain-order" value="(.*?)"', answer.content.decode()) == ["0", "2", "3", "4"]
    answer = send(director, draft, "closing_chain", sent, "up-closing_chain-4")
    assert [form.row_at for form in answer.context["parts"][0].forms] == ["0", "1", "2", "4", "3"]
    answer = send(director, draft, "closing_chain", sent, "add-closing_chain")
    assert [form.row_at for form in answer.context["parts"][0].forms] == ["0", "1", "2", "3", "4", "5"]
    draft.refresh_from_db()
    assert draft.version == 1
    more = {
        "closing_chain-order": ["0", "1", "2", "3", "5", "4"], "closing_chain-5-name__zh": "公示", "closing_chain-5-name__en": "Notice",
        "closing_chain-5-role": "clerk", "closing_chain-5-kind": "notice", "closing_chain-5-at": "close", "closing_chain-5-days": "5",
    }  # fmt: skip
    assert send(director, draft, "closing_chain", sent | more).status_code == 303
    draft.refresh_from_db()
    chain = drafts.profile_of(draft).closing_chain
    assert [step.code for step in chain] == ["apply", "superior", "check", "office", "step_5", "group"]
    assert chain[4].days == 5


def test_a_chain_that_cannot_close_is_kept_told_by_row_and_never_frozen(cast: Cast, director: Client) -> None:
    draft = copied(director)
    sent = typed(director, draft, "closing_chain") | {"closing_chain-0-at": "close"}
    answer = send(director, draft, "closing_chain", sent)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "closing_chain" not in re.sub(r"<[^>]*>", "", text)
    assert "第2行" in text
    draft.refresh_from_db()
    frozen = director.post(reverse("setup:freeze_draft", args=[draft.pk]), {"version": draft.version, "reason": "x"})
    assert frozen.status_code == 422
    assert Regime.objects.filter(code="inspection").count() == 1


def test_a_wrong_value_is_marked_at_its_field_and_nothing_is_saved(cast: Cast, director: Client) -> None:
    draft = copied(director)
    sent = typed(director, draft, "phases") | {"phases-1-length": "-3", "phases-0-name__zh": "第一"}
    answer = send(director, draft, "phases", sent)
    assert answer.status_code == 422
    assert answer.context["parts"][0].forms[1]["length"].errors
    draft.refresh_from_db()
    assert draft.version == 1


def test_two_people_on_one_draft_lose_nothing_silently(cast: Cast, director: Client) -> None:
    draft = copied(director)
    sent = typed(director, draft, "phases")
    assert send(director, draft, "phases", sent | {"phases-1-length": "3"}).status_code == 303
    assert send(director, draft, "phases", sent | {"phases-1-length": "4"}).status_code == 409


def test_a_copy_with_a_key_of_its_own_becomes_a_new_regime(cast: Cast, director: Client) -> None:
    copy = reverse("setup:copy_regime", args=["inspection"])
    assert director.post(copy, {"code": "inspection", "zh": "", "en": ""}).status_code == 422
    assert director.post(copy, {"code": "audit", "zh": "甲", "en": "A"}).status_code == 422
    assert director.post(copy, {"code": "city", "zh": "市委巡察", "en": "City inspection"}).status_code == 302
    draft = RegimeDraft.objects.get(code="city")
    done = director.post(reverse("setup:freeze_draft", args=[draft.pk]), {"version": draft.version, "reason": "本市规定"})
    assert done.status_code == 302
    assert (queries.current("city").number, queries.current("city").name) == (1, "市委巡察")


def test_a_text_goes_out_and_comes_back(cast: Cast, director: Client) -> None:
    draft = copied(director)
    text = director.get(reverse("setup:draft_text", args=[draft.pk])).content.decode()
    take = reverse("setup:take_text", args=[draft.pk])
    wrong = SimpleUploadedFile("a.toml", text.replace("length = 6", "length = 'six'").encode())
    answer = director.post(take, {"version": draft.version, "file": wrong})
    assert answer.status_code == 422
    right = SimpleUploadedFile("a.toml", text.replace("length = 6", "length = 4").encode())
    assert director.post(take, {"version": draft.version, "file": right}).status_code == 302
    draft.refresh_from_db()
    assert drafts.profile_of(draft).phases[1].length == 4


def test_a_discarded_draft_leaves_room_for_another(cast: Cast, director: Client) -> None:
    draft = copied(director)
    assert director.post(reverse("setup:discard_draft", args=[draft.pk]), {"version": draft.version}).status_code == 302
    assert director.get(reverse("setup:draft", args=[draft.pk])).status_code == 404
    assert copied(director).pk != draft.pk


def test_every_part_field_and_choice_has_a_word() -> None:
    profile = schema.parse_profile(schema.seed_texts()["inspection"])
    for page, parts in regime_shape.pages().items():
        assert page in regime_vocabulary.TITLES
        for part in parts:
            for spec in regime_shape.specs(part):
                assert regime_shape.label(spec.part, spec.path) != spec.path.replace("_", " ") or spec.part.endswith("_words"), spec.place
                assert all(
                    value in regime_vocabulary.VALUES or f"{spec.place}.{value}" in regime_vocabulary.VALUES for value in spec.values
                ), spec.place
                assert regime_shape.choices(spec, profile) != []
