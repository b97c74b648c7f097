"""A DVC remote on a server under test, and a look behind the server's back."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

OBJECT = re.compile(r"files/md5/([0-9a-f]{2})/([0-9a-f]{30})(\.dir)?")
# What guard leaves when it is killed: a name that nobody takes for an object.
UNFINISHED = re.compile(r"files/md5/([0-9a-f]{2}/)?\.guard[^/]*\.tmp")


class Store(Protocol):
    """What a remote holds, read and changed without DVC and without guard. Paths are relative to the remote."""

    def files(self) -> dict[str, bytes]: ...

    def remove(self, path: str) -> None: ...

    def write(self, path: str, content: bytes) -> None: ...


@dataclass(frozen=True)
class Remote:
    """A DVC remote: how the configuration names it, and what it holds."""

    keys: dict[str, str]
    store: Store
    # Keys that are no business of the repository, for `.dvc/config.local`.
    secrets: dict[str, str] = field(default_factory=dict)
    # Files of the user's home that lead to it.
    home: dict[str, str] = field(default_factory=dict)
    # Keys that spoil the login; none where everybody is let in.
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A way to a server. `remote` makes an empty remote there, with this word in its place."""

    title: str
    remote: Callable[[str], Remote]
    # How often a push there is killed half-way; it also gets a large file. One kind of each protocol will do.
    kills: int = 0
    # How often it is killed while that file goes in parts.
    kills_in_parts: int = 0
    # Whether it keeps files by name and version, which only dvc uploads.
    keeps_versions: bool = False


@dataclass(frozen=True)
class Folder:
    """A store that is a folder of this machine, as its server has it."""

    path: Path

    def files(self) -> dict[str, bytes]:
        found = {}
        for top, _, names in os.walk(self.path):
            for name in names:
                file = Path(top) / name
                try:
                    found[file.relative_to(self.path).as_posix()] = file.read_bytes()
                except FileNotFoundError:  # a temporary name that has become an object meanwhile
                    continue
        return found

    def remove(self, path: str) -> None:
        (self.path / path).unlink()

    def write(self, path: str, content: bytes) -> None:
        self.remove(path)
        (self.path / path).write_bytes(content)

    def empty(self) -> None:
        """Makes the folder anew."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)


def objects(files: dict[str, bytes]) -> set[str]:
    """The names of objects among the files of a remote."""
    return {path for path in files if OBJECT.fullmatch(path)}


def wrong(files: dict[str, bytes]) -> list[str]:
    """The files of a remote that are neither a whole object nor a leftover of guard's."""
    return [path for path, content in files.items() if not UNFINISHED.fullmatch(path) and not _is_sound(path, content)]


def _is_sound(path: str, content: bytes) -> bool:
    name = OBJECT.fullmatch(path)
    return name is not None and hashlib.md5(content).hexdigest() == name[1] + name[2]
