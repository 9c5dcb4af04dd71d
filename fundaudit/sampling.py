"""Samples to verify in the field: how many, which ones, and what the results say of the whole.

Random: each item alike; sizes and bounds exact from the hypergeometric distribution (attributes sampling; AICPA Audit Guide *Audit
Sampling*, appendix A), sums by the stratified expansion estimator (Cochran, *Sampling Techniques*, 3rd ed., 5.3 and 5A.14).
By money (monetary unit sampling): each yuan alike, drawn systematically from a random start; sizes by the gamma quantile (Stewart,
*Technical Notes on the AICPA Audit Guide Audit Sampling*, 2012), the upper bound by Stringer (AICPA guide, chapter 6).
In China both stand in 中国注册会计师审计准则第1314号——审计抽样.

What is drawn depends on the seed and the keys alone, on any machine and in any order: keys rank by SHA-256.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from heapq import nsmallest
from math import ceil, sqrt
from typing import Literal

ZERO = Decimal(0)
Method = Literal["random", "money"]
ENOUGH = 20  # errors from which on the mean error of a sample may be taken as normally distributed


class SamplingError(Exception):
    """A sample that cannot be drawn or judged; says in Chinese why."""


@dataclass(frozen=True, slots=True)
class Item:
    """What may be drawn: its key, the stratum (a township) that it belongs to, its amount in yuan."""

    key: str
    stratum: str
    amount: Decimal


@dataclass(frozen=True)
class Sample:
    """What was drawn of how many. `interval`: the yuan between two drawn ones (by money); `certain`: items of at least as much, all of
    them taken; `strata`: how many items each has."""

    method: Method
    confidence: Decimal
    seed: str
    population: int
    book: Decimal  # yuan
    drawn: Sequence[Item]
    strata: Mapping[str, int]
    largest: Decimal  # yuan, of one item
    interval: Decimal | None = None
    certain: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Estimate:
    """What the results say of the whole: errors found, the share of items in error, the yuan in error; each with its bounds, which hold
    one by one with the sample's confidence. `short`: yuan by which items were paid too little; it is not set off. `low_yuan`
    is None by money, where the method gives an upper bound alone."""

    checked: int
    errors: int
    rate: Decimal
    rate_low: Decimal | None
    rate_high: Decimal | None
    yuan: Decimal
    low_yuan: Decimal | None
    high_yuan: Decimal
    short: Decimal


# ---- how many


def poisson_factor(confidence: Decimal, errors: float = 0) -> float:
    """How many errors the whole sample stands for at most when so many were found: 3.00, 4.75, 6.30 … at 95 %."""
    from scipy.stats import gamma

    return float(gamma.ppf(float(confidence), errors + 1))


def size_by_rate(population: int, confidence: Decimal, tolerable: Decimal, expected: Decimal = ZERO) -> int:
    """The smallest random sample that, with no more errors than expected, shows that fewer than the tolerable share are in error."""
    from scipy.stats import hypergeom

    _refuse(population, confidence, tolerable, expected, Decimal(1))
    wrong = ceil(tolerable * population)
    for size in range(1, population):
        if hypergeom.cdf(ceil(expected * size), population, wrong, size) <= 1 - float(confidence):
            return size
    return population


def size_by_money(book: Decimal, confidence: Decimal, tolerable: Decimal, expected: Decimal = ZERO) -> int:
    """How many yuan to draw so that, with no more error than expected, less than the tolerable yuan are in error."""
    _refuse(1, confidence, tolerable, expected, book)
    low, high = 1, 2
    while not _shows(high, book, confidence, tolerable, expected):
        low, high = high, high * 2
        if high > 10_000_000:
            raise SamplingError("预计错误太接近可容忍错误，样本量过大；请提高可容忍错误或降低预计错误")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _shows(middle, book, confidence, tolerable, expected) else (middle + 1, high)
    return low


def _shows(size: int, book: Decimal, confidence: Decimal, tolerable: Decimal, expected: Decimal) -> bool:
    return poisson_factor(confidence, float(size * expected / book)) <= float(size * tolerable / book)


def _refuse(population: int, confidence: Decimal, tolerable: Decimal, expected: Decimal, whole: Decimal) -> None:
    if population < 1 or whole <= 0:
        raise SamplingError("没有可以抽取的对象")
    if not 0 < confidence < 1:
        raise SamplingError(f"置信度 {confidence} 不能用，应在 0 与 1 之间，如 0.95")
    if not 0 < tolerable <= whole:
        raise SamplingError(f"可容忍错误 {tolerable} 不能用，应大于 0，不超过 {whole}")
    if not 0 <= expected < tolerable:
        raise SamplingError(f"预计错误 {expected} 不能用，应小于可容忍错误 {tolerable}")


# ---- which


def _rank(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest()


def draw_random(items: Iterable[Item], size: int, confidence: Decimal, seed: str) -> Sample:
    """A random sample, each stratum with its share: every item is drawn alike, so that the whole may be judged as one."""
    of: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        of[item.stratum].append(item)
    counts = {stratum: len(own) for stratum, own in sorted(of.items())}
    if not counts:
        raise SamplingError("没有可以抽取的对象")
    drawn = [
        item
        for stratum, n in shares(counts, size).items()
        for item in nsmallest(n, of[stratum], key=lambda i: _rank(seed, i.key))
    ]
    amounts = [item.amount for own in of.values() for item in own]
    return Sample("random", confidence, seed, len(amounts), sum(amounts, ZERO), drawn, counts, max(amounts))


def shares(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each stratum: in proportion to its items, the largest remainders first (equal ones by name), none more than it has."""
    whole = sum(counts.values())
    size = min(size, whole)
    exact = {stratum: Decimal(size * n) / whole for stratum, n in counts.items()} if whole else {}
    found = {stratum: int(share) for stratum, share in exact.items()}
    for stratum in sorted(exact, key=lambda s: (found[s] - exact[s], s))[: size - sum(found.values())]:
        found[stratum] += 1
    return found


