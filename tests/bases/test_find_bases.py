"""The bases of a build, and what speaks for and against others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.bases.base_report import Fit
from lightship.bases.find_bases import found_bases
from lightship.lint.examples import build_of

PIP = (
    "WORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
    'COPY app.py .\nCMD ["python", "app.py"]\n'
)
PROJECT = '[project]\nname = "app"\nversion = "1"\nrequires-python = "{}"\n'


def bases(text, files=None, **fields):
    return found_bases(replace(build_of(text, files), **fields))


def files(requirements="flask==3.1.0\n", requires=">=3.12", **more):
    return {
        "requirements.txt": requirements,
        "app.py": "print(1)\n",
        "pyproject.toml": PROJECT.format(requires),
        **more,
    }


def others(base):
    return {item.name: item for item in base.alternatives}


def texts(alternative):
    return " | ".join(objection.text for objection in alternative.objections)


def test_a_newer_python_fits_where_the_project_allows_it_and_all_wheels_are_known():
    (base,) = bases(f"FROM python:3.13-slim\n{PIP}", files())
    assert base.is_final
    assert [str(release) for release in base.releases] == [
        "Python 3.13",
        "Debian 13 (trixie)",
    ]
    best = base.alternatives[0]
    assert (best.name, best.fit) == ("python:3.14-slim-trixie", Fit.FITS)
    assert best.lines[0].text == "FROM python:3.14-slim-trixie"
    assert str(best.ends) == "2030-06-30"


@pytest.mark.parametrize(
    ("given", "fit", "reason"),
    [
        (files(requires=">=3.12,<3.14"), Fit.FAILS, "does not allow Python 3.14"),
        (files("acme-core==1.0\n"), Fit.UNSURE, "acme-core==1.0"),
        (files("numpy==2.2.0\n"), Fit.FAILS, "numpy==2.2.0"),
        ({"requirements.txt": "", "app.py": ""}, Fit.UNSURE, "does not say"),
    ],
)
def test_why_a_newer_python_may_not_fit(given, fit, reason):
    (base,) = bases(f"FROM python:3.13-slim\n{PIP}", given)
    newer = others(base)["python:3.14-slim-trixie"]
    assert newer.fit is fit
    assert reason in texts(newer)


@pytest.mark.parametrize(
    ("line", "image", "fit", "reason"),
    [
        (
            "RUN git clone https://example.com/a",
            "3.13-slim-trixie",
            Fit.FAILS,
            "no git",
        ),
        ("RUN ./install.sh", "3.13-slim-trixie", Fit.UNSURE, "install.sh"),
        ("RUN useradd app", "3.13-alpine3.24", Fit.FAILS, "useradd"),
        ('SHELL ["/bin/bash", "-c"]', "3.13-alpine3.24", Fit.FAILS, "bash"),
        (
            "RUN apt-get update && apt-get install -y jq",
            "3.13-alpine3.24",
            Fit.FAILS,
            "apk",
        ),
        ("ENV A=1", "3.13-slim-trixie", Fit.FITS, ""),
        ("RUN pip install scikit-learn==1.7.2", "3.13-alpine3.24", Fit.UNSURE, "glibc"),
    ],
)
def test_what_a_smaller_image_lacks(line, image, fit, reason):
    text = f"FROM python:3.13\n{line}\nCOPY app.py /\nCMD python /app.py"
    (base,) = bases(text, {"app.py": ""})
    other = others(base)[f"python:{image}"]
    assert other.fit is fit
    assert reason in texts(other)


def test_a_reason_has_the_line_and_the_rule_that_finds_it():
    (base,) = bases("FROM python:3.13\nRUN git clone https://example.com/a", {})
    objection = others(base)["python:3.13-slim-trixie"].objections[0]
    assert objection.line == 2
    assert objection.rule == "command-not-in-image"
    assert objection.is_sure


@pytest.mark.parametrize(
    ("package", "fit"),
    [("jq", Fit.FITS), ("libssl1.1", Fit.FAILS), ("acme-tool", Fit.UNSURE)],
)
def test_packages_that_a_newer_release_has_or_lacks(package, fit):
    text = (
        f"FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y {package}"
    )
    (base,) = bases(text, {})
    newer = others(base)["debian:trixie-slim"]
    assert newer.fit is fit
    assert (package in texts(newer)) is (fit is not Fit.FITS)


def test_stages_on_one_version_go_together_and_keep_what_they_are():
    text = (
        "FROM python:3.13 AS build\nRUN python -m venv /venv\n"
        "FROM python:3.13-slim\nCOPY --from=build /venv /venv"
    )
    (base,) = bases(text, files())
    assert [line.line for line in base.lines] == [1, 3]
    newer = others(base)["python:3.14-slim-trixie"]
    assert [line.text for line in newer.lines] == [
        "FROM python:3.14-trixie AS build",
        "FROM python:3.14-slim-trixie",
    ]
    assert "python3.13" not in texts(newer)


def test_a_stage_on_another_image_is_a_base_of_its_own_and_comes_later():
    text = (
        "FROM golang:1.26 AS build\nRUN go build -o /app\n"
        "FROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD /app"
    )
    final, build = bases(text, {})
    assert (final.name, final.is_final) == ("debian:bookworm-slim", True)
    assert (build.name, build.is_final) == ("golang:1.26", False)
    assert "the final image does not start from it" in build.notes


def test_a_stage_that_no_build_needs_is_left_out():
    text = "FROM node:24 AS spare\nFROM python:3.13-slim"
    assert [base.name for base in bases(text)] == ["python:3.13-slim"]
    assert [base.name for base in bases(text, target="spare")] == ["node:24"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "ARG V=3.13\nFROM python:${V}-slim AS app",
            "FROM python:3.14-slim-trixie AS app",
        ),
        ("ARG BASE=python:3.13-slim\nFROM $BASE", "FROM python:3.14-slim-trixie"),
        (
            "ARG R=docker.io/library\nFROM ${R}/python:3.13-slim",
            "FROM ${R}/python:3.14-slim-trixie",
        ),
        (
            "ARG B\nFROM ${B:-docker.io/library/python:3.13-slim}",
            "FROM docker.io/library/python:3.14-slim-trixie",
        ),
        (
            "FROM --platform=linux/amd64 python:3.13-slim",
            "FROM --platform=linux/amd64 python:3.14-slim-trixie",
        ),
        (f"FROM python:3.13-slim@sha256:{'0' * 64}", "FROM python:3.14-slim-trixie"),
    ],
)
def test_the_line_to_write_keeps_what_is_not_the_tag(text, line):
    (base,) = bases(f"{text}\n", files())
    assert others(base)["python:3.14-slim-trixie"].lines[0].text == line


def test_a_stage_on_a_stage_has_the_base_of_that():
    (base,) = bases("FROM python:3.13-slim AS base\nFROM base\nFROM base", files())
    assert [line.line for line in base.lines] == [1]
    assert base.is_final


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("python", "its tag moves with every release"),
        (
            "python:3-slim",
            "its tag moves from version to version, and means 3.14-slim today",
        ),
        ("python:3.13-slim", "means 3.13-slim-trixie today"),
        ("openjdk:17", "it has had no updates since 2022-07-31: use eclipse-temurin"),
        ("acme/app:1", "only its name is known here"),
        (f"python:3.13@sha256:{'0' * 64}", "its digest keeps it as it is"),
    ],
)
def test_what_is_to_know_of_an_image(name, note):
    (base,) = bases(f"FROM {name}")
    assert any(note in each for each in base.notes)


def test_of_images_of_others_nothing_is_made_up():
    (base,) = bases("FROM ghcr.io/acme/python:3.13-slim")
    assert base.kind is None
    assert base.alternatives == ()


def test_a_base_that_only_a_build_arg_names():
    text = "ARG BASE\nFROM $BASE AS app\nFROM scratch\nCOPY --from=app /a /a"
    (base,) = bases(text)
    assert (base.name, base.is_final, base.alternatives) == ("$BASE", False, ())
    assert base.notes == ("its name is not known: give its variables with --build-arg",)
    (given,) = bases(text, args={"BASE": "debian:trixie"})
    assert given.name == "debian:trixie"


def test_scratch_and_a_text_without_a_stage_have_none():
    assert bases("FROM scratch\nCOPY a /a") == ()


def test_the_order_is_fit_then_life_then_size():
    (base,) = bases("FROM python:3.12\nCOPY app.py /\nCMD python /app.py", files())
    keys = [
        (list(Fit).index(item.fit), -item.ends.toordinal(), item.kind.value != "alpine")
        for item in base.alternatives
    ]
    assert keys == sorted(keys)
    names = [item.name for item in base.alternatives if item.fit is Fit.FITS]
    assert names.index("python:3.14-slim-trixie") < names.index("python:3.14-trixie")


def test_a_newer_node_is_never_sure():
    (base,) = bases(
        "FROM node:22-slim\nCOPY app.js /\nCMD node /app.js", {"app.js": ""}
    )
    assert others(base)["node:24-trixie-slim"].fit is Fit.UNSURE
    assert others(base)["node:22-trixie-slim"].fit is Fit.FITS


def test_postgres_on_another_release_sorts_differently():
    (base,) = bases("FROM postgres:17-bookworm")
    assert "indexes" in texts(others(base)["postgres:17-trixie"])


def test_files_that_a_glibc_stage_makes_do_not_start_on_alpine():
    text = (
        "FROM rust:1.98 AS build\nRUN cargo build\n"
        "FROM python:3.13-slim\nCOPY --from=build /app /app"
    )
    final = bases(text, files())[0]
    assert "glibc" in texts(others(final)["python:3.13-alpine3.24"])


def test_a_large_text_is_not_judged_again_and_again():
    text = "FROM python:3.13-slim\n" + "ENV A=1\n" * 20_000
    (base,) = bases(text)
    assert base.alternatives == ()
    assert any("too large" in note for note in base.notes)
