"""Identity numbers (GB 11643) and names."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample.people import identity_number

from fundaudit.intake.identity import check_digit, invalid_reason, invalid_reasons, name_key, normalise_id, normalise_identity


def test_the_check_digit_of_the_standard() -> None:
    """The example of GB 11643-1999: 11010519491231002X and 440524188001010014."""
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2022, 12, 31)), st.integers(0, 999))
def test_the_samples_own_check_digit_agrees(born: dt.date, sequence: int) -> None:
    number = identity_number("653129", born, sequence)
    assert invalid_reason(number) == ""
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    assert invalid_reason(wrong) == "校验码不符"


@pytest.mark.parametrize(
    "text",
    [
        "'11010519491231002x",
        " 110105 19491231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u3000194912310\u200b02x",
        "’11010519491231002X",
    ],
)
def test_what_is_written_around_a_number_is_taken_off(text: str) -> None:
    assert normalise_identity(text) == "11010519491231002X"


def test_fifteen_digits_become_eighteen() -> None:
    assert normalise_identity("110105491231002") == "11010519491231002X"
    assert normalise_identity("110105491331002") == "110105491331002"  # month 13: stays as it was


def test_other_ids_keep_leading_zeros_and_case() -> None:
    assert normalise_id("'00123ａb ") == "00123ab"


def test_names() -> None:
    assert name_key("阿依古丽·买买提") == name_key("阿依古丽 • 买买提") == name_key("阿依古丽・买买提")
    assert name_key("劉國慶") == name_key("刘国庆")
    assert name_key("欧阳？") == name_key("欧阳*") == "欧阳?"


@pytest.mark.parametrize(
    ("number", "reason"), [("12345", "5 位"), ("11010519490231002X", "出生日期"), ("1101051949123100AX", "字符")]
)
def test_why_a_number_is_not_valid(number: str, reason: str) -> None:
    assert reason in invalid_reason(number)


@given(
    st.lists(
        st.one_of(
            st.text(alphabet="0123456789X", min_size=16, max_size=19),
            st.builds(
                identity_number,
                st.just("653129"),
                st.dates(min_value=dt.date(1890, 1, 1), max_value=dt.date(2030, 12, 31)),
                st.integers(0, 999),
            ),
            st.builds(
                lambda y, m, d, s: f"653129{y:04}{m:02}{d:02}{s:04}",
                st.integers(0, 2100),
                st.integers(0, 13),
                st.integers(0, 32),
                st.integers(0, 9999),
            ),
        ),
        max_size=30,
    )
)
def test_numbers_looked_at_all_at_once_are_looked_at_as_one_by_one(numbers: list[str]) -> None:
    assert invalid_reasons(pa.array(numbers, pa.string())).to_pylist() == [invalid_reason(number) for number in numbers]
