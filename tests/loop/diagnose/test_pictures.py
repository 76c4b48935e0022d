"""The tree and the fishbone on paper: nothing overlaps, nothing is lost, nothing sticks out."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiandi.loop.diagnose import rules
from jiandi.loop.diagnose.rules import Labels, Node, pictures
from jiandi.loop.diagnose.rules.pictures import Box, Picture

LABELS = Labels("问题", "推断", dict(rules.DIMENSIONS), {k.code: k.word for k in rules.KINDS})
LONG = "拨付流程没有规定各环节的办理时限，退件无人催办；各科室之间凭口头通知衔接，经办人员变动后材料无人交接，造成同一笔资金反复补件。" * 4
KINDS = list(rules.KINDS)
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def grown(parents: list[int | None], texts: list[str]) -> tuple[Node, ...]:
    """A tree whose node n hangs below ``parents[n]``."""
    nodes = []
    for at, (parent, text) in enumerate(zip(parents, texts, strict=True)):
        kind = KINDS[at * 7 % len(KINDS)]
        nodes.append(
            Node(at + 1, None if parent is None else parent + 1, kind.dimension, kind.code, text, question="为什么？" if at else "")
        )
    return rules.tree(nodes, is_flagged=True)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Node, ...]:
    size = draw(st.integers(1, 9))
    parents = [draw(st.one_of(st.none(), st.integers(0, at - 1))) if at else None for at in range(size)]
    letters = st.text(alphabet="制度缺失，。abc 12“”（）", min_size=1, max_size=120)
    return grown(parents, [draw(letters) for _ in parents])


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def said(picture: Picture) -> str:
    words = [word for box in picture.boxes for word in box.words] + list(picture.words)
    return "".join(word.text for word in words)


@CALM
@given(trees())
def test_no_box_of_a_tree_lies_over_another_and_all_lie_on_the_paper(roots: tuple[Node, ...]) -> None:
    picture = pictures.tree_picture(roots, LONG, LABELS)
    assert len(picture.boxes) == 1 + len(rules.flat(roots))
    assert not any(overlap(a, b) for a, b in itertools.combinations(picture.boxes, 2))
    assert all(b.x >= 0 and b.y >= 0 and b.x + b.width <= picture.width and b.y + b.height <= picture.height for b in picture.boxes)


@CALM
@given(trees())
def test_no_word_of_a_fishbone_lies_over_another_or_off_the_paper(roots: tuple[Node, ...]) -> None:
    picture = pictures.fishbone_picture(roots, LONG, LABELS)
    places = [(w.x, w.y) for w in picture.words]
    assert len(places) == len(set(places))
    assert all(0 < w.y < picture.height for w in picture.words)
    assert not any(b.x <= w.x < b.x + b.width and b.y <= w.y - 5 < b.y + b.height for b in picture.boxes for w in picture.words)
    assert all(b.x >= 0 and b.x + b.width <= picture.width and b.y >= 0 and b.y + b.height <= picture.height for b in picture.boxes)


@CALM
@given(trees())
def test_both_pictures_say_every_cause_whole(roots: tuple[Node, ...]) -> None:
    for draw in (pictures.tree_picture, pictures.fishbone_picture):
        written = said(draw(roots, "拨付滞后", LABELS)).replace(" ", "")
        assert all("".join(node.text.split()) in written for node in rules.flat(roots))


@pytest.mark.parametrize(
    "text", [LONG, "a" * 300, "制度，" * 60, "资金（含专项）拨付，2026年第1季度仍有12.5%未到账。", "x" * 25 + "，。！"]
)
def test_a_line_is_never_wider_than_its_box_and_loses_nothing(text: str) -> None:
    lines = pictures.wrapped(text)
    assert max(pictures.width_of(line) for line in lines) <= pictures.COLUMNS + 2
    assert "".join(lines).replace(" ", "") == "".join(text.split())


def test_no_line_begins_with_a_closing_mark() -> None:
    assert not any(line[0] in "，。" for line in pictures.wrapped("一二三四五六七八九十一二三，一二三四五六七八九十一二三。完"))


def test_without_a_cause_only_the_problem_and_the_bones_are_drawn() -> None:
    assert len(pictures.tree_picture((), "拨付滞后", LABELS).boxes) == 1
    assert len(pictures.fishbone_picture((), "拨付滞后", LABELS).boxes) == 1 + len(rules.DIMENSIONS)


def test_what_nothing_shows_is_dashed_and_says_so() -> None:
    shown = Node(1, None, "means", "no_money", "没有经费", proofs=((7, "预算批复"),))
    assumed = Node(2, 1, "mechanism", "no_rule", "没有办法")
    picture = pictures.tree_picture(rules.tree([shown, assumed], is_flagged=False), "拨付滞后", LABELS)
    assert [box.dashed for box in picture.boxes if box.look != "problem"] == [True, False]
    assert said(picture).count("推断") == 1
