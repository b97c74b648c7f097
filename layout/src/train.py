"""Fits a curve by gradient descent. Stands for the real training: replace it, and keep `tracking.run`."""

import json

import project
import tracking

Row = tuple[list[float], float]


def rows(part: str) -> list[Row]:
    """The inputs and the target of each row of a part."""
    table = [row for row in project.read(project.FEATURES) if row["part"] == part]
    names = [name for name in table[0] if name.startswith("x")]
    return [([1.0] + [float(row[name]) for name in names], float(row["y"])) for row in table]


def predict(weights: list[float], inputs: list[float]) -> float:
    """What the model says of a row."""
    return sum(weight * value for weight, value in zip(weights, inputs))


def error(weights: list[float], data: list[Row]) -> float:
    """The mean of the squared errors."""
    return sum((predict(weights, inputs) - target) ** 2 for inputs, target in data) / len(data)


def fit(data: list[Row], rate: float, epochs: int) -> list[float]:
    """The weights after some epochs."""
    weights = [0.0] * len(data[0][0])
    for _ in range(epochs):
        slopes = [0.0] * len(weights)
        for inputs, target in data:
            off = predict(weights, inputs) - target
            slopes = [slope + 2 * off * value for slope, value in zip(slopes, inputs)]
        weights = [weight - rate * slope / len(data) for weight, slope in zip(weights, slopes)]
    return weights


if __name__ == "__main__":
    data = rows("train")
    with tracking.run("train") as run:
        weights = fit(data, **project.params("train"))
        run.metrics({"train_mse": error(weights, data)})
        project.MODEL.parent.mkdir(parents=True, exist_ok=True)
        project.MODEL.write_text(json.dumps({"weights": weights}) + "\n", encoding="utf-8")
