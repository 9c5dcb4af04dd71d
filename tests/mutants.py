"""Breaks every check in one place at a time and asks its cases to notice: `make mutants`.

Broken are each comparison, each join, each branch of the doubt, and what the judge is told: firm, margin, left_out, refused, relief, sums.
A mutant that no case notices is a survivor; `survivors.yaml` says of each why no case can, or that it should.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import yaml
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokens import Token, TokenType

from fundaudit.casebook import judge_alone, read_cases, unlike
from fundaudit.catalogue import Check, load_catalogue

SURVIVORS = Path(__file__).parent / "survivors.yaml"
COMPARISONS = {
    TokenType.GT: (">", ">="), TokenType.GTE: (">=", ">"), TokenType.LT: ("<", "<="), TokenType.LTE: ("<=", "<"),
    TokenType.EQ: ("=", "<>"), TokenType.NEQ: ("<>", "="),
}  # fmt: skip


# Joins of which every row has exactly one match (what a row shows, a line's match, a person's number, a text's key): which one can break.
_ALWAYS_ONE = re.compile(
    r"JOIN (?:shown_\w+ s|register_match m|identities \w|subsidies v|paid_lines \w|shown_lines \w) (USING \(\w+\)|ON [sv]\.\w+ = [\w.]+)"
)


class Mutant(NamedTuple):
    """One broken check: what was broken, where, and the check."""

    code: str
    name: str
    check: Check


def mutants(check: Check) -> Iterator[Mutant]:
    """Every mutant of a check, each broken in one place."""
    tokens = DuckDB().tokenize(check.sql)
    for start, end, text, what in [*_comparisons(tokens), *_joins(check.sql, tokens), *_told(check.sql)]:
        sql = check.sql[:start] + text + check.sql[end:]
        line = check.sql.count("\n", 0, start) + 1
        shown = " ".join(check.sql[max(0, start - 40) : end + 40].split())
        yield Mutant(check.code, f"{what} [{line}] {shown}", check.model_copy(update={"sql": sql}))
    relief = dict.fromkeys((*check.needs, *check.uses), "any") if check.relief is None else check.relief
    for table in relief:
        left = {t: effect for t, effect in relief.items() if t != table}
        yield Mutant(check.code, f"relief without {table}", check.model_copy(update={"relief": left}))
    for table, effect in relief.items():
        other = {"more": "less", "less": "more"}.get(effect)
        if other:
            yield Mutant(check.code, f"relief {table}: {other}", check.model_copy(update={"relief": relief | {table: other}}))
    for table in check.sums:
        yield Mutant(
            check.code, f"sums without {table}", check.model_copy(update={"sums": [t for t in check.sums if t != table]})
        )


Change = tuple[int, int, str, str]  # start, end, the text instead, what is broken


def _comparisons(tokens: list[Token]) -> Iterator[Change]:
    for token in tokens:
        if token.token_type in COMPARISONS:
            old, new = COMPARISONS[token.token_type]
            yield token.start, token.end + 1, new, f"{old} → {new}"
    for one, two in pairwise(tokens):
        if one.token_type == TokenType.NOT and two.token_type == TokenType.IN:
            yield one.start, one.end + 1, "", "NOT IN → IN"
        elif two.token_type == TokenType.IN:
            yield two.start, two.start, "NOT ", "IN → NOT IN"


def _joins(sql: str, tokens: list[Token]) -> Iterator[Change]:
    for match in _ALWAYS_ONE.finditer(sql):
        yield match.start(1), match.end(1), "ON true", "which row is shown"
    for before, token in pairwise(tokens):
        if token.token_type == TokenType.JOIN and not _ALWAYS_ONE.match(sql, token.start):
            left = before.token_type == TokenType.LEFT
            yield (before.start, before.end + 1, "", "LEFT JOIN → JOIN") if left else (
                token.start, token.start, "LEFT ", "JOIN → LEFT JOIN",
            )  # fmt: skip


def _told(sql: str) -> Iterator[Change]:
    """The columns that the judge reads: each branch of the doubt never taken; firm, margin, left_out and severity not said."""
    end = next((m.start() for m in re.finditer(r"\bEND AS doubt", sql)), None)
    if end is not None:
        begin = sql.index("CASE", sql.rindex("AS flag", 0, end))
        for match in re.finditer(r"\bWHEN\b(.*?)\bTHEN\b", sql[begin:end], re.DOTALL):
            yield begin + match.start(1), begin + match.end(1), " false ", "doubt"
    for name in ("firm", "margin", "left_out", "severity", "beside", "refused"):
        for match in re.finditer(rf"\bAS {name}\b", sql):
            yield match.start(), match.end(), f"AS {name}_not_said", name


def survivors_of(code: str) -> tuple[int, list[str]]:
    """How many mutants a check has, and those that its cases do not notice."""
    check = load_catalogue().checks[code]
    cases = read_cases(code)
    count, alive = 0, []
    with ExitStack() as stack:
        opened = []
        for case in cases:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            opened.append((case, *stack.enter_context(case.opened(folder))))
        for mutant in mutants(check):
            count += 1
            if not any(_noticed(mutant.check, case, ledger, parameters) for case, ledger, parameters in opened):
                alive.append(mutant.name)
    return count, alive


def _noticed(check: Check, case, ledger, parameters) -> bool:
    told = judge_alone(ledger, check, parameters)
    return bool(unlike(case, told))


def main() -> int:
    """Prints every survivor that nothing explains; how many were noticed."""
    explained = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) or {} if SURVIVORS.exists() else {}
    codes = sys.argv[1:] or list(load_catalogue().checks)
    total = killed = 0
    unexplained = []
    with ProcessPoolExecutor(2) as pool:
        for code, (count, alive) in zip(codes, pool.map(survivors_of, codes), strict=True):
            total, killed = total + count, killed + count - len(alive)
            unexplained += [
                f"{code}: {name}"
                for name in alive
                if not any(re.match(own, name) for own in explained.get(code, {}) | explained.get("every", {}))
            ]
            print(f"{code}: {count} mutants, {len(alive)} survive", flush=True)
    print(*unexplained, sep="\n")
    print(
        f"{total} mutants, {killed} noticed ({100 * killed / total:.1f} %), {len(unexplained)} survivors without an explanation"
    )
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
