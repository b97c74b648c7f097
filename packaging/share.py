"""What belongs beside the program below a prefix: completions of shells and manual pages."""

import datetime
import os
import subprocess
from pathlib import Path

import manual

SOURCES = Path(__file__).resolve().parents[1]

COMPLETIONS = {
    "bash": "share/bash-completion/completions/guard",
    "zsh": "share/zsh/site-functions/_guard",
    "fish": "share/fish/vendor_completions.d/guard.fish",
}


def files(guard: Path) -> dict[str, bytes]:
    """The files, by their paths below a prefix. All is made of what the program says of itself."""
    def said(*arguments: str) -> bytes:
        return subprocess.run([guard, *arguments], check=True, stdout=subprocess.PIPE).stdout

    version = said("--version").decode().split()[-1]
    pages = manual.pages(said("--experimental-dump-help"), version, datetime.datetime.fromtimestamp(moment(), datetime.timezone.utc).date())
    made = {f"share/man/man1/{name}": page for name, page in pages.items()}
    for shell, path in COMPLETIONS.items():
        # A file that is only ever sourced is no program.
        made[path] = said("--generate-completion-script", shell).removeprefix(b"#!/bin/bash\n").strip() + b"\n"
    return made


def write(guard: Path, prefix: Path) -> None:
    """Writes them below a prefix."""
    for name, contents in files(guard).items():
        path = prefix / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
        path.chmod(0o644)


def moment() -> int:
    """When this version was made, in seconds: `SOURCE_DATE_EPOCH`, else the time of the commit, else the change log's."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    done = subprocess.run(["git", "-C", SOURCES, "log", "-1", "--format=%ct"], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return int(done.stdout) if done.returncode == 0 else int((SOURCES / "CHANGELOG.md").stat().st_mtime)
