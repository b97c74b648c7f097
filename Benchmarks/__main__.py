"""guard beside the real tools: the same question, the same repository, turn by turn.

    python Benchmarks [--runs N] [--only TEXT] [--output FILE] [--full]

Prints medians, ratios and peak memory, and writes them with the machine to docs/performance.md. Nothing here passes
or fails.
"""

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import histories  # noqa: E402
import pushes  # noqa: E402
import repositories  # noqa: E402
import run_records  # noqa: E402
import tracking  # noqa: E402
from rows import Contender, Row  # noqa: E402

# A process this small starts and reads what another one used at its peak; its own size is the floor of the reading.
PEAK = (
    "import os,sys;"
    "n=os.open(os.devnull,os.O_RDWR);a=[(os.POSIX_SPAWN_DUP2,n,1),(os.POSIX_SPAWN_DUP2,n,2)];"
    "p=os.posix_spawn(sys.argv[1],sys.argv[1:],os.environ,file_actions=a);print(os.wait4(p,0)[2].ru_maxrss)"
)


def main() -> int:
    """Builds the repositories, measures, prints and writes."""
    options = arguments()
    guard = Path(os.environ.get("GUARD") or ".build/release/guard").resolve()
    tools = {name: shutil.which(name) for name in ("git", "true")} | {
        "guard": str(guard),
        "dvc": str(Path(sys.executable).parent / "dvc"),
    }
    base = Path(tempfile.mkdtemp(prefix="guard-bench-")).resolve()
    try:
        os.environ.update(repositories.environment(base, guard))
        measured = []
        for make in repositories.SCENES:
            for row in rows_of(make, base, tools, options):
                print(f"… {row.title}", flush=True)
                measure(row, options.runs)
                measured.append(row)
        for more in (pushes, run_records, tracking, histories):
            for row in more.rows(base, tools, lambda title: options.only in title):
                print(f"… {row.title}", flush=True)
                measure(row, options.runs)
                measured.append(row)
        report = document(measured, options)
        print(report)
        options.output.parent.mkdir(exist_ok=True)
        options.output.write_text(report)
        return 0
    finally:
        shutil.rmtree(base, ignore_errors=True)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=9, help="how often each command is measured")
    parser.add_argument("--only", default="", help="only scenes with this text in their name, or questions about pushes")
    parser.add_argument("--full", action="store_true", help="also let dvc judge 4,931 stages, which takes minutes")
    parser.add_argument("--output", type=Path, default=Path("docs/performance.md"))
    return parser.parse_args()


def rows_of(make: Callable, base: Path, tools: dict[str, str], options: argparse.Namespace) -> list[Row]:
    """Builds one scene and lists what is asked there."""
    if options.only not in make.__name__:
        return []
    place = base / make.__name__
    make(place)
    guard, dvc, git = tools["guard"], tools["dvc"], tools["git"]
    ours, theirs = [guard, "status", "--json"], [dvc, "status", "--json"]

    def forget_ours() -> None:
        for cache in (place / ".git").glob("guard*"):
            shutil.rmtree(cache) if cache.is_dir() else cache.unlink()

    def forget_theirs() -> None:
        shutil.rmtree(os.environ["DVC_SITE_CACHE_DIR"], ignore_errors=True)

    def warm(title: str, goal: str) -> Row:
        return Row(title, goal, place, [Contender("guard status", ours), Contender("dvc status", theirs)])

    def hook(title: str, goal: str) -> Row:
        subprocess.run([guard, "install"], cwd=place, check=False, capture_output=True)
        own = [str(place / ".git" / "hooks" / "pre-commit")]
        others = [Contender("git diff --cached", [git, "diff", "--cached", "--name-only"])]
        return Row(title, goal, place, [Contender("pre-commit hook", own), *others])

    name = make.__name__
    if name == "empty":
        start = [Contender("guard --version", [guard, "--version"]), Contender("git --version", [git, "--version"])]
        start += [Contender("dvc --version", [dvc, "--version"]), Contender("an empty process", [tools["true"]])]
        return [Row("start-up", "under 10 ms", place, start)]
    if name == "one_stage":
        return [warm("status, one stage", ""), hook("hook, one stage", "")]
    if name == "hundred_stages":
        return [
            warm("status, 100 stages × 3 params × 3 deps, warm", "100 times faster than dvc"),
            Row(
                "status, 100 stages × 3 params × 3 deps, cold", "", place,
                [Contender("guard status", ours, forget_ours), Contender("dvc status", theirs, forget_theirs)],
            ),
            Row(
                "status of HEAD and of the index, 100 stages", "", place,
                [
                    Contender("guard status --staged", [*ours, "--staged"]),
                    Contender("guard status --rev HEAD", [*ours, "--rev", "HEAD"]),
                ],
            ),
            hook("hook, 100 stages", "under 30 ms"),
        ]  # fmt: skip
    if name == "large_folder":
        return [
            warm("status, a folder of 20,000 files, warm", "20 times faster than dvc"),
            Row(
                "status, a folder of 20,000 files, cold", "", place,
                [Contender("guard status", ours, forget_ours), Contender("dvc status", theirs, forget_theirs)],
            ),
        ]  # fmt: skip
    if name == "many_stages":
        contenders = [Contender("guard status", ours)]
        if options.full:
            contenders.append(Contender("dvc status", theirs, most=1))
        return [Row("status, 4,931 stages in one dvc.yaml", "under a second", place, contenders)]
    return [hook("hook, a repository of 50,000 files", "")]