def draw_by_money(items: Iterable[Item], size: int, confidence: Decimal, seed: str) -> Sample:
    """Every so many yuan, from a random start, through the items by stratum; those of at least so much are taken in any case."""
    every = [item for item in items if item.amount > 0]
    book = sum((item.amount for item in every), ZERO)
    if not every:
        raise SamplingError("没有金额大于零的对象，不能按金额抽取")
    interval = (book / min(size, 10**9)).quantize(Decimal("0.01"), ROUND_CEILING)
    certain = {item.key for item in every if item.amount >= interval}
    start = interval * (int(_rank(seed, "start")[:15], 16) + 1) / 16**15
    drawn, passed, nth = [], ZERO, start
    for item in sorted(every, key=lambda i: (i.stratum, _rank(seed, i.key))):
        if item.key in certain:
            drawn.append(item)
            continue
        passed += item.amount
        if passed >= nth:
            drawn.append(item)
            nth += interval
    strata = dict(sorted(Counter(item.stratum for item in every).items()))
    largest = max(item.amount for item in every)
    return Sample("money", confidence, seed, len(every), book, drawn, strata, largest, interval, frozenset(certain))


# ---- what the results say


def evaluate(sample: Sample, found: Mapping[str, Decimal]) -> Estimate:
    """`found`: key → the amount that was verified, in yuan, of every drawn item. SamplingError where one is missing."""
    if missing := [item.key for item in sample.drawn if item.key not in found]:
        raise SamplingError(f"还有 {len(missing)} 个样本没有填写核实金额，如 {missing[0]}")
    errors = {item.key: item.amount - found[item.key] for item in sample.drawn}
    wrong = sum(1 for error in errors.values() if error)
    short = -sum((e for e in errors.values() if e < 0), ZERO)
    over = {key: max(error, ZERO) for key, error in errors.items()}
    if sample.method == "money":
        yuan, high = _by_stringer(sample, over)
        return Estimate(len(errors), wrong, Decimal(wrong) / len(errors), None, None, yuan, None, high, short)
    low_rate, high_rate = rate_bounds(sample.population, len(errors), wrong, sample.confidence)
    overpaid = sum(1 for error in over.values() if error)
    yuan, low, high = _by_strata(sample, over)
    if overpaid < ENOUGH:  # too few for the bounds of a mean: what the largest possible number of errors could come to
        most = rate_bounds(sample.population, len(errors), overpaid, sample.confidence)[1] * sample.population
        low, high = sum(over.values(), ZERO), min(sample.book, most * sample.largest)
    return Estimate(len(errors), wrong, Decimal(wrong) / len(errors), low_rate, high_rate, yuan, low, high, short)


