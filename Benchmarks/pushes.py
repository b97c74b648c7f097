"""What a push costs at a folder, S3 and SSH: a commit that changes little, a check of everything, an upload."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / "Tests" / name) for name in ("Servers", "Conformance")]

import authority  # noqa: E402
import quick_bucket  # noqa: E402
import repositories  # noqa: E402
from kinds import folder, s3, ssh  # noqa: E402
from processes import Missing  # noqa: E402
from remotes import Folder, Kind, Remote  # noqa: E402
from rows import Contender, Row  # noqa: E402
from scene import section  # noqa: E402

FILES = 20_000
MANY_FILES = 200_000
SMALL_FILES = 5_000
SLOW = 2


def rows(base: Path, tools: dict[str, str], wanted: Callable[[str], bool]) -> Iterator[Row]:
    """The questions, one repository after the other."""
    with contextlib.ExitStack() as servers:
        kinds = _started(servers, base)
        for name, kind in kinds.items():
            if wanted(f"hook, one file of 20,000 changed, {name}"):
                yield _hook(base / f"hook {name}", kind.remote(f"hook-{name}"), tools, name)
            if wanted(f"check of 20,000 objects, {name}"):
                yield _check(base / f"check {name}", kind.remote(f"check-{name}"), tools, FILES, name)
        if wanted("check of 200,000 objects, folder"):
            yield _check(base / "check many", kinds["folder"].remote("many"), tools, MANY_FILES, "folder")
        if wanted("upload of 5,000 small files, S3"):
            yield _upload(base / "upload S3", kinds["S3"], tools, "S3")
        with contextlib.suppress(Missing):
            kind, name = servers.enter_context(quick_bucket.running(base / "quick-bucket")), "S3 without its server's time"
            if wanted(f"check of 20,000 objects, {name}"):
                yield _check(base / "check quick", kind.remote("check"), tools, FILES, name)
            if wanted(f"upload of 5,000 small files, {name}"):
                yield _upload(base / "upload", kind, tools, name)


def _started(servers: contextlib.ExitStack, base: Path) -> dict[str, Kind]:
    trusted = authority.make(base / "authority")
    kinds: dict[str, Kind] = {}
    for name, running in (("folder", folder.running), ("S3", s3.trusting), ("SSH", ssh.running)):
        place = base / f"server-{name}"
        place.mkdir()
        try:
            kinds[name] = servers.enter_context(running(place, trusted))[0]
        except Missing as what:
            print(f"skipped: {name}: this machine has no {what}", flush=True)
    return kinds


def _hook(place: Path, remote: Remote, tools: dict[str, str], name: str) -> Row:
    """The second commit changes one file of the folder; all data is there, and the first commit is pushed."""
    _repository(place, remote)
    _folder(place, FILES)
    first = _commit(place)
    _fill(place, remote, tools)
    _file(place, 0, "changed\n")
    _list(place, FILES)
    second = _commit(place)
    _fill(place, remote, tools)
    given = f"refs/heads/main {second} refs/heads/main {first}\n".encode()
    guard = [tools["guard"], "hook", "pre-push", "--", "origin", "nowhere"]
    contenders = [
        Contender("guard hook pre-push", guard, _forgetting(place), input=given),
        Contender("dvc push", [tools["dvc"], "push"], most=SLOW),
        Contender("dvc status -c", [tools["dvc"], "status", "-c"], most=SLOW),
    ]
    goal = "under 100 ms, and 20 times faster than dvc push" if name == "folder" else ""
    return Row(f"hook, one file of 20,000 changed, {name}", goal, place, contenders)


def _check(place: Path, remote: Remote, tools: dict[str, str], files: int, name: str) -> Row:
    """Everything is there, nothing is remembered, and each object is asked for."""
    _repository(place, remote)
    _folder(place, files)
    _commit(place)
    _fill(place, remote, tools)
    dvc, granular = tools["dvc"], ["data", "status", "--not-in-remote", "--granular"]
    contenders = [
        Contender("guard push --no-cache", [tools["guard"], "push", "--no-cache"]),
        Contender(" ".join(["dvc", *granular]), [dvc, *granular], most=SLOW),
        Contender("dvc status -c", [dvc, "status", "-c"], most=SLOW),
        Contender("dvc push", [dvc, "push"], most=SLOW),
    ]
    goal = "20 times faster than dvc data status" + (", under 150 MB" if files == MANY_FILES else "")
    return Row(f"check of {files:,} objects, {name}", goal, place, contenders)


def _upload(place: Path, kind: Kind, tools: dict[str, str], name: str) -> Row:
    """Each run finds an empty remote."""
    _repository(place, kind.remote("upload"))
    _folder(place, SMALL_FILES)
    _commit(place)
    count = iter(range(1_000_000))

    def elsewhere() -> None:
        _forget(place)
        _configure(place, kind.remote(f"upload-{next(count)}"))

    contenders = [
        Contender("guard push", [tools["guard"], "push"], elsewhere, most=3),
        Contender("dvc push", [tools["dvc"], "push"], elsewhere, most=SLOW),
    ]
    return Row(f"upload of 5,000 small files, {name}", "3 times faster than dvc push", place, contenders)


# -- repositories


def _repository(place: Path, remote: Remote) -> None:
    repositories.empty(place)
    for path, text in remote.home.items():
        file = Path(os.environ["HOME"]) / path
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(text)
    _configure(place, remote)


def _configure(place: Path, remote: Remote) -> None:
    (place / ".dvc/config.local").write_text("[core]\n    remote = storage\n" + section(remote.keys | remote.secrets))


def _folder(place: Path, files: int) -> None:
    """A folder of small files as `dvc add` leaves it, which would take minutes for many."""
    (place / ".gitignore").write_text("/data\n")
    for number in range(files):
        _file(place, number, f"{number}\n" * 10)
    _list(place, files)


def _file(place: Path, number: int, text: str) -> None:
    path = place / _name(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.link(_object(place, text.encode())[1], path)


def _list(place: Path, files: int) -> None:
    entries = [
        {"md5": hashlib.md5((place / _name(number)).read_bytes()).hexdigest(), "relpath": _name(number).removeprefix("data/")}
        for number in range(files)
    ]
    entries.sort(key=lambda entry: entry["relpath"])
    digest = _object(place, json.dumps(entries).encode(), ".dir")[0]
    (place / "data.dvc").write_text(f"outs:\n- md5: {digest}\n  nfiles: {files}\n  hash: md5\n  path: data\n")


def _name(number: int) -> str:
    return f"data/{number % 100:02}/{number}.txt"


def _object(place: Path, content: bytes, suffix: str = "") -> tuple[str, Path]:
    digest = hashlib.md5(content).hexdigest() + suffix
    path = place / ".dvc/cache/files/md5" / digest[:2] / digest[2:]
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o444)
    return digest, path


def _commit(place: Path) -> str:
    for command in (["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "state"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=place, check=True, capture_output=True, text=True).stdout.strip()


def _fill(place: Path, remote: Remote, tools: dict[str, str]) -> None:
    """All of the cache is on the remote afterwards. Where that is a folder of this machine, links will do."""
    cache = place / ".dvc/cache"
    if isinstance(remote.store, Folder):
        for file in cache.rglob("*"):
            target = remote.store.path / file.relative_to(cache)
            if file.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                os.link(file, target)
        return
    subprocess.run([tools["guard"], "push"], cwd=place, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _forgetting(place: Path) -> Callable[[], None]:
    return lambda: _forget(place)


def _forget(place: Path) -> None:
    """What guard remembers of remotes and of files goes."""
    shutil.rmtree(place / ".git" / "guard", ignore_errors=True)
