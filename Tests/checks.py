"""Runs checks, says what was counted, and keeps what was made where one failed."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

# A check tells its title, and what is wrong; nothing where all is well.
Check = tuple[str, str | None]
MOST_TOLD = 20


def run(name: str, parts: Mapping[str, Callable[[Path], Iterable[Check]]], *, only: str = "", keep: bool = False, told: str = "") -> int:
    """The exit code of the parts' checks, each part given a place where it may make what it needs. What is `told` stands in
    the last line before the count."""
    place = Path(tempfile.mkdtemp(prefix=f"guard-{name}-"))
    complaints: list[str] = []
    checks = 0
    try:
        for part, checked in parts.items():
            if only and only != part:
                continue
            for title, complaint in checked(place):
                checks += 1
                if complaint:
                    complaints.append(f"{part}: {title}: {complaint}")
    finally:
        if keep or complaints:
            print(f"{name}: kept in {place}")
        else:
            shutil.rmtree(place)
    for complaint in complaints[:MOST_TOLD]:
        print(f"{name}: {complaint}")
    print(f"{name}: {told}{checks} checks, {len(complaints)} failed")
    return 1 if complaints or not checks else 0
