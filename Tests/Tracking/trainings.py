"""Which run is whose training: the real dvc runs trainings that log to the real MLflow, and what guard links is looked at."""

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from clones import Clone
from stories import Scene, expect_sound

DVC = Path(".venv/bin/dvc").resolve()

PIPELINE = f"""
stages:
  train:
    cmd: {sys.executable} train.py
    deps: [train.py]
    params: [lr, seed]
    outs: [model.txt]
    metrics:
    - metrics.json:
        cache: false
"""

TRAIN = """
import json, mlflow
params = dict(line.split(": ") for line in open("params.yaml").read().splitlines())
with mlflow.start_run():
    mlflow.log_params(params)
    acc = 0.9 + float(params["lr"]) / 100
    mlflow.log_metric("acc", acc)
open("metrics.json", "w").write(json.dumps({"acc": acc}))
open("model.txt", "w").write(str(acc))
"""


@dataclass
class Training:
    """A repository whose trainings log to a server, and what is linked to its commits."""

    scene: Scene
    clone: Clone
    known: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begun(cls, scene: Scene) -> "Training":
        """A repository with a pipeline that did not run yet, and guard's hooks. Runs are brought only by `sync`."""
        clone = Clone.made(scene.place / "repository", scene.store, scene.experiment, moment="")
        clone.more.update(DVC_NO_ANALYTICS="1", HOME=str(scene.place), MLFLOW_TRACKING_URI="")
        clone.write({"dvc.yaml": PIPELINE.encode(), "train.py": TRAIN.encode(), ".gitignore": b"/model.txt\n"})
        training = cls(scene, clone)
        training.set_rate(0.1)
        clone.commit({}, "a pipeline")
        clone.record()
        clone.guard("install")
        return training

    def set_rate(self, rate: float) -> None:
        """The parameter that tells trainings apart."""
        self.clone.write({"params.yaml": f"lr: {rate}\nseed: 7\n".encode()})

    def reproduce(self, *guard: str) -> str:
        """Runs the pipeline; the run that came, or nothing when what it gives was known."""
        before = self.trained()
        said = self.clone.guard(*guard, *self.dvc("repro"), MLFLOW_TRACKING_URI=self.scene.store.uri) if guard else None
        if not guard:
            self.clone._run(self.dvc("repro"), self.clone.environment | {"MLFLOW_TRACKING_URI": self.scene.store.uri}, check=True)
        new = self.trained() - before
        self.scene.expect(len(new) <= 1 and (said is None or said.code == 0), "one run of a training at most", said or new)
        return next(iter(new), "")

    @staticmethod
    def dvc(*words: str) -> list[str]:
        return [str(DVC), *words, "-q"]

    def trained(self) -> set[str]:
        """The runs that no commit made."""
        return {run.info.run_id for run in self.scene.store.runs(self.scene.experiment) if "guard.writer" not in run.data.tags}

    def log(self, *, lr: float, acc: float, base: str, status: str = "FINISHED") -> str:
        """A run as a training logs it, but quicker."""
        client = self.scene.store.client
        found = client.get_experiment_by_name(self.scene.experiment)
        experiment = found.experiment_id if found else client.create_experiment(self.scene.experiment)
        run = client.create_run(experiment, tags={"mlflow.source.git.commit": base}).info.run_id
        client.log_param(run, "lr", lr)
        client.log_metric(run, "acc", acc)
        if status != "RUNNING":
            client.set_terminated(run, status)
        return run

    def commit(self, message: str, *words: str) -> str:
        """Commits all that is changed, with hooks; the commit is called by its message."""
        self.clone.git("add", "-A")
        self.clone.git("commit", "-q", "--allow-empty", "-m", message, *words)
        return self.name(message)

    def name(self, message: str) -> str:
        """Calls the commit that is checked out so."""
        self.known[message] = self.clone.head()
        return self.known[message]

    def sync(self) -> object:
        """Brings the runs, and looks for the trainings."""
        return self.clone.sync("--all", MLFLOW_TRACKING_URI=self.scene.store.uri)

    def linked(self, message: str) -> tuple[str, str, bool]:
        """The run of a commit's training, by which evidence, and whether others fit as well."""
        links = [json.loads(line) for line in self.clone.note(self.known[message], "links").splitlines()]
        found = [link for link in links if link.get("role") == "training"]
        self.scene.expect(len(found) <= 1, f"{message}: one training at most", links)
        link = found[0] if found else {}
        return link.get("run", ""), link.get("evidence", ""), link.get("ambiguous", False)

    def expect(self, message: str, run: str, evidence: str, is_ambiguous: bool = False) -> None:
        """What is linked to a commit."""
        linked = self.linked(message)
        self.scene.expect(linked == (run, evidence, is_ambiguous), f"the training of '{message}'", f"{linked}, not {run} by {evidence}")


