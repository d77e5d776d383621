"""Policies: as hadolint has them, and lightship's own."""

from __future__ import annotations

import json
import re

import pytest
from cli.hadolint_cases import ANSWERS, CASES, CODES

from lightship.build import Build
from lightship.config.find_config import load
from lightship.dockerfile.parse import parse
from lightship.lint.engine import lint
from lightship.lint.registry import all_rules

RULES = [rule for rule in all_rules() if set(rule.aliases) & set(CODES)]
CODE = {
    rule.id: next(alias for alias in rule.aliases if alias in CODES) for rule in RULES
}
TYPED = {"DL3052", "DL3053", "DL3054"}  # one rule of lightship

# Where lightship differs, and why
DIFFERS = {
    "LABEL a=0a1b2c3d": "git abbreviates to more than 7 digits as well",
    "LABEL a='MIT OR Apache-2.0'": "an SPDX expression is allowed where a licence is",
    "LABEL a=01.2.3": "semver.org allows no leading zeros",
    "version=$V": "a build decides the value",
    "trustedRegistries:\n  - 'hub.docker.com'": "hub.docker.com is docker.io, said or not",
}


def ours(tmp_path, config, text):
    place = tmp_path / ".hadolint.yaml"
    place.write_text(config, encoding="utf-8")
    dockerfile = parse(text)
    build = Build(dockerfile, policy=load(str(place)).policy)
    found = lint(build, RULES)
    lines = dockerfile.lines
    return sorted(
        [CODE[item.rule.id], lines.line(item.finding.span.start)] for item in found
    )


def alike(rows):
    """Typed labels are one rule of lightship, and hadolint says a line once."""
    merged = {("DL3052" if code in TYPED else code, line) for code, line in rows}
    return sorted(merged)


def test_policies_are_as_hadolint_has_them(tmp_path):
    answers = json.loads(ANSWERS.read_text(encoding="utf-8"))
    assert len(answers) == len(CASES)
    wrong = []
    for (config, text), answer in zip(CASES, answers, strict=True):
        whole = config + text
        if any(part in whole for part in DIFFERS):
            continue
        found = ours(tmp_path, config, text)
        if alike(found) != alike(answer):
            wrong.append(f"{config}{text}hadolint: {answer}\nlightship: {found}\n")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", DIFFERS)
def test_every_difference_is_one(tmp_path, part):
    """Where there is none any more, it need not be listed."""
    answers = json.loads(ANSWERS.read_text(encoding="utf-8"))
    cases = [
        alike(ours(tmp_path, *case)) != alike(answer)
        for case, answer in zip(CASES, answers, strict=True)
        if part in "".join(case)
    ]
    assert any(cases)


HADOLINT = """\
ignored: [SC2086, DL3008, DL9999]
override: {error: [DL3042, SC1091], fatal: [DL3006]}
trustedRegistries: [ghcr.io]
label-schema: {author: ''}
strict-labels: true
failure-threshold: error
disable-ignore-pragma: true
format: tty
trusted-registries: [x]
"""


def test_a_team_that_has_hadolints_configuration(run, project):
    (project / ".hadolint.yaml").write_text(HADOLINT, encoding="utf-8")
    (project / "Dockerfile").write_text(
        "FROM debian:12\nUSER 1\nLABEL other=x\n# hadolint ignore=SC2086\nRUN pip install a==1\n"
    )
    result = run("lint", "-q")
    assert result.exit_code == 1
    rules = re.findall(r":\d+ (\w+) ([\w-]+) .*\[(DL\d+)\]", result.stdout)
    assert ("error", "untrusted-registry", "DL3026") in rules
    assert ("info", "required-label-missing", "DL3049") in rules
    assert ("info", "label-not-in-schema", "DL3050") in rules
    assert ("error", "pip-cache-kept", "DL3042") in rules
    warnings = [line.partition(".yaml: ")[2] for line in result.stderr.splitlines()]
    assert warnings == [
        "disable-ignore-pragma is not supported: comments of hadolint are obeyed",
        "unknown key 'trusted-registries', which is ignored",
        "unknown severity 'fatal' of override, which is ignored",
        "ignored: unknown rule 'DL9999'",
    ]
    assert run("fix", "--diff").stderr.count("warning: ") == 4


@pytest.mark.parametrize(
    ("text", "code"),
    [("no-fail: true", 0), ("failure-threshold: none", 0), ("failure-threshold: x", 2)],
)
def test_what_fails_with_hadolints_configuration(run, project, text, code):
    (project / ".hadolint.yaml").write_text(text + "\n", encoding="utf-8")
    (project / "Dockerfile").write_text("FROM debian:latest\nUSER 1\n")
    assert run("lint").exit_code == code


@pytest.mark.parametrize(
    "text",
    [
        "trustedRegistries: x",
        "label-schema: {a: b}",
        "label-schema: 1",
        "strict-labels: 2",
    ],
)
def test_values_that_hadolint_refuses(run, project, text):
    (project / ".hadolint.yaml").write_text(text + "\n", encoding="utf-8")
    (project / "Dockerfile").write_text("FROM a:1\n")
    result = run("lint")
    assert result.exit_code == 2
    assert f".hadolint.yaml: {text.partition(':')[0]} must " in result.stderr


OURS = """\
trusted-registries = ["docker.io/library"]
forbidden-images = ["debian:1?"]
forbidden-packages = ["telnet"]
strict-labels = true
[label-schema]
version = "semver"
"""


def test_a_policy_of_lightship(run, project):
    (project / "lightship.toml").write_text(OURS, encoding="utf-8")
    (project / "Dockerfile").write_text(
        "FROM debian:12 AS a\nRUN apt-get install -y telnet\n"
        "FROM acme/base:1\nUSER 1\nLABEL version=1 b=c\n"
    )
    found = run("lint", "-q", "--select", "default").stdout
    expected = (
        "1:6 error forbidden-image debian:12 is forbidden by debian:1? of your settings",
        "2:24 error forbidden-package telnet is forbidden by telnet of your settings",
        "3:6 error untrusted-registry acme/base is not from a trusted registry",
        "5:15 warning label-not-semver version must be a semantic version, not '1'",
        "5:17 info label-not-in-schema label-schema has no label b",
    )
    for line in expected:
        assert f"Dockerfile:{line}" in found
    assert "forbidden-image" not in run("lint", "--no-config").stdout


@pytest.mark.parametrize(
    "text",
    [
        'trusted-registries = "a"',
        "forbidden-images = [1]",
        'label-schema = { a = "nosuch" }',
        'label-schema = ["a"]',
        'strict-labels = "yes"',
        "trusted-registry = []",
    ],
)
def test_a_policy_that_is_none(run, project, text):
    (project / "lightship.toml").write_text(text + "\n", encoding="utf-8")
    (project / "Dockerfile").write_text("FROM a:1\n")
    result = run("lint")
    assert result.exit_code == 2
    assert "lightship.toml:1: " in result.stderr
