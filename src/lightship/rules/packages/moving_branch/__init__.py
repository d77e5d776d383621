"""Code is taken from a branch that moves

## What it does
Finds `git clone` of a default branch or of a branch such as `main` or `develop`, `pip install
git+https://…` without a tag or commit, and archives of such a branch.

An image whose Dockerfile or target is named nightly, edge or canary is meant to have the newest
code, and so is one in a directory `latest`, `devel` or `trunk`, or in `master` where a variable has
that value, and one that fetches it again when a container starts (`git pull`), and a line directly
below a comment with words such as latest, most recent or current master, a stage below one that
speaks of the latest source, or a comment that says `update recipes` of what is taken, also with a
WORKDIR between the two; and what comes after an ARG such as CACHEBUST, or after an ADD of a page
about the same repository. Repositories without releases, such as crates.io-index and depot_tools,
are left alone, and so are plugins and settings of a shell or of tmux, where nobody publishes the
image. So is a clone of data that is only worth something while it is fresh, by its name: signatures
and rules of a scanner, templates of checks, word lists, texts, translations, icons; not where a
later command installs or builds it. Several clones of one RUN are one finding.

A clone is left alone if it is in a build stage and nothing uses it, if a later command of the stage
checks out something else, if its branch looks like a version or is a variable, and after `||` where
a clone of a branch failed. Stages that are not part of the image, and images for development and
examples that nobody publishes, are left alone.

## Why is this bad?
Two builds of the same Dockerfile take different code. The builder does not notice that the branch
has moved, either: as long as the text of the RUN is the same, it takes the layer from its cache,
so that a machine may keep the code of last spring while another has that of today.

Name a tag or a commit: `git clone --branch v1.2.3 --depth 1 …`, `pip install git+https://…@v1.2.3`.
With an ARG for the version, a bot such as Renovate can update it. Where a Dockerfile takes the
repository that it lies in, COPY brings the code that belongs to it. There is no fix: only you know
which version works.

## When to ignore
Ignore it where the newest code is wanted, and the image is built without cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.stages import reachable
from lightship.facts.packages.downloads import downloads, expanded
from lightship.facts.packages.moving_clones import git_words, moving_clones
from lightship.facts.packages.moving_source import (
    BRANCHES,
    MovingSource,
    moving_source,
    repository_name,
)
from lightship.facts.packages.own_repository import is_own_repository
from lightship.facts.stages.final_image import is_development_name, is_for_development
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.rules.packages.moving_branch.fresh_data import is_fresh_data
from lightship.rules.packages.moving_branch.own_code import (
    is_below_root,
    is_instead_of_copy,
)
from lightship.rules.packages.moving_branch.unused_clone import is_unused
from lightship.rules.packages.moving_branch.wanted_newest import (
    is_fetched_again,
    is_of_today,
    is_renewed_at_start,
    is_wanted,
)
from lightship.shell.specs import written
from lightship.shell.words import Word
from lightship.text import Span

# They have no releases, and are only of use as they are today
_ROLLING = frozenset({"crates.io-index", "depot_tools"})
# What makes a shell look nice: `.tmux`, `dotfiles`, `zsh-autosuggestions`, `powerlevel10k`
_COSMETICS = regex(
    r"(?i)\.(?:tmux|vim|zsh|emacs\.d)|\.?dotfiles|tpm|oh-my-\w+|powerlevel\w+|spaceship-prompt"
    r"|zsh-[\w-]+|fast-syntax-highlighting|vundle\.vim|vim-plug|bash-it|fzf-tab|tmux-[\w-]+"
)
_SCHEMES = ("https://", "http://", "git://", "ssh://", "git@")
_ARCHIVE = regex(
    r"https?://(?:github|codeload\.github|gitlab)\.com/(?P<name>[\w.-]+/[\w.-]+)/"
    r"(?:-/)?(?:archive|tarball|zipball|tar\.gz|zip)/(?:refs/heads/)?"
    r"(?P<branch>[\w-]+)(?:\.(?:tar\.gz|zip|tgz))?"
)


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or is_for_development(build) or is_of_today(build):
        return
    if build.repository.is_example and not build.is_published:
        return
    stages = reachable(build.evaluation.graph, [build.final])
    seen: set[tuple[Span, str]] = set()
    is_renewed: bool | None = None
    for finding in (*_clones(build), *_packages(build), *_archives(build)):
        instruction, span, message = finding
        stage = build.dockerfile.stage_of(instruction)
        if stage is None or stage.index not in stages or (span, message) in seen:
            continue
        if is_development_name(stage.name) or is_wanted(build, stage, instruction):
            continue
        if is_fetched_again(stage, instruction):
            continue
        if is_renewed is None:
            is_renewed = is_renewed_at_start(build)
        if is_renewed:
            return
        seen.add((span, message))
        yield Finding(span, message)


def _clones(build: Build) -> Iterator[tuple[Instruction, Span, str]]:
    taken: dict[Instruction, list[_Clone]] = {}
    for clone in _moving(build):
        taken.setdefault(clone.call.instruction, []).append(clone)
    for instruction, clones in taken.items():
        foreign = [clone for clone in clones if not clone.of_own]
        if foreign:
            yield instruction, foreign[0].call.command.span, _message(foreign)
        for clone in clones:
            if clone.of_own:
                yield instruction, clone.call.command.span, clone.of_own


@record
class _Clone:
    """A `git clone`: its branch, and what it takes; `of_own` is what is said of own code."""

    call: Invocation
    branch: str
    what: str
    of_own: str


def _message(clones: Sequence[_Clone]) -> str:
    first = clones[0]
    where = f"branch {first.branch}" if first.branch else "the default branch"
    names = dict.fromkeys(clone.what for clone in clones)
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    takes = f"git clone takes {where} of {first.what}{more}"
    return f"{takes}, which moves: name a tag or a commit"


def _moving(build: Build) -> Iterator[_Clone]:
    calls = list(build.commands("git"))
    for clone in moving_clones(build):
        call, url = clone.call, clone.url
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or _is_fallback(build, calls, calls.index(call)):
            continue
        text = expanded(build, call, url)
        if not text.startswith(_SCHEMES) or is_unused(build, stage, call, url):
            continue
        what = repository_name(text)
        if is_instead_of_copy(build, call.instruction, text):
            continue
        if what in _ROLLING or is_fresh_data(build, stage, call, what):
            continue
        if not build.is_published and _COSMETICS.fullmatch(what):
            continue
        of_own = _of_own(build, text, f"git clone takes {what}")
        yield _Clone(call, clone.branch, what, of_own)


def _of_own(build: Build, url: str, takes: str) -> str:
    """What is said of code that the build context has; empty for any other."""
    if not is_own_repository(build, url):
        return ""
    if is_below_root(build):
        return f"{takes}, this very repository: build from its root and copy it instead"
    return f"{takes}, whose code is in this repository: copy the build context instead"


def _is_fallback(build: Build, calls: Sequence[Invocation], at: int) -> bool:
    """Whether it takes what there is where a clone of a branch that is named has failed:
    `git clone -b $BRANCH a || git clone a`.
    """
    if not at or calls[at - 1].script is not calls[at].script:
        return False
    subcommand, branch, _ = git_words(calls[at - 1])
    if subcommand != "clone" or not branch:
        return False
    earlier, later = calls[at - 1].command.span, calls[at].command.span
    between = build.dockerfile.text[earlier.end : later.start]
    return between.strip(" \t\r\n\\`") == "||"


def _packages(build: Build) -> Iterator[tuple[Instruction, Span, str]]:
    for call in build.packages("pip", "uv", "pipx"):
        if not call.does.installs:
            continue
        moving = []
        for package in call.does.packages:
            invocation = Invocation(call.instruction, call.script, call.command)
            source = _source(build, invocation, package.word)
            if source is not None:
                moving.append((package.word.span, source))
        if not moving:
            continue
        span, source = moving[0]
        what = source.title
        more = f" and {len(moving) - 1} more" if len(moving) > 1 else ""
        manager = call.does.manager
        message = f"{manager} takes {what}{more}, which moves: name a tag or a commit"
        if len(moving) == 1:
            takes = f"{manager} takes {repository_name(source.url)}"
            message = _of_own(build, source.url, takes) or message
        yield call.instruction, span, message


def _source(build: Build, call: Invocation, word: Word) -> MovingSource | None:
    """What a requirement takes, with ARG and ENV put into its address.

    None where the end of the address is a variable that nothing here gives a value: the builder
    gives it, with a tag or without; and where the value names what it takes.
    """
    source = moving_source(written(word))
    if source is None or "$" not in source.url:
        return source
    put_in = moving_source(expanded(build, call, word))
    if put_in is None or put_in.branch != source.branch:
        return None
    _, _, last = put_in.url.rpartition("/")
    return None if "$" in last else put_in


def _archives(build: Build) -> Iterator[tuple[Instruction, Span, str]]:
    for download in downloads(build):
        match = _ARCHIVE.fullmatch(download.url)
        if match is None or match["branch"].lower() not in BRANCHES:
            continue
        message = (
            f"this is branch {match['branch']} of {repository_name(match['name'])}, which moves: "
            "name a tag or a commit"
        )
        takes = f"this is {repository_name(match['name'])}"
        message = _of_own(build, match["name"], takes) or message
        yield download.call.instruction, download.word.span, message


_PYTHON = "FROM python:3.14-slim\n"
_URL = "https://github.com/acme/tool.git"

RULE = Rule(
    id="moving-branch",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(
        text=("git+", "/archive/", "/tarball/", "/zipball/"), commands=("git",)
    ),
    production_only=True,
    practice=Practice.REPRODUCIBILITY,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "what is in a variable may be given when the image is built"
        ),
    },
    examples=(
        Example(bad=f"{_PYTHON}RUN git clone {_URL} /tool"),
        Example(
            bad=f"{_PYTHON}RUN pip install --no-cache-dir git+https://github.com/acme/tool.git"
        ),
        Example(bad=f"{_PYTHON}RUN git clone --depth 1 -b main {_URL} && make -C tool"),
        Example(
            bad=f"{_PYTHON}RUN pip install --no-cache-dir 'tool @ git+{_URL}@develop'"
        ),
        Example(
            bad=f"{_PYTHON}RUN git -c http.sslVerify=true clone --recursive {_URL}"
        ),
        Example(
            bad=f"{_PYTHON}RUN curl -fsSL https://github.com/acme/tool/archive/refs/heads/main.tar.gz"
            " -o /t.tgz && tar -xf /t.tgz && rm /t.tgz"
        ),
        Example(bad=f"{_PYTHON}ARG REPO={_URL}\nRUN git clone $REPO /tool"),
        Example(good=f"{_PYTHON}RUN git clone --branch v1.2.3 --depth 1 {_URL} /tool"),
        Example(good=f"{_PYTHON}RUN git clone -b release/2.x {_URL} /tool"),
        Example(good=f"{_PYTHON}ARG REF=main\nRUN git clone -b $REF {_URL} /tool"),
        Example(
            good=f"{_PYTHON}RUN git clone {_URL} /tool && git -C /tool checkout 1a2b3c4"
        ),
        Example(
            good=f"{_PYTHON}RUN git clone {_URL} /tool\nRUN git -C /tool reset --hard 1a2b3c4"
        ),
        Example(good=f"{_PYTHON}RUN git clone --revision=1a2b3c4 {_URL} /tool"),
        Example(good=f"{_PYTHON}ARG REF\nRUN git clone {_URL} -b $REF"),
        Example(good=f"{_PYTHON}RUN git clone $REPOSITORY /tool"),
        Example(
            good=f"{_PYTHON}RUN pip install --no-cache-dir git+${{TOOL}}@${{VERSION}}"
        ),
        Example(good=f"{_PYTHON}RUN git clone /mirror/tool.git /tool"),
        Example(good=f"{_PYTHON}RUN pip install --no-cache-dir git+{_URL}@v1.2.3"),
        Example(
            good=f"{_PYTHON}RUN pip install --no-cache-dir git+ssh://git@github.com/acme/t@1a2b3c4"
        ),
        Example(
            good=f"{_PYTHON}ARG REF=v1\nRUN pip install --no-cache-dir git+{_URL}@$REF"
        ),
        Example(
            good="FROM python:3.14-slim AS test\n"
            f"RUN git clone {_URL}\nFROM python:3.14-slim\nCOPY app.py /"
        ),
        Example(good=f"FROM python:3.14-slim AS dev\nRUN git clone {_URL}"),
        Example(
            good=f"{_PYTHON}RUN git clone https://github.com/rust-lang/crates.io-index /index"
        ),
        Example(good=f"{_PYTHON}# Use the latest tool\nRUN git clone {_URL} /tool"),
        Example(good=f"{_PYTHON}ARG CACHEBUST=1\nRUN git clone {_URL} /tool"),
        Example(
            good=f"{_PYTHON}ADD https://api.github.com/repos/acme/tool/commits/main /commit\n"
            f"RUN git clone {_URL} /tool"
        ),
        Example(good=f"{_PYTHON}RUN git config --global init.defaultBranch main"),
    ),
)
