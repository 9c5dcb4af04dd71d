"""Masks, and the scan for what was missed."""

from __future__ import annotations

import pytest

from fundaudit.masking import Secrets, mask_card, mask_cell, mask_identity, mask_name, mask_text, scan

ID = "11010519491231002X"
NOTHING = Secrets.of([], [])


def test_masks() -> None:
    assert mask_identity(ID) == "110105**********2X"
    assert mask_identity("123") == "***"
    assert mask_card("6230556889924501919") == "***************1919"
    assert mask_name("阿卜杜拉·买买提") == "阿***"
    assert mask_name("王五") == "王*"
    assert mask_cell("证件号码", ID) == mask_cell("名册证件号码", ID) == "110105**********2X"
    assert mask_cell("收款方名称", "伽师县丰禾农业服务有限公司") == "伽师县丰禾农业服务有限公司"
    assert mask_cell("收款方名称", "王五") == "王*"
    assert mask_cell("项目名称", "王五") == "王五"
    assert ID not in mask_text(f"无法转换 {ID}")


@pytest.mark.parametrize("text", [f"<td>{ID}</td>", f"号码{ID}。", "110105491231002", "6230556889924501919", "电话 13812345678"])
def test_the_scan_finds_what_looks_personal(text: str) -> None:
    hits = scan(text, NOTHING)
    assert hits
    assert all(text.strip("<td>/号码。电话 ") not in hit for hit in hits)


@pytest.mark.parametrize(
    "text",
    [
        "128,293.24",
        "2022-12-31",
        "653129-HP01-000001",
        "a3f" + "1" * 18 + "bc",
        "110105**********2X",
        "30000000.00",
        "1234567890123456.78",
    ],
)
def test_the_scan_leaves_money_dates_and_hashes_alone(text: str) -> None:
    assert scan(text, NOTHING) == []


def test_the_scan_finds_a_runs_own_values() -> None:
    secrets = Secrets.of(["30653129040000009", "88001234"], ["王建国", "李丽", "和平村"], common=["和平村道路硬化"])
    assert scan("向王建国支付", secrets), "three characters inside a longer word"
    assert scan("<td>李丽</td>", secrets), "two characters as a word of their own"
    assert not scan("桃李丽日", secrets), "two characters inside a word say nothing"
    assert scan("x88001234y", secrets)
    assert not scan("和平村道路硬化项目", secrets), "what is common text is no name"
