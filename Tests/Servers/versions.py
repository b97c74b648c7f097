"""A remote that keeps versions: files are there by their names, and the record names the version of each."""

import re

from scene import Scene


def of_moved_files(scene: Scene) -> None:
    """Content that `dvc push` has sent is not there under another name, nor by a version that nobody has."""
    repository = scene.repository
    repository.file("a", "content\n")
    repository.files(**{"folder/1": "1\n", "folder/2": "2\n"})
    repository.dvc("add", "-q", "a", "folder")
    send(scene, "what dvc pushed")
    repository.dvc("move", "a", "b")
    # After `dvc move` of a folder dvc 3.67 would push none of its files.
    repository.remove("folder.dvc")
    repository.rename("folder", "other")
    repository.dvc("add", "-q", "other")
    repository.commit("moved")
    stopped(scene, 2, "what is moved")
    with scene.pulled() as there:
        scene.expect(there["exit code"] != "0", "dvc pull does not find it either", str(there))
    repository.git("reset", "-q", "--soft", "HEAD~1")
    # `dvc move` keeps the version that the file had under its old name, and `dvc push` leaves what has one.
    record = (repository.path / "b.dvc").read_text()
    repository.file("b.dvc", re.sub("  cloud:\n(    .*\n)*", "", record))
    send(scene, "what dvc pushed under its new name")
    scene.expect_pull("after dvc push")
    record = (repository.path / "b.dvc").read_text()
    repository.file("b.dvc", re.sub("version_id: .*", "version_id: nobody-has-it", record))
    repository.commit("made up")
    stopped(scene, 1, "a version that is made up")


def send(scene: Scene, what: str) -> None:
    """`dvc push` writes the versions, which are committed."""
    scene.repository.dvc("push")
    scene.repository.commit("data")
    said = scene.push()
    scene.expect(said.code == 0 and "guard" not in said.stderr, f"{what}: the hook lets it through", said)


def stopped(scene: Scene, count: int, what: str) -> None:
    """The hook and `guard check` tell so many outputs."""
    said = scene.push()
    scene.expect(said.code != 0 and said.stderr.count("[cache/not-pushed]") == count, f"{what}: the hook stops", said)
    for scope in (("--rev", "HEAD"), ("--range", "HEAD~1..HEAD")):
        said = scene.guard("check", *scope, "--remote", "--no-cache", "--only", "cache/not-pushed,cache/lost")
        scene.expect(said.stdout.count("[cache/not-pushed]") == count, f"{what}: guard check {scope} tells it", said)
