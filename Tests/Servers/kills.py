"""`guard push` is killed (SIGKILL) at points drawn at random: what is on the remote then, and what the next run does."""

import random
import subprocess
import time
from collections.abc import Callable

import remotes
from dvc_process import environment
from scene import Scene, some

FILES = 60
# How much longer than a whole push a run may last before it is killed: some runs must end by themselves.
SLACK = 1.1


def story(rounds: int, seed: int) -> Callable[[Scene], None]:
    """So many kills at one remote."""

    def killed(scene: Scene) -> None:
        draw = random.Random(f"{seed} {scene.remote.keys['url'].partition(':')[0]}")
        _fill(scene, draw)
        whole = _measured(scene)
        unfinished = sum(_round(scene, draw.uniform(0, whole * SLACK)) for _ in range(rounds))
        scene.expect(unfinished >= rounds // 3, f"most runs end before they are killed: {unfinished} of {rounds} did not")
        scene.expect_pull("after the last")

    return killed


def story_in_parts(rounds: int, seed: int) -> Callable[[Scene], None]:
    """So many kills at one remote while one file goes in parts."""

    def killed_in_parts(scene: Scene) -> None:
        draw = random.Random(f"{seed} parts")
        scene.repository.file("large", draw.randbytes(100_000_001))
        scene.repository.track("large")
        scene.repository.commit("data")
        whole = _measured(scene)
        unfinished = sum(_round(scene, draw.uniform(0, whole)) for _ in range(rounds))
        scene.expect(unfinished >= rounds // 3, f"most runs end before they are killed: {unfinished} of {rounds} did not")

    return killed_in_parts


def _fill(scene: Scene, draw: random.Random) -> None:
    """A folder of files from a byte to a megabyte, and a model; the last byte makes each its own."""
    for number in range(FILES):
        scene.repository.file(f"data/{number % 7}/{number}", draw.randbytes(1 << draw.randrange(20)) + bytes([number]))
    scene.repository.file("model", draw.randbytes(4_000_000))
    scene.repository.track("data")
    scene.repository.track("model")
    scene.repository.commit("data")


def _measured(scene: Scene) -> float:
    """The seconds that a whole push takes."""
    started = time.monotonic()
    said = scene.guard("push", "--no-cache")
    scene.expect(said.code == 0, "a push that nobody disturbs", said)
    return time.monotonic() - started


def _round(scene: Scene, seconds: float) -> bool:
    """Empties the remote, lets a push begin and kills it; then the next one does the rest. Whether it was cut off.

    What an earlier round left unfinished stays: nobody may take it for an object.
    """
    for path in remotes.objects(scene.remote.store.files()):
        scene.remote.store.remove(path)
    scene.forget()
    ended = _killed(scene, seconds)
    when = f"killed after {seconds * 1000:.0f} ms"
    files = scene.remote.store.files()
    wrong = remotes.wrong(files)
    scene.expect(not wrong, f"{when}: the remote has what it must not have", some(wrong))
    there = remotes.objects(files)
    lists = {path for path in there if path.endswith(".dir")}
    scene.expect(not lists or scene.children() <= there, f"{when}: a list came before its files")
    said = scene.guard("push")
    scene.expect(said.code == 0, f"{when}: the next run", said)
    scene.expect_whole(f"{when}, and run again")
    return not ended


def _killed(scene: Scene, seconds: float) -> bool:
    """Runs a push for so long; whether it ended by itself."""
    process = subprocess.Popen(
        [str(scene.binary), "push"], cwd=scene.repository.path, env=environment(scene.repository.home),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
