"""Proofs by hand: a change that is better, others that are worse or broken, and what hostile ones say."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from lightship.outcome import Outcome
from lightship.proof.figures import COUNTING
from lightship.proof.measure_plan import MeasurePlan, Running
from lightship.proof.measured import (
    Answer,
    ImageShape,
    Measured,
    MeasuredBuild,
    Ran,
    ShapeLayer,
    StepTime,
)
from lightship.proof.proof import (
    ChangeShare,
    Effect,
    Fact,
    Figure,
    FigureGroup,
    Proof,
    Verdict,
    VerdictKind,
    WeighedRow,
    Weighing,
    Weights,
)
from lightship.proof.services.used import UsedService, UsedServices
from lightship.proof.weighing import weigh

CREATED = 1_764_158_400  # 2025-11-26 12:00
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
    "]]> <!-- -->",
)
BEFORE, AFTER, SAME, OTHER, UNKNOWN = (
    "before",
    "after",
    Effect.SAME,
    Effect.OTHER,
    Effect.UNKNOWN,
)
BETTER, WORSE = Effect.BETTER, Effect.WORSE

OLD = """\
FROM python:3.13
WORKDIR /app
COPY . /app
RUN pip install -r requirements.txt
CMD uvicorn main:app
"""
NEW = """\
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.txt /app/
RUN pip install --no-cache-dir -r requirements.txt
FROM python:3.13-slim
COPY --from=build /usr/local /usr/local
COPY . /app
USER 10001:10001
CMD ["uvicorn", "main:app"]
"""
DIFF = """\
--- a/Dockerfile
+++ b/Dockerfile
@@ -1,5 +1,9 @@
-FROM python:3.13
+FROM python:3.13-slim AS build
 WORKDIR /app
