"""What a push leaves on the remotes, and what a pull brings from there."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import dvc_process
import places
from repository import Answer, Repository


def trial(repository: Repository, cwd: str, push: Callable[[], tuple[int, str]]) -> Answer:
    """Pushes in a copy; the document says what the remotes have then, and what `dvc pull` makes of a fresh clone
    that has no cache. Both tools leave 1 when something could not be pushed."""
    with places.in_copy(repository.place):
        code, said = push()
        if code not in (0, 1):
            return Answer(None, said, code)
        document = {"remotes": contents(repository.place / "remotes")}
        document["pulled"] = pulled(repository, cwd)
    return Answer(document, said)


def pulled(repository: Repository, cwd: str) -> dict[str, str]:
    """The files that `dvc pull` brings into a fresh clone."""
    place = repository.place
    os.rename(place / "repo", place / "pushed")
    shutil.rmtree(place / "cache", ignore_errors=True)
    place.joinpath("repo").mkdir()
    repository.git("clone", "-q", str(place / "pushed"), ".")
    for local in place.joinpath("pushed").rglob(".dvc/config.local"):
        shutil.copy2(local, place / "repo" / local.relative_to(place / "pushed"))
    outcome = dvc_process.run(["pull"], repository.path / cwd, repository.home)
    files = contents(repository.path, skipped=(".git", ".dvc"))
    return files | {"exit code": str(outcome.code)}


def contents(folder: Path, skipped: tuple[str, ...] = ()) -> dict[str, str]:
    """Every file below a folder, by the hash of what it holds."""
    found = {}
    for top, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in skipped]
        for name in names:
            file = Path(top) / name
            content = os.readlink(file).encode() if file.is_symlink() else file.read_bytes()
            found[str(file.relative_to(folder))] = hashlib.md5(content).hexdigest()
    return found
