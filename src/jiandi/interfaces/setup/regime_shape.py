"""The parts of a regime as people name them: titles, labels, choices. Led by the dataclasses: a new part shows up by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiandi.interfaces.setup.regime_vocabulary import FIELDS, LABELS, PAGES, TITLES, VALUES
from jiandi.record.ledger.models import Finding
from jiandi.record.policy import roles
from jiandi.record.regimes import schema, vocabulary
from jiandi.record.regimes.parts import Name, Profile

Choices = list[tuple[str, str]]
HIDDEN: Final = frozenset(
    {"phases.code", "lights.code", "closing_chain.code", "ladder.level", "plan_parties.code", "plan_chain.code", "plan_milestones.code"}
)


@dataclass(frozen=True)
class Spec:
    """One value that can be typed: of a row, or of a part without rows. ``many`` is a list of words, ``default`` stands where nothing is typed."""

    part: str
    path: str
    kind: type
    many: bool = False
    values: tuple[str, ...] = ()
    default: Any = None

    @property
    def place(self) -> str:
        return f"{self.part}.{self.path}" if self.path else self.part

    @property
    def hidden(self) -> bool:
        return self.place in HIDDEN

    @property
    def label(self) -> str:
        return label(self.part, self.path)


def pages() -> dict[str, tuple[str, ...]]:
    """The pages on which a regime is changed, and the parts each shows; a part nobody placed has a page of its own."""
    placed = {part for parts in PAGES.values() for part in parts} | {"code", "version"}
    return {**PAGES, **{one.name: (one.name,) for one in fields(Profile) if one.name not in placed}}


def page_of(part: str) -> str:
    """Where a part is changed."""
    return next(page for page, parts in pages().items() if part in parts)


def title(name: str) -> str:
    """A page or part in words."""
    return str(TITLES.get(name, name.replace("_", " ")))


def label(part: str, path: str) -> str:
    """A field in words: its own for this part, else the one all parts share."""
    found = LABELS.get(f"{part}.{path}") or LABELS.get(path)
    if found:
        return str(found)
    return state_word(path) if part == "state_words" else role_word(path) if part == "role_words" else path.replace("_", " ")


def row_kind(part: str) -> type | None:
    """The class of a part's rows; None where it has no rows."""
    hint = _hints(Profile)[part]
    inner = get_args(hint)[0] if get_origin(hint) is tuple else None
    return inner if isinstance(inner, type) and is_dataclass(inner) else None


def specs(part: str) -> list[Spec]:
    """What can be typed in a part, or in one of its rows."""
    kind = row_kind(part)
    hint = kind or _hints(Profile)[part]
    if is_dataclass(hint):
        return list(_specs(part, hint, ""))
    return [_spec(part, "", hint)]


def _specs(part: str, kind: type, prefix: str) -> Iterator[Spec]:
    for one in fields(kind):
        hint = _hints(kind)[one.name]
        if is_dataclass(hint):
            yield from _specs(part, hint, f"{prefix}{one.name}.")  # type: ignore[arg-type]
        else:
            default = None if one.default is MISSING else one.default
            yield replace(_spec(part, f"{prefix}{one.name}", hint), default=default)


def _spec(part: str, path: str, hint: Any) -> Spec:
    many = get_origin(hint) is tuple
    inner = get_args(hint)[0] if many else hint
    if get_origin(inner) is Literal:
        return Spec(part, path, str, many, get_args(inner))
    return Spec(part, path, inner, many)


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def choices(spec: Spec, profile: Profile) -> Choices | None:
    """What may be chosen; None where words or numbers are typed."""
    if spec.values:
        return [(one, value_word(one, spec.place)) for one in spec.values]
    made = CLOSED.get(spec.place)
    return made(profile) if made else None


def _anchors(profile: Profile) -> Choices:
    ends = [(f"{vocabulary.END_OF}{one.code}", _("the end of “%(phase)s”") % {"phase": named(one.name)}) for one in profile.phases]
    return [*((one, value_word(one, "phases.start_anchor")) for one in vocabulary.ANCHORS), *ends]


def _roles(_profile: Profile) -> Choices:
    return [(one, role_word(one)) for one in vocabulary.BUSINESS_ROLES]


def _fields(profile: Profile) -> Choices:
    return [(one, field_word(one, profile)) for one in sorted(vocabulary.FIELDS)]


CLOSED: Final[dict[str, Callable[[Profile], Choices]]] = {
    "phases.start_anchor": _anchors,
    "lights.tells": _roles,
    "ladder.addressees": _roles,
    "closing_chain.role": _roles,
    "plan_chain.role": lambda _profile: [(one, role_word(one)) for one in vocabulary.PLAN_ROLES],
    "ledger_columns.field": _fields,
    "required.fields": _fields,
    "required.state": lambda _profile: [(one, state_word(one)) for one in vocabulary.STATES],
    "counts_as_complete": lambda _profile: [(one, state_word(one)) for one in sorted(vocabulary.MAY_COUNT_AS_COMPLETE)],
    "ladder.trigger.light": lambda profile: [("", "—"), *((one.code, one.word) for one in profile.lights)],
    "rhythm.for_class": lambda profile: [(one.code, named(one.name)) for one in profile.classes],
    "report_blocks.code": lambda _profile: [(one, block_word(one)) for one in sorted(vocabulary.REPORT_BLOCKS)],
}


def named(name: Name) -> str:
    return name.zh if is_chinese() else name.en


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def value_word(value: str, place: str = "") -> str:
    """A choice in words; a place may have its own word for it."""
    return str(VALUES.get(f"{place}.{value}") or VALUES.get(value) or value.replace("_", " "))


def state_word(state: str) -> str:
    return str(dict(Finding.STATES).get(state, state))


def role_word(role: str) -> str:
    return _(roles.TITLES[role]) if role in roles.TITLES else role


def field_word(field: str, profile: Profile) -> str:
    """A field of the ledger: as the regime heads its column, or as another one does."""
    if not is_chinese():
        return field.replace("_", " ")
    own = {column.field: column.heading for column in profile.ledger_columns}
    return own.get(field) or _seed_words()[0].get(field) or str(FIELDS.get(field, field))


def block_word(block: str) -> str:
    return _seed_words()[1].get(block) or str(FIELDS.get(block, block)) if is_chinese() else block.replace("_", " ")


@lru_cache(maxsize=1)
def _seed_words() -> tuple[dict[str, str], dict[str, str]]:
    """Headings of columns and report blocks in the regimes that come with the product."""
    profiles = [schema.parse_profile(text) for text in schema.seed_texts().values()]
    columns = {column.field: column.heading for profile in profiles for column in profile.ledger_columns}
    return columns, {block.code: block.heading for profile in profiles for block in profile.report_blocks}


def words_of(spec: Spec, value: Any, profile: Profile) -> str:
    """A value as people read it."""
    if spec.many:
        return _(", ").join(words_of(Spec(spec.part, spec.path, spec.kind, False, spec.values), one, profile) for one in value) or "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    known = dict(choices(spec, profile) or [])
    return str(known.get(value, value)) if value != "" else "—"


def row_word(row: Any, profile: Profile) -> str:
    """What a row is called."""
    for name in ("name", "heading", "word"):
        if found := getattr(row, name, ""):
            return named(found) if isinstance(found, Name) else str(found)
    if state := getattr(row, "state", ""):
        return state_word(state)
    known: dict[str, str] = {one.code: named(one.name) for one in profile.classes}
    return known.get(getattr(row, "for_class", ""), "") or str(getattr(row, fields(row)[0].name))
