"""The container of an xls: whether its chains of sectors end. A parser that follows a circle fills the memory."""

from __future__ import annotations

import struct
from collections.abc import Iterable

END_OF_CHAIN = 0xFFFFFFFA  # this and above: no sector
SMALL = 4096  # streams below it lie in the mini sectors


def chains_end(content: bytes) -> bool:
    """False where a chain of the container runs in a circle or out of the file."""
    try:
        return _chains_end(content)
    except (struct.error, IndexError):
        return False


def _chains_end(content: bytes) -> bool:
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if not 7 <= shift <= 16 or not 2 <= mini_shift < shift:
        return False
    size = 1 << shift
    directory, _, _, minifat, _, difat, _ = struct.unpack_from("<IIIIIII", content, 48)
    count = len(content) // size
    table = _difat(content, difat, size, count)
    fat = [entry for sector in table for entry in struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)]
    entries = _walk(directory, fat, count)
    mini = _walk(minifat, fat, count)
    if entries is None or mini is None:
        return False
    starts = [_entry(content, (sector + 1) * size + place) for sector in entries for place in range(0, size, 128)]
    mini_fat = [entry for sector in mini for entry in struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)]
    for kind, start, length in starts:
        if kind in (2, 5) and start < END_OF_CHAIN and length:
            small = kind == 2 and length < SMALL
            if _walk(start, mini_fat if small else fat, len(mini_fat) if small else count) is None:
                return False
    return True


def _difat(content: bytes, first: int, size: int, count: int) -> list[int]:
    """The sectors of the allocation table: 109 in the header, the others in a chain of their own."""
    sectors = [s for s in struct.unpack_from("<109I", content, 76) if s < END_OF_CHAIN]
    for _ in range(count):
        if first >= END_OF_CHAIN:
            break
        *more, first = struct.unpack_from(f"<{size // 4}I", content, (first + 1) * size)
        sectors += [s for s in more if s < END_OF_CHAIN]
    return sectors


def _entry(content: bytes, place: int) -> tuple[int, int, int]:
    """(kind, first sector, length) of a directory entry; kind 2 is a stream, 5 the root."""
    (kind,) = struct.unpack_from("<B", content, place + 66)
    start, length = struct.unpack_from("<II", content, place + 116)
    return kind, start, length


def _walk(start: int, fat: list[int], most: int) -> Iterable[int] | None:
    """The sectors of a chain; None where it runs in a circle or out of the table."""
    chain: list[int] = []
    while start < END_OF_CHAIN:
        if len(chain) > most or start >= len(fat):
            return None
        chain.append(start)
        start = fat[start]
    return chain
