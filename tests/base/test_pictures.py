"""Prints of pictures: what is found again and what is not; the figures of docs/decisions/0032 come from the same pictures."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import PIL.Image
import PIL.ImageDraw
import PIL.ImageEnhance
import PIL.ImageFilter
import pytest

from jiandi.base import pictures

Picture = PIL.Image.Image


def scene(seed: int, width: int = 800, height: int = 600) -> Picture:
    """An invented place: a sky, a ground, some bodies in it."""
    chance = random.Random(seed)

    def colour(low: int = 0, high: int = 255) -> tuple[int, int, int]:
        return (chance.randint(low, high), chance.randint(low, high), chance.randint(low, high))

    picture = PIL.Image.new("RGB", (width, height), colour(90, 230))
    draw = PIL.ImageDraw.Draw(picture)
    draw.rectangle((0, chance.randint(height // 3, 2 * height // 3), width, height), fill=colour(20, 160))
    for _ in range(chance.randint(6, 18)):
        x, y = chance.randint(-50, width), chance.randint(-50, height)
        w, h = chance.randint(width // 20, width // 3), chance.randint(height // 20, height // 3)
        (draw.rectangle if chance.random() < 0.5 else draw.ellipse)((x, y, x + w, y + h), fill=colour())
    return picture.filter(PIL.ImageFilter.GaussianBlur(2))


def saved_anew(picture: Picture, quality: int) -> Picture:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality)
    return PIL.Image.open(made)


def cropped(picture: Picture, share: float, at: tuple[float, float] = (0.5, 0.5)) -> Picture:
    """``share`` of width and height are left."""
    width, height = picture.size
    left, top = width * (1 - share) * at[0], height * (1 - share) * at[1]
    return picture.crop((int(left), int(top), int(left + width * share), int(top + height * share)))


CHANGES: dict[str, tuple[str, Callable[[Picture], Picture]]] = {
    "saved at quality 35": ("same", lambda p: saved_anew(p, 35)),
    "a third as large": ("same", lambda p: p.resize((p.width // 3, p.height // 3))),
    "brighter": ("same", lambda p: PIL.ImageEnhance.Brightness(p).enhance(1.3)),
    "mirrored": ("mirrored", lambda p: p.transpose(PIL.Image.Transpose.FLIP_LEFT_RIGHT)),
    "mirrored and saved anew": ("mirrored", lambda p: saved_anew(p.transpose(PIL.Image.Transpose.FLIP_LEFT_RIGHT), 50)),
    "cropped to 85 %, middle": ("cropped", lambda p: cropped(p, 0.85)),
    "cropped to 85 %, corner": ("cropped", lambda p: cropped(p, 0.85, (0, 0))),
    "cropped to 70 %, corner": ("cropped", lambda p: cropped(p, 0.7, (1, 1))),
}


def found_again(change: Callable[[Picture], Picture], n: int = 30) -> float:
    """The share of changed pictures that an album of the originals names."""
    album = pictures.Album()
    scenes = [scene(seed) for seed in range(n)]
    for key, one in enumerate(scenes):
        album.add(key, pictures.prints_of(one))
    hits = sum(any(near.key == key for near in album.near(pictures.prints_of(change(one)))) for key, one in enumerate(scenes))
    return hits / n


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_picture_is_found_again(name: str) -> None:
    assert found_again(CHANGES[name][1]) >= 0.9


def test_it_works_the_other_way_round_when_the_part_came_first() -> None:
    album = pictures.Album()
    album.add(1, pictures.prints_of(cropped(scene(3), 0.85, (1, 0))))
    assert [(near.key, near.how) for near in album.near(pictures.prints_of(scene(3)))] == [(1, "cropped")]


@pytest.mark.parametrize(("name", "how"), [(name, how) for name, (how, _change) in CHANGES.items() if how != "cropped"])
def test_it_says_how_it_is_alike(name: str, how: str) -> None:
    album = pictures.Album()
    album.add(1, pictures.prints_of(scene(5)))
    assert [near.how for near in album.near(pictures.prints_of(CHANGES[name][1](scene(5))))] == [how]


def test_other_scenes_are_not_taken_for_it() -> None:
    """Of 120 scenes, 7,140 pairs: hardly one looks like another."""
    album = pictures.Album()
    false = 0
    for seed in range(120):
        prints = pictures.prints_of(scene(1000 + seed))
        false += len(album.near(prints))
        album.add(seed, prints)
    assert false <= 3


@pytest.mark.parametrize("colour", ["white", "black", "#7f7f7f"])
def test_an_even_surface_tells_nothing(colour: str) -> None:
    assert pictures.prints_of(PIL.Image.new("RGB", (400, 300), colour)) == ""


def test_a_page_of_paper_tells_nothing() -> None:
    page = PIL.Image.new("RGB", (600, 800), "white")
    draw = PIL.ImageDraw.Draw(page)
    for line in range(80, 720, 24):
        draw.line((60, line, 540, line), fill="black", width=3)
    assert pictures.prints_of(page) == ""


def test_a_tiny_picture_tells_nothing() -> None:
    assert pictures.prints_of(scene(1).resize((6, 6))) == ""
