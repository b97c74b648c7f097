"""Reads what guard writes for other programs as these programs do.

    GUARD=path/to/guard python Tests/Reports [--keep]

One repository, whose names, keys, values and messages are as hostile as Git and YAML let them be, is judged in every
format. The documents are held against the published schema (SARIF), read back as their readers do, and must tell the
same findings as the JSON. Every judge is given broken documents as well, and must refuse them.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import judges  # noqa: E402
from scene import Scene  # noqa: E402


def main() -> int:
    """Runs all judges, and says what was counted."""
    parser = argparse.ArgumentParser(prog="Tests/Reports")
    parser.add_argument("--keep", action="store_true", help="keep the repository and the reports")
    options = parser.parse_args()
    guard = Path(os.environ["GUARD"]).resolve()
    place = Path(tempfile.mkdtemp(prefix="guard-reports-"))
    scene = Scene(place, guard)
    complaints: list[str] = []
    checks = 0
    try:
        for judge in judges.ALL:
            told = list(judge(scene))
            checks += len(told)
            for title, complaint in told:
                if complaint:
                    complaints.append(f"{judge.__name__}: {title}: {complaint}")
    finally:
        if options.keep or complaints:
            print(f"reports: kept in {place}")
        else:
            shutil.rmtree(place)
    for complaint in complaints:
        print(f"reports: {complaint}")
    print(f"reports: {len(judges.ALL)} formats, {checks} checks, {len(complaints)} failed")
    return 1 if complaints or not checks else 0


sys.exit(main())
