"""Makes what people install.

    python3 packaging share --guard GUARD FOLDER    # what belongs beside the program, below a prefix
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import share  # noqa: E402


def main() -> int:
    """Makes what is asked for."""
    parser = argparse.ArgumentParser(prog="packaging")
    parser.add_argument("kind", choices=["share"])
    parser.add_argument("--guard", type=Path, required=True, help="the release binary")
    parser.add_argument("folder", type=Path, help="where to write to")
    options = parser.parse_args()
    for name, contents in share.files(options.guard).items():
        path = options.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
        path.chmod(0o644)
    return 0


sys.exit(main())
