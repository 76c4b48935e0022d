"""Whether the words of a measure ask for less than before. A question to a reader, never a verdict. No Django here.

Four small comparisons, each of words that the two texts really hold:
``word``    a strong word of a family gave way to a weaker one of the same family (完成 → 推进, 杜绝 → 减少, 每月 → 每季度);
``hedge``   a word that leaves a way out has come in (原则上, 力争, 逐步 …);
``number``  a number with its unit is gone or asks for less;
``object``  a verb of act gave way to talk or to nothing, or a named paper or one of several listed things is gone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jiandi.base.text import normalise
from jiandi.base.text.chinese_numbers import to_int

# Strongest first; words of one rank by "|". A longer word wins over one inside it (研究制定 is no 制定).
_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "finish": (
        "完成|办结|建成|落实到位|整改到位|拨付到位|配齐|补齐|清零|结清|兑付|拆除|上线|注销|化解|清退|安装",
        "基本完成|基本建成|初步完成|阶段性完成",
        "推进|推动|加快|启动|着手|协调|督促|推进会|跟踪",
        "研究|谋划|探索|考虑|摸底|梳理|关注|调研",
    ),
    "prevent": ("杜绝|根除|根治|消除|清除|零增长|零发生", "遏制|严控|严防", "减少|降低|压降|防范|避免|有所下降", "关注|缓解|改善"),
    "rule": ("出台|印发|制定|修订|废止|建立|修改", "研究制定|研究出台|研究修订|探索建立|探索制定|酝酿|论证|探索|研究|梳理"),
    "recover": ("追回|追缴|收回|清退|退还|收缴|拨付到位|拨付", "催缴|催收|督促|协调|督促退还|协调拨付", "联系|沟通|摸底"),
    "duty": ("必须|一律|严禁|不得", "应当", "原则上|一般|尽量|尽可能|可以|鼓励|避免|倡导"),
    "punish": ("立案|处分|问责|追责|移送", "通报|约谈", "提醒谈话|批评教育|提醒|教育"),
    "check": ("逐一核查|逐个核查|全面核查|全面排查|逐一检查", "核查|排查|审计", "抽查|检查", "了解|调研"),
    "scope": ("全部|所有|逐一|逐个|全面|全覆盖", "大部分|主要|重点|部分|个别|典型|有关|相关|基本"),
    "often": ("每日|每天", "每周", "每半月|每两周", "每月", "每季度|每季", "每半年", "每年|每年度", "定期|不定期"),
    "open": ("向社会公开|公开", "向有关单位|内部"),
}
_TALK: Final = "召开|会议|推进会|学习|传达|部署|研究|宣传|动员|强调|调研|摸底|梳理|要求|关注"
_HOLLOW: Final = "加强|强化|规范|提高|提升|深化|重视"
_ACT: Final = (
    "拨付|追缴|追回|退还|清退|收回|修复|拆除|建成|核对|核查|清理|排查|办结|验收|安装|改造|化解|补齐|补录|配备|配齐|招聘|上线|公开|兑付|移交|审计|抽查|检查|"
    "问责|处分|立案|检测|修订|制定|出台|废止|建立|印发|注销|完成|通报|培训|公示"
)
_HEDGES: Final = (
    "原则上", "力争", "争取", "尽量", "尽可能", "适时", "逐步", "视情", "酌情", "积极", "条件成熟", "有序", "初步", "基本", "一般",
)  # fmt: skip
_DIGITS: Final = r"\d+(?:\.\d+)?|[零一二两三四五六七八九十百千万]+"
_UNITS: Final = "个工作日|工作日|个月|小时|万元|亿元|人次|公里|千米|平方米|百分点|%|‰|个|项|次|家|处|人|户|笔|份|套|台|亩|所|条|类|批|件|起|座|名|元|天|日|年|吨|部"
_AMOUNT: Final = re.compile(rf"(?P<low>控制在|不超过|降至|压降至|不高于)?(?P<n>{_DIGITS})(?P<unit>{_UNITS})(?P<tail>以内|以下|之内|内|前)?")
_DATE: Final = re.compile(r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:\d{1,2}日|底)?")
_TITLE: Final = re.compile(r"《([^《》]{2,40})》")
_LISTED: Final = re.compile(r"[\u4e00-\u9fff]{2,8}(?:、[\u4e00-\u9fff]{2,8})+")


@dataclass(frozen=True)
class Softer:
    """One reason to look twice: what stood there and what stands there now (may be empty)."""

    kind: str
    before: str
    after: str


def softer(before: str, after: str) -> tuple[Softer, ...]:
    """Everything in which the second text asks for less than the first; empty where it does not."""
    old, new = normalise.plain(before), normalise.plain(after)
    if old == new:
        return ()
    found = [*_words(old, new), *_hedges(old, new), *_numbers(old, new), *_objects(old, new)]
    return tuple(dict.fromkeys(found))


def _words(old: str, new: str) -> list[Softer]:
    """In each family the strongest word of both; a family that one of them lacks says nothing."""
    found = []
    for ranks in _FAMILIES.values():
        was, now = _strongest(ranks, old), _strongest(ranks, new)
        if was and now and now[0] > was[0]:
            found.append(Softer("word", was[1], now[1]))
    return found


def _strongest(ranks: tuple[str, ...], text: str) -> tuple[int, str] | None:
    rank_of = {word: rank for rank, words in enumerate(ranks) for word in words.split("|")}
    longest_first = re.compile("|".join(sorted(rank_of, key=len, reverse=True)))
    hits = [(rank_of[word], word) for word in longest_first.findall(text)]
    return min(hits, default=None)


def _hedges(old: str, new: str) -> list[Softer]:
    return [Softer("hedge", "", word) for word in _HEDGES if word in new and word not in old]


@dataclass(frozen=True)
class _Amount:
    text: str
    value: Decimal
    unit: str
    is_limit: bool


def _amounts(text: str) -> list[_Amount]:
    """Numbers with their units, without dates; a limit (以内, 不超过, 10个工作日内) asks for more the lower it is."""
    found = []
    for hit in _AMOUNT.finditer(_DATE.sub("，", text)):
        digits = hit["n"]
        value = Decimal(digits) if digits[0].isdecimal() else Decimal(to_int(digits) or 0)
        found.append(_Amount(hit[0], value, hit["unit"].removeprefix("个") or "个", bool(hit["low"] or hit["tail"])))
    return found


def _numbers(old: str, new: str) -> list[Softer]:
    now = _amounts(new)
    found = []
    for one in _amounts(old):
        same = [other for other in now if other.unit == one.unit]
        if not same:
            found.append(Softer("number", one.text, ""))
        elif all(other.value > one.value if one.is_limit else other.value < one.value for other in same):
            found.append(Softer("number", one.text, same[0].text))
    return found


def _objects(old: str, new: str) -> list[Softer]:
    found = [Softer("object", f"《{title}》", "") for title in _TITLE.findall(old) if title not in new]
    acted, acts = re.search(_ACT, old), re.search(_ACT, new)
    if acted and not acts and (weak := re.search(f"{_TALK}|{_HOLLOW}", new)):
        found.append(Softer("object", acted[0], weak[0]))
    found += [Softer("object", thing, "") for listed in _LISTED.findall(old) for thing in _gone(listed, new)]
    return found


def _gone(listed: str, new: str) -> list[str]:
    """Of things listed with 、 those that the new text holds no two letters of, while it still holds another of them."""
    things = listed.split("、")
    gone = [one for one in things if not any(one[at : at + 2] in new for at in range(len(one) - 1))]
    return gone if len(gone) < len(things) else []
