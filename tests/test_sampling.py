"""Sizes, draws and bounds against published tables, `scipy`'s own distributions, and cases worked by hand."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from scipy.stats import beta

from fundaudit.sampling import (
    Item,
    Sample,
    SamplingError,
    draw_by_money,
    draw_random,
    evaluate,
    poisson_factor,
    rate_bounds,
    size_by_money,
    size_by_rate,
)

D = Decimal
C95 = D("0.95")
MANY = 1_000_000

# AICPA Audit Guide, Audit Sampling, table A-1: sample sizes at a risk of 5 %; tolerable and expected rate in per cent.
SIZES = {
    (2, 0): 149, (3, 0): 99, (4, 0): 74, (5, 0): 59, (6, 0): 49, (7, 0): 42, (8, 0): 36, (9, 0): 32, (10, 0): 29, (15, 0): 19, (20, 0): 14,
    (4, 1): 156, (5, 1): 93, (6, 1): 78, (7, 1): 66, (8, 1): 58, (9, 1): 51, (10, 1): 46,
}  # fmt: skip
# The same guide, confidence factors for monetary unit sampling: rounded up to a hundredth, for 0, 1, 2 … overstatements.
FACTORS = {"0.95": (3.00, 4.75, 6.30, 7.76, 9.16, 10.52), "0.90": (2.31, 3.89, 5.33, 6.69, 8.00, 9.28)}
# The same guide, factors by the ratio of expected to tolerable misstatement, risk 5 %: size = factor × book ÷ tolerable.
BY_RATIO = {0: 3.00, 5: 3.31, 10: 3.68, 15: 4.11, 20: 4.63, 25: 5.24, 30: 6.00, 35: 6.92, 40: 8.09, 45: 9.59, 50: 11.54}


@pytest.mark.parametrize(("rates", "size"), SIZES.items())
def test_sizes_are_those_of_the_published_table(rates: tuple[int, int], size: int) -> None:
    assert size_by_rate(MANY, C95, D(rates[0]) / 100, D(rates[1]) / 100) == size


@pytest.mark.parametrize("confidence", FACTORS)
def test_factors_are_those_of_the_published_table(confidence: str) -> None:
    for errors, factor in enumerate(FACTORS[confidence]):
        assert factor - 0.0101 < poisson_factor(D(confidence), errors) <= factor + 0.0001


@pytest.mark.parametrize("percent", BY_RATIO)
def test_sizes_by_money_are_those_of_the_published_table(percent: int) -> None:
    """A book of 100 times the tolerable: the factor times 100, within its rounding and the next whole yuan."""
    size = size_by_money(D(100_000), C95, D(1_000), D(10 * percent))
    assert BY_RATIO[percent] * 100 - 1.5 <= size <= BY_RATIO[percent] * 100 + 1


def test_a_small_population_needs_fewer() -> None:
    """5 % of 20 is one: n seen miss it with (20 - n) / 20, at most 5 % from 19 on."""
    assert size_by_rate(20, C95, D("0.05")) == 19
    assert size_by_rate(1, C95, D("0.05")) == 1


@pytest.mark.parametrize(
    ("confidence", "tolerable", "expected", "told"),
    [("1", "0.05", "0", "置信度"), ("0.95", "0", "0", "可容忍错误"), ("0.95", "1.1", "0", "可容忍错误"), ("0.95", "0.05", "0.05", "预计错误")],
)  # fmt: skip
def test_what_cannot_be_asked(confidence: str, tolerable: str, expected: str, told: str) -> None:
    with pytest.raises(SamplingError, match=told):
        size_by_rate(100, D(confidence), D(tolerable), D(expected))
    with pytest.raises(SamplingError, match="没有可以抽取的对象"):
        size_by_rate(0, C95, D("0.05"))


def items(amounts: dict[str, int], stratum: str = "甲乡") -> list[Item]:
    return [Item(key, stratum, D(amount)) for key, amount in amounts.items()]


def many(n: int, stratum: str = "甲乡") -> list[Item]:
    return items({f"{stratum}{k}": 100 + k for k in range(n)}, stratum)


def test_a_draw_depends_on_seed_and_keys_alone() -> None:
    own = many(200)
    mixed = random.Random(1).sample(own, len(own))
    for draw in (draw_random, draw_by_money):
        first = [i.key for i in draw(own, 20, C95, "2022").drawn]
        assert [i.key for i in draw(mixed, 20, C95, "2022").drawn] == first and len(set(first)) == 20
        assert [i.key for i in draw(own, 20, C95, "2023").drawn] != first


def test_strata_get_their_shares() -> None:
    """300, 100 and 3 of 403: of 40 that is 29.8, 9.9 and 0.3; the largest remainders make 30, 10 and 0."""
    own = [*many(300, "甲乡"), *many(100, "乙乡"), *many(3, "丙乡")]
    sample = draw_random(own, 40, C95, "1")
    assert [sum(i.stratum == s for i in sample.drawn) for s in ("甲乡", "乙乡", "丙乡")] == [30, 10, 0]
    assert sample.strata == {"甲乡": 300, "乙乡": 100, "丙乡": 3} and sample.population == 403


def test_the_bound_of_a_rate_holds_with_small_strata() -> None:
    """1,000 items of one township, two of each of 30 others, 100 of the first in error: in 300 samples of 60 the upper bound covers the true
    share in at least 95 %."""
    own = [*many(1000, "大乡"), *(item for k in range(30) for item in many(2, f"小乡{k}"))]
    wrong = {f"大乡{k}" for k in range(100)}
    held = 0
    for seed in range(300):
        sample = draw_random(own, 60, C95, str(seed))
        estimate = evaluate(sample, {i.key: i.amount - (10 if i.key in wrong else 0) for i in sample.drawn})
        held += estimate.rate_high >= D(100) / 1060
    assert held >= 285


def test_every_item_is_drawn_as_often_as_its_share() -> None:
    """Random: each of 50 in 10 of 50 draws, so 200 of 1,000; by money: 300 of 1,000 yuan in one of ten steps of 100 is certain, the
    others, of 10 yuan, once in seven of 70."""
    counts: dict[str, int] = dict.fromkeys((i.key for i in many(50)), 0)
    for seed in range(1000):
        for item in draw_random(many(50), 10, C95, str(seed)).drawn:
            counts[item.key] += 1
    assert all(150 < n < 250 for n in counts.values())
    own = items({"large": 300, **{f"s{k}": 10 for k in range(70)}})
    seen = dict.fromkeys((i.key for i in own), 0)
    for seed in range(1000):
        sample = draw_by_money(own, 10, C95, str(seed))
        assert sample.interval == 100 and sample.certain == {"large"}
        for item in sample.drawn:
            seen[item.key] += 1
    assert seen.pop("large") == 1000
    assert all(60 < n < 145 for n in seen.values())


def test_bounds_of_a_rate_are_exact() -> None:
    """Of 20 all but one seen without an error: the last may be wrong (1 of 20). Of a very large population those of Clopper and
    Pearson, from the beta distribution."""
    assert rate_bounds(20, 18, 0, C95) == (0, D("0.05"))
    assert rate_bounds(20, 20, 3, C95) == (D("0.15"), D("0.15"))
    for n, k in ((59, 0), (100, 3), (60, 30)):
        low, high = rate_bounds(MANY, n, k, C95)
        assert abs(float(high) - beta.ppf(0.95, k + 1, n - k)) < 1e-4
        assert abs(float(low) - (beta.ppf(0.05, k, n - k + 1) if k else 0)) < 1e-4


def by_money(errors: dict[str, tuple[int, int]]) -> tuple[Sample, dict[str, Decimal]]:
    """A sample with an interval of 10,000 of a book of 1,000,000: key → (booked, verified)."""
    drawn = items({key: booked for key, (booked, _) in errors.items()})
    certain = frozenset(i.key for i in drawn if i.amount >= 10_000)
    sample = Sample("money", C95, "1", 500, D(1_000_000), drawn, {"甲乡": 500}, D(60_000), D(10_000), certain)
    return sample, {key: D(verified) for key, (_, verified) in errors.items()}


def test_stringers_bound_by_hand() -> None:
    """Interval 10,000. A (5,000, verified 2,500): taint 0.5. B (1,000, verified 900): 0.1. C (20,000, verified 15,000) is certain: 5,000.
    Likely: 5,000 + 0.6 × 10,000 = 11,000. Upper, with 3.00, 4.74, 6.30: 5,000 + 10,000 × (2.9957 + 0.5 × 1.7481 + 0.1 × 1.5519)
    = 5,000 + 10,000 × 4.0250 = 45,250."""
    estimate = evaluate(
        *by_money({"A": (5_000, 2_500), "B": (1_000, 900), "C": (20_000, 15_000), "D": (7_000, 7_000), "E": (10, 30)})
    )
    assert estimate.yuan == 11_000 and abs(estimate.high_yuan - 45_250) < 10
    assert (estimate.checked, estimate.errors, estimate.short, estimate.low_yuan) == (5, 4, 20, None)


def test_no_error_by_money_leaves_three_intervals() -> None:
    estimate = evaluate(*by_money({"A": (5_000, 5_000)}))
    assert estimate.yuan == 0 and abs(estimate.high_yuan - 29_957) < 1


def test_a_random_sample_by_strata_by_hand() -> None:
    """甲乡: 100 items, 20 seen, each 10 too much: 1,000. 乙乡: 50 items, 4 seen, errors 0, 0, 0, 40: mean 10, so 500; together 1,500.
    Variance: 甲乡 none; 乙乡 50 × 46 × 400 ÷ 4 = 230,000, its root 479.58; t of 22 degrees at 95 % is 1.7171: ±823.5."""
    drawn = [*items({f"a{k}": 100 for k in range(20)}), *items({f"b{k}": 100 for k in range(4)}, "乙乡")]
    sample = Sample("random", C95, "1", 150, D(15_000), drawn, {"甲乡": 100, "乙乡": 50}, D(100))
    found = {**{f"a{k}": D(90) for k in range(20)}, "b0": D(100), "b1": D(100), "b2": D(100), "b3": D(60)}
    estimate = evaluate(sample, found)
    assert estimate.errors == 21 and estimate.rate == D(21) / 24
    assert estimate.yuan == 1_500
    assert abs(estimate.low_yuan - D("676.5")) < 1 and abs(estimate.high_yuan - D("2323.5")) < 1


def test_few_errors_of_a_random_sample_are_no_mean() -> None:
    """None of 59 of a million in error: up to 4.95 % could be, each of 100 yuan."""
    drawn = items({f"a{k}": 100 for k in range(59)})
    sample = Sample("random", C95, "1", MANY, D(100 * MANY), drawn, {"甲乡": MANY}, D(100))
    estimate = evaluate(sample, {item.key: item.amount for item in drawn})
    assert estimate.yuan == estimate.low_yuan == 0
    assert estimate.high_yuan == estimate.rate_high * 100 * MANY and D("0.049") < estimate.rate_high < D("0.05")


def test_results_that_are_missing_are_named() -> None:
    sample, found = by_money({"A": (5_000, 5_000), "B": (1_000, 900)})
    del found["B"]
    with pytest.raises(SamplingError, match="还有 1 个样本没有填写核实金额，如 B"):
        evaluate(sample, found)


def test_the_bound_holds_as_often_as_it_says() -> None:
    """A known population, one line in ten paid twice what was due: of 300 samples by money the upper bound covers the true error in at
    least 95 %."""
    rng, held = random.Random(7), 0
    own = [Item(f"k{k}", "甲乡", D(rng.randint(50, 2000))) for k in range(400)]
    due = {item.key: item.amount / 2 if k % 10 == 0 else item.amount for k, item in enumerate(own)}
    true = sum((item.amount - due[item.key] for item in own), D(0))
    for seed in range(300):
        sample = draw_by_money(own, 40, C95, str(seed))
        held += evaluate(sample, {i.key: due[i.key] for i in sample.drawn}).high_yuan >= true
    assert held >= 285


def test_what_nobody_looked_at_is_not_taken_for_right() -> None:
    """One item of 90 yuan and ten of 1: drawing three, the interval is 33.34 and only the large one is certain. Whatever else is drawn, ten
    yuan may be in error, and no more than those."""
    own = [Item("large", "甲乡", D(90)), *(Item(f"s{k}", "甲乡", D(1)) for k in range(10))]
    for seed in range(50):
        sample = draw_by_money(own, 3, C95, str(seed))
        found = {item.key: item.amount if item.key == "large" else D(0) for item in sample.drawn}
        assert evaluate(sample, found).high_yuan == 10


def test_what_is_paid_too_little_is_no_error_of_the_other_kind() -> None:
    """59 of 1,000 seen, 25 of them paid too little, none too much: the upper limit of what was paid too much is that of no error."""
    drawn = items({f"a{k}": 100 for k in range(59)})
    sample = Sample("random", C95, "1", 1000, D(100_000), drawn, {"甲乡": 1000}, D(100))
    estimate = evaluate(sample, {item.key: item.amount + (10 if k < 25 else 0) for k, item in enumerate(drawn)})
    none = evaluate(sample, {item.key: item.amount for item in drawn})
    assert estimate.errors == 25 and estimate.short == 250 and estimate.yuan == 0
    assert estimate.high_yuan == none.high_yuan > 0
