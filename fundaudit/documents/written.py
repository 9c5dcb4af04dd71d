"""All papers of a county, written beside its run or, between runs, into a folder of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from fundaudit.county import County
from fundaudit.documents.case_files import case_files
from fundaudit.documents.lessons import lessons
from fundaudit.documents.papers import write_papers
from fundaudit.documents.rectification import account, notices
from fundaudit.documents.referral import proposals, referrals
from fundaudit.documents.verification import confirmations, working_papers


def write_documents(
    folder: Path, restricted: Path, county: County, registered: Mapping[str, Mapping[str, Any]], today: date, in_run: bool
) -> list[Path]:
    """`registered`: the county's cases in the register (`whole_cases`); `today`: the day from which deadlines are counted; `in_run`: the run that
    lies before is not in the register yet. Masked papers
    stand in `folder`, the others in `restricted`."""
    files = case_files(county, registered, in_run)
    papers = [
        *working_papers(county, files),
        *confirmations(county, files),
        *notices(county, files),
        *account(county, files, today),
        *referrals(county, files),
        *proposals(county, files, today),
        *lessons(county, files),
    ]
    return write_papers(folder, restricted, county, papers)
