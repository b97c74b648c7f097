"""Makes what people install, of a release binary and of what it says of itself.

    python3 packaging deb --guard GUARD FOLDER      # a package for Debian
    python3 packaging wheel --guard GUARD FOLDER    # a wheel for Python's pip
    python3 packaging share --guard GUARD FOLDER    # only what belongs beside the program, below a prefix
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import debian  # noqa: E402
import python_wheel  # noqa: E402
import share  # noqa: E402


def main() -> int:
    """Makes what is asked for."""
    parser = argparse.ArgumentParser(prog="packaging")
    parser.add_argument("kind", choices=["deb", "wheel", "share"])
    parser.add_argument("--guard", type=Path, required=True, help="the release binary")
    parser.add_argument("folder", type=Path, help="where to write to")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.kind == "share":
        share.write(options.guard, options.folder)
    else:
        print({"deb": debian, "wheel": python_wheel}[options.kind].build(options.guard, options.folder))
    return 0


sys.exit(main())
