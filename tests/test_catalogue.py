"""The catalogue: complete front matter, and the refusal of anything that is not one harmless SELECT."""

from __future__ import annotations

import datetime as dt
import re
import time
from pathlib import Path

import pytest

from fundaudit.catalogue import OWN_CHECKS, CheckError, load_catalogue, read_check
from fundaudit.report.docs import bases_markdown, catalogue_markdown, contract_markdown

FRONT = """/*---
code: {code}
title: 试验检查
severity: 低
version: 1
subject: payment_id
amount_label: 金额
needs: {{payments: [payment_id]}}
thresholds: {thresholds}
basis: [S2-2-4]
what: 试验。
why: 试验。
innocent: [试验]
exclusions: 无。
advice: 无。
to_judge: 无。
---*/
"""
GOOD = "SELECT payment_id AS subject, amount > 0 AS flag, amount, paid_on AS occurred_on FROM payments"


def write(folder: Path, sql: str, code: str = "TP90", thresholds: str = "{}") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{code}_trial.sql"
    path.write_text(FRONT.format(code=code, thresholds=thresholds) + sql + "\n", encoding="utf-8")
    return path


def test_a_good_file_is_accepted(tmp_path: Path) -> None:
    assert read_check(write(tmp_path, GOOD)).code == "TP90"


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("'x' AS reason", "列 reason 不认识"),
        ("1 AS amuont", "最接近的是 amount"),
        ("'10' AS amount", "列 amount 的类型是 VARCHAR，应为数"),
        ("payment_id AS occurred_on", "列 occurred_on 的类型是 VARCHAR，应为日期"),
        ("1 AS detail", "列 detail 的类型是 INTEGER，应为文字"),
    ],
)
def test_a_column_that_the_judge_does_not_know_is_refused(tmp_path: Path, column: str, said: str) -> None:
    """Before anything runs; a Chinese header is evidence, whatever its type."""
    sql = f"SELECT payment_id AS subject, true AS flag, {column}, amount AS 金额 FROM payments"
    with pytest.raises(CheckError, match=said):
        read_check(write(tmp_path, sql))


