"""A repository with a small pipeline and a home of its own, and programs that run in it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2]
FILES = {
    ".dvc/config": "[core]\n    remote = hub\n['remote \"hub\"']\n    url = ../../data\n['remote \"backup\"']\n    url = ../../backup\n",
    ".gitignore": "/data.csv\n",
    "data.csv.dvc": "outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  size: 0\n  hash: md5\n  path: data.csv\n",
    "params.yaml": "lr: 1\n",
    "dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    params:\n    - lr\n",
    "dvc.lock": "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    params:\n      params.yaml:\n        lr: 1\n",
    "sub/dvc.yaml": "stages:\n  prepare:\n    cmd: echo\n  publish:\n    cmd: echo\n",
    "sub/dvc.lock": "schema: '2.0'\nstages:\n  prepare:\n    cmd: echo\n  publish:\n    cmd: echo\n",
}


@dataclass(frozen=True)
class Outcome:
    """How a program ended, and all that it said."""

    code: int
    said: str


class Scene:
    """A folder for one test. `path` is what programs are looked for in."""

    def __init__(self, place: Path, path: str = "/usr/bin:/bin") -> None:
        self.place = place
        self.root = place / "repository"
        for folder in (place / "home", self.root, place / "data"):
            folder.mkdir(parents=True)
        self.environment = {
            "PATH": path, "HOME": str(place / "home"), "TMPDIR": str(place), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
            **{f"GIT_{who}_{what}": "a@b.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }

    def sh(self, script: str, folder: Path | None = None, **more: str) -> Outcome:
        """Runs a script."""
        done = subprocess.run(["bash", "-eu", "-c", script], cwd=folder or self.root, env=self.environment | more, text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)
        return Outcome(done.returncode, done.stdout)

    def made(self, script: str, folder: Path | None = None) -> str:
        """Runs a script that has to succeed."""
        outcome = self.sh(script, folder)
        if outcome.code != 0:
            raise RuntimeError(f"{script}: {outcome}")
        return outcome.said.strip()

    def build(self) -> None:
        """Makes the repository with one commit."""
        for name, text in FILES.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.made("git init -q -b main; git add -A; git commit -qm base")


def guard() -> Path:
    """The guard that is judged."""
    return Path(os.environ["GUARD"]).resolve()
