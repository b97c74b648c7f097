"""What other programs make of the files that this repository has for them.

    GUARD=path/to/guard .venv-hooks/bin/python Tests/Ecosystems [--only NAME] [--keep]

The shell parts of action.yml and of the templates run as GitHub's runner, GitLab, Bitbucket and Jenkins run them, in a
shallow clone; the files are held against the published schemas. pre-commit, prek and lefthook, the real ones, take
their files from a repository as they would from a forge, and commits, merges and pushes are made.
"""

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import checks  # noqa: E402
import forges  # noqa: E402
import managers  # noqa: E402
from scene import Scene, guard  # noqa: E402


def main() -> int:
    """Runs everything, and says what was counted."""
    parser = argparse.ArgumentParser(prog="Tests/Ecosystems")
    parser.add_argument("--only", default="", help="only checks of a part: forges or managers")
    parser.add_argument("--keep", action="store_true", help="keep the repositories")
    options = parser.parse_args()
    parts = {"forges": lambda place: forges.all_of(Scene(place / "forges", guard())), "managers": managers.all_of}
    return checks.run("ecosystems", parts, only=options.only, keep=options.keep)


sys.exit(main())
