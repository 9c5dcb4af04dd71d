"""Keys over all sheets of a table: made where the contract lets a file leave them out, and rows that share one told apart.

A masked number is no key: two people may bear it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.contract import Table
from fundaudit.intake.readers.sheet import Places, whole
from fundaudit.intake.rows import Problem, Reading

Row = tuple[int, int]  # part, position in it


def settle_keys(table: Table, parts: list[Reading]) -> None:
    """Makes the keys that a file may leave out (payment lines by their order, household lines and allocations by their place,
    round 1), and tells rows that share one: alike rows are one row, differing ones are all rejected.

    Household lines are numbered anew in every list: differing rows of one number get keys of their own.
    """
    if table.name == "payments":
        _number_payment_lines(parts)
    elif table.name == "approvals":
        for part in parts:
            part.columns["round"] = pc.fill_null(part.columns["round"], 1)
    elif table.name in ("household_payments", "allocations"):
        missing = [np.flatnonzero(np.asarray(part.columns[table.key[0]].is_null())).tolist() for part in parts]
        _number_by_place(parts, table.key[0], [(p, k) for p, own in enumerate(missing) for k in own])
    if table.key:
        _tell_shared(table, parts)


def _tell_shared(table: Table, parts: list[Reading]) -> None:
    named = "、".join(table.column(n).header for n in table.key)
    restarting = list[Row]()
    for key, rows in _shared(table, parts).items():
        alike = len({_alike(parts[p], k) for p, k in rows}) == 1
        if not alike and table.name == "household_payments":
            restarting += rows
        elif not any("*" in str(value) for value in key):
            shown = "、".join(str(v) for v in key if v is not None)
            same = f"重复行：与{_place(parts, rows[0])}各列相同，只计一次"
            unlike = f"主键冲突：{named}重复而内容不同，无法确定以哪一行为准"
            told = Problem(table.key[0], "", same, "alike") if alike else Problem(table.key[0], shown, unlike, "between")
            for p, k in rows[1:] if alike else rows:
                parts[p].problems.setdefault(k, []).append(told)
    _number_by_place(parts, table.key[0], restarting)


def _shared(table: Table, parts: list[Reading]) -> dict[tuple[Any, ...], list[Row]]:
    """Keys that more than one row holds, with their rows; rows that lack a part of it share none."""
    key, filled = table.key, [n for n in table.key if table.column(n).required or table.column(n).made]
    whole = pa.table({name: _chained(parts, name) for name in key})
    if any(_rising(whole[name]) for name in filled):
        return {}
    groups = whole.group_by(list(key), use_threads=False).aggregate([([], "count_all")])
    twice = groups.filter(pc.greater(groups["count_all"], 1))
    if not twice.num_rows:
        return {}
    lead = filled[0] if filled else key[0]
    wanted = np.flatnonzero(np.asarray(pc.is_in(whole[lead], value_set=twice[lead].combine_chunks())))
    starts = np.cumsum([0, *(len(part.numbers) for part in parts)])
    rows: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for place, values in zip(wanted.tolist(), whole.take(pa.array(wanted)).to_pylist(), strict=True):
        own = tuple(values[name] for name in key)
        if all(values[name] is not None for name in filled):
            part = int(np.searchsorted(starts, place, side="right")) - 1
            rows[own].append((part, place - int(starts[part])))
    return {own: where for own, where in rows.items() if len(where) > 1}


def _chained(parts: list[Reading], name: str) -> pa.ChunkedArray:
    """A column over all parts."""
    return pa.chunked_array([whole(part.columns[name]) for part in parts])


def _rising(column: pa.ChunkedArray) -> bool:
    """Whether each value is above the one before: then none occurs twice, and nothing need be counted."""
    values = whole(column)
    return not values.null_count and bool(pc.all(pc.less(values[:-1], values[1:])).as_py() in (True, None))


def _place(parts: list[Reading], row: Row) -> str:
    part, k = row
    return f"{parts[part].place}第{parts[part].numbers[k]}行"


def _alike(part: Reading, k: int) -> tuple[Any, ...]:
    """What makes a row the same as another one: every column, and those the contract does not know."""
    own = tuple(values[k].as_py() for name, values in part.columns.items() if name not in ("raw", "suspect", "extra"))
    return (*own, tuple(sorted(part.columns["extra"][k].as_py())))


def _number_payment_lines(parts: list[Reading]) -> None:
    """line_no from the order in the file where it has none, past the numbers that the file gives itself.

    Counted per file: the same voucher in a second file is the same line again, and is told as a duplicate.
    """
    for file in dict.fromkeys(part.file for part in parts):
        own = [part for part in parts if part.file == file]
        ids = _chained(own, "payment_id")
        given = _chained(own, "line_no")
        if given.null_count == len(given) and _rising(ids):
            numbers = np.ones(len(ids), np.int64)
        elif given.null_count == len(given):
            numbers = _counted(ids)
        else:
            numbers = np.asarray(_counted_past(ids.to_pylist(), given.to_pylist()), np.int64)
        start = 0
        for part in own:
            part.columns["line_no"] = pa.array(numbers[start : start + len(part.numbers)], pa.int64())
            start += len(part.numbers)


def _counted(ids: pa.ChunkedArray) -> Places:
    """1, 2, … for the rows of each id, in their order."""
    codes = whole(ids).dictionary_encode(null_encoding="encode")
    where = codes.indices.to_numpy(zero_copy_only=False)
    order = np.argsort(where, kind="stable")
    first = np.concatenate([[True], np.diff(where[order]) != 0]) if len(where) else np.zeros(0, bool)
    run = np.arange(len(where)) - np.maximum.accumulate(np.where(first, np.arange(len(where)), 0))
    numbers = np.empty(len(where), np.int64)
    numbers[order] = run + 1
    return numbers


def _counted_past(ids: list[Any], given: list[int | None]) -> list[int]:
    used: dict[Any, set[int]] = defaultdict(set)
    for key, number in zip(ids, given, strict=True):
        if number is not None:
            used[key].add(number)
    numbers = []
    for key, number in zip(ids, given, strict=True):
        if number is None:
            number = next(n for n in range(1, len(used[key]) + 2) if n not in used[key])
            used[key].add(number)
        numbers.append(number)
    return numbers


def _number_by_place(parts: list[Reading], key: str, rows: list[Row]) -> None:
    """File, sheet and row as the key of these rows."""
    of_part: dict[int, list[int]] = defaultdict(list)
    for p, k in sorted(rows):
        of_part[p].append(k)
    for p, own in of_part.items():
        flags = np.zeros(len(parts[p].numbers), bool)
        flags[own] = True
        places = pa.array([_place(parts, (p, k)) for k in own], pa.string())
        parts[p].columns[key] = pc.replace_with_mask(parts[p].columns[key], pa.array(flags), places)
