"""How many of each check's subjects the random ledgers let it flag, clear and leave open: what `make oracle` prints at its end.

Read from the file that ORACLE_TALLY names, one line a ledger and check: code, flagged, clear, undetermined.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path


def shares(text: str) -> dict[str, tuple[int, int, int]]:
    """Code → how many were flagged, clear and undetermined, over all ledgers."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in text.splitlines():
        code, *counts = line.split()
        found[code] = [a + int(b) for a, b in zip(found[code], counts, strict=True)]
    return {code: (own[0], own[1], own[2]) for code, own in sorted(found.items())}


def main(path: Path) -> None:
    print("check  subjects  flagged  clear  undetermined")
    for code, own in shares(path.read_text(encoding="utf-8")).items():
        of = " ".join(f"{100 * n / max(sum(own), 1):7.1f}%" for n in own)
        print(f"{code}   {sum(own):8,} {of}{'   below a tenth' if min(own) * 10 < sum(own) else ''}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
