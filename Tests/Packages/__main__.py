"""What people install: completions of shells, manual pages, a package for Debian, a wheel.

    GUARD=path/to/guard .venv/bin/python Tests/Packages [--only NAME] [--keep]

bash, zsh and fish are asked at a terminal what they offer; man and mandoc read the pages, which say what --help says. The
packages are installed where there is nothing else, and used there.
"""

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import checks  # noqa: E402
import completions  # noqa: E402
import installed  # noqa: E402
import manual_pages  # noqa: E402


def main() -> int:
    """Runs everything, and says what was counted."""
    parts = {
        "completions": lambda place: completions.all_of(place / "completions"),
        "manual": lambda place: manual_pages.all_of(place / "manual"),
        "installed": lambda place: installed.all_of(place / "installed"),
    }
    parser = argparse.ArgumentParser(prog="Tests/Packages")
    parser.add_argument("--only", default="", choices=["", *parts], help="only checks of one part")
    parser.add_argument("--keep", action="store_true", help="keep what was made")
    options = parser.parse_args()
    return checks.run("packages", parts, only=options.only, keep=options.keep)


sys.exit(main())