def the_commit_after_the_training(scene: Scene) -> None:
    """MLflow names the commit before. Each commit has the run that gave its results, and none another one."""
    t = Training.begun(scene)
    t.name("a pipeline")
    first = t.reproduce()
    t.commit("first results")
    t.clone.write({"README.md": b"what this is\n"})
    between = t.commit("documentation in between")
    t.set_rate(0.2)
    second = t.reproduce()
    t.commit("second results")
    t.commit("second results, amended", "--amend")
    said = t.sync()
    t.expect("a pipeline", "", "")
    t.expect("first results", first, "inferred")
    t.expect("documentation in between", first, "inherited")
    t.expect("second results, amended", second, "inferred")
    naive = [run for run in scene.store.runs(scene.experiment) if run.data.tags.get("mlflow.source.git.commit") == between]
    naive = [run.info.run_id for run in naive if run.info.run_id in (first, second)]
    scene.expect(naive == [second] and first and second, "by MLflow's own tag it would be another run", f"{naive}\n{said}")

    t.set_rate(0.1)
    scene.expect(t.reproduce() == "", "dvc repro restores what its run cache has")
    t.commit("restored by repro")
    t.clone.git("revert", "--no-edit", "HEAD")
    t.name("reverted")
    t.clone.git("checkout", "-q", t.known["first results"], "--", "dvc.lock", "params.yaml", "metrics.json")
    t.clone._run(t.dvc("checkout"), t.clone.environment, check=True)
    t.commit("restored by checkout")
    t.set_rate(0.3)
    third = t.reproduce("exec", "--")
    t.commit("third results")
    t.clone.git("checkout", "-q", "-b", "side", t.known["documentation in between"])
    t.clone.write({"side.md": b"on a branch\n"})
    t.commit("on a branch")
    time.sleep(1.1)  # who was first is told by the second
    t.clone.git("cherry-pick", "-X", "theirs", t.known["third results"])
    t.name("picked")
    t.clone.git("checkout", "-q", "main")
    t.clone.git("merge", "-q", "-X", "ours", "-m", "merged", "side")
    t.name("merged")
    said = t.sync()
    for message, run in (("restored by repro", first), ("reverted", second), ("restored by checkout", first)):
        t.expect(message, run, "inherited")
    t.expect("third results", third, "injected")
    t.expect("on a branch", first, "inherited")
    t.expect("picked", third, "inherited")
    t.expect("merged", third, "inherited")
    told = scene.store.client.get_run(third).data.tags.get("guard.results_commit")
    scene.expect(told == t.known["third results"], "the run that is certain names its commit", f"{told}\n{said}")
    expect_sound(scene, t.clone, [t.known[message] for message in t.known if message != "second results"])


def runs_that_come_late_or_fit_as_well(scene: Scene) -> None:
    """A training that ends after its commit was brought is found by the next sync; of two that fit, that is said."""
    t = Training.begun(scene)
    base = t.name("a pipeline")
    results = {"metrics.json": b'{"acc": 0.95}', "dvc.lock": _lock("0" * 32)}
    t.set_rate(0.5)
    t.clone.write(results)
    late = t.log(lr=0.5, acc=0.95, base=base, status="RUNNING")
    t.log(lr=0.6, acc=0.95, base=base)
    t.log(lr=0.5, acc=0.95, base="0" * 40)
    t.commit("results of a run that goes on", "--no-verify")
    t.clone.write({"README.md": b"x"})
    t.commit("documentation", "--no-verify")
    t.sync()
    t.expect("results of a run that goes on", "", "")
    t.expect("documentation", "", "")
    said = t.sync()
    scene.expect("none waits" in said, "it is looked for again, and not found", said)
    scene.store.client.set_terminated(late)
    said = t.sync()
    scene.expect("the training of 2 commits was found" in said, "it is looked for again, and found", said)
    t.expect("results of a run that goes on", late, "inferred")
    t.expect("documentation", late, "inherited")

    base = t.clone.head()
    t.set_rate(0.7)
    t.clone.write({"metrics.json": b'{"acc": 0.97}', "dvc.lock": _lock("1" * 32)})
    t.log(lr=0.7, acc=0.97, base=base)
    time.sleep(0.01)
    last = t.log(lr=0.7, acc=0.97, base=base)
    t.commit("results of two runs", "--no-verify")
    t.clone.write({"README.md": b"y"})
    t.commit("more documentation", "--no-verify")
    said = t.sync()
    scene.expect("2 commits with several training runs that fit" in said, "it is said", said)
    t.expect("results of two runs", last, "inferred", is_ambiguous=True)
    t.expect("more documentation", last, "inherited", is_ambiguous=True)

    base = t.clone.head()
    t.set_rate(0.8)
    t.clone.write({"metrics.json": b'{"acc": 0.98}', "dvc.lock": _lock("2" * 32)})
    t.commit("results that nobody logged", "--no-verify")
    t.clone.git("update-ref", "-d", "refs/notes/guard/links")
    t.sync()
    t.expect("results that nobody logged", "", "")
    run = t.log(lr=0.8, acc=0.98, base=base)
    for number in range(101):
        t.clone.commit({}, f"number {number}")
    t.clone.record()
    t.clone.guard("record", "-q", t.known["results that nobody logged"], MLFLOW_TRACKING_URI=scene.store.uri)
    end = time.monotonic() + 60
    while not t.linked("results that nobody logged")[0] and time.monotonic() < end:
        time.sleep(0.1)
    t.expect("results that nobody logged", run, "inferred")


