"""What run records cost: the hook after a commit, a log, notes beside very many others."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import repositories
from rows import Contender, Row

COMMITS = 1_000
NOTES = 100_000


def rows(base: Path, tools: dict[str, str], wanted: Callable[[str], bool]) -> Iterator[Row]:
    """The questions, one repository after the other."""
    if wanted("hook after a commit, 100 stages"):
        yield _hook(base / "records hook", tools)
    if wanted("record into 100,000 notes"):
        yield _notes(base / "records notes", tools)
    if wanted("log of 1,000 commits"):
        yield _log(base / "records log", tools)


def _hook(place: Path, tools: dict[str, str]) -> Row:
    """Each time the commit is a new one, which has no record."""
    repositories.hundred_stages(place)
    hook = Contender("guard hook post-commit", [tools["guard"], "hook", "post-commit", "--"], lambda: amend(place))
    peer = Contender("git rev-parse", [tools["git"], "rev-parse", "HEAD"])
    return Row("hook after a commit, 100 stages", "30 ms", place, [hook, peer])


def amend(place: Path) -> None:
    """Makes the last commit a new one."""
    _git(place, "commit", "-q", "--amend", "--no-edit", "--allow-empty", "-m", os.urandom(8).hex())


def _notes(place: Path, tools: dict[str, str]) -> Row:
    """The notes are of objects that need not be there."""
    repositories.one_stage(place)
    ids = [f"{number * 7919:040x}"[::-1] for number in range(1, NOTES + 1)]
    script = ["commit refs/notes/guard/runs", "committer a <a@example.org> 1700000000 +0000", "data 0"]
    for name in ids:
        script += [f"M 100644 inline {name[:2]}/{name[2:]}", "data 2", "x", ""]
    _git(place, "fast-import", "--quiet", "--force", given="\n".join(script) + "\n")
    record = Contender("guard record", [tools["guard"], "record", "-q"], lambda: amend(place))
    peer = Contender(
        "git notes add", [tools["git"], "notes", "--ref=guard/runs", "add", "-f", "-m", "x"], lambda: amend(place)
    )
    return Row("record into 100,000 notes", "", place, [record, peer])


def _log(place: Path, tools: dict[str, str]) -> Row:
    """A parameter changes in each commit, and nothing is run: the lock is stale in all of them."""
    repositories.one_stage(place)
    blob = subprocess.run(["git", "rev-parse", "HEAD"], cwd=place, check=True, capture_output=True, text=True).stdout.strip()
    script: list[str] = []
    for number in range(COMMITS - 1):
        script += [
            "commit refs/heads/main", f"committer a <a@example.org> {1_700_000_000 + number} +0000",
            f"data {len(str(number))}", str(number), *([f"from {blob}"] if number == 0 else []),
            "M 100644 inline params.yaml", f"data {len(text := f'lr: 0.{number}')}", text, "",
        ]  # fmt: skip
    _git(place, "fast-import", "--quiet", "--force", given="\n".join(script) + "\n")
    _git(place, "reset", "-q", "--hard", "main")
    subprocess.run([tools["guard"], "record", "--backfill", "-q"], cwd=place, check=True)
    log = Contender("guard log", [tools["guard"], "log"])
    plain = Contender("guard log --no-verdict", [tools["guard"], "log", "--no-verdict"])
    return Row("log of 1,000 commits", "under a second", place, [log, plain, Contender("git log", [tools["git"], "log"])])


def _git(place: Path, *arguments: str, given: str | None = None) -> None:
    subprocess.run(["git", *arguments], cwd=place, check=True, input=given, text=True, capture_output=True)
