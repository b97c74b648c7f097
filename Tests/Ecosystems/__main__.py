"""What other programs make of the files that this repository has for them.

    GUARD=path/to/guard .venv-hooks/bin/python Tests/Ecosystems [--only NAME] [--keep]

The shell parts of action.yml and of the templates run as GitHub's runner, GitLab, Bitbucket and Jenkins run them, in a
shallow clone; the files are held against the published schemas. pre-commit, prek and lefthook, the real ones, take
their files from a repository as they would from a forge, and commits, merges and pushes are made.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import forges  # noqa: E402
import managers  # noqa: E402
from scene import Scene, guard  # noqa: E402


def main() -> int:
    """Runs everything, and says what was counted."""
    parser = argparse.ArgumentParser(prog="Tests/Ecosystems")
    parser.add_argument("--only", default="", help="only checks of a part: forges or managers")
    parser.add_argument("--keep", action="store_true", help="keep the repositories")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="guard-ecosystems-"))
    complaints: list[str] = []
    checks = 0
    try:
        for part, told in (("forges", lambda: forges.all_of(Scene(place / "forges", guard()))), ("managers", lambda: managers.all_of(place))):
            if options.only and options.only != part:
                continue
            for title, complaint in told():
                checks += 1
                if complaint:
                    complaints.append(f"{title}: {complaint}")
    finally:
        if options.keep or complaints:
            print(f"ecosystems: kept in {place}")
        else:
            shutil.rmtree(place)
    for complaint in complaints:
        print(f"ecosystems: {complaint}")
    print(f"ecosystems: {checks} checks, {len(complaints)} failed")
    return 1 if complaints or not checks else 0


sys.exit(main())
