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
        ("npm", "git clone https://example.org/a", "git"),
    ],
)
def test_a_command_that_a_recommended_package_brings_is_named(package, command, needed):
    install = f"{APT}default-jre {package}"
    text = f"{install}\nRUN {command}"
    assert f"{package} {needed}" in fixed(text)
    script = {"build.sh": f"#!/bin/sh\nset -e\n{command}\n"}
    assert f"{package} {needed}" in fixed(f"{install}\nCOPY . /src", script)


def test_a_recommended_package_that_nothing_calls_is_not_named():
    text = fixed(f"{APT}zip\nRUN zip a.zip /a")
    assert "unzip" not in text


def test_a_recommended_package_that_is_named_already_is_not_named_again():
    assert fixed(f"{APT}zip unzip\nRUN unzip a.zip").count("unzip") == 2
