"""Merges what DVC writes, and holds the result against what DVC would write.

    GUARD=path/to/guard python Tests/Merging [--seed SEED] [--count COUNT] [--keep]

Random locks and `.dvc` files are written by DVC's own serializer and merged by `guard merge-driver`. What must come of it
is worked out here from the documents alone, and written by the same serializer: the two must be the same bytes. Then
real branches with real runs of dvc are merged by the real git.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import checks  # noqa: E402
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
    parts = {
        "properties": lambda place: properties.all_of(guard, place, seed, options.count),
        "stories": lambda place: stories.all_of(guard, place),
    }
    return checks.run("merging", parts, keep=options.keep, told=f"seed {seed}, ")


sys.exit(main())
