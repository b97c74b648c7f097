"""Run by: python -m pytest"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import prepare  # noqa: E402


def test_incomplete_rows_are_dropped() -> None:
    """A row without a value says nothing."""
    rows = [{"x": "1", "y": "2"}, {"x": "", "y": "3"}]
    assert [row["y"] for row in prepare.clean(rows, holdout=0.5, seed=1)] == ["2"]
