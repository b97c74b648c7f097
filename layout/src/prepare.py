"""Raw measurements to clean ones: drops what is incomplete, and says which rows are kept for the evaluation."""

import random

import project


def clean(rows: list[dict[str, str]], holdout: float, seed: int) -> list[dict[str, str]]:
    """The complete rows, each with the part that it belongs to."""
    chance = random.Random(seed)
    complete = [row for row in rows if all(value.strip() for value in row.values())]
    return [row | {"part": "test" if chance.random() < holdout else "train"} for row in complete]


if __name__ == "__main__":
    project.write(project.PROCESSED, clean(project.read(project.RAW), **project.params("prepare")))
