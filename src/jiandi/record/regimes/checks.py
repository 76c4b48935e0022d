"""What a profile must hold beyond its form: names that exist, lights in order, a chain that closes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.policy import roles
from jiandi.record.regimes import numbering, toml_form, vocabulary
from jiandi.record.regimes.parts import Light, Phase, Profile, Step

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_DAYS: Final = 3660
LONGEST: Final = {"day": LONGEST_DAYS, "working_day": 2500, "month": 120, "year": 10}


def check(profile: Profile) -> None:
    """Refuse the first thing that cannot work, by its key path."""
    for one in _CHECKS:
        one(profile)


def faults(profile: Profile) -> list[BadInput]:
    """The first thing of each kind that cannot work; empty when the profile can be frozen."""
    found = []
    for one in _CHECKS:
        try:
            one(profile)
        except BadInput as error:
            found.append(error)
    return found


def _codes(profile: Profile) -> None:
    _code(profile.code, "code")
    _distinct((one.code for one in profile.phases), "phases", "code")
    _distinct((one.code for one in profile.classes), "classes", "code")
    _distinct((one.code for one in profile.lights), "lights", "code")
    _distinct((one.code for one in profile.closing_chain), "closing_chain", "code")
    if profile.version < 1:
        raise BadInput("regime.version", N_("{path}: count versions from 1."), path="version")


def _phases(profile: Profile) -> None:
    _not_empty(profile.phases, "phases")
    earlier: list[str] = []
    for place, phase in enumerate(profile.phases, start=1):
        _phase_start(phase, earlier, f"phases[{place}].start_anchor")
        _phase_length(phase, f"phases[{place}].length")
        earlier.append(phase.code)


def _phase_start(phase: Phase, earlier: list[str], where: str) -> None:
    allowed = [*vocabulary.ANCHORS, *(vocabulary.END_OF + code for code in earlier)]
    _known(phase.start_anchor, allowed, where)


def _endless(profile: Profile) -> None:
    for place, phase in enumerate(profile.phases[:-1], start=1):
        if phase.length == 0:
            raise BadInput(
                "regime.endless_phase",
                N_("{path}: only the last phase may have no set end (0). Give this one a length."),
                path=f"phases[{place}].length",
            )


def _phase_length(phase: Phase, where: str) -> None:
    _at_most(phase.length, LONGEST[phase.unit], where)


def _classes(profile: Profile) -> None:
    _not_empty(profile.classes, "classes")
    for place, one in enumerate(profile.classes, start=1):
        _at_most(one.default_days, LONGEST_DAYS, f"classes[{place}].default_days")
    reporting = [one.for_class for one in profile.rhythm]
    _distinct(reporting, "rhythm", "for_class")
    for place, code in enumerate(reporting, start=1):
        _known(code, [one.code for one in profile.classes], f"rhythm[{place}].for_class")


def _columns(profile: Profile) -> None:
    _not_empty(profile.ledger_columns, "ledger_columns")
    _distinct((one.field for one in profile.ledger_columns), "ledger_columns", "field")
    heads: dict[str, int] = {}
    for place, column in enumerate(profile.ledger_columns, start=1):
        where = f"ledger_columns[{place}]"
        _known(column.field, sorted(vocabulary.FIELDS), f"{where}.field")
        _filled(column.heading, f"{where}.heading")
        _between(column.width, 3, 120, f"{where}.width")
        _once(heads, f"{column.group} {column.heading}".strip(), place, f"{where}.heading")


def _required(profile: Profile) -> None:
    _distinct((one.state for one in profile.required), "required", "state")
    for place, one in enumerate(profile.required, start=1):
        _known(one.state, vocabulary.STATES, f"required[{place}].state")
        for at, field in enumerate(one.fields, start=1):
            _known(field, sorted(vocabulary.FIELDS), f"required[{place}].fields[{at}]")


def _lights(profile: Profile) -> None:
    for place, light in enumerate(profile.lights, start=1):
        _filled(light.word, f"lights[{place}].word")
        _roles(light.tells, f"lights[{place}].tells")
    if sum(light.when == "otherwise" for light in profile.lights) != 1:
        raise BadInput(
            "regime.lights_otherwise",
            N_('{path}: give exactly one light for a due date that is further away (when = "otherwise").'),
            path="lights",
        )
    if sum(light.when == "settled" for light in profile.lights) > 1:
        raise BadInput("regime.lights_settled", N_('{path}: give at most one light for what is settled (when = "settled").'), path="lights")
    if not any(light.when == "overdue" for light in profile.lights):
        raise BadInput("regime.lights_overdue", N_('{path}: add a light for what is overdue (when = "overdue").'), path="lights")
    _in_order(profile.lights)


def _in_order(lights: tuple[Light, ...]) -> None:
    """From calm to urgent: days left fall, then days overdue rise; equal days would never show one of the two."""
    urgency = [
        (place, -light.days if light.when == "days_left" else light.days + 1)
        for place, light in enumerate(lights, start=1)
        if light.when in ("days_left", "overdue")
    ]
    for (_, calmer), (place, urgent) in pairwise(urgency):
        if urgent <= calmer:
            raise BadInput(
                "regime.lights_order",
                N_("{path}: put the lights in order, from most days left to longest overdue."),
                path=f"lights[{place}].days",
            )


def _ladder(profile: Profile) -> None:
    lights = [light.code for light in profile.lights]
    for place, rung in enumerate(profile.ladder, start=1):
        where = f"ladder[{place}]"
        if rung.level != place:
            raise BadInput(
                "regime.ladder_order",
                N_("{path}: write {level} here; levels count up from 1."),
                path=f"{where}.level",
                level=place,
            )
        _not_empty(rung.addressees, f"{where}.addressees")
        _roles(rung.addressees, f"{where}.addressees")
        if rung.trigger.when == "in_a_row":
            _known(rung.trigger.light, lights, f"{where}.trigger.light")
            _between(rung.trigger.times, 2, 12, f"{where}.trigger.times")


def _chain(profile: Profile) -> None:
    order = {"submit": 0, "accept": 1, "close": 2}
    reached = 0
    for place, step in enumerate(profile.closing_chain, start=1):
        where = f"closing_chain[{place}]"
        _known(step.role, vocabulary.BUSINESS_ROLES, f"{where}.role")
        _filled(step.name.zh, f"{where}.name.zh")
        if order[step.at] < reached:
            raise BadInput(
                "regime.chain_order",
                N_("{path}: steps go from submit over accept to close. Move this step up."),
                path=f"{where}.at",
            )
        reached = order[step.at]
        _independent(step, where)
    _at_their_place(profile)
    if not any(step.at == "close" and step.kind == "approve" for step in profile.closing_chain):
        raise BadInput(
            "regime.chain_approval",
            N_('{path}: add a step of approval at closing (kind = "approve", at = "close"); without it nothing can be closed.'),
            path="closing_chain",
        )


def _at_their_place(profile: Profile) -> None:
    """A regime narrows who submits and who accepts, and never widens it."""
    submit, accept = profile.steps_at("submit"), profile.steps_at("accept")
    if submit and all(step.role != roles.HEAD for step in submit):
        raise BadInput(
            "regime.chain_head", N_("{path}: the head of the unit signs before submission. Add a step of the head."), path="closing_chain"
        )
    if accept and accept[0].role not in (roles.VERIFIER, roles.DEPARTMENT):
        raise BadInput(
            "regime.chain_accept",
            N_("{path}: the first step at acceptance is that of a verifier or a subject department."),
            path="closing_chain",
        )


def _independent(step: Step, where: str) -> None:
    if step.at == "accept" and step.may_share_person:
        raise BadInput(
            "regime.chain_independence",
            N_("{path}: whoever accepts must be another person than whoever claims. Write false."),
            path=f"{where}.may_share_person",
        )


def _plan(profile: Profile) -> None:
    for part in ("plan_parties", "plan_chain", "plan_milestones"):
        _distinct((one.code for one in getattr(profile, part)), part, "code")
        for place, one in enumerate(getattr(profile, part), start=1):
            _filled(one.name.zh, f"{part}[{place}].name.zh")
    for place, step in enumerate(profile.plan_chain, start=1):
        _known(step.role, vocabulary.PLAN_ROLES, f"plan_chain[{place}].role")
        if (step.kind == "approve") != (place == len(profile.plan_chain)):
            raise BadInput(
                "regime.plan_approval",
                N_('{path}: the last step approves the plan (kind = "approve"), and no step before it does.'),
                path=f"plan_chain[{place}].kind",
            )
    for place, mark in enumerate(profile.plan_milestones, start=1):
        _at_most(mark.days_before, 250, f"plan_milestones[{place}].days_before")
        _at_most(mark.percent, 95, f"plan_milestones[{place}].percent")


def _figures(profile: Profile) -> None:
    _between(profile.numbers.decimals, 0, 2, "numbers.decimals")
    _between(profile.numbers.least, 5, 100, "numbers.least")
    _between(profile.clocks.proof_bar_percent, 1, 100, "clocks.proof_bar_percent")
    _between(profile.clocks.proof_sample_cases, 1, 1000, "clocks.proof_sample_cases")
    for name in ("proof_first_months", "proof_second_months", "rule_review_months"):
        _between(getattr(profile.clocks, name), 1, 120, f"clocks.{name}")
    _between(profile.effect_check.within_months, 1, 12, "effect_check.within_months")
    _not_empty(profile.counts_as_complete, "counts_as_complete")
    for place, state in enumerate(profile.counts_as_complete, start=1):
        _known(state, sorted(vocabulary.MAY_COUNT_AS_COMPLETE), f"counts_as_complete[{place}]")
    _distinct((one.code for one in profile.report_blocks), "report_blocks", "code")
    for place, block in enumerate(profile.report_blocks, start=1):
        _known(block.code, sorted(vocabulary.REPORT_BLOCKS), f"report_blocks[{place}].code")


def _scores(profile: Profile) -> None:
    """Lines without the bonus give 100 points; grades fall from the best to one that starts at 0."""
    for where, rows in (("score_items", profile.score_items), ("score_vetoes", profile.score_vetoes), ("grades", profile.grades)):
        _distinct((one.code for one in rows), where, "code")
    if not profile.score_items:
        return
    for place, item in enumerate(profile.score_items, start=1):
        _between(item.most, 1, 100, f"score_items[{place}].most")
        _filled(item.dimension, f"score_items[{place}].dimension")
    _between(sum(item.most for item in profile.score_items if item.kind != "bonus"), 100, 100, "score_items[].most")
    _not_empty(profile.grades, "grades")
    for place, (better, worse) in enumerate(pairwise(profile.grades), start=2):
        _between(worse.at_least, 0, better.at_least - 1, f"grades[{place}].at_least")
    _between(profile.grades[-1].at_least, 0, 0, f"grades[{len(profile.grades)}].at_least")
    for place, veto in enumerate(profile.score_vetoes, start=1):
        _known(veto.grade, [one.code for one in profile.grades], f"score_vetoes[{place}].grade")


def _numbering(profile: Profile) -> None:
    where = "numbering.pattern"
    parts = numbering.parts_of(profile.numbering.pattern)
    if parts is None:
        raise BadInput(
            "regime.numbering",
            N_("{path}: write parts in braces, like {{year}} or {{seq:03}}. Known parts: {known}."),
            path=where,
            known=", ".join(sorted(vocabulary.NUMBER_PARTS)),
        )
    if "seq" not in parts:
        raise BadInput("regime.numbering_seq", N_("{path}: add {{seq}}, or two findings share a number."), path=where)


def _words(profile: Profile) -> None:
    for state in vocabulary.STATES:
        _filled(profile.state_word(state), f"state_words.{state}")
    for role in roles.ALL:
        _filled(profile.role_word(role), f"role_words.{role}")
    _filled(profile.name.zh, "name.zh")
    _filled(profile.name.en, "name.en")
    _not_empty(profile.levels, "levels")


def _fits(profile: Profile) -> None:
    names: dict[str, int] = {}
    for place, one in enumerate(profile.fits, start=1):
        _filled(one.name, f"fits[{place}].name")
        _once(names, one.name, place, f"fits[{place}].name")
        _not_empty(one.words, f"fits[{place}].words")
        _not_empty(one.kinds, f"fits[{place}].kinds")
        for at, word in enumerate(one.words, start=1):
            _filled(word, f"fits[{place}].words[{at}]")


_CHECKS: Final[tuple[Callable[[Profile], None], ...]] = (
    _codes, _words, _phases, _endless, _classes, _columns, _required, _lights, _ladder, _chain, _plan, _figures, _numbering, _scores,
    _fits,
)  # fmt: skip


def _code(code: str, where: str) -> None:
    if not CODE.fullmatch(code):
        raise BadInput(
            "regime.bad_code",
            N_("{path}: use small letters, digits and underscores, starting with a letter."),
            path=where,
        )


def _distinct(codes: Iterable[str], where: str, key: str) -> None:
    seen: dict[str, int] = {}
    for place, code in enumerate(codes, start=1):
        _code(code, f"{where}[{place}].{key}")
        _once(seen, code, place, f"{where}[{place}].{key}")


def _once(seen: dict[str, int], one: str, place: int, where: str) -> None:
    first = seen.setdefault(one, place)
    if first != place:
        raise BadInput(
            "regime.doubled",
            N_("{path}: “{found}” is already used in row {first}. Change or remove one of them."),
            path=where,
            found=one,
            first=first,
        )


def _known(one: str, allowed: Iterable[str], where: str) -> None:
    names = tuple(allowed)
    if one not in names:
        raise toml_form.not_offered(one, names, where)


def _roles(named: Iterable[str], where: str) -> None:
    for place, role in enumerate(named, start=1):
        _known(role, vocabulary.BUSINESS_ROLES, f"{where}[{place}]")


def _not_empty(rows: tuple[object, ...], where: str) -> None:
    if not rows:
        raise BadInput("regime.empty", N_("{path}: give at least one entry."), path=where)


def _filled(word: str, where: str) -> None:
    if not word.strip():
        raise BadInput("regime.no_word", N_("{path}: write a word here; it may not be empty."), path=where)


def _between(number: int, low: int, high: int, where: str) -> None:
    if not low <= number <= high:
        raise BadInput(
            "regime.out_of_range",
            N_("{path}: write a number from {low} to {high}; {found} is outside."),
            path=where,
            low=low,
            high=high,
            found=number,
        )


def _at_most(number: int, high: int, where: str) -> None:
    _between(number, 0, high, where)
