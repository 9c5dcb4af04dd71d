"""A bureau's own checks: the skeleton, its cases, errors that name the place, the page, and a run with one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import fundaudit

from fundaudit.catalogue import CheckError, load_catalogue, read_check
from fundaudit.own_checks import put_to_their_cases, write_skeleton
from fundaudit.report.check_pages import check_page

ROOT = Path(__file__).parent.parent


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], str]:
    """What is said of a folder's only check, looked at in this process: the one apart has tests of its own (test_catalogue.py)."""

    def here(paths: list[Path]) -> None:
        for path in paths:
            read_check(path)

    def of(folder: Path) -> str:
        (one,) = put_to_their_cases(folder)
        return str(one)

    monkeypatch.setattr("fundaudit.catalogue._verify_apart", here)
    return of


@pytest.fixture
def own(tmp_path: Path) -> Path:
    write_skeleton("XX01", tmp_path)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_skeleton_passes_its_cases(own: Path) -> None:
    (one,) = put_to_their_cases(own)
    assert not isinstance(one, CheckError)
    assert (one.check.code, one.cases, one.wrong) == ("XX01", 2, [])


def test_a_case_names_who_is_not_expected_and_why_nobody_is_judged(own: Path, told) -> None:
    """Once, without a second line on the counts; a column that is empty everywhere is said alone."""
    change(own / "XX01.yaml", "    NAMED: clean\n\n", "\n")
    assert "对象 NAMED 在 expected 中没有写，实际不列出" in told(own)
    change(own / "XX01.yaml", "工程款\n      LAST", "\n      LAST")
    assert "检查没有执行：支付明细的用途没有填写，请补报该列" in told(own)


def test_a_code_that_is_taken_or_none_is_refused(own: Path) -> None:
    for code, said in (("HP01", "领取人不在帮扶对象名册"), ("XX01", "已经存在"), ("ZZ01", "XX 本局检查"), ("XX1", "两位数字")):
        with pytest.raises(CheckError, match=said):
            write_skeleton(code, own)
    assert len([*own.iterdir()]) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: 中", "severity: 很高", "第 5 行的 severity（应为 高、中、低，写的是 很高"),
        ("{default: 5000.00", "{defualt: 5000.00", "第 14 行的 thresholds.min_amount.defualt（不认识；最接近的是 default）"),
        ("advice:", "advise:", "第 21 行的 advise（不认识；最接近的是 advice）"),
        ("[S2-2-4]", "[S2-2-5]", "第 15 行：依据 S2-2-5 不在"),
        ("[payment_id, amount, paid_on, purpose]", "[payment_id, amout]", "第 9 行：表 payments 没有列 amout；最接近的是 amount"),
        ("code: XX01 ", "code: XX02 ", "第 3 行：code 是 XX02，文件名应以 XX02_ 开头"),
        ("p.purpose IS NULL AND", "p.purpos IS NULL AND", "第 28 行：表里没有列 purpos；最接近的是 purpose"),
        ("\nFROM judged", "\nFORM judged", "第 30 行：在 FORM 附近写法不对"),
        ("p.left_out, ", "p.left_out， ", "第 29 行有全角标点 ，，应为半角 ,"),
        ("$min_amount AND", "$min_amout AND", "没有声明的阈值 $min_amout；最接近的是 min_amount"),
        ("why: ", "wy: ", "why（缺少，请在说明部分补上这一项）"),
        ("\n-- 对象", "\n-- 说明", "SQL 开头没有注释"),
        ("[TP08]", "[PM99]", "neighbours 中的 PM99 不是已有的检查"),
        ("AS flag", "AS falg", "列 falg 不认识；给人看的列请用中文列名，给程序的列最接近的是 flag"),
        ("FROM judged_payments p", "FROM judged_payment p", "读取了台账以外的 judged_payment；最接近的是 judged_payments"),
    ],
)
def test_a_bad_check_is_told_with_its_line(own: Path, told, old: str, new: str, said: str) -> None:
    change(next(own.glob("*.sql")), old, new)
    assert said in told(own)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("NAMED: clean", "NAMED: clear", "第 16 行：例子 limit 的 expected.NAMED 写法不对，写的是 clear"),
        ("day: 2022-05-02}\n    NAMED: clean\n\n", "day: 2022-13-02}\n    NAMED: clean\n\n", "第 15 行：例子 limit 的 expected.AT.day 写法不对"),
        ("as_of: 2022-12-31      ", "as_off: 2022-12-31      ", "例子 limit 的 as_of 缺少"),
        ("    payments: |\n      支付凭证号,支付日期,支付金额,用途\n      BELOW", "    paymens: |\n      支付凭证号\n      BELOW", "没有名为 paymens 的表；最接近的是 payments"),
        ("limit: ", "limit ", "不是可读的 YAML"),
    ],
)  # fmt: skip
def test_a_bad_case_is_told_with_its_line(own: Path, told, old: str, new: str, said: str) -> None:
    change(own / "XX01.yaml", old, new)
    assert said in told(own)


