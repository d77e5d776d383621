"""When constant-platform reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

ON_AMD64 = "FROM --platform=linux/amd64 debian:13 AS a\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("FROM --platform=linux/amd64 public.ecr.aws/sam/build-python3.12:1", None),
        ("FROM --platform=linux/amd64 node:24", "mac.Dockerfile"),
        ("FROM --platform=linux/amd64 node:24", "docker/Dockerfile.m1"),
        (f"{ON_AMD64}FROM a\nRUN apt-get install -y mssql-tools", None),
    ],
)
def test_a_platform_that_is_the_only_one_is_meant(text, path):
    assert said("constant-platform", text, path=path) == []


def test_a_platform_is_not_meant_where_another_stage_needs_it():
    text = f"{ON_AMD64}FROM debian:13\nRUN apt-get install -y mssql-tools"
    assert said("constant-platform", text, path="machinery/Dockerfile")


def test_a_platform_that_a_comment_explains_is_meant():
    text = "# Chrome exists for amd64 only\nFROM --platform=linux/amd64 debian:13"
    assert said("constant-platform", text) == []
    assert said("constant-platform", "# Chrome\nFROM --platform=linux/amd64 debian:13")
