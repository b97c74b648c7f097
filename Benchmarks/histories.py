"""What the gate costs: ranges of commits, made by git fast-import."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from rows import Contender, Row


def rows(base: Path, tools: dict[str, str], wanted: Callable[[str], bool]) -> Iterator[Row]:
    """The questions, one repository after the other."""
    title = "range of 1,000 commits, 50,000 files, 30 stages"
    if wanted(title):
        place = _repository(base / "range files", tools, 50_000, 1_000, 30)
        yield _range(place, tools, f"{title}, cold", "2 s", 1_000, _forgetting(place))
        yield _range(place, tools, f"{title}, again", "3 times git log --raw", 1_000)
    title = "pull request of 20 commits, 5,000 stages"
    if wanted(title):
        place = _repository(base / "range stages", tools, 200, 20, 5_000)
        yield _range(place, tools, f"{title}, cold", "3 s, under 300 MB", 20, _forgetting(place))


def _repository(place: Path, tools: dict[str, str], files: int, commits: int, stages: int) -> Path:
    """Each commit is coherent: a third changes a parameter, a third a script, each with its results, a third a file
    beside them."""
    place.mkdir()
    subprocess.run([tools["git"], "init", "-q", "-b", "main", "."], cwd=place, check=True)
    _History(files, stages).write(place, tools["git"], commits)
    return place


def _forgetting(place: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(place / ".git/guard", ignore_errors=True)


def _range(
    place: Path, tools: dict[str, str], title: str, goal: str, commits: int, before: Callable[[], None] | None = None
) -> Row:
    span = f"main~{commits}..main"
    contenders = [
        Contender("guard check --range", [tools["guard"], "check", "--range", span], before),
        Contender("git log --raw", [tools["git"], "log", "--raw", "--format=%H", span]),
    ]
    return Row(title, goal, place, contenders)


class _History:
    """A pipeline whose stages each read a script and a parameter, among many other files."""

    def __init__(self, files: int, stages: int) -> None:
        self.files = files
        self.scripts = [f"print({number})\n".encode() for number in range(stages)]
        self.values = list(range(stages))

    def write(self, place: Path, git: str, commits: int) -> None:
        with subprocess.Popen([git, "fast-import", "--quiet"], cwd=place, stdin=subprocess.PIPE) as importing:
            if importing.stdin is None:
                raise RuntimeError("git fast-import takes no input")
            self._first(importing.stdin)
            for number in range(1, commits + 1):
                self._next(importing.stdin, number)
        if importing.returncode:
            raise RuntimeError(f"git fast-import ended with {importing.returncode}")

    def _first(self, stream: BinaryIO) -> None:
        _commit(stream, 0)
        _file(stream, ".dvc/config", b"")
        _file(stream, "requirements.txt", b"dvc\n")
        _file(stream, "dvc.yaml", self._pipeline())
        for stage in range(len(self.scripts)):
            _file(stream, f"code/s{stage}.py", self.scripts[stage])
            _file(stream, f"results/s{stage}.json", self._result(stage))
        for number in range(self.files):
            _file(stream, f"src/d{number % 500}/f{number}.txt", b"%d\n" % number)
        self._record(stream)

    def _next(self, stream: BinaryIO, number: int) -> None:
        _commit(stream, number)
        stage = number % len(self.scripts)
        if number % 3 == 0:
            _file(stream, f"src/d{number % 500}/f{number}.txt", b"changed %d\n" % number)
            return
        if number % 3 == 1:
            self.values[stage] += 1
        else:
            self.scripts[stage] += b"# %d\n" % number
            _file(stream, f"code/s{stage}.py", self.scripts[stage])
        _file(stream, f"results/s{stage}.json", self._result(stage))
        self._record(stream)

    def _record(self, stream: BinaryIO) -> None:
        values = "".join(f"p{stage}: {value}\n" for stage, value in enumerate(self.values))
        _file(stream, "params.yaml", values.encode())
        _file(stream, "dvc.lock", self._lock())

    def _result(self, stage: int) -> bytes:
        return b'{"a": "%s"}' % _md5(self.scripts[stage] + b"%d" % self.values[stage]).encode()

    def _pipeline(self) -> bytes:
        stages = (
            f"  s{stage}:\n    cmd: python code/s{stage}.py\n"
            f"    deps:\n    - code/s{stage}.py\n    params:\n    - p{stage}\n"
            f"    outs:\n    - results/s{stage}.json:\n        cache: false\n"
            for stage in range(len(self.scripts))
        )
        return ("stages:\n" + "".join(stages)).encode()

    def _lock(self) -> bytes:
        text = "schema: '2.0'\nstages:\n"
        for stage in sorted(range(len(self.scripts)), key=lambda stage: f"s{stage}"):
            text += f"  s{stage}:\n    cmd: python code/s{stage}.py\n    deps:\n"
            text += _entry(f"code/s{stage}.py", self.scripts[stage])
            text += f"    params:\n      params.yaml:\n        p{stage}: {self.values[stage]}\n    outs:\n"
            text += _entry(f"results/s{stage}.json", self._result(stage))
        return text.encode()


def _entry(path: str, content: bytes) -> str:
    return f"    - path: {path}\n      hash: md5\n      md5: {_md5(content)}\n      size: {len(content)}\n"


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _commit(stream: BinaryIO, number: int) -> None:
    message = b"commit %d" % number
    stream.write(b"commit refs/heads/main\nmark :%d\n" % (number + 1))
    stream.write(b"committer a <a@example.org> %d +0000\n" % (1_700_000_000 + number))
    stream.write(b"data %d\n%s\n" % (len(message), message))
    if number:
        stream.write(b"from :%d\n" % number)


def _file(stream: BinaryIO, path: str, content: bytes) -> None:
    stream.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content))
