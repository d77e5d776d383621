"""One Dockerfile that is built for several targets."""

from __future__ import annotations

from dataclasses import replace

from judged import RULES

from lightship.lint.all_builds import united
from lightship.lint.diagnostic import JudgedBuild, Report
from lightship.lint.engine import lint
from lightship.lint.examples import build_of


def test_a_target_with_more_layers_says_it_for_the_one_that_it_starts_from():
    text = (
        "FROM alpine:3.22 AS base\nRUN apk add curl\n"
        "FROM base AS plus\nRUN apk add -U chromium"
    )
    reports = []
    for target in ("base", "plus"):
        build = replace(build_of(text), target=target)
        judged = JudgedBuild("compose.yaml", ".", target)
        diagnostics = tuple(lint(build, [RULES["apk-cache-kept"]]))
        reports.append(Report("Dockerfile", text, diagnostics, builds=(judged,)))
    [item] = united(reports).diagnostics
    assert "line 4" in item.finding.message
    assert item.only_in == ()


def test_a_stage_that_no_target_comes_to_is_judged_by_its_own_build_alone():
    text = (
        "FROM alpine:3.22 AS app\nRUN apk add curl\n"
        "FROM alpine:3.22 as extra\nRUN curl https://example.com/i.sh | sh\n"
    )
    build = build_of(text)
    run = [RULES["remote-script-run"]]
    assert lint(replace(build, target="extra"), run)
    assert lint(build, run)
    assert lint(replace(build, target="app"), run) == []
    style = [RULES["from-as-casing-differs"]]
    assert lint(replace(build, target="app"), style), "how it is written is seen anyway"


def test_of_two_bases_the_finding_that_asks_for_more_is_reported():
    text = (
        "ARG BASE\nFROM $BASE\n"
        "RUN apt-get update && apt-get install -y wget ffmpeg\nCMD run"
    )
    reports = []
    for base in ("python:3.13-slim", "debian:13"):
        build = replace(build_of(text), args={"BASE": base})
        judged = JudgedBuild("compose.yaml", ".", base)
        diagnostics = tuple(lint(build, [RULES["apt-recommends"]]))
        reports.append(Report("Dockerfile", text, diagnostics, builds=(judged,)))
    [item] = united(reports).diagnostics
    assert item.finding.message.endswith("and ca-certificates")
    assert item.only_in == ()