def a_run_that_says_something_else(scene: Scene) -> None:
    """A commit that names a run of other results: the check finds it, and says how to mend it."""
    t = Training.begun(scene)
    run = t.log(lr=0.1, acc=0.5, base=t.name("a pipeline"))
    results = {"metrics.json": b'{"acc": 0.6}', "dvc.lock": _lock("3" * 32), "mlflow_run.json": json.dumps({"run_id": run}).encode()}
    t.clone.write(results)
    t.commit("results", "--no-verify")
    t.sync()
    t.expect("results", run, "run-id-file")
    asked = {"MLFLOW_TRACKING_URI": scene.store.uri}
    words = (run[:8], "'acc'", "0.5", "0.6", "fix: ")
    check = ("check", "--rev", "HEAD", "--remote", "--only", "run/mismatch")
    said = t.clone.guard(*check, **asked)
    scene.expect(said.code == 1 and all(word in said for word in words), "guard check tells it", said)
    said = t.clone.guard(*check, MLFLOW_TRACKING_URI="http://127.0.0.1:9")
    scene.expect("not checked: training run" in said and "acc" not in said, "another server cannot tell", said)
    t.clone.write({"metrics.json": b'{"acc": 0.5}'})
    t.commit("mended", "--amend", "--no-verify")
    t.sync()
    said = t.clone.guard(*check, **asked)
    scene.expect(said.code == 0 and "acc" not in said and "not checked: training" not in said, "mended", said)


def adopted_runs(scene: Scene) -> None:
    """The run of a training becomes the commit's own, goes along with amends, and loses nothing that it says itself."""
    t = Training.begun(scene)
    t.clone.write({".guard.yml": b"mlflow: {training: adopt}\n"})
    base = t.commit("the team adopts")
    run = t.reproduce("exec", "--")
    client, before = scene.store.client, scene.store.client.get_run(run).data
    t.commit("results")
    t.sync()
    expect_adopted(t, run, "results")
    for word in ("amended", "amended again"):
        t.commit(word, "--amend")
    t.sync()
    expect_adopted(t, run, "amended again")
    t.clone.write({"README.md": b"x"})
    t.commit("documentation")
    t.sync()
    t.expect("documentation", run, "inherited")
    after = client.get_run(run).data
    own = {key: value for key, value in after.tags.items() if not key.startswith("guard.") or key in before.tags}
    scene.expect(own == before.tags, "its own tags are as they were", f"{own}\n{before.tags}")
    scene.expect(own.get("mlflow.source.git.commit") == base, "MLflow's commit among them", own)
    scene.expect((after.params, after.metrics) == (before.params, before.metrics), "so are parameters and metrics", after)


