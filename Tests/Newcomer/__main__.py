"""What guard tells people to type, typed: the examples of every `--help`, the pages for newcomers, README.

    GUARD=path/to/guard .venv/bin/python Tests/Newcomer [--only NAME] [--keep] [--write]

With the real git, dvc and MLflow.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import examples  # noqa: E402
import pages  # noqa: E402
from scene import tools  # noqa: E402

PARTS = {"examples": examples.all_of, "pages": pages.all_of}


def main() -> int:
    """Runs everything, and says what was counted."""
    parser = argparse.ArgumentParser(prog="Tests/Newcomer")
    parser.add_argument("--only", default="", choices=["", *PARTS], help="only checks of one part")
    parser.add_argument("--keep", action="store_true", help="keep the repositories")
    parser.add_argument("--write", action="store_true", help="put what was printed, and the table of rules, into the pages")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="guard-newcomer-"))
    complaints: list[str] = []
    checks = 0
    try:
        path = tools(place / "bin")
        for part, told in PARTS.items():
            if options.only and options.only != part:
                continue
            for title, complaint in told(place / part, path, **({"writes": True} if options.write and part == "pages" else {})):
                checks += 1
                if complaint:
                    complaints.append(f"{title}: {complaint}")
    finally:
        if options.keep or complaints:
            print(f"newcomer: kept in {place}")
        else:
            shutil.rmtree(place)
    for complaint in complaints:
        print(f"newcomer: {complaint}")
    print(f"newcomer: {checks} checks, {len(complaints)} failed")
    return 1 if complaints or not checks else 0


sys.exit(main())