-COPY . /app
-RUN pip install -r requirements.txt
-CMD uvicorn main:app
+COPY requirements.txt /app/
+RUN pip install --no-cache-dir -r requirements.txt
+FROM python:3.13-slim
+COPY --from=build /usr/local /usr/local
+COPY . /app
+USER 10001:10001
+CMD ["uvicorn", "main:app"]
"""
PACKAGES = tuple(f"deb lib{name}-dev 1.{at}" for at, name in enumerate("abcdefgh"))


def _builds(scenario, seconds, steps=()):
    return tuple(
        MeasuredBuild(scenario, each, steps, "sha256:" + "0" * 64, 41_000_000)
        for each in seconds
    )


def _steps(texts, seconds, *, cached=()):
    many, own = len(texts), ("[", "exporting")
    names = [
        text if text.startswith(own) else f"[{at}/{many}] {text}"
        for at, text in enumerate(texts, 1)
    ]
    return tuple(
        StepTime(name, each, name in cached)
        for name, each in zip(names, seconds, strict=True)
    )


def before() -> Measured:
    steps = _steps(
        ("[internal] load metadata for docker.io/library/python:3.13", "FROM python:3.13", "WORKDIR /app",
         "COPY . /app", "RUN pip install -r requirements.txt", "exporting to image"),
        (0.9, 12.1, 0.05, 1.4, 38.2, 19.6),
    )  # fmt: skip
    builds = (
        *_builds("cold", (73.1, 71.9, 75.4), steps),
        *_builds("nothing", (0.24, 0.26, 0.22)),
        *_builds(
            "edit",
            (41.0, 40.2, 42.7),
            _steps(("COPY . /app", "RUN pip install -r requirements.txt"), (1.1, 39.0)),
        ),
        *_builds("dependency", (42.2, 41.1, 43.0)),
    )
    answers = (
        Answer("GET /health", 200, '{"ok":true}'),
        Answer("GET /items?q=1", 200, '{"items":[1,2,3]}'),
    )
    ran = Ran(
        0.44,
        answers,
        None,
        10.09,
        137,
        True,
        61_000_000,
        "sh",
        "everywhere",
        ("root",),
        "Started\nTerminated",
    )
    shape = ImageShape(
        842_000_000, 310_000_000, 813_000_000, 44_000_000, 31_200,
        (ShapeLayer(430_000_000, 1, "FROM python:3.13"), ShapeLayer(0, 2, "WORKDIR /app"), ShapeLayer(41_000_000, 3, "COPY . /app"),
         ShapeLayer(342_000_000, 4, "RUN pip install -r requirements.txt")),
        ("deb openssl 3.0.1", "python fastapi 0.121.0", *PACKAGES), "", True, 12, 1, 31_200, False, "Debian 13",
        {"usr": 600_000_000, "usr/lib": 350_000_000, "usr/lib/gcc": 150_000_000, "usr/local": 180_000_000,
         "root/.cache": 120_000_000, "app": 41_000_000, "var/lib": 30_000_000},
        {"package-cache": 2, "runs-as-root": 1},
    )  # fmt: skip
    return Measured(
        "HEAD",
        builds,
        (ran, ran, ran),
        shape,
        1_240,
        41_000_000,
        False,
        ("file /app/x differs",),
        OLD,
    )


def after() -> Measured:
    steps = (
        StepTime(
            "[internal] load metadata for docker.io/library/python:3.13-slim",
            0.8,
            start=0.1,
        ),
        StepTime("[build 1/4] FROM python:3.13-slim", 4.2, start=0.9),
        StepTime("[build 2/4] WORKDIR /app", 0.05, start=5.1),
        StepTime("[build 3/4] COPY requirements.txt /app/", 0.04, start=5.2),
        StepTime(
            "[build 4/4] RUN pip install --no-cache-dir -r requirements.txt",
            31.9,
            start=5.3,
        ),
        StepTime(
            "[stage-1 2/3] COPY --from=build /usr/local /usr/local", 1.2, start=37.3
        ),
        StepTime("[stage-1 3/3] COPY . /app", 0.03, start=38.6),
        StepTime("exporting to image", 2.4, start=38.7),
    )
    builds = (
        *_builds("cold", (41.3, 40.6, 42.9), steps),
        *_builds("nothing", (0.25, 0.21, 0.24)),
        *_builds(
            "edit",
            (1.71, 1.66, 1.84),
            (StepTime("[stage-1 3/3] COPY . /app", 0.2), steps[1]),
        ),
        *_builds("dependency", (39.5, 44.8, 41.9)),
    )
    ran = replace(
        before().runs[0],
        start=0.45,
        stop=0.31,
        code=0,
        killed=False,
        first="uvicorn",
        users=("10001",),
    )
    shape = ImageShape(
        231_000_000, 84_000_000, 216_000_000, 0, 9_800,
        (ShapeLayer(121_000_000, 5, "FROM python:3.13-slim"), ShapeLayer(94_000_000, 6, "COPY --from=build /usr/local"),
         ShapeLayer(52_000, 7, "COPY . /app")),
        ("deb openssl 3.0.1", "python fastapi 0.121.0"), "10001:10001", False, 4, 0, 120, False, "Debian 13",
        {"usr": 190_000_000, "usr/lib": 80_000_000, "usr/local": 96_000_000, "app": 52_000, "var/lib": 6_000_000},
        {},
    )  # fmt: skip
    return Measured(
        "the working tree", builds, (ran, ran, ran), shape, 12, 52_000, None, (), NEW
    )


def seconds(
    key, title, one, other, change, low=None, high=None, *, group=FigureGroup.REBUILD
) -> Figure:
    return Figure(key, group, title, "seconds", one, other, change, low, high)


def exact(
    key, title, one, other, change, group=FigureGroup.SIZE, unit="bytes"
) -> Figure:
    return Figure(key, group, title, unit, (float(one),), (float(other),), change)


def figures() -> tuple[Figure, ...]:
    one, other, run = before(), after(), FigureGroup.RUN
    times = {
        scenario: (one.seconds(scenario), other.seconds(scenario))
        for scenario in one_scenarios()
    }
    return (
        seconds("cold", "build with nothing in the cache", *times["cold"], BETTER, 0.545, 0.584, group=FigureGroup.BUILD),
        seconds("nothing", "rebuild when nothing changed", *times["nothing"], SAME, 0.81, 1.13),
        seconds("edit", "rebuild after a code edit", *times["edit"], BETTER, 0.0392, 0.0453),
        seconds("dependency", "rebuild after a dependency edit", *times["dependency"], SAME, 0.92, 1.08),
        exact("context-bytes", "build context", 41_000_000, 52_000, BETTER, FigureGroup.CONTEXT),
        exact("context-files", "files in it", 1_240, 12, BETTER, FigureGroup.CONTEXT, "count"),
        exact("content", "content", 813_000_000, 216_000_000, BETTER),
        exact("size", "layers", 842_000_000, 231_000_000, BETTER),
        exact("waste", "waste", 44_000_000, 0, BETTER),
        exact("packages", "packages", 10, 2, BETTER, unit="count"),
        exact("layers", "layers", 4, 3, BETTER, unit="count"),
        seconds("start", "start to the first answer", (0.44, 0.38, 0.43), (0.45, 0.44), SAME, 0.98, 1.18, group=run),
        seconds("stop", "stop", (10.09, 10.11, 10.08), (0.31, 0.36, 0.33), BETTER, 0.031, 0.036, group=run),
        Figure("memory", run, "memory at rest", "bytes", (), (61e6,), UNKNOWN, note="cgroups were not readable"),
        exact("setuid", "setuid programs", 12, 4, BETTER, FigureGroup.SECURITY, "count"),
        exact("secrets", "secrets in layers", 1, 0, BETTER, FigureGroup.SECURITY, "count"),
    )  # fmt: skip


def one_scenarios() -> tuple[str, ...]:
    return ("cold", "nothing", "edit", "dependency")


def facts() -> tuple[Fact, ...]:
    gone = f"removed: {', '.join(PACKAGES[:5])} and 3 more; added: none"
    return (
        Fact("starts", FigureGroup.RUN, "starts", "yes", "yes", SAME),
        Fact(
            "answer",
            FigureGroup.RUN,
            "answer to GET /health",
            '200 {"ok":true}',
            '200 {"ok":true}',
            SAME,
        ),
        Fact(
            "answer",
            FigureGroup.RUN,
            "answer to GET /items?q=1",
            '200 {"items":[1,2,3]}',
            '200 {"items":[1,2,3]}',
            SAME,
        ),
        Fact(
            "ends",
            FigureGroup.RUN,
            "stops on SIGTERM",
            "had to be killed",
            "exit code 0",
            BETTER,
        ),
        Fact("user", FigureGroup.SECURITY, "user", "root", "10001:10001", BETTER),
        Fact(
            "packages",
            FigureGroup.SECURITY,
            "packages",
            "8 removed",
            "0 added",
            OTHER,
            gone,
        ),
    )


def reasons(figures_, facts_, change) -> tuple[str, ...]:
    """As judging.py says them."""
    found = [
        f"{each.title}: {each.before} -> {each.after}"
        for each in facts_
        if each.change is change
    ]
    counted = [
        each for each in figures_ if each.change is change and each.key in COUNTING
    ]
    return (
        *found,
        *(
            f"{each.title}: {median(each.before):g} -> {median(each.after):g}"
            for each in counted
        ),
    )


def shares() -> tuple[ChangeShare, ...]:
    slim = exact("content", "content", 813_000_000, 404_000_000, BETTER)
    first = seconds(
        "edit", "rebuild after a code edit", (41.0,), (1.8,), BETTER, 0.03, 0.06
    )
    cold = seconds(
        "cold",
        "build with nothing in the cache",
        (73.1,),
        (47.0,),
        BETTER,
        0.5,
        0.8,
        group=FigureGroup.BUILD,
    )
    same = replace(cold, before=(47.0,), after=(46.1,), change=SAME)
    stages = exact("content", "content", 404_000_000, 216_000_000, BETTER)
    slower = replace(
        cold, before=(40.0,), after=(41.3,), change=WORSE, low=1.0, high=1.1
    )
    return (
        ChangeShare("Use the slim base image", "slim-base", (slim, cold), lines=(1, 5)),
        ChangeShare(
            "Install the dependencies before the sources are copied",
            "dependencies-first",
            (first, same),
            lines=(3, 4),
        ),
        ChangeShare("Build in a stage of its own", "", (stages, slower), lines=(5, 6)),
        ChangeShare(
            "Remove the compiler",
            "no-compiler",
            (),
            "[build 4/4] RUN pip install: error: command 'gcc' failed",
        ),
    )


def outcomes() -> tuple[Outcome, ...]:
    return (
        Outcome("require", "better", "better", passed=True),
        Outcome(
            "max-size",
            "200 MB",
            "216 MB",
            passed=False,
            detail=("layer 1: 121 MB", "layer 2: 94.0 MB"),
        ),
    )


def asked() -> MeasurePlan:
    running = Running(
        8000,
        ("/health",),
        checks=("python -c 'import main'",),
        env={"DATABASE_URL": "postgres://u:p@db"},
    )
    options = (
        "--build-arg",
        "TOKEN=not-to-be-kept",
        "--build-arg=MODE",
        "--secret",
        "id=ca,src=ca.pem",
    )
    return MeasurePlan(3, running, "main.py", "requirements.txt", options)


def proof(**more) -> Proof:
    """Better in nearly all."""
    found, said = figures(), facts()
    given = Proof(
        "lightship-0123456789ab", CREATED, before(), after(), asked(), found, said,
        Verdict(VerdictKind.BETTER, reasons(found, said, BETTER)), shares(), outcomes(),
        "Docker 26.1.5 (linux/amd64), BuildKit", DIFF, ("The base image was taken as it is on this machine.",),
        "4f1c2d3e4b5a69788796a5b4c3d2e1f001122334", 754.2,
    )  # fmt: skip
    return replace(given, **more)


def worse() -> Proof:
    """A user less, and larger."""
    found = (
        exact("content", "content", 216_000_000, 243_000_000, WORSE),
        seconds(
            "cold",
            "build with nothing in the cache",
            (41.3, 40.6),
            (129.0, 131.2),
            WORSE,
            3.0,
            3.3,
            group=FigureGroup.BUILD,
        ),
    )
    said = (Fact("user", FigureGroup.SECURITY, "user", "10001:10001", "root", WORSE),)
    return proof(
        figures=found,
        facts=said,
        verdict=Verdict(VerdictKind.WORSE, reasons(found, said, WORSE)),
        shares=(),
        outcomes=(),
    )


def mixed() -> Proof:
    found = (
        exact("content", "content", 813_000_000, 402_000_000, BETTER),
        seconds(
            "cold",
            "build with nothing in the cache",
            (41.3, 40.6),
            (52.0, 53.2),
            WORSE,
            1.2,
            1.4,
            group=FigureGroup.BUILD,
        ),
    )
    said = reasons(found, (), WORSE) + reasons(found, (), BETTER)
    weights = Weights(40.0, 8.0, 3.0, 2.0, mix="the last 53 commits")
    return proof(
        figures=found,
        facts=(),
        verdict=Verdict(VerdictKind.MIXED, said),
        weighing=weigh(found, (), weights),
    )


def no_difference() -> Proof:
    one = before()
    found = (exact("content", "content", 813_000_000, 813_000_000, SAME),)
    verdict = Verdict(VerdictKind.SAME, ("no figure differs by more than its noise",))
    return proof(
        after=replace(one, source="b"),
        figures=found,
        facts=(),
        verdict=verdict,
        shares=(),
        diff="",
    )


def broken() -> Proof:
    """It is built, and answers otherwise; one of its answers is none."""
    failed = Answer("GET /health", error="nothing listens on port 8000 after 60 s")
    ran = Ran(
        None,
        (failed,),
        log="ModuleNotFoundError: No module named 'main'",
        error="no answer within 60 s",
    )
    said = (
        Fact(
            "starts", FigureGroup.RUN, "starts", "yes", "no answer within 60 s", WORSE
        ),
        Fact(
            "answer",
            FigureGroup.RUN,
            "answer to GET /health",
            '200 {"ok":true}',
            failed.error,
            WORSE,
        ),
    )
    why = (
        "it does not start: no answer within 60 s",
        f"the answer to GET /health differs: 200 -> {failed.error}",
    )
    return proof(
        after=replace(after(), runs=(ran,)),
        facts=said,
        verdict=Verdict(VerdictKind.BROKEN, why),
        shares=(),
    )


def unbuilt() -> Proof:
    """After does not build, so that nothing of it was measured."""
    error = "[build 4/4] RUN pip install --no-cache-dir -r requirements.txt: exit code 1\n  ERROR: No matching distribution"
    side = Measured(
        "after",
        (MeasuredBuild("cold", 12.0, after().builds[0].steps[:4], error=error),),
    )
    found = tuple(
        replace(each, after=(), change=UNKNOWN, low=None, high=None)
        for each in figures()
        if each.before
    )
    why = "the build fails: " + error.replace("\n  ", ": ")
    verdict = Verdict(VerdictKind.BROKEN, (why,))
    return proof(
        after=side, figures=found, facts=(), verdict=verdict, shares=(), outcomes=()
    )


def empty() -> Proof:
    """As little as there can be."""
    side = Measured("")
    return Proof(
        "", 0, side, side, MeasurePlan(), (), (), Verdict(VerdictKind.SAME, ())
    )


ALL = {
    "better": proof, "worse": worse, "mixed": mixed, "same": no_difference, "broken": broken, "unbuilt": unbuilt,
    "empty": empty,
}  # fmt: skip


def hostile(text: str) -> Proof:
    """A proof in which others say `text` wherever they can say something."""
    steps = (
        StepTime(text, 1.0),
        StepTime(f"[{text} 1/2] RUN {text}", 2.0, start=0.5),
        StepTime(f"[1/2] {text}", 0.0, True),
    )
    answers = (Answer(text, 200, text), Answer("two", 1, text, text))
    ran = Ran(1.0, answers, True, 1.0, 0, False, 1, text, text, (text,), text, text)
    shape = ImageShape(
        10, 5, 9, 1, 2, (ShapeLayer(5, 1, text), ShapeLayer(4, 2, f"RUN {text}")), (f"deb {text} 1", "deb x 2"), text,
        distribution=text, directories={text: 5, f"{text}/{text}": 3, "usr": 2}, findings={text: 1},
    )  # fmt: skip
    builds = (
        MeasuredBuild("cold", 3.0, steps, text, 1, ""),
        MeasuredBuild(text, 3.0, steps, text, 1, text),
        MeasuredBuild("cold", 1.0, error=text),
    )
    side = Measured(
        text, builds, (ran, ran), shape, 1, 1, True, (text,), f"FROM {text}\n"
    )
    other = replace(
        side, shape=replace(shape, packages=(text,), directories={"usr": 9, text: 1})
    )
    found = (
        Figure(
            text,
            FigureGroup.RUN,
            text,
            text,
            (1.0, 2.0),
            (3.0,),
            WORSE,
            1.5,
            3.0,
            note=text,
        ),
        Figure(
            "content",
            FigureGroup.SIZE,
            text,
            "bytes",
            (9.0,),
            (3.0,),
            BETTER,
            note=text,
        ),
        Figure(
            "edit", FigureGroup.REBUILD, text, "seconds", (), (3.0,), UNKNOWN, note=text
        ),
    )
    said = (
        Fact(text, FigureGroup.SECURITY, text, text, text, OTHER, text),
        Fact(
            "answer",
            FigureGroup.RUN,
            f"answer to {text}",
            text,
            f"not {text}",
            WORSE,
            text,
        ),
    )
    running = Running(1, (text,), text, (text,), {"NAME": text}, (text,), text)
    return Proof(
        text, 2**62, side, other, MeasurePlan(1, running, text, text, (text,)), found, said,
        Verdict(VerdictKind.BROKEN, (text, f"the answer differs: {text}")),
        (ChangeShare(text, text, found, "", (1, 2)), ChangeShare(text, text, (), text, (2,))),
        (Outcome(text, text, text, False, (text,)), Outcome("max-size", text, text, True)),
        text, f"--- a/{text}\n+++ b/{text}\n@@ -1,2 +1,2 @@\n-{text}\n+{text}\n+x\n", (text,), text, 1.0,
        services=UsedServices(text, text, (UsedService(text, text, text, "data", text),), (text,), (text,)),
        weighing=Weighing(True, -3.0, (WeighedRow(text, -4.0), WeighedRow("edit", 1.0)), Weights(mix=text)),
    )  # fmt: skip


def all_hostile() -> Proof:
    """One proof that says all of HOSTILE."""
    found = [hostile(text) for text in HOSTILE]
    joined = {
        name: tuple(each for one in found for each in getattr(one, name)[:2])
        for name in ("figures", "facts", "shares", "outcomes", "notes")
    }
    steps = tuple(step for one in found for step in one.before.builds[0].steps)
    side = replace(
        found[0].before,
        builds=(MeasuredBuild("cold", 3.0, steps),),
        runs=(
            Ran(
                1.0,
                tuple(each for one in found for each in one.before.runs[0].answers[:1]),
            ),
        ),
        shape=replace(
            found[0].before.shape,
            layers=tuple(ShapeLayer(5, at, text) for at, text in enumerate(HOSTILE)),
            directories=dict.fromkeys(HOSTILE, 9),
        ),
    )
    verdict = Verdict(VerdictKind.BROKEN, HOSTILE)
    diff = "".join(one.diff for one in found)
    return replace(
        found[0], before=side, after=side, verdict=verdict, diff=diff, **joined
    )


def history(many: int = 12) -> tuple[Proof, ...]:
    """Proofs of one project, a day apart, that get smaller and once larger."""
    found = []
    for at in range(many):
        kind = (
            VerdictKind.BROKEN
            if at == 5
            else VerdictKind.WORSE
            if at == 8
            else VerdictKind.BETTER
            if at % 3 == 0
            else VerdictKind.SAME
        )
        scale = 1 - at / (2 * many) + (0.3 if at >= 8 else 0)
        side = after()
        shape = replace(side.shape, size=int(842e6 * scale), content=int(813e6 * scale))
        builds = tuple(
            replace(each, seconds=each.seconds * scale) for each in side.builds
        )
        runs = tuple(replace(each, start=0.4 + at / 100) for each in side.runs)
        if kind is VerdictKind.BROKEN:
            shape, builds, runs = None, (), ()
        new = replace(side, shape=shape, builds=builds, runs=runs)
        more = {
            "id": f"lightship-{at:012x}",
            "created": CREATED + at * 86_400,
            "commit": f"{at + 1:040x}",
        }
        found.append(
            replace(proof(), after=new, verdict=Verdict(kind, ("for a test",)), **more)
        )
    return tuple(found)
