"""Repositories at random: pipelines, parameters, data, ignores, and then what people do to them."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import dvc_process
import mutations
import random_cloud
from judge import Guard
from random_parameters import ParameterFile
from repository import Question, Repository

FOLDERS = [".", "sub", "deep/er", "s p", "\u00fcml"]
FILE_NAMES = [
    "a.py", "b.py", "data.csv", "x", "no suffix", "\u00e9t\u00e9.txt", "d-1", "d.1", "UPPER.TXT", "\u65e5\u672c", "q'uote", "[b]", "semi;colon",
    "#h", "~t", "e\u0301", "dash-", ".hidden", "@at", "p%c", "a&b", "\U0001f600.txt", "Makefile", "z.json", "c:d", "-lead",
]  # fmt: skip
IGNORES = ["*.tmp", "__pycache__/", "/build", "!keep.tmp", "d.*", "**/x", "# text", "deep/**/q", " sub/tmp ", "[ab].pyc", "", "*.log"]
TEXTS = ["", "1\n", "two\r\nlines\r\n", "three\nlines\nhere\n", "tail", "\x00bin\r\n", "caf\u00e9\n", "x" * 600, "0", "a,b\n1,2\n"]


@dataclass
class World:
    """One random repository while it is being built."""

    repository: Repository
    random: Random
    root: str
    story: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    tracked: list[str] = field(default_factory=list)
    outs: list[str] = field(default_factory=list)
    parameters: dict[str, ParameterFile] = field(default_factory=dict)
    pipelines: dict[str, dict] = field(default_factory=dict)
    numbers: int = 0

    def chance(self, probability: float) -> bool:
        """Whether something happens this time."""
        return self.random.random() < probability

    def pick(self, choices: list):
        """One of these."""
        return self.random.choice(choices)

    def fresh(self, prefix: str) -> str:
        """A name that nothing has yet."""
        self.numbers += 1
        return f"{prefix}{self.numbers}"

    def text(self) -> str:
        """The content of a file."""
        return self.pick(TEXTS) if self.chance(0.5) else f"{self.random.random()}\n"

    def at(self, path: str) -> str:
        """A path of the DVC root as a path of the Git repository."""
        return os.path.normpath(f"{self.root}/{path}")

    def write(self, path: str, text: str | bytes) -> None:
        """Writes a file below the DVC root."""
        self.repository.file(self.at(path), text)

    def exists(self, path: str) -> bool:
        """Whether a path below the DVC root is there."""
        return (self.repository.path / self.at(path)).exists()

    def dvc(self, *arguments: str) -> bool:
        """Runs dvc in the root; it may fail, which is told in the story."""
        where = self.repository.path / self.root
        outcome = dvc_process.run(list(arguments), where, self.repository.home)
        self.story.append(f"dvc {' '.join(arguments)}" + (f" (exit {outcome.code})" if outcome.code else ""))
        return outcome.code == 0

    def write_pipeline(self, path: str) -> None:
        """Writes a dvc.yaml in one of the ways that people and tools write it."""
        document = self.pipelines[path]
        text = json.dumps(document, ensure_ascii=False, indent=self.pick([None, 2]))
        if self.chance(0.6):
            from dvc.utils.serialize import dumps_yaml

            text = dumps_yaml(document)
        self.write(path, text.replace("\n", "\r\n") if self.chance(0.07) else text)


def build(place: Path, random: Random, guard: object) -> tuple[Repository, list[str]]:
    """Builds a repository, records it, changes it, and decides what is asked."""
    if random.random() < 0.25:
        return random_cloud.build(place, random)
    root = random.choice([".", ".", ".", ".", ".", "inner root"])
    repository = Repository.create(place, root)
    world = World(repository, random, root)
    _write_sources(world)
    _write_parameters(world)
    _track_data(world)
    for folder in random.sample(FOLDERS, random.choice([1, 1, 2, 3])):
        _write_pipeline(world, folder)
    if world.chance(0.3):
        world.write(".dvcignore", "".join(f"{line}\n" for line in random.sample(IGNORES, random.randint(1, 4))))
    if world.chance(0.15):
        repository.root("other root")
        repository.file("other root/dvc.yaml", "stages: {elsewhere: {cmd: x, deps: [gone]}}\n")
        world.story.append("a second root")
    if world.chance(0.1):
        repository.file(".gitattributes", random.choice(["* text=auto\n", "*.py text eol=crlf\n", "* -text\n", "*.csv eol=lf\n"]))
    if world.chance(0.9):
        world.dvc("commit", "-q", "-f")
    if world.chance(0.95):
        repository.commit()
    _live(world, guard)
    return repository, world.story


def _live(world: World, guard: object) -> None:
    """A few rounds of work: changes, sometimes recorded, sometimes committed; then the questions."""
    repository, random = world.repository, world.random
    worktree = Question("worktree", cwd=world.root)
    for _ in range(random.randint(0, 3)):
        if isinstance(guard, Guard) and world.chance(0.5):
            guard.answer(repository, worktree)  # its cache must not outlive what happens next
            world.story.append("guard looks")
        for _ in range(random.randint(1, 3)):
            mutations.one(world)
        if world.chance(0.25):
            world.dvc("commit", "-q", "-f")
        if world.chance(0.4):
            repository.commit()
            world.story.append("git commit")
    repository.stage_all = world.chance(0.4)
    if not repository.stage_all:
        _stage_some(world)
    repository.only("staged", "rev")
    repository.questions.append(worktree)
    if world.chance(0.3):
        below = [folder for folder in FOLDERS if (repository.path / world.root / folder).is_dir()]
        repository.ask(cwd=world.at(world.pick(below)))
    if repository.git("rev-parse", "-q", "--verify", "HEAD~1", check=False).strip():
        repository.ask("rev", rev="HEAD~1")


def _stage_some(world: World) -> None:
    """Stages some of what changed."""
    listing = world.repository.git("status", "--porcelain", "-z", "--no-renames", "-uall").split("\0")
    paths = [entry[3:] for entry in listing if entry]
    chosen = [path for path in paths if world.chance(0.5)]
    if chosen:
        world.repository.git("--literal-pathspecs", "add", "-A", "--", *chosen)
    world.story.append(f"staged {chosen}, not {[path for path in paths if path not in chosen]}")


def _write_sources(world: World) -> None:
    """Code and small data that Git holds, some of it in folders."""
    for name in world.random.sample(FILE_NAMES, world.random.randint(2, 5)):
        world.write(name, world.text())
        world.sources.append(name)
    for folder in world.random.sample(["src", "lib/in", "s p/code", "d\u00e9p"], world.random.randint(1, 3)):
        world.folders.append(folder)
        for name in world.random.sample(FILE_NAMES, world.random.randint(1, 6)):
            path = f"{folder}/{name}" if world.chance(0.7) else f"{folder}/nest/{name}"
            world.write(path, world.text())
            world.sources.append(path)
    if world.chance(0.2):
        target = world.pick(world.sources)
        link = world.fresh(f"{world.folders[0]}/link" if world.chance(0.5) else "link")
        world.repository.link(world.at(link), os.path.relpath(target, os.path.dirname(link) or "."))
        world.sources.append(link)
    if world.chance(0.25):
        world.repository.append(".gitignore", "*.pyc\n*.tmp\n")
        world.write(f"{world.pick(world.folders)}/__pycache__/m.pyc", "x")


def _write_parameters(world: World) -> None:
    """Files of parameters, most of the time params.yaml."""
    names = ["params.yaml"] if world.chance(0.85) else []
    names += [name for name in ("conf.json", "conf.toml", "conf.py", "conf/my.yaml", "sub/params.yaml", "p.x.json") if world.chance(0.3)]
    for name in names or ["params.yaml"]:
        file = ParameterFile.at_random(name, world.random)
        world.parameters[name] = file
        world.write(name, file.render(world.random))


def _track_data(world: World) -> None:
    """Data behind .dvc files."""
    for _ in range(world.random.randint(0, 3)):
        name = world.fresh(world.pick(["data", "raw/set", "d\u00e4ta", "src/in"]))
        if world.chance(0.5):
            world.write(name, world.text())
            world.tracked.append(name)
        else:
            inner = [f"{name}/{path}" for path in world.random.sample(["a", "b.csv", "s/c", "s/d/e", "s p/f", "\u00e9"], world.random.randint(1, 5))]
            for path in inner:
                world.write(path, world.text())
            world.tracked += [name, *inner]
        world.repository.track(world.at(name))


def _write_pipeline(world: World, folder: str) -> None:
    """A dvc.yaml with a few stages."""
    path = os.path.normpath(f"{folder}/dvc.yaml")
    document: dict = {"stages": {}}
    if world.chance(0.25):
        document["vars"] = [{"where": "inline", "axis": ["p", "q"]}]
    world.pipelines[path] = document
    for _ in range(world.random.randint(1, 4)):
        kind = world.random.random()
        name = world.fresh(world.pick(["train", "prep", "a b", "ev.al", "\u00e9tape", "x/y"]))
        if kind < 0.7:
            document["stages"][name] = _stage(world, folder, document)
        elif kind < 0.85:
            document["stages"][name] = _foreach(world, folder)
        else:
            document["stages"][name] = _matrix(world, folder)
    world.write_pipeline(path)


def _stage(world: World, folder: str, document: dict) -> dict:
    """One ordinary stage. What it names exists, nearly always."""
    wdir = world.pick(world.folders) if world.chance(0.2) else folder
    stage: dict = {"cmd": _command(world, folder, document)}
    if wdir != folder:
        stage["wdir"] = os.path.relpath(wdir, folder)
    elif world.chance(0.05):
        stage["wdir"] = "."
    deps = _some(world, world.sources + world.folders + world.tracked + world.outs, 4)
    if deps and world.chance(0.9):
        stage["deps"] = [os.path.relpath(path, wdir) for path in deps]
    if world.chance(0.6):
        stage["params"] = _declared(world, wdir)
    for bucket in ("outs", "metrics", "plots"):
        if world.chance(0.6 if bucket == "outs" else 0.2):
            stage[bucket] = [_out(world, wdir) for _ in range(world.random.randint(1, 2))]
    for flag in ("frozen", "always_changed"):
        if world.chance(0.05):
            stage[flag] = True
    if world.chance(0.1):
        stage["desc"] = "text"
    return stage


def _some(world: World, choices: list[str], most: int) -> list[str]:
    return world.random.sample(sorted(set(choices)), min(len(set(choices)), world.random.randint(0, most)))


def _command(world: World, folder: str, document: dict) -> object:
    """A command, with tokens where the folder has parameters."""
    command = world.pick(["python train.py", "./run.sh --flag", "echo 'a  b'", "x > y && z", "make\n"])
    file = world.parameters.get(os.path.normpath(f"{folder}/params.yaml"))
    tokens = file.tokens() if file else []
    if "vars" in document:
        tokens.append("where")
    if tokens and world.chance(0.5):
        command += " " + " ".join(f"--v ${{{token}}}" for token in world.random.sample(tokens, world.random.randint(1, min(2, len(tokens)))))
    return [command, "second"] if world.chance(0.1) else command


def _declared(world: World, wdir: str) -> list:
    """What a stage says under `params`."""
    declared: list = []
    for path, file in world.random.sample(sorted(world.parameters.items()), world.random.randint(1, len(world.parameters))):
        if os.path.normpath(f"{wdir}/params.yaml") == path and world.chance(0.8):
            declared += file.keys(world.random)
        else:
            declared.append({os.path.relpath(path, wdir): world.pick([None, []]) if world.chance(0.3) else file.keys(world.random)})
    return declared


def _out(world: World, wdir: str) -> object:
    """An output that is there: a file or a folder, cached or in Git."""
    path = world.fresh(world.pick(["out", "models/m", "s p/o", "\u00f6ut"]))
    if world.chance(0.7):
        world.write(path, world.text())
        world.outs.append(path)
    else:
        for inner in world.random.sample(["a", "b/c", "b/d", "\u00e9"], world.random.randint(1, 4)):
            world.write(f"{path}/{inner}", world.text())
            world.outs.append(f"{path}/{inner}")
        world.outs.append(path)
    shown = os.path.relpath(path, wdir)
    if world.chance(0.4):
        return {shown: {"cache": False}}
    if world.chance(0.95):
        world.repository.ignore(world.at(path))
    return {shown: {"persist": True, "desc": "d"}} if world.chance(0.1) else shown


def _foreach(world: World, folder: str) -> dict:
    """A group of stages over a list or a map."""
    items: object = world.pick([["a", "b"], [1, 2.5, True], ["x y", "\u00e9"], {"k": 1, "l": 2}, {"k": {"v": 1}}, ["a", {"v": 1}], []])
    key = "${key}" if isinstance(items, dict) else "${item}"
    if isinstance(items, list) and any(isinstance(item, dict) for item in items):
        return {"foreach": items, "do": {"cmd": "echo group", "deps": [os.path.relpath(world.pick(world.sources), folder)]}}
    keys = list(items)
    stem = world.fresh("each")
    for item in keys:
        shown = str(item).lower() if isinstance(item, bool) else str(item)
        world.write(os.path.normpath(f"{folder}/{stem}-{shown}"), world.text())
        world.sources.append(os.path.normpath(f"{folder}/{stem}-{shown}"))
    return {"foreach": items, "do": {"cmd": f"echo {key}", "deps": [f"{stem}-{key}"]}}


def _matrix(world: World, folder: str) -> dict:
    """A stage over the product of two axes."""
    axes = {"m": world.pick([["a", "b"], [1, True, None], [{"n": 1}, {"n": 2}]]), "k": world.pick([["x"], [0.5, 1], ["p", "q"]])}
    stage = {"matrix": axes, "cmd": "echo ${item.k} ${key}", "deps": [os.path.relpath(world.pick(world.sources), folder)]}
    if world.chance(0.4):
        stem = world.fresh("mx")
        for value in axes["k"]:
            world.write(os.path.normpath(f"{folder}/{stem}-{value}"), world.text())
        stage["deps"].append(f"{stem}-${{item.k}}")
    return stage
