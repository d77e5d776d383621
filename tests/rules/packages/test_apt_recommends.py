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


def test_the_compiler_that_pip_may_need_is_named():
    text = (
        "FROM debian:13\nRUN apt-get install -y python3-pip\nRUN pip3 install -r a.txt"
    )
    [message] = said("apt-recommends", text)
    assert message.endswith("a compiler only if needed")


CHROMA = (
    "ARG SANITIZER=0\nRUN set -e; \\\n"
    'if [ "$SANITIZER" = 1 ]; then apt-get update; apt-get install -y llvm; fi'
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
    text = f"ARG A\nRUN if {test}; then apt-get install -y llvm; fi"
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
    "name", ["meson", "libvips-dev", "dpkg-dev", "qemu-system-arm", "opam"]
)
def test_no_fix_for_what_rests_on_what_it_recommends(name):
    text = f"RUN apt-get update && apt-get install -y {name}\nCMD ./app"
    (finding,) = findings("apt-recommends", text)
    assert finding.fix is None


def test_a_virtual_environment_may_be_filled_by_a_compiler_that_is_recommended():
    text = (
        "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3-virtualenv\n"
        "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCMD ./app"
    )
    (finding,) = findings("apt-recommends", text)
    assert finding.fix is None


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


@pytest.mark.parametrize(
    ("image", "is_fixed"),
    [
        ("ubuntu:18.04", False),
        ("debian:10", False),
        ("mongo:4.2", False),
        ("ubuntu:22.04", True),
    ],
)
def test_pip_of_an_old_release_only_recommends_what_it_builds_packages_with(
    image, is_fixed
):
    text = (
        f"FROM {image}\nRUN apt-get update && apt-get install -y python3-pip\n"
        "RUN pip3 install flask==3.1.2\nCOPY app.py /\nCMD python3 /app.py"
    )
    (finding,) = findings("apt-recommends", text)
    assert (finding.fix is not None) is is_fixed
    assert ("python3-setuptools" in finding.message) is not is_fixed


PIP_ONLY = "FROM {}\nRUN apt-get install -y {}python3-pip\n{}\nCMD python3 app.py\n"
REQUIRED = "COPY requirements.txt .\nRUN pip3 install -r requirements.txt"


@pytest.mark.parametrize(
    ("required", "named", "is_needed"),
    [
        ("lightgbm==4.6.0", "", True),
        ("xgboost==3.0.0", "", True),
        ("flask==3.1.0", "", False),
        ("lightgbm==4.6.0", "libgomp1 ", False),
    ],
)
def test_the_library_of_openmp_came_with_the_compiler(required, named, is_needed):
    text = PIP_ONLY.format("ubuntu:22.04", named, REQUIRED)
    [item] = found("apt-recommends", text, {"requirements.txt": required})
    edits = {edit.text.strip() for edit in item.finding.fix.edits}
    assert ("libgomp1" in edits) is is_needed


@pytest.mark.parametrize(
    ("image", "named", "run"),
    [
        ("nvidia/cuda:12.4.1-devel-ubuntu22.04", "", ""),
        ("ubuntu:22.04", "gcc-12 g++-12 ", ""),
        ("ubuntu:22.04", "", "RUN cd /src && make"),
        ("ubuntu:22.04", "", "RUN ./configure"),
    ],
)
def test_a_compiler_that_is_wanted_is_not_what_pip_brings(image, named, run):
    assert said("apt-recommends", PIP_ONLY.format(image, named, run)) == []
    assert said("apt-recommends", PIP_ONLY.format("ubuntu:22.04", "", ""))


def test_where_a_compiler_is_named_the_message_speaks_of_the_rest():
    text = PIP_ONLY.format("debian:13", "g++ doxygen ffmpeg ", REQUIRED)
    [message] = said("apt-recommends", text)
    assert message.endswith("add --no-install-recommends, python3-dev if needed")


def test_a_desktop_beside_an_install_with_the_option_keeps_what_it_recommends():
    text = "FROM debian:13\nRUN apt-get install -y xfce4 && apt-get install -y {}gedit"
    assert said("apt-recommends", text.format("--no-install-recommends ")) == []
    assert said("apt-recommends", text.format(""))
    plain = text.replace("xfce4", "ffmpeg").format("--no-install-recommends ")
    assert said("apt-recommends", plain)


ADDS = "apt-get also installs recommended packages: add --no-install-recommends"
R = "FROM debian:13\nRUN apt-get update && apt-get install -y {}\n{}CMD run\n"


