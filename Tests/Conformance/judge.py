"""Puts the same questions to guard and to dvc, and compares."""

import difflib
import hashlib
import json
import os
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import dvc_process
import pushing
import records
from oracle import TREES, Oracle, blocks
from repository import Answer, Question, Repository

SECONDS_FOR_GUARD = 60

CLEAN = "clean"
CHANGED = "changed"
FAILS = "fails"


@dataclass
class Verdict:
    """How one repository was judged."""

    answers: int = 0
    changed: int = 0
    failed: int = 0
    complaints: list[str] = field(default_factory=list)


class Guard:
    """The binary under test."""

    def __init__(self, command: list[str]) -> None:
        self.command = command

    def answer(self, repository: Repository, question: Question) -> Answer:
        """What guard says, with everything that is wrong in how it says it as the reason of a failure."""
        if question.kind == "push":
            return pushing.trial(repository, question.cwd, lambda: self._push(repository, question))
        code, out, err = self._run(repository, question, question.flags)
        if code == 2 and not out.strip() and err.strip():
            return Answer(None, err, 2)
        if code != 0:
            return Answer(None, f"not a way to answer: exit {code}, output {out[:500]!r}, messages {err!r}", code)
        if question.text:
            return Answer(blocks(out), err)
        try:
            document = json.loads(out, object_pairs_hook=_without_duplicates)
            return Answer(records.of_record(document) if question.kind == "record" else document, err)
        except (ValueError, records.Misshapen) as error:
            return Answer(None, f"not a document ({error}): {out[:500]!r}, messages {err!r}", -1)

    def quiet_code(self, repository: Repository, question: Question) -> int:
        """The exit code of `status -q`."""
        flags = [flag for flag in question.flags if flag != "--json"]
        return self._run(repository, question, [*flags, "-q"])[0]

    def _push(self, repository: Repository, question: Question) -> tuple[int, str]:
        code, out, err = self._run(repository, question, question.flags)
        return code, out + err

    def _run(self, repository: Repository, question: Question, flags: list[str]) -> tuple[int, str, str]:
        cwd = repository.path / question.cwd
        try:
            result = subprocess.run(
                [*self.command, *flags, *question.arguments],
                cwd=cwd,
                env=dvc_process.environment(repository.home),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS_FOR_GUARD,
            )
        except subprocess.TimeoutExpired:
            return -1, "", f"no answer in {SECONDS_FOR_GUARD} s"
        return result.returncode, result.stdout.decode("utf-8", "replace"), result.stderr.decode("utf-8", "replace")


class HonestDelegate:
    """Stands in for guard and asks dvc: with it every comparison must pass, or the harness is wrong."""

    def answer(self, repository: Repository, question: Question) -> Answer:
        answer = Oracle(repository).answer(question)
        return answer if answer.document is not None else Answer(None, answer.reason, 2)

    def quiet_code(self, repository: Repository, question: Question) -> int:
        answer = self.answer(repository, question)
        return 2 if answer.failed else int(bool(answer.document))


class LyingDelegate(HonestDelegate):
    """Stands in for guard and gets one thing wrong each time: every comparison must fail."""

    def answer(self, repository: Repository, question: Question) -> Answer:
        answer = super().answer(repository, question)
        if answer.document is None:
            return Answer({})
        if not answer.document:
            return Answer({"invented": ["changed command"]})
        return Answer(dict(list(answer.document.items())[1:]))


def judge(repository: Repository, questions: list[Question], guard: object, expected: object = None) -> Verdict:
    """Asks everything and collects what does not agree."""
    verdict = Verdict()
    before = _snapshot(repository.place)
    given = {question: _ask(guard, repository, question, verdict.complaints) for question in dict.fromkeys(questions)}
    if not isinstance(guard, HonestDelegate):
        _check_nothing_written(before, _snapshot(repository.place), verdict.complaints)
    oracle = Oracle(repository)
    for question, answer in given.items():
        truth = oracle.answer(question)
        verdict.answers += 1
        verdict.failed += truth.failed
        verdict.changed += bool(truth.document)
        if expected is not None and question.kind not in TREES:
            _check_case(truth, expected, verdict.complaints)
            expected = None
        _compare(question, truth, answer, verdict.complaints)
    return verdict


