"""What reaches the image from other stages, what a COPY names, and the files that a build runs."""

from __future__ import annotations

import pytest

from lightship.facts.copies.reaching import reaches_image
from lightship.facts.copies.shell_syntax import shell_words
from lightship.facts.copies.task_files import TASK_FILES, run_task_files
from tests.made import build

MIDDLE = "FROM alpine AS middle\nWORKDIR /m\nCOPY --from=build /out"
BUILD = "FROM golang:1.25 AS build\nRUN make\n"


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("FROM scratch\nCOPY --from=build /out/app /app", True),
        ("FROM scratch\nCOPY --from=build /out /", True),
        ("FROM scratch\nCOPY --from=build /out/app/conf/a.toml /", True),
        ("FROM scratch\nCOPY --from=0 /out/* /", True),
        ("FROM scratch\nCOPY --from=build /out/a?p /", True),
        ("FROM scratch\nCOPY --from=build /out/*.txt /", False),
        ("FROM scratch\nCOPY --from=build /output /", False),
        ("FROM scratch\nCOPY --from=build ${WHAT} /", True),
        ("FROM build\nRUN true", True),
        ("FROM scratch\nRUN --mount=from=build,target=/a cp /a/out /", False),
        # Through a stage in the middle, to another path there
        (f"{MIDDLE} lib\nFROM scratch\nCOPY --from=middle /m/lib/app /", True),
        (f"{MIDDLE} /n\nFROM scratch\nCOPY --from=middle /m/lib/app /", False),
        (
            "FROM build AS more\nRUN true\nFROM scratch\nCOPY --from=more /out/app /",
            True,
        ),
    ],
)
def test_what_reaches_the_image(rest, expected):
    image = build(BUILD + rest, {})
    assert reaches_image(image, image.dockerfile.stages[0], "/out/app") is expected


@pytest.mark.parametrize(
    ("instruction", "words"),
    [
        ("COPY a /b || true", "|| true"),
        ("COPY a /b 2>/dev/null || :", "2>/dev/null || :"),
        ("COPY a* /b && rm /b/c", "&& rm /b/c"),
        ("ADD a /b ; true", "; true"),
        ("COPY a /b", ""),
        ('COPY ["a", "/b||c"]', ""),
        ("COPY a&b /c", ""),
        ("COPY <<EOF >/a\ntext\nEOF", ""),
    ],
)
def test_words_that_are_written_for_a_shell(instruction, words):
    first = build(f"FROM scratch\n{instruction}").dockerfile.stages[0].instructions[0]
    assert " ".join(word.text for word in shell_words(first)) == words


INVOKE = {"tasks.py": "", "noxfile.py": ""}


@pytest.mark.parametrize(
    ("body", "files", "names"),
    [
        ("RUN invoke setup", INVOKE, {"tasks.py"}),
        ("RUN cd /app && inv setup", INVOKE, {"tasks.py"}),
        ("RUN poetry run inv setup", INVOKE, {"tasks.py"}),
        ("RUN python -m nox", INVOKE, {"noxfile.py"}),
        ("RUN pip install invoke", INVOKE, set()),
        ("RUN echo inv", INVOKE, set()),
        ("RUN invoke setup", {}, set()),  # there is no file of tasks
        (
            "CMD ./start.sh",
            {**INVOKE, "start.sh": "#!/bin/sh\nexec inv serve\n"},
            {"tasks.py"},
        ),
        (
            "CMD ./start.sh",
            {**INVOKE, "start.sh": "bash tools/run.sh\n", "tools/run.sh": "nox -s a\n"},
            {"noxfile.py"},
        ),
        ("CMD ./start.sh", {**INVOKE, "other.sh": "inv serve\n"}, set()),
    ],
)
def test_the_files_of_tasks_that_a_build_reads(body, files, names):
    found = run_task_files(build(f"FROM python:3.13\nCOPY . .\n{body}", files))
    assert found == names
    assert found <= TASK_FILES
