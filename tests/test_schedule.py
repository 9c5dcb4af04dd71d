"""What docs/定时运行.md hands out is what the system's own programs take, and its command lines run."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCHEDULE = Path(__file__).parent.parent / "docs" / "schedule"
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="需要 systemd-analyze（Debian 的 systemd 包）")
needs_cron = pytest.mark.skipif(shutil.which("crontab") is None, reason="需要 crontab（Debian 的 cron 包）")


def said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.full
@needs_systemd
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """With the command that every machine has in place of the kit's own path."""
    for path in SCHEDULE.glob("*.[st]*e*"):
        text = (
            path.read_text(encoding="utf-8")
            .replace("/srv/fundaudit/.venv/bin/fundaudit", "/bin/true")
            .replace("User=fundaudit", "User=root")
        )
        (tmp_path / path.name.replace("@.service", "@x.service")).write_text(text, encoding="utf-8")
    for path in tmp_path.glob("*.service"):
        assert said("systemd-analyze", "verify", str(path)) == ""


@pytest.mark.full
@needs_systemd
@pytest.mark.parametrize(
    ("timer", "after", "expected"),
    [
        ("daily", "2022-12-30 09:00", ["Fri 2022-12-30 18:00", "Sat 2022-12-31 08:00"]),
        ("weekly", "2022-12-28 09:00", ["Fri 2022-12-30 15:00", "Fri 2023-01-06 15:00"]),
        ("monthly", "2022-12-28 09:00", ["Sun 2023-01-01 06:00", "Wed 2023-02-01 06:00"]),
    ],
)
def test_the_timers_strike_when_they_say(timer: str, after: str, expected: list[str]) -> None:
    (when,) = re.findall(r"^OnCalendar=(.*)$", (SCHEDULE / f"fundaudit-{timer}.timer").read_text(encoding="utf-8"), re.MULTILINE)
    told = said("systemd-analyze", "calendar", "--iterations=2", f"--base-time={after} UTC", when)
    assert re.findall(r"(?:Next elapse|Iter(?:ation|\.) #2): (\w{3} [\d-]+ [\d:]{5})", told) == expected


@pytest.mark.full
@needs_cron
def test_cron_takes_the_crontab(tmp_path: Path) -> None:
    said("crontab", "-n", str(SCHEDULE / "crontab"))
    (tmp_path / "bad").write_text("0 8,2x * * * true\n", encoding="utf-8")
    assert subprocess.run(["crontab", "-n", str(tmp_path / "bad")], capture_output=True).returncode != 0


def lines_of_the_crontab() -> list[str]:
    """Its commands as the shell gets them."""
    text = (SCHEDULE / "crontab").read_text(encoding="utf-8")
    return [line.split(maxsplit=5)[5].replace("\\%", "%") for line in text.splitlines() if line[:1].isdigit()]


@pytest.mark.full
def test_the_command_lines_run(tmp_path: Path) -> None:
    """Each line of the crontab, in a workplace of one small county: a daily report of today, a monthly one of yesterday."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "outputs").mkdir()
    command = tmp_path / ".venv" / "bin" / "fundaudit"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m fundaudit "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    (tmp_path / "parameters").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "parameters" / "653129.yaml").write_text(
        'county: "653129"\nname: 伽师县\ndata: data\nfamilies: [IB]\n', encoding="utf-8"
    )
    (tmp_path / "data" / "projects.csv").write_text("项目编号,项目名称\nX1,渠道\n", encoding="utf-8")
    for line in lines_of_the_crontab():
        subprocess.run(["/bin/sh", "-c", line.replace("/srv/fundaudit", str(tmp_path))], check=True, timeout=120)
    made = {
        path.relative_to(tmp_path / "outputs" / "653129").as_posix() for path in tmp_path.glob("outputs/653129/*/reports/*.html")
    }
    yesterday = dt.datetime.now().date() - dt.timedelta(days=1)
    assert f"{yesterday}/reports/monthly.html" in made
    assert sorted(name.rpartition("/")[2] for name in made) == [
        "daily.html",
        "monthly.html",
        "weekly.html",
    ]  # a kind replaces its own alone
