"""Repositories at random whose cache and remotes have some of the data each."""

import json
import shutil
from pathlib import Path
from random import Random

from repository import Repository

NAMES = ["a", "b.csv", "s/c", "s/d/e", "s p/f", "\u00e9", "s/\u65e5"]


class CloudWorld:
    """One such repository while it is being built."""

    def __init__(self, place: Path, random: Random) -> None:
        self.random = random
        self.root = random.choice([".", ".", ".", "inner root"])
        self.repository = Repository.create(place, self.root)
        self.story: list[str] = []
        self.numbers = 0
        self.outs: list[str] = []

    def chance(self, probability: float) -> bool:
        """Whether something happens this time."""
        return self.random.random() < probability

    def at(self, path: str) -> str:
        """A path of the DVC root as a path of the Git repository."""
        return path if self.root == "." else f"{self.root}/{path}"

    def text(self) -> str:
        """A content that nothing has yet: of twins in two files of DVC's it names the one that the file system
        lists first."""
        self.numbers += 1
        return f"{self.numbers}\n"

    def write(self, path: str, twins: list[str]) -> None:
        """Writes a file or a folder; what it may have in common with others is given."""
        content = lambda: self.random.choice(twins) if twins and self.chance(0.3) else self.text()  # noqa: E731
        if self.chance(0.5):
            self.repository.file(self.at(path), content())
            return
        own: list[str] = []
        for name in self.random.sample(NAMES, self.random.randint(1, 5)):
            own.append(self.random.choice(own) if own and self.chance(0.2) else content())
            self.repository.file(self.at(f"{path}/{name}"), own[-1])

    def remotes(self) -> None:
        """Two remotes, the first the default one, nearly always."""
        self.repository.remote("r", root=self.root, default=self.chance(0.95))
        self.repository.remote("other", root=self.root, default=False)

    def data(self) -> None:
        """Data behind .dvc files."""
        for number in range(self.random.randint(0, 3)):
            path = self.random.choice(["data", "in/data", "d\u00e4ta"]) + str(number)
            self.write(path, [])
            keys: dict = {}
            if self.chance(0.15):
                keys["remote"] = self.random.choice(["other", "other", "r"])
            if self.chance(0.1):
                keys["push"] = False
            self.repository.track(self.at(path), **keys)
            self.outs.append(path)

    def stages(self) -> None:
        """A pipeline whose outputs may have content in common."""
        twins = [self.text() for _ in range(3)]
        stages: dict = {}
        for number in range(self.random.randint(0, 3)):
            outs: list = []
            for index in range(self.random.randint(1, 3)):
                path = f"out{number}.{index}"
                self.write(path, twins)
                flags = {"push": False} if self.chance(0.1) else {"remote": "other"} if self.chance(0.1) else {"cache": False} if self.chance(0.1) else {}
                outs.append({path: flags} if flags else path)
                if "cache" not in flags:
                    self.repository.ignore(self.at(path))
                self.outs.append(path)
            stages[f"stage{number}"] = {"cmd": "x", "outs": outs}
        if stages:
            self.repository.file(self.at("dvc.yaml"), json.dumps({"stages": stages}))
            self.repository.lock("dvc.yaml", cwd=self.root)

    def legacy(self) -> None:
        """The objects of one .dvc file as DVC 2 left them."""
        pointers = sorted((self.repository.path / self.root).rglob("*.dvc"))
        pointers = [found for found in pointers if found.is_file()]
        if not pointers or not self.chance(0.2):
            return
        pointer = self.random.choice(pointers)
        document = json.loads(pointer.read_text())
        del document["outs"][0]["hash"]
        pointer.write_text(json.dumps(document))
        cache = self.repository.place / "cache"
        digests = [document["outs"][0]["md5"]]
        if digests[0].endswith(".dir"):
            digests += [entry["md5"] for entry in json.loads(self.repository.cached(digests[0]).read_text())]
        for digest in digests:
            target = cache / digest[:2] / digest[2:]
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(self.repository.cached(digest), target)
        self.story.append(f"{pointer.name} is of DVC 2")

    def spread(self, is_sound: bool) -> None:
        """Uploads some of the objects, and takes some out of the cache. On a sound remote every list has its files:
        where one has not, dvc pushes nothing, and guard what is missing."""
        cache = self.repository.place / "cache"
        objects = sorted(path for path in cache.rglob("*") if path.is_file())
        there, here = self.random.choice([0, 0.3, 0.7, 1]), self.random.choice([0, 0.1, 0.4])
        for path in objects:
            for name, probability in (("r", there), ("other", 0.3)):
                if self.chance(probability):
                    self.upload(path, name)
                    if path.name.endswith(".dir") and is_sound:
                        for file in self.listed(path):
                            self.upload(file, name)
        for path in objects:
            if self.chance(here):
                path.unlink()
        self.story.append(f"{there} of the objects on the remote, {here} gone from the cache")

    def upload(self, path: Path, name: str) -> None:
        """Copies an object of the cache to a remote."""
        place = self.repository.place
        target = place / "remotes" / name / path.relative_to(place / "cache")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)

    def listed(self, path: Path) -> list[Path]:
        """The objects that a list in the cache names."""
        base = path.parent.parent
        digests = [entry["md5"] for entry in json.loads(path.read_text())]
        return [base / digest[:2] / digest[2:] for digest in digests]

    def second_branch(self) -> None:
        """Another branch with other data."""
        self.repository.git("checkout", "-q", "-b", "second")
        for path in self.random.sample(self.outs, min(2, len(self.outs))):
            pointer = self.repository.path / self.at(f"{path}.dvc")
            if pointer.exists():
                shutil.rmtree(self.repository.path / self.at(path), ignore_errors=True)
                (self.repository.path / self.at(path)).unlink(missing_ok=True)
                self.write(path, [])
                digest = self.repository.store(self.at(path))
                pointer.write_text(json.dumps({"outs": [{"md5": digest, "hash": "md5", "path": pointer.stem}]}))
        self.repository.commit()
        if self.chance(0.5):
            self.repository.git("tag", "t")
        self.repository.git("checkout", "-q", "main")
        self.story.append("a second branch")

    def questions(self, has_branch: bool, is_sound: bool) -> None:
        """What is asked."""
        ask, cwd = self.repository.cloud, self.root
        ask(cwd=cwd)
        if has_branch:
            ask(self.random.choice(["-a", "-A", "-T"]), cwd=cwd)
        if self.outs:
            target = self.random.choice(self.outs)
            if self.chance(0.5):
                target += "/" + self.random.choice([*NAMES, "s", "nope"])
            ask(target, cwd=cwd)
        if self.chance(0.3):
            self.repository.ask("cloud", "-r", "other", cwd=cwd)
        if self.chance(0.2):
            ask(cwd=cwd, text=True)
        if is_sound:
            self.repository.push(*(["-r", self.random.choice(["r", "other"])] if self.chance(0.3) else []), cwd=cwd)


def build(place: Path, random: Random) -> tuple[Repository, list[str]]:
    """Builds such a repository and decides what is asked."""
    world = CloudWorld(place, random)
    world.remotes()
    world.data()
    world.stages()
    world.legacy()
    world.repository.commit()
    has_branch = world.chance(0.4)
    if has_branch:
        world.second_branch()
    is_sound = not has_branch and world.chance(0.7)
    world.spread(is_sound)
    world.questions(has_branch, is_sound)
    return world.repository, world.story
