"""A small part of `make fuzz`: the same seeds each time."""

from __future__ import annotations

import time

import pytest
from fuzz import fuzz


@pytest.mark.parametrize(("kind", "times"), [("parameters", 400), ("csv", 200), ("workbooks", 60)])
def test_nothing_but_the_projects_own_error(kind: str, times: int) -> None:
    done, wrong = fuzz(kind, times, seed=20221231, until=time.monotonic() + 60)
    assert done > times / 10
    assert not wrong, wrong[0]
