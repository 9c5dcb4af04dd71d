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
    "TP03": 5, "TP05": 4, "TP06": 6, "TP07": 0, "TP08": 5, "TP09": 4, "TP10": 5, "TP11": 7, "TP12": 4, "TP13": 0, "LP07": 5, "LP08": 4, "DQ04": 3,
    "AL01": 5, "AL02": 4, "AL03": 5, "AL04": 0, "AL05": 4, "AL07": 6, "AL08": 0, "AL09": 1, "AL11": 4, "AL12": 0,
    "PM01": 4, "PM02": 5, "PM03": 4, "PM04": 0, "PM05": 5, "PM06": 4, "PM08": 5, "PM09": 0, "PM10": 4, "PM11": 4, "PM12": 5, "PM13": 4, "PM14": 0, "PM15": 2,
    "PM16": 4, "PM17": 5, "PD01": 4, "PD02": 5, "PD03": 0, "PD04": 4, "PD05": 5, "DQ02": 4, "DQ03": 5, "DQ05": 11, "DQ06": 5,
    "HP06": 14, "HP09": 9, "HP10": 8, "HP11": 17, "HP12": 5, "HP13": 4, "HP14": 12, "HP16": 13, "HP17": 4, "HP18": 9, "HP19": 6, "HP20": 8, "HP21": 5, "HP22": 10, "IB07": 4,
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
        without=frozenset({"submissions", "benefits"}),
    )
    county.near("LP03", "direct_tag:直达", "达到目标")
    build_county(county, PLAN, households=13_400)
    county.plant("AL06", "2022", "finding", "", "")  # its plan is not one for industries
    fee = next(p for p in county.tables["projects"] if p["project_id"] == "XM2022012")
    fee["category"] = "项目管理费"
    county.plant("PM07", "2022", "finding", "projects", "project_id", fee["project_id"])
    return county
