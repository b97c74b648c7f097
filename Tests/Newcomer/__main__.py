"""What guard tells people to type, typed: the examples of every `--help`, the pages for newcomers, README.

    GUARD=path/to/guard .venv/bin/python Tests/Newcomer [--only NAME] [--keep] [--write]

With the real git, dvc and MLflow.
"""

import argparse
import functools
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import checks  # noqa: E402
import examples  # noqa: E402
import pages  # noqa: E402
from scene import tools  # noqa: E402


def main() -> int:
    """Runs everything, and says what was counted."""
    parser = argparse.ArgumentParser(prog="Tests/Newcomer")
    parser.add_argument("--only", default="", choices=["", "examples", "pages"], help="only checks of one part")
    parser.add_argument("--keep", action="store_true", help="keep the repositories")
    parser.add_argument("--write", action="store_true", help="put what was printed, and the table of rules, into the pages")
    options = parser.parse_args()
    # One folder of programs for both parts.
    path = functools.cache(lambda place: tools(place / "bin"))
    parts = {
        "examples": lambda place: examples.all_of(place / "examples", path(place)),
        "pages": lambda place: pages.all_of(place / "pages", path(place), writes=options.write),
    }
    return checks.run("newcomer", parts, only=options.only, keep=options.keep)


sys.exit(main())
