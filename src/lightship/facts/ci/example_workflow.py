"""Workflows and Dockerfiles for the examples of rules."""

from __future__ import annotations

import textwrap

APP = """FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
"""
"""A Dockerfile of one stage."""

STAGES = """FROM golang:1.25 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -o /app .

FROM debian:trixie-slim
COPY --from=build /app /app
"""
"""A Dockerfile whose image comes out of another stage."""


def workflow(
    inputs: str, on: str = "push", *, setup: bool = True, before: str = ""
) -> str:
    """A workflow of one job that builds with docker/build-push-action.

    `inputs` are the lines below `with:`, `on` what starts it, `before` steps before the build.
    """
    steps = [textwrap.indent(before, " " * 6)] if before else []
    if setup:
        steps.append("      - uses: docker/setup-buildx-action@v3\n")
    head = f"on: {on}\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n"
    build = "      - uses: docker/build-push-action@v6\n        with:\n"
    return head + "".join(steps) + build + textwrap.indent(inputs, " " * 10)
