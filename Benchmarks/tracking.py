"""What a commit costs at MLflow: beside its own Python client, a history at once, and the hook whatever the server does."""

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / "Tests" / "Servers")]

import repositories  # noqa: E402
import run_records  # noqa: E402
from processes import running  # noqa: E402
from rows import Contender, Row  # noqa: E402

MLFLOW = Path(__file__).parent.parent / ".venv-mlflow" / "bin"
HISTORY = 100
SLOW = 2
QUIET = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
# What a commit of this benchmark has, whoever brings it.
PARAMETERS, METRICS, DATASETS = 50, 20, 10

# The same run by the client that MLflow has for scripts: experiment, search, run, batch, datasets, files, end.
CLIENT = f"""
import os, sys, time
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
client, name, commit = MlflowClient(sys.argv[1]), "by the client", os.urandom(20).hex()
found = client.get_experiment_by_name(name)
experiment = found.experiment_id if found else client.create_experiment(name)
assert not client.search_runs([experiment], f"tags.`guard.commit` = '{{commit}}'")
run = client.create_run(experiment, tags={{"guard.commit": commit}}).info.run_id
now = int(time.time() * 1000)
client.log_batch(
    run, [Metric(f"m{{n}}", n / 3, now, 0) for n in range({METRICS})], [Param(f"p{{n}}", str(n / 7)) for n in range({PARAMETERS})],
    [RunTag(f"t{{n}}", "x") for n in range(10)],
)
inputs = [Dataset(f"data/{{n}}", commit[:32], "dvc", "{{}}") for n in range({DATASETS})]
client.log_inputs(run, [DatasetInput(one, [InputTag("mlflow.data.context", "dvc.track")]) for one in inputs])
for file in ("dvc.yaml", "params.json", "requirements.txt", "metrics.json"):
    client.log_artifact(run, file, "guard")
client.set_terminated(run)
"""


def rows(base: Path, tools: dict[str, str], wanted: Callable[[str], bool]) -> Iterator[Row]:
    """The questions. A server of MLflow's is started when one of them needs it."""
    hook = "hook after a commit, 100 stages, tracking server"
    if wanted(f"{hook} down"):
        # Nobody listens there: a connection is refused at once.
        yield _hook(base / "tracking down", tools, f"{hook} down", "http://127.0.0.1:9")
    if wanted(f"{hook} silent"):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(1000)
            yield _hook(base / "tracking silent", tools, f"{hook} silent", f"http://127.0.0.1:{silent.getsockname()[1]}", waits=False)
    titles = (f"{hook} up", "a commit to MLflow", f"{HISTORY} commits to MLflow")
    if not any(wanted(title) for title in titles):
        return
    if not (MLFLOW / "mlflow").exists():
        print(f"skipped: {', '.join(titles)}: there is no {MLFLOW}", flush=True)
        return
    with _server(base) as url:
        if wanted(titles[0]):
            yield _hook(base / "tracking up", tools, titles[0], url)
        if wanted(titles[1]):
            yield _commit(base / "tracking commit", tools, titles[1], url)
        if wanted(titles[2]):
            yield _history(base / "tracking history", tools, titles[2], url)


@contextlib.contextmanager
def _server(base: Path) -> Iterator[str]:
    place = base / "mlflow"
    place.mkdir()

    def command(port: int) -> list[str]:
        store = ["--backend-store-uri", f"sqlite:///{place}/runs.db", "--artifacts-destination", str(place / "files")]
        return [str(MLFLOW / "mlflow"), "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", *store]

    with running(command, place / "log", **QUIET) as port:
        yield f"http://127.0.0.1:{port}"


def _hook(place: Path, tools: dict[str, str], title: str, url: str, waits: bool = True) -> Row:
    """Each time the commit is a new one, which has no record; who brings the last one has ended, unless nobody answers it."""
    repositories.hundred_stages(place)
    _tell(place, url)

    def before() -> None:
        if waits:
            _wait(place)
        run_records.amend(place)

    hook = Contender("guard hook post-commit", [tools["guard"], "hook", "post-commit", "--"], before)
    return Row(title, "30 ms", place, [hook, Contender("git rev-parse", [tools["git"], "rev-parse", "HEAD"])])


def _commit(place: Path, tools: dict[str, str], title: str, url: str) -> Row:
    """A new commit each time, and a process that brings it."""
    _repository(place, url)

    def before() -> None:
        run_records.amend(place)
        # Else guard brings the run by itself as soon as it is recorded.
        (place / "guard.local.yml").unlink()
        subprocess.run([tools["guard"], "record", "-q"], cwd=place, check=True)
        _tell(place, url)

    guard = Contender("guard sync", [tools["guard"], "sync", "--all"], before)
    client = Contender("mlflow.MlflowClient", [str(MLFLOW / "python"), "-c", CLIENT, url])
    return Row(title, "a tenth of the client's time, a thirtieth of its CPU", place, [guard, client])


def _history(place: Path, tools: dict[str, str], title: str, url: str) -> Row:
    """The same commits into a new experiment each time."""
    _repository(place, url)
    for number in range(HISTORY - 1):
        (place / "params.json").write_text(_parameters(number + 1))
        _git(place, "commit", "-q", "-a", "-m", str(number))
    subprocess.run([tools["guard"], "record", "--backfill", "-q"], cwd=place, check=True)
    count = iter(range(1_000_000))

    def before() -> None:
        _git(place, "update-ref", "-d", "refs/notes/guard/links")
        _tell(place, url, experiment=f"history {next(count)}")

    return Row(title, "0.3 s each", place, [Contender("guard sync --all", [tools["guard"], "sync", "--all"], before, most=SLOW)])


def _repository(place: Path, url: str) -> None:
    repositories.empty(place)
    data = [f"data/{number}" for number in range(DATASETS)]
    (place / "data").mkdir()
    for number, name in enumerate(data):
        (place / f"{name}.dvc").write_text(f"outs:\n- path: '{number}'\n  hash: md5\n  md5: abc{number:029x}\n")
    (place / "dvc.yaml").write_text("params: [params.json]\nmetrics: [metrics.json]\n")
    (place / "params.json").write_text(_parameters(0))
    (place / "metrics.json").write_text("{%s}" % ", ".join(f'"m{number}": {number / 3}' for number in range(METRICS)))
    (place / "requirements.txt").write_text("numpy==1.26\n" * 300)
    _git(place, "add", "-A")
    _git(place, "commit", "-q", "-m", "all")
    _tell(place, url)


def _parameters(word: int) -> str:
    return "{%s}" % ", ".join(f'"p{number}": {number / 7 + word}' for number in range(PARAMETERS))


def _tell(place: Path, url: str, experiment: str = "by guard") -> None:
    """Where runs go. Trainings are not looked for: the client does not do that either."""
    (place / "guard.local.yml").write_text(f"mlflow:\n  tracking-uri: {url}\n  experiment: {experiment}\n  training: off\n")


def _wait(place: Path) -> None:
    """Until nobody brings runs any more."""
    lock = place / ".git" / "guard" / "sync.lock"
    if lock.exists():
        descriptor = os.open(lock, os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.close(descriptor)


def _git(place: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=place, check=True, capture_output=True)
