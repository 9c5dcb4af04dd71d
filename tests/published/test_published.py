"""Published figures (万元 unless said), handed in as a county would hand them in and read, added up and judged by the kit.

What a publication does not say (how a sum is split among payments, the names of people) is made up and said beside it; the figures are
not. Where a publication's own figures do not fit together, the kit says so and repairs nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fundaudit.casebook import verdicts_of
from fundaudit.catalogue import Catalogue, load_catalogue
from fundaudit.findings import Judgement
from fundaudit.intake import Intake, read_county
from fundaudit.judge import judge
from fundaudit.ledger.connection import open_ledger, pace
from fundaudit.parameters import Parameters, Settings
from fundaudit.report.words import percent

YEAR_END = dt.date(2022, 12, 31)
D = Decimal


@dataclass
class Seen:
    """What the kit read and judged."""

    intake: Intake
    judgement: Judgement

    def sum(self, table: str, column: str = "amount") -> Decimal:
        """In 万元."""
        return sum(self.intake.tables[table][column].to_pylist(), D(0)) / 10000

    def said(self, code: str) -> dict[str, Any]:
        """Subject → verdict, amount in 万元."""
        told = verdicts_of(self.judgement, code)
        return {s: (kind, amount / 10000) if kind == "finding" else kind for s, (kind, amount, _) in told.items()}

    def detail(self, code: str, subject: str) -> str:
        return next(f.detail for f in self.judgement.findings if (f.check, f.subject) == (code, subject))


@pytest.fixture
def county(tmp_path: Path) -> Callable[..., Seen]:
    """`county(checks="LP03 IB05", as_of=…, indicators="…csv…")`."""
    kit = load_catalogue()

    def read(
        checks: str = "", as_of: dt.date = YEAR_END, thresholds: dict[str, Any] | None = None, settings=None, **tables: str
    ) -> Seen:
        for name, text in tables.items():
            lines = [line.strip() for line in text.strip().splitlines()]
            (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        own = Parameters(
            county="110101", name="某县", data=tmp_path, as_of=as_of, thresholds=thresholds or {},
            settings=Settings.model_validate(settings or {}),
        )  # fmt: skip
        intake = read_county(own)
        chosen = Catalogue({code: kit.checks[code] for code in checks.split()})
        with open_ledger(intake.tables, intake.rejects, as_of, own.settings, 1, unread=intake.unread) as ledger:
            return Seen(intake, judge(ledger, chosen, own, everyone=True))

    return read


FUNDS = "指标编号,资金名称,资金类型,预算年度,收到日期,指标金额(万元)"


def test_jiashi_2022(county) -> None:
    """伽师 2022: 95.06 % of all is paid, so the county meets 95 %; of what is not integrated 85.87 %.

    Shortfall by hand: 33297.77 × 0.95 = 31632.8815, less 28591.65 paid = 3041.2315.
    """
    seen = county(
        "LP03 LP02",
        indicators="""指标编号,资金名称,资金类型,直达标识,预算年度,收到日期,是否统筹整合,指标金额(万元)
            Z1,衔接,衔接资金,,2022,2022-01-10,是,62371.80
            Z2,整合,涉农整合,,2022,2022-01-10,是,2361.17
            Z3,债券,债券,,2022,2022-01-10,是,30000
            Z4,地区,地区资金,,2022,2022-01-10,是,62.50
            Z5,县级,县级资金,,2022,2022-01-10,是,200
            Z6,涉农,涉农整合,,2022,2022-01-10,否,33297.77""",
        allocations="""分配编号,指标编号,项目编号,预算单位,下达日期,分配金额(万元)
            F1,Z1,X1,局,2022-01-20,62371.80
            F2,Z2,X2,局,2022-01-20,2361.17
            F3,Z3,X3,局,2022-01-20,30000
            F4,Z4,X4,局,2022-01-20,62.50
            F5,Z5,X5,局,2022-01-20,200
            F6,Z6,X6,局,2022-01-20,33297.77""",
        payments="""支付凭证号,分配编号,支付日期,支付金额(万元)
            P1,F1,2022-10-01,60738.84
            P2,F2,2022-10-01,2361.17
            P3,F3,2022-10-01,30000
            P4,F4,2022-10-01,62.50
            P5,F5,2022-10-01,200
            P6,F6,2022-10-01,28591.65""",
    )
    assert seen.sum("indicators") == D("128293.24") == D("62371.80") + D("35658.94") + 30000 + D("62.5") + 200
    assert seen.sum("payments") == D("93362.51") + D("28591.65")  # the integrated payments add up to 93362.51
    assert percent(D("93362.51"), D("94995.47")) == "98.28%"
    assert seen.said("LP03")["total"] == "clean"
    assert percent(seen.sum("payments"), seen.sum("indicators")) == "95.06%"
    assert seen.said("LP02")["integrated:否"] == ("finding", D("3041.2315"))
    assert "85.87%" in seen.detail("LP02", "integrated:否")
    assert seen.said("LP02")["integrated:是"] == "clean"


INDUSTRY = "3558.83 5272 1042 408 1273 1740 1050".split()


@pytest.mark.parametrize(("least", "told"), [(["2025:0.60"], "clean"), (["2025:0.62"], ("finding", D("234.23")))])
def test_jinzhai_2025(county, least: list[str], told: Any) -> None:
    """金寨 2025 first batch: 15587 + 7926 = 23513, of which industry 14343.83, 61.00 %: above 60 %.

    Had 62 % been asked for: 23513 × 0.62 = 14578.06, less 14343.83 = 234.23.
    """
    parts = "\n".join(f"F{n},Z{1 + (n > 5)},C{n},局,2025-03-01,{amount}" for n, amount in enumerate(INDUSTRY, 1))
    rest = D(23513) - sum(map(D, INDUSTRY))
    seen = county(
        "AL06 AL04", dt.date(2025, 12, 31), {"AL06": {"min_share": least}},
        indicators="指标编号,资金名称,资金类型,预算级次,预算年度,收到日期,指标金额(万元)\nZ1,衔接,衔接资金,中央,2025,2025-02-01,15587\nZ2,衔接,衔接资金,中央,2025,2025-02-01,7926",
        projects="项目编号,项目名称,项目类别\n" + "\n".join(f"C{n},项目{n},产业发展" for n in range(1, 8)) + "\nJ,其他,基础设施",
        allocations=f"分配编号,指标编号,项目编号,预算单位,下达日期,分配金额(万元)\n{parts}\nF8,Z1,J,局,2025-03-01,{rest}",
    )  # fmt: skip
    assert sum(map(D, INDUSTRY)) == D("14343.83")
    assert seen.sum("indicators") == seen.sum("allocations") == 23513
    assert seen.said("AL06") == {"2025": told}
    assert (D("14343.83") / 23513 * 100).quantize(D("0.01")) == D("61.00")


@pytest.mark.parametrize(("most", "told"), [("0.01", "clean"), ("0.009", ("finding", D("4.691")))])
def test_gongliu_2021(county, most: str, told: Any) -> None:
    """巩留 2021: 8041 + 2600 + 600 + 150 + 200 + 110 = 11701 of support money, 6875 beside it, 18576 together; 110 of it is for
    management, 0.94 %. With 0.9 %: 11701 × 0.009 = 105.309, less than 110 by 4.691."""
    parts = "8041 2600 600 150 200 110".split()
    seen = county(
        "PM07", dt.date(2021, 12, 31), {"PM07": {"max": D(most)}},
        indicators=FUNDS + "\nZ1,衔接,衔接资金,2021,2021-03-01,11701\nZ2,整合,涉农整合,2021,2021-03-01,6875",
        projects="项目编号,项目名称,项目类别\n" + "\n".join(f"X{n},项目{n},{'项目管理费' if n == 5 else '产业发展'}" for n in range(6)),
        allocations="分配编号,指标编号,项目编号,预算单位,下达日期,分配金额(万元)\n" + "\n".join(f"F{n},Z1,X{n},局,2021-04-01,{a}" for n, a in enumerate(parts)),
    )  # fmt: skip
    assert seen.sum("allocations") == 11701
    assert seen.sum("indicators") == 18576
    assert seen.said("PM07") == {"2021": told}
    assert percent(D(110), D(11701)) == "0.94%"


SUMS = {
    "孟津, by source": ("39.23 39.5 2105.4", "2184.13"),
    "孟津, by use": ("18.75 892.13 1273.25", "2184.13"),
    "登封": ("21707.82 15124.72 141679.54", "178512.08"),
    "石林": ("237.51 185.25 237.06 131.38 247", "1038.20"),
    "建昌": ("1389.1286 3780.0000", "5169.1286"),  # published in yuan: 13891286 + 37800000 = 51691286
    "浮梁": ("33.79 7.94 20.36", "62.09"),
    "广河": ("10444.85 406.95", "10851.80"),
}


@pytest.mark.parametrize("name", SUMS)
def test_parts_add_up_to_what_is_printed(county, name: str) -> None:
    """The parts as rows, the printed sum as the 合计 row under them: read to the cent, and the two agree."""
    parts, whole = SUMS[name]
    rows = "\n".join(f"Z{n},资金{n},,2022,2022-01-10,{a}" for n, a in enumerate(parts.split(), 1))
    seen = county(indicators=f"{FUNDS}\n{rows}\n合计,,,,,{whole}")
    assert seen.sum("indicators") == D(whole)
    assert disagreeing(seen) == []


def disagreeing(seen: Seen) -> list[tuple[Decimal, Decimal]]:
    """Printed totals that their rows do not add up to: printed and added up, in 万元."""
    return [
        (t.printed / 10000, t.recomputed / 10000)
        for *_, t in seen.intake.printed if t.printed is not None and t.printed != t.recomputed
    ]  # fmt: skip


INEXACT = {
    "若尔盖": ("10000.00 12058.44", "22057.35", D("22058.44")),  # its parts add up to 22058.44; into which two is made up
    "昭通": ("68.3 46.1", "114.3", D("114.4")),
}


@pytest.mark.parametrize("name", INEXACT)
def test_what_does_not_add_up_is_said_and_not_repaired(county, name: str) -> None:
    parts, printed, added = INEXACT[name]
    rows = "\n".join(f"Z{n},资金{n},,2022,2022-01-10,{a}" for n, a in enumerate(parts.split(), 1))
    seen = county(indicators=f"{FUNDS}\n{rows}\n合计,,,,,{printed}")
    assert seen.sum("indicators") == added
    assert disagreeing(seen) == [(D(printed), added)]


def test_guanghe(county) -> None:
    """广河: 10444.85 of 10851.80 paid, 96.25 %: 95 % is met, and 406.95 are left."""
    seen = county(
        "LP03 IB05", dt.date(2023, 12, 31),
        indicators=f"{FUNDS}\nZ1,衔接,衔接资金,2022,2022-01-10,10851.80",
        allocations="分配编号,指标编号,项目编号,预算单位,下达日期,分配金额(万元)\nF1,Z1,X1,局,2023-02-01,10851.80",
        payments="支付凭证号,分配编号,支付日期,支付金额(万元)\nP1,F1,2023-06-01,10444.85",
    )  # fmt: skip
    assert seen.said("LP03")["total"] == "clean"
    assert percent(seen.sum("payments"), seen.sum("indicators")) == "96.25%"
    assert seen.said("IB05") == {"Z1": ("finding", D("406.95"))}


def test_fuliang(county) -> None:
    """浮梁: 62.09 of 71.48; 95 % would be 67.906, short by 5.816."""
    seen = county(
        "LP03",
        indicators=f"{FUNDS}\nZ1,衔接,衔接资金,2022,2022-01-10,71.48",
        allocations="分配编号,指标编号,项目编号,预算单位,下达日期,分配金额(万元)\nF1,Z1,X1,局,2022-02-01,71.48",
        payments="支付凭证号,分配编号,支付日期,支付金额(万元)\nP1,F1,2022-06-01,33.79\nP2,F1,2022-07-01,7.94\nP3,F1,2022-08-01,20.36",
    )
    assert seen.said("LP03")["total"] == ("finding", D("5.816"))
    assert percent(D("62.09"), D("71.48")) == "86.86%"


def test_wangcang(county) -> None:
    """旺苍: 3899.86 − 2928.99 paid = 970.87 unspent = 3.39 + 967.48. How the paid 2928.99 stands to the two is made up."""
    seen = county(
        "IB05",
        indicators=f"{FUNDS}\nZ1,衔接,衔接资金,2020,2020-03-01,1000\nZ2,衔接,衔接资金,2020,2020-03-01,2899.86",
        allocations="分配编号,指标编号,项目编号,预算单位,下达日期,分配金额(万元)\nF1,Z1,X1,局,2020-04-01,1000\nF2,Z2,X2,局,2020-04-01,2899.86",
        payments="支付凭证号,分配编号,支付日期,支付金额(万元)\nP1,F1,2020-06-01,996.61\nP2,F2,2020-06-01,1932.38",
    )
    assert seen.sum("indicators") - seen.sum("payments") == D("970.87")
    assert seen.said("IB05") == {"Z1": ("finding", D("3.39")), "Z2": ("finding", D("967.48"))}


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(n: int) -> str:
    """A made-up identity number with its check digit."""
    first = f"1101011950{1 + n // 1000 % 12:02d}{1 + n // 1000 // 12:02d}{n % 1000:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def test_huilai(county) -> None:
    """惠来: 118 people paid after their death, 45.72, of which 28.41 were taken back and 17.31 are left.

    Who had how much is made up: 70 whose money came back whole (69 × 4000 + 8100 = 284100 yuan), 48 whose is left
    (47 × 3600 + 3900 = 173100 yuan). 118 living people beside them, so that not everybody is flagged.
    """
    back, left = [4000] * 69 + [8100], [3600] * 47 + [3900]
    lines, dead = [], []
    for n, amount in enumerate(back + left):
        lines.append(f"{number(n)},死者{n},养老补助,2022-06,2022-06-10,{amount}")
        dead.append(f"死亡,{number(n)},死者{n},2021-01-15")
        if n < len(back):
            lines.append(f"{number(n)},死者{n},养老补助,2022-06,2022-09-10,-{amount}")
    lines += [f"{number(5000 + n)},生者{n},养老补助,2022-06,2022-06-10,1000" for n in range(118)]
    seen = county(
        "HP03",
        household_payments="证件号码,姓名,补助项目,发放月份,发放日期,金额\n" + "\n".join(lines),
        registers="名单类别,证件号码,姓名,起始日期\n" + "\n".join(dead),
    )
    assert (sum(back) + sum(left), sum(back), sum(left)) == (457200, 284100, 173100)
    flagged = [told[1] for told in seen.said("HP03").values() if told != "clean"]
    assert (len(flagged), sum(flagged)) == (48, D("17.31"))
    (outcome,) = seen.judgement.outcomes
    assert outcome.population == 48 + 118
    assert "已退回 70 人" in outcome.reason


def test_mashan(county) -> None:
    """马山: 343 + 2454 + 43 + 439 = 3279 hits on 3119 people; a person is one finding however many lists he is on.

    Who is on which is made up: the first 160 are on two lists. 3,200 people on none stand beside them.
    """
    lists = ["财政供养"] * 343 + ["车辆"] * 2454 + ["企业法人"] * 43 + ["房产"] * 439
    people = [*range(3119), *range(160)]  # the last 160 hits are on people of the first list
    on = "\n".join(f"{kind},{number(n)},某甲{n},2020-01-01" for kind, n in zip(lists, people, strict=True))
    paid = "\n".join(f"{number(n)},某甲{n},产业补助,2022-06,2022-06-10,500" for n in range(3119 + 3200))
    seen = county(
        "HP06", settings={"targeted_subsidies": ["产业补助"]},
        household_payments="证件号码,姓名,补助项目,发放月份,发放日期,金额\n" + paid,
        registers="名单类别,证件号码,姓名,起始日期\n" + on,
    )  # fmt: skip
    (outcome,) = seen.judgement.outcomes
    assert len(lists) == 3279
    assert seen.intake.tables["registers"].num_rows == 3279
    assert (outcome.flagged, outcome.population, outcome.amount) == (3119, 6319, D(3119) * 500)


def test_zhangye(county) -> None:
    """张掖: 66185 − 15763 = 50422; 21185.83 paid by the end of April, 42.02 %: 8.68 points ahead of the pace by months, 9.14 by days."""
    april = dt.date(2025, 4, 30)
    seen = county(
        "LP02", april,
        indicators=f"{FUNDS}\nZ1,衔接,衔接资金,2025,2025-01-10,66185\nZ2,衔接,衔接资金,2025,2025-01-10,-15763",
        allocations="分配编号,指标编号,项目编号,预算单位,下达日期,分配金额(万元)\nF1,Z1,X1,局,2025-02-01,50422",
        payments="支付凭证号,分配编号,支付日期,支付金额(万元)\nP1,F1,2025-04-01,21185.83",
    )  # fmt: skip
    assert seen.sum("indicators") == 50422
    assert seen.said("LP02") == {"total": "clean"}
    assert percent(D("21185.83"), D(50422)) == "42.02%"
    for name, ahead in (("month", "8.68"), ("day", "9.14")):
        done, of = pace(april, Settings(pace=name))
        points = 100 * (D("21185.83") / 50422 - done / of)
        assert str(points.quantize(D("0.01"))) == ahead


def test_dengfeng_is_rounded_per_household(county) -> None:
    """登封: 410458.41 亩 × 119.48 = 49041570.83 yuan, printed 49041572.49. As one line the kit finds 1.66 more than the standard; what
    makes such a difference is that each household's own amount is rounded, so HP11 rounds each line: three times 0.05 亩 is 5.97 each
    (5.974 rounded), 17.91 together and not 17.92, and no household is above its standard."""
    whole = D("410458.41") * D("119.48")
    assert whole.quantize(D("0.01")) == D("49041570.83")
    houses = "\n".join(f"{number(n)},户{n},耕地补助,2022-06,2022-06-10,0.05,5.97" for n in range(3))
    seen = county(
        "HP11",
        household_payments=f"证件号码,姓名,补助项目,发放月份,发放日期,补助数量,金额\n{houses}\n{number(9)},全县,耕地补助,2022-06,2022-06-10,410458.41,49041572.49",
        standards="补助项目,生效日期,按户或按人补助,标准金额,计量单位,周期\n耕地补助,2020-01-01,到人,119.48,亩,年",
    )
    told = seen.said("HP11")
    assert told.pop(number(9)) == ("finding", D("1.66") / 10000)
    assert set(told.values()) == {"clean"}
    assert 3 * D("5.97") != (3 * D("0.05") * D("119.48")).quantize(D("0.01"))