def rate_bounds(population: int, size: int, errors: int, confidence: Decimal) -> tuple[Decimal, Decimal]:
    """The least and the largest share in error with which so many errors are not too unlikely, each by itself."""
    from scipy.stats import hypergeom

    risk = 1 - float(confidence)
    possible = range(errors, population - size + errors + 1)
    above = bisect_left(possible, True, key=lambda wrong: hypergeom.cdf(errors, population, wrong, size) <= risk)
    below = bisect_left(possible, True, key=lambda wrong: hypergeom.sf(errors - 1, population, wrong, size) > risk)
    return Decimal(possible[below]) / population, Decimal(possible[above - 1]) / population


def _by_stringer(sample: Sample, over: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
    """The most likely and the upper yuan in error: what the certain ones are in error, and the taint of each other times the interval."""
    assert sample.interval is not None
    known = sum((over[item.key] for item in sample.drawn if item.key in sample.certain), ZERO)
    others = [item for item in sample.drawn if item.key not in sample.certain]
    taints = sorted((over[item.key] / item.amount for item in others if over[item.key]), reverse=True)
    factors = [Decimal(str(poisson_factor(sample.confidence, n))) for n in range(len(taints) + 1)]
    likely = known + sum(taints, ZERO) * sample.interval
    steps = [factors[n + 1] - factors[n] for n in range(len(taints))]
    unseen = sample.book - sum((item.amount for item in sample.drawn), ZERO)  # yuan of which nobody looked at the item
    basic = factors[0] if unseen > 0 else ZERO
    high = known + sample.interval * (basic + sum((s * t for s, t in zip(steps, taints, strict=True)), ZERO))
    return likely, min(high, sum(over.values(), ZERO) + unseen)


def _by_strata(sample: Sample, over: Mapping[str, Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """Each stratum's mean error times its items, with the bounds of Student's t; a stratum of which all were drawn has no doubt."""
    from scipy.stats import t

    total, variance, freedom = ZERO, ZERO, 0
    for items, errors in _judged_together(sample, over):
        n = len(errors)
        mean = sum(errors, ZERO) / n
        total += items * mean
        if 1 < n < items:
            spread = sum(((e - mean) ** 2 for e in errors), ZERO) / (n - 1)
            variance += items * (items - n) * spread / n
            freedom += n - 1
    if not freedom:
        return total, total, total
    reach = Decimal(str(t.ppf(float(sample.confidence), freedom) * sqrt(variance)))
    return total, max(total - reach, sum(over.values(), ZERO)), min(total + reach, sample.book)


def _judged_together(sample: Sample, over: Mapping[str, Decimal]) -> list[tuple[int, list[Decimal]]]:
    """Items and errors of each stratum; those of which fewer than two were drawn count together with the largest, none is left out."""
    own: dict[str, list[Decimal]] = {stratum: [] for stratum in sample.strata}
    for item in sample.drawn:
        own[item.stratum].append(over[item.key])
    largest = max(sample.strata, key=lambda s: (len(own[s]), s))
    few = [s for s in own if s != largest and len(own[s]) < min(2, sample.strata[s])]
    whole = [(sample.strata[s], own[s]) for s in own if s != largest and s not in few]
    together = [error for s in (largest, *few) for error in own[s]]
    return [*whole, (sum(sample.strata[s] for s in (largest, *few)), together)]
