"""When removed-in-later-layer reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said, severities

from lightship.lint.finding import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def test_what_a_run_between_reads_cannot_be_removed_where_it_is_made():
    clone = "RUN git clone https://example.com/a.git /tmp/a"
    text = f"{clone}\nRUN pip install /tmp/a\nRUN rm -r /tmp/a"
    [message] = said("removed-in-later-layer", text)
    assert message.endswith("create it in a build stage, and mount it where it is read")
    [message] = said("removed-in-later-layer", f"{clone}\nUSER root\nRUN rm -r /tmp/a")
    assert message.endswith("remove it in the RUN that creates it")


def test_a_package_that_its_own_run_removes_is_in_no_layer():
    install = "RUN apt-get update && apt-get install -y gcc git && apt-get purge -y gcc"
    text = f"{install}\nUSER root\nRUN apt-get purge -y gcc git"
    [message] = said("removed-in-later-layer", text)
    assert message.startswith("git stays")


def test_an_archive_of_unknown_size_is_a_note():
    text = "ADD https://example.com/a.tar.gz /tmp/\nRUN rm -rf /tmp/*"
    assert severities("removed-in-later-layer", text) == [INFO]


def test_a_few_megabytes_are_not_worth_a_word():
    text = "COPY data.zip /tmp/\nRUN rm /tmp/data.zip"
    assert said("removed-in-later-layer", text, {"data.zip": "x" * 9_000_000}) == []
    assert said("removed-in-later-layer", text, {"data.zip": "x" * 11_000_000})


def test_what_one_run_removes_of_several_layers_is_one_finding():
    clone = "RUN git clone https://example.com/{0}.git /tmp/{0} && make -C /tmp/{0} install\n"
    text = clone.format("a") + clone.format("b") + "USER root\nRUN rm -rf /tmp/a /tmp/b"
    [message] = said("removed-in-later-layer", text)
    assert message == (
        "/tmp/a and /tmp/b stay in the layers of lines 2 and 3: "
        "remove each in the RUN that creates it"
    )


CLONE = (
    "git clone https://example.com/a.git && cd a/ && make && cd lib/ && make install"
)


@pytest.mark.parametrize(
    ("script", "is_gone"),
    [
        (f"if test -f /x; then {CLONE} && cd /root/ && rm -rf a/; fi", True),
        (f"if test -f /x; then {CLONE} && cd ../.. && rm -rf a; fi", True),
        (f"case $A in b) {CLONE} && cd /root && rm -rf ./a/ ;; esac", True),
        (f"if test -f /x; then {CLONE} && rm -rf a/; fi", False),
    ],
)
def test_its_own_branch_may_remove_it_by_a_relative_path(script, is_gone):
    text = f"WORKDIR /root\nRUN {script}\nUSER root\nRUN rm -rf /root/a"
    messages = said("removed-in-later-layer", f"FROM debian:13\n{text}")
    assert (messages == []) is is_gone


@pytest.mark.parametrize("option", ["-b 4.2.0", "--branch 4.2.0 --depth 1", "-q"])
def test_the_branch_of_a_clone_is_no_directory(option):
    clone = f"git clone https://example.org/vision.git {option}"
    text = f"FROM debian:13\nWORKDIR /src\nRUN {clone}\nRUN make\nRUN rm -rf /src"
    [message] = said("removed-in-later-layer", text)
    assert "/src/vision stays" in message


def test_what_one_run_removes_is_said_once_also_where_some_of_it_is_read():
    text = (
        "FROM debian:13\nRUN curl -fsSLo /src/a.zip https://example.org/a.zip\n"
        "RUN unzip /src/a.zip\nRUN curl -fsSLo /src/b.zip https://example.org/b.zip\n"
        "RUN make\nRUN rm -rf /src"
    )
    [message] = said("removed-in-later-layer", text)
    assert message.endswith("lines 2 and 4: create each in a build stage instead")


@pytest.mark.parametrize(
    ("made", "source", "is_small"),
    [
        ("pip wheel --no-deps -w /w/wheels .", "/w/wheels/*.whl", True),
        ("pip wheel --no-deps -w /w/wheels .", "/w/wheels/", True),
        (
            "python3 -m pip -q wheel -w /w --no-binary psycopg2 psycopg2",
            "/w/*.whl",
            True,
        ),
        ("python -m build --wheel", "/w/dist/*.whl", True),
        ("uv build && cp dist/* /w", "/w/dist", True),
        ("python setup.py bdist_wheel", "/w/dist/", True),
        ("pip wheel -w /w/wheels .", "/w/wheels/*.whl", False),
        ("pip wheel --no-deps -w /w/wheels -r r.txt", "/w/wheels", False),
        ("pip wheel -w /w/wheels torch", "/w/wheels", False),
        ("uv build && pip download -d /w/dist pandas", "/w/dist", False),
        ("make wheels", "/w/wheels", False),
        ("pip wheel --no-deps -w /w/wheels .", "/w/model", False),
    ],
)
def test_the_wheel_of_the_project_is_small_also_from_a_stage(made, source, is_small):
    text = (
        f"FROM python:3.13 AS build\nWORKDIR /w\nCOPY . .\nRUN {made}\nFROM python:3.13-slim\n"
        f"COPY --from=build {source} /tmp/in/\n"
        "RUN pip install --no-cache-dir /tmp/in/*.whl && rm -rf /tmp/in\n"
    )
    assert (said("removed-in-later-layer", text) == []) is is_small
