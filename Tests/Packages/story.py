"""What somebody does first with a guard that was just installed, in a repository that the real dvc made."""

from collections.abc import Callable, Iterator
from pathlib import Path

from scene import SOURCES, Outcome, Scene

SETTING = """
git init -q -b main; dvc init -q
printf 'lr: 1\\n' > params.yaml
dvc stage add -q -n train -p lr -o model.txt 'cp params.yaml model.txt'
dvc repro -q; git add -A; git commit -qm 'A pipeline'
git config user.name a; git config user.email a@b.invalid
"""
# What is typed, how it has to end, and what it has to say.
STEPS = [
    ("guard --version", 0, "guard 0."),
    ("guard explain lock/params", 0, "lock/params"),
    ("guard status", 0, "up to date"),
    ("guard install", 0, "pre-commit"),
    ("sed -i 's/1/2/' params.yaml; git commit -qam 'A trial'", 1, "lock/params"),
    ("git checkout -q params.yaml; echo text > notes.txt; git add notes.txt; git commit -qm 'Notes'", 0, ""),
    ("guard log -n 1", 0, "Notes"),
    ("guard verify", 0, ""),
    ("guard check --range HEAD~1..HEAD", 0, "0 errors"),
    ("guard report -o report.html && grep -c '</html>' report.html", 0, "1"),
    ("guard uninstall && test ! -e .git/hooks/pre-commit", 0, ""),
]


def repository(place: Path) -> Path:
    """A repository with a pipeline and its results, made by dvc."""
    scene = Scene(place, f"{SOURCES}/.venv/bin:/usr/bin:/bin")
    scene.made(f"export DVC_NO_ANALYTICS=1; {SETTING}")
    return scene.root


def told(name: str, run: Callable[[str], Outcome]) -> Iterator[tuple[str, str]]:
    """The steps one after another. `run` runs a line in a copy of the repository."""
    for line, code, said in STEPS:
        outcome = run(line)
        yield f"{name}: {line}", "" if outcome.code == code and said in outcome.said else f"{outcome}"
