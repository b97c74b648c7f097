"""The driver, which stands in for guard: it gives commits their runs."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from samples import Sample
from stores import Store

SECONDS = 300


@dataclass(frozen=True)
class Said:
    """What came of each run, and the words if there were others."""

    outcomes: list[dict]
    words: str

    @property
    def kinds(self) -> list[str]:
        return [outcome["outcome"] for outcome in self.outcomes]

    def __str__(self) -> str:
        return "\n".join([*map(json.dumps, self.outcomes), self.words])


def binary() -> Path:
    """The driver under test: what `GUARD_MLFLOW_DRIVER` names, or the release build."""
    return Path(os.environ.get("GUARD_MLFLOW_DRIVER") or ".build/release/mlflow-driver").resolve()


def start(store: Store, writer: str, experiment: str, *words: str, **environment: str) -> subprocess.Popen:
    """A writer that waits for runs. What the environment of these tests says of MLflow is not its business."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "AWS_", "VIRTUAL_ENV"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    given = {"MLFLOW_TRACKING_URI": store.uri, "HOME": "/nonexistent", "PATH": path, "MLFLOW_DISABLE_TELEMETRY": "true"}
    return subprocess.Popen(
        [str(binary()), writer, experiment, *words], env=kept | given | store.login | environment, cwd=store.folder or "/",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def finish(process: subprocess.Popen, samples: list[Sample]) -> Said:
    """Gives a writer its runs, and waits for what comes of them."""
    try:
        output, error = process.communicate("".join(sample.line for sample in samples).encode(), SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return Said([], f"no end in {SECONDS} s")
    return Said([json.loads(line) for line in output.splitlines()], error.decode(errors="replace"))


def mirror(store: Store, writer: str, experiment: str, samples: list[Sample], *words: str, **environment: str) -> Said:
    """One writer with some runs."""
    return finish(start(store, writer, experiment, *words, **environment), samples)
