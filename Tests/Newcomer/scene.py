"""A folder with a home of its own, and shell lines that run in it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SOURCES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a program ended, and all that it said."""

    code: int
    said: str


class Scene:
    """A new folder, with one for a repository in it."""

    def __init__(self, place: Path, path: str) -> None:
        for folder in (place / "home", place / "repository"):
            folder.mkdir(parents=True)
        self._begin(place, path)

    @classmethod
    def at(cls, place: Path, path: str) -> Self:
        """A copy of one that was made before."""
        scene = cls.__new__(cls)
        scene._begin(place, path)
        return scene

    def _begin(self, place: Path, path: str) -> None:
        self.place = place
        self.root = place / "repository"
        self.environment = {
            "PATH": path, "HOME": str(place / "home"), "TMPDIR": str(place), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
            "DVC_NO_ANALYTICS": "1", "DVC_GLOBAL_CONFIG_DIR": str(place / "home/dvc"), "DVC_SYSTEM_CONFIG_DIR": str(place / "home/none"),
            **{f"GIT_{who}_{what}": "a@b.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }

    def sh(self, script: str) -> Outcome:
        """Runs a script in the repository."""
        done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", script], cwd=self.root, env=self.environment, text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)
        return Outcome(done.returncode, done.stdout)

    def made(self, script: str) -> str:
        """Runs a script that has to succeed."""
        outcome = self.sh(script)
        if outcome.code != 0:
            raise RuntimeError(f"{script}: {outcome}")
        return outcome.said.strip()


def tools(place: Path) -> str:
    """A PATH with guard, dvc and mlflow, each from the environment that has it, and with a Python that has MLflow."""
    place.mkdir(parents=True)
    for name, program in (
        ("guard", Path(os.environ["GUARD"]).resolve()), ("dvc", SOURCES / ".venv/bin/dvc"),
        ("mlflow", SOURCES / ".venv-mlflow/bin/mlflow"),
    ):
        (place / name).symlink_to(program)
    # What a pipeline reads YAML with is in dvc's environment, and is Python alone.
    (ruamel,) = (SOURCES / ".venv/lib").glob("python3*/site-packages/ruamel")
    (place / "lib").mkdir()
    (place / "lib/ruamel").symlink_to(ruamel)
    # A link to an environment's Python would not know its environment.
    (place / "python").write_text(f"#!/bin/sh\nexport PYTHONPATH='{place}/lib'\nexec '{SOURCES}/.venv-mlflow/bin/python' \"$@\"\n")
    (place / "python").chmod(0o755)
    return f"{place}:/usr/bin:/bin"