def amends_with_the_server_at_hand(scene: Scene) -> None:
    """What hooks bring at once follows amends and rebases: the run goes along, and nothing that is gone gets one."""
    t = Training.begun(scene)
    at_once = Clone(t.clone.place, t.clone.store, t.clone.experiment, "", t.clone.more | {"MLFLOW_TRACKING_URI": scene.store.uri})
    t.clone.write({".guard.yml": b"mlflow: {training: adopt}\n"})
    t.commit("the team adopts")
    run = t.reproduce("exec", "--")
    t.clone = at_once
    t.commit("results")
    t.commit("results, amended", "--amend")
    t.commit("results, amended again", "--amend")
    t.clone.git("commit", "-q", "--allow-empty", "-m", "on top")
    t.clone.git("rebase", "-q", "--force-rebase", "HEAD~2")
    t.known["rebased"] = t.clone.git("rev-parse", "HEAD~1").strip()
    end = time.monotonic() + 60
    tags = {}
    while tags.get("guard.commit") != t.known["rebased"] and time.monotonic() < end:
        time.sleep(0.2)
        tags = scene.store.client.get_run(run).data.tags
    scene.expect(tags.get("guard.commit") == t.known["rebased"], "the run is the last commit's", tags)
    t.sync()
    expect_adopted(t, run, "rebased")
    reachable = set(t.clone.git("rev-list", "HEAD").split())
    found = {one.data.tags.get("guard.commit") for one in scene.store.runs(scene.experiment) if one.info.lifecycle_stage == "active"}
    scene.expect(found - {None} <= reachable | {t.known["results"], t.known["results, amended"], t.known["results, amended again"]}, "no others", found)

    t.clone = Clone(t.clone.place, t.clone.store, t.clone.experiment, "", t.clone.more | {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"})
    before = t.commit("while the server is down")
    t.commit("amended while it is down", "--amend")
    t.clone = at_once
    said = t.sync()
    found = {one.data.tags.get("guard.commit") for one in scene.store.runs(scene.experiment)}
    scene.expect(t.known["amended while it is down"] in found and before not in found, "what is gone gets no run", f"{found}\n{said}")


def several_runs_of_one_commit(scene: Scene) -> None:
    """Two stages that each log a run: the commit names both, and neither is said to be ambiguous."""
    t = Training.begun(scene)
    t.clone.write({
        "dvc.yaml": PIPELINE.encode() + PIPELINE.split("stages:")[1].replace("train", "other").replace("metrics.json", "other.json")
        .replace("model.txt", "other.txt").encode(),
        "other.py": TRAIN.replace("metrics.json", "other.json").replace("model.txt", "other.txt").replace('"acc"', '"loss"').encode(),
        ".gitignore": b"/model.txt\n/other.txt\n",
    })
    before = t.trained()
    t.clone.guard("exec", "--", *t.dvc("repro"), MLFLOW_TRACKING_URI=scene.store.uri)
    runs = t.trained() - before
    commit = t.commit("two results")
    said = t.sync()
    links = [json.loads(line) for line in t.clone.note(commit, "links").splitlines()]
    found = {(link["run"], link["evidence"], link.get("ambiguous", False)) for link in links if link.get("role") == "training"}
    scene.expect(len(runs) == 2 and found == {(run, "injected", False) for run in runs}, "both are linked", f"{links}\n{said}")


def expect_adopted(t: Training, run: str, message: str) -> None:
    """A run is a commit's own, and there is no other one of that commit."""
    commit = t.known[message]
    links = [json.loads(line) for line in t.clone.note(commit, "links").splitlines()]
    runs = [(link["role"], link["run"]) for link in links if link.get("t") == "mlflow"]
    t.scene.expect(runs == [("record", run)], f"the run of '{message}' is that of its training", links)
    found = [one for one in t.scene.store.runs(t.scene.experiment) if one.data.tags.get("guard.commit") == commit]
    t.scene.expect([one.info.run_id for one in found] == [run], f"'{message}' has no other run", found)
    t.scene.expect("guard.rewritten_to" not in found[0].data.tags if found else False, "which is not said to be rewritten", found)


def secrets_in_files(scene: Scene) -> None:
    """What records leave out does not reach the server in a file either; the run says which files it lacks."""
    t = Training.begun(scene)
    t.clone.write({"params.yaml": b"lr: 0.1\nseed: 7\ndb:\n  password: hunter2\n  url: pg://me:hunter3@host/x\n"})
    t.name("a pipeline")
    commit = t.commit("secrets", "--no-verify")
    t.sync()
    run = next(one for one in scene.store.runs(scene.experiment) if one.data.tags.get("guard.commit") == commit)
    files = scene.store.files(run.info.run_id)
    scene.expect("guard/dvc.yaml" in files and "guard/params.yaml" not in files, "the file with secrets is not there", list(files))
    everything = b"".join(files.values()) + repr(run.data.to_dictionary()).encode()
    scene.expect(b"hunter" not in everything, "no secret is there", everything)
    why = run.data.tags.get("guard.artifacts_skipped", "")
    scene.expect("db.password, db.url" in why and "params.yaml" in why, "the run says so", why)


def _lock(made: str) -> bytes:
    """The record of a training: what counts is that its results are others."""
    entry = {
        "cmd": f"{sys.executable} train.py",
        "outs": [{"path": "model.txt", "hash": "md5", "md5": made, "size": 3}],
    }
    return json.dumps({"schema": "2.0", "stages": {"train": entry}}).encode()


STORIES = [
    the_commit_after_the_training, runs_that_come_late_or_fit_as_well, a_run_that_says_something_else,
    adopted_runs, amends_with_the_server_at_hand, several_runs_of_one_commit, secrets_in_files,
]