def test_what_a_case_expects_and_does_not_get_is_said_in_words(own: Path) -> None:
    change(own / "XX01.yaml", "BELOW: clean", "BELOW: {finding: 4999.99, day: 2022-05-01}")
    done = fundaudit("checks", "--test", str(own), cwd=own)
    assert done.returncode == 1
    assert "对象 BELOW 应为列为疑点（4,999.99 元，2022-05-01），实际不列出" in done.stderr


def test_a_check_without_cases_is_not_good(own: Path) -> None:
    (own / "XX01.yaml").unlink()
    done = fundaudit("checks", "--test", str(own), cwd=own)
    assert done.returncode == 1
    assert "没有例子，应有 XX01.yaml" in done.stderr


def test_the_guides_example_is_a_check_that_passes(tmp_path: Path) -> None:
    """`docs/本局检查.md`: its SQL and its cases, word for word."""
    guide = (ROOT / "docs" / "本局检查.md").read_text(encoding="utf-8")
    sql, cases = (guide.split(f"```{kind}\n")[1].split("\n```")[0] for kind in ("sql", "yaml"))
    (tmp_path / "XX02_同日多笔.sql").write_text(sql + "\n", encoding="utf-8")
    (tmp_path / "XX02.yaml").write_text(cases + "\n", encoding="utf-8")
    done = fundaudit("checks", "--test", str(tmp_path), cwd=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "XX02 同日向同一收款人多笔支付凑零：2 个例子，全部符合")


def test_pages_of_a_check(own: Path) -> None:
    page = fundaudit("checks", "xx01", "--folder", str(own), cwd=own).stdout
    assert page.startswith("# XX01 大额支付没有填写用途")
    assert "| AT | 列为疑点 | 5,000.00 | 2022-05-02 |" in page
    assert "最接近的是 HP" in fundaudit("checks", "HP99", cwd=own).stderr


def test_every_check_of_the_kit_has_its_page_and_neighbours(told_catalogue) -> None:
    """The pages in docs/checks are what the catalogue and the cases give now."""
    from fundaudit.casebook import read_cases

    folder = ROOT / "docs" / "checks"
    assert {path.stem for path in folder.glob("*.md")} == set(told_catalogue.checks)
    for check in told_catalogue:
        page = check_page(check, read_cases(check.code), told_catalogue.checks)
        assert (folder / f"{check.code}.md").read_text(encoding="utf-8") == page, "make docs"
        assert "## 例子" in page or check.scope == "region"  # whose cases are in tests/region
        assert check.neighbours and set(check.neighbours) <= set(told_catalogue.checks) - {check.code}


def test_a_run_takes_a_bureaus_check(own: Path, judged, county_folder) -> None:
    """Its finding stands among the others, under its own family."""
    import datetime as dt

    data = county_folder(payments="支付凭证号,支付日期,支付金额,用途\n1,2022-05-01,6000,\n2,2022-05-01,6000,工程款")
    result = judged(data, dt.date(2022, 12, 31), checks=[own])
    assert [(f.family, f.subject) for f in result.judgement.findings if f.check == "XX01"] == [("本局检查", "1")]
    assert "XX01" not in load_catalogue().checks
