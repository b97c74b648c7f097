"""A repository under test, and the small language that cases are written in.

A repository lives in `<place>/repo`; beside it are the cache that every clone shares (`<place>/cache`),
objects that a case took out of it (`<place>/evicted`) and a private home (`<place>/home`). Paths in
configuration files are relative, so that the whole place can be copied or moved.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import dvc_process

CONFIG_LOCAL = "[cache]\n    dir = {up}cache\n"


class BrokenCase(Exception):
    """The case itself did not do what it says: no verdict on guard."""


@dataclass(frozen=True)
class Question:
    """One thing that guard and dvc are both asked.

    `kind` is "worktree", "staged", "rev", "cloud" (what `status` says of a remote), "record" (the parameters and
    metrics of a commit's run record) or "push" (what lies on the remotes afterwards); `cwd` is relative to the repository; `arguments` are further arguments that both commands
    know; `text` asks for what people read, not for JSON.
    """

    kind: str
    rev: str = "HEAD"
    cwd: str = "."
    arguments: tuple[str, ...] = ()
    text: bool = False

    def __str__(self) -> str:
        where = "" if self.cwd == "." else f" in {self.cwd}"
        return " ".join(["guard", *self.flags, *self.arguments]) + where

    @property
    def flags(self) -> list[str]:
        """The arguments that put this question to guard."""
        if self.kind == "push":
            return ["push", "--no-cache"]
        if self.kind == "record":
            return ["show", self.rev, "--json"]
        tree = {"staged": ["--staged"], "rev": ["--rev", self.rev]}.get(self.kind, [])
        return ["status", *([] if self.text else ["--json"]), "--no-updates", *tree]


@dataclass(frozen=True)
class Answer:
    """A status document, or the reason why there is none."""

    document: dict | None
    reason: str = ""
    code: int = 0

    @property
    def failed(self) -> bool:
        """Whether the tree could not be judged at all."""
        return self.document is None

    def described(self) -> str:
        """The answer as a person reads it."""
        if self.document is None:
            return f"fails (exit {self.code}): {self.reason.strip()[-1500:]}"
        return json.dumps(self.document, indent=1, sort_keys=True)


@dataclass
class Repository:
    """Builds a Git repository with DVC in it, a line at a time."""

    place: Path
    questions: list[Question] = field(default_factory=list)
    stage_all: bool = True
    modes: tuple[str, ...] = ("worktree", "staged", "rev")

    @classmethod
    def create(cls, place: Path, subdir: str = ".") -> "Repository":
        """An empty Git repository with one DVC root."""
        place.mkdir(parents=True)
        dvc_process.furnish(place / "home")
        repository = cls(place)
        repository.path.mkdir()
        repository.git("init", "-q")
        repository.root(subdir)
        return repository

    @property
    def path(self) -> Path:
        """The work tree."""
        return self.place / "repo"

    @property
    def home(self) -> Path:
        """The private home of every process under test."""
        return self.place / "home"

    # -- the work tree

    def root(self, path: str) -> None:
        """Makes `path` a DVC root (what `dvc init --subdir` leaves), its cache the shared one."""
        self.file(f"{path}/.dvc/config", "")
        self.file(f"{path}/.dvc/.gitignore", "/config.local\n/tmp\n/cache\n")
        up = "../" * (2 + len(Path(path).parts))
        self.file(f"{path}/.dvc/config.local", CONFIG_LOCAL.format(up=up))

    def file(self, path: str, content: str | bytes = "", mode: int = 0o644) -> None:
        """Writes a file as it is given, creating its folders."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        target.chmod(mode)

    def files(self, **contents: str) -> None:
        """Writes files without a suffix: `files(a="1", b="2")`."""
        for name, content in contents.items():
            self.file(name, content)

    def edit(self, path: str, old: str | bytes, new: str | bytes) -> None:
        """Replaces text that must be there."""
        old, new = (part.encode() if isinstance(part, str) else part for part in (old, new))
        before = (self.path / path).read_bytes()
        if old not in before:
            raise BrokenCase(f"{path} has no {old!r}: {before[:2000]!r}")
        (self.path / path).write_bytes(before.replace(old, new))

    def append(self, path: str, text: str) -> None:
        """Adds text to the end of a file, or makes the file."""
        target = self.path / path
        self.file(path, (target.read_bytes() if target.exists() else b"") + text.encode())

    def remove(self, *paths: str) -> None:
        """Removes files, links and folders."""
        for path in paths:
            target = self.path / path
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            else:
                target.unlink()

    def link(self, path: str, target: str) -> None:
        """A symbolic link at `path`."""
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        os.symlink(target, self.path / path)

    def rename(self, old: str, new: str) -> None:
        """Moves a file or a folder."""
        (self.path / new).parent.mkdir(parents=True, exist_ok=True)
        os.rename(self.path / old, self.path / new)

    # -- dvc

    def pipeline(self, text: str, path: str = "dvc.yaml") -> None:
        """Writes a dvc.yaml with these stages (the text is indented below `stages:`)."""
        lines = text.strip("\n").split("\n")
        margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        self.file(path, "stages:\n" + "".join(f"  {line[margin:]}\n" for line in lines))

    def dvc(self, *arguments: str, cwd: str = ".", fails: bool = False) -> str:
        """Runs the real dvc, which must succeed (or fail, when said so)."""
        outcome = dvc_process.run(list(arguments), self.path / cwd, self.home)
        if (outcome.code != 0) != fails:
            raise BrokenCase(f"dvc {' '.join(arguments)}: exit {outcome.code}: {outcome.stderr}")
        return outcome.stdout

    def lock(self, *targets: str, cwd: str = ".") -> None:
        """Records the present state: `dvc commit -f`."""
        self.dvc("commit", "-q", "-f", *targets, cwd=cwd)

    def track(self, path: str, **keys: object) -> None:
        """What `dvc add` leaves: the pointer, the cached objects and the ignore line."""
        target = self.path / path
        digest = self.store(path)
        pointer = {"outs": [{"md5": digest, "hash": "md5", "path": target.name} | keys]}
        self.file(f"{path}.dvc", json.dumps(pointer) + "\n")
        self.ignore(path)

    def store(self, path: str) -> str:
        """Puts a file or a folder into the cache and returns its object id."""
        target = self.path / path
        if not target.is_dir():
            return self.put_object(target.read_bytes())
        found = [Path(top) / name for top, _, names in os.walk(target) for name in names]
        entries = [
            {"md5": self.put_object(file.read_bytes()), "relpath": file.relative_to(target).as_posix()}
            for file in found
        ]
        entries.sort(key=lambda entry: entry["relpath"])
        return self.put_object(json.dumps(entries).encode(), ".dir")

    def put_object(self, content: bytes, suffix: str = "") -> str:
        """Writes one object of the cache."""
        digest = hashlib.md5(content).hexdigest() + suffix
        target = self.place / "cache" / "files" / "md5" / digest[:2] / digest[2:]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(0o444)
        return digest

    def cached(self, digest: str) -> Path:
        """Where an object lies in the cache."""
        return self.place / "cache" / "files" / "md5" / digest[:2] / digest[2:]

    def evict(self, content: str | bytes, suffix: str = "") -> None:
        """Takes the object with this content out of the cache of this machine.

        Clones have "the whole cache at hand": they find it again.
        """
        content = content.encode() if isinstance(content, str) else content
        digest = hashlib.md5(content).hexdigest() + suffix
        self.evict_object(digest)

    def evict_object(self, digest: str) -> None:
        """Takes an object out of the cache by its id."""
        kept = self.place / "evicted" / "files" / "md5" / digest[:2] / digest[2:]
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.rename(self.cached(digest), kept)

    # -- remotes

    def remote(self, name: str = "r", root: str = ".", default: bool = True) -> None:
        """Configures a remote of this machine that is a folder, empty as yet."""
        up = "../" * (2 + len(Path(root).parts))
        (self.place / "remotes").mkdir(exist_ok=True)
        text = f"['remote \"{name}\"']\n    url = {up}remotes/{name}\n"
        self.append(f"{root}/.dvc/config.local", text + (f"[core]\n    remote = {name}\n" if default else ""))

    def upload(self, *digests: str, to: str = "r") -> None:
        """Copies objects of the cache to a remote, all of them unless some are named."""
        remote = self.place / "remotes" / to
        if not digests:
            shutil.copytree(self.place / "cache", remote, dirs_exist_ok=True)
        for digest in digests:
            target = remote / "files" / "md5" / digest[:2] / digest[2:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.cached(digest), target)

    def uploaded(self, content: str | bytes, suffix: str = "", to: str = "r") -> Path:
        """Where a remote has the object with this content, or with this id when that is what is given."""
        content = content.encode() if isinstance(content, str) else content
        is_id = re.fullmatch(rb"[0-9a-f]{32}(\.dir)?", content)
        digest = content.decode() if is_id else hashlib.md5(content).hexdigest() + suffix
        return self.place / "remotes" / to / "files" / "md5" / digest[:2] / digest[2:]

    def lose(self, *contents: str | bytes, to: str = "r") -> None:
        """Takes objects away from a remote, by content or by id."""
        for content in contents:
            self.uploaded(content, to=to).unlink()

    def ignore(self, path: str) -> None:
        """Adds the .gitignore line that dvc writes beside an output."""
        folder, _, name = path.rpartition("/")
        self.append(f"{folder}/.gitignore" if folder else ".gitignore", f"/{name}\n")

    # -- git

    def git(self, *arguments: str, cwd: str = ".", check: bool = True, **extra: str) -> str:
        """Runs git in the repository and returns what it printed."""
        result = subprocess.run(
            ["git", *arguments],
            cwd=self.path / cwd,
            env=dvc_process.environment(self.home) | extra,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        if check and result.returncode != 0:
            raise BrokenCase(f"git {' '.join(arguments)}: {result.stderr.decode(errors='replace')}")
        return result.stdout.decode(errors="surrogateescape")

    def commit(self, message: str = "state") -> str:
        """Commits everything that Git does not ignore."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def stage(self, *paths: str) -> None:
        """Stages only these paths: from here on the index is what the case made of it."""
        self.stage_all = False
        if paths:
            self.git("add", "-A", "--", *paths)

    # -- what is asked

    def ask(self, kind: str = "worktree", *arguments: str, cwd: str = ".", rev: str = "HEAD", text: bool = False) -> None:
        """Asks something further than the three plain questions."""
        self.questions.append(Question(kind, rev, cwd, arguments, text))

    def cloud(self, *arguments: str, cwd: str = ".", text: bool = False) -> None:
        """Asks what `status --cloud` says, and nothing else unless it is asked for."""
        self.only()
        self.ask("cloud", "--cloud", *arguments, cwd=cwd, text=text)

    def push(self, *arguments: str, cwd: str = ".") -> None:
        """Asks what lies on the remotes after a push of what is committed now, and what a pull brings from there."""
        self.only()
        self.ask("push", *arguments, cwd=cwd)

    def only(self, *modes: str) -> None:
        """Asks only in these of the three modes (where the others have no answer, and why is said beside it)."""
        self.modes = modes

    def finish(self) -> list[Question]:
        """Stages what the case left unstaged, and returns everything to ask."""
        if self.stage_all and "staged" in self.modes:
            self.git("add", "-A")
        has_commit = bool(self.git("rev-parse", "-q", "--verify", "HEAD", check=False))
        plain = [Question(mode) for mode in self.modes if mode != "rev" or has_commit]
        if Question("rev") in plain:
            plain.append(Question("record"))
        return plain + self.questions
