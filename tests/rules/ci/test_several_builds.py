"""A step that builds several images is judged for each of them, in one finding."""

from __future__ import annotations

import pytest

from lightship.facts.ci.example_workflow import APP, STAGES
from lightship.lint.ci_engine import examine_ci
from lightship.lint.ci_fixes import fix_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

PLAIN = "FROM debian:trixie-slim\nCOPY . /app\n"
SLOW = "FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y gcc\nCOPY . /app\n"
TWICE = SLOW.replace("COPY", "RUN make -C /usr/src\nCOPY")
MOUNT = SLOW.replace("RUN ", "RUN --mount=type=cache,target=/var/cache/apt ")
CACHE = "cache-from: type=gha\n          cache-to: type=gha"
INLINE = "push: true\n          cache-from: acme/app\n          cache-to: type=inline"


def matrix(inputs: str, *, axes: str = "", before: str = "") -> str:
    """A workflow whose matrix builds `first`, `second` and `third`."""
    return f"""on: push
jobs:
  image:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        app: [first, second, third]
{axes}
    steps:
      - uses: actions/checkout@v5
{before}
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          {inputs}
"""


def by_row(**values: str) -> str:
    """`include` of a matrix, which gives each row a value of its own."""
    rows = [
        f"          - {{app: {app}, value: '{text}'}}" for app, text in values.items()
    ]
    return "\n".join(["        include:", *rows])


def apps(first: str, second: str, third: str) -> dict[str, str]:
    texts = {"first": first, "second": second, "third": third}
    files = {f"{app}/Dockerfile": text for app, text in texts.items()}
    for app in texts:
        files |= {f"{app}/go.mod": "module app\n", f"{app}/requirements.txt": "torch\n"}
    return files


def selected(rule_id: str) -> RuleSelection:
    return RuleSelection(tuple(rule for rule in all_rules() if rule.id == rule_id))


def only(rule_id: str, text: str, files: dict[str, str]):
    """The one finding of a rule."""
    (item,) = examine_ci(ci_file_of(text, files), selected(rule_id))[0]
    return item.finding


CONTEXT = "context: ${{ matrix.app }}\n          "


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ((PLAIN, SLOW, PLAIN), "runs Dockerfile:2 again in 1 of 3 builds"),
        (
            (PLAIN, SLOW, SLOW),
            "runs second/Dockerfile:2 and third/Dockerfile:2 again in 2 of 3 builds",
        ),
        (
            (SLOW, TWICE, PLAIN),
            (
                "runs first/Dockerfile:2, second/Dockerfile:2 and 1 more slow RUN again"
                " in 2 of 3 builds"
            ),
        ),
        (
            (SLOW, SLOW, SLOW),
            "runs first/Dockerfile:2, second/Dockerfile:2 and 1 more slow RUN again",
        ),
    ],
)
def test_a_build_without_a_cache_counts_wherever_it_stands_in_the_matrix(images, said):
    finding = only("build-cache-missing", matrix(f"{CONTEXT}push: true"), apps(*images))
    assert finding.message == f"without a cache, each job {said}"
    text = finding.fix.edits[-1].text
    assert text.count("type=gha,scope=${{ matrix.app }}") == 2


def test_rows_with_a_cache_are_left_out_of_those_without():
    axes = by_row(first="type=gha", second="", third="")
    text = matrix(f"{CONTEXT}cache-from: ${{{{ matrix.value }}}}", axes=axes)
    finding = only("build-cache-missing", text, apps(SLOW, SLOW, PLAIN))
    assert finding.message.endswith(
        "runs Dockerfile:2 again in 1 of 3 builds"
        " (no fix: the step sets a cache that is empty here)"
    )
    assert finding.fix is None


@pytest.mark.parametrize(
    ("rule_id", "inputs", "bad", "one", "two"),
    [
        (
            "cache-mount-not-kept",
            CACHE,
            MOUNT,
            "the cache mount of Dockerfile:2 is empty in each job in 1 of 3 builds",
            (
                "the cache mounts of second/Dockerfile:2 and third/Dockerfile:2 are empty"
                " in each job in 2 of 3 builds"
            ),
        ),
        (
            "inline-cache-of-stages",
            INLINE,
            STAGES,
            "an inline cache lacks Dockerfile:4 in 1 of 3 builds: its stage is not in the image",
            (
                "an inline cache lacks second/Dockerfile:4 and third/Dockerfile:4 in 2 of 3 builds:"
                " their stages are not in the image"
            ),
        ),
        (
            "cache-mode-min",
            CACHE,
            STAGES,
            (
                "without mode=max, Dockerfile:4 is not cached in 1 of 3 builds:"
                " its stage is not in the image"
            ),
            (
                "without mode=max, second/Dockerfile:4 and third/Dockerfile:4 are not cached"
                " in 2 of 3 builds: their stages are not in the image"
            ),
        ),
    ],
)
def test_the_lines_of_all_images_are_named(rule_id, inputs, bad, one, two):
    text = matrix(f"{CONTEXT}{inputs}")
    assert only(rule_id, text, apps(PLAIN, PLAIN, bad)).message == one
    assert only(rule_id, text, apps(PLAIN, bad, bad)).message == two