def _ask(guard: object, repository: Repository, question: Question, complaints: list[str]) -> Answer:
    """Asks cold, then warm, then for an exit code: three ways to the same answer."""
    answer = guard.answer(repository, question)
    if question.kind not in ("worktree", "cloud") or question.text or isinstance(guard, HonestDelegate):
        return answer
    again = guard.answer(repository, question)
    if (again.document, again.failed) != (answer.document, answer.failed):
        complaints.append(f"{question}: a second run says something else\n{_diff(answer, again, 'first', 'second')}")
    code = guard.quiet_code(repository, question)
    expected = 2 if answer.failed else int(bool(answer.document))
    if code != expected:
        complaints.append(f"{question} -q: exit {code}, expected {expected}")
    return answer


def _compare(question: Question, truth: Answer, answer: Answer, complaints: list[str]) -> None:
    if truth.failed and answer.failed and answer.code == 2:
        return
    if question.kind == "record" and truth.failed and not answer.failed:
        return  # where dvc gives up, a record tells what can be read
    if question.kind in ("staged", "rev"):
        truth, answer = _without_lost(truth, answer)
    if not truth.failed and not answer.failed and truth.document == answer.document:
        return
    complaints.append(f"{question}\n{_diff(truth, answer, 'dvc', 'guard')}")


def _without_lost(truth: Answer, answer: Answer) -> tuple[Answer, Answer]:
    """Leaves out what dvc finds in no cache at all.

    A revision is judged with "the whole cache at hand". An object that is nowhere is outside of that promise: the
    real cache may have it or not, so neither answer is wrong.
    """
    if truth.document is None or answer.document is None:
        return truth, answer
    lost = {
        (stage, path)
        for stage, entries in truth.document.items()
        for entry in entries
        if isinstance(entry, dict)
        for path, state in entry.get("changed outs", {}).items()
        if state == "not in cache"
    }

    def kept(document: dict) -> dict:
        left = {stage: [_without(stage, entry, lost) for entry in entries] for stage, entries in document.items()}
        left = {stage: [entry for entry in entries if entry] for stage, entries in left.items()}
        return {stage: entries for stage, entries in left.items() if entries}

    if not lost:
        return truth, answer
    return replace(truth, document=kept(truth.document)), replace(answer, document=kept(answer.document))


def _without(stage: str, entry: object, lost: set[tuple[str, str]]) -> object:
    if not isinstance(entry, dict) or "changed outs" not in entry:
        return entry
    outs = {path: state for path, state in entry["changed outs"].items() if (stage, path) not in lost}
    return {"changed outs": outs} if outs else None


def _check_case(truth: Answer, expected: object, complaints: list[str]) -> None:
    """A case says what it is about; dvc itself must agree, or the case proves nothing."""
    kinds: dict[str, Callable[[], bool]] = {
        CLEAN: lambda: truth.document == {},
        CHANGED: lambda: bool(truth.document),
        FAILS: lambda: truth.failed,
    }
    holds = kinds[expected]() if isinstance(expected, str) else truth.document == expected
    if not holds:
        complaints.append(f"the case is wrong: it expects {expected}, and dvc says {truth.described()}")


def _diff(left: Answer, right: Answer, left_name: str, right_name: str) -> str:
    lines = difflib.unified_diff(
        left.described().splitlines(), right.described().splitlines(), left_name, right_name, lineterm="", n=50
    )
    note = f"\n{right_name} also said: {right.reason.strip()}" if right.document is not None and right.reason.strip() else ""
    return "\n".join("    " + line for line in lines) + note


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key occurs twice")
    return document


def _snapshot(path: Path) -> dict[str, tuple]:
    """Everything that a reader must leave alone: kind, mode, size, time and content of every file."""
    found: dict[str, tuple] = {}
    for top, folders, names in os.walk(path):
        if os.path.basename(top) == ".git" and "guard" in folders:
            folders.remove("guard")
        if top == str(path) and "home" in folders:
            folders.remove("home")  # dvc's own, where it keeps its state
        if "HEAD" in names and "guard" in folders:
            folders.remove("guard")  # guard's own, in a Git directory that is not called .git
        for name in folders + names:
            file = os.path.join(top, name)
            info = os.lstat(file)
            if stat.S_ISDIR(info.st_mode):
                found[os.path.relpath(file, path) + "/"] = (info.st_mode,)
                continue
            content = b""
            if stat.S_ISREG(info.st_mode) and info.st_size < 1 << 20:
                with open(file, "rb") as opened:
                    content = hashlib.md5(opened.read()).digest()
            found[os.path.relpath(file, path)] = (info.st_mode, info.st_size, info.st_mtime_ns, content)
    return found


def _check_nothing_written(before: dict[str, tuple], after: dict[str, tuple], complaints: list[str]) -> None:
    touched = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if touched:
        complaints.append(f"guard wrote to the repository: {', '.join(touched[:10])}")
