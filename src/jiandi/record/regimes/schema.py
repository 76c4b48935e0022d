"""The one way in and out of a regime profile: text to parts, parts to canonical text, canonical text to digest."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from jiandi.base import digests
from jiandi.record.regimes import checks, toml_form
from jiandi.record.regimes.parts import Profile

PACKAGE = "jiandi.record.regimes"


@lru_cache(maxsize=64)
def parse_profile(text: str) -> Profile:
    """The profile a TOML text describes; `BadInput` names the first place that is wrong and the remedy."""
    profile = read_text(text)
    checks.check(profile)
    return profile


def read_text(text: str) -> Profile:
    """The profile of a text that need not work as a whole yet: form and types are asked for, nothing else."""
    return toml_form.read(Profile, _with_default_words(toml_form.load(text)))


def read_frozen(body: str) -> Profile:
    """The profile of a canonical text from the database. It was checked when it was frozen: later checks do not bind it."""
    return toml_form.read(Profile, toml_form.load(body))


def to_toml(profile: Profile) -> str:
    """The canonical text: every key written out, so that later defaults never change a frozen version."""
    return toml_form.write(profile)


@lru_cache(maxsize=64)
def canonical(text: str) -> str:
    """The canonical text of one that people wrote."""
    return to_toml(parse_profile(text))


def digest(body: str, algorithm: str = digests.DEFAULT) -> str:
    """The digest of a canonical text."""
    return digests.digest(algorithm, body.encode("utf-8"))


def seed_texts() -> dict[str, str]:
    """The profiles that come with the product: code to TOML text."""
    folder = files(PACKAGE) / "profiles"
    texts = {item.name: item.read_text("utf-8") for item in folder.iterdir() if item.name.endswith(".toml")}
    return {name.removesuffix(".toml"): texts[name] for name in sorted(texts)}


@lru_cache(maxsize=1)
def _default_words() -> dict[str, dict[str, str]]:
    return toml_form.load((files(PACKAGE) / "words.toml").read_text("utf-8"))


def _with_default_words(raw: dict[str, Any]) -> dict[str, Any]:
    whole = dict(raw)
    for key, words in _default_words().items():
        own = whole.get(key, {})
        whole[key] = {**words, **own} if isinstance(own, dict) else own
    return whole
