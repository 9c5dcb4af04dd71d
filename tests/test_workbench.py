"""The explore notebook and what it shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fundaudit import workbench
from fundaudit.county import open_run
from fundaudit.run import kernel


def test_the_explore_notebook_runs(sample_run: Path, tmp_path: Path) -> None:
    target = tmp_path / "explored.ipynb"
    parameters = {"county_code": "653129", "outputs": str(sample_run.parents[1])}
    kernel.execute_notebook(kernel.notebook_path("explore.ipynb"), target, parameters, tmp_path)
    text = target.read_text(encoding="utf-8")
    assert text.count("<svg") == 3
    assert "VBox" in text
    assert "653129-HP01-000001" in text


def test_filtering_findings(sample_run: Path) -> None:
    county = open_run(sample_run)
    every = workbench.select_findings(county)
    assert len(every) == len(county.finding_rows)
    some = workbench.select_findings(county, family="到人到户", severity="高")
    wanted = {f["case_no"] for f in county.finding_rows if f["family"] == "到人到户" and f["severity"] == "高"}
    assert set(some["疑点编号"]) == wanted != set()
    assert list(some["金额（元）"]) == sorted(some["金额（元）"], reverse=True)


def test_from_a_finding_to_its_lines(sample_run: Path) -> None:
    county = open_run(sample_run)
    finding = next(f for f in county.finding_rows if f["check"] == "HP04")
    rows = county.rows_behind(finding["case_no"])
    assert set(rows["证件号码"]) == {finding["subject"]}
    assert rows["金额"].sum() > finding["amount"], "the first of the equal lines stands beside the others"
    with pytest.raises(KeyError, match="没有疑点编号"):
        county.rows_behind("653129-HP04-999999")


def test_the_filter_reacts(sample_run: Path) -> None:
    box = workbench.findings_filter(open_run(sample_run))
    family, case = box.children[0].children[0], box.children[2]
    before = len(case.options)
    family.value = "资金闲置"
    assert 0 < len(case.options) < before


def test_nothing_is_written_through_sql(sample_run: Path, tmp_path: Path) -> None:
    county = open_run(sample_run)
    shutil.copy(sample_run / "restricted" / "tables" / "payments.parquet", tmp_path / "before.parquet")
    with pytest.raises(Exception, match="read-only"):
        county.sql("WITH x AS (DELETE FROM payments RETURNING *) SELECT * FROM x")
    assert (sample_run / "restricted" / "tables" / "payments.parquet").read_bytes() == (tmp_path / "before.parquet").read_bytes()