def measure(row: Row, runs: int) -> None:
    """Runs the contenders in turn, so that a busy moment of the machine meets them all."""
    for contender in row.contenders:
        code = once(contender, row.where)  # fills what a warm run finds
        if code != 0:
            print(f"  {contender.name}: exit code {code}", flush=True)
        contender.seconds.clear()
        contender.processor.clear()
    for _ in range(runs):
        for contender in row.contenders:
            if contender.most is None or len(contender.seconds) < contender.most:
                once(contender, row.where)
    for contender in row.contenders:
        if contender.before:
            contender.before()
        reading = subprocess.run(
            [sys.executable, "-I", "-S", "-c", PEAK, *contender.command], cwd=row.where, capture_output=True,
            input=contender.input,
        )  # fmt: skip
        contender.peak = float(reading.stdout or 0) / 1024


def once(contender: Contender, where: Path) -> int:
    """One measured run; its exit code."""
    if contender.before:
        contender.before()
    begin, used = time.perf_counter(), processor_seconds()
    done = subprocess.run(
        contender.command, cwd=where, input=contender.input, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    contender.seconds.append(time.perf_counter() - begin)
    contender.processor.append(processor_seconds() - used)
    return done.returncode


def processor_seconds() -> float:
    """What the processes that were started here, and have ended, used of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def document(rows: list[Row], options: argparse.Namespace) -> str:
    """The page, in Markdown."""
    lines = [
        "# Performance",
        "",
        "Made by `make bench`. Each command is run in turn with its peers in the same repository; medians of",
        f"{options.runs} runs (of dvc at remotes, of {pushes.SLOW}), as a shell sees them, process start included. Ratios are of",
        "medians. CPU is the time that the command and what it waited for used of the processors. Peak memory is the resident",
        "set; readings near 9 MB are the floor of the measurement. Servers run on the same machine; S3 is moto, which takes",
        "longer for an upload or a page of a listing than who asks for it, and once nginx with a program that lists, which",
        "do not.",
        "",
        f"Machine: {machine()}",
        "",
        "| what | command | median | best | slower than guard | CPU | peak memory | to reach |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        first = row.contenders[0]
        for contender in row.contenders:
            mine = contender is first
            ratio = "" if mine else f"{contender.median / first.median:.1f} ×"
            lines.append(
                f"| {row.title if mine else ''} | `{contender.name}` | {shown(contender.median)} | {shown(min(contender.seconds))} "
                f"| {ratio} | {shown(statistics.median(contender.processor))} | {contender.peak:.0f} MB | {row.goal if mine else ''} |"
            )
    return "\n".join(lines) + "\n"


def shown(seconds: float) -> str:
    """A duration that can be read."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def machine() -> str:
    """Where this was measured, and how busy it was."""
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = int(next(line.split()[1] for line in open("/proc/meminfo") if line.startswith("MemTotal"))) / 2**20
    system = next((line.split("=")[1].strip().strip('"') for line in open("/etc/os-release") if line.startswith("PRETTY_NAME")), "")
    versions = ", ".join(
        subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()[0]
        for command in (["git", "--version"], [str(Path(sys.executable).parent / "dvc"), "--version"])
    )
    return (
        f"{os.cpu_count()} × {cpu}, {memory:.0f} GB, {system}, Linux {platform.release()}, {versions.replace(', ', ', dvc ')}; "
        f"load average {os.getloadavg()[0]:.1f} at the end, {time.strftime('%Y-%m-%d')}."
    )


if __name__ == "__main__":
    sys.exit(main())
