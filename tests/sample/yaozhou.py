"""耀州区 610204, budget year 2022: many households, handed in as Parquet. All made up."""

from __future__ import annotations

from datetime import date

from sample.build import OFFICES, build_county
from sample.county import County
from sample.published import Plan

TOWNSHIPS = "董家河镇 庙湾镇 瑶曲镇 照金镇 小丘镇 孙塬镇 关庄镇 石柱镇 天宝路街道 永安路街道 锦阳路街道 咸丰路街道".split()

PLAN: Plan = [
    ("ZB2022001", "衔接资金", "中央", "直达", None, date(2022, 1, 10), "12600.00", ["6800.00:6800.00", *["*"] * 9]),
    ("ZB2022002", "衔接资金", "省", "直达", None, date(2022, 2, 14), "4000.00", ["600.00:520.00", *["*"] * 4]),
    (
        "ZB2022003",
        "市级衔接资金",
        "市",
        "非直达",
        None,
        date(2022, 3, 8),
        "1800.00",
        ["500.00:300.00", "400.00:250.00", "*", "*"],
    ),
    ("ZB2022004", "区级衔接资金", "区", "非直达", None, date(2022, 3, 21), "1200.00", ["300.00:220.00", "*", "*", "*"]),
]


# As many people as a large county has, and what goes wrong among so many; its accounts and pending money are in order.
FINDINGS = {
    "HP01": 38, "HP02": 21, "HP03": 27, "HP04": 33, "HP05": 12, "HP07": 17, "HP08": 29,
    "IB01": 0, "IB02": 2, "IB03": 0, "IB04": 1, "IB05": 0, "IB06": 2, "LP02": 0, "LP04": 1, "LP05": 2, "LP06": 1, "TP01": 0, "TP02": 1, "TP04": 1,
}  # fmt: skip


def build() -> County:
    """The whole county: some 40,000 people on the register and 100,000 lines."""
    county = County(
        "610204",
        "耀州区",
        TOWNSHIPS,
        OFFICES,
        "铜财农",
        farmland_project="XM2022002",
        small_tag="参照直达",
        handed_in="parquet",
        travel_months=5,
        travel="300.00",
        findings=FINDINGS,
    )
    county.near("LP03", "direct_tag:直达", "达到目标")
    return build_county(county, PLAN, households=13_400)
