"""What dvc shows of a commit's parameters and metrics, in the shape of a run record; and the shape of a record."""

import json
import math
import os
from pathlib import Path

import dvc_process
import jsonschema


class Misshapen(Exception):
    """A record that is not what its JSON Schema says."""


SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "run-record-1.json"


def shown(clone: Path, roots: list[Path], home: Path) -> dict | None:
    """Parameters and metrics of all DVC repositories of a clone; none where dvc cannot read one of them."""
    params: dict[str, object] = {}
    metrics: dict[str, object] = {}
    for root in roots:
        outcome = dvc_process.call(_show, clone / root, home)
        if outcome.code != 0:
            return None
        found = json.loads(outcome.stdout)
        for name, merged in (("params", params), ("metrics", metrics)):
            for file, value in found[name].items():
                merged[os.path.normpath(root / file)] = value
    return {"params": _named(params), "metrics": {file: dict(value) for file, value in metrics.items()}}


def of_record(document: dict) -> dict:
    """The same parts of a record. A part that is left out is empty."""
    for error in jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).iter_errors(document):
        raise Misshapen(f"{error.json_path}: {error.message[:500]}")
    predicate = document["predicate"]
    return {name: predicate.get(name, {}) for name in ("params", "metrics")}


def _named(files: dict[str, object]) -> dict[str, object]:
    """As dvc.api does it: a key that two files have stands behind the file's name."""
    counts: dict[str, int] = {}
    for leaves in files.values():
        for top in {top for top, _, _ in leaves}:
            counts[top] = counts.get(top, 0) + 1
    named: dict[str, object] = {}
    for file in sorted(files, key=os.fsencode):
        for top, key, value in files[file]:
            named.setdefault(key if counts[top] == 1 else f"{file}:{key}", value)
    return named


def _show() -> int:
    """In a child, in the directory of a DVC repository: prints what `dvc.repo` shows of the work tree."""
    import dvc.repo.params.show
    from dvc.repo import Repo

    # What only templates take is not in a record.
    dvc.repo.params.show._collect_vars = lambda *_arguments: {}
    with Repo() as repo:
        params = repo.params.show(hide_workspace=False)["workspace"]
        metrics = repo.metrics.show(hide_workspace=False)["workspace"]
    if "error" in params or "error" in metrics:
        return 1
    print(
        json.dumps(
            {
                "params": {file: _parameters(result["data"]) for file, result in params["data"].items() if "data" in result},
                "metrics": {file: _leaves(result["data"], "") for file, result in metrics["data"].items() if "data" in result},
            }
        )
    )
    return 0


def _parameters(data: object) -> list[tuple[str, str, object]]:
    if not isinstance(data, dict):
        return [("", "", _plain(data))]
    return [(str(top), key, value) for top, inner in data.items() for key, value in _leaves(inner, str(top))]


def _leaves(value: object, key: str) -> list[tuple[str, object]]:
    """The values of nested maps, with dots between the names."""
    if not isinstance(value, dict) or (not value and key):
        return [(key, _plain(value))]
    return [leaf for name, inner in value.items() for leaf in _leaves(inner, f"{key}.{name}" if key else str(name))]


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
