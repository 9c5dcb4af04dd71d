"""The regional summary after the counties: its notebook in a kernel, exported, scanned, registered and put in place like a county's."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import sqlalchemy as sa

from fundaudit import __version__
from fundaudit.intake.readers import sha256
from fundaudit.region.region import Region, region
from fundaudit.region.two_counties import REGION
from fundaudit.register import runs
from fundaudit.report.export import export_html
from fundaudit.run.kernel import CELL_SECONDS, RunError, execute_notebook, notebook_path
from fundaudit.run.placing import put_in_place, sync
from fundaudit.runlog import as_json

NOTEBOOK = "regional_summary.ipynb"


def summarise(
    engine: sa.Engine,
    outputs: Path,
    parameters: Path,
    as_of: date,
    failed: Sequence[tuple[str, str]],
    created_at: str,
) -> Path:
    """Writes `outputs/region/<as_of>/` over every county whose run stands for the date; the report. `failed`: names of the others, with the reason.
    RunError where it cannot be made; the counties' own results stand."""
    import nbformat

    work = outputs / ".work" / f"{REGION}-{as_of}"
    shutil.rmtree(work, ignore_errors=True)
    (work / "restricted").mkdir(mode=0o700, parents=True)
    try:
        (work / "failed.json").write_text(json.dumps(list(failed), ensure_ascii=False), encoding="utf-8")
        told = {
            "as_of": str(as_of),
            "parameters": str(parameters.resolve()),
            "outputs": str(outputs.resolve()),
            "run": str(work.resolve()),
        }
        start = time.monotonic()
        try:
            executed = execute_notebook(str(notebook_path(NOTEBOOK)), told, work, lambda cell: CELL_SECONDS)
        except TimeoutError:
            raise RunError(f"汇总笔记本超过 {time.monotonic() - start:.0f} 秒没有完成，已中断") from None
        nbformat.write(executed, work / "report.ipynb")
        everywhere = region(**told)
        export_html(work / "report.ipynb", everywhere, f"各县财政专项资金监督检查汇总（{as_of}）")
        pq.write_table(everywhere.findings_table(), work / "restricted" / "findings.parquet", compression="zstd")
        pq.write_table(everywhere.evidence_table(), work / "restricted" / "evidence.parquet", compression="zstd")
        (work / "failed.json").unlink()
        return _seal(engine, outputs, work, everywhere, created_at)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _seal(engine: sa.Engine, outputs: Path, work: Path, everywhere: Region, created_at: str) -> Path:
    """The manifest, and the folder in place between the register's two transactions."""
    found, as_of = everywhere.two_counties, everywhere.as_of
    written = sorted(p for p in work.rglob("*") if p.is_file())
    manifest = {
        "fundaudit": __version__,
        "as_of": str(as_of),
        "counties": {c.county: sha256(outputs / c.county / str(as_of) / "manifest.json") for c in everywhere.standing.counties},
        "failed": [list(f) for f in everywhere.failed],
        "history": runs.history_head(engine),
        "previous": runs.last_manifest(engine, REGION),
        "created_at": created_at,
        "outputs": [{"name": p.relative_to(work).as_posix(), "sha256": sha256(p)} for p in written],
    }
    (work / "manifest.json").write_text(as_json(manifest), encoding="utf-8")
    sync(work)
    findings = [f | {"title": found.outcome.title} for f in everywhere.findings_table().to_pylist()]
    rows: dict[runs.Key, list[str]] = {}
    for row in found.evidence:
        rows.setdefault(("HP15", row["subject"]), []).append(row["paid_key"])
    new = runs.NewRun(REGION, as_of, sha256(work / "manifest.json"), created_at, findings, rows, [found.outcome], name="各县汇总")
    run_id = runs.prepare_run(engine, new)
    target = outputs / REGION / str(as_of)
    try:
        put_in_place(work, target)
    except OSError as error:
        runs.undo_run(engine, run_id)
        raise RunError(f"汇总不能放到 {target}（{type(error).__name__}），请检查该文件夹和权限") from None
    runs.complete_run(engine, run_id)
    return target / "report.html"
