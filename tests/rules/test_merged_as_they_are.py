"""Diffs that a maintainer merges as they are: comments and blank lines stay, nothing is done twice."""

from __future__ import annotations

import laws
import pytest

from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n", "Dockerfile": ""}


def fixed(rule: str, text: str, files: dict[str, str] | None = None) -> str:
    """What the rule alone makes of the text; the laws hold on the way."""
    build = build_of(text, None if files is None else IGNORE | files)
    return laws.hold(build, [RULES[rule]], UNSAFE).text


def lines(*parts: str) -> str:
    return "\n".join(parts) + "\n"


PROJECT = {"requirements.txt": "flask==3.1.2\n", "main.py": ""}
ORDER = "sources-before-dependencies"
PIP = "RUN pip install -r requirements.txt"
MAKE = "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app"
START = 'CMD ["python", "main.py"]'
HEAD = ("FROM python:3.13-slim", "WORKDIR /app")


def test_comments_go_with_what_they_speak_of():
    text = lines(*HEAD, "", "# All", "COPY . .", "", "# Dependencies", PIP, "", START)
    assert fixed(ORDER, text, PROJECT) == lines(
        *HEAD,
        "",
        "# Dependencies",
        "COPY requirements.txt .",
        PIP,
        "",
        "# All",
        "COPY . .",
        "",
        START,
    )


def test_a_comment_that_stands_above_a_setting_goes_with_the_copy():
    text = lines(
        HEAD[0],
        "",
        "# Copy local code to the container image.",
        "ENV APP_HOME=/app",
        "WORKDIR $APP_HOME",
        "COPY . ./",
        "",
        "# Install production dependencies.",
        PIP,
    )
    assert fixed(ORDER, text, PROJECT) == lines(
        HEAD[0],
        "",
        "ENV APP_HOME=/app",
        "WORKDIR $APP_HOME",
        "",
        "# Install production dependencies.",
        "COPY requirements.txt ./",
        PIP,
        "",
        "# Copy local code to the container image.",
        "COPY . ./",
    )


@pytest.mark.parametrize(
    "comment", ["# The working directory, and the code", "# Python prints at once"]
)
def test_a_comment_about_the_setting_stays(comment):
    text = lines(HEAD[0], comment, "ENV PYTHONUNBUFFERED=1", "COPY . /", PIP)
    text = text.replace("COPY . /", "WORKDIR /app\nCOPY . ./")
    made = fixed(ORDER, text, PROJECT)
    assert f"{comment}\nENV PYTHONUNBUFFERED=1\n" in made
    assert made.endswith(f"{PIP}\nCOPY . ./\n")


PACKAGE = {
    "pyproject.toml": "[project]\nname = 'a'\nversion = '1'\ndependencies = ['flask']\n",
    "src/a.py": "",
    "README.md": "",
}
UV = "RUN uv pip install --system"


def test_a_comment_about_dependencies_stays_above_their_install():
    text = lines(
        *HEAD,
        "COPY pyproject.toml ./",
        "COPY src/ src/",
        "",
        "# Install dependencies",
        f"{UV} -e .",
    )
    assert fixed(ORDER, text, PACKAGE) == lines(
        *HEAD,
        "COPY pyproject.toml ./",
        "",
        "# Install dependencies",
        f"{UV} -r pyproject.toml",
        "",
        "COPY src/ src/",
        "",
        f"{UV} -e .",
    )


def test_a_comment_about_dependencies_above_the_copy_stays_too():
    text = lines(
        *HEAD,
        "",
        "# Dependencies, as pyproject.toml has them",
        "COPY . ./",
        "# Newer ones are taken as dependencies allow it",
        f"{UV} .",
    )
    assert fixed(ORDER, text, PACKAGE) == lines(
        *HEAD,
        "",
        "# Dependencies, as pyproject.toml has them",
        "# Newer ones are taken as dependencies allow it",
        "COPY pyproject.toml ./",
        f"{UV} -r pyproject.toml",
        "COPY . ./",
        f"{UV} .",
    )


def test_files_that_are_copied_before_are_not_copied_again():
    text = lines(*HEAD, "COPY requirements.txt ./main.py README.md ./", "RUN true", PIP)
    assert fixed(ORDER, text, {**PROJECT, "README.md": ""}) == lines(
        *HEAD,
        "RUN true",
        "COPY requirements.txt ./",
        PIP,
        "COPY ./main.py README.md ./",
    )


NEIGHBOURS = {**PROJECT, "lib/a.py": "", "web/b.py": ""}


