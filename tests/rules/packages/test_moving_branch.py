"""When moving-branch reports something, and when it is silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import findings

from lightship.files.folder_context import open_context
from lightship.repository_facts import RepositoryFacts

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
        ("git clone {0} /a || git clone {0} /b", 1),
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


HOME = "https://github.com/acme/my-tool"


@pytest.mark.parametrize(
    ("files", "url", "is_own"),
    [
        ({"pyproject.toml": f'[project.urls]\nRepository = "{HOME}"\n'}, HOME, True),
        ({"setup.py": f"setup(name='x', url='{HOME}')\n"}, f"{HOME}.git", True),
        ({"setup.py": f"setup(url='{HOME}-more')\n"}, HOME, False),
        (
            {"package.json": '{"name": "my-tool"}'},
            "https://example.com/b/my_tool",
            False,
        ),
        (
            {"package.json": '{\n"name": "my-tool"\n}'},
            "git@example.com:b/my_tool",
            True,
        ),
        (
            {"setup.py": "setup(name='my_tool')\n"},
            "https://example.com/b/my-tool",
            True,
        ),
        ({"setup.py": "setup(name='app')\n"}, "https://example.com/b/app", False),
        ({"setup.py": f"d = ['a @ git+{HOME}']\n"}, HOME, False),
        ({".git/config": f'[remote "origin"]\n\turl = {HOME}.git\n'}, HOME, True),
        (
            {"README.md": f"# A tool\n[ci]({HOME}/actions/workflows/ci.yml)\n"},
            HOME,
            True,
        ),
        ({"README.md": f"# A tool\nIt is built on [another]({HOME}).\n"}, HOME, False),
        (
            {"README.md": f"![banner](b.svg)\n## *My Tool*: a tool\n{HOME}\n"},
            HOME,
            True,
        ),
    ],
)
def test_what_a_repository_says_of_its_own_address(files, url, is_own):
    (finding,) = findings("moving-branch", f"{PYTHON}RUN git clone {url}", files)
    assert finding.message.endswith("copy the build context instead") is is_own


@pytest.mark.parametrize(
    ("line", "is_own"),
    [
        ("RUN pip install git+https://github.com/acme/my-tool", True),
        ("RUN pip install git+https://github.com/acme/my-tool@main", True),
        ("RUN pip install git+https://github.com/acme/library", False),
        ("RUN curl -L https://github.com/acme/my-tool/archive/main.zip -o a.zip", True),
    ],
)
def test_an_install_of_the_own_repository_is_what_copy_is_for(line, is_own):
    (finding,) = findings("moving-branch", f"{PYTHON}{line}", OWN)
    assert finding.message.endswith("copy the build context instead") is is_own


@pytest.mark.parametrize(
    ("run", "count"),
    [
        ("git clone https://example.com/a/malware-signatures /opt/s", 0),
        ("git clone https://example.com/a/yara-rules.git", 0),
        ("git clone https://example.com/a/SecLists.git && ls SecLists", 0),
        ("git clone https://example.com/a/yara-rules && make -C yara-rules all", 1),
        ("git clone https://example.com/a/rules /r && cd /r && pip install .", 1),
        ("git clone https://example.com/a/rules-engine /r", 1),
    ],
)
def test_data_that_ages_may_be_the_newest(run, count):
    assert len(findings("moving-branch", f"{PYTHON}RUN {run}")) == count


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# COPY . /app  (no .git directory)", 0),
        ("# ADD ./ /app", 0),
        ("# COPY requirements.txt /app", 1),
        ("# Copy the code", 1),
    ],
)
def test_a_copy_that_was_tried_and_put_aside_is_not_proposed(comment, count):
    text = f"{PYTHON}{comment}\nRUN git clone https://github.com/acme/my-tool /app"
    assert len(findings("moving-branch", text, OWN)) == count
    other = text.replace("my-tool", "library")
    assert len(findings("moving-branch", other, OWN)) == 1


def test_a_context_below_the_root_is_not_what_to_copy(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "my-tool"\n')
    folder = tmp_path / "docker"
    folder.mkdir()
    (folder / "start.sh").touch()
    text = f"{PYTHON}RUN git clone https://github.com/acme/my-tool /app"

    def message(root: Path) -> str:
        context = open_context(str(root), str(folder / "Dockerfile"))
        (finding,) = findings("moving-branch", text, context=context)
        return finding.message

    (folder / "app.py").touch()
    assert message(folder).endswith("build from its root and copy it instead")
    assert message(tmp_path).endswith("copy the build context instead")


TOOL = "RUN git clone https://github.com/acme/tool /tool"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"# With the latest source of tool\n{PYTHON}{TOOL}", 0),
        (f"# The latest Debian\n{PYTHON}{TOOL}", 1),
        (f'{PYTHON}{TOOL}\nCMD ["sh", "-c", "git pull && python /tool/run.py"]', 0),
        (f"{PYTHON}{TOOL}\nCMD python -m tool.update && python /tool/run.py", 0),
        (f"{PYTHON}{TOOL}\nCMD apt-get update && python /tool/run.py", 1),
        (f"{PYTHON}RUN git clone https://github.com/acme/KEV", 0),
        (f"{PYTHON}RUN git clone https://github.com/acme/x /known-vulnerabilities", 0),
    ],
)
def test_the_newest_code_may_be_what_is_wanted(text, count):
    assert len(findings("moving-branch", text)) == count


def test_an_example_that_nobody_publishes_may_move():
    example = RepositoryFacts(is_example=True)
    assert not findings("moving-branch", f"{PYTHON}{TOOL}", repository=example)
    assert findings(
        "moving-branch", f"{PYTHON}{TOOL}", repository=example, is_published=True
    )


@pytest.mark.parametrize(
    ("args", "url", "what"),
    [
        ("ARG TAG\nARG REPO=acme/tool@${TAG}", "https://github.com/${REPO}", ""),
        ("ARG REPO=acme/tool@main", "https://github.com/${REPO}", ""),
        ("ARG REPO", "https://github.com/acme/${REPO}", ""),
        ("ARG REPO=acme/tool.git", "https://github.com/${REPO}", "tool"),
        ("ARG TOKEN", "https://${TOKEN}@github.com/acme/tool", "tool"),
    ],
)
def test_a_variable_of_an_address_may_bring_the_tag(args, url, what):
    text = f"{PYTHON}{args}\nRUN pip install git+{url}\n"
    messages = [item.message for item in findings("moving-branch", text)]
    expected = (
        f"pip takes the default branch of {what}, which moves: name a tag or a commit"
    )
    assert messages == ([expected] if what else [])


@pytest.mark.parametrize(
    ("folder", "count"),
    [("latest", 0), ("docker/devel", 0), ("master", 1), ("1.2", 1), ("latest-base", 1)],
)
def test_an_image_of_what_is_not_released_takes_the_newest(folder, count):
    text = f"{PYTHON}RUN git clone https://example.com/a/tool.git && make -C tool"
    facts = RepositoryFacts(dockerfile=f"{folder}/Dockerfile")
    assert len(findings("moving-branch", text, repository=facts)) == count


@pytest.mark.parametrize(("value", "count"), [("master", 0), ("v1", 1), ("main", 1)])
def test_a_directory_is_named_for_the_branch_that_the_image_is_made_of(value, count):
    text = (
        f"{PYTHON}ENV GIT_BRANCH={value}\n"
        "RUN pip install git+https://example.com/a/tool.git"
    )
    facts = RepositoryFacts(dockerfile="base/master/Dockerfile")
    assert len(findings("moving-branch", text, repository=facts)) == count


CLONE = "git clone https://example.com/a/{}.git"


@pytest.mark.parametrize(
    ("command", "count"),
    [
        (f"{CLONE.format('shop-translations')} /srv/t", 0),
        (f"{CLONE.format('acme.io')} ./ACME_POLICIES/", 0),
        (f"{CLONE.format('shop-assets')} /a && make -C /a/shop-assets", 1),
        (f"{CLONE.format('assetstore')} /srv/a", 1),
    ],
)
def test_texts_and_assets_are_wanted_as_they_are_today(command, count):
    assert len(findings("moving-branch", f"{PYTHON}RUN {command}")) == count


def test_several_clones_of_one_run_are_one_finding():
    run = " && ".join(map(CLONE.format, ("one", "two", "one")))
    other = f"RUN {CLONE.format('three')}"
    told = findings("moving-branch", f"{PYTHON}RUN {run}\n{other}")
    takes = "git clone takes the default branch of"
    pin = "which moves: name a tag or a commit"
    assert [finding.message for finding in told] == [
        f"{takes} one and 1 more, {pin}",
        f"{takes} three, {pin}",
    ]
