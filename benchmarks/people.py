"""A made-up county's household lines, register, lists and standards, of any size, as Parquet: what the checks of people read.

Nearly everyone is paid as he should be; planted by their numbers are people off the register, mistyped numbers, the dead, late
entries, masked and other names, double payments, refunds, and two members of a household.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fundaudit.contract import TABLES
from fundaudit.intake import arrow_schema

SUBSIDIES = np.array([f"{name}补助" for name in "产业 就业 护林 耕地 草原 低保 养老 残疾 农机 高龄 危房 饮水".split()])
TARGETED, PER_HOUSEHOLD = 3, 10  # the first three are for the supported alone, those from the eleventh on are paid per household
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_DIGITS = np.frombuffer(b"10X98765432", np.uint8)


def numbers(count: int) -> np.ndarray:
    """Valid identity numbers, all different, as an array of 18 byte strings."""
    each = np.arange(count)
    days = np.datetime64("1940-01-01") + (each // 999).astype("timedelta64[D]")
    texts = np.char.add(np.char.add("653129", np.char.replace(days.astype("U10"), "-", "")), np.char.mod("%03d", each % 999))
    digits = np.frombuffer(texts.astype("S17").tobytes(), np.uint8).reshape(-1, 17)
    last = CHECK_DIGITS[((digits - ord("0")) @ WEIGHTS) % 11]
    return np.concatenate([digits, last[:, None]], axis=1).copy().view("S18").ravel()


def mistyped(ids: np.ndarray) -> np.ndarray:
    """The same numbers with their fifteenth digit one higher."""
    digits = ids.view(np.uint8).reshape(-1, 18).copy()
    digits[:, 14] = (digits[:, 14] - ord("0") + 1) % 10 + ord("0")
    return digits.view("S18").ravel()


def names(count: int, rng: np.random.Generator) -> np.ndarray:
    first, given = (
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧",
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春梅国建文",
    )
    every = np.array([a + b + c for a in first for b in given for c in given])
    return every[rng.integers(0, len(every), count)]


def table(of: str, count: int, **columns: object) -> pa.Table:
    """A table of the contract; columns that are not given are empty."""
    made = {"source_file": f"{of}.csv", "source_sheet": "", "source_row": np.arange(count) + 2}
    arrays = []
    for field in arrow_schema(TABLES[of]):
        value = columns.get(field.name, made.get(field.name))
        if isinstance(value, str | dt.date):
            arrays.append(pa.repeat(pa.scalar(value, field.type), count))
        elif value is not None:
            array = value if isinstance(value, pa.Array) else pa.array(value)
            arrays.append(array.cast(field.type))
        elif pa.types.is_map(field.type) or pa.types.is_list(field.type):
            arrays.append(pa.array([[]], field.type).take(pa.array(np.zeros(count, np.int64))))
        else:
            arrays.append(pa.nulls(count, field.type))
    return pa.table(arrays, schema=arrow_schema(TABLES[of]))


def lines_of(count: int, people: int) -> dict[str, np.ndarray]:
    """Who was paid what and when: no person twice the same subsidy in one month, then 0.1 % double, given back, of a relative."""
    each = np.arange(count)
    who, nth = each % people, each // people
    own = {
        "who": who,
        "subsidy": (who * 7 + nth) % 12,
        "month": (who + 5 * nth) % 12 + 1,
        "day": np.full(count, 10),
        "sign": np.ones(count, int),
    }
    more = []
    for start, changes in ((17, {"day": 20}), (29, {"day": 25, "sign": -1})):
        copies = {name: values[start::1000].copy() for name, values in own.items()}
        more.append(copies | {name: np.full(len(copies["who"]), value) for name, value in changes.items()})
    relatives = {name: values[(own["subsidy"] >= PER_HOUSEHOLD) & (each % 3 == 0)][::90].copy() for name, values in own.items()}
    relatives["who"] = relatives["who"] // 3 * 3 + (relatives["who"] + 1) % 3
    return {name: np.concatenate([own[name], *(m[name] for m in [*more, relatives])]) for name in own}


def write(folder: Path, count: int) -> None:
    """`household_payments`, `beneficiaries`, `registers` and `standards` of about `count` lines as Parquet files in `folder`."""
    rng = np.random.default_rng(20221231)
    people = count * 3 // 10 // 3 * 3
    ids, called = numbers(people), names(people, rng)
    person = np.arange(people)
    household = np.char.add("H", (person // 3).astype(str))
    town = np.char.add("镇", (person // 3 % 20).astype(str))
    village = np.char.add("村", (person // 3 % 200).astype(str))
    known = (person % 200 != 0) & (person // 3 % 150 != 0)  # now and then one of a household, now and then the whole
    entered = np.where(person % 307 == 0, np.datetime64("2022-07-01"), np.datetime64("2016-01-01"))[known]
    written = np.where(person % 401 == 0, np.char.add(called, "某"), called)[known]
    register = table(
        "beneficiaries", int(known.sum()), id_number=ids[known].astype(str), name=written, household_id=household[known],
        township=town[known], village=village[known], entered_on=entered, entered_on_end=entered,
    )  # fmt: skip
    dead = person[person % 301 == 0]
    death = dt.date(2022, 3, 15)
    listed = np.where(dead % 3010 == 0, "另一人", called[dead])
    registers = table(
        "registers", len(dead), register="死亡", id_number=ids[dead].astype(str), name=listed, since=death, since_end=death
    )
    standards = table(
        "standards", len(SUBSIDIES), subsidy=SUBSIDIES, per="月", from_date=dt.date(2016, 1, 1), from_date_end=dt.date(2016, 1, 1),
        kinds=pa.array(["脱贫户" if n < TARGETED else None for n in range(12)]),
        basis_kind=pa.array(["到户" if n >= PER_HOUSEHOLD else "到人" for n in range(12)]),
        amount=pa.array([100] * 12, pa.int32()),
    )  # fmt: skip
    own = lines_of(count, people)
    who, n = own["who"], len(own["who"])
    each = np.arange(n)
    number = np.where(each % 997 == 3, mistyped(ids[who]), ids[who])
    name = called[who]
    name[7::500] = [f"*{full[1:]}" for full in name[7::500]]
    month = np.char.add("2022-", np.char.mod("%02d", own["month"]))
    lines = table(
        "household_payments", n, line_id=np.char.add("L", each.astype(str)), subsidy=SUBSIDIES[own["subsidy"]], period=month,
        id_number=number.astype(str), name=name, household_id=household[who], township=town[who], village=village[who],
        amount=((100 + own["subsidy"]) * own["sign"]).astype(np.int32),
        paid_on=np.char.add(np.char.add(month, "-"), own["day"].astype(str)).astype("datetime64[D]"),
    )  # fmt: skip
    for key, made in (
        ("household_payments", lines),
        ("beneficiaries", register),
        ("registers", registers),
        ("standards", standards),
    ):
        pq.write_table(made, folder / f"{key}.parquet")
