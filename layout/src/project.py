"""Where things lie, and what the parameters are: the same for every stage."""

import csv
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw" / "measurements.csv"
PROCESSED = ROOT / "data" / "processed" / "measurements.csv"
FEATURES = ROOT / "data" / "features" / "table.csv"
MODEL = ROOT / "models" / "model.json"
METRICS = ROOT / "metrics.json"
RUN = ROOT / "mlflow_run.json"


def yaml(path: Path) -> dict:
    """What a YAML file holds."""
    return YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}


def params(stage: str) -> dict:
    """The parameters of a stage."""
    return yaml(ROOT / "params.yaml").get(stage, {})


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict]) -> None:
    """Writes the rows of a table, with the same line ends on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
