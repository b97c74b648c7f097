"""Clean measurements to what the model reads: powers of x, so that a line can be a curve."""

import project


def powers(rows: list[dict[str, str]], degree: int) -> list[dict]:
    """Each row with the powers of its x."""
    return [
        {"part": row["part"], "y": float(row["y"])}
        | {f"x{power}": float(row["x"]) ** power for power in range(1, degree + 1)}
        for row in rows
    ]


if __name__ == "__main__":
    project.write(project.FEATURES, powers(project.read(project.PROCESSED), **project.params("features")))
