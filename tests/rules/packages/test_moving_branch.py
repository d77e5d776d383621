"""When moving-branch reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings

PYTHON = "FROM python:3.14-slim\n"


@pytest.mark.parametrize(
    "line",
    [
        "RUN git clone https://github.com/rust-lang/crates.io-index.git /i",
        "RUN git clone https://example.com/tools/depot_tools.git",
        "# The newest docs, hence no tag\nRUN git clone https://example.com/a/docs.git",
    ],
)
def test_a_branch_that_is_meant_to_move_is_left_alone(line):
    assert findings("moving-branch", f"{PYTHON}{line}") == []


@pytest.mark.parametrize(
    "lines",
    [
        "# We pull the most recent changes\nWORKDIR /docs\nRUN git clone {url}/docs.git",
        "#\n# Build the current master\n#\nWORKDIR /tmp\nRUN git clone {url}/fft.git",
        "RUN git clone {url}/.tmux.git",
        "RUN git clone {url}/zsh-autosuggestions.git",
    ],
)
def test_what_is_meant_newest_or_is_for_the_eye_is_left_alone(lines):
    text = PYTHON + lines.format(url="https://example.com/a")
    assert findings("moving-branch", text) == []


def test_a_shell_that_is_published_has_pinned_plugins():
    text = f"{PYTHON}RUN git clone https://example.com/a/zsh-autosuggestions.git"
    assert findings("moving-branch", text, is_published=True)


def test_a_program_that_is_called_like_a_plugin_is_none():
    text = f"{PYTHON}RUN git clone https://example.com/a/tmux.git"
    assert findings("moving-branch", text)


@pytest.mark.parametrize(
    ("comment", "count"),
    [("#update recipes", 0), ("# Update packages", 1), ("# update and install", 1)],
)
def test_a_comment_that_calls_it_an_update_wants_the_newest(comment, count):
    text = f"{PYTHON}{comment}\nRUN git clone https://example.com/a/calibre"
    assert len(findings("moving-branch", text)) == count


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("git clone -b $REF {0} /a || git clone {0} /a", 0),
        ("git clone --branch $REF {0} /a || \\\n    git clone {0} /a", 0),
        ("git clone -b $REF {0} /a && git clone {0} /b", 1),
        ("git clone {0} /a || git clone {0} /b", 2),
    ],
)
def test_a_clone_without_a_branch_may_be_what_is_left(command, count):
    run = command.format("https://example.com/a/tool.git")
    text = f"{PYTHON}ARG REF=main\nRUN {run}"
    assert len(findings("moving-branch", text)) == count


OWN = {"README.md": "\n# My_Tool\n\n[issues](https://github.com/acme/my-tool/issues)\n"}


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://github.com/acme/my-tool", True),
        ("git@github.com:acme/my-tool.git", True),
        ("https://github.com/other/my-tool", False),
        ("https://github.com/acme/library", False),
    ],
)
def test_a_clone_of_the_own_repository_is_what_copy_is_for(url, is_own):
    [finding] = findings("moving-branch", f"{PYTHON}RUN git clone {url}", OWN)
    assert finding.message.endswith("copy the build context instead") is is_own


@pytest.mark.parametrize(
    ("after", "is_used"),
    [
        ("RUN pip wheel shop", False),
        ("RUN pip install ./tool", True),
        ("WORKDIR /src/tool", True),
    ],
)
def test_a_clone_that_nothing_uses_may_move(after, is_used):
    build = (
        f"{PYTHON.strip()} AS build\nWORKDIR /src\n"
        f"RUN git clone https://example.com/a/tool.git\n{after}\n"
    )
    for taken, is_taken in (("/wheels", False), ("/src", True), ("/", True)):
        text = f"{build}{PYTHON}COPY --from=build {taken} /x\n"
        assert bool(findings("moving-branch", text)) is (is_used or is_taken)
    assert findings("moving-branch", f"{build}FROM build\n")
    mount = "RUN --mount=from=build,target=/b make -C /b/src/tool\n"
    assert findings("moving-branch", f"{build}{PYTHON}{mount}")
    text = f"{build}{PYTHON}COPY --from=build /wheels /x\nRUN pip install tool\n"
    assert bool(findings("moving-branch", text)) is is_used
