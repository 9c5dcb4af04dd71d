"""What was done about cases: events that are only added, each bearing the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from fundaudit.register.schema import SCHEMA_VERSION, cases, events, register_info, runs

BEGINNING = "0" * 64
HASHED = [c.name for c in events.c if c.name not in ("event_no", "hash")]


def hash_of(event: Mapping[str, Any]) -> str:
    """SHA-256 over everything that an event says, and so over all events before it."""
    said = json.dumps([event.get(name) for name in HASHED], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def alone(connection: sa.Connection) -> None:
    """Nobody else writes the register until the transaction ends: two that read one head would fork the chain."""
    connection.execute(register_info.update().values(schema_version=SCHEMA_VERSION))


def head(connection: sa.Connection) -> str:
    """The last event's hash."""
    return connection.execute(sa.select(events.c.hash).order_by(events.c.event_no.desc()).limit(1)).scalar() or BEGINNING


def append(connection: sa.Connection, event: Mapping[str, Any]) -> int:
    """Adds an event and makes its state the case's; returns its number."""
    event = {name: event.get(name) for name in HASHED} | {"previous": head(connection)}
    (number,) = connection.execute(events.insert().values(event | {"hash": hash_of(event)})).inserted_primary_key or (0,)
    connection.execute(cases.update().where(cases.c.case_no == event["case_no"]).values(last_event=number))
    return int(number)


def problems(connection: sa.Connection) -> list[str]:
    """What does not hold of the history, in Chinese; empty where every event is as it was written and none is missing."""
    found, before, known = [], BEGINNING, {BEGINNING}
    last: dict[str, int] = {}
    for event in connection.execute(sa.select(events).order_by(events.c.event_no)).mappings():
        if event["previous"] != before:
            found.append(f"第 {event['event_no']} 条记录与前一条接不上，中间有记录被删去或改动")
        if hash_of(dict(event)) != event["hash"]:
            found.append(f"第 {event['event_no']} 条记录（{event['case_no']}，{event['at']}）被改动过")
        before = event["hash"]
        known.add(before)
        last[event["case_no"]] = event["event_no"]
    for run in connection.execute(sa.select(runs).where(runs.c.history_head.is_not(None))).mappings():
        if run["history_head"] not in known:
            found.append(f"{run['county']} 检查日 {run['as_of']} 的运行记下的最后一条记录不在了，末尾有记录被删去")
    for case_no, number in connection.execute(sa.select(cases.c.case_no, cases.c.last_event)):
        if number != last.get(case_no):
            found.append(f"{case_no} 的状态不是它最后一条记录的状态")
    return found
