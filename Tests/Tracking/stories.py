"""What must hold at every store: the real guard brings runs there, and the real client looks at them."""

import random
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from clones import SECONDS, Clone, Said
from mlflow.entities import Run
from samples import Sample, rich, small
from stores import Store


@dataclass
class Scene:
    """One story at one store, in an experiment and a folder of its own."""

    store: Store
    experiment: str
    seed: int
    kills: int
    place: Path
    checks: int = 0
    complaints: list[str] = field(default_factory=list)

    def expect(self, holds: bool, what: str, said: object = "") -> None:
        """Counts one check, and keeps the complaint."""
        self.checks += 1
        if not holds:
            self.complaints.append(f"{what}\n    " + str(said).strip()[:2000].replace("\n", "\n    "))

    def clone(self, *samples: Sample, name: str = "repository") -> tuple[Clone, list[str]]:
        """A repository with a commit for each sample, and their names."""
        clone = Clone.made(self.place / name, self.store, self.experiment)
        return clone, clone.commit_recorded(*samples)

    def runs(self, commit: str) -> list[Run]:
        """The runs of a commit; those in the bin are among them."""
        return self.store.runs(self.experiment, commit)

    def expect_brought(self, said: Said, count: int, when: str) -> None:
        """So many commits were brought, and none waits."""
        self.expect(said.code == 0 and f"runs: those of {_count(count)} are at " in said, f"{when}: all are brought", said)

    def expect_whole(self, clone: Clone, sample: Sample, commit: str, when: str) -> None:
        """The commit has one run that is not in the bin, that has all of it, and that its links name."""
        found = self.runs(commit)
        active = [one for one in found if one.info.lifecycle_stage == "active"]
        self.expect(len(active) == 1, f"{when}: {len(active)} runs for one commit", active)
        retired = [one for one in found if one not in active]
        self.expect(all("guard.duplicate_of" in one.data.tags for one in retired), f"{when}: a run was deleted", retired)
        if active:
            one = active[0]
            wrong = sample.differences(one, commit, clone.note(commit), self.store.files(one.info.run_id))
            self.expect(not wrong, f"{when}: the run is not what was sent", ", ".join(wrong[:10]))
            links = clone.note(commit, "links")
            self.expect(f'"run":"{one.info.run_id}"' in links, f"{when}: it is linked", links)


def all_that_is_hard_to_keep(scene: Scene) -> None:
    """A commit with everything, a usual one, and both again from another clone, which finds their runs."""
    samples = [rich("rich"), small("small")]
    clone, commits = scene.clone(*samples)
    scene.expect_brought(clone.sync("--all"), 2, "first")
    for sample, commit in zip(samples, commits):
        scene.expect_whole(clone, sample, commit, "first")
    before = [one.info.run_id for commit in commits for one in scene.runs(commit)]
    again = clone.again("another")
    scene.expect_brought(again.sync("--all"), 2, "again")
    scene.expect([one.info.run_id for commit in commits for one in scene.runs(commit)] == before, "no run is made anew")
    mapped = Sample("keys", {"a[0]": 1, "../x//y/": 2, "🚀": 3, "k" * 300: 4, " pad ": 5}, {}, {})
    commit = clone.commit_recorded(mapped)[0]
    scene.expect_brought(clone.sync("--all"), 1, "keys that MLflow refuses")
    kept = scene.runs(commit)[0].data.params
    scene.expect(sorted(kept.values()) == list("12345"), "each is a parameter", kept)


def a_history(scene: Scene) -> None:
    """Commits so many that their runs are listed once, and not looked for one by one."""
    samples = [small(f"{number}") for number in range(21)]
    clone, commits = scene.clone(*samples)
    scene.expect_brought(clone.sync("--all"), 21, "first")
    again = clone.again("another")
    scene.expect_brought(again.sync("--all"), 21, "again")
    for sample, commit in zip(samples[::8], commits[::8]):
        scene.expect_whole(again, sample, commit, "again")
    scene.expect(len(scene.store.runs(scene.experiment)) == 21, "no run is made anew")


