"""What must hold at every store: told with the driver, and looked at with the real client."""

import random
import subprocess
import threading
import time
from dataclasses import dataclass, field

import driver
from driver import Said
from samples import Sample, rich, small
from stores import Store


@dataclass
class Scene:
    """One story at one store, in an experiment of its own."""

    store: Store
    experiment: str
    seed: int
    kills: int
    checks: int = 0
    complaints: list[str] = field(default_factory=list)

    def expect(self, holds: bool, what: str, said: object = "") -> None:
        """Counts one check, and keeps the complaint."""
        self.checks += 1
        if not holds:
            self.complaints.append(f"{what}\n    " + str(said).strip().replace("\n", "\n    "))

    def mirror(self, writer: str, samples: list[Sample], *words: str, **environment: str) -> Said:
        """One writer with some runs."""
        return driver.mirror(self.store, writer, self.experiment, samples, *words, **environment)

    def expect_whole(self, sample: Sample, when: str, run: str = "") -> None:
        """The commit has one run that is not in the bin, and that has all of it."""
        found = self.store.runs(self.experiment, sample.commit)
        active = [one for one in found if one.info.lifecycle_stage == "active"]
        self.expect(len(active) == 1, f"{when}: {len(active)} runs for one commit", active)
        retired = [one for one in found if one not in active]
        self.expect(all("guard.duplicate_of" in one.data.tags for one in retired), f"{when}: a run was deleted", retired)
        if active:
            one = active[0]
            wrong = sample.differences(one, self.store.files(one.info.run_id))
            self.expect(not wrong, f"{when}: the run is not what was sent", ", ".join(wrong[:10]))
            self.expect(run in ("", one.info.run_id), f"{when}: another run was said to be it")


def all_that_is_hard_to_keep(scene: Scene) -> None:
    """A run with everything, a usual one, and both again."""
    samples = [rich(f"{scene.experiment} rich"), small(f"{scene.experiment} small")]
    said = scene.mirror("one", samples)
    scene.expect(said.kinds == ["mirrored"] * 2, "both are mirrored", said)
    for sample, outcome in zip(samples, said.outcomes):
        scene.expect_whole(sample, "first", outcome.get("run", ""))
    again = scene.mirror("two", samples, "list")
    scene.expect([one.get("run") for one in again.outcomes] == [one.get("run") for one in said.outcomes], "again", again)
    mapped = small(f"{scene.experiment} keys")
    mapped.document["params"] = {"a[0]": 1, "../x//y/": 2, "🚀": 3, "k" * 300: 4, " pad ": 5}
    said = scene.mirror("one", [mapped])
    scene.expect(said.kinds == ["mirrored"], "keys that MLflow refuses", said)
    kept = scene.store.runs(scene.experiment, mapped.commit)[0].data.params
    scene.expect(sorted(kept.values()) == list("12345"), "each is a parameter", kept)


def what_a_user_deleted(scene: Scene) -> None:
    """A run in the bin is not made again; an experiment in the bin is told."""
    sample = small(scene.experiment)
    run = scene.mirror("one", [sample]).outcomes[0].get("run", "")
    scene.store.client.delete_run(run)
    said = scene.mirror("one", [sample])
    scene.expect(said.kinds == ["deleted"], "the deletion is respected", said)
    scene.expect(len(scene.store.runs(scene.experiment, sample.commit)) == 1, "nothing is made")
    scene.store.client.restore_run(run)
    said = scene.mirror("one", [sample])
    scene.expect([one.get("run") for one in said.outcomes] == [run], "restored, it is the one", said)
    scene.store.client.delete_experiment(scene.store.client.get_experiment_by_name(scene.experiment).experiment_id)
    said = scene.mirror("one", [small(f"{scene.experiment} other")])
    scene.expect("is deleted" in str(said) and "permanentUntilConfigured" in str(said), "the experiment is deleted", said)


