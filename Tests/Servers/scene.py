"""A repository with data, a Git remote and guard's hooks, and what the real tools and guard do there."""

import hashlib
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import places
import pushing
import remotes
from dvc_process import Outcome, environment
from remotes import Remote
from repository import CONFIG_LOCAL, Repository

SECONDS = 120


@dataclass
class Scene:
    """One repository, one remote, and what is expected of both."""

    repository: Repository
    remote: Remote
    binary: Path
    checks: int = 0
    complaints: list[str] = field(default_factory=list)
    local: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made(cls, place: Path, remote: Remote, binary: Path) -> "Scene":
        """A repository whose data lies in the cache alone, committed, with an empty origin."""
        repository = Repository.create(place)
        for path, text in remote.home.items():
            file = repository.home / path
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.write_text(text)
        scene = cls(repository, remote, binary)
        repository.file(".dvc/config", "[core]\n    remote = storage\n" + section(remote.keys))
        scene.set_locally(remote.secrets)
        repository.git("init", "-q", "--bare", str(place / "origin.git"))
        repository.git("remote", "add", "origin", str(place / "origin.git"))
        scene.run([str(binary), "install"])
        return scene

    def set_locally(self, keys: dict[str, str]) -> None:
        """Sets keys of the remote for this machine alone."""
        self.local |= keys
        self.repository.file(".dvc/config.local", CONFIG_LOCAL.format(up="../../") + section(self.local))

    def fill(self, seed: int = 1) -> None:
        """Tracks some files and a folder, small and large, of which one is empty, and commits."""
        draw = random.Random(seed)
        repository = self.repository
        repository.file("model", draw.randbytes(1_500_000))
        repository.files(empty="", small=f"small {seed}\n")
        for number in range(12):
            repository.file(f"data/{'sub/' * (number % 3)}{number} é", draw.randbytes(1 << number))
        for name in ("model", "empty", "small", "data"):
            repository.track(name)
        repository.commit("data")

    # -- what is run

    def run(self, command: list[str]) -> Outcome:
        """Runs a command in the repository, as this repository's user."""
        try:
            done = subprocess.run(
                command, cwd=self.repository.path, env=environment(self.repository.home), stdin=subprocess.DEVNULL,
                capture_output=True, timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Outcome(-1, "", f"no end in {SECONDS} s")
        return Outcome(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def guard(self, *arguments: str) -> Outcome:
        """Runs guard."""
        return self.run([str(self.binary), *arguments])

    def push(self, branch: str = "main") -> Outcome:
        """Runs `git push`, and so the installed hook."""
        return self.run(["git", "push", "-q", "origin", branch])

    @contextmanager
    def pulled(self) -> Iterator[dict[str, str]]:
        """What `dvc pull` brings into a fresh clone without a cache, by hash; `exit code` beside it."""
        with places.in_copy(self.repository.place):
            yield pushing.pulled(self.repository, ".")

    # -- what must be

    def expect(self, holds: bool, what: str, said: Outcome | str = "") -> None:
        """Counts one check, and keeps the complaint."""
        self.checks += 1
        if holds:
            return
        if isinstance(said, Outcome):
            said = f"exit {said.code}\n{said.stdout}{said.stderr}"
        self.complaints.append(f"{what}\n    " + str(said).strip().replace("\n", "\n    "))

    def objects(self) -> set[str]:
        """The names of all objects of the cache."""
        cache = self.repository.place / "cache"
        return {file.relative_to(cache).as_posix() for file in cache.rglob("*") if file.is_file()}

    def children(self) -> set[str]:
        """The names of the objects of the cache that are not lists of folders."""
        return {path for path in self.objects() if not path.endswith(".dir")}

    def expect_whole(self, when: str) -> None:
        """The remote has all objects of the cache, and each has the content of its name."""
        files = self.remote.store.files()
        missing = sorted(self.objects() - remotes.objects(files))
        self.expect(not missing, f"{when}: the remote lacks objects", some(missing))
        wrong = remotes.wrong(files)
        self.expect(not wrong, f"{when}: the remote has what it must not have", some(wrong))

    def expect_pull(self, when: str) -> None:
        """`dvc pull` in a fresh clone brings what the work tree has."""
        here = pushing.contents(self.repository.path, skipped=(".git", ".dvc"))
        with self.pulled() as there:
            self.expect(there == here | {"exit code": "0"}, f"{when}: dvc pull brings something else", _difference(here, there))

    def one_file(self) -> str:
        """One file of the folder, as the remote names it."""
        digest = hashlib.md5((self.repository.path / "data" / "9 é").read_bytes()).hexdigest()
        return f"files/md5/{digest[:2]}/{digest[2:]}"

    def lose_one_file(self) -> str:
        """Takes away one file of the folder, whose list stays; its name on the remote."""
        path = self.one_file()
        self.remote.store.remove(path)
        return path

    def forget(self) -> None:
        """Takes away what guard remembers."""
        shutil.rmtree(self.repository.path / ".git" / "guard", ignore_errors=True)


def is_told_missing(said: Outcome) -> bool:
    """Whether guard said of any data that it is missing."""
    return "[cache/" in said.stdout + said.stderr


def some(names: list[str]) -> str:
    """The first of many names, and how many there are."""
    return " ".join(names[:5]) + (f" … {len(names)} in all" if len(names) > 5 else "")


def binary() -> Path:
    """The guard under test: what `GUARD` names, or the release build."""
    return Path(os.environ.get("GUARD") or ".build/release/guard").resolve()


def section(keys: dict[str, str]) -> str:
    """A part of a configuration as people write it: `dvc remote add` refuses what is not ASCII."""
    return "['remote \"storage\"']\n" + "".join(f'    {key} = "{value}"\n' for key, value in keys.items())


def _difference(here: dict[str, str], there: dict[str, str]) -> str:
    return some(sorted(f"{name}={there.get(name)}" for name in here.keys() | there.keys() if here.get(name) != there.get(name)))