def test_a_mode_is_added_only_where_no_row_has_one():
    cache = "cache-to: type=gha${{ matrix.value }}"
    files = apps(STAGES, STAGES, STAGES)
    axes = by_row(first=",mode=min", second="", third="")
    plain = only("cache-mode-min", matrix(f"{CONTEXT}{CACHE}"), files)
    mixed = only("cache-mode-min", matrix(f"{CONTEXT}{cache}", axes=axes), files)
    assert plain.fix is not None
    assert mixed.fix is None
    assert " in 2 of 3 builds" in mixed.message


def test_an_image_that_one_row_alone_loads():
    axes = by_row(first="false", second="true", third="false")
    inputs = f"{CONTEXT}load: ${{{{ matrix.value }}}}\n          {CACHE}"
    finding = only(
        "cached-image-loaded", matrix(inputs, axes=axes), apps(APP, APP, APP)
    )
    assert finding.message.endswith(" in 1 of 3 builds")


def test_an_inline_cache_is_lost_where_no_row_pushes_its_image():
    inputs = "push: ${{ matrix.value }}\n          cache-to: type=inline"
    axes = by_row(first="true", second="false", third="true")
    apart = only(
        "inline-cache-not-pushed",
        matrix(f"{CONTEXT}{inputs}", axes=axes),
        apps(APP, APP, APP),
    )
    assert " in 1 of 3 builds: " in apart.message

    shared = ci_file_of(
        matrix(f"context: .\n          {inputs}", axes=axes), {"Dockerfile": APP}
    )
    assert examine_ci(shared, selected("inline-cache-not-pushed"))[0] == []


SHARED = """on: push
jobs:
  first:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - &build
        uses: docker/build-push-action@v6
        with:
          push: true
          cache-to: type=gha
  second:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: sed -i s/dev/release/ app.py
      - *build
"""


def test_each_old_builder_of_the_jobs_of_a_step_is_named():
    setup = "      - uses: docker/setup-buildx-action@v3\n        with:\n          version: "
    files = {"Dockerfile": APP}
    for first, second, said in [
        ("v0.30.1", "v0.20.0", "buildx v0.20.0 knows only"),
        ("v0.19.2", "v0.20.0", "buildx v0.19.2 and buildx v0.20.0 know only"),
    ]:
        text = SHARED.replace("      - &build\n", f"{setup}{first}\n      - &build\n")
        text = text.replace("      - *build\n", f"{setup}{second}\n      - *build\n")
        finding = only("retired-cache-service", text, files)
        assert finding.message.startswith(said)
        is_of_one = finding.message.endswith(" in 1 of 2 builds")
        assert is_of_one is (first == "v0.30.1")


def test_a_context_is_added_only_where_all_jobs_of_the_step_write_files():
    files = {"Dockerfile": APP, "app.py": "dev"}
    second = only("generated-files-not-sent", SHARED, files)
    assert second.message.endswith("without what line 16 wrote in 1 of 2 builds")
    assert second.fix is None

    write = "      - run: sed -i s/dev/release/ app.py\n"
    both = SHARED.replace("      - &build\n", f"{write}      - &build\n")
    finding = only("generated-files-not-sent", both, files)
    assert finding.message.endswith("without what line 7 and line 17 wrote")
    assert finding.fix is not None


def test_no_builder_is_set_up_in_a_step_where_one_job_has_one():
    setup = "      - uses: docker/setup-buildx-action@v3\n"
    one = SHARED.replace("      - *build\n", f"{setup}      - *build\n")
    finding = only("cache-export-unsupported", one, {"Dockerfile": APP})
    assert " in 1 of 2 builds: " in finding.message
    assert finding.fix is None
    assert only("cache-export-unsupported", SHARED, {"Dockerfile": APP}).fix is not None


def test_a_cache_that_one_row_writes_elsewhere_is_not_removed():
    text = matrix(f"{CONTEXT}cache-to: ${{{{ matrix.value }}}}").replace(
        "on: push\n", "on: {push: {tags: ['v*']}}\n"
    )
    files = apps(APP, APP, APP)
    for last, is_fixed in (("type=gha", True), ("type=registry,ref=acme/cache", False)):
        axes = by_row(first="type=gha", second="type=gha", third=last)
        file = ci_file_of(text.replace("third]\n", f"third]\n{axes}\n"), files)

        def reread(again: str):
            return ci_file_of(again, files)

        fixed = fix_ci(file, reread, selected("cache-written-for-nobody"), UNSAFE)
        assert bool(fixed.applied) is is_fixed


def test_an_argument_above_slow_steps_of_several_images_is_one_finding():
    early = APP.replace("WORKDIR /app\n", "WORKDIR /app\nARG SHA\n")
    late = f"{APP}ARG SHA\n"
    inputs = f"{CONTEXT}{CACHE}\n          build-args: SHA=${{{{ github.sha }}}}"
    files = {
        **apps(late, early, early),
        **{
            f"{app}/requirements.txt": "flask\n" for app in ("first", "second", "third")
        },
    }
    finding = only("changing-build-arg-early", matrix(inputs), files)
    assert finding.message == (
        "SHA changes with each commit: it reruns second/Dockerfile:5 and third/Dockerfile:5"
        " in 2 of 3 builds"
    )