def what_a_user_deleted(scene: Scene) -> None:
    """A run in the bin is not made again; an experiment in the bin is told."""
    clone, (commit,) = scene.clone(small("one"))
    clone.sync("--all")
    run = scene.runs(commit)[0].info.run_id
    scene.store.client.delete_run(run)
    other = clone.again("another")
    said = other.sync("--all")
    scene.expect("1 commit left alone, whose runs were deleted there" in said, "the deletion is respected", said)
    scene.expect(len(scene.runs(commit)) == 1, "nothing is made")
    scene.expect("withdrawn" in other.note(commit, "links"), "the deletion is kept", other.note(commit, "links"))
    scene.store.client.restore_run(run)
    third = clone.again("third")
    scene.expect_brought(third.sync("--all"), 1, "restored")
    scene.expect(run in third.note(commit, "links"), "restored, it is the one", third.note(commit, "links"))
    scene.store.client.delete_experiment(scene.store.client.get_experiment_by_name(scene.experiment).experiment_id)
    waiting = clone.commit_recorded(small("two"))[0]
    said = clone.sync("--all")
    scene.expect("is deleted" in said and said.code == 2, "the experiment is deleted", said)
    scene.expect("state configuration" in clone.state(waiting), "the commit waits for it", clone.state(waiting))


