"""Text of pictures, by rapidocr: the optional extra `ocr`."""

from __future__ import annotations

import functools
import importlib.util
from typing import Any, Final

import PIL.Image

from jiandi.base import heavy
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake.readers.layout.model import Piece
from jiandi.loop.intake.readers.limits import Limits

LONGEST: Final = 2_000
LEAST_SURE: Final = 0.5
_THREADS: Final = 2


def is_there() -> bool:
    """Is the extra installed?"""
    return importlib.util.find_spec("rapidocr") is not None and importlib.util.find_spec("onnxruntime") is not None


def missing(name: str) -> BadInput:
    return BadInput(
        "intake.no_ocr",
        N_(
            "“{place}” is a picture, and this installation cannot read pictures. Install Jiandi with the extra “ocr”, or ask for a file with text."
        ),
        place=name,
    )


def too_many(name: str, limits: Limits) -> BadInput:
    return BadInput(
        "intake.too_many_scans",
        N_("“{place}” has more than {limit} scanned pages. Split it, or ask for a file with text."),
        place=name,
        limit=limits.scanned_pages,
    )


@functools.cache
def _engine() -> Any:
    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": _THREADS, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
    return heavy.rapidocr().RapidOCR(params={"Global.log_level": "error", "Global.text_score": LEAST_SURE, **threads})


def pieces(picture: PIL.Image.Image, width: float, height: float) -> list[Piece]:
    """The printed lines of one page of this size in points."""
    longest = max(picture.size)
    if longest > LONGEST:
        picture = picture.resize((max(1, picture.width * LONGEST // longest), max(1, picture.height * LONGEST // longest)))
    found = _engine()(heavy.numpy().asarray(picture.convert("RGB")))
    if found.boxes is None or not found.txts:
        return []
    across, down = width / picture.width, height / picture.height
    out: list[Piece] = []
    for box, words in zip(found.boxes, found.txts, strict=True):
        xs, ys = [float(point[0]) * across for point in box], [float(point[1]) * down for point in box]
        tall = max(ys) - min(ys)
        out.append(Piece(min(xs), min(ys), max(xs), max(ys), words, max(1.0, tall * 0.8)))
    return out
