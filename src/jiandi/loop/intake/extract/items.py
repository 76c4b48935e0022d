"""One walk over the paragraphs: headings set the scene, units become items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.intake.extract import deadlines, findings, kinds, labels, numbering, owners, pieces, prose, subjects
from jiandi.loop.intake.extract.model import Deadline, DocumentKind, Draft, ItemType, OwnedBy, Span

ABOUT: Final = N_("The heading says: about this problem.")
LABELLED: Final = N_("It stands under a label that names it.")
NUMBERED: Final = N_("It has its own number in a series.")
SECTION: Final = N_("It stands in a section of problems.")
ASKED: Final = N_("The sentence asks for an act.")
FOLLOWS: Final = N_("It goes on asking after a sentence that asks.")
STATED: Final = N_("The sentence states a problem.")
UNDER_FINDING: Final = N_("It stands directly under its problem.")
DATED: Final = N_("A task of its own with its own date.")
OUTCOME: Final = N_("It states an outcome apart from the act.")
AHEAD: Final = N_("The sentence says what will be done next.")
TOPIC: Final = N_("A sentence under a heading that names its topic.")

_SHORTEST: Final = 3
_LINES: Final = 12


@dataclass
class Walk:
    """What the walk knows at a paragraph."""

    text: str
    kind: DocumentKind
    first_leads: bool
    drafts: list[Draft] = field(default_factory=list)
    roles: list[tuple[float, kinds.Role | None]] = field(default_factory=list)
    scope: list[tuple[float, Draft]] = field(default_factory=list)
    problems: list[Draft] = field(default_factory=list)
    group: list[Draft] = field(default_factory=list)
    waiting: labels.FieldRole | None = None
    status: str | None = None
    charge: owners.Owners | None = None
    headings: dict[int, bool] = field(default_factory=dict)
    ahead: float | None = None
    inspected: str | None = None
    above: list[tuple[float, owners.Owners]] = field(default_factory=list)
    given: dict[labels.FieldRole, int] = field(default_factory=dict)
    lines: dict[labels.FieldRole, int] = field(default_factory=dict)
    told: dict[labels.FieldRole, int] = field(default_factory=dict)

    @property
    def role(self) -> kinds.Role | None:
        return next((role for _, role in reversed(self.roles) if role is not None), None)

    @property
    def finding(self) -> Draft | None:
        return self.scope[-1][1] if self.scope else None

    def enter(self, depth: float) -> None:
        """A number of this depth closes everything as deep or deeper."""
        self.roles = [entry for entry in self.roles if entry[0] < depth]
        if any(entry[0] >= depth for entry in self.scope):
            self.regroup()
            self.status, self.waiting, self.charge = None, None, None
        self.scope = [entry for entry in self.scope if entry[0] < depth]
        self.above = [entry for entry in self.above if entry[0] < depth]
        self.ahead = None if self.ahead is not None and depth <= self.ahead else self.ahead

    def regroup(self) -> None:
        """Field lines from here on belong to the items from here on."""
        self.group, self.given, self.told, self.lines = [], {}, {}, {}

    def hand_down(self, depth: float, bracket: Span) -> None:
        """The owners of a heading are those of what stands under it and names none."""
        self.above = self.above[-_LINES:]
        self.above.append((depth, owners.from_bracket(self.text, bracket, first=self.first_leads)))

    def set_role(self, depth: float, role: kinds.Role | None) -> None:
        """What stands under a heading of this depth."""
        self.roles = [entry for entry in self.roles if entry[0] < depth]
        self.roles.append((depth, role))

    def action(self) -> ItemType:
        """measure or directive, by section and kind of document."""
        if self.finding is not None and self.kind != "official":
            return "measure"
        return self.role if self.role in ("measure", "directive") else kinds.default_action(self.kind)

    def open_finding(self, span: Span, depth: float, path: tuple[str, ...], reason: str) -> Draft:
        self.enter(depth)
        self.regroup()
        self.status = None
        draft = self.add("finding", span, path, reason)
        draft.parent = self.finding
        self.scope.append((depth, draft))
        return draft

    def add(self, type_: ItemType, span: Span, path: tuple[str, ...], reason: str) -> Draft:
        draft = Draft(type_, span.start, span.end, reason, level=path)
        self.drafts.append(draft)
        if type_ == "finding":
            self.problems.append(draft)
        return draft


def emit(walk: Walk, type_: ItemType, span: Span, path: tuple[str, ...], reason: str) -> list[Draft]:
    """Make one item of a unit: brackets, status sentences and outcomes cut off, owners and term read."""
    text = walk.text
    bracket = owners.closing_bracket(text, span.start, span.end) or owners.trailing_fields(text, span.start, span.end)
    span = pieces.trimmed(text, span.start, bracket.start if bracket else span.end)
    if span.end - span.start < _SHORTEST or _status(walk, text[span.start : span.end]):
        return []
    if type_ == "finding" and reason in (SECTION, NUMBERED) and findings.is_order(text[span.start : span.end]):
        type_, reason = "directive", ASKED
    if type_ == "finding":
        made = walk.add("finding", unquoted(text, span), path, reason)
        made.parent = walk.finding if walk.finding is not made else None
        return [made]
    drafts = _act(walk, type_, span, path, reason)
    if bracket is not None:
        give(walk, drafts, owners.from_bracket(text, bracket, first=walk.first_leads), over=True)
    for _, owned in reversed(walk.above):
        give(walk, [draft for draft in drafts if draft.type != "result"], owned, by="above")
    return drafts


def _status(walk: Walk, words: str) -> bool:
    """Nothing but 已完成 is the state of the items before it."""
    if not prose.is_status(words):
        return False
    walk.status = words
    for draft in walk.group:
        draft.status = draft.status or words
    return True


def unquoted(text: str, span: Span) -> Span:
    own = "存在" not in text[span.start : span.end]
    stated = findings.stated_in_heading(text, span.start, span.end, own=own)
    if stated is not None and span.end - stated.rest <= 2:
        return stated.span
    return span


def _act(walk: Walk, type_: ItemType, span: Span, path: tuple[str, ...], reason: str) -> list[Draft]:
    text = walk.text
    span, status, term = prose.without_status(text, span)
    outcomes = prose.results_after(text, span) if type_ == "measure" else []
    if outcomes:
        cut = pieces.trimmed(text, span.start, outcomes[0].start)
        span = cut or span
    kind: ItemType = "result" if type_ == "measure" and walk.finding and prose.is_outcome(text[span.start : span.end]) else type_
    draft = walk.add(kind, span, path, reason)
    draft.parent = walk.finding if walk.kind != "official" or walk.finding else None
    draft.status = status or walk.status
    made = [draft]
    if kind != "result":
        _own_words(walk, draft, term)
        walk.group.append(draft)
    for outcome in outcomes:
        extra = walk.add("result", pieces.trimmed(text, outcome.start, outcome.end), path, OUTCOME)
        extra.parent = walk.finding or draft
    return made


def _own_words(walk: Walk, draft: Draft, term: Deadline | None) -> None:
    span = Span(draft.start, draft.end)
    term = deadlines.in_words(walk.text, span, doing=draft.type == "measure" and walk.kind != "plan") or term
    if term is not None:
        draft.fall_due(term)
    if walk.charge is not None:
        draft.lead, draft.support, draft.owned_by = list(walk.charge.lead), list(walk.charge.support), "above"
    elif draft.type == "directive" or walk.kind in ("news", "official", "reply"):
        joint = subjects.joint_subject(walk.text, draft.start, draft.end)
        draft.lead, draft.support = joint.lead or subjects.subject(walk.text, draft.start, draft.end), joint.support
        draft.owned_by = "prose"
        if not draft.lead and walk.inspected and draft.level:
            draft.lead, draft.owned_by = [walk.inspected], "letter"
        if draft.lead and not draft.support:
            draft.support = subjects.companions(walk.text, draft.start, draft.end)


def give(walk: Walk, drafts: list[Draft], owned: owners.Owners, *, over: bool = False, by: OwnedBy = "bracket") -> None:
    """Hand owners, term and status to items; ``over`` replaces what the words of the item gave."""
    term = deadlines.from_field(walk.text, owned.due) if owned.due else None
    for draft in drafts:
        if (owned.lead or owned.support) and (over or not draft.lead):
            draft.lead, draft.support, draft.owned_by = list(owned.lead), list(owned.support), by
        if term is not None and (over or draft.deadline is None):
            draft.fall_due(term)
        draft.status = owned.status or draft.status


def give_field(walk: Walk, role: labels.FieldRole, owned: owners.Owners, depth: float) -> None:
    """Hand one field line to the items of its problem, or to those that follow where none stands before it."""
    drafts = _takers(walk, role)
    if not walk.group and len(walk.above) < _LINES:
        walk.above.append((depth, owned))
    for draft in drafts:
        told = owners.Owners(lead=list(owned.lead), support=list(owned.support))
        if draft.owned_by == "field":
            told = owners.Owners(list(draft.lead) or told.lead, draft.support + (told.lead if draft.lead else []) + told.support)
        if told.lead or told.support:
            owners.settle(told)
            draft.lead, draft.support, draft.owned_by = told.lead, told.support, "field"
    give(walk, drafts, owners.Owners(due=owned.due, status=owned.status), over=True)


def _takers(walk: Walk, role: labels.FieldRole) -> list[Draft]:
    """Lines of one role add up; after further items the next line of that role is for those alone."""
    begin, count = walk.given.get(role, 0), walk.told.get(role, 0)
    if count < len(walk.group):
        begin, walk.lines[role] = count, 0
    walk.lines[role] = walk.lines.get(role, 0) + 1
    if walk.lines[role] > _LINES:
        return []
    walk.given[role], walk.told[role] = begin, len(walk.group)
    return walk.group[begin:]


def emit_series(walk: Walk, runs: list[list[numbering.Unit]], type_: ItemType, path: tuple[str, ...]) -> list[Draft]:
    """Every unit of the innermost series; a bracket after the last one holds for all."""
    made: list[Draft] = []
    for run in runs:
        of_run: list[Draft] = []
        shared: owners.Owners | None = None
        for place, unit in enumerate(run):
            span = unit.span if place + 1 < len(run) else _last_unit(walk.text, run)
            bracket = owners.closing_bracket(walk.text, unit.span.start, unit.span.end)
            if bracket is not None and place + 1 == len(run) and not any(draft.lead for draft in of_run):
                shared = owners.from_bracket(walk.text, bracket, first=walk.first_leads)
                span = Span(span.start, min(span.end, bracket.start))
            of_run += _unit(walk, span, type_, (*path, unit.marker.label))
        if shared is not None:
            give(walk, of_run, shared, over=True)
        made += of_run
    return made


def _unit(walk: Walk, span: Span, type_: ItemType, path: tuple[str, ...]) -> list[Draft]:
    inner = numbering.enumeration(walk.text, span.start, span.end)
    if inner and inner[0][0].marker.start - span.start < 80:
        return emit_series(walk, inner, type_, path)
    return emit(walk, type_, span, path, NUMBERED)


def _last_unit(text: str, run: list[numbering.Unit]) -> Span:
    """The last unit ends with its sentence when all before it are one sentence each."""
    last = run[-1].span
    parts = pieces.sentences(text, last.start, last.end)
    if len(parts) < 2:
        return last
    for place, part in enumerate(parts[1:], start=1):
        if prose.begins_anew(text[part.start : part.end]):
            return Span(last.start, parts[place - 1].end)
    before = [pieces.sentences(text, unit.span.start, unit.span.end) for unit in run[:-1]]
    single = len(before) > 1 and all(len(unit) == 1 for unit in before)
    return Span(last.start, parts[0].end) if single else last
