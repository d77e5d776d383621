"""`curl` saves an error page as if it were the file

## What it does
Finds `curl` in RUN that saves a file without `--fail`, `-f` or `--fail-with-body`.

The rule is silent where the RUN would notice: it compares a checksum or a signature, or something
in the build, in a stage that starts from this one too, unpacks, reads or runs the file, as a
program of the project may that a later RUN starts; and where the status is asked for
(`--write-out`), for requests other than GET, for this very machine, and where options are not known
(`--config`, a .curlrc, a variable).

## Why is this bad?
For curl an answer of the server is a success, whatever its status: with a 404 or 503 it saves the
error page and exits with 0. The page becomes the program, the model or the configuration in the
image, the layer is cached, and the mistake shows only at run time. wget fails by itself.

## Fix safety
The fix adds `-f`. It is unsafe: the build now stops where it continued before. With a build
context it is only a choice where neither a later instruction, nor the program, nor what runs in its
containers names the file or its directory: an address that is wrong then stops a build of which
nobody misses the file. It is a choice too for a file of a branch (`/main/`), which may have been
renamed since: the build, which went on with an error page, then fails.

## When to ignore
Ignore it where the error page is what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.copies.sources import sources_of
from lightship.facts.edits.runs import takes_words
from lightship.facts.packages.downloads import (
    Download,
    downloads,
    expanded,
    is_verified,
)
from lightship.facts.stages.chosen_stages import may_start_from
from lightship.facts.start.container_lines import container_lines
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.python_calls import python_call
from lightship.shell.specs import written
from lightship.text import Edit, Span
from lightship.wording.lists import listed

_FAILING = frozenset({"f", "--fail", "--fail-with-body"})
# The status is looked at, nothing is fetched, something is sent, or a file says the rest
_OTHER_USES = frozenset(
    """w --write-out I --head X --request d --data --data-binary --data-raw --data-urlencode --json
    F --form T --upload-file K --config""".split()
)
# They take a file as it is, whatever it holds
_TAKING = frozenset(
    """[ test chmod chown chgrp cp mv ln ls rm mkdir touch echo printf install cat tee stat curl
    wget export""".split()
)
# Modules that are run to make the image, and read no data
_TOOLS = frozenset("compileall ensurepip pip pipx uv venv virtualenv".split())
_READING_ALL = ("*", "?")
# Programs of the distribution that read all of their sources and keys
_OF_PACKAGES = ("/etc/apt/", "/etc/yum.repos.d/", "/usr/share/keyrings/")
_KEY_ENDS = (".asc", ".gpg", ".key", ".list", ".sources", ".repo", ".pub", ".rsa.pub")
_MANAGERS = ("apt-get", "apt", "dnf", "microdnf", "yum", "zypper", "apk")
# Directories that hold what has nothing to do with one another
_SHARED = frozenset(
    """/bin /etc /home /lib /opt /opt/bin /root /srv /tmp /usr/bin /usr/lib /usr/local
    /usr/local/bin /usr/local/lib /usr/share /var /var/tmp""".split()
)
_ABOUT_IMAGE = ("LABEL", "MAINTAINER", "USER")
# Files of the program that may name what it reads
_READERS = (
    *(".py", ".sh", ".bash", ".js", ".ts", ".go", ".rs", ".java", ".rb", ".php"),
    *(".cfg", ".conf", ".env", ".ini", ".json", ".toml", ".yaml", ".yml"),
)
_BRANCH = regex(r"/(?:master|main|develop|HEAD|refs/heads)/")
_LETTERS = regex(r"-[a-zA-Z]+")
_LONGEST_NAME = 28
_MOST = 50  # downloads that are looked at


def check(build: Build) -> Iterator[Finding]:
    reported: set[Span] = set()
    by_row: dict[Instruction, list[Download]] = {}
    row = None
    for download in downloads(build)[:_MOST]:
        command = download.call.command
        if command.name != "curl" or command.span in reported:
            continue
        if _is_open(build, download) and not _is_noticed(build, download):
            reported.add(command.span)
            run = download.call.instruction
            if row is None or not _follows(build, row, run):
                by_row[run] = []
                together = by_row[run]
            together.append(download)
            row = run
    for together in by_row.values():
        findings = [_finding(build, download) for download in together]
        yield from _as_one(together, findings)


def _follows(build: Build, before: Instruction, run: Instruction) -> bool:
    """Whether a RUN is the same one, or the next instruction: a row of them has one cause."""
    if run is before:
        return True
    stage = build.dockerfile.stage_of(run)
    if stage is None or before not in stage.instructions:
        return False
    return stage.instructions.index(run) == stage.instructions.index(before) + 1


def _as_one(together: list[Download], findings: list[Finding]) -> list[Finding]:
    """One finding for all of a row of RUN, where one fix or choice mends them all."""
    cures = [item.cures[0] for item in findings if item.cures]
    titles = {cure.message for cure in cures}
    if len(findings) == 1 or len(cures) < len(findings) or len(titles) > 1:
        return findings
    names = [_shown(download) for download in together]
    what = listed(names) if len(set(names)) == len(names) else f"{len(names)} files"
    edits = tuple(edit for cure in cures for edit in cure.edits)
    cure = replace(cures[0], edits=edits)
    if findings[0].fix is None:
        return [Finding(findings[0].span, _message(what), choices=(cure,))]
    return [Finding(findings[0].span, _message(what), cure)]


def _is_open(build: Build, download: Download) -> bool:
    """Whether it saves whatever the server answers."""
    fetch = download.fetch
    if not download.target or download.is_local:
        return False
    if not download.url.lower().startswith("http"):
        return False
    options = fetch.options
    if options & _FAILING or options & _OTHER_USES:
        return False
    call = download.call
    if call.script.inside(call.command, "condition"):
        return False
    if _has_hidden_options(download):
        return False
    return not build.mentions("curlrc", "curl_home")


def _has_hidden_options(download: Download) -> bool:
    """Whether a word may stand for any options: `$CURL_OPTS`."""
    for word in download.call.command.args:
        if word is download.word or word.value is not None:
            continue
        if word.variable is not None and not word.quoted:
            return True
    return False


def _is_noticed(build: Build, download: Download) -> bool:
    """Whether something after it reads the file, and fails where that is an error page."""
    call = download.call
    if is_verified(build, call.instruction):
        return True
    target = download.target
    name = target.rstrip("/").rpartition("/")[2]
    if not name or "$" in name:
        return True  # not known under which name it is used

    is_of_packages = target.startswith(_OF_PACKAGES) or name.endswith(_KEY_ENDS)
    stage = build.dockerfile.stage_of(call.instruction)
    start = call.command.span.start
    for later in build.commands():
        if later.command.span.start <= start:
            continue
        if stage is None or not _has_file(build, later, stage):
            continue
        if _reads(build, later, name):
            return True
    if is_of_packages:
        return any(
            later.command.span.start > start for later in build.packages(*_MANAGERS)
        )
    return False


def _has_file(build: Build, later: Invocation, stage: Stage) -> bool:
    """Whether a command runs where the files of a stage may be: in it, or in one that starts from
    it.
    """
    own = build.dockerfile.stage_of(later.instruction)
    return own is not None and may_start_from(build, own, stage)


def _reads(build: Build, later: Invocation, name: str) -> bool:
    command = later.command
    if command.name == name or _is_own_program(command):
        return True
    if command.name in _TAKING:
        return False
    for word in command.args:
        text = written(word)
        if "$" in text:  # `./tool_$VERSION.deb`, as its URL has it
            text = expanded(build, later, word)
        if name in text or word.glob or text in _READING_ALL:
            return True
    for redirect in command.redirects:
        if redirect.operator == "<" and redirect.target is not None:
            return True
    return False


def _is_own_program(command: Command) -> bool:
    """Whether it runs a program of the project, which may read what was fetched for it."""
    call = python_call(command.words)
    if call is None:
        return command.words != () and command.words[0].text.startswith("./")
    if call.kind == "module":
        return call.name != "" and call.name.partition(".")[0] not in _TOOLS
    return call.name.endswith(".py")


def _finding(build: Build, download: Download) -> Finding:
    command = download.call.command
    message = _message(_shown(download))

    if not takes_words(download.call.script) or command.words[0].value is None:
        return Finding(command.span, message)
    edit = _with_fail(download)
    if _moves(download) or not _is_used(build, download):
        choice = Fix("Add -f, and check first the address", (edit,), Safety.MANUAL)
        return Finding(command.span, message, choices=(choice,))
    fix = Fix("Add -f", (edit,), Safety.UNSAFE)
    return Finding(command.span, message, fix)


def _moves(download: Download) -> bool:
    """Whether it is a file of a branch, which is renamed and removed there.

    With `-f` the build then fails, where an error page may have done no harm.
    """
    return _BRANCH.search(download.url) is not None


def _shown(download: Download) -> str:
    name = download.target.rpartition("/")[2]
    return name if len(name) <= _LONGEST_NAME else "the file"


def _message(what: str) -> str:
    return f"curl succeeds even if the server answers with an error page for {what}: add -f"


def _is_used(build: Build, download: Download) -> bool:
    """Whether something names the file or its directory, or nothing is known of the program."""
    context = build.context
    if context is None or not context.is_whole:
        return True
    above, _, name = download.target.rstrip("/").rpartition("/")
    words = [name]
    if above.startswith("/") and above not in _SHARED:
        words.append(above)
    pattern = regex(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])")

    if any(map(pattern.search, _later_texts(build, download.call.instruction))):
        return True
    if any(map(pattern.search, sources_of(build, _READERS))):
        return True
    lines = container_lines(build)
    return lines is None or any(map(pattern.search, lines))


def _later_texts(build: Build, instruction: Instruction) -> Iterator[str]:
    """The instructions that have what another one made: by FROM, or by COPY from its stage."""
    own = build.dockerfile.stage_of(instruction)
    for stage in build.dockerfile.stages:
        has_it = own in build.lineage_of(stage)
        for later in stage.instructions:
            if later.span.start <= instruction.span.start:
                continue
            takes = later.keyword == "COPY" and later.flag("from") is not None
            if (has_it or takes) and later.keyword not in _ABOUT_IMAGE:
                yield later.span.of(build.dockerfile.text)


def _with_fail(download: Download) -> Edit:
    """`-fsSL` for `-sSL`; an option of its own where the first word has no letters."""
    command = download.call.command
    first = command.words[1]
    if _LETTERS.fullmatch(first.text) and download.call.script.shell != "exec":
        return Edit.insert(first.span.start + 1, "f")
    text = ', "-f"' if download.call.script.shell == "exec" else " -f"
    return Edit.insert(command.words[0].span.end, text)


_MODEL = "https://example.org/m.onnx"

RULE = Rule(
    id="http-error-unnoticed",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(commands=("curl",)),
    aliases=("parfum/curlUseFlagF",),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the URL or the file is not known, or the variable may hold options"
        ),
    },
    examples=(
        Example(
            bad=f"RUN curl -sSL {_MODEL} -o /models/m.onnx",
            fixed=f"RUN curl -fsSL {_MODEL} -o /models/m.onnx",
        ),
        Example(
            bad=f"RUN curl --location --output /models/m.onnx \\\n    # 40 MB\n    {_MODEL}",
            fixed=f"RUN curl -f --location --output /models/m.onnx \\\n    # 40 MB\n    {_MODEL}",
        ),
        Example(
            bad="RUN curl -LO https://example.org/tool && chmod +x tool && mv tool /usr/local/bin",
            fixed="RUN curl -fLO https://example.org/tool && chmod +x tool && mv tool "
            "/usr/local/bin",
        ),
        Example(
            bad=f"RUN curl -s {_MODEL} > /m.onnx",
            fixed=f"RUN curl -fs {_MODEL} > /m.onnx",
        ),
        Example(
            bad=f'RUN ["curl", "-L", "-o", "/m.onnx", "{_MODEL}"]',
            fixed=f'RUN ["curl", "-f", "-L", "-o", "/m.onnx", "{_MODEL}"]',
        ),
        Example(
            bad=f"RUN curl {_MODEL} -o /m.onnx",
            fixed=f"RUN curl -f {_MODEL} -o /m.onnx",
        ),
        # Nothing names the model
        Example(
            bad=f"RUN curl -sSL {_MODEL} -o /models/m.onnx\nCMD python -m shop",
            files={"shop.py": ""},
        ),
        # A branch may have renamed it, and the list is there without it
        Example(
            bad="RUN echo one > /words\n"
            "RUN curl -s https://example.org/raw/main/words.txt >> /words",
        ),
        Example(
            bad="RUN curl -s https://example.org/raw/v1.2/words.txt >> /words",
            fixed="RUN curl -fs https://example.org/raw/v1.2/words.txt >> /words",
        ),
        Example(good=f"RUN curl -fsSL {_MODEL} -o /models/m.onnx"),
        Example(good=f"RUN curl -sSLf {_MODEL} -o /models/m.onnx"),
        Example(good=f"RUN curl --fail-with-body {_MODEL} -o /models/m.onnx"),
        Example(good=f"RUN curl --fail -L {_MODEL} -o /models/m.onnx"),
        Example(good=f"RUN curl -K /etc/curl.conf {_MODEL} -o /m.onnx"),
        Example(good=f"COPY .curlrc /root/\nRUN curl {_MODEL} -o /m.onnx"),
        Example(good=f"RUN curl $CURL_OPTIONS {_MODEL} -o /m.onnx"),
        Example(
            good=f'RUN curl -sSLo /m.onnx {_MODEL} && echo "0 /m.onnx" | sha256sum -c -'
        ),
        Example(
            good="RUN curl -sSLo a.tgz https://example.org/a.tgz && tar -xzf a.tgz && rm a.tgz"
        ),
        Example(
            good="RUN curl -sSLO https://example.org/a.deb && dpkg -i *.deb && rm a.deb"
        ),
        Example(
            good="RUN curl -sSLo /usr/bin/tool https://example.org/tool && chmod +x /usr/bin/tool "
            "&& tool --version"
        ),
        Example(
            good="RUN curl -so /etc/apt/sources.list.d/a.list https://example.org/a && apt-get "
            "update && apt-get install -y --no-install-recommends a && rm -rf /var/lib/apt/lists/*"
        ),
        Example(good="RUN curl -s -o /dev/null https://example.org/ping"),
        Example(good="RUN curl -s http://localhost:8000/a.json -o /a.json"),
        Example(
            good=f"RUN test \"$(curl -sLo /m.onnx -w '%{{http_code}}' {_MODEL})\" = 200"
        ),
        Example(good=f"RUN wget -q {_MODEL} -O /models/m.onnx"),
        Example(
            good="RUN if curl -so /a.json https://example.org/a.json; then echo; fi"
        ),
    ),
)
