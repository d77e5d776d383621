"""Results of the layer cache by hand: a build explained, a history replayed, advice; and what a hostile one says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Explanation, Reason, StepResult
from lightship.cache.replay.past import Commit
from lightship.cache.replay.results import (
    CommitResult,
    CostlyFile,
    Fate,
    RankedReason,
    Replay,
    StepHistory,
)
from lightship.cache.times.build_time import Times
from lightship.outcome import Outcome
from lightship.report.cache.explained_change import ExplainedChange

START = 1_735_689_600  # 2025-01-01
DAY = 86_400
INSTALL = "RUN pip install --no-cache-dir -r requirements.txt"
COPY_ALL, COPY_ONE = "COPY . /app", "COPY requirements.txt /app/"
UNCHANGED = "base images are assumed unchanged: a new image under the same tag rebuilds everything on it"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "</script><script>alert(1)</script>",
    "`code` | *bold* | [link](javascript:alert(1))",
    "\x1b]0;title\x07\x1b[31mred",
    "over\ntwo\r\nlines\ttab",
    "\u202egnp.exe",
    "no utf-8: \udcff\udcfe",
    "````\n```diff\n@everyone",
    "&lt;i&gt; ünï 漢字",
)


def explanation() -> Explanation:
    """Two stages, eight steps, of which three are rebuilt."""
    same, parent = (
        Reason(Cause.SAME, "nothing that it depends on has changed"),
        "the step before it was rebuilt",
    )
    files = Reason(
        Cause.FILES, "`requirements.txt` changed: 2 lines", ("requirements.txt",)
    )
    # As of stale_hits.py and assumptions.py, word for word
    warning = (
        "`requirements.txt` changed, but not its size and time: from the same directory, "
        "BuildKit reuses the old bytes"
    )
    steps = (
        StepResult("build", 3, "WORKDIR /src", True, same, (), 0.01),
        StepResult(
            "build",
            4,
            "RUN apt-get update && apt-get install -y gcc",
            True,
            same,
            (),
            21.0,
        ),
        StepResult(
            "build", 5, "COPY requirements.txt .", False, files, (warning,), 0.2
        ),
        StepResult(
            "build", 6, INSTALL, False, Reason(Cause.PARENT, parent, line=5), (), 40.0
        ),
        StepResult("stage-1", 9, "WORKDIR /app", True, same, (), 0.01),
        StepResult(
            "stage-1",
            10,
            "COPY --from=build /venv /venv",
            False,
            Reason(Cause.STAGE, "`/venv` of build", line=6),
        ),
        StepResult(
            "stage-1",
            11,
            "COPY --link app app",
            True,
            Reason(Cause.KNOWN, "as it was at abc"),
            (),
            0.1,
        ),
        StepResult(
            "stage-1",
            12,
            "RUN --network=none python -m compileall app",
            True,
            same,
            (),
            11.7,
        ),
    )
    return Explanation(steps, (UNCHANGED,), 41.0, 73.0)


def change(explained: Explanation | None = None) -> ExplainedChange:
    """An explanation with what its builds are called, and a limit that it breaks and one that it keeps."""
    limits = (
        Outcome(
            "max-rebuild",
            "30 s",
            "41 s",
            passed=False,
            detail=("line 6 (40 s): the step before it",),
        ),
        Outcome("must-hit", "apt-get", "a hit", passed=True),
    )
    found = explanation() if explained is None else explained
    return ExplainedChange(
        found, "Dockerfile", "main (0123456789)", "the files on disk", limits
    )


def bare(steps: tuple[StepResult, ...]) -> ExplainedChange:
    """Steps of which nothing else is known."""
    return ExplainedChange(Explanation(steps))


def _history(steps: int, commits: int, misses: Callable[[int, int], bool]) -> list[str]:
    return [
        "".join(Fate.MISS if misses(step, at) else Fate.HIT for at in range(commits))
        for step in range(steps)
    ]


def result(
    at: int, fates: list[str], seconds: float | None, subject: str = ""
) -> CommitResult:
    """One commit of a made-up history, two to a day."""
    missed = tuple(step for step, each in enumerate(fates) if each[at] == Fate.MISS)
    causes = tuple(
        "`app/main.py` changed" if step == missed[0] else "the step before it"
        for step in missed
    )
    commit = Commit(
        f"{at + 1:040x}", START + at * DAY // 2, subject or f"Change no. {at + 1}"
    )
    failed = (
        "line 4: no such file: `setup.cfg`"
        if any(each[at] == Fate.FAILED for each in fates)
        else ""
    )
    return CommitResult(
        commit,
        missed,
        at % 7 + 1,
        120 + at % 5,
        bool(missed) and at % 11 == 0,
        seconds,
        failed,
        causes,
    )


def replay(commits: int = 500, *, better: bool = False, timed: bool = True) -> Replay:
    """A history in which nearly every commit reinstalls; `better` is the same with the dependencies first."""
    install = (lambda at: at % 11 == 3) if better else (lambda at: at % 8 != 5)
    fates = _history(
        3,
        commits,
        lambda step, at: step > 0 and (at % 8 != 5 if step == 2 else install(at)),
    )
    if commits > 40:
        fates[1] = f"{fates[1][:20]}{Fate.FAILED}{fates[1][21:]}"
        fates[2] = f"{fates[2][:20]}{Fate.SKIPPED}{fates[2][21:]}"
    texts = (
        ("WORKDIR /app", INSTALL, COPY_ALL)
        if better
        else ("WORKDIR /app", COPY_ALL, INSTALL)
    )
    one = {"WORKDIR /app": 0.02, INSTALL: 38.0, COPY_ALL: 0.8}
    files = RankedReason(
        Cause.FILES, "files that it copies changed", 0, ("app/main.py", "README.md")
    )
    steps = tuple(
        StepHistory(
            "stage-0",
            2 + at,
            text,
            each.count(Fate.MISS),
            each,
            _reasons(each, files),
            one[text] if timed else None,
        )
        for at, (text, each) in enumerate(zip(texts, fates, strict=True))
    )
    spent = [
        sum(one[step.instruction] for step in steps if step.fates[at] == Fate.MISS)
        for at in range(commits)
    ]
    results = tuple(
        result(at, fates, spent[at] if timed else None) for at in range(commits)
    )
    costly = (
        CostlyFile(
            "app/main.py", commits // 2, commits, 19.4 * commits if timed else None
        ),
        CostlyFile(
            "README.md", commits // 10, commits // 5, 3.8 * commits if timed else None
        ),
    )
    return Replay(
        steps, results, costly, (UNCHANGED,),
        Times({2: 0.02, 3: 0.8, 4: 38.0}, "one build with --no-cache") if timed else None,
        sum(spent) if timed else None, 38.82 if timed else None, max(commits - 1, 0) / 2,
    )  # fmt: skip


def _reasons(fates: str, files: RankedReason) -> tuple[RankedReason, ...]:
    many = fates.count(Fate.MISS)
    first = RankedReason(files.cause, files.text, many - many // 5, files.paths)
    return (
        (first, RankedReason(Cause.PARENT, "the step of line 3 was rebuilt", many // 5))
        if many
        else ()
    )


DIFF = """\
--- a/Dockerfile
+++ b/Dockerfile
@@ -1,4 +1,5 @@
 FROM python:3.13-slim
 WORKDIR /app
