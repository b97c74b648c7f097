"""Measures the model on rows that it has not seen, and logs that to the training's run, with what dvc.lock has of it."""

import json

import project
import tracking
import train

if __name__ == "__main__":
    weights = json.loads(project.MODEL.read_text(encoding="utf-8"))["weights"]
    metrics = {"test_mse": round(train.error(weights, train.rows("test")), 6)}
    project.METRICS.write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    with tracking.run("evaluate", goes_on=True) as run:
        run.metrics(metrics)
        run.lock()
