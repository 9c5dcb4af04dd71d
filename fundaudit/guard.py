"""The sanity guard: where nearly everyone would be flagged, the key or the column is broken, not the people."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.catalogue import Check
from fundaudit.ledger import Ledger
from fundaudit.masking import mask_identity

LEAST, FILE_LEAST = 100, 30


def guarded(table: pa.Table, ledger: Ledger, check: Check) -> tuple[pa.Table, list[str]]:
    """A check's rows, made undetermined where the guard stops them, and what it says of that.

    It stops the check where more than `guard_share` of at least 100 judged subjects would be flagged, else each source
    file where more than `guard_file_share` of at least 30 would.
    """
    notes = []
    for file, flagged, judged in _broken(table, ledger):
        where = f"文件 {file} 的" if file else ""
        notes.append(
            f"{where}{judged} 个对象中有 {flagged} 个会被列为疑点，可能是证件号码或该列整体有误，未作判定。"
            f"{_examples(table, ledger, check, file)}"
        )
        table = _stopped(table, file, f"{where}比对结果异常集中，编号或该列可能整体有误，须先核对原表")
    return table, notes


def _broken(table: pa.Table, ledger: Ledger) -> Iterator[tuple[str | None, int, int]]:
    """(file or None for all, flagged, judged) of what the guard stops; a subject is judged where it has a verdict."""
    limits = ledger.settings.limits
    rows = table.select([c for c in ("subject", "flag", "source_file") if c in table.column_names])
    rows = rows.filter(pc.is_valid(rows["subject"]))
    unknown = rows.append_column("unknown", pc.is_null(rows["flag"]))
    subjects = unknown.group_by("subject").aggregate([("flag", "any"), ("unknown", "any")])
    flagged = pc.sum(subjects["flag_any"]).as_py() or 0
    judged = flagged + (pc.sum(pc.and_(pc.invert(subjects["unknown_any"]), pc.invert(subjects["flag_any"]))).as_py() or 0)
    if judged >= LEAST and flagged > limits.guard_share * judged:
        yield None, flagged, judged
    elif "source_file" in rows.column_names:
        known = rows.filter(pc.is_valid(rows["flag"]))
        by_file = known.group_by(["source_file", "subject"]).aggregate([("flag", "any")])
        files = by_file.group_by("source_file").aggregate([("flag_any", "sum"), ("flag_any", "count")]).sort_by("source_file")
        for row in files.to_pylist():
            flagged, judged = row["flag_any_sum"], row["flag_any_count"]
            if row["source_file"] and judged >= FILE_LEAST and flagged > limits.guard_file_share * judged:
                yield row["source_file"], flagged, judged


def _of_file(table: pa.Table, file: str | None) -> pa.ChunkedArray:
    return pc.is_valid(table["subject"]) if file is None else pc.equal(table["source_file"], file)


def _stopped(table: pa.Table, file: str | None, reason: str) -> pa.Table:
    """The rows of a file (of all, where it is None) undetermined for this reason, those that were judged."""
    stopped = pc.and_(_of_file(table, file), pc.is_valid(table["flag"]))
    reasons = table["reason"] if "reason" in table.column_names else pa.nulls(table.num_rows, pa.string())
    for name, column in (
        ("flag", pc.if_else(stopped, pa.scalar(None, pa.bool_()), table["flag"])),
        ("reason", pc.if_else(stopped, reason, reasons)),
    ):
        place = table.schema.get_field_index(name)
        table = table.append_column(name, column) if place < 0 else table.set_column(place, name, column)
    return table


def _examples(table: pa.Table, ledger: Ledger, check: Check, file: str | None) -> str:
    """Five masked examples of each side, with their lengths: a leading apostrophe shows there."""
    sides: dict[str, list[str]] = {}
    if "证件号码" in table.column_names:
        flagged = table.filter(pc.and_(_of_file(table, file), table["flag"]))
        sides["发放表"] = sorted(n for n in flagged["证件号码"].unique().to_pylist() if n)[:5]
    if "beneficiaries" in check.needs:
        register = ledger.query("SELECT DISTINCT written FROM register_people ORDER BY written LIMIT 5").to_pylist()
        sides["名册"] = [r["written"] for r in register]
    shown = (
        f"{side}：{'、'.join(f'{mask_identity(n)}（{len(n)}位）' for n in numbers)}" for side, numbers in sides.items() if numbers
    )
    return "；".join(shown)
