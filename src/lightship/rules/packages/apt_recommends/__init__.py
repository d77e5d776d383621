"""apt-get installs packages that are only recommended

## What it does
Finds `apt-get install` without `--no-install-recommends`, in stages that end in the final image.

It speaks only where a package is known to bring much that way: 50 MB, or 200 MB in an image of
gigabytes: on CUDA or PyTorch, or with PyTorch, TensorFlow or similar packages installed. What the
same RUN removes again does not count, nor does a compiler that another install names or that the
fix would have to name as for cmake, nor what belongs to a second Python in a Python image, nor what
an earlier command has installed already. Of a base image that is not made from a known release it
counts what is the least on any.

It speaks only where nothing is lost that the image may miss, so that all packages have to be in
its lists of Debian 12 and 13. It is silent for python3-pip and virtualenv, whose recommendations
build what has no wheel, unless a compiler and Python's headers are named; for npm without a
compiler; for packages that rest on what they recommend, such as browsers, LibreOffice with its
fonts, R and TeX; and for a metapackage that is a list of what it recommends, such as `fonts-noto`
or `task-kde-desktop`. In images for development, tests or CI that nobody pulls nothing is said.

An option or an apt.conf that decides the question either way silences the rule:
`--install-recommends` says that recommended packages are wanted.

## Why is this bad?
Debian's packages recommend others that most desktops want: documentation, drivers, mail servers.
apt-get installs them too. `default-jre` and `ffmpeg` alone had 200 MB more that way (counted in the
package lists of Debian 12 and 13).

## Fix safety
The fix adds `--no-install-recommends`, and names the packages that are known to be needed anyway:
the C library's headers for gcc, and certificates for git, curl and wget on an image that has none.
It is unsafe: a program may need another package that is only recommended. Add that one by name.
aptitude has an option of its own, `--without-recommends`. It is only shown where the base image
does not tell its release, and so not what packages recommend; and where something is compiled, here
or in a stage that the image takes from, or a file is given to `dpkg -i`: those programs may need a
library that only a recommendation brings.

## When to ignore
Ignore it where the recommended packages are wanted, or say so with `--install-recommends`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.distributions import is_since
from lightship.base_images.lifetimes import Release
from lightship.build import Build, PackageInvocation
from lightship.facts.edits.runs import after_package, after_word, takes_words
from lightship.facts.packages.apt import APT, LEAVES_OUT
from lightship.facts.packages.apt_settings import configured
from lightship.facts.packages.off_branches import is_switched_off
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.packages.apt_recommends.recommended_sizes import surplus
from lightship.shell.commands import Word
from lightship.shell.packages import PackageCommand
from lightship.text import Edit
from lightship.wording.lists import listed

_SETTING = "apt::install-recommends"
_YES = frozenset(
    (
        "-y",
        "-yq",
        "-qy",
        "-yqq",
        "-qqy",
        "-q",
        "-qq",
        "--yes",
        "--assume-yes",
        "--quiet",
    )
)
_OPTIONS = (*LEAVES_OUT, "--install-recommends", "--with-recommends")
# Parts of the names of variables
_MAY_HOLD_OPTIONS = ("OPT", "FLAG", "ARG", "RECOMMENDS")


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return  # all that is lost is size

    settled = None
    for call in build.packages(*APT, action="install"):
        does = call.does
        if call.instruction not in build.shipped or does.name != "install":
            continue
        if _is_settled(does) or not (does.packages or does.reads_more):
            continue
        megabytes = surplus(build, call)
        if not megabytes or is_switched_off(build, call):
            continue
        if not _is_needless(build, call):
            continue
        if settled is None:
            settled = configured(build, _SETTING)
        if call.instruction in settled:
            continue
        # Only a finding needs it
        from lightship.rules.packages.apt_recommends.left_out import message  # noqa: PLC0415

        said = message(build, call, megabytes)
        yield Finding(does.subcommand.span, said, _fix(build, call))


def _is_needless(build: Build, call: PackageInvocation) -> bool:
    """Whether recommendations are known, and neither needed nor, as of a metapackage, wanted."""
    # Most installs bring little
    from lightship.rules.packages.apt_recommends import recommended  # noqa: PLC0415

    # As above
    from lightship.rules.packages.apt_recommends.dispensable import is_dispensable  # noqa: PLC0415

    if recommended.is_made_of_recommended(call):
        return False
    return is_dispensable(build, call)


def _fix(build: Build, call: PackageInvocation) -> Fix | None:
    """The option, and by name the recommended packages that what is installed needs."""
    if not takes_words(call.script):
        return None
    # Only a finding needs it
    from lightship.rules.packages.apt_recommends import recommended  # noqa: PLC0415

    # As above
    from lightship.rules.packages.apt_recommends.left_out import option_of  # noqa: PLC0415

    missing: dict[Word, list[str]] = {}
    for package, name in recommended.needs(build, call):
        if name == "gpg-agent" and _is_before_it(recommended.system_of(build, call)):
            return None
        missing.setdefault(package.word, []).append(name)

    option = option_of(call)
    added = [option]
    edits = [after_word(call.script, _place(call.does), option)]
    for word, names in missing.items():
        added += names
        for name in names:
            edit = after_package(build, call.instruction, call.script, word, name)
            edits.append(edit)
        edits += _removed_too(build, call, word, names)
    safety = Safety.UNSAFE
    if recommended.loads_unknown_libraries(build):
        safety = Safety.MANUAL
    if recommended.system_of(build, call) is None:
        safety = Safety.MANUAL  # what its packages recommend is not known
    return Fix(f"Add {listed(added)}", tuple(edits), safety)


def _is_before_it(release: Release | None) -> bool:
    """Whether Ubuntu still calls gpg-agent gnupg-agent: before 18.04."""
    if release is None or release.product != "Ubuntu":
        return False
    return not is_since(release, "Ubuntu", "18.04")


def _removed_too(
    build: Build, call: PackageInvocation, word: Word, names: list[str]
) -> Iterator[Edit]:
    """The same names where the RUN removes the package again.

    What is asked for by name stays after autoremove. Certificates stay: the program may need them.
    """
    names = [name for name in names if name != "ca-certificates"]
    for removal in build.packages(*APT, action="remove"):
        if removal.instruction is not call.instruction:
            continue
        for operand in removal.does.operands:
            if operand.value == word.value:
                for name in names:
                    yield after_word(removal.script, operand, name)


def _is_settled(does: PackageCommand) -> bool:
    """Whether it says what it wants, or a variable may."""
    if does.option(*_OPTIONS):
        return True
    for value in does.values("--option", "-o"):
        if value.lower().startswith(_SETTING):
            return True
    for word in does.command.args:
        name = (word.variable or "").upper()
        if any(part in name for part in _MAY_HOLD_OPTIONS):
            return True
    return False


def _place(does: PackageCommand) -> Word:
    """The word after which to insert the option: `install`, or the `-y` after it."""
    words = does.command.words
    at = words.index(does.subcommand)
    following = words[at + 1 : at + 2]
    if following and following[0].value in _YES:
        return following[0]
    return words[at]


RULE = Rule(
    id="apt-recommends",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=APT),
    aliases=(
        "DL3015",
        "DS-0029",
        "AVD-DS-0029",
        "semgrep/missing-no-install-recommends",
        "parfum/aptGetInstallUseNoRec",
    ),
    practice=Practice.SIZE,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "a variable says which package it is"
        ),
    },
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y default-jre",
            fixed="RUN apt-get update && apt-get install -y --no-install-recommends default-jre",
        ),
        Example(
            bad="RUN apt-get update; apt-get -y install \\\n    # for the tests\n    ffmpeg",
            fixed="RUN apt-get update; apt-get -y install --no-install-recommends \\\n"
            "    # for the tests\n    ffmpeg",
        ),
        Example(
            bad="RUN <<EOF\nset -e\napt-get install -yq ffmpeg\nEOF",
            fixed="RUN <<EOF\nset -e\napt-get install -yq --no-install-recommends ffmpeg\nEOF",
        ),
        Example(
            bad='RUN ["apt-get", "install", "-y", "ffmpeg", "git"]',
            fixed='RUN ["apt-get", "install", "-y", "--no-install-recommends", "ffmpeg", "git", '
            '"ca-certificates"]',
        ),
        # What compiles needs the headers of the C library, which gcc only recommends
        Example(
            bad="FROM python:3.13-slim\nRUN apt-get install -y gcc libgdal-dev ffmpeg",
            fixed="FROM python:3.13-slim\nRUN apt-get install -y --no-install-recommends gcc "
            "libc6-dev libgdal-dev ffmpeg",
        ),
        # What it brings is removed with it
        Example(
            bad="FROM python:3.13-slim\nRUN apt-get update && apt-get install -y gcc ffmpeg && "
            "pip install uwsgi && apt-get remove -y gcc && apt-get autoremove -y",
            fixed="FROM python:3.13-slim\nRUN apt-get update && apt-get install -y "
            "--no-install-recommends gcc libc6-dev ffmpeg && pip install uwsgi && "
            "apt-get remove -y gcc libc6-dev && apt-get autoremove -y",
        ),
        Example(
            bad="RUN apt-get install -y build-essential gcc ca-certificates npm",
            fixed="RUN apt-get install -y --no-install-recommends build-essential gcc "
            "ca-certificates npm",
        ),
        Example(
            bad="FROM python:3.13-slim\nRUN apt-get install -y xvfb default-jre",
            fixed="FROM python:3.13-slim\nRUN apt-get install -y --no-install-recommends "
            "xvfb xauth default-jre",
        ),
        Example(
            bad="FROM ubuntu:22.04\nRUN apt-get install -y cmake ffmpeg",
            fixed="FROM ubuntu:22.04\nRUN apt-get install -y --no-install-recommends cmake gcc "
            "make libc6-dev ffmpeg",
        ),
        Example(
            bad="FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y ffmpeg "
            "software-properties-common && add-apt-repository ppa:deadsnakes/ppa",
            fixed="FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y "
            "--no-install-recommends ffmpeg software-properties-common gpg-agent && "
            "add-apt-repository ppa:deadsnakes/ppa",
        ),
        Example(
            good="RUN apt-get update && apt-get install -y git --no-install-recommends && rm "
            "-rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get -o APT::Install-Recommends=false install -y git "
            "&& rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --install-recommends winehq-stable "
            "&& rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN echo 'APT::Install-Recommends \"0\";' > /etc/apt/apt.conf.d/x\n"
            "RUN apt-get update && apt-get install -y ffmpeg && rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="COPY <<EOF /etc/apt/apt.conf.d/x\nAPT::Install-Recommends no;\nEOF\n"
            "RUN apt-get update && apt-get install -y ffmpeg && rm -rf /var/lib/apt/lists/*"
        ),
        # What the fix had to name again is all that is recommended
        Example(
            good="FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y cmake && "
            "rm -rf /var/lib/apt/lists/*"
        ),
        Example(good="RUN dpkg -i x.deb; apt-get install -f -y"),
        # They recommend little, or it is not known what
        Example(
            good="FROM python:3.13-slim\nRUN apt-get update && apt-get install -y curl libpq-dev "
            "gcc git && rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN <<EOF\nset -e\napt-get update\nfor name in git curl; do "
            "apt-get install -yq $name; done\nrm -rf /var/lib/apt/lists/*\nEOF"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y /tmp/google-chrome-stable.deb "
            "&& rm -rf /var/lib/apt/lists/*"
        ),
        # What they recommend is what they are for
        Example(
            good="RUN apt-get update && apt-get install -y chromium && "
            "rm -rf /var/lib/apt/lists/*"
        ),
        # It recommends the compiler with which pip builds what has no wheel
        Example(
            good="FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3-pip && "
            "rm -rf /var/lib/apt/lists/*\nRUN pip3 install --no-cache-dir uwsgi==2.0.31"
        ),
        # It is removed again
        Example(
            good="FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3-pip "
            "&& pip install --no-cache-dir flask==3.1.2 && apt-get autoremove --purge -y "
            "python3-pip && rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get build-dep -y python3 && rm -rf /var/lib/apt/lists/*"
        ),
    ),
)
