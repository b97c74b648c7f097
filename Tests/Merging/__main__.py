"""Merges what DVC writes, and holds the result against what DVC would write.

    GUARD=path/to/guard python Tests/Merging [--seed SEED] [--count COUNT] [--keep]

Random locks and `.dvc` files are written by DVC's own serializer and merged by `guard merge-driver`. What must come of it
is worked out here from the documents alone, and written by the same serializer: the two must be the same bytes. Then
real branches with real runs of dvc are merged by the real git.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import properties  # noqa: E402
import stories  # noqa: E402


def main() -> int:
    """Runs everything, and says what was counted."""
    parser = argparse.ArgumentParser(prog="Tests/Merging")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--count", type=int, default=60, help="how many merges of each kind")
    parser.add_argument("--keep", action="store_true", help="keep what was made")
    options = parser.parse_args()
    seed = int.from_bytes(os.urandom(4), "big") if options.seed is None else options.seed
    guard = Path(os.environ["GUARD"]).resolve()
    place = Path(tempfile.mkdtemp(prefix="guard-merging-"))
    complaints: list[str] = []
    checks = 0
    try:
        for told in (properties.all_of(guard, place, seed, options.count), stories.all_of(guard, place)):
            for title, complaint in told:
                checks += 1
                if complaint:
                    complaints.append(f"{title}: {complaint}")
    finally:
        if options.keep or complaints:
            print(f"merging: kept in {place}")
        else:
            shutil.rmtree(place)
    for complaint in complaints[:20]:
        print(f"merging: {complaint}")
    print(f"merging: seed {seed}, {checks} checks, {len(complaints)} failed")
    return 1 if complaints or not checks else 0


sys.exit(main())