@pytest.mark.parametrize(
    ("packages", "later", "needs_compiler"),
    [
        ("r-base", "RUN R -e 'install.packages(\"ggplot2\")'\n", True),
        ("r-base-core", "RUN Rscript -e 'BiocManager::install(\"limma\")'\n", True),
        ("r-base", "RUN install2.r tidyr\n", True),
        ("r-base", "COPY setup.R /\nRUN Rscript /setup.R\n", True),
        ("r-base", "RUN Rscript -e 'sessionInfo()'\n", False),
        ("r-base r-base-dev", "RUN install2.r tidyr\n", False),
    ],
)
def test_what_r_compiles_needs_headers_that_it_only_recommends(
    packages, later, needs_compiler
):
    files = {"setup.R": 'install.packages("xts")\n'} if "setup.R" in later else {}
    [item] = findings("apt-recommends", R.format(packages, later), files)
    assert ("r-base-dev" in item.message) is needs_compiler
    assert item.fix is None


def test_r_for_others_to_build_on_names_the_headers():
    [message] = said("apt-recommends", "FROM debian:13\nRUN apt-get install -y r-base")
    assert message == f"{ADDS} and r-base-dev"


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
    text = f"FROM {base}\nRUN apt-get update && apt-get install -y wget texlive\n"
    [item] = findings("apt-recommends", text)
    assert item.fix is None
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


@pytest.mark.parametrize(
    ("base", "is_silent"), [("example.com/acme/env:1", True), ("debian:13", False)]
)
def test_pip_that_was_called_before_is_there(base, is_silent):
    text = (
        f"FROM {base}\nRUN pip install numpy\n"
        "RUN apt-get install -y python3-pip\nRUN pip3 install jupyter\nCMD jupyter"
    )
    assert (said("apt-recommends", text) == []) is is_silent


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


@pytest.mark.parametrize("name", ["virtualenv", "python3-virtualenv"])
def test_the_package_that_brings_pip_is_the_one_of_the_list(name):
    text = f"FROM acme/base:1\nRUN apt-get install -y {name}\nRUN pip install -e ."
    [message] = said("apt-recommends", text)
    assert message.startswith(f"{name} brings a compiler")
    assert len(message) <= 100


@pytest.mark.parametrize(
    ("run", "is_named"),
    [("pip install git+https://example.org/a.git", True), ("echo a", False)],
)
def test_certificates_are_named_on_an_unknown_base_where_a_run_fetches(run, is_named):
    text = f"FROM someone/tools\nRUN apt-get update && apt-get install -y python3-opencv git\nRUN {run}\n"
    [item] = findings("apt-recommends", text)
    added = "".join(edit.text for edit in item.fix.edits)
    assert ("ca-certificates" in added) is is_named


@pytest.mark.parametrize(
    ("headers", "is_fixed"),
    [("libcurl4-openssl-dev ", False), ("", True), ("python3-dev ", True)],
)
def test_headers_beside_pip_show_that_it_compiles(headers, is_fixed):
    text = PIP_ONLY.format(
        "debian:13", headers, "RUN python3 -m pip install flask==3.1.2"
    )
    (finding,) = findings("apt-recommends", text)
    assert (finding.fix is not None) is is_fixed
    assert ("a compiler only if needed" in finding.message) is not is_fixed


OFFICE = "FROM python:3.13\nRUN apt-get install -y libreoffice-writer"


@pytest.mark.parametrize(
    ("more", "code", "named"),
    [
        (" fonts-liberation", "import uno\n", ["python3-uno"]),
        (" fonts-liberation\nRUN python3 -c 'import uno'", "", ["python3-uno"]),
        (" fonts-liberation", "import unoconverter\n", []),
        (" fonts-liberation python3-uno", "import uno\n", []),
        (" fonts-wqy-microhei", "", ["fonts"]),
        ("", "from uno import getComponentContext\n", ["python3-uno", "fonts"]),
    ],
)
def test_an_office_needs_its_fonts_and_what_python_reaches_it_with(more, code, named):
    [message] = said("apt-recommends", OFFICE + more, {"app/convert.py": code})
    for name in ("python3-uno", "fonts"):
        assert (name in message) is (name in named)


@pytest.mark.parametrize(
    ("run", "is_named"),
    [
        ("python setup.py install", True),
        ("bash -c 'source env/bin/activate && python setup.py develop'", True),
        ("python setup.py --version", False),
        ("python app.py", False),
    ],
)
def test_what_setup_py_requires_may_need_the_compiler(run, is_named):
    text = (
        "FROM ubuntu:16.04\nRUN apt-get install -y virtualenv libsasl2-dev\n"
        f"RUN {run}\nCMD ./serve"
    )
    [message] = said("apt-recommends", text)
    assert message.endswith("gcc if needed") is is_named
