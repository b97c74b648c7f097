"""A folder of this machine: no server at all."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from authority import Authority
from remotes import Folder, Kind, Remote


@contextlib.contextmanager
def running(base: Path, _: Authority) -> Iterator[list[Kind]]:
    """Folders below a base."""

    def remote(word: str) -> Remote:
        folder = Folder(base / "a folder" / word)
        folder.empty()
        return Remote({"url": str(folder.path)}, folder)

    def shared(word: str) -> Remote:
        folder = Folder(base / f"{word} [x] %41 é")
        return Remote({"url": str(folder.path), "shared": "group"}, folder)

    yield [Kind("a folder", remote, kills=15), Kind("a folder that is not there yet, for a group", shared)]
