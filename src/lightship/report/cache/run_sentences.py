"""What is said of a recorded build, in several formats."""

from __future__ import annotations

from lightship.cache.misses.explained_run import (
    ExplainedRun,
    Happened,
    RunStep,
    WhyRan,
)
from lightship.report.cache import step_phrases
from lightship.report.cache.remedies import remedies
from lightship.wording.counts import count
from lightship.wording.durations import duration

_LEAST_PULL = 0.5  # seconds that are told
_REMEDIES = {
    WhyRan.EMPTY: (
        "give the build a cache that outlives its builder: `cache-from` and `cache-to`, such as "
        "`type=gha,mode=max` or `type=registry,ref=IMAGE:cache,mode=max`"
    ),
    WhyRan.IMPORT: (
        "check that the ref or scope which is read is the one that an earlier build writes, and "
        "that this job may read it"
    ),
    WhyRan.NEEDED: "write the cache with `mode=max`: it keeps the results of all stages",
    WhyRan.BASE: (
        "pin the base image by digest, and let a bot move it in a change of its own"
    ),
    WhyRan.GONE: (
        "see whether the build before wrote the same ref and scope, and whether the cache was "
        "evicted: GitHub drops the least recently used above its quota, and all after 7 days"
    ),
}


def verdict(run: ExplainedRun) -> str:
    """`5 of 8 steps ran, 31 s: 3 for the change, 2 (4.1 s) though nothing of theirs changed`."""
    ran = len(run.ran)
    if not ran:
        return "No step ran: all were hits"
    steps = count(len(run.steps), "step")
    text = f"{ran:,} of {steps} ran{_time(run.seconds)}"
    unexplained = len(run.unexplained)
    if not unexplained:
        return f"{text}: all of them for what changed"
    explained = ran - unexplained
    if not explained:
        return f"{text}: the change explains none of them"
    return (
        f"{text}: {explained:,} for what changed, {unexplained:,}{_extra(run)} that the change "
        "does not explain"
    )


def _time(seconds: float | None) -> str:
    return "" if seconds is None else f", {duration(seconds)}"


def _extra(run: ExplainedRun) -> str:
    seconds = run.unexplained_seconds
    return "" if seconds is None else f" ({duration(seconds)})"


def compared(run: ExplainedRun) -> str:
    """Which commits are compared, and where the record is from."""
    return f"{run.after} on the cache of {run.before}, read from a {run.record.form}"


def why(step: RunStep) -> str:
    """Why a step ran; empty where it was a hit as predicted."""
    if step.happened is Happened.HIT and step.predicted.hit:
        if step.pulled < _LEAST_PULL:
            return ""
        return f"a hit, whose layers took {duration(step.pulled)} to pull and unpack"
    return step_phrases.reason(step.reason)


def caches(run: ExplainedRun) -> list[str]:
    """A sentence for each cache that was read, and that none was."""
    record = run.record
    if not record.steps:
        return []
    rows: list[str] = []
    for found in record.imports:
        result = f"could not be read: {found.error}" if found.error else "was read"
        rows.append(f"cache {found.source} {result}")
    if not rows:
        rows.append("no cache was imported")
    seconds = record.export_seconds
    if seconds is not None:
        rows.append(f"writing the cache took {duration(seconds)}")
    return rows


def to_do(run: ExplainedRun) -> list[str]:
    """What to do, each once: first of what the change does not explain."""
    sentences: dict[str, None] = {}
    for step in run.unexplained:
        if step.why in _REMEDIES:
            sentences[_REMEDIES[step.why]] = None
    changed = [step.predicted for step in run.ran if step.why is WhyRan.CHANGE]
    sentences |= dict.fromkeys(remedies(changed))
    return list(sentences)