def test_relief_names_tables_of_the_check(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_text(
        path.read_text(encoding="utf-8").replace("thresholds:", "relief: {projects: any}\nthresholds:"), encoding="utf-8"
    )
    with pytest.raises(CheckError, match="relief 的表 projects"):
        read_check(path)


HARMFUL = {
    "copy": "COPY payments TO '/tmp/stolen.csv'",
    "attach": "ATTACH '/tmp/other.db'",
    "delete in a CTE": f"WITH gone AS (DELETE FROM payments RETURNING *) {GOOD.replace('payments', 'gone')}",
    "insert in a CTE": f"WITH more AS (INSERT INTO payments SELECT * FROM payments RETURNING *) {GOOD.replace('payments', 'more')}",
    "read_csv": "SELECT column0 AS subject, true AS flag FROM read_csv('/etc/passwd')",
    "read_text": "SELECT content AS subject, true AS flag FROM read_text('/etc/passwd')",
    "a file as a table": "SELECT column0 AS subject, true AS flag FROM '/etc/passwd.csv'",
    "two statements": f"{GOOD}; DROP TABLE payments",
    "drop": "DROP TABLE payments",
    "set": "SET threads = 1",
    "pragma": "PRAGMA database_list",
    "now": f"{GOOD} WHERE paid_on < now()",
    "current_date": f"{GOOD} WHERE paid_on < current_date",
    "current_timestamp": f"{GOOD} WHERE paid_on < current_timestamp",
    "today": f"{GOOD} WHERE paid_on < today()",
    "random": f"{GOOD} WHERE random() < 0.5",
    "uuid": "SELECT uuid() AS subject, true AS flag FROM payments",
    "nextval": "SELECT nextval('s') AS subject, true AS flag FROM payments",
    "current_setting": "SELECT current_setting('threads') AS subject, true AS flag FROM payments",
    "getenv": "SELECT getenv('HOME') AS subject, true AS flag FROM payments",
    "duckdb_settings": "SELECT name AS subject, true AS flag FROM duckdb_settings()",
    "query": "SELECT payment_id AS subject, true AS flag FROM query('FROM payments')",
    "query_table": "SELECT payment_id AS subject, true AS flag FROM query_table('payments')",
    "information_schema": "SELECT table_name AS subject, true AS flag FROM information_schema.tables",
    "show": "SELECT name AS subject, true AS flag FROM (SHOW TABLES)",
    "sample": f"{GOOD} USING SAMPLE 10%",
    "tablesample": GOOD.replace("FROM payments", "FROM payments TABLESAMPLE 10%"),
    "an unknown table": GOOD.replace("FROM payments", "FROM secrets"),
    "an unknown column": GOOD.replace("paid_on", "paid_at"),
    "no flag": "SELECT payment_id AS subject FROM payments",
    "an undeclared threshold": f"{GOOD} WHERE amount > $limit",
    "not SQL": "SELEC payment_id",
    "hidden in a subquery": "SELECT payment_id AS subject, (SELECT count(*) FROM read_csv('x.csv')) > 0 AS flag FROM payments",
}  # fmt: skip


@pytest.mark.parametrize("name", HARMFUL)
def test_harm_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(CheckError) as refusal:
        read_check(write(tmp_path, HARMFUL[name]))
    assert "TP90_trial.sql" in str(refusal.value)
    assert not Path("/tmp/stolen.csv").exists()


def test_a_threshold_that_no_query_uses_is_refused(tmp_path: Path) -> None:
    thresholds = "{limit: {default: 1, says: 限, unit: 元, min: 0, max: 9, step: 1}}"
    assert read_check(write(tmp_path, f"{GOOD} WHERE amount > $limit", thresholds=thresholds))
    with pytest.raises(CheckError, match="没有使用"):
        read_check(write(tmp_path, GOOD, thresholds=thresholds))


def test_a_code_is_not_used_twice(tmp_path: Path) -> None:
    write(tmp_path, GOOD, code="IB01")
    with pytest.raises(CheckError, match="IB01 已被"):
        load_catalogue([tmp_path])


def test_an_endless_recursion_ends_in_an_error_outcome(tmp_path: Path, judged, county_folder) -> None:
    """It binds, so it is accepted; the timer ends it, the other checks run, the data is untouched."""
    endless = "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT CAST(max(n) AS VARCHAR) AS subject, true AS flag FROM r"
    write(tmp_path / "own", endless)
    write(tmp_path / "own", GOOD, code="TP91")
    folder = county_folder(payments="支付凭证号,支付日期,支付金额\nV1,2022-03-01,10.00")
    started = time.monotonic()
    result = judged(folder, dt.date(2022, 12, 31), {"limits": {"seconds": 1}}, checks=[tmp_path / "own"])
    assert time.monotonic() - started < 60
    assert (result.outcome("TP90").status, "1 秒" in result.outcome("TP90").reason) == ("error", True)
    assert (result.outcome("TP91").status, result.outcome("TP91").population) == ("finding", 1)
    assert result.intake.tables["payments"].num_rows == 1


def test_a_failing_check_is_an_error_and_never_missing(tmp_path: Path, judged, county_folder) -> None:
    write(tmp_path / "own", "SELECT payment_id AS subject, CAST(purpose AS INTEGER) > 0 AS flag FROM payments")
    folder = county_folder(payments="支付凭证号,支付日期,支付金额,用途\nV1,2022-03-01,10.00,110101198001010010")
    result = judged(folder, dt.date(2022, 12, 31), checks=[tmp_path / "own"])
    outcome = result.outcome("TP90")
    assert outcome.status == "error"
    assert "110101198001010010" not in outcome.reason


@pytest.mark.parametrize("path", sorted(OWN_CHECKS.glob("*/*.sql")), ids=lambda p: p.stem)
def test_the_kits_own_checks_are_harmless(path: Path) -> None:
    """A run takes the kit's own checks as verified: here they are."""
    assert read_check(path).code == path.stem[:4]


def test_every_basis_resolves_and_defaults_are_in_range(catalogue) -> None:
    for check in catalogue:
        assert {b.id for b in check.bases()} == {*check.basis, *check.reference}
        for threshold in (t for t in check.thresholds.values() if t.is_number):
            assert threshold.min <= threshold.default <= threshold.max
            assert threshold.step > 0


def test_defaults_are_those_of_the_catalogue_text(catalogue) -> None:
    """The numbers that the logic of the checks fixes (read off its tables)."""
    values = {check.code: {k: str(v) for k, v in check.defaults().items()} for check in catalogue}
    assert values == {
        "IB01": {"min_amount": "100000.00", "idle_days": "90", "stale_days": "31", "max_gap_days": "92"},
        "IB02": {"min_amount": "100.00", "days": "30"},
        "HP01": {},
        "HP04": {},
        "LP01": {"min_amount": "100.00", "tolerance": "0.05", "target": "0.95", "grace": "30"},
        "LP02": {"min_amount": "100.00", "tolerance": "0.00", "target": "0.95"},
        "LP03": {"target": "0.95"},
        "IB03": {"days": "60"},
        "IB04": {"share": "0.01", "days": "90"},
        "IB05": {"min_amount": "100.00", "years": "1"},
        "IB06": {"min_amount": "10000.00", "days": "90"},
        "HP02": {"arrears_days": "180"},
        "HP03": {"grace_days": "30", "arrears_days": "180", "exclude": "['丧葬', '抚恤', '遗属']"},
        "HP05": {},
        "HP07": {},
        "HP08": {},
        "LP04": {"days": "30", "working_days": "False"},
        "LP05": {"days": "30", "working_days": "False"},
        "LP06": {"max_gap": "0.20", "advance": "0.30"},
        "TP01": {},
        "TP02": {},
        "TP04": {},
        "IB07": {"min_amount": "10000.00", "days": "180"},
        "HP06": {
            "kinds": "['财政供养']",
            "leads": "['企业法人', '车辆', '房产', '退休金']",
            "spared": "['合作社', '农机', '农用', '拖拉机', '收割机', '三轮']",
        },
        "HP09": {"max_households": "1", "institutions": "['敬老院', '养老院', '福利院', '供养中心', '幸福院']"},
        "HP14": {"grace": "60"},
        "HP17": {"days": "45", "year_days": "90"},
        "HP18": {"grace": "60", "min": "1.00"},
        "HP19": {"kinds": "['村干部']"},
        "HP20": {
            "growth": "0.20",
            "min": "2",
            "subsidies": "['地力', '种粮', '稻谷', '玉米', '大豆', '退耕', '轮作', '休耕']",
        },
        "HP21": {"exclusive": "[]", "years": "5"},
        "HP22": {"resident_only": "[]"},
        "LP07": {"ratio": "1.0"},
        "LP08": {"months": "['11', '12']", "share": "0.5", "min_amount": "100000.00"},
        "TP07": {"min_amount": "1000.00"},
        "TP08": {
            "negative": str("办公经费 基本支出 购车 交通工具 通讯设备 楼堂馆所 奖金 津贴 福利 偿还债务 还贷 垫资".split()),
            "watch": str("三公 招待 会议费 培训费 科研经费".split()),
            "exceptions": str("福利院 儿童福利 社会福利 高龄津贴 护理补贴 雨露计划 技能培训".split()),
        },
        "TP09": {"steps": "[]"},
        "TP10": {"days": "0"},
        "TP11": {"days": "7"},
        "TP13": {
            "min_amount": "10000.00",
            "purposes": "['劳务', '工资', '补偿', '慰问']",
            "organisations": str("公司 社 厂 店 部 所 中心 委员会 合作 户 行".split()),
        },
        "AL01": {"days": "3", "working_days": "False"},
        "AL02": {"days": "5", "working_days": "False"},
        "AL03": {"days": "30", "working_days": "False"},
        "AL06": {"min_share": "['2021:0.50', '2022:0.55', '2023:0.60', '2024:0.60', '2025:0.60']"},
        "AL08": {"kinds": "[]"},
        "AL11": {"parts": "5"},
        "AL12": {"days": "90"},
        "PM01": {"min_amount": "4000000.00"},
        "PM04": {"max": "0.03"},
        "PM05": {"share": "0.97", "days": "90"},
        "PM06": {"tolerance": "0.02"},
        "PM07": {"max": "0.01"},
        "PM09": {"limit": "4000000.00", "days": "90"},
        "PM11": {"limit": "4000000.00"},
        "PM12": {"days": "60"},
        "PM13": {"days": "180", "checked_days": "366"},
        "PM14": {"grace": "90"},
        "PM15": {"contracts": "5", "share": "0.5", "least": "3", "limit": "4000000.00"},
        "PD02": {"gap": "0.2"},
        "PD03": {"month_day": "['03-31']", "min": "60"},
        "PD04": {"days": "20", "working_days": "False"},
        "PD05": {"days": "10"},
        "DQ04": {"deviation": "0.015", "least": "300"},
        "DQ05": {"days": "60"},
        "DQ06": {"days": "10", "close_days": "30", "working_days": "False"},
    } | {
        key: {}
        for key in "TP03 TP05 TP06 TP12 AL04 AL05 AL07 AL09 PM02 PM03 PM08 PM10 PM16 PM17 PD01 DQ01 DQ02 DQ03 HP10 HP11 HP12 HP13 HP16".split()
    }


def test_the_catalogue_document_is_current(told_catalogue) -> None:
    path = Path(__file__).parent.parent / "docs" / "检查目录.md"
    assert path.read_text(encoding="utf-8") == catalogue_markdown(told_catalogue), "运行 make docs"


def test_the_document_of_the_tables_is_current() -> None:
    path = Path(__file__).parent.parent / "docs" / "数据表.md"
    assert path.read_text(encoding="utf-8") == contract_markdown(), "运行 make docs"


FOLDED = "levenshtein(repeat('a', 1000000), repeat('b', 1000000))"  # a billion billion steps while the statement is bound


def test_a_constant_that_nothing_interrupts_is_refused_in_its_time(tmp_path: Path, monkeypatch) -> None:
    path = write(tmp_path / "own", f"SELECT payment_id AS subject, amount > {FOLDED} AS flag FROM payments")
    monkeypatch.setattr("fundaudit.catalogue.LOAD_SECONDS", 3)
    begun = time.monotonic()
    with pytest.raises(CheckError, match=re.escape(path.name)):
        load_catalogue([tmp_path / "own"])
    assert time.monotonic() - begun < 30


def test_a_bureaus_own_check_is_looked_at_apart_and_taken(tmp_path: Path) -> None:
    write(tmp_path / "own", GOOD)
    assert "TP90" in load_catalogue([tmp_path / "own"]).checks
    write(tmp_path / "own", GOOD.replace("paid_on", "paid_at"), "TP91")
    with pytest.raises(CheckError, match=r"TP91_trial\.sql"):
        load_catalogue([tmp_path / "own"])


def test_the_document_of_bases_is_up_to_date(told_catalogue) -> None:
    path = Path(__file__).parent.parent / "docs" / "依据.md"
    assert path.read_text(encoding="utf-8") == bases_markdown(told_catalogue), "运行 make docs"
