"""What is kept of a build's progress, whatever stands in it."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.docker.proof_builds import _hidden, _steps, namespace
from lightship.docker.watching import Watched, _watch, engines_fault, failure, unreached
from lightship.proof.measure_plan import VersionSource
from lightship.proof.measured import StepTime

TIME = "2026-11-26T20:27:0{}Z"


def vertex(digest: str, name: str, start: str = "", end: str = "", **more) -> dict:
    times = {"started": TIME.format(start)} if start else {}
    times |= {"completed": TIME.format(end)} if end else {}
    return {"digest": digest, "name": name, **times, **more}


def seen(*statuses) -> Watched:
    watched = Watched()
    lines = [
        line + "\n"
        for status in statuses
        for line in json.dumps(status, indent=1).split("\n")
    ]
    _watch(watched, lines, lambda _: None)
    return watched


def sending(vertex: str, current, name: str = "transferring context:") -> dict:
    return {"id": name, "vertex": vertex, "name": "transferring", "current": current}


def test_only_the_context_counts_as_sent() -> None:
    names = (
        "[internal] load .dockerignore",
        "[internal] load build definition from Dockerfile",
    )
    watched = seen(
        {
            "vertexes": [
                vertex("a", names[0]),
                vertex("b", names[1]),
                vertex("c", "[internal] load build context"),
            ]
        },
        {"vertexes": [vertex("d", "[context lib] load from client")]},
        {
            "statuses": [
                sending("a", 2),
                sending("b", 300, "transferring dockerfile:"),
                sending("c", 32),
            ]
        },
        {
            "statuses": [
                sending("c", 5000),
                sending("d", 700, "transferring lib:"),
                sending("c", 5000, "other"),
            ]
        },
    )
    assert sum(watched.sent.values()) == 5700


def test_steps_are_listed_once_in_the_order_of_their_starts() -> None:
    watched = seen(
        {
            "vertexes": [
                vertex("c", "[2/2] RUN b", "3.5", "4.75"),
                vertex("a", "[1/2] RUN a", "2.0", "3.0"),
            ]
        },
        {
            "vertexes": [
                vertex("d", "exporting to image", "5.0", "5.5"),
                vertex("x", "never started"),
            ]
        },
        {
            "vertexes": [
                vertex("e", "[o 1/1] RUN o", "1.0", "1.0", cached=True),
                vertex("a", "[1/2] RUN a", "2.0"),
            ]
        },
    )
    assert _steps(watched) == (
        StepTime("[o 1/1] RUN o", 0.0, cached=True),
        StepTime("[1/2] RUN a", 1.0, start=0.0),
        StepTime("[2/2] RUN b", 1.25, start=1.5),
        StepTime("exporting to image", 0.5, start=3.0),
    )


FULL = "the engine's disk is full"
RUN_FAILED = "process \"/bin/sh -c echo 'no space left on device'\" did not complete successfully: exit code: 1"


@pytest.mark.parametrize(
    ("error", "log", "engines"),
    [
        (RUN_FAILED, "", ""),
        (RUN_FAILED, "cp: error writing 'x': No space left on device", FULL),
        ('"/absent": not found', "", ""),
        ("failed to copy: write /var/lib/x: no space left on device", "", FULL),
        (
            "rpc error: code = Unavailable desc = error reading from server: EOF",
            "",
            "the engine went away during a build",
        ),
    ],
)
def test_a_full_disk_is_no_fault_of_the_dockerfile(
    error: str, log: str, engines: str
) -> None:
    logs = [{"vertex": "a", "data": b64encode(log.encode()).decode()}]
    watched = seen(
        {
            "vertexes": [vertex("a", "[1/1] RUN x", "1.0", "2.0", error=error)],
            "logs": logs,
        }
    )
    assert engines_fault(watched).partition(": ")[0] == engines


@pytest.mark.parametrize(
    ("error", "log", "why"),
    [
        (RUN_FAILED, "", "[1/1] RUN x: exit code 1"),
        (RUN_FAILED, "a\n\x1b[31mb\n", "[1/1] RUN x: exit code 1\n  a\n  \\x1b[31mb"),
        ('"/absent": not found', "", '[1/1] RUN x: "/absent": not found'),
    ],
)
def test_why_a_build_failed_names_the_command_once(
    error: str, log: str, why: str
) -> None:
    logs = [{"vertex": "a", "data": b64encode(log.encode()).decode()}]
    watched = seen(
        {
            "vertexes": [vertex("a", "[1/1] RUN x", "1.0", "2.0", error=error)],
            "logs": logs,
        }
    )
    assert failure(watched) == why


REQUEST = (
    'failed to do request: Head "https://registry.example/v2/a/manifests/1": dial tcp '
)
RESOLVING = (
    "Failed to resolve 'pypi.org' ([Errno -3] Temporary failure in name resolution)"
)


@pytest.mark.parametrize(
    ("error", "log", "says"),
    [
        (RUN_FAILED, f"WARNING: Retrying: {RESOLVING}\nERROR: none", RESOLVING),
        (RUN_FAILED, "E: Temporary failure resolving 'deb.debian.org'", "resolving"),
        (RUN_FAILED, "wget: bad address 'example.org'", "bad address"),
        (RUN_FAILED, "HTTP/1.1 503 Service Unavailable", "503"),
        (RUN_FAILED, "npm error code EAI_AGAIN", "EAI_AGAIN"),
        (f"{REQUEST}lookup registry.example: no such host", "", "no such host"),
        (f"{REQUEST}1.2.3.4:443: connect: connection refused", "", "refused"),
        ("toomanyrequests: You have reached your pull rate limit", "", "pull rate"),
        # what is wrong for good, or in the build itself
        (RUN_FAILED, "HTTP/1.1 404 Not Found", ""),
        (RUN_FAILED, "connect to 127.0.0.1 port 5432 failed: Connection refused", ""),
        (RUN_FAILED, "error: the test named test_no_such_thing failed", ""),
        ('"/absent": not found', "", ""),
        ("a: pull access denied, repository does not exist", "", ""),
    ],
)
def test_a_host_that_was_not_reached_is_told(error: str, log: str, says: str) -> None:
    logs = [{"vertex": "a", "data": b64encode(log.encode()).decode()}]
    failed = vertex("a", "[1/1] RUN x", "1.0", "2.0", error=error)
    watched = seen({"vertexes": [failed], "logs": logs})
    found = unreached(watched)
    assert says in found
    assert bool(found) is bool(says)
    assert engines_fault(watched) == ""


def test_an_engine_that_is_not_there_is_no_fault_of_the_dockerfile() -> None:
    watched = Watched()
    _watch(
        watched,
        [
            "ERROR: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?\n"
        ],
        print,
    )
    assert engines_fault(watched) == (
        "the engine went away during a build: "
        "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?"
    )
    other = Watched()
    _watch(
        other,
        [
            "ERROR: failed to solve: dockerfile parse error on line 1: unknown instruction: X\n"
        ],
        print,
    )
    assert engines_fault(other) == ""


PLAIN = st.sampled_from(
    [
        None,
        True,
        -1,
        10**30,
        1.5,
        "",
        "x",
        TIME.format(1),
        "transferring context:",
        "!!!!",
    ]
)
KEYS = st.sampled_from(
    [
        "digest",
        "name",
        "id",
        "vertex",
        "current",
        "data",
        "started",
        "completed",
        "error",
        "cached",
    ]
)
ANY = PLAIN | st.lists(
    PLAIN | st.dictionaries(KEYS, PLAIN | st.lists(PLAIN, max_size=1), max_size=6),
    max_size=3,
)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["vertexes", "statuses", "logs"]), ANY, max_size=3
        ),
        max_size=4,
    )
)
def test_law_no_progress_is_too_strange(statuses) -> None:
    watched = seen(*statuses)
    assert isinstance(_steps(watched), tuple)
    assert all(size > 0 for size in watched.sent.values())
    assert isinstance(failure(watched), str)


def test_values_of_secret_args_are_hidden() -> None:
    source = VersionSource(
        "x", "/", "/Dockerfile", {"API_KEY": "s3cr3t", "VERSION": "1.0", "TOKEN": ""}
    )
    assert (
        _hidden(" at RUN echo s3cr3t 1.0: no", source)
        == " at RUN echo ******** 1.0: no"
    )


def test_rebuilds_share_the_cache_mounts_of_their_version_alone() -> None:
    run = "lightship-0123456789ab"
    tag = f"lightship-proof/{run}:before"
    assert (
        namespace(run, tag, "cold")
        == namespace(run, f"{tag}-edit", "edit")
        == f"{run}-before"
    )
    assert namespace(run, f"lightship-proof/{run}:after", "cold") == f"{run}-after"
