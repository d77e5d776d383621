"""When `-f` is added to curl, and when it is only a choice: a wrong address would stop the build."""

from __future__ import annotations

import pytest
from judged import findings

RULE = "http-error-unnoticed"
MODEL = "FROM python:3.13\nWORKDIR /app\nRUN curl -sLo /data/m/m.onnx https://example.org/m\n"
TOOL = (
    "FROM python:3.13\nRUN curl -Lo /usr/bin/lintd https://example.org/l && "
    "chmod +x /usr/bin/lintd\n"
)


def is_fixed(text, files):
    (finding,) = findings(RULE, text, files)
    assert (finding.fix is None) == bool(finding.choices)
    return finding.fix is not None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (f"{MODEL}ENV MODEL=/data/m/m.onnx\n", {}),
        (f"{MODEL}CMD python serve.py --models /data/m\n", {}),
        (f"{MODEL}FROM debian:13\nCOPY --from=0 /data/m /m\n", {}),
        (f"{MODEL}COPY . .\n", {"shop/model.py": "load('/data/m/m.onnx')\n"}),
        (f"{MODEL}COPY . .\n", {"settings.yml": "model: /data/m\n"}),
        (f"{TOOL}HEALTHCHECK CMD lintd --check\n", {}),
        (TOOL, {"Makefile": "lint:\n\tdocker run shop lintd\n"}),
    ],
)
def test_what_is_used_must_be_there(text, files):
    assert is_fixed(text, {"a.py": "", **files})


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (MODEL, {}),
        (f"{MODEL}CMD python serve.py\n", {"serve.py": "print('m')\n"}),
        (f"{MODEL}LABEL model=m.onnx\n", {}),
        (TOOL, {"Makefile": "lint:\n\tlintd\n"}),
        (f"{TOOL}CMD /usr/bin/python3 -m shop\n", {}),
        (f"{TOOL}FROM debian:13\nRUN lintd --of-another-stage\n", {}),
    ],
)
def test_what_nothing_uses_stops_no_build(text, files):
    assert not is_fixed(text, {"a.py": "", **files})


def test_the_downloads_of_one_run_are_one_finding_and_one_fix():
    text = (
        "FROM debian:13\nRUN curl -L -o /jars/a.jar https://example.org/a.jar && "
        "curl -L -o /jars/b.jar https://example.org/b.jar"
    )
    [finding] = findings("http-error-unnoticed", text)
    assert "a.jar and b.jar" in finding.message
    assert len(finding.fix.edits) == 2


@pytest.mark.parametrize(
    ("after", "count"),
    [
        ("dpkg -i ./tool_$VERSION-1_amd64.deb", 0),
        ("dpkg -i tool_${VERSION}-1_amd64.deb", 0),
        ("F=tool_9.1-1_amd64.deb && dpkg -i $F", 0),
        ("dpkg -i ./other_$VERSION-1_amd64.deb", 1),
    ],
)
def test_the_next_command_reads_a_file_whose_name_has_a_variable(after, count):
    text = (
        "FROM debian:13\nENV VERSION=9.1\n"
        "RUN curl -sSO https://example.org/tool_$VERSION-1_amd64.deb && " + after
    )
    assert len(findings(RULE, text)) == count


@pytest.mark.parametrize(
    ("later", "count"),
    [
        ("python server.py --initialize-only", 0),
        ("python -m shop.warm", 0),
        ("python -X dev -um shop.warm", 0),
        ("python -W ignore server.py", 0),
        ("./warm", 0),
        ("python -m venv /venv", 1),
        ("python -I -m venv /venv", 1),
        ("python -mvenv /venv", 1),
        ("chmod 644 model.ckpt", 1),
    ],
)
def test_a_program_of_the_project_may_read_what_was_fetched_for_it(later, count):
    fetch = "RUN curl -OL https://example.org/model.ckpt"
    assert len(findings(RULE, f"FROM python:3.13\n{fetch}\nRUN {later}")) == count


def test_a_row_of_run_is_one_finding():
    row = "".join(
        f"RUN curl -L https://example.org/{name} -o /m/{name}\n" for name in "abc"
    )
    [finding] = findings(RULE, f"FROM debian:13\n{row}")
    assert len(finding.cures[0].edits) == 3
    apart = row.replace("RUN", "RUN make\nRUN")
    assert len(findings(RULE, f"FROM debian:13\n{apart}")) == 3


@pytest.mark.parametrize(
    ("last", "count"),
    [
        ("FROM model-$KIND\nCOPY export.py .\nRUN python export.py --from m.onnx\n", 0),
        ("FROM model-a\nRUN python -m shop.export m.onnx\n", 0),
        ("FROM model-a\nRUN echo done\n", 1),
        ("FROM debian:13\nRUN python -m shop.export m.onnx\n", 1),
    ],
)
def test_a_stage_that_starts_from_this_one_may_read_the_file(last, count):
    text = (
        "ARG KIND\nFROM python:3.13 AS model-a\n"
        f"RUN curl -sLo m.onnx https://example.org/m\n{last}"
    )
    assert len(findings(RULE, text, {"export.py": "", "a.py": ""})) == count
