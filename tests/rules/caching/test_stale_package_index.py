"""What the examples of stale-package-index leave out."""

from __future__ import annotations

from itertools import product

import pytest
from judged import RULES, said
from made import findings, fixed, lines

from lightship.lint.diagnostic import Report
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.fixes import SAFE, UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.lint.same_cause import said_once
from lightship.rules.caching.stale_package_index import RULE

CHAIN = lines(
    "FROM debian:trixie-slim",
    "RUN apt-get update && apt-get install -y git",
    "COPY a /a",
    "RUN apt-get install -y curl",
    "COPY b /b",
    "RUN apt-get install -y jq",
)


def test_installs_from_the_same_index_are_one_finding():
    [finding] = findings(RULE, CHAIN)
    assert finding.message == (
        "this and later installs read the index of line 2, which may be old: "
        "run apt-get update in each"
    )
    assert fixed(RULE, CHAIN).count("apt-get update") == 3


def test_a_script_piped_into_a_shell_may_have_updated_the_index():
    start = "FROM debian:13\nRUN apt-get update && apt-get install -y curl\n"
    install = "RUN apt-get install -y nodejs"
    between = "RUN curl -fsSL https://example.com/setup | bash -\n"
    assert said("stale-package-index", f"{start}RUN ls\n{install}")
    assert said("stale-package-index", f"{start}{between}{install}") == []


MORE = (
    "RUN apt-get install -y git",
    "RUN apt-get install -y curl",
    "RUN --mount=type=cache,target=/x apt-get install -y vim",
    "RUN apt-get install -y wget && make",
    "RUN cd /x && apt-get install -y jq",
    "ENV A=1",
    "FROM base",
)


@pytest.mark.parametrize("lines", list(product(MORE, repeat=3)))
def test_an_update_joined_with_the_first_install_leaves_no_stale_index(lines):
    text = "\n".join(("FROM debian:13 AS base", "RUN apt-get update", *lines))
    fixed = fix(build_of(text), RuleSelection((RULES["update-alone"],)), SAFE)
    before = said("stale-package-index", text)
    after = lint(fixed.build, [RULES["stale-package-index"]])
    assert len(after) <= len(before)


@pytest.mark.parametrize(("option", "line"), [("-y", 3), ("-y --no-update", 2)])
def test_the_index_is_that_of_the_repository_added_last(option, line):
    text = (
        "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y git\n"
        f"RUN add-apt-repository {option} ppa:a/b\nRUN make\n"
        "RUN apt-get install -y python3.14"
    )
    [message] = said("stale-package-index", text)
    assert f"index of line {line}, which" in message


def test_all_installs_from_an_old_index_update_where_all_can():
    text = (
        "FROM ubuntu:24.04\nRUN apt update && apt -y install git\nRUN make a\n"
        "RUN apt -y install curl\nRUN make b\nRUN apt -y install jq\n"
    )
    build = build_of(text)
    done = fix(build, RuleSelection((RULES["stale-package-index"],)), UNSAFE)
    updating = "RUN apt update && apt -y install {} && rm -rf /var/lib/apt/lists/*"
    assert updating.format("curl") in done.build.dockerfile.text
    assert updating.format("jq") in done.build.dockerfile.text
    assert lint(done.build, [RULES["stale-package-index"]]) == []

    # The second one cannot, and needs the index that the first one leaves
    block = "if true; then apt -y install jq; fi"
    other = build_of(text.replace("apt -y install jq", block))
    done = fix(other, RuleSelection((RULES["stale-package-index"],)), UNSAFE)
    assert done.build.dockerfile.text == other.dockerfile.text


def test_the_index_of_an_ubuntu_without_fixes_does_not_get_old():
    text = (
        "FROM ubuntu:{}\nRUN apt-get update && apt-get install -y git{}\nCOPY a /a\n"
        "RUN apt-get install -y curl"
    )
    assert said("stale-package-index", text.format("18.04", "")) == []
    assert said("stale-package-index", text.format("24.04", ""))
    removed = " && rm -rf /var/lib/apt/lists/*"
    assert said("stale-package-index", text.format("18.04", removed))


def test_what_follows_an_update_alone_is_left_to_it():
    text = (
        "FROM debian:13\nRUN apt-get update\nRUN apt-get install -y git\n"
        "RUN {} && apt-get install -y tzdata"
    )
    quiet = "export DEBIAN_FRONTEND=noninteractive"
    assert said("stale-package-index", text.format(quiet)) == []
    apart = text.format(quiet).replace("RUN export", "COPY a /a\nRUN export")
    assert said("stale-package-index", apart)


def test_a_later_install_from_the_index_of_a_lone_update_is_told_once():
    text = (
        "FROM debian:13\nRUN {}\nRUN apt-get install -y git\nRUN make\n"
        "RUN apt-get install -y tzdata\n"
    )
    rules = [RULES["update-alone"], RULES["stale-package-index"]]
    assert _told(text.format("apt-get update"), rules) == ["update-alone"]
    together = text.format("apt-get update && apt-get install -y jq")
    assert _told(together, rules) == ["stale-package-index"]
    # Where update-alone is not asked, the installs are still found
    alone = _told(text.format("apt-get update"), rules[1:])
    assert alone == ["stale-package-index"]


def _told(text, rules):
    report = Report("Dockerfile", text, tuple(lint(build_of(text), rules)))
    return [item.rule.id for item in said_once(report).diagnostics]


@pytest.mark.parametrize(
    "image",
    [
        "phusion/baseimage:0.9.19",
        "pytorch/pytorch:1.11.0-cuda11.3-cudnn8-devel",
        "nvidia/cuda:9.0-devel",
        "python:3.5",
    ],
)
def test_the_release_under_an_image_may_be_past_its_end(image):
    text = (
        f"FROM {image}\n"
        "RUN apt-get update && apt-get install -y git\n"
        "COPY a /a\n"
        "RUN apt-get install -y curl\n"
    )
    assert said("stale-package-index", text) == []


BEFORE = (
    "FROM debian:13\nRUN apt-get update && apt-get install -y curl nginx\nCOPY . /app\n"
)


@pytest.mark.parametrize(
    ("later", "count"),
    [
        ("RUN apt-get install -y nginx curl", 0),
        ("RUN apt-get install -y nginx jq", 1),
        ("RUN apt-get install -y nginx=1.26.3-3", 1),
        ("RUN apt-get remove -y nginx\nRUN apt-get install -y nginx", 1),
        ("FROM debian:13\nRUN apt-get update\nRUN ls\nRUN apt-get install -y nginx", 0),
    ],
)
def test_what_is_installed_already_is_left_as_it_is(later, count):
    assert len(said("stale-package-index", BEFORE + later)) == count


@pytest.mark.parametrize(
    ("run", "script", "count"),
    [
        ("/app/prepare.sh -y", "apt-get $* update\n", 0),
        ("sh /app/prepare.sh", "set -e\napt update && apt install -y make\n", 0),
        ("cd /app && ls", "apt-get update\n", 1),
        ("/app/prepare.sh", "./update-catalogue\napt-get install -y make\n", 1),
        ("/app/other.sh", "apt-get update\n", 1),
    ],
)
def test_a_script_of_the_project_may_have_updated_the_index(run, script, count):
    text = f"{BEFORE}RUN {run}\nCOPY b /b\nRUN apt-get install -y jq"
    files = {"prepare.sh": script, "b": ""}
    assert len(said("stale-package-index", text, files)) == count
