"""A repository with a small pipeline, its hub, and a clone as a CI system makes one."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2]
FILES = {
    ".dvc/config": "[core]\n    remote = hub\n['remote \"hub\"']\n    url = ../../data\n",
    "params.yaml": "lr: 1\n", "requirements.txt": "",
    "dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    params:\n    - lr\n",
    "dvc.lock": "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    params:\n      params.yaml:\n        lr: 1\n",
}


@dataclass(frozen=True)
class Outcome:
    """How a program ended, and all that it said."""

    code: int
    said: str


class Scene:
    """A folder for one test, with a home of its own."""

    def __init__(self, place: Path, guard: Path) -> None:
        self.place = place
        self.bin = place / "bin"
        self.bin.mkdir(parents=True)
        (self.bin / "guard").symlink_to(guard)
        self.home = place / "home"
        self.home.mkdir()
        (place / "data").mkdir()
        self.root = place / "repository"
        self.environment = {
            "PATH": f"{self.bin}:{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(self.home), "TMPDIR": str(place), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
            **{f"GIT_{who}_{what}": "a@b.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.sh("git config --global init.defaultBranch main; git config --global protocol.file.allow always", place)

    def sh(self, script: str, folder: Path | None = None, environment: dict[str, str] | None = None, shell: str = "bash -eu") -> Outcome:
        """Runs a script."""
        done = subprocess.run([*shell.split(), "-c", script], cwd=folder or self.root, env=self.environment | (environment or {}), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)
        return Outcome(done.returncode, done.stdout)

    def made(self, script: str, folder: Path | None = None) -> str:
        """Runs a script that has to succeed."""
        outcome = self.sh(script, folder)
        if outcome.code != 0:
            raise RuntimeError(f"{script}: {outcome}")
        return outcome.said.strip()

    def build(self) -> None:
        """Makes the repository with one commit, and pushes it to the hub."""
        for name, text in FILES.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.made(f"git init -q; git add -A; git commit -qm base; git init -q --bare {self.place}/hub.git; "
                  f"git remote add origin file://{self.place}/hub.git; git push -q origin main")

    def clone(self, branch: str) -> Path:
        """The shallow clone of a job."""
        job = self.place / "job"
        if job.exists():
            shutil.rmtree(job)
        self.made(f"git clone -q --depth 1 --no-single-branch -b {branch} file://{self.place}/hub.git job", self.place)
        return job


def stale(scene: Scene, message: str) -> None:
    """A commit that leaves the lock behind."""
    scene.made(f"sed -i 's/^lr: .*/lr: 2/' params.yaml; git commit -qam '{message}' --no-verify")


def guard() -> Path:
    """The guard that is judged."""
    return Path(os.environ["GUARD"]).resolve()
