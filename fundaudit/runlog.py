"""What a run writes as JSON: its log, one object a line without personal values, and its documents."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any


def as_json(value: Any) -> str:
    """JSON as the kit writes it: Chinese readable, keys in order, decimals and dates as text."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


class RunLog:
    """The log of the run that is built in `work`; the kernel writes to it, then the parent."""

    def __init__(self, work: Path) -> None:
        self.path = work / "restricted" / "logs" / "run.jsonl"

    def write(self, event: str, **fields: Any) -> None:
        """One line, with the time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = {"time": datetime.now().isoformat(timespec="milliseconds"), "event": event, **fields}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
