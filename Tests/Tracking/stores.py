"""Places where runs are kept, and how the real client sees them."""

import functools
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import mlflow
from mlflow.entities import Run, ViewType


@dataclass(frozen=True)
class Store:
    """A tracking store, as guard and as the real client are told of it."""

    title: str
    uri: str
    # What the environment must say to be let in.
    login: dict[str, str] = field(default_factory=dict)
    # Whether trainings are told there, too: what they have to do with the kind of store is the same everywhere.
    trains: bool = False
    # How often a writer is killed there, and how many write at once.
    kills: int = 0
    writers: tuple[int, ...] = ()
    # Ways that lead nowhere, and what must be said of them.
    wrong: dict[str, tuple[str, str]] = field(default_factory=dict)

    @functools.cached_property
    def client(self) -> mlflow.MlflowClient:
        """The real client."""
        return mlflow.MlflowClient(self.uri)

    def runs(self, experiment: str, commit: str | None = None) -> list[Run]:
        """All runs of an experiment, or of one of its commits; those in the bin are among them."""
        found = self.client.get_experiment_by_name(experiment)
        if found is None:
            return []
        wanted = f"tags.\"guard.commit\" = '{commit}'" if commit else ""
        return list(self.client.search_runs([found.experiment_id], wanted, ViewType.ALL, max_results=1000))

    def files(self, run: str) -> dict[str, bytes]:
        """What is kept with a run, by its path."""
        with tempfile.TemporaryDirectory() as place:
            top = Path(self.client.download_artifacts(run, "guard", place))
            return {f"guard/{file.relative_to(top)}": file.read_bytes() for file in top.rglob("*") if file.is_file()}
