"""The generated documents are what they are made from, and the coverage of the source documents holds together."""

from __future__ import annotations

from pathlib import Path

from fundaudit.report.docs import DOCUMENTS, coverage, coverage_markdown

DOCS = Path(__file__).parent.parent / "docs"


def test_coverage_is_generated(told_catalogue) -> None:
    assert (DOCS / "coverage.md").read_text(encoding="utf-8") == coverage_markdown(told_catalogue, *coverage(DOCS)), "make docs"


def test_what_serves_nothing_says_what_is_lacking(told_catalogue) -> None:
    clauses, patterns = coverage(DOCS)
    assert len(patterns) == 30
    for own in [*clauses, *patterns]:
        assert set(own.checks) <= set(told_catalogue.checks), own
        assert own.checks or own.also or own.lacking, own
    assert {own.at[:2] for own in clauses} == set(DOCUMENTS)


def test_a_check_that_cites_a_document_serves_a_clause_of_it(told_catalogue) -> None:
    """What a check names as its basis (参照 apart), the coverage names too."""
    clauses, _ = coverage(DOCS)
    serves = {(own.at[:2], code) for own in clauses for code in own.checks}
    cited = {(id_[:2], check.code) for check in told_catalogue for id_ in check.basis if id_[:2] in DOCUMENTS}
    assert not sorted(cited - serves)
