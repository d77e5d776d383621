"""What only a recommendation brings is named by the fix where something calls it."""

from __future__ import annotations

import pytest

from lightship.lint.examples import build_of, fixed_by
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
APT = "FROM debian:trixie\nRUN apt-get update && apt-get install -y "


def fixed(text, files=None):
    return fixed_by(RULES["apt-recommends"], build_of(text, files)).text


@pytest.mark.parametrize(
    ("package", "command", "needed"),
    [
        ("zip", "unzip a.zip -d /app", "unzip"),
        ("autoconf", "autoreconf -i", "automake"),
        ("npm gcc make", "git clone https://example.org/a", "git"),
    ],
)
def test_a_command_that_a_recommended_package_brings_is_named(package, command, needed):
    install = f"{APT}default-jre {package}"
    text = f"{install}\nRUN {command}"
    first = package.partition(" ")[0]
    named = f"{first} {needed}"
    assert named in fixed(text)
    script = {"build.sh": f"#!/bin/sh\nset -e\n{command}\n"}
    assert named in fixed(f"{install}\nCOPY . /src", script)


def test_a_recommended_package_that_nothing_calls_is_not_named():
    text = fixed(f"{APT}zip\nRUN zip a.zip /a")
    assert "unzip" not in text


def test_a_recommended_package_that_is_named_already_is_not_named_again():
    assert fixed(f"{APT}zip unzip\nRUN unzip a.zip").count("unzip") == 2


@pytest.mark.parametrize(
    "package",
    ["docker-ce-cli", "imagemagick", "r-cran-dplyr", "tigervnc-standalone-server"],
)
def test_what_rests_on_recommendations_has_no_fix(package):
    assert fixed(f"{APT}{package}") == f"{APT}{package}"


def test_npm_has_no_fix_where_node_packages_may_have_to_be_compiled():
    text = f"{APT}npm\nCOPY . .\nRUN npm ci"
    assert fixed(text) == text
    assert "--no-install-recommends" in fixed(text.replace("npm\n", "npm gcc make\n"))
