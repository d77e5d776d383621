"""apt-get installs packages that are only recommended

Debian's packages recommend others that most desktops want: documentation, compilers, mail
servers. apt-get installs them too. For a small FastAPI image that was 612 MB instead of 160 MB,
and 176 packages instead of 101 (measured with python3 and pip on Debian 13).

The fix adds `--no-install-recommends`. It is unsafe: a program may need what its package only
recommends, as git needs ca-certificates for https. Add such packages by name.

Only stages that end in the final image count. The rule is silent where an option or an apt.conf
settles the question either way: `--install-recommends` says that it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.apt import APT, configured
from lightship.facts.runs import after_word, takes_words
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.shell.commands import Word
from lightship.shell.packages import PackageCommand

_SETTING = "apt::install-recommends"
_YES = frozenset(("-y", "-yq", "-qy", "-yqq", "-qqy", "-q", "-qq", "--yes", "--assume-yes", "--quiet"))


def check(build: Build) -> Iterator[Finding]:
    settled = None
    ours = {instruction for stage in build.lineage for instruction in stage.instructions}
    for found in build.packages(*APT, action="install"):
        does = found.does
        if (
            found.instruction not in ours
            or does.name != "install"
            or _is_settled(does)
            or not (does.packages or does.reads_more)
        ):
            continue
        if settled is None:
            settled = configured(build, _SETTING)
        if found.instruction not in settled:
            edit = after_word(found.script, _place(does), "--no-install-recommends")
            fix = Fix("Add --no-install-recommends", (edit,), Safety.UNSAFE)
            message = f"{does.manager} install also takes what packages recommend: add --no-install-recommends"
            yield Finding(does.subcommand.span, message, fix if takes_words(found.script) else None)


def _is_settled(does: PackageCommand) -> bool:
    if does.option("--no-install-recommends", "--install-recommends", "--without-recommends", "--with-recommends"):
        return True
    if any(value.lower().startswith(_SETTING) for value in does.values("--option", "-o")):
        return True
    names = [word.variable or "" for word in does.command.args]
    return any(part in name.upper() for name in names for part in ("OPT", "FLAG", "ARG", "RECOMMENDS"))


def _place(does: PackageCommand) -> Word:
    """The word after which the option stands well: `install`, or the `-y` behind it."""
    words = does.command.words
    at = words.index(does.subcommand)
    return words[at + 1] if at + 1 < len(words) and words[at + 1].value in _YES else words[at]


RULE = Rule(
    id="apt-recommends",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("DL3015", "DS-0029", "AVD-DS-0029", "missing-no-install-recommends"),
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y git",
            fixed="RUN apt-get update && apt-get install -y --no-install-recommends git",
        ),
        Example(
            bad="RUN apt-get update; apt-get -y install \\\n    # for the tests\n    git",
            fixed="RUN apt-get update; apt-get -y install --no-install-recommends \\\n    # for the tests\n    git",
        ),
        Example(
            bad="RUN <<EOF\nfor name in git curl; do apt-get install -yq $name; done\nEOF",
            fixed="RUN <<EOF\nfor name in git curl; do apt-get install -yq --no-install-recommends $name; done\nEOF",
        ),
        Example(
            bad='RUN ["apt-get", "install", "-y", "git"]',
            fixed='RUN ["apt-get", "install", "-y", "--no-install-recommends", "git"]',
        ),
        Example(good="RUN apt-get install -y git --no-install-recommends"),
        Example(good="RUN apt-get -o APT::Install-Recommends=false install -y git"),
        Example(good="RUN apt-get install -y --install-recommends winehq-stable"),
        Example(good="RUN echo 'APT::Install-Recommends \"0\";' > /etc/apt/apt.conf.d/x\nRUN apt-get install -y git"),
        Example(good="COPY <<EOF /etc/apt/apt.conf.d/x\nAPT::Install-Recommends no;\nEOF\nRUN apt-get install -y git"),
        Example(good="RUN dpkg -i x.deb; apt-get install -f -y"),
        Example(good="RUN apt-get build-dep -y python3"),
    ),
)
