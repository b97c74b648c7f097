"""Runs as guard is given them, and what MLflow must have of them: said by Python itself."""

import hashlib
import json
import math
import unicodedata
from dataclasses import dataclass

from mlflow.entities import Run

TIME = 1_700_000_000_000
LARGEST = 1.7976931348623157e308


@dataclass(frozen=True)
class Sample:
    """One commit's run."""

    document: dict

    @property
    def commit(self) -> str:
        return self.document["commit"]

    @property
    def line(self) -> str:
        """What the driver reads."""
        return json.dumps(self.document) + "\n"

    def differences(self, run: Run, files: dict[str, bytes]) -> list[str]:
        """What of it is not there, or is different."""
        found = [f"param {key!r}" for key, value in parameters(self).items() if run.data.params.get(key) != value]
        found += [f"tag {key!r}" for key, value in self.document["tags"].items() if run.data.tags.get(key) != str(value)]
        found += [f"metric {key!r}" for key, value in self.document["metrics"].items() if not _is(run.data.metrics.get(key), value)]
        inputs = {(one.dataset.name, one.dataset.digest): one for one in run.inputs.dataset_inputs}
        for name, digest, source, context in self.document["datasets"]:
            short = digest if len(digest) <= 36 else f"sha256-{digest[:29]}"
            one = inputs.get((name, short))
            if one is None or one.dataset.source != source or context not in {tag.value for tag in one.tags}:
                found.append(f"dataset {name!r}")
        kept = {f"guard/{name.replace('#', '_')}": text.encode() for name, text in self.document["artifacts"].items()}
        found += [f"file {name!r}" for name in kept.keys() | files.keys() if kept.get(name) != files.get(name)]
        if run.info.status != "FINISHED" or (run.info.start_time, run.info.end_time) != (TIME, TIME):
            found.append("status or times")
        return found


def small(word: str) -> Sample:
    """A run of usual size, told from others by a word."""
    commit = hashlib.sha1(word.encode()).hexdigest()
    return Sample(
        {
            "commit": commit,
            "record": hashlib.sha256(word.encode()).hexdigest(),
            "time": TIME,
            "params": {f"train.p{number}": number / 7 for number in range(50)},
            "metrics": {f"m{number}": number / 3 for number in range(20)},
            "tags": {"mlflow.source.git.commit": commit, "guard.schema": "1"},
            "datasets": [[f"data/{n}", hashlib.md5(f"{word}{n}".encode()).hexdigest(), "{}", "dvc.dep"] for n in range(10)],
            "artifacts": {"record.json": "{}\n", "dvc.lock": "x" * 4000, "params.yaml": "p: 1\n"},
        }
    )


def rich(word: str) -> Sample:
    """A run with all that is hard to keep."""
    document = small(word).document
    document["params"] = {
        "train": {"lr": 1e-05, "big": 1e22, "deep": {"flag": True, "none": None}, "layers": [1, "a", 2.0]},
        "Größe": "ä", "列": 7, "Cafe\u0301": 1, "a b/c:d-e": "x", "empty": "", "quotes": "'\"\\\n\t", "emoji": "🚀" * 6000,
        "long": "y" * 7000, **{f"p{number}": number for number in range(250)},
    }  # fmt: skip
    document["metrics"] |= {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "tiny": 1e-300, "π": math.pi, "zero": -0.0}
    document["metrics"] |= {f"many/{number}": number * 1.1 for number in range(1100)}
    document["tags"] |= {f"tag.{number}": f"v{number}" for number in range(150)} | {"note": "# *Größe*\n" * 500}
    document["datasets"] += [
        ["data/raw é", hashlib.md5(word.encode()).hexdigest() + ".dir", json.dumps({"path": "data/raw é"}), "dvc.out"],
        ["sha", hashlib.sha256(word.encode()).hexdigest(), "{}", "dvc.track"],
    ]
    document["artifacts"] |= {"empty": "", "sub/ünï cödé +%.txt".replace("%", ""): "é", "a#b": "hash", "large": "l" * 800_000}
    return Sample(document)


def parameters(sample: Sample) -> dict[str, str]:
    """Parameters as `mlflow.log_params` would log them, after flattening."""
    return dict(_flat(sample.document["params"], ""))


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