@pytest.mark.parametrize("gap", [(), ("",)])
def test_copies_stay_as_close_as_they_were(gap):
    copies = ("COPY lib lib", *gap, "COPY web web", *gap, "COPY main.py .")
    text = lines(*HEAD, "COPY requirements.txt .", *gap, *copies, "", PIP, "", START)
    assert fixed(ORDER, text, NEIGHBOURS) == lines(
        *HEAD, "COPY requirements.txt .", "", PIP, "", *copies, "", START
    )


def test_a_comment_that_silences_a_check_stays_directly_above():
    text = lines(*HEAD, "COPY . .", "# hadolint ignore=DL3042", PIP, START)
    assert fixed(ORDER, text, PROJECT) == lines(
        *HEAD,
        "COPY requirements.txt .",
        "# hadolint ignore=DL3042",
        PIP,
        "COPY . .",
        START,
    )


def test_a_moved_copy_keeps_the_blank_line_that_parted_it_from_the_install():
    text = lines(
        *HEAD, "COPY requirements.txt /app/", "COPY . /app/", "", PIP, "", START
    )
    assert fixed(ORDER, text, PROJECT) == lines(
        *HEAD, "COPY requirements.txt /app/", "", PIP, "", "COPY . /app/", "", START
    )


def test_one_copy_where_another_one_goes_to_the_same_directory():
    pip = f"{PIP} -r more.txt"
    text = lines(*HEAD, "COPY requirements.txt .", "COPY . .", pip, START)
    files = {**PROJECT, "more.txt": "django==5.2\n"}
    assert fixed(ORDER, text, files) == lines(
        *HEAD, "COPY requirements.txt more.txt ./", pip, "COPY . .", START
    )


def test_patterns_of_files_move_with_the_other_sources():
    text = lines(
        *HEAD, "COPY *.py ./", "COPY dal/ dal/", "COPY requirements.txt ./", PIP
    )
    files = {**PROJECT, "other.py": "", "dal/a.py": ""}
    assert fixed(ORDER, text, files) == lines(
        *HEAD, "COPY requirements.txt ./", PIP, "COPY *.py ./", "COPY dal/ dal/"
    )
    # A pattern that matches a directory brings what is in it
    text = text.replace("*.py", "*d*")
    assert "COPY *d* ./\nCOPY requirements.txt ./" in fixed(ORDER, text, files)


def test_one_copy_for_several_installs():
    pip = f"{PIP} && pip install -r more.txt"
    text = lines(*HEAD, "COPY --chown=app . /app", pip, START)
    files = {**PROJECT, "more.txt": "django==5.2\n"}
    assert fixed(ORDER, text, files) == lines(
        *HEAD,
        "COPY --chown=app requirements.txt more.txt /app/",
        pip,
        "COPY --chown=app . /app",
        START,
    )


def test_two_copies_where_one_would_name_a_file_as_its_place():
    pip = f"{PIP} -r more.txt"
    text = lines(*HEAD, "COPY requirements.txt /app/a", "COPY . .", pip, START)
    files = {**PROJECT, "more.txt": "django==5.2\n"}
    assert "COPY requirements.txt /app/a\n" in fixed(ORDER, text, files)


def test_requirements_are_not_copied_twice():
    for copy in (
        "COPY requirements.txt /app/",
        "ADD requirements.txt requirements.txt",
    ):
        text = lines(*HEAD, copy, "COPY . .", PIP, START)
        assert fixed(ORDER, text, PROJECT) == lines(*HEAD, copy, PIP, "COPY . .", START)


def test_the_user_is_made_before_the_sources():
    text = lines(*HEAD, "COPY . .", "RUN touch a", START)
    assert fixed("root-user", text, PROJECT) == lines(
        *HEAD, MAKE, "COPY . .", "RUN touch a", "USER 10001:10001", START
    )


def test_user_is_not_glued_to_the_next_paragraph():
    text = lines(*HEAD, "", "COPY . .", "", "EXPOSE 8000", "", START)
    assert fixed("root-user", text, PROJECT) == lines(
        *HEAD,
        "",
        MAKE,
        "",
        "COPY . .",
        "",
        "USER 10001:10001",
        "",
        "EXPOSE 8000",
        "",
        START,
    )


def test_a_shell_is_not_glued_to_the_comment_of_the_next_paragraph():
    text = lines(
        "FROM python:3.13", "", "# Node", "RUN curl -f https://x.org/a | sh", START
    )
    assert fixed("pipe-without-pipefail", text) == lines(
        "FROM python:3.13",
        "",
        'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
        "",
        "# Node",
        "RUN curl -f https://x.org/a | sh",
        START,
    )


