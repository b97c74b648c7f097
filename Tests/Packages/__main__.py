"""What people install: completions of shells, manual pages, a package for Debian, a wheel.

    GUARD=path/to/guard .venv/bin/python Tests/Packages [--only NAME] [--keep]

bash, zsh and fish are asked at a terminal what they offer; man and mandoc read the pages, which say what --help says. The
packages are installed where there is nothing else, and used there.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import completions  # noqa: E402
import installed  # noqa: E402
import manual_pages  # noqa: E402

PARTS = {"completions": completions.all_of, "manual": manual_pages.all_of, "installed": installed.all_of}


def main() -> int:
    """Runs everything, and says what was counted."""
    parser = argparse.ArgumentParser(prog="Tests/Packages")
    parser.add_argument("--only", default="", choices=["", *PARTS], help="only checks of one part")
    parser.add_argument("--keep", action="store_true", help="keep what was made")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="guard-packages-"))
    complaints: list[str] = []
    checks = 0
    try:
        for part, told in PARTS.items():
            if options.only and options.only != part:
                continue
            for title, complaint in told(place / part):
                checks += 1
                if complaint:
                    complaints.append(f"{title}: {complaint}")
    finally:
        if options.keep or complaints:
            print(f"packages: kept in {place}")
        else:
            shutil.rmtree(place)
    for complaint in complaints:
        print(f"packages: {complaint}")
    print(f"packages: {checks} checks, {len(complaints)} failed")
    return 1 if complaints or not checks else 0


sys.exit(main())
