"""The explore notebook and what it shows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fundaudit import workbench
from fundaudit.county import open_run
from fundaudit.exact_yaml import ParameterError
from fundaudit.run import kernel


def test_the_explore_notebook_runs(sample_run: Path, tmp_path: Path) -> None:
    parameters = {"county": "653129", "outputs": str(sample_run.parents[1])}
    explored = kernel.execute_notebook(str(kernel.notebook_path("explore.ipynb")), parameters, tmp_path)
    text = json.dumps(explored, ensure_ascii=False)
    outputs = [o["data"] for c in explored.cells for o in c.get("outputs", ())]
    assert sum("<svg" in "".join(o.get("text/html", "")) for o in outputs) == 3
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


def test_the_filter_reacts_and_the_chosen_case_is_shown(sample_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county = open_run(sample_run)
    box = workbench.findings(county)
    family, rows = box.children[0].children[0], box.children[1]
    before = len(rows.df)
    family.value = "资金闲置"
    assert set(rows.df["类别"]) == {"资金闲置"} and 0 < len(rows.df) < before
    shown: list[str] = []
    monkeypatch.setattr(workbench, "table", lambda frame, caption, **more: shown.append(caption) or frame)
    rows.selected_rows = [2]
    assert shown == [f"{rows.df['疑点编号'].iloc[2]} 背后的每一笔"]


def test_a_check_judged_anew_shows_what_comes_and_goes(sample_run: Path) -> None:
    """IB02 flags what is unallocated after 30 days; after 700 days fewer, after 1 day more; the run's own stay as they were."""
    county = open_run(sample_run)
    own = {f["subject"] for f in county.finding_rows if f["check"] == "IB02"}
    later, sooner = county.judged_again("IB02", days=366), county.judged_again("IB02", days="1")
    assert set(later["消除"]["subject"]) | set(later["保留"]["subject"]) == own and later["新增"].empty
    assert set(sooner["保留"]["subject"]) == own and sooner["消除"].empty
    received = {r["indicator_id"]: r["received_on"] for r in county.tables["indicators"].to_pylist()}
    assert all((county.as_of - received[s]).days <= 366 for s in later["消除"]["subject"])
    assert all(1 < (county.as_of - received[s]).days <= 30 for s in sooner["新增"]["subject"])
    with pytest.raises(ParameterError, match="没有阈值 dayz"):
        county.judged_again("IB02", dayz=1)


def test_nothing_is_written_through_sql(sample_run: Path, tmp_path: Path) -> None:
    county = open_run(sample_run)
    shutil.copy(sample_run / "restricted" / "tables" / "payments.parquet", tmp_path / "before.parquet")
    with pytest.raises(Exception, match="read-only"):
        county.sql("WITH x AS (DELETE FROM payments RETURNING *) SELECT * FROM x")
    assert (sample_run / "restricted" / "tables" / "payments.parquet").read_bytes() == (tmp_path / "before.parquet").read_bytes()