def many_writers(scene: Scene) -> None:
    """Writers with the same commits, all at once: nothing is there twice, then or after the next run."""
    for count in scene.store.writers:
        samples = [small(f"{scene.experiment} {count} {number}") for number in range(6)]
        writers = [driver.start(scene.store, f"writer{number}", scene.experiment) for number in range(count)]
        said: list[Said | None] = [None] * count

        def work(place: int) -> None:
            said[place] = driver.finish(writers[place], samples)

        threads = [threading.Thread(target=work, args=(place,)) for place in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kinds = {kind for one in said if one for kind in one.kinds}
        scene.expect(kinds <= {"mirrored", "busy"}, f"{count} writers", "\n".join(map(str, said)))
        for sample in samples:
            active = _finished(scene, sample)
            scene.expect(len(active) <= 1, f"{count} writers: {len(active)} finished runs for one commit", active)
        after = scene.mirror("writer0", samples)
        scene.expect(after.kinds == ["mirrored"] * len(samples), f"{count} writers: the next run", after)
        for sample in samples:
            scene.expect_whole(sample, f"{count} writers")


def killed(scene: Scene) -> None:
    """A writer is killed (SIGKILL) at moments drawn at random; the next run of the same clone does the rest."""
    draw = random.Random(f"{scene.seed} {scene.store.title}")
    started = time.monotonic()
    scene.mirror("clone", [small(scene.experiment)])
    whole = time.monotonic() - started
    unfinished = 0
    for number in range(scene.kills):
        sample = small(f"{scene.experiment} {number}")
        seconds = draw.uniform(0, whole * 1.1)
        unfinished += not _ends_within(scene, sample, seconds)
        when = f"killed after {seconds * 1000:.0f} ms"
        scene.expect(len(_finished(scene, sample)) <= 1, f"{when}: finished twice")
        said = scene.mirror("clone", [sample])
        scene.expect(said.kinds == ["mirrored"], f"{when}: the next run", said)
        scene.expect_whole(sample, when)
    scene.expect(unfinished > 0, "some are killed before they end", f"{whole:.2f} s for a whole one")


def ways_that_lead_nowhere(scene: Scene) -> None:
    """Each says what is wrong, and of what kind it is."""
    for uri, (kind, words) in scene.store.wrong.items():
        sample = small(f"{scene.experiment} {uri}")
        said = driver.mirror(Store("", uri), "one", scene.experiment, [sample])
        scene.expect(said.kinds == ["failed"] and f'"{kind}"' in str(said) and words in str(said), f"{uri}: {words}", said)
    large = small(f"{scene.experiment} large")
    large.document["artifacts"]["large"] = "x" * 2_000_000
    said = scene.mirror("one", [large])
    scene.expect(said.kinds == ["mirrored"], "a file that nginx finds too large is no hindrance", said)
    run = scene.store.runs(scene.experiment, large.commit)[0]
    scene.expect("guard/large" in run.data.tags.get("guard.artifacts_skipped", ""), "it is said to be left out", run.data.tags)
    scene.expect(len(scene.store.files(run.info.run_id)) == 3, "the others are kept")
    said = scene.mirror("one", [small(f"{scene.experiment} w")], MLFLOW_WORKSPACE="team")
    scene.expect("permanentUntilConfigured" in str(said) and "MLFLOW_WORKSPACE" in str(said), "no workspaces there", said)


def logins_that_are_refused(scene: Scene) -> None:
    """A wrong password, and none."""
    sample = small(f"{scene.experiment} refused")
    for environment in ({"MLFLOW_TRACKING_PASSWORD": "wrong"}, {"MLFLOW_TRACKING_USERNAME": ""}):
        login = scene.store.login | environment
        said = driver.mirror(Store("", scene.store.uri, login), "one", scene.experiment, [sample])
        scene.expect("permanentUntilConfigured" in str(said) and "refuses the login (401)" in str(said), f"{environment}", said)
    scene.expect(not scene.store.runs(scene.experiment, sample.commit), "nothing is made")


def certificates_that_are_missing(scene: Scene) -> None:
    """A server that nobody vouches for, and one that wants to know who asks."""
    sample = small(f"{scene.experiment} refused")
    for login, words in (({}, "is not trusted"), ({"MLFLOW_TRACKING_INSECURE_TLS": "true"}, "answered 400")):
        said = driver.mirror(Store("", scene.store.uri, login), "one", scene.experiment, [sample])
        scene.expect("permanentUntilConfigured" in str(said) and words in str(said), words, said)
    scene.expect(not scene.store.runs(scene.experiment, sample.commit), "nothing is made")


def _finished(scene: Scene, sample: Sample) -> list:
    found = scene.store.runs(scene.experiment, sample.commit)
    return [one for one in found if one.info.lifecycle_stage == "active" and one.info.status == "FINISHED"]


def _ends_within(scene: Scene, sample: Sample, seconds: float) -> bool:
    process = driver.start(scene.store, "clone", scene.experiment)
    try:
        process.communicate(sample.line.encode(), seconds)
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False


def stories(store: Store) -> list:
    """Those that are told at a store."""
    told = [all_that_is_hard_to_keep, what_a_user_deleted]
    told += [many_writers] if store.writers else []
    told += [killed] if store.kills else []
    told += [ways_that_lead_nowhere] if store.wrong else []
    told += [logins_that_are_refused] if "MLFLOW_TRACKING_USERNAME" in store.login else []
    told += [certificates_that_are_missing] if store.uri.startswith("https:") else []
    return told
