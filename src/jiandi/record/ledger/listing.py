"""The ledger as a list: filters, one page of rows, and how many there are; pages, search, API and exports share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jiandi.base import clock
from jiandi.record.accounts.models import Unit, end_of_subtree
from jiandi.record.ledger.models import OPEN_DISPUTES, OPEN_STATES, Carried, Counter, Dispute, Extension, Finding, UpperReview
from jiandi.record.ledger.models.finding import COUNTED_OUT, RUNNING_STATES, SAYS_FINISHED, UNCHECKED
from jiandi.record.ledger.scope import sees_everything
from jiandi.record.regimes import lights, vocabulary
from jiandi.record.trail.actor import Actor

PAGE = 50
# Those without a day stand last on every database; both read it from the index on round and due.
BY_DUE = (F("due").asc(nulls_last=True), "pk")
COUNT_CAP = 2000
MOST_DIGITS = 19
FIELDS = (
    "pk", "number", "title", "lead__name", "lead_id", "klass", "state", "due", "is_said", "is_done", "is_well",
    "effect_state", "source", "old_word", "disputed", "extended", "extension_asked", "sent_up",
)  # fmt: skip
CLAIMS = {"said": "is_said", "done": "is_done", "well": "is_well"}
EXTENSION_ASKED = Exists(Extension.objects.filter(finding=OuterRef("pk"), state="asked"))
SENT_UP = Exists(UpperReview.objects.filter(finding=OuterRef("pk"), state="sent"))
_GRANTED = Extension.objects.filter(finding=OuterRef("pk"), state="granted").order_by().values("finding").annotate(n=Count("pk"))
EXTENDED = Coalesce(Subquery(_GRANTED.values("n")), 0)
DISPUTED = Exists(Dispute.objects.filter(finding=OuterRef("pk"), state__in=OPEN_DISPUTES))
SAID_BESIDE = {"disputed": DISPUTED, "extended": EXTENDED, "extension_asked": EXTENSION_ASKED, "sent_up": SENT_UP}


class Row(NamedTuple):
    """One line of the ledger; the order is that of ``FIELDS``."""

    pk: int
    number: str
    title: str
    lead: str | None
    lead_id: int | None
    klass: str
    state: str
    due: date | None
    said: bool
    done: bool
    well: bool
    effect: str
    source: str
    old_word: str
    disputed: bool
    extended: int
    extension_asked: bool
    sent_up: bool

    @property
    def is_unchecked(self) -> bool:
        """Taken over as finished, and not checked here."""
        return self.source == "taken_over" and self.state in SAYS_FINISHED and not self.done

    @property
    def is_late(self) -> bool:
        return lights.is_overdue(self.state, self.due, clock.today())

    @property
    def is_settled(self) -> bool:
        """Whether its due date counts no more."""
        return self.state in vocabulary.SETTLED

    @property
    def days_left(self) -> int | None:
        """Days to the due date while it counts; negative when late."""
        return lights.days_left(self.due, clock.today()) if self.due and not self.is_settled else None


@dataclass(frozen=True)
class Filters:
    """What the address asks for; unknown values are ignored."""

    state: str = ""
    unit: int | None = None
    klass: str = ""
    source: str = ""
    when: str = ""
    claim: str = ""
    words: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        unit, page = query.get("unit", ""), query.get("page", "")
        return cls(
            state=query.get("state", ""),
            unit=_number(unit),
            klass=query.get("class", ""),
            source=query.get("source", ""),
            when=query.get("when", ""),
            claim=query.get("claim", ""),
            words=query.get("q", "").strip()[:60],
            page=_number(page, 100_000) or 1,
        )

    @property
    def is_plain(self) -> bool:
        return not any((self.state, self.unit, self.klass, self.source, self.when, self.claim, self.words))

    def address(self, **changed: Any) -> str:
        """The query of these filters with some changed."""
        values = {
            "state": self.state,
            "unit": self.unit,
            "class": self.klass,
            "source": self.source,
            "when": self.when,
            "claim": self.claim,
            "q": self.words,
            **changed,
        }
        return "?" + urlencode({name: value for name, value in values.items() if value})


def _number(text: str, most: int = 2**62) -> int | None:
    """A number of an address; anything else, and more than a database can hold, is none."""
    return min(int(text), most) if text.isdecimal() and len(text) < MOST_DIGITS else None


def rows(actor: Actor, round_id: int | None, filters: Filters) -> tuple[list[Row], bool]:
    """One page of rows, and whether there are more."""
    first = (filters.page - 1) * PAGE
    found = filtered(actor, round_id, filters).annotate(**SAID_BESIDE).order_by(*BY_DUE).values_list(*FIELDS)
    page = [Row(*values) for values in found[first : first + PAGE + 1]]
    return page[:PAGE], len(page) > PAGE


def filtered(actor: Actor, round_id: int | None, filters: Filters) -> QuerySet[Finding]:
    """The findings the actor may see and the filters ask for; exports take the same."""
    found = Finding.objects.visible_to(actor)
    if round_id:
        found = found.filter(_on_the_books(round_id, filters.when))
    return found.filter(_condition(filters)).filter(_unit(filters.unit))


def carried(actor: Actor, round_id: int) -> QuerySet[Finding]:
    """The findings of other rounds that are on the books of this one too, as far as the actor may see them."""
    return Finding.objects.visible_to(actor).filter(_on_the_books(round_id, "carried"))


def _on_the_books(round_id: int, when: str) -> Q:
    """The round's own findings; those carried over; or (the whole register) both."""
    if when not in ("carried", "register"):
        return Q(round_id=round_id)
    over = Q(pk__in=Carried.objects.filter(round_id=round_id, state="carried").values("finding_id"))
    return over if when == "carried" else over | Q(round_id=round_id)


