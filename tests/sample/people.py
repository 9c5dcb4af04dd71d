"""Made-up people with valid identity numbers: nobody real."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

_UYGHUR = "阿卜杜拉 买买提 艾合买提 吐尔逊 古丽娜尔 阿依古丽 玉素甫 努尔买买提 热依汗古丽 帕提古丽 麦麦提敏 阿曼尼萨 图尔荪阿依 依明 库尔班 奥斯曼 祖丽胡玛尔 萨依普 米日古丽 喀迪尔".split()
_SURNAMES = "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕".split()
_GIVEN = "建国 秀英 桂兰 海燕 志强 玉梅 永福 春花 文斌 淑芳 国庆 晓东 喆 堃 翠莲 德顺 婷婷 瑞雪 长河 彩霞 宝山 金凤 立新 红梅 广才 凤英 树林 月娥 保全 改琴".split()


@dataclass(frozen=True)
class Person:
    """One made-up person; `id_number` has 18 characters and a right check digit."""

    id_number: str
    name: str
    household_id: str
    township: str
    village: str
    card_no: str


def identity_number(region: str, born: date, sequence: int) -> str:
    """Region, birth date, three digits, and the check digit of GB 11643 (ISO 7064, MOD 11-2)."""
    first17 = f"{region}{born:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


class People:
    """Gives out people: no two share a number; names are distinct where that is asked for."""

    def __init__(self, region: str, seed: int) -> None:
        self.region, self.random = region, random.Random(seed)
        self.used: set[str] = set()
        self.numbers: set[str] = set()
        self.count = 0
        self.homes: Counter[str] = Counter()

    def home(self, letter: str) -> tuple[str, int]:
        """The next household id of a kind, and its number."""
        self.homes[letter] += 1
        return f"{letter}{self.homes[letter]:04d}", self.homes[letter]

    def name(self, distinct: bool = True) -> str:
        while True:
            if self.random.random() < 0.7:
                name = "·".join(self.random.sample(_UYGHUR, 2))
            else:
                name = self.random.choice(_SURNAMES) + self.random.choice(_GIVEN)
            if not distinct:
                return name
            if name not in self.used:
                self.used.add(name)
                return name

    def person(self, household_id: str, township: str, village: str, born: date | None = None, distinct: bool = True) -> Person:
        self.count += 1
        number = ""
        while not number or number in self.numbers:
            day = born or date(1945, 1, 1) + timedelta(days=self.random.randrange(60 * 365))
            number = identity_number(self.region, day, self.count % 1000)
        self.numbers.add(number)
        card = f"62305{self.random.randrange(10**13):013d}{self.count % 10}"
        return Person(number, self.name(distinct), household_id, township, village, card)
