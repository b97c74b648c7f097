"""There and back: data that dvc pushed and guard sees, and data that guard pushed and dvc pulls."""

import json
import random

import processes
from scene import Scene, is_told_missing


def of_dvc(scene: Scene) -> None:
    """`dvc push` fills the remote. guard sees all of it, and one file that is lost there, and brings that back."""
    scene.fill()
    scene.repository.dvc("push")
    scene.expect_whole("after dvc push")
    before = scene.remote.store.files()
    lost = scene.lose_one_file()
    said = scene.push()
    scene.expect(said.code != 0 and "(1 of 13 objects" in said.stderr, "a file of the folder is gone: the hook stops", said)
    scene.expect("[cache/not-pushed]" in said.stderr, "the file is here", said)
    said = scene.guard("push")
    scene.expect(said.code == 0 and said.stdout.startswith("1 object pushed"), "guard push sends what is gone", said)
    scene.expect(scene.remote.store.files() == before, f"guard push sends {lost} and nothing else")
    scene.forget()
    said = scene.guard("push")
    scene.expect((said.code, said.stdout) == (0, "Everything is up to date.\n"), "nothing is left to send", said)
    said = scene.guard("status", "--cloud", "--json")
    scene.expect((said.code, said.stdout.strip()) == (0, "{}"), "guard status --cloud sees all of it", said)
    scene.forget()
    said = scene.push()
    scene.expect(said.code == 0 and "guard" not in said.stderr, "the hook lets it through", said)


def of_guard(scene: Scene) -> None:
    """The remote is empty: the hook stops. `guard push` fills it, and then the hook does not, and dvc pulls."""
    scene.fill()
    said = scene.push()
    scene.expect(said.code != 0 and said.stderr.count("[cache/not-pushed]") == 4, "an empty remote: the hook stops", said)
    told = scene.guard("status", "--cloud", "--json")
    truth = scene.repository.dvc("status", "--cloud", "--json")
    scene.expect(told.code == 0 and json.loads(told.stdout or "0") == json.loads(truth), f"status --cloud: dvc says {truth}", told)
    scene.expect(scene.remote.store.files() == {}, "who only looks writes nothing")
    said = scene.guard("push")
    scene.expect(said.code == 0 and said.stdout.startswith("16 objects pushed"), "guard push sends it", said)
    scene.expect_whole("after guard push")
    scene.expect(set(scene.remote.store.files()) == scene.objects(), "guard push leaves nothing else there")
    said = scene.push()
    scene.expect(said.code == 0 and "guard" not in said.stderr, "the hook lets it through", said)
    scene.expect(scene.repository.dvc("status", "--cloud", "--json").strip() == "{}", "dvc sees all of it")
    scene.expect_pull("after guard push")


def of_a_damaged_file(scene: Scene) -> None:
    """One file of the folder is there with other bytes: `--verify` sees its size, and `guard push` replaces it."""
    scene.fill()
    scene.expect(scene.guard("push").code == 0, "guard push sends it")
    before = scene.remote.store.files()
    path = scene.one_file()
    scene.remote.store.write(path, before[path][:-1])
    check = ("check", "--rev", "HEAD", "--remote", "--only", "cache/not-pushed,cache/lost")
    said = scene.guard(*check)
    scene.expect(said.code == 0, "its name is there", said)
    said = scene.guard(*check, "--verify")
    scene.expect(said.code == 1 and "(1 of 13 objects" in said.stdout, "--verify sees it", said)
    scene.expect("is damaged on the remote" in said.stdout, "--verify says what it is", said)
    said = scene.guard("push", "--verify")
    scene.expect(said.code == 0 and said.stdout.startswith("1 object pushed"), "guard push --verify replaces it", said)
    scene.expect(scene.remote.store.files() == before, "and nothing else")
    said = scene.guard(*check, "--verify")
    scene.expect(said.code == 0 and not is_told_missing(said), "--verify finds nothing more", said)


def of_a_large_file(scene: Scene) -> None:
    """A file that goes in parts, where the protocol has them, and the end of it is not the end of a part."""
    scene.repository.file("large", random.Random(1).randbytes(70_000_001))
    scene.repository.track("large")
    scene.repository.commit("data")
    said = scene.guard("push")
    scene.expect(said.code == 0, "guard push sends it", said)
    scene.expect_whole("after guard push")
    scene.expect_pull("after guard push")


def of_a_stranger(scene: Scene) -> None:
    """A login that the server refuses, then a server that is gone: nothing is known, so nothing is missing."""
    scene.fill()
    if scene.remote.refused:
        scene.set_locally(scene.remote.refused)
        _expect_nothing_known(scene, "a login that is refused")
    url = scene.remote.keys["url"]
    keys = {key: scene.remote.keys.get(key, "") for key in ("endpointurl", "url")}
    dead = f"127.0.0.1:{processes.free_port()}"
    if "endpointurl" in scene.remote.keys:
        scheme = keys["endpointurl"].partition("://")[0]
        scene.set_locally({"endpointurl": f"{scheme}://{dead}"})
    elif "port" in scene.remote.keys:
        scene.set_locally({"port": dead.partition(":")[2]})
    elif "://" in url and "127.0.0.1" in url:
        scheme, _, rest = url.partition("://")
        scene.set_locally({"url": f"{scheme}://{dead}/{rest.partition('/')[2]}"})
    else:
        return
    _expect_nothing_known(scene, "a server that is gone")


def _expect_nothing_known(scene: Scene, why: str) -> None:
    for said in (scene.push(), scene.guard("push")):
        scene.expect(said.code != 0 and "not checked:" in said.stdout + said.stderr, f"{why}: guard says so", said)
        scene.expect(not is_told_missing(said), f"{why}: nothing is said to be missing", said)
    scene.expect(scene.guard("push").code == 2, f"{why}: exit code 2")
    said = scene.guard("status", "--cloud", "--json")
    scene.expect((said.code, said.stdout) == (2, ""), f"{why}: no status", said)
    scene.expect(scene.remote.store.files() == {}, f"{why}: nothing is sent")