def _condition(f: Filters) -> Q:
    condition = Q()
    if f.state == "open":
        condition &= Q(state__in=OPEN_STATES)
    elif f.state:
        condition &= Q(state=f.state)
    if f.klass:
        condition &= Q(klass=f.klass)
    if f.source:
        condition &= Q(source=f.source)
    if f.claim in CLAIMS:
        condition &= Q(**{CLAIMS[f.claim]: True}) & ~Q(state__in=COUNTED_OUT)
    if f.claim == "counted":
        condition &= ~Q(state__in=COUNTED_OUT)
    if f.words:
        condition &= Q(title__icontains=f.words) | Q(verbatim__icontains=f.words) | Q(number__icontains=f.words)
    return condition & _when(f.when)


def _when(when: str) -> Q:
    today = clock.today()
    conditions = {
        "late": Q(state__in=RUNNING_STATES, due__lt=today),
        "soon": Q(state__in=RUNNING_STATES, due__gte=today, due__lte=today + timedelta(days=10)),
        "disputed": Q(DISPUTED),
        "extension": Q(EXTENSION_ASKED),
        "upper": Q(SENT_UP),
        "effect": Q(effect_state="due"),
        "unchecked": UNCHECKED,
    }
    return conditions.get(when, Q())


def _unit(unit_id: int | None) -> Q:
    """Led by a unit or one below it."""
    path = Unit.objects.filter(pk=unit_id).values_list("path", flat=True).first() if unit_id else None
    return Q(lead__path__gte=path, lead__path__lt=end_of_subtree(path)) if path else Q()


def total(actor: Actor, round_id: int | None, filters: Filters) -> tuple[int, bool]:
    """How many rows, and whether the number is only a lower bound; whole scopes read the kept counters."""
    if filters.is_plain and round_id and sees_everything(actor):
        kept = Counter.objects.filter(round_id=round_id).aggregate(n=Sum("total"))["n"]
        return kept or 0, False
    n = filtered(actor, round_id, filters).order_by()[: COUNT_CAP + 1].count()
    return min(n, COUNT_CAP), n > COUNT_CAP
