"""python3 -m benchmarks.lint [--n 1000] [--others 10000] [--corpus DIR] [--samples N]

Without ``--corpus``: how long the linter takes for a plan of n measures beside so many of other units and a quarter of that of earlier rounds.
With it: how often each rule fires on the measures that people marked in the dev documents (README of the set), and samples of it.

The marked set stays outside the repository (../shared/corpus, or JIANDI_CORPUS).
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from benchmarks import lint_marked
from jiandi.loop.plan import rules
from jiandi.record.regimes.planning import Fit, Lint
from tools.dev import places

CORPUS = places.ROOT.parent / "shared" / "corpus"
RUNS = 7
_OBJECTS = ("项目资金", "公务接待票据", "河道排污口", "工程招标资料", "低保名单", "国有房产", "会议费", "危房台账", "采购合同", "巡查记录")
_PLACES = "云溪青石河口东山南桥西坪北岭上庄下湾大塘小岗新集老街长滩清泉红岩白沙金龙玉泉双河三元"
_ACTS = (
    "逐笔核对并追缴",
    "开展专项检查",
    "修订管理办法",
    "建立清单逐项销号",
    "公开结果接受监督",
    "组织交叉抽查",
    "进一步加强管理",
    "召开专题会议研究",
)
_MORE = (
    "由分管负责同志牵头",
    "每季度通报一次",
    "对同类问题举一反三",
    "完成后报整改办备案",
    "纳入年度考核",
    "明确责任科室和时限",
    "发现问题立即整改",
)
FITS = (Fit("资金", ("资金", "会议费"), ("correct", "prevent")), Fit("机制", ("制度", "管理"), ("reform", "prevent")))


def texts(n: int, seed: int) -> Iterator[str]:
    """Measures as plans have them: a handful of turns, with places and figures of their own."""
    made = random.Random(seed)
    for at in range(n):
        parts = [made.choice(_ACTS), made.choice(_OBJECTS), *made.sample(_MORE, 3)]
        made.shuffle(parts)
        place = "".join(made.choices(_PLACES, k=3))
        yield f"{place}{made.choice('镇乡街村')}{'，'.join(parts)}，涉及{place}等{made.randint(2, 99)}处、{made.randint(1, 900)}万元，第{at}项"


def plan(own: dict[int, str], others: Sequence[str], earlier: Sequence[str]) -> list[rules.Case]:
    """Three measures to a finding, with their likes found as at submission."""
    n = len(own)
    known = dict(enumerate((f"{unit}{thing}管理办法" for unit in "甲乙丙丁" for thing in _OBJECTS), start=1))
    copies = rules.copied.copies(own, enumerate(others))
    old = rules.copied.copies(own, enumerate(earlier))
    titles = rules.rule_exists.existing(own, known)
    cases = []
    for at in range(0, n, 3):
        drafts = tuple(draft(1_000_000 + k, own, copies, old, titles) for k in range(at, min(at + 3, n)))
        more = {"category": "项目资金", "fits": FITS, "phase_end": date(2026, 9, 2), "is_common": at % 2 == 0}
        cases.append(rules.Case(number=f"XC-{at}", measures=drafts, title="项目资金管理不严", **more))
    return cases


def draft(key: int, own: dict[int, str], *likes: dict[int, int]) -> rules.Draft:
    codes = (("copied_unit", "measure"), ("copied_round", "measure"), ("rule_exists", "rule"))
    found = {code: rules.Like(kind, hits[key]) for (code, kind), hits in zip(codes, likes, strict=True) if key in hits}
    suggested = rules.defaults_for(own[key], rules.Known("time_limited"))
    return rules.Draft(
        key, own[key], suggested.kind, suggested.horizon, date(2026, 10, 1), "", rule_verb=suggested.rule_verb, is_lowest=True, likes=found
    )


def timed(n: int, others: int) -> tuple[float, float, int]:
    """Seconds by the clock and of the processor from the texts to the marks, and how many marks there were."""
    own = dict(enumerate(texts(n, 1), start=1_000_000))
    elsewhere, earlier = list(texts(others, 2)), list(texts(others // 4, 3))
    start, spent = time.perf_counter(), time.process_time()
    marks = [mark for case in plan(own, elsewhere, earlier) for mark in rules.lint_finding(case, Lint())]
    return time.perf_counter() - start, time.process_time() - spent, len(marks)


def main() -> int:
    asked = argparse.ArgumentParser(prog="benchmarks.lint", description=__doc__)
    asked.add_argument("--n", type=int, default=1000)
    asked.add_argument("--others", type=int, default=10_000)
    asked.add_argument("--corpus", type=Path, nargs="?", const=Path(os.environ.get("JIANDI_CORPUS", CORPUS)))
    asked.add_argument("--samples", type=int, default=0)
    given = asked.parse_args()
    if given.corpus:
        places.say(lint_marked.report(given.corpus, given.samples))
        return 0
    for n in (given.n // 4, given.n, given.n * 4):
        runs = [timed(n, given.others) for _ in range(RUNS)]
        wall, spent = (statistics.median(run[at] for run in runs) for at in (0, 1))
        places.say(f"{n} measures beside {given.others}: median of {RUNS} {wall:.3f} s, processor {spent:.3f} s; {runs[0][2]} marks")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
