"""Commits as guard is given them, and what MLflow must have of them: said by Python itself."""

import hashlib
import json
import math
import unicodedata
from dataclasses import dataclass, field

from mlflow.entities import Run

TIME = 1_700_000_000_000
LARGEST = 1.7976931348623157e308


@dataclass(frozen=True)
class Sample:
    """What one commit holds."""

    # Told in the message, so that no two commits are the same.
    word: str
    params: dict
    metrics: dict[str, float]
    # Data that `.dvc` files name, and its hash.
    data: dict[str, str]
    # Stages, and the hash of what each of them makes, from the first data.
    stages: dict[str, str] = field(default_factory=dict)
    requirements: bytes = b"numpy==1.26\n"
    # Where a second `dvc.yaml` lies; empty for nowhere.
    project: str = ""

    @property
    def files(self) -> dict[str, bytes]:
        """The files of the commit."""
        pipeline: dict = {"params": ["params.json"], "metrics": ["metrics.json"]}
        lock: dict = {"schema": "2.0", "stages": {}}
        source, digest = next(iter(self.data.items()), ("", ""))
        for name, made in self.stages.items():
            pipeline.setdefault("stages", {})[name] = {"cmd": f"make {name}", "deps": [source], "outs": [f"out/{name}"]}
            lock["stages"][name] = {
                "cmd": f"make {name}",
                "deps": [{"path": source, "hash": "md5", "md5": digest, "size": 7}],
                "outs": [{"path": f"out/{name}", "hash": "md5", "md5": made, "size": 9}],
            }
        files = {
            "dvc.yaml": _json(pipeline),
            "params.json": _json(self.params),
            "metrics.json": _json(self.metrics),
            "requirements.txt": self.requirements,
        }
        for name, made in self.data.items():
            files[f"{name}.dvc"] = _json({"outs": [{"path": name.rpartition("/")[2], "hash": "md5", "md5": made}]})
        files |= {"dvc.lock": _json(lock)} if self.stages else {}
        return files | ({f"{self.project}/dvc.yaml": b"stages: {}\n"} if self.project else {})

    def differences(self, run: Run, commit: str, record: str, files: dict[str, bytes]) -> list[str]:
        """What of it a run does not have, or has otherwise."""
        found = [f"param {key!r}" for key, value in self.expected_params().items() if run.data.params.get(key) != value]
        found += [f"metric {key!r}" for key, value in self.metrics.items() if not _is(run.data.metrics.get(key), value)]
        tags = {"guard.commit": commit, "mlflow.source.git.commit": commit, "mlflow.user": "person@example.org"}
        tags |= {"guard.record.sha256": hashlib.sha256(record.encode()).hexdigest()}
        found += [f"tag {key!r}" for key, value in tags.items() if run.data.tags.get(key) != value]
        found += [f"tag of stage {name!r}" for name in self.stages if len(run.data.tags.get(f"guard.stage.{name}", "")) != 32]
        inputs = {
            (one.dataset.name, one.dataset.digest): {tag.value for tag in one.tags if tag.key == "mlflow.data.context"}
            for one in run.inputs.dataset_inputs
        }
        wanted = {key: "dvc.track" for key in self.data.items()}
        wanted |= {(f"out/{name}", made): "dvc.out" for name, made in self.stages.items()}
        found += [f"dataset {key!r}" for key, context in wanted.items() if context not in "".join(inputs.get(key, ()))]
        kept = {"guard/record.json": record.encode(), "guard/env/requirements.txt": self.requirements}
        kept |= {f"guard/{name.replace('#', '_')}": text for name, text in self.files.items() if name.endswith(NAMED)}
        found += [f"file {name!r}" for name in kept.keys() | files.keys() if kept.get(name) != files.get(name)]
        if run.info.status != "FINISHED" or (run.info.start_time, run.info.end_time) != (TIME, TIME):
            found.append("status or times")
        return found

    def expected_params(self) -> dict[str, str]:
        """Parameters as `mlflow.log_params` would log them, after flattening."""
        return dict(_flat(self.params, ""))


NAMED = ("dvc.yaml", "dvc.lock", "params.json")


def small(word: str) -> Sample:
    """A commit of usual size, told from others by a word."""
    return Sample(
        word,
        {"train": {f"p{number}": number / 7 for number in range(50)}, "word": word},
        {f"m{number}": number / 3 for number in range(20)},
        {f"data/{number}": hashlib.md5(f"{word}{number}".encode()).hexdigest() for number in range(8)},
        {"train": hashlib.md5(word.encode()).hexdigest()},
    )


def rich(word: str) -> Sample:
    """A commit with all that is hard to keep."""
    params = {
        "train": {"lr": 1e-05, "big": 1e22, "deep": {"flag": True, "none": None}, "layers": [1, "a", 2.0]},
        "Größe": "ä", "列": 7, "Cafe\u0301": 1, "a b/c:d-e": "x", "empty": "", "quotes": "'\"\\\n\t", "emoji": "🚀" * 6000,
        "long": "y" * 7000, **{f"p{number}": number for number in range(250)},
    }  # fmt: skip
    metrics = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "tiny": 1e-300, "π": math.pi, "zero": -0.0}
    metrics |= {f"many/{number}": number * 1.1 for number in range(1100)}
    data = {"data/raw é": hashlib.md5(word.encode()).hexdigest() + ".dir"}
    data |= {f"data/{number}": hashlib.md5(f"{word}{number}".encode()).hexdigest() for number in range(10)}
    stages = {f"s{number}": hashlib.md5(f"{word}s{number}".encode()).hexdigest() for number in range(150)}
    return Sample(word, params, metrics, data, stages, b"", project="ünï cödé#")


def _json(document: dict) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _flat(value: object, key: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in _flat(inner, f"{key}.{name}" if key else name)]
    text = str(value)
    if len(text) > 6000:
        text = f"{text[:5900]}…[sha256:{hashlib.sha256(text.encode()).hexdigest()}]"
    return [(unicodedata.normalize("NFC", key), text)]


def _is(kept: float | None, sent: float) -> bool:
    if kept is None:
        return False
    if math.isnan(sent):
        return math.isnan(kept)
    return kept == math.copysign(LARGEST, sent) if math.isinf(sent) else kept == sent
