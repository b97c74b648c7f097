"""The repositories that are measured. Each scene builds one, recorded by the real dvc and committed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

STAGES = 100
FIELD_STAGES = 4931
FOLDER_FILES = 20_000
REPOSITORY_FILES = 50_000


def environment(base: Path, guard: Path) -> dict[str, str]:
    """A private home, and no system settings."""
    home = base / "home"
    home.mkdir(parents=True)
    (home / ".gitconfig").write_text(
        "[user]\n\tname = A\n\temail = a@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
    )
    return {
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(base / "site"),
        "DVC_GLOBAL_CONFIG_DIR": str(home / "dvc"),
        "PATH": f"{guard.parent}{os.pathsep}{os.environ['PATH']}",
    }


def empty(place: Path) -> None:
    """An empty repository with DVC in it."""
    place.mkdir()
    _git(place, "init", "-q")
    _dvc(place, "init", "-q")
    _commit(place)


def one_stage(place: Path) -> None:
    """One stage with a parameter, a dependency and an output."""
    empty(place)
    (place / "params.yaml").write_text("lr: 0.1\n")
    (place / "train.py").write_text("print()\n")
    (place / "model").write_text("weights\n")
    stages = {"train": {"cmd": "python train.py", "deps": ["train.py"], "params": ["lr"], "outs": ["model"]}}
    _record(place, stages, ["model"])


def hundred_stages(place: Path) -> None:
    """100 stages with three parameters, three dependencies and an output each."""
    empty(place)
    for folder in ("src", "data", "out"):
        (place / folder).mkdir()
    params: dict = {}
    stages: dict = {}
    for n in range(STAGES):
        params[f"s{n}"] = {"lr": n / 1000, "depth": n, "name": f"model-{n}"}
        deps = [f"src/{n}.py", f"data/{n}-a.csv", f"data/{n}-b.csv"]
        for path in [*deps, f"out/{n}"]:
            (place / path).write_text(f"{path}\n" * 20)
        keys = [f"s{n}.lr", f"s{n}.depth", f"s{n}.name"]
        stages[f"s{n}"] = {"cmd": f"python src/{n}.py", "deps": deps, "params": keys, "outs": [f"out/{n}"]}
    (place / "params.yaml").write_text(_yaml(params))
    _record(place, stages, ["out"])


def large_folder(place: Path) -> None:
    """20,000 small files behind one .dvc file."""
    empty(place)
    for n in range(FOLDER_FILES):
        folder = place / "data" / f"{n % 20:02}"
        if n < 20:
            folder.mkdir(parents=True)
        (folder / f"{n}.txt").write_text(f"{n}\n" * 10)
    _dvc(place, "add", "-q", "data")
    _commit(place)


def many_stages(place: Path) -> None:
    """As many stages in one dvc.yaml as were met in a public repository. dvc would take minutes to record them."""
    empty(place)
    (place / "code.py").write_text("print()\n")
    (place / "params.yaml").write_text("lr: 1\n")
    digest = hashlib.md5(b"print()\n").hexdigest()
    stages, lock = {}, {}
    for n in range(FIELD_STAGES):
        command = f"python code.py {n}"
        stages[f"s{n}"] = {"cmd": command, "deps": ["code.py"], "params": ["lr"]}
        dep = {"path": "code.py", "hash": "md5", "md5": digest, "size": 8}
        lock[f"s{n}"] = {"cmd": command, "deps": [dep], "params": {"params.yaml": {"lr": 1}}}
    (place / "dvc.yaml").write_text(_yaml({"stages": stages}))
    (place / "dvc.lock").write_text(_yaml({"schema": "2.0", "stages": lock}))
    _commit(place)


def many_files(place: Path) -> None:
    """50,000 files in Git and one stage; one file is staged."""
    one_stage(place)
    for n in range(REPOSITORY_FILES):
        folder = place / "files" / f"{n % 500:03}"
        if n < 500:
            folder.mkdir(parents=True)
        (folder / f"{n}.txt").write_text(f"{n}\n")
    _commit(place)
    (place / "files" / "000" / "0.txt").write_text("changed\n")
    _git(place, "add", "-A")


SCENES = [empty, one_stage, hundred_stages, large_folder, many_stages, many_files]


def _record(place: Path, stages: dict, ignored: list[str]) -> None:
    (place / "dvc.yaml").write_text(_yaml({"stages": stages}))
    (place / ".gitignore").write_text("".join(f"/{path}\n" for path in ignored))
    _dvc(place, "commit", "-q", "-f")
    _commit(place)


def _yaml(document: dict) -> str:
    """Block YAML, as dvc and people write it."""
    from dvc.utils.serialize import dumps_yaml

    return dumps_yaml(document)


def _git(place: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=place, check=True)


def _dvc(place: Path, *arguments: str) -> None:
    subprocess.run([str(Path(sys.executable).parent / "dvc"), *arguments], cwd=place, check=True)


def _commit(place: Path) -> None:
    _git(place, "add", "-A")
    _git(place, "commit", "-q", "--allow-empty", "-m", "state")
