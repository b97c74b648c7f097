"""Reads what guard writes for other programs as these programs do.

    GUARD=path/to/guard python Tests/Reports [--keep]

One repository, whose names, keys, values and messages are as hostile as Git and YAML let them be, is judged in every
format. The documents are held against the published schema (SARIF), read back as their readers do, and must tell the
same findings as the JSON. Every judge is given broken documents as well, and must refuse them.
"""

import argparse
import functools
import os
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import checks  # noqa: E402
import judges  # noqa: E402
from scene import Scene  # noqa: E402


def main() -> int:
    """Runs all judges, and says what was counted."""
    parser = argparse.ArgumentParser(prog="Tests/Reports")
    parser.add_argument("--keep", action="store_true", help="keep the repository and the reports")
    options = parser.parse_args()
    # One repository for all judges.
    scene = functools.cache(lambda place: Scene(place, Path(os.environ["GUARD"]).resolve()))
    parts = {judge.__name__: lambda place, judge=judge: judge(scene(place)) for judge in judges.ALL}
    return checks.run("reports", parts, keep=options.keep, told=f"{len(judges.ALL)} formats, ")


sys.exit(main())
