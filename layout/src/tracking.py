"""Logs a stage to MLflow: its parameters, its metrics, the versions of the data it reads, and dvc.lock.

Without MLflow, or without MLFLOW_TRACKING_URI, nothing is logged and the stage runs all the same. The id of the run goes
into mlflow_run.json, an output of the stage: by it guard ties the run to the commit that holds the results.
"""

import contextlib
import io
import json
import os
from collections.abc import Iterator

import project
from ruamel.yaml import YAML

try:
    import mlflow
except ImportError:
    mlflow = None


class Run:
    """A run in MLflow, or one that nobody records."""

    def __init__(self, stage: str, is_logged: bool) -> None:
        self.stage = stage
        self.is_logged = is_logged

    def metrics(self, values: dict[str, float]) -> None:
        """Logs metrics."""
        if self.is_logged:
            mlflow.log_metrics(values)

    def lock(self) -> None:
        """Logs dvc.lock, as far as it is of this run."""
        if self.is_logged:
            text = io.StringIO()
            YAML().dump(recorded(self.stage), text)
            mlflow.log_text(text.getvalue(), "dvc.lock")


@contextlib.contextmanager
def run(stage: str, goes_on: bool = False) -> Iterator[Run]:
    """The run of a stage.

    With `goes_on` it is the one that mlflow_run.json names; else a new one, which the file names from then on.
    """
    if mlflow is None or not os.environ.get("MLFLOW_TRACKING_URI"):
        if not goes_on:
            project.RUN.write_text("{}\n", encoding="utf-8")
        yield Run(stage, False)
        return
    known = json.loads(project.RUN.read_text(encoding="utf-8")).get("run_id") if goes_on else None
    with mlflow.start_run(run_id=known) as active:
        # Named as DVC names them, so that they can be compared with those of the commit.
        mlflow.log_params(flat({stage: project.params(stage)}))
        for path, version in versions(stage).items():
            mlflow.set_tag(f"dvc.{path}", version)
        if not goes_on:
            project.RUN.write_text(json.dumps({"run_id": active.info.run_id}) + "\n", encoding="utf-8")
        yield Run(stage, True)


def flat(values: dict, before: str = "") -> dict:
    """Nested parameters by their keys with dots."""
    leaves: dict = {}
    for key, value in values.items():
        leaves |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return leaves


def versions(stage: str) -> dict[str, str]:
    """The hash that DVC has of the data that all begins with, and of what a stage reads, as far as it is recorded."""
    raw: dict[str, str] = {}
    for pointer in project.ROOT.glob("data/**/*.dvc"):
        for out in project.yaml(pointer).get("outs", []):
            raw[(pointer.parent / out["path"]).relative_to(project.ROOT).as_posix()] = out.get("md5", "")
    made: dict[str, str] = {}
    for entry in recorded(stage)["stages"].values():
        made |= {out["path"]: out["md5"] for out in entry.get("outs", []) if "md5" in out}
    reads = project.yaml(project.ROOT / "dvc.yaml")["stages"][stage].get("deps", [])
    return {path: version for path, version in raw.items() if version} | {path: made[path] for path in reads if path in made}


def recorded(stage: str) -> dict:
    """What dvc.lock has of the run that is going on.

    DVC writes the entry of a stage when the stage has run. That of this stage, and those of the stages that go on from it, are
    still of the run before, and are left out. The run that guard makes of a commit has the commit's whole dvc.lock.
    """
    file = project.ROOT / "dvc.lock"
    lock = project.yaml(file) if file.exists() else {}
    stages = dict(lock.get("stages", {}))
    old = [stage]
    while old:
        made = {out["path"] for out in stages.pop(old.pop(), {}).get("outs", [])}
        old += [name for name, entry in stages.items() if made & {dep["path"] for dep in entry.get("deps", [])}]
    return lock | {"stages": stages}
