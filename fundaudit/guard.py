"""The sanity guard: where nearly everyone would be flagged, the key or the column is broken, not the people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.catalogue import Check
from fundaudit.ledger.connection import Ledger
from fundaudit.masking import mask_identity
from fundaudit.parameters import Limits

LEAST, FILE_LEAST = 100, 30

# A subject is judged where it has a verdict: of all its files together, or of one file. Refused rows alone judge nobody.
WHOLE = """
SELECT check_code, NULL AS file, count(*) FILTER (WHERE any_flagged) AS flagged, count(*) FILTER (WHERE any_flagged OR NOT any_unknown) AS judged
FROM verdicts WHERE any_flagged IS NOT NULL AND check_code IN (SELECT unnest($checks)) GROUP BY check_code
"""
BY_FILE = """
SELECT check_code, source_file AS file, count(*) FILTER (WHERE flagged) AS flagged,
       count(*) FILTER (WHERE flagged OR NOT unknown) AS judged
FROM judged WHERE left_out IS NULL AND subject IS NOT NULL AND source_file IS NOT NULL AND check_code IN (SELECT unnest($checks))
GROUP BY check_code, source_file ORDER BY source_file
"""


def stop_broken(read: Callable[..., pa.Table], limits: Limits, checks: Iterable[Check]) -> dict[str, dict[str | None, str]]:
    """Makes undetermined in `judged` and `verdicts` what the guard stops: check → file (None: all) → what it says of that.

    It stops a check where more than `guard_share` of at least 100 judged subjects would be flagged, else each source
    file where more than `guard_file_share` of at least 30 would.
    """
    guarded = {"checks": [check.code for check in checks if check.guard]}
    if not guarded["checks"]:
        return {}
    whole = [
        r for r in read(WHOLE, guarded).to_pylist() if r["judged"] >= LEAST and r["flagged"] > limits.guard_share * r["judged"]
    ]
    files = [
        r
        for r in read(BY_FILE, guarded).to_pylist()
        if r["judged"] >= FILE_LEAST and r["flagged"] > limits.guard_file_share * r["judged"]
    ]
    stopped: dict[str, dict[str | None, str]] = defaultdict(dict)
    wholly = {row["check_code"] for row in whole}
    for row in [*whole, *(row for row in files if row["check_code"] not in wholly)]:
        check, file = row["check_code"], row["file"]
        stopped[check][file] = (
            f"{_where(file)}判定的 {row['judged']:,} 个中有 {row['flagged']:,} 个会被列为疑点，可能是证件号码或该列整体有误，未作判定。"
        )
        read(
            "UPDATE judged SET flagged = false, unknown = true WHERE check_code = $check AND ($file IS NULL OR source_file = $file)",
            {"check": check, "file": file},
        )
    if stopped:
        read(
            "UPDATE verdicts SET flag = v.flag FROM (SELECT check_code, subject, CASE WHEN bool_or(flagged) THEN true"
            " WHEN bool_or(unknown) THEN NULL ELSE false END AS flag FROM judged WHERE left_out IS NULL AND NOT refused"
            " AND check_code IN (SELECT unnest($checks)) GROUP BY check_code, subject) v"
            " WHERE verdicts.check_code = v.check_code AND verdicts.subject = v.subject",
            {"checks": list(stopped)},
        )
    return stopped


def _where(file: str | None) -> str:
    return f"文件 {file} 的" if file else ""


def stop_reason(file: str | None) -> str:
    """Why a subject that the guard stopped is undetermined."""
    return f"{_where(file)}比对结果异常集中，编号或该列可能整体有误，须先核对原表"


def examples(rows: pa.Table, ledger: Ledger, check: Check, file: str | None) -> str:
    """Five masked examples of each side, with their lengths: a leading apostrophe shows there."""
    sides: dict[str, list[str]] = {}
    if "证件号码" in rows.column_names:
        own = pc.equal(rows["doubt"], stop_reason(file))
        sides["发放表"] = sorted(n for n in rows.filter(own)["证件号码"].unique().to_pylist() if n)[:5]
    if "beneficiaries" in check.needs:
        register = ledger.query("SELECT DISTINCT written FROM register_people ORDER BY written LIMIT 5").to_pylist()
        sides["名册"] = [r["written"] for r in register]
    shown = (
        f"{side}：{'、'.join(f'{mask_identity(n)}（{len(n)}位）' for n in numbers)}" for side, numbers in sides.items() if numbers
    )
    return "；".join(shown)
