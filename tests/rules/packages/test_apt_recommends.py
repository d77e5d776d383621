"""When apt-recommends reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, found, said

from lightship.lint.finding import Safety

PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize("use", ["ssh-keyscan github.com", "git clone git@a.com:b/c"])
def test_git_over_ssh_needs_the_client_that_is_only_recommended(use):
    text = f"{PYTHON}RUN apt-get update && apt-get install -y git ffmpeg\nRUN {use}"
    [item] = found("apt-recommends", text)
    assert "openssh-client" in {edit.text.strip() for edit in item.finding.fix.edits}


def test_git_over_https_needs_no_client_of_ssh():
    text = f"{PYTHON}RUN apt-get install -y git ffmpeg\nRUN git clone https://example.com/a"
    [item] = found("apt-recommends", text)
    assert "openssh-client" not in {
        edit.text.strip() for edit in item.finding.fix.edits
    }


CHROMA = (
    "ARG SANITIZER=0\nRUN set -e; \\\n"
    'if [ "$SANITIZER" = 1 ]; then apt-get update; apt-get install -y ffmpeg; fi'
)


@pytest.mark.parametrize("rule", ["apt-recommends", "apt-lists-kept"])
def test_a_branch_that_is_off_by_default_is_not_judged(rule):
    assert said(rule, CHROMA) == []
    assert said(rule, CHROMA.replace("SANITIZER=0", "SANITIZER")) == []
    assert said(rule, CHROMA.replace("SANITIZER=0", "SANITIZER=1"))
    assert said(rule, CHROMA.replace("fi", "else true; fi").replace("= 1", "!= 1"))


@pytest.mark.parametrize(
    ("test", "is_off"),
    [
        ('[ -n "$A" ]', True),
        ('[ -z "$A" ]', False),
        ('[ "$A" ]', True),
        ("test $A = 1", True),
        ("[[ $A == 1 ]]", True),
        ('[ "$UNKNOWN" = 1 ]', False),
        ("[ -f /a ]", False),
        ("command -v gcc", False),
        ("! [ -n '' ]", False),
        ('[ -n "$A" ] || true', False),
    ],
)
def test_only_a_test_that_is_known_to_fail_switches_a_branch_off(test, is_off):
    text = f"ARG A\nRUN if {test}; then apt-get install -y ffmpeg; fi"
    assert (said("apt-recommends", text) == []) is is_off


@pytest.mark.parametrize(
    ("first", "safety"),
    [
        ("RUN cmake /src && make install", Safety.MANUAL),
        ("RUN ./configure && make", Safety.MANUAL),
        ("RUN pip install --target /usr/local/app flask==3.1.0", Safety.UNSAFE),
    ],
)
def test_what_another_stage_compiled_may_load_what_is_only_recommended(first, safety):
    text = (
        f"FROM python:3.13 AS build\n{first}\nFROM ubuntu:22.04\n"
        "RUN apt-get update && apt-get install -y ffmpeg\n"
        'COPY --from=build /usr/local/ /usr/local/\nCMD ["/usr/local/bin/lmp"]'
    )
    (finding,) = findings("apt-recommends", text)
    assert finding.fix.safety is safety


@pytest.mark.parametrize(
    "name",
    [
        *("meson", "libvips-dev", "dpkg-dev", "qemu-system-arm", "opam", "hashcat"),
        *("chromium", "libreoffice-writer", "r-base", "texlive", "graphviz"),
        # Nothing is known of them
        *("a-package-that-nobody-knows", "./a.deb", "$MORE"),
    ],
)
def test_what_rests_on_what_it_recommends_is_left_alone(name):
    text = f"RUN apt-get update && apt-get install -y ffmpeg {name}\nCMD ./app"
    assert said("apt-recommends", text) == []
    assert said("apt-recommends", text.replace(name, "jq"))


@pytest.mark.parametrize(
    ("later", "safety"),
    [
        ("COPY a.deb /\nRUN dpkg -i /a.deb", Safety.MANUAL),
        ("COPY src /src\nRUN cd /src && ./configure && make install", Safety.MANUAL),
        ("RUN dpkg --print-architecture", Safety.UNSAFE),
    ],
)
def test_what_is_compiled_or_comes_as_a_file_may_need_what_is_only_recommended(
    later, safety
):
    text = f"FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y ffmpeg\n{later}\nCMD ./app"
    (finding,) = findings("apt-recommends", text)
    assert finding.fix.safety is safety


PIP_ONLY = "FROM {}\nRUN apt-get install -y ffmpeg {}\n{}\nCMD python3 app.py\n"


@pytest.mark.parametrize(
    ("image", "packages", "is_silent"),
    [
        ("debian:13", "python3-pip", True),
        ("debian:13", "python3-virtualenv", True),
        ("debian:13", "python3-pip gcc", True),
        ("debian:13", "python3-pip python3-dev", True),
        ("debian:13", "python3-pip gcc python3-dev", False),
        ("ubuntu:22.04", "python3-pip build-essential python3-dev", False),
        # Its pip only recommends setuptools, without which it builds nothing
        ("ubuntu:18.04", "python3-pip gcc python3-dev", True),
        ("ubuntu:18.04", "python3-pip gcc python3-dev python3-setuptools", False),
        ("debian:13", "npm", True),
        ("debian:13", "npm g++", False),
    ],
)
def test_what_pip_and_npm_may_build_with_stays(image, packages, is_silent):
    """Whatever they install in this Dockerfile: others may start from it."""
    for run in ("", "RUN pip3 install flask==3.1.0"):
        text = PIP_ONLY.format(image, packages, run)
        assert (said("apt-recommends", text) == []) is is_silent


def test_aptitude_has_an_option_of_its_own():
    text = f"{PYTHON}RUN apt-get update && aptitude install -y ffmpeg\nCMD run"
    [item] = findings("apt-recommends", text)
    assert item.message.endswith("add --without-recommends")
    assert [edit.text.strip() for edit in item.fix.edits] == ["--without-recommends"]
    for option in ("--without-recommends", "-R"):
        quiet = text.replace("install -y", f"install -y {option}")
        assert said("apt-recommends", quiet) == []


@pytest.mark.parametrize(
    ("base", "is_named"), [("ubuntu:24.04", True), ("python:3.13-slim", False)]
)
def test_certificates_are_named_though_nothing_here_fetches(base, is_named):
    text = f"FROM {base}\nRUN apt-get update && apt-get install -y wget ffmpeg\n"
    [item] = findings("apt-recommends", text)
    assert ("ca-certificates" in item.message) is is_named


QUIET = "RUN apt-get install -y --no-install-recommends"


@pytest.mark.parametrize(
    ("earlier", "is_there"),
    [
        (f"{QUIET} ffmpeg", True),
        (f"{QUIET} jq ffmpeg=7:7.1", True),
        (f"{QUIET} jq", False),
        (
            "RUN if [ -f /a ]; then apt-get install -y --no-install-recommends ffmpeg; fi",
            False,
        ),
        (f"{QUIET} ffmpeg\nRUN apt-get purge -y ffmpeg", False),
    ],
)
def test_what_is_there_already_brings_nothing(earlier, is_there):
    text = f"FROM debian:13\n{earlier}\nRUN apt-get install -y ffmpeg\nCMD run"
    assert (said("apt-recommends", text) == []) is is_there
    of_base = text.replace("FROM debian:13", "FROM debian:13 AS base", 1)
    of_base = of_base.replace("RUN apt-get install -y ffmpeg", "FROM base\n\\g", 1)
    of_base = of_base.replace("\\g", "RUN apt-get install -y ffmpeg")
    assert (said("apt-recommends", of_base) == []) is is_there


def test_cargo_is_named_with_rustc_though_only_pip_calls_it():
    text = f"{PYTHON}RUN apt-get install -y rustc\nRUN pip install tokenizers"
    [item] = found("apt-recommends", text)
    assert "cargo" in {edit.text.strip() for edit in item.finding.fix.edits}


def test_the_data_of_geoip_is_named():
    [message] = said(
        "apt-recommends", f"{PYTHON}RUN apt-get install -y geoip-bin rustc"
    )
    assert "geoip-database" in message


@pytest.mark.parametrize("name", ["fonts-noto", "task-kde-desktop", "science-physics"])
def test_what_a_metapackage_recommends_is_what_is_wanted(name):
    assert said("apt-recommends", f"{PYTHON}RUN apt-get install -y rustc")
    assert not said("apt-recommends", f"{PYTHON}RUN apt-get install -y rustc {name}")


@pytest.mark.parametrize(
    ("run", "is_named"),
    [("pip install git+https://example.org/a.git", True), ("echo a", False)],
)
def test_certificates_are_named_on_an_unknown_base_where_a_run_fetches(run, is_named):
    text = f"FROM someone/tools\nRUN apt-get update && apt-get install -y ffmpeg git\nRUN {run}\n"
    [item] = findings("apt-recommends", text)
    added = "".join(edit.text for edit in item.fix.edits)
    assert ("ca-certificates" in added) is is_named


@pytest.mark.parametrize(
    ("base", "is_said"),
    [
        ("debian:13", True),
        ("debian:13-slim", True),
        # What they have already is not known
        ("example.com/acme/env:1", False),
        ("$BASE", False),
        # It has them
        ("python:3.13", False),
    ],
)
def test_what_is_saved_is_known(base, is_said):
    text = f"FROM {base}\nRUN apt-get install -y libfreetype6-dev\nCMD run"
    assert bool(said("apt-recommends", text)) is is_said


def test_the_message_says_how_much_it_is():
    [message] = said("apt-recommends", f"{PYTHON}RUN apt-get install -y ffmpeg")
    assert message == (
        "apt-get installs 147 MB that are only recommended: add --no-install-recommends"
    )
    [full] = said(
        "apt-recommends", "FROM python:3.13\nRUN apt-get install -y ffmpeg jq"
    )
    assert "114 MB" in full


VENV = (
    f"{PYTHON[:-1]} AS made\nCOPY requirements.txt /\nRUN python -m venv /venv && "
    f"/venv/bin/pip install -r /requirements.txt\n{PYTHON}RUN apt-get install -y ffmpeg\n"
)
FILLED = (
    f"{PYTHON}RUN apt-get install -y ffmpeg\nCOPY requirements.txt .\n"
    "RUN pip install -r requirements.txt"
)


@pytest.mark.parametrize(
    "text",
    [
        FILLED,
        f"{VENV}COPY --from=made /venv /venv",
    ],
)
def test_it_is_little_beside_pytorch_that_the_image_installs(text):
    assert said("apt-recommends", text, {"requirements.txt": "torch==2.8.0\n"}) == []
    assert said("apt-recommends", text, {"requirements.txt": "flask==3.1.2\n"})
    much = text.replace("ffmpeg", "libreoffice")
    files = {"requirements.txt": "torch==2.8.0\n"}
    dear = text.replace("ffmpeg", "default-jre npm")
    assert said("apt-recommends", much, files) == said("apt-recommends", much)
    assert said("apt-recommends", dear, files) == said("apt-recommends", dear)


def test_pytorch_that_stays_in_another_stage_makes_no_large_image():
    files = {"requirements.txt": "torch==2.8.0\n"}
    assert said("apt-recommends", VENV, files)
