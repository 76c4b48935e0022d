"""Build the sample city from a seed, and say who can sign in."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from jiandi.base import clock
from jiandi.base.text.words import N_
from jiandi.interfaces.cli.demo import assessments, changing, higher, letters, meetings, old_ledger, paths, polls, rounds, standing
from jiandi.interfaces.cli.demo import city as cities
from jiandi.interfaces.cli.demo.history import Diary
from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts.models import Installation
from jiandi.record.regimes import actions as regimes
from jiandi.record.trail.actor import SYSTEM

DAYS = 186
MAIN = "XS2026-1"
GREEN = ("water", "housing", "urban", "agriculture", "transport", "emergency")
LETTERS = (
    ("HB2026-1", "2026年省生态环保督察", "environment", "省生态环境保护督察组", 32),
    ("XS2026-1", "2026年省委巡视", "inspection", "省委巡视组", 78),
)
Say = Callable[..., None]


def is_there() -> bool:
    return Installation.objects.exists()


def build(seed: int, say: Say) -> None:
    """Live through half a year that ends today. About 60 units, 120 findings, every state."""
    last = clock.today()
    diary = Diary(random.Random(seed), first=last - timedelta(days=DAYS), last=last)  # noqa: S311 - reproducible, no secret
    say(N_("Building the sample city (half a year of invented history) …"))
    with clock.at(clock.start_of(diary.first)):
        accounts.found_installation(name="云溪市整改办", mode="office")
        regimes.install_seed_profiles(actor=SYSTEM)
        regimes.install_seed_workdays(actor=SYSTEM)
        city = cities.build(diary.first - timedelta(days=30))
    deck = paths.Deck(diary.rng)
    for at, letter in enumerate(LETTERS):
        diary.on(1 + 5 * at, lambda letter=letter: _receive(city, diary, deck, letter))  # type: ignore[misc]
    diary.on(20, lambda: old_ledger.take_over(city, MAIN))
    diary.run()
    with clock.at(clock.start_of(last) + timedelta(hours=22)):
        standing.build(city, last)


def _receive(city: cities.City, diary: Diary, deck: paths.Deck, letter: tuple[str, str, str, str, int]) -> None:
    code, title, regime, issuer, count = letter
    inspection = rounds.open_inspection(
        city, diary, code=code, title=title, regime=regime, issuer=issuer, count=count, deck=deck, fields=() if code == MAIN else GREEN
    )
    intro = f"{issuer}向云溪市反馈了意见，指出存在以下问题。"
    rows = letters.lines(f"{issuer}关于云溪市的反馈意见", intro, inspection.problems)
    if code == MAIN:
        inspection.receive(f"{issuer}反馈意见", "反馈意见.docx", letters.as_docx(rows))
        meetings.plan(city, diary, inspection)
        higher.plan(city, diary, inspection)
        changing.plan(city, diary, inspection, DAYS)
        polls.plan(city, diary, inspection)
        assessments.plan(city, diary, inspection)
        diary.on(DAYS - 4, lambda: meetings.leave_work(city, inspection, _supplement(city, diary, issuer)))
    else:
        inspection.receive(f"{issuer}反馈意见", "督察反馈.txt", letters.as_text(rows))


def _supplement(city: cities.City, diary: Diary, issuer: str) -> bytes:
    """Seven more problems, as the reader proposes them: nobody has looked yet."""
    found = letters.problems(city, diary.rng, 7, [(clock.today().year + 1, 6)])
    return letters.as_docx(letters.lines(f"{issuer}补充反馈意见", "现将补充问题反馈如下。", found))


def tell(say: Say) -> None:
    """Who can sign in, and with what."""
    say(N_("Sample sign-ins (password for all: {password})"), password=cities.PASSWORD)
    for name, duties in cities.SIGN_INS.items():
        say(N_("  {name:14} {duty}"), name=name, duty=duties[0][2])
