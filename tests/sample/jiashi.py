"""伽师县 653129, budget year 2022: every published figure to the cent, and planted problems beside them.

Published money carries the tags of the statement; planted money has no pool tag or another budget year and stays
below 79 万元 together, so no published figure moves. What is planted is noted while it is planted.
"""

from __future__ import annotations

from datetime import date

from sample.build import OFFICES, build_county
from sample.county import County
from sample.published import Plan

TOWNSHIPS = (
    "巴仁镇 西克尔库勒镇 夏普吐勒镇 卧里托格拉克镇 克孜勒博依镇 和夏阿瓦提镇 铁日木乡 英买里乡 江巴孜乡 米夏乡 克孜勒苏乡"
    " 古勒鲁克乡 玉代克力克乡"
).split()

PUBLISHED: Plan = [
    ("ZB2022001", "衔接资金", "中央", "直达", True, date(2022, 1, 7), "38000.00", 13),
    ("ZB2022002", "衔接资金", "自治区", "直达", True, date(2022, 1, 20), "24371.80", ["8000.00:7667.04", *["*"] * 8]),
    ("ZB2022003", "涉农整合", "中央", "非直达", True, date(2022, 2, 15), "2361.17", 2),
    (
        "ZB2022004",
        "地方政府债券",
        "自治区",
        "非直达",
        True,
        date(2022, 3, 4),
        "30000",
        ["3000.00:2300.00", "2500.00:1900.00", "*", "*", "*"],
    ),
    ("ZB2022005", "地区资金", "地区", "非直达", True, date(2022, 3, 18), "62.50", 1),
    ("ZB2022006", "县级资金", "县", "非直达", True, date(2022, 2, 25), "200", 1),
    (
        "ZB2022011",
        "涉农整合",
        "中央",
        "非直达",
        False,
        date(2022, 3, 10),
        "11306.12",
        ["2400.00:1200.00", "2200.00:1200.00", "2000.00:1100.00", "1800.00:1100.00", "1500.00:1000.00", "1406.12:1000.00"],
    ),
    ("ZB2022012", "涉农整合", "中央", "非直达", False, date(2022, 2, 18), "6000.00", 5),
    ("ZB2022013", "涉农整合", "自治区", "非直达", False, date(2022, 3, 25), "5500.00", 5),
    ("ZB2022014", "涉农整合", "中央", "非直达", False, date(2022, 4, 12), "5491.65", 5),
    ("ZB2022015", "涉农整合", "自治区", "非直达", False, date(2022, 5, 6), "5000.00", 5),
]


def build() -> County:
    """The whole county: what is published, then what is planted beside it."""
    county = County(
        "653129", "伽师县", TOWNSHIPS, OFFICES, "喀地财农", farmland_project="XM2022038", small_tag="参照直达", handed_in="xlsx"
    )
    county.near("LP02", "integrated:是", "98.28%")
    county.near("LP03", "total", "95.06%，比目标高 0.06 个百分点")
    county.near("AL06", "2022", "产业发展占比达到下限")
    county.near("PM07", "2022", "没有列支项目管理费")
    return build_county(county, PUBLISHED, households=170)