def many_writers(scene: Scene) -> None:
    """Clones with the same commits, all at once: nothing is there twice, then or after the next run."""
    for count in scene.store.writers:
        samples = [small(f"{count} {number}") for number in range(6)]
        first, commits = scene.clone(*samples, name=f"of {count}")
        clones = [first, *(first.again(f"of {count}, number {number}") for number in range(1, count))]
        writers = [clone.start("--all") for clone in clones]
        words = [""] * count

        def work(place: int) -> None:
            words[place] = writers[place].communicate(timeout=SECONDS)[0]

        threads = [threading.Thread(target=work, args=(place,)) for place in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        scene.expect(all("runs: " in one for one in words), f"{count} writers", "\n".join(words))
        for commit in commits:
            active = _finished(scene, commit)
            scene.expect(len(active) <= 1, f"{count} writers: {len(active)} finished runs for one commit", active)
        after = first.sync("--all", "--force")
        scene.expect(after.code == 0, f"{count} writers: the next run", after)
        for sample, commit in zip(samples, commits):
            scene.expect_whole(first, sample, commit, f"{count} writers")


def killed(scene: Scene) -> None:
    """`guard sync` is killed (SIGKILL) at moments drawn at random; the next one does the rest."""
    draw = random.Random(f"{scene.seed} {scene.store.title}")
    clone, made = scene.clone(small("0"))
    samples = [small("0")]
    started = time.monotonic()
    clone.sync("--all")
    whole = time.monotonic() - started
    unfinished = 0
    # Twice for each commit: what goes on with a run that was left may be killed, too.
    for number in range((scene.kills + 1) // 2):
        samples.append(small(f"{number + 1}"))
        made += clone.commit_recorded(samples[-1])
        seconds = [draw.uniform(0, whole * 1.1) for _ in range(2)]
        unfinished += sum(not _ends_within(clone, moment) for moment in seconds)
        said = clone.sync("--all")
        scene.expect(said.code == 0, f"killed after {seconds}: the next run", said)
    scene.expect(unfinished > 0, "some are killed before they end", f"{whole:.2f} s for a whole one")
    finished = [
        run.data.tags["guard.commit"]
        for run in scene.store.runs(scene.experiment)
        if (run.info.lifecycle_stage, run.info.status) == ("active", "FINISHED")
    ]
    scene.expect(sorted(finished) == sorted(made), "each commit has one finished run", f"{len(finished)} of {len(made)}")
    for sample, commit in list(zip(samples, made))[:: max(1, len(made) // 10)]:
        scene.expect_whole(clone, sample, commit, f"after {scene.kills} kills")
    expect_sound(scene, clone, made)


def expect_sound(scene: Scene, clone: Clone, commits: list[str]) -> None:
    """Git finds nothing wrong, and the record and the links of each commit are here and where it is pushed to."""
    checked = clone.git("fsck", "--strict", "--no-dangling")
    scene.expect(not checked.strip(), "git fsck", checked)
    for ref in ("runs", "links"):
        here, there = (clone.git(*place, "notes", f"--ref=guard/{ref}", "list") for place in ((), ("-C", f"{clone.place}.git")))
        noted = {line.split()[1] for line in here.splitlines()}
        scene.expect(noted >= set(commits) and here == there, f"refs/notes/guard/{ref} is whole", f"{len(noted)} of {len(commits)}")


def ways_that_lead_nowhere(scene: Scene) -> None:
    """Each says what is wrong, and keeps the commit in mind as what it is."""
    clone, (commit,) = scene.clone(small("one"))
    for uri, (state, words) in scene.store.wrong.items():
        said = clone.sync("--all", "--force", MLFLOW_TRACKING_URI=uri)
        kept = clone.state(commit)
        holds = said.code == 2 and words in said and f"state {state}" in (kept or "state nothing")
        scene.expect(holds, f"{uri}: {state}, {words}", f"{said}\n{kept}")
        (clone.place / ".git/guard/spool" / commit).unlink(missing_ok=True)
    large = Sample("large", {}, {}, {}, requirements=b"x" * 2_000_000)
    commit = clone.commit_recorded(large)[0]
    scene.expect_brought(clone.sync("--all"), 2, "a file that nginx finds too large is no hindrance")
    run = scene.runs(commit)[0]
    skipped = run.data.tags.get("guard.artifacts_skipped", "")
    scene.expect("guard/env/requirements.txt" in skipped, "it is said to be left out", run.data.tags)
    scene.expect(len(scene.store.files(run.info.run_id)) == 3, "the others are kept")
    clone.commit_recorded(small("w"))
    said = clone.sync("--all", MLFLOW_WORKSPACE="team")
    scene.expect(said.code == 2 and "MLFLOW_WORKSPACE" in said, "no workspaces there", said)


def logins_that_are_refused(scene: Scene) -> None:
    """A wrong password, and none."""
    clone, (commit,) = scene.clone(small("refused"))
    for environment in ({"MLFLOW_TRACKING_PASSWORD": "wrong"}, {"MLFLOW_TRACKING_USERNAME": ""}):
        said = clone.sync("--all", **environment)
        scene.expect(said.code == 2 and "refuses the login (401)" in said, f"{environment}", said)
        scene.expect("state configuration" in clone.state(commit), "it waits for another login", clone.state(commit))
    scene.expect(not scene.runs(commit), "nothing is made")


def certificates_that_are_missing(scene: Scene) -> None:
    """A server that nobody vouches for, and one that wants to know who asks."""
    clone, (commit,) = scene.clone(small("refused"))
    nobody = dict.fromkeys(scene.store.login, "")
    for login, words in (({}, "is not trusted"), ({"MLFLOW_TRACKING_INSECURE_TLS": "true"}, "answered 400")):
        said = clone.sync("--all", **nobody, **login)
        scene.expect(said.code == 2 and words in said, words, said)
        scene.expect("state configuration" in clone.state(commit), "it waits for a certificate", clone.state(commit))
    scene.expect(not scene.runs(commit), "nothing is made")


def _count(number: int) -> str:
    return f"{number} {'commit' if number == 1 else 'commits'}"


def _finished(scene: Scene, commit: str) -> list[Run]:
    return [one for one in scene.runs(commit) if (one.info.lifecycle_stage, one.info.status) == ("active", "FINISHED")]


def _ends_within(clone: Clone, seconds: float) -> bool:
    process = clone.start("--all")
    try:
        process.communicate(timeout=seconds)
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False


def stories(store: Store) -> list:
    """Those that are told at a store."""
    import trainings

    told = [all_that_is_hard_to_keep, what_a_user_deleted]
    told += [many_writers] if store.writers else []
    told += [killed] if store.kills else []
    told += [a_history, *trainings.STORIES] if store.trains else []
    told += [ways_that_lead_nowhere] if store.wrong else []
    told += [logins_that_are_refused] if "MLFLOW_TRACKING_USERNAME" in store.login else []
    told += [certificates_that_are_missing] if store.uri.startswith("https:") else []
    return told
