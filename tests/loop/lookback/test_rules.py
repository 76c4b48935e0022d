"""The draw: order does not matter, everything else does; and the sizes agree with the tables."""

from __future__ import annotations

import hashlib
import hmac
import random

import pytest

from jiandi.loop.lookback import rules

SECRETS = [("市纪委", "a" * 64), ("市委组织部", "b" * 64)]
LIST = [[n, f"XC26-{n:03d}", n % 7] for n in range(1, 301)]


def ids(drawn: rules.Drawn) -> list[int]:
    return [pick.finding_id for pick in drawn.picks]


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_the_order_of_the_list_and_of_the_parties_does_not_matter(algorithm: str) -> None:
    mixed = random.Random(1).sample(LIST, len(LIST))
    assert rules.recompute(LIST, SECRETS, 30, 30, algorithm) == rules.recompute(mixed, SECRETS[::-1], 30, 30, algorithm)


def test_one_changed_weight_changes_the_root_and_the_draw() -> None:
    changed = [[1, "XC26-001", 5], *LIST[1:]]
    before, after = rules.recompute(LIST, SECRETS, 30, 30), rules.recompute(changed, SECRETS, 30, 30)
    assert before.root != after.root
    assert before.seed != after.seed
    assert set(ids(before)) != set(ids(after))


@pytest.mark.parametrize("secrets", [[SECRETS[0], ("市委组织部", "c" * 64)], [SECRETS[0]], [*SECRETS, ("观察员", "d" * 64)]])
def test_each_secret_counts(secrets: list[tuple[str, str]]) -> None:
    assert rules.recompute(LIST, secrets, 30, 30).seed != rules.recompute(LIST, SECRETS, 30, 30).seed


def test_the_risk_half_takes_the_heaviest_and_the_random_half_the_rest() -> None:
    drawn = rules.recompute(LIST, SECRETS, 50, 20)
    risky = [pick for pick in drawn.picks if not pick.is_random]
    assert [pick.weight for pick in risky] == [6] * 43 + [5] * 7
    assert len({pick.finding_id for pick in drawn.picks}) == 70
    assert [pick.place for pick in drawn.picks] == list(range(1, 71))


def test_ties_do_not_follow_the_numbers() -> None:
    assert ids(rules.recompute(LIST, SECRETS, 40, 0)) != sorted(ids(rules.recompute(LIST, SECRETS, 40, 0)))


def test_the_random_half_gives_everyone_the_same_chance() -> None:
    few = [[n, str(n), n] for n in range(1, 11)]
    hits = dict.fromkeys(range(1, 11), 0)
    for n in range(2000):
        for pick in rules.recompute(few, [("a", str(n)), ("b", "x")], 0, 2).picks:
            hits[pick.finding_id] += 1
    assert all(330 < n < 470 for n in hits.values()), hits


def test_keys_are_the_hmac_everybody_knows() -> None:
    seed = "ab" * 32
    assert rules.keyed(seed, "random:7", "sha256") == hmac.new(bytes.fromhex(seed), b"random:7", hashlib.sha256).hexdigest()


def test_a_commitment_binds_party_and_secret() -> None:
    assert rules.commitment("市纪委", "x") == hashlib.sha256("commit\n市纪委\nx".encode()).hexdigest()
    assert rules.commitment("市纪委", "x") != rules.commitment("市委组织部", "x")
    assert len(rules.new_secret()) == 64
    assert rules.new_secret() != rules.new_secret()


@pytest.mark.parametrize(("failed", "percent"), [(0, "4.8%"), (1, "7.6%"), (2, "10.0%"), (3, "12.4%")])
def test_upper_limits_agree_with_the_table(failed: int, percent: str) -> None:
    assert rules.upper_limit(1000, 59, failed) * 100 / 1000 == pytest.approx(float(percent[:-1]), abs=0.1)


@pytest.mark.parametrize(
    ("population", "share", "size"),
    [(20, 5, 19), (50, 10, 22), (100, 5, 45), (200, 3, 78), (500, 1, 225), (1000, 5, 57), (10000, 5, 59), (10000, 1, 294), (2000, 20, 14)],
)
def test_sizes_agree_with_the_table(population: int, share: int, size: int) -> None:
    assert rules.size_for(population, share) == size


def test_drawing_all_leaves_nothing_uncertain() -> None:
    assert rules.upper_limit(40, 40, 3) == 3


def test_there_is_no_limit_before_the_random_half_is_seen() -> None:
    half = rules.result(100, [(True, "held"), (True, "drawn"), (False, "failed")], 1)
    assert (half.at_most, half.percent, half.random_seen, half.risk_failed) == (None, "", 1, 1)
    whole = rules.result(100, [(True, "held")] * 44 + [(False, "failed")], 1)
    assert (whole.rest, whole.at_most, whole.percent) == (99, 4, "4.1%")


def test_limits_of_large_lists_are_quick() -> None:
    assert 0 < rules.upper_limit(50_000, 300, 4) < 2_000
