"""The place where a repository under test stands, lent to somebody who may change everything in it.

dvc changes what it looks at, and it tells absolute paths apart: so the original steps aside, and a copy stands
exactly where it stood.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def aside(place: Path) -> Path:
    """Where the original is meanwhile."""
    return place.with_name(place.name + ".aside")


@contextmanager
def stepped_aside(place: Path) -> Iterator[None]:
    """Moves the place aside; afterwards it is as it was, whatever was put where it stood."""
    os.rename(place, aside(place))
    try:
        yield
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.rename(aside(place), place)


@contextmanager
def in_copy(place: Path) -> Iterator[None]:
    """Lends a copy of the place."""
    with stepped_aside(place):
        shutil.copytree(aside(place), place, symlinks=True)
        yield
