"""The real dvc, run many times a second.

Starting `dvc` costs most of a second, nearly all of it imports. This module imports dvc once and then
runs every command in a forked child of its own: same code, same exit codes, fresh state, a few
hundredths of a second.
"""

import gc
import importlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECONDS_BEFORE_HANGING = 60


@dataclass(frozen=True)
class Outcome:
    """What a command left behind. A negative code is the signal that ended it."""

    code: int
    stdout: str
    stderr: str


def environment(home: Path) -> dict[str, str]:
    """The environment of every process under test: nothing of the machine's or the user's own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH")}
    return kept | {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(home / "site"),
        "DVC_GLOBAL_CONFIG_DIR": str(home / "dvc-global"),
        "DVC_SYSTEM_CONFIG_DIR": str(home / "dvc-system"),
        "XDG_CONFIG_HOME": str(home / "xdg"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TEMPLATE_DIR": "",
        "GIT_AUTHOR_DATE": "2024-05-01T12:00:00Z",
        "GIT_COMMITTER_DATE": "2024-05-01T12:00:00Z",
        "SWIFT_BACKTRACE": "enable=no",
    }


def furnish(home: Path) -> None:
    """Writes the settings that Git and dvc find in a new home."""
    (home / "dvc-global").mkdir(parents=True, exist_ok=True)
    (home / "dvc-global" / "config").write_text("[core]\n    analytics = false\n    check_update = false\n")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = A\n\temail = a@example.org\n[init]\n\tdefaultBranch = main\n"
        "[core]\n\tfsync = none\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
        "[advice]\n\tdetachedHead = false\n[uploadpack]\n\tallowAnySHA1InWant = true\n"
        "[protocol \"file\"]\n\tallow = always\n"
    )


def run(arguments: list[str], cwd: Path, home: Path, keep_site_cache: bool = False) -> Outcome:
    """Runs `dvc` with these arguments in a child process, its state database empty."""
    if not keep_site_cache:
        shutil.rmtree(home / "site", ignore_errors=True)

    def main() -> int:
        from dvc.cli import main

        return main(arguments)

    return call(main, cwd, home)


def call(body: Callable[[], int], cwd: Path, home: Path) -> Outcome:
    """Calls a function, which gives an exit code, in a child process where dvc is at hand."""
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = os.memfd_create("stdout"), os.memfd_create("stderr")
    child = os.fork()
    if child == 0:
        _become(body, cwd, home, out, err)
    _, status = os.waitpid(child, 0)
    outcome = Outcome(os.waitstatus_to_exitcode(status), _content(out), _content(err))
    os.close(out)
    os.close(err)
    return outcome


def _become(body: Callable[[], int], cwd: Path, home: Path, out: int, err: int) -> None:
    code = 255
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS_BEFORE_HANGING)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.environ.clear()
        os.environ.update(environment(home))
        os.chdir(cwd)
        os.environ["PWD"] = str(cwd)
        code = body()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code if code is not None else 0)


def _content(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read().decode("utf-8", "replace")


def preload(packages: tuple[str, ...] = ()) -> None:
    """Imports dvc and all that a commit, a checkout and a status import on their way, and these packages."""
    import dvc.cli
    import dvc.cli.parser

    with tempfile.TemporaryDirectory(prefix="guard-conformance-preload-") as folder:
        names = _modules_of_a_first_run(Path(folder))
    for name in [*names, *packages]:
        try:
            importlib.import_module(name)
        except Exception:  # an optional module that dvc itself probes for
            continue
    dvc.cli.parser.get_main_parser()
    gc.collect()
    gc.freeze()


def _modules_of_a_first_run(folder: Path) -> list[str]:
    """The modules that a child had to import while it did the usual things to a small repository."""
    home, repository, listing = folder / "home", folder / "repo", folder / "modules"
    furnish(home)
    (repository / ".dvc").mkdir(parents=True)
    (repository / "dvc.yaml").write_text(
        "stages:\n  a:\n    cmd: echo\n    deps: [d]\n    params: [p, {t.toml: [], q.py: [], j.json: []}]\n    outs: [o, e]\n"
    )
    contents = {"params.yaml": "p: 1\n", "t.toml": "p = 1\n", "q.py": "P = 1\n", "j.json": "{}\n"}
    for name, text in (contents | {"d": "d\n", "o": "o\n", "e/f": "e\n"}).items():
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(text)
    os.system(f"git init -q '{repository}'")
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            before = set(sys.modules)
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            os.environ.update(environment(home))
            os.chdir(repository)
            from dvc.cli import main

            for arguments in ("commit -f", "checkout", "status --json", "add d", "status missing"):
                main(arguments.split())
            # In their order: `_asyncio` before `asyncio` makes tasks that nobody is in.
            listing.write_text("\n".join(name for name in sys.modules if name not in before))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return listing.read_text().split()
