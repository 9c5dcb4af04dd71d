"""The yardstick: the seven checks of people as an analyst would write them in pandas for this data, whole columns at a time.

`verdicts(folder, kind)`: check → (flagged, undetermined, population), subjects as sorted lists. `kind` is how texts are held: "object" or "str" (Arrow).
It reads the rules that `people.py` exercises and nothing of fundaudit.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_DIGITS = np.frombuffer(b"10X98765432", np.uint8)
OPEN = "耕地地力保护|农机|种粮|高龄|残疾人|养老|低保|特困|退耕还林|草原"
Result = dict[str, tuple[list[str], list[str], int]]


def read(folder: Path, name: str, columns: list[str], kind: str) -> pd.DataFrame:
    frame = pd.read_parquet(folder / f"{name}.parquet", columns=columns)
    for column in frame.columns:
        if pd.api.types.is_string_dtype(frame[column].dtype) and column != "amount":
            frame[column] = frame[column].astype(object if kind == "object" else "str")
    for column in ("paid_on", "entered_on", "exited_on", "since"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    if "amount" in frame:
        frame["amount"] = (pd.to_numeric(frame["amount"].astype(float)) * 100).round().astype("int64")
    return frame


def digits_of(ids: pd.Series) -> np.ndarray:
    return np.frombuffer("".join(ids.tolist()).encode(), np.uint8).reshape(-1, 18)


def invalid(ids: pd.Series) -> np.ndarray:
    """Whether each number of 18 characters has a wrong check digit or a day that is none."""
    digits = digits_of(ids)
    right = CHECK_DIGITS[((digits[:, :17].astype(np.int64) - 48) @ WEIGHTS) % 11] == digits[:, 17]
    born = pd.to_datetime(ids.str[6:14], format="%Y%m%d", errors="coerce").notna()
    return ~(right & born.to_numpy())


def after_refunds(lines: pd.DataFrame) -> pd.Series:
    """What is left of each line: a refund cancels the latest equal one of its person and subsidy, its period first; else it reduces."""
    left = lines["amount"].clip(lower=0)
    back = lines.loc[lines["amount"] < 0, ["person", "subsidy"]].drop_duplicates()
    some = lines.reset_index().merge(back, on=["person", "subsidy"]).sort_values(["paid_on", "line_id"])
    for _, group in some.groupby(["person", "subsidy"], sort=False):
        for refund in group[group["amount"] < 0].itertuples():
            before = group[(group["amount"] > 0) & (group["paid_on"] <= refund.paid_on) & (left[group["index"]] > 0).to_numpy()]
            equal = before[(left[before["index"]] == -refund.amount).to_numpy()]
            same = equal[equal["period"] == refund.period]
            if len(equal):
                left[(same if len(same) else equal)["index"].iloc[-1]] = 0
                continue
            owed = -refund.amount
            for index in before["index"].iloc[::-1]:
                taken = min(owed, left[index])
                left[index] -= taken
                owed -= taken
    return left


def summed(lines: pd.DataFrame, flag: pd.Series, doubt: pd.Series, subject: str = "person") -> tuple[list[str], list[str], int]:
    """Subjects by verdict: flagged where a line is flagged and not doubted, undetermined where none is and one is doubted."""
    flagged = lines.loc[flag & ~doubt, subject].unique()
    doubtful = lines.loc[doubt, subject].unique()
    return sorted(flagged), sorted(set(doubtful) - set(flagged)), int(lines[subject].nunique())


def one_digit(a: pd.Series, b: pd.Series) -> np.ndarray:
    """One digit replaced, or two neighbours swapped."""
    x, y = digits_of(a), digits_of(b)
    differ = x != y
    count = differ.sum(axis=1)
    first = differ.argmax(axis=1)
    row, following = np.arange(len(x)), np.minimum(first + 1, 17)
    swapped = (count == 2) & (x[row, first] == y[row, following]) & (x[row, following] == y[row, first])
    return (count == 1) | swapped


def verdicts(folder: Path, kind: str) -> Result:
    columns = "line_id subsidy period id_number name household_id township village amount paid_on".split()
    lines = read(folder, "household_payments", columns, kind).rename(columns={"id_number": "person"})
    register = read(folder, "beneficiaries", "id_number name household_id township village entered_on exited_on".split(), kind)
    deaths = read(folder, "registers", ["id_number", "name", "since"], kind).rename(columns={"id_number": "person"})
    standards = read(folder, "standards", ["subsidy", "kinds", "basis_kind"], kind)
    lines["net"] = after_refunds(lines)
    lines = lines.merge(standards, on="subsidy", how="left")
    lines["targeted"] = lines["kinds"].notna()
    lines["total"] = lines.groupby("person")["amount"].transform("sum")
    lines["month"] = pd.to_datetime(lines["period"] + "-01")
    lines["ends"] = lines["month"] + pd.offsets.MonthEnd(0)
    lines["bad"] = invalid(lines["person"])
    lines["on_register"] = lines["person"].isin(register["id_number"])
    lines["line"] = np.arange(len(lines))
    paid = lines[(lines["net"] > 0) & (lines["total"] > 0)]
    found: Result = {"HP07": summed(paid, paid["bad"], pd.Series(False, paid.index))}
    targeted = lines[lines["targeted"]].copy()
    targeted["total"] = targeted.groupby("person")["amount"].transform("sum")
    targeted = targeted[(targeted["net"] > 0) & (targeted["total"] > 0)]
    found["HP01"] = not_on_register(targeted, register, deaths)
    found["HP02"] = outside_time(targeted[targeted["on_register"]], register)
    found["HP03"] = deceased(paid, register, deaths)
    found["HP04"] = paid_twice(paid, lines, register)
    found["HP05"] = two_members(lines[(lines["net"] > 0) & (lines["basis_kind"] == "到户")], register)
    found["HP08"] = name_differs(paid[paid["on_register"]], register)
    return found


def not_on_register(lines: pd.DataFrame, register: pd.DataFrame, deaths: pd.DataFrame) -> tuple[list[str], list[str], int]:
    off = lines.loc[~lines["on_register"], ["line", "person", "name", "household_id", "paid_on", "month", "ends", "bad"]]
    people = off[["person", "name", "household_id"]].drop_duplicates()
    plain = people.merge(register, on="name", suffixes=("", "_of"))
    masked = people[people["name"].str.startswith("*")].assign(rest=lambda f: f["name"].str[1:])
    masked = masked.merge(register.assign(rest=register["name"].str[1:]), on="rest", suffixes=("", "_of"))
    alike = pd.concat([plain, masked])
    alike = alike[one_digit(alike["person"], alike["id_number"]) | (alike["household_id"] == alike["household_id_of"]).to_numpy()]
    near = off.merge(alike[["person", "name"]].drop_duplicates(), on=["person", "name"])["line"]
    home = off.merge(register, on="household_id")
    on_day = (home["entered_on"] <= home["paid_on"]) & ~(home["exited_on"] < home["paid_on"])
    in_month = (home["entered_on"] <= home["ends"]) & ~(home["exited_on"] < home["month"])
    proxies = home.loc[on_day | in_month, "line"]
    dead = off["person"].isin(deaths["person"]) & (register["exited_on"].notna().sum() == 0)
    doubt = lines["line"].isin([*near, *proxies, *off.loc[off["bad"] | dead, "line"]])
    return summed(lines, ~lines["on_register"], doubt)


def outside_time(lines: pd.DataFrame, register: pd.DataFrame) -> tuple[list[str], list[str], int]:
    own = lines.merge(register[["id_number", "entered_on", "exited_on"]], left_on="person", right_on="id_number")
    on_day = (own["entered_on"] <= own["paid_on"]) & ~(own["exited_on"] < own["paid_on"])
    in_month = (own["entered_on"] <= own["ends"]) & ~(own["exited_on"] < own["month"])
    covered = lines["line"].isin(own.loc[on_day | in_month, "line"])
    begins = register["entered_on"].min()
    early = (lines["paid_on"] < begins) & (lines["ends"] < begins)
    return summed(lines, ~covered, ~covered & early)


def deceased(lines: pd.DataFrame, register: pd.DataFrame, deaths: pd.DataFrame) -> tuple[list[str], list[str], int]:
    own = lines.merge(deaths.rename(columns={"name": "list_name"}), on="person", how="left")
    late = (own["paid_on"] > own["since"] + pd.Timedelta(days=30)) & (own["month"] > own["since"] + pd.offsets.MonthEnd(0))
    agrees = names_agree(own["name"], own["list_name"])
    some = deaths.groupby("person").size().rename("n")
    every_name = own.assign(agrees=agrees).groupby("person")["agrees"].transform("all")
    near = lines[["person", "name"]].drop_duplicates().merge(deaths, on="name", suffixes=("", "_of"))
    near = near[(near["person"] != near["person_of"]).to_numpy() & one_digit(near["person"], near["person_of"])]
    own = own.merge(
        near[["person", "since"]].rename(columns={"since": "near_since"}).drop_duplicates("person"), on="person", how="left"
    )
    near_late = (own["paid_on"] > own["near_since"] + pd.Timedelta(days=30)) & (
        own["month"] > own["near_since"] + pd.offsets.MonthEnd(0)
    )
    assert some.max() == 1, "one day of death a person"
    return summed(own, late.to_numpy() | near_late, (late & ~every_name).to_numpy() | (near_late & own["since"].isna()))


def names_agree(a: pd.Series, b: pd.Series) -> pd.Series:
    """Equal, or equal but for a masked first character."""
    masked = a.str.startswith("*") & (a.str[1:] == b.str[1:]) & (a.str.len() == b.str.len())
    return ((a == b) | masked).fillna(False).astype(bool)


def paid_twice(lines: pd.DataFrame, every: pd.DataFrame, register: pd.DataFrame) -> tuple[list[str], list[str], int]:
    keys = ["person", "subsidy", "period"]
    many = lines[lines.duplicated(keys, keep=False)].sort_values(["paid_on", "line_id"])
    in_cycle = many.groupby(keys)["net"].transform("size")
    some_equal = many.groupby(keys)["net"].transform("nunique") < in_cycle
    turn = many.groupby([*keys, "net"]).cumcount()
    families = register.groupby("household_id")["id_number"].nunique()
    own_home = register.drop_duplicates("id_number").set_index("id_number")["household_id"]
    family = many["household_id"].where(many["household_id"].isin(families.index), many["person"].map(own_home))
    paid = every[every["net"] > 0].groupby(["household_id", "subsidy", "period"])["person"].nunique()
    own = pd.MultiIndex.from_arrays([many["household_id"], many["subsidy"], many["period"]])
    alone = paid.reindex(own).to_numpy() == 1
    one_card = (many["basis_kind"] != "到户") & (family.map(families).fillna(0).to_numpy() >= in_cycle) & alone
    flag = lines["line"].isin(many.loc[turn > 0, "line"])
    return summed(lines, flag, lines["line"].isin(many.loc[one_card | ~some_equal, "line"]))


def two_members(lines: pd.DataFrame, register: pd.DataFrame) -> tuple[list[str], list[str], int]:
    keys = ["household_id", "subsidy", "period"]
    groups = lines.groupby(keys)
    many = lines[(groups["person"].transform("nunique") > 1)].copy()
    places = register.drop_duplicates("id_number").set_index("id_number")
    many["place"] = (
        many["person"].map(places["township"] + "/" + places["village"]).fillna(many["township"] + "/" + many["village"])
    )
    doubt: dict[str, bool] = defaultdict(bool)
    for (home, *_), group in many.groupby(keys):
        who = group.drop_duplicates(["person", "name"])
        pairs = who.merge(who, how="cross", suffixes=("", "_of"))
        pairs = pairs[pairs["person"] > pairs["person_of"]]
        near = names_agree(pairs["name"], pairs["name_of"]) | names_agree(pairs["name_of"], pairs["name"])
        doubled = pairs.loc[near, "person"].nunique()
        doubt[home] |= bool(group["person"].nunique() - doubled <= 1 or group["place"].nunique() > 1)
    flagged = lines["household_id"].isin(many["household_id"])
    return summed(lines, flagged, flagged & lines["household_id"].map(doubt).fillna(False).astype(bool), "household_id")


def name_differs(lines: pd.DataFrame, register: pd.DataFrame) -> tuple[list[str], list[str], int]:
    own = lines.merge(register[["id_number", "name"]].rename(columns={"name": "listed"}), left_on="person", right_on="id_number")
    agrees = own["name"] == own["listed"]
    unclear = own["name"].str.startswith("*")
    longer = np.maximum(own["name"].str.len(), own["listed"].str.len()) >= 4
    longest = own["name"].where(own["name"].str.len() > own["listed"].str.len(), own["listed"])
    shortest = own["name"].where(own["name"].str.len() <= own["listed"].str.len(), own["listed"])
    almost = longer & (longest.str[:-1] == shortest)  # one character added at the end, as in this data
    return summed(own, ~agrees, ~agrees & (unclear | almost))
