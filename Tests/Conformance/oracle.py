"""What dvc says: in a copy of the work tree, or in a fresh clone after `dvc checkout`."""

import json
import os
import shutil
from pathlib import Path, PurePosixPath

import dvc_process
import places
import pushing
import records
from repository import Answer, BrokenCase, Question, Repository


# The kinds of questions that are about a tree of Git.
TREES = ("staged", "rev", "record")


class Oracle:
    """Answers questions about one repository with the real dvc.

    dvc changes what it looks at, and it tells absolute paths apart. So the place under test is moved aside,
    and a copy or a clone stands where it stood while dvc looks.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.place = repository.place
        self.aside = places.aside(self.place)
        self.trees: dict[str, Answer] = {}
        self.records: dict[str, Answer] = {}

    def answer(self, question: Question) -> Answer:
        """What dvc says to a question. The place is as it was before, afterwards."""
        if question.kind == "push":
            return pushing.trial(self.repository, question.cwd, lambda: self._push(question))
        commit = self._commit(question) if question.kind in TREES else None
        if question.kind in TREES and commit is None:
            return Answer(None, "git cannot write this tree", 128)
        key = " ".join([str(commit), *question.arguments])
        answers = self.records if question.kind == "record" else self.trees
        if commit is not None and key in answers:
            return answers[key]
        git_dir = self._git_dir()
        if commit is None:
            with places.in_copy(self.place):
                return self._status(self.place / "repo" / question.cwd, question.arguments, question.text)
        with places.stepped_aside(self.place):
            self.trees[key] = self._in_clone_of(commit, self.aside / git_dir, question.arguments, key)
            return answers[key]

    def _push(self, question: Question) -> tuple[int, str]:
        outcome = dvc_process.run(["push", *question.arguments], self.repository.path / question.cwd, self.repository.home)
        return outcome.code, outcome.stderr

    def _git_dir(self) -> str:
        """The Git directory, relative to the place, so that it is found when the place is elsewhere."""
        if not (self.repository.path / ".git").exists():
            return "repo/.git"
        return os.path.relpath(self.repository.git("rev-parse", "--absolute-git-dir").strip(), self.place)

    def _commit(self, question: Question) -> str | None:
        """A commit of the tree that the question is about; none when Git cannot write that tree."""
        if question.kind in ("rev", "record"):
            tree = self.repository.git("rev-parse", f"{question.rev}^{{tree}}").strip()
        else:
            index = self.place / "index.copy"
            original = self.place / self._git_dir() / "index"
            if original.exists():
                shutil.copy2(original, index)
            tree = self.repository.git("write-tree", check=False, GIT_INDEX_FILE=str(index)).strip()
            index.unlink(missing_ok=True)
        return self.repository.git("commit-tree", "-m", "tree", tree).strip() if tree else None

    def _in_clone_of(self, commit: str, git_dir: Path, arguments: tuple[str, ...], key: str) -> Answer:
        self._clone(commit, git_dir)
        clone = self.place / "repo"
        roots = sorted(Path(top).relative_to(clone) for top, names, _ in os.walk(clone) if ".dvc" in names)
        # Before any cache is at hand: a record tells what Git holds.
        shown = records.shown(clone, roots, self.repository.home)
        self.records[key] = Answer(shown, "dvc cannot read it", 255)
        if not roots:
            return Answer(None, "no DVC repository in this tree", 253)
        for root in roots:
            local = self.aside / "repo" / root / ".dvc" / "config.local"
            if local.exists():
                shutil.copy2(local, clone / root / ".dvc" / "config.local")
        merged: dict = {}
        # One repository may read what another one checks out.
        for root in roots:
            self._checkout(clone / root)
        for root in roots:
            answer = self._status(clone / root, arguments)
            if answer.document is None:
                return answer
            merged |= answer.document if len(roots) == 1 else from_git_root(answer.document, root)
        return Answer(merged)

    def _checkout(self, root: Path) -> None:
        """`dvc checkout`, which does nothing at all while Git has a file, unknown to the cache, at the place of an
        output: such files step aside for it."""
        aside = self.place / "stepped-aside"
        aside.mkdir()
        moved: list[Path] = []
        # dvc names them one at a time.
        while True:
            outcome = dvc_process.run(["checkout"], root, self.repository.home)
            unsaved = [Path(line) for line in outcome.stderr.splitlines() if line.startswith("/") and os.path.lexists(line)]
            if outcome.code == 0 or not unsaved:
                break
            for path in unsaved:
                path.rename(aside / str(len(moved)))
                moved.append(path)
        for number, path in enumerate(moved):
            if not os.path.lexists(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                (aside / str(number)).rename(path)
        shutil.rmtree(aside)

    def _clone(self, commit: str, git_dir: Path) -> None:
        """A fresh clone at the very path of the original, with the whole cache at hand."""
        for entry in self.aside.iterdir():
            if entry.name in ("repo", "evicted") or not entry.is_dir():
                continue
            shutil.copytree(entry, self.place / entry.name, symlinks=True)
        if (self.aside / "evicted").exists():
            shutil.copytree(self.aside / "evicted", self.place / "cache", dirs_exist_ok=True)
        clone = Repository(self.place)
        clone.path.mkdir(parents=True)
        clone.git("init", "-q")
        clone.git("fetch", "-q", str(git_dir), commit)
        clone.git("checkout", "-q", "--detach", commit)

    def _status(self, cwd: Path, arguments: tuple[str, ...], text: bool = False) -> Answer:
        command = ["status", *([] if text else ["--json"]), "--no-updates", *arguments]
        outcome = dvc_process.run(command, cwd, self.repository.home)
        if outcome.code < 0:
            raise BrokenCase(f"dvc was ended by signal {-outcome.code}, or hung: {outcome.stderr}")
        if outcome.code != 0:
            return Answer(None, outcome.stderr, outcome.code)
        return Answer(blocks(outcome.stdout) if text else json.loads(outcome.stdout))


def blocks(text: str) -> dict:
    """What people read, as an unordered map: a stage's line, and the lines below it."""
    found: dict[str, list[str]] = {}
    header = ""
    for line in text.splitlines():
        if line[:1].isspace():
            found.setdefault(header, []).append(line)
        else:
            header = line
            found[header] = []
    return {header: sorted(lines) for header, lines in found.items()}


def from_git_root(document: dict, root: Path) -> dict:
    """A root's document as guard shows it beside those of other roots: every path from the Git root."""
    if root == Path("."):
        return {key if ":" in key or key.endswith(".dvc") else f"dvc.yaml:{key}": value for key, value in document.items()}
    above = PurePosixPath(root.as_posix())

    def moved(key: str) -> str:
        return key if key.startswith("/") or "://" in key else os.path.normpath(above / key)

    def moved_entry(entry: object) -> object:
        if not isinstance(entry, dict):
            return entry
        return {kind: {moved(key): value for key, value in changes.items()} for kind, changes in entry.items()}

    def moved_stage(key: str) -> str:
        if key.endswith(".dvc"):
            return moved(key)
        return moved(key) if ":" in key else f"{above}/dvc.yaml:{key}"

    return {moved_stage(key): [moved_entry(entry) for entry in entries] for key, entries in document.items()}
