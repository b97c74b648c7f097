"""Judges the same repositories by guard and by the real dvc.

    GUARD=path/to/guard python Tests/Conformance [--only TEXT] [--seed N --count N] …

Named cases come from `cases/`; then `--count` repositories are made at random from `--seed`. A failure prints
both documents, where the repository was kept and the shortest command that repeats it.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import cases  # noqa: E402
import dvc_process  # noqa: E402
import generator  # noqa: E402
from judge import Guard, HonestDelegate, LyingDelegate, Verdict, judge  # noqa: E402
from repository import BrokenCase, Repository  # noqa: E402


@dataclass(frozen=True)
class Job:
    """A named case, or the number of a random one."""

    number: int
    name: str
    repeat: str
    named: bool


@dataclass
class Setting:
    """What all the workers share; it is set before they are forked."""

    options: argparse.Namespace
    base: Path
    guard: object


SETTING: Setting


def main() -> int:
    """Runs everything; 0 when guard and dvc agree on all of it."""
    options = arguments()
    started = time.monotonic()
    jobs = all_jobs(options)
    if options.list:
        print("\n".join(job.name for job in jobs))
        return 0
    if not jobs:
        print("conformance: nothing to judge")
        return 1
    dvc_process.preload()
    base = Path(tempfile.mkdtemp(prefix="guard-conformance-")).resolve()
    global SETTING
    SETTING = Setting(options, base, guard(options))
    totals, failures = run_all(jobs, options, base)
    seconds = time.monotonic() - started
    if not options.keep and (not failures or options.self_check == "lying"):
        shutil.rmtree(base, ignore_errors=True)
    if options.self_check == "lying":
        return check_liar(jobs, failures)
    print(
        f"conformance: {len(jobs)} repositories ({sum(job.named for job in jobs)} named, seed {options.seed}), "
        f"{totals.answers} answers compared ({totals.changed} with changes, {totals.failed} refused), "
        f"{len(failures)} failed, {seconds:.0f} s"
    )
    for job in failures:
        print(f"  failed: {job.name}\n    repeat: {job.repeat}")
    return 1 if failures else 0


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="only named cases with this text in theme or title; no random ones")
    parser.add_argument("--seed", type=int, default=None, help="seed of the random repositories (default: drawn, and printed)")
    parser.add_argument("--count", type=int, default=int(os.environ.get("COUNT") or 200), help="how many random repositories")
    parser.add_argument("--first", type=int, default=0, help="number of the first random repository")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--keep", action="store_true", help="keep every repository, not only those that failed")
    parser.add_argument("--list", action="store_true", help="only name the cases")
    parser.add_argument("--random-only", action="store_true", help="leave out the named cases")
    parser.add_argument("--show", action="store_true", help="print what dvc says to each case")
    parser.add_argument(
        "--self-check", choices=["honest", "lying"],
        help="test this harness: dvc stands in for guard and must pass (honest), or lies and must be caught each time",
    )
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def all_jobs(options: argparse.Namespace) -> list[Job]:
    """The named cases that were asked for, then the random ones."""
    program = "make conformance"
    jobs = [
        Job(number, f"{case.theme}: {case.title}", f"{program} ONLY='{case.title}'", True)
        for number, case in enumerate(cases.load())
        if options.only in f"{case.theme}: {case.title}" and not options.random_only
    ]
    if options.only:
        return jobs
    for number in range(options.first, options.first + options.count):
        repeat = f"{program} SEED={options.seed} FIRST={number} COUNT=1 RANDOM_ONLY=1"
        jobs.append(Job(number, f"random {options.seed}.{number}", repeat, False))
    return jobs


def guard(options: argparse.Namespace) -> object:
    """Who answers for guard."""
    if options.self_check:
        return {"honest": HonestDelegate, "lying": LyingDelegate}[options.self_check]()
    binary = Path(os.environ.get("GUARD") or ".build/release/guard").resolve()
    if not os.access(binary, os.X_OK):
        sys.exit(f"conformance: there is no guard at {binary}; build it, or name it in GUARD")
    return Guard([str(binary)])


def run_all(jobs: list[Job], options: argparse.Namespace, base: Path) -> tuple[Verdict, list[Job]]:
    """Spreads the jobs over processes, prints each complaint as it comes, and adds up."""
    totals, failures = Verdict(), []
    context = multiprocessing.get_context("fork")
    with context.Pool(max(1, options.jobs)) as pool:
        for job, verdict in pool.imap_unordered(run_one, jobs, chunksize=1):
            totals.answers += verdict.answers
            totals.changed += verdict.changed
            totals.failed += verdict.failed
            if not verdict.complaints:
                continue
            failures.append(job)
            if options.self_check != "lying":
                report(job, verdict, base)
    return totals, failures


def report(job: Job, verdict: Verdict, base: Path) -> None:
    """One failure, as a person needs it."""
    print(f"FAILED {job.name}\n  kept in {place_of(job, base)}/repo\n  repeat: {job.repeat}")
    for complaint in verdict.complaints:
        print("  " + complaint.replace("\n", "\n  "))
    print(flush=True)


def place_of(job: Job, base: Path) -> Path:
    """Where the repository of a job lives. The path is as long for all of them."""
    return base / f"{'case' if job.named else 'rand'}{job.number:05}"


def run_one(job: Job) -> tuple[Job, Verdict]:
    """Builds and judges one repository in a worker."""
    place = place_of(job, SETTING.base)
    verdict = Verdict()
    try:
        verdict = build_and_judge(job, place)
    except BrokenCase as error:
        verdict.complaints.append(f"the case could not be built or asked: {error}")
    except Exception:
        verdict.complaints.append(f"the harness broke: {traceback.format_exc()}")
    if not verdict.complaints and not SETTING.options.keep:
        shutil.rmtree(place, ignore_errors=True)
    return job, verdict


def build_and_judge(job: Job, place: Path) -> Verdict:
    """Builds one repository and asks guard and dvc about it."""
    if not job.named:
        seed = random.Random(f"{SETTING.options.seed}.{job.number}")
        repository, story = generator.build(place, seed, SETTING.guard)
        verdict = judge(repository, repository.finish(), SETTING.guard)
        verdict.complaints = [complaint + "\nwhat was done: " + "; ".join(story) for complaint in verdict.complaints]
        return verdict
    case = cases.load()[job.number]
    repository = Repository.create(place, case.root)
    case.build(repository)
    return judge(repository, repository.finish(), SETTING.guard, case.expected)


def check_liar(jobs: list[Job], failures: list[Job]) -> int:
    """A harness that a liar gets past proves nothing."""
    believed = [job.name for job in jobs if job not in failures]
    for name in believed:
        print(f"  believed a wrong answer: {name}")
    print(f"conformance: a liar was caught in {len(failures)} of {len(jobs)} repositories")
    return 1 if believed else 0


if __name__ == "__main__":
    sys.exit(main())
