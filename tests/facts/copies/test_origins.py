"""Which file of the build context a RUN reads, or the final image has."""

from __future__ import annotations

import pytest

from lightship.facts.copies.origins import file_of, origin_of
from tests.made import build

FILES = {"app/run.sh": "#!/bin/sh\n", "run.sh": "#!/bin/sh\n"}


@pytest.mark.parametrize(
    ("body", "path", "origin"),
    [
        ("COPY app /srv\nRUN make", "/srv/run.sh", "app/run.sh"),
        ("COPY run.sh /x.sh\nRUN make", "/x.sh", "run.sh"),
        (
            "RUN --mount=type=bind,source=app,target=/src make",
            "/src/run.sh",
            "app/run.sh",
        ),
        ("RUN --mount=type=bind,target=/src make", "/src/run.sh", "run.sh"),
        ("RUN --mount=type=bind,from=x,target=/src make", "/src/run.sh", ""),
        ("COPY app /srv\nRUN make", "srv/run.sh", ""),
        ("COPY app /srv\nRUN make", "/srv/$NAME", ""),
        ("RUN make", "/srv/run.sh", ""),
    ],
)
def test_the_file_that_a_run_reads(body, path, origin):
    made = build(f"FROM debian\n{body}", FILES)
    [run] = made.each("RUN")
    assert origin_of(made, run, path) == origin


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("/srv/run.sh", "app/run.sh"),
        ("run.sh", "app/run.sh"),
        ("./run.sh", "app/run.sh"),
        ("/x", ""),
    ],
)
def test_the_file_of_the_final_image(path, origin):
    made = build("FROM debian\nWORKDIR /srv\nCOPY app .", FILES)
    assert file_of(made, path) == origin


def test_a_name_in_path_is_a_file_that_is_copied():
    made = build("FROM debian\nCOPY run.sh /usr/local/bin/", FILES)
    assert file_of(made, "run.sh") == "run.sh"


def test_without_a_context_nothing_is_known():
    assert file_of(build("FROM debian\nCOPY run.sh /"), "/run.sh") == ""