NODE = ("FROM node:24-slim", "WORKDIR /app", "COPY package*.json ./")


def test_the_cache_of_npm_is_emptied_once():
    text = lines(*NODE, "RUN npm i -g a@1 && npm cache clean --force && npm ci", START)
    assert fixed("npm-cache-kept", text) == lines(
        *NODE, "RUN npm i -g a@1 && npm ci && npm cache clean --force", START
    )
    text = lines(
        *NODE, "RUN npm i -g a@1", "RUN npm ci", "RUN npm cache clean --force", START
    )
    assert fixed("npm-cache-kept", text) == lines(
        *NODE,
        "RUN npm i -g a@1 && npm cache clean --force",
        "RUN npm ci && npm cache clean --force",
        START,
    )


def test_a_cleaning_that_does_more_stays():
    for more in (
        "RUN npm cache clean --force && ls",
        "RUN npm cache clean --force || true",
    ):
        text = lines(*NODE, "RUN npm ci", more, START)
        assert more in fixed("npm-cache-kept", text)


def test_a_package_gets_a_line_of_its_own_in_a_list_with_one_to_a_line():
    text = lines(
        "FROM debian:13",
        "RUN apt-get update && apt-get install -y \\",
        "# for downloads",
        "    curl \\",
        "    ffmpeg",
    )
    assert fixed("apt-recommends", text) == lines(
        "FROM debian:13",
        "RUN apt-get update && apt-get install -y --no-install-recommends \\",
        "# for downloads",
        "    curl \\",
        "    ca-certificates \\",
        "    ffmpeg",
    )


def test_the_comment_of_an_instruction_that_is_removed_goes_too():
    text = lines(
        "FROM debian:13", "", "# Tests", 'CMD ["a"]', "", "# Serves", 'CMD ["b"]'
    )
    assert fixed("overridden-instruction", text) == lines(
        "FROM debian:13", "", "# Serves", 'CMD ["b"]'
    )


def test_a_label_loses_no_meaning():
    text = lines("FROM debian:13", 'LABEL author = "Wes W. <w@x.org>"')
    assert fixed("legacy-key-value", text) == lines(
        "FROM debian:13", 'LABEL author="Wes W. <w@x.org>"'
    )


def test_a_comment_at_the_first_column_of_a_run_keeps_its_place():
    text = lines(
        "FROM debian:13",
        "RUN apt-get update && \\",
        "# Tools",
        "    apt-get install -y --no-install-recommends git",
    )
    assert fixed("apt-lists-kept", text) == lines(
        "FROM debian:13",
        "RUN apt-get update && \\",
        "# Tools",
        "    apt-get install -y --no-install-recommends git && \\",
        "    rm -rf /var/lib/apt/lists/*",
    )


def test_a_workdir_of_tilde_is_not_made_absolute():
    for rule in ("relative-workdir", "relative-destination"):
        if rule in RULES:
            text = lines("FROM debian:13", "WORKDIR ~", "COPY a ./")
            assert "/~" not in fixed(rule, text)


def test_a_copy_that_the_next_one_repeats_is_left_out():
    text = lines(*HEAD, "COPY lib/ /app/lib/", PIP, "", "COPY . /app", START)
    files = {**PROJECT, "lib/a.py": "", "lib/b.py": ""}
    text = text.replace(PIP, f"COPY requirements.txt .\n{PIP}")
    assert fixed(ORDER, text, files) == lines(
        *HEAD, "COPY requirements.txt .", PIP, "", "COPY . /app", START
    )
    for other in (
        text.replace("COPY . /app", "COPY --chown=1 . /app"),
        text.replace("COPY lib", "# Ours\nCOPY lib"),
    ):
        assert "COPY lib/ /app/lib/" in fixed(ORDER, other, files)


def test_instructions_that_are_commented_out_stay():
    text = lines(
        *HEAD,
        "RUN true",
        "#RUN apt install squid",
        "# RUN ln -s /a /b",
        "# The sources",
        "COPY . .",
        PIP,
        START,
    )
    assert fixed(ORDER, text, PROJECT) == lines(
        *HEAD,
        "RUN true",
        "#RUN apt install squid",
        "# RUN ln -s /a /b",
        "COPY requirements.txt .",
        PIP,
        "# The sources",
        "COPY . .",
        START,
    )