-COPY . /app
+COPY requirements.txt /app/
 RUN pip install --no-cache-dir -r requirements.txt
+COPY . /app
"""


def advice(commits: int = 500, *, timed: bool = True, **more) -> Advice:
    """Dependencies first, over the history of `replay`."""
    before, after = (
        replay(commits, timed=timed),
        replay(commits, better=True, timed=timed),
    )
    given = {"safe": True, "rule": "dependencies-first"} | more
    title, why = (
        "Install the dependencies before the sources are copied",
        "They change more seldom than the sources.",
    )
    return Advice(
        title,
        why,
        {"Dockerfile": "FROM python:3.13-slim\n"},
        DIFF,
        before,
        after,
        **given,
    )


def advised(commits: int = 500, *, timed: bool = True) -> Advised:
    """Two pieces of advice, one of them to be looked at, and both together."""
    first = advice(commits, timed=timed)
    second = advice(
        commits,
        timed=timed,
        safe=False,
        caution="tests are no longer in the image",
        rule="",
    )
    return Advised(first.before, (first, second), first, 7, (UNCHANGED,))


def hostile(text: str) -> tuple[ExplainedChange, Replay, Advised]:
    """Results in which a repository says `text` wherever it can say something."""
    reason = Reason(Cause.FILES, text, (text, "other"), 1)
    steps = (
        StepResult(text, 1, f"RUN {text}", False, reason, (text,), 1.0),
        StepResult("b", 2, text, True, reason),
    )
    history = (
        StepHistory(
            text,
            1,
            f"COPY {text}",
            1,
            "#",
            (RankedReason(Cause.FILES, text, 1, (text,)),),
        ),
        StepHistory(text, 2, "RUN make", 1, "!", ()),
    )
    commit = CommitResult(
        Commit(text, 2**62, text), (0,), 1, 1, True, None, text, (text,)
    )
    replayed = Replay(
        history,
        (commit,),
        (CostlyFile(text, 1, 1),),
        (text,),
        Times({1: 1.0}, text, True),
        1.0,
        None,
        0.0,
        text,
    )
    one = Advice(
        text,
        text,
        {text: text},
        f"--- a/{text}\n-{text}\n+{text}\n",
        replayed,
        replayed,
        False,
        text,
        text,
    )
    limit = Outcome("must-hit", text, text, passed=False, detail=(text,))
    explained = Explanation(steps, (text,))
    hostile_change = ExplainedChange(explained, text, text, text, (limit,))
    return (
        hostile_change,
        replayed,
        Advised(replayed, (one, one), one, 2, (text,)),
    )


def all_hostile() -> tuple[ExplainedChange, Replay, Advised]:
    """One of each, in which a repository says all of HOSTILE."""
    explained, replayed, advice_of = zip(*map(hostile, HOSTILE), strict=True)
    many = len(replayed)
    steps = tuple(
        replace(
            each.steps[0], line=at, fates=" " * at + Fate.MISS + " " * (many - at - 1)
        )
        for at, each in enumerate(replayed)
    )
    commits = tuple(
        replace(each.commits[0], missed=(at,)) for at, each in enumerate(replayed)
    )
    notes, files = tuple(HOSTILE), tuple(each.files[0] for each in replayed)
    whole = replace(replayed[0], steps=steps, commits=commits, files=files, notes=notes)
    advice = tuple(
        replace(each.advice[0], before=whole, after=whole) for each in advice_of
    )
    all_steps = tuple(step for each in explained for step in each.explanation.steps)
    first = replace(explained[0], explanation=Explanation(all_steps, notes))
    return first, whole, Advised(whole, advice, advice[0], many, notes)
