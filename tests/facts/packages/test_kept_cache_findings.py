"""What is said of a cache that stays in a layer, and the fix."""

from __future__ import annotations

import pytest

from lightship.facts.packages.kept_cache_findings import finding, together
from lightship.facts.packages.package_caches import RPM, kept_caches
from lightship.lint.examples import build_of
from lightship.text import apply_edits


@pytest.mark.parametrize(
    ("script", "fixed"),
    [
        ("dnf install -y a", "dnf install -y a && dnf clean all"),
        ("sudo dnf install -y a", "sudo dnf install -y a && sudo dnf clean all"),
        ("dnf install -y a || true", None),
        ("gosu app dnf install -y a", None),
        ("dnf install -y a && dnf remove -y dnf", None),
    ],
)
def test_the_fix_empties_it_with_the_same_program(script, fixed):
    build = build_of(f"FROM fedora\nRUN {script}")
    [found] = kept_caches(build, RPM)
    fix = finding(build, RPM, found, "packages").fix
    changed = fix and apply_edits(build.dockerfile.text, fix.edits)
    assert changed == (fixed and f"FROM fedora\nRUN {fixed}")


def test_each_layer_is_fixed_where_the_next_run_goes_on():
    build = build_of("FROM fedora\nRUN dnf install -y a\nRUN dnf install -y b")
    first, second = (
        finding(build, RPM, found, "packages") for found in kept_caches(build, RPM)
    )
    assert first.fix is not None
    assert second.fix is not None


def test_a_later_layer_saves_nothing():
    build = build_of("FROM fedora\nRUN dnf install -y a\nCOPY b c\nRUN dnf clean all")
    [found] = kept_caches(build, RPM)
    message = finding(build, RPM, found, "packages").message
    assert "line 4 removes them in a later layer" in message


def test_layers_are_told_together():
    build = build_of("FROM fedora\nRUN dnf install -y a\nCOPY b c\nRUN yum install d")
    found = list(kept_caches(build, RPM))
    findings = [finding(build, RPM, each, "packages") for each in found]
    one = together(found, findings)
    assert ", and so does line 4: run dnf clean all" in one.message
    assert len(one.fix.edits) == 2
