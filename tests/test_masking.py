"""Masks, and the scan for what was missed."""

from __future__ import annotations

import pytest

from fundaudit.masking import (
    Secrets,
    hide_missed,
    is_organisation,
    mask_card,
    mask_cell,
    mask_identity,
    mask_known,
    mask_name,
    mask_text,
    personal_in,
)  # fmt: skip
from fundaudit.report.pieces import mask_subject

ID = "11010519491231002X"
NOTHING = Secrets.of([], [])


def test_masks() -> None:
    assert mask_identity(ID) == "110105**********2X"
    assert mask_identity("123") == "***"
    assert mask_card("6230556889924501919") == "***************1919"
    assert mask_name("阿卜杜拉·买买提") == "阿***"
    assert mask_name("王五") == "王*"
    assert mask_cell("证件号码", ID) == mask_cell("名册证件号码", ID) == mask_cell("名单证件号码", ID) == "110105**********2X"
    assert mask_cell("收款方名称", "伽师县丰禾农业服务有限公司") == "伽师县丰禾农业服务有限公司"
    assert mask_cell("收款方名称", "王五") == "王*"
    assert mask_cell("项目名称", "王五") == "王五"
    assert ID not in mask_text(f"无法转换 {ID}")


@pytest.mark.parametrize("text", [f"<td>{ID}</td>", f"号码{ID}。", "110105491231002", "6230556889924501919", "电话 13812345678"])
def test_the_scan_finds_what_looks_personal(text: str) -> None:
    hidden, hits = hide_missed(text, NOTHING)
    assert hits
    assert text.strip("<td>/号码。电话 ") not in hidden and "［已隐去］" in hidden


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
    assert personal_in(text, NOTHING) == ()


def test_the_scan_finds_a_runs_own_values() -> None:
    secrets = Secrets.of(["30653129040000009", "88001234"], ["王建国", "李丽", "和平村"], common=["和平村道路硬化"])
    assert personal_in("向王建国支付", secrets), "three characters inside a longer word"
    assert personal_in("<td>李丽</td>", secrets), "two characters as a word of their own"
    assert not personal_in("桃李丽日", secrets), "two characters inside a word say nothing"
    assert personal_in("号88001234，", secrets)
    assert not personal_in("和平村道路硬化项目", secrets), "what is common text is no name"


OWN = Secrets.of([ID, "6230556889924501919"], ["王建国", "李丽", "阿卜杜拉·买买提"], ["和平村"], ["110105194912310038", "ZF1"])


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("付李丽劳务费", "李丽"),
        ("收款人：李丽", "李丽"),
        ("（李丽）", "李丽"),
        ("王建国家庭农场补助", "王建国"),
        ("发给阿卜杜拉·买买提", "买买提"),
        ("身份证 110105 19491231 002X", "002X"),
        ("1101-0519-4912-3100-2X", "3100-2"),
        ("11010519491231\u200b002X", "002X"),
        ("卡号 6230 5568 8992 4501 919", "4501"),
        ("电话 138 1234 5678", "1234"),
        ("电话 138-1234-5678", "1234"),
        ("１１０１０５１９４９１２３１００２Ｘ", "４９１２"),
    ],
)
def test_free_text_is_masked_with_and_without_separators(text: str, gone: str) -> None:
    assert gone not in mask_known(text, OWN), mask_known(text, OWN)


@pytest.mark.parametrize(
    "text",
    [
        "桃李丽日",
        "凭证 110105194912310038",
        "2022-12-31 2022-11-30",
        "和平村",
        "第 4、7、12 行",
        "1,234,567.89",
        "128293.24 元",
        "ZF2022000149",
    ],
)
def test_documents_dates_and_money_stay(text: str) -> None:
    assert mask_known(text, OWN) == text


@pytest.mark.parametrize(
    "name", ["某县财政局", "丰禾农业服务有限公司（工会）", "供销社", "东风镇人民政府", "农机专业合作社", "王家村村民委员会"]
)
def test_an_organisation_is_told_by_its_ending(name: str) -> None:
    assert is_organisation(name)


@pytest.mark.parametrize(
    "name", ["王建国", "张园园", "李社", "阿卜杜拉·买买提", "欧阳某某", "王建国（代领）", "古丽巴哈尔吐尔逊"]
)
def test_a_person_is_no_organisation(name: str) -> None:
    assert not is_organisation(name)


def test_a_phone_shows_three_and_two_digits() -> None:
    assert mask_text("13812345678") == "138******78"


def test_a_refused_row_is_named_by_its_file_and_row() -> None:
    assert mask_subject("id_number", "row:发放表.xlsx#23") == "（没有采用）发放表.xlsx 第 23 行"
    assert mask_identity("row:发放表.xlsx#23") == "row:发放表.xlsx#23"
