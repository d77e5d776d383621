"""Commands that only start the command in their operands: tini, gosu, env, `poetry run` ...

One table says for each how its own options are told from the command. Every reader of commands
uses it. The shell reader takes off those that leave the command what it is (`unwrap`), and readers
of start commands take off all of them (`lightship.shell.programs`).

Read in 2026 in the sources and manuals of the programs: tini 0.19, dumb-init 1.2, catatonit 0.2,
s6 2.13, runit, util-linux 2.42 (setpriv, runuser, flock, chrt, taskset), sudo 1.9, coreutils 9,
strace 6, xvfb-run; chamber 3, Doppler, Infisical, 1Password, aws-vault 7, python-dotenv 1.2,
dotenv-cli, honcho 2, foreman, dockerize 0.9, wait-for-it, watchdog 7; opentelemetry-instrumentation
0.66, ddtrace 4, newrelic 14, elastic-apm 6; Poetry 2.5, pipenv, PDM 2.29, Hatch 1.18, Rye, uv, pipx
1.18, conda, mamba 2, pixi, Bundler 2, npm 11, pnpm, Yarn and Bun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.record import record
from lightship.shell.tree import Wrapper
from lightship.shell.words import Word

INIT = "init"  # process 1, which passes signals on
SUPERVISOR = "supervisor"  # process 1, which starts services beside the command
USER = "user"  # it changes who runs the command
PLAIN = "plain"  # it changes variables, priorities and the like
WAITER = "waiter"  # a script of the project, which waits for something first
ENVIRONMENT = "environment"  # the command is looked for elsewhere than in PATH
_TRANSPARENT = (INIT, USER, PLAIN)
_NO_OPTION = "\0"  # of a starter that never starts its operands


@record
class Starter:
    """One way to start a command.

    `subcommand` are the words that it takes, such as `run` of `poetry run`. `values` are options
    whose value is the next word, and `operands` counts the words before the command. With an option
    of `query` it does something else, and so it does without one of `needs`. `scripts` are options
    whose value is a script for a shell.

    `dashes` says that the command is what follows `--`. `assigns` says that NAME=value may come
    before the command, `all_values` that every option takes a value. `is_python` says that what it
    starts is written in Python, `runs_files` that it has Python run a file or a module (`-m`), and
    `fetches` that the command may be the name of a package with its version.
    """

    name: str
    role: str = PLAIN
    subcommand: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    operands: int = 0
    query: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    dashes: bool = False
    assigns: bool = False
    all_values: bool = False
    is_python: bool = False
    runs_files: bool = False
    fetches: bool = False


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


_INITS = (
    Starter(
        "tini", INIT, values=_options("-p -e -R"), query=_options("-h -l --version")
    ),
    Starter(
        "tini-static",
        INIT,
        values=_options("-p -e -R"),
        query=_options("-h -l --version"),
    ),
    Starter(
        "dumb-init",
        INIT,
        values=_options("-r --rewrite"),
        query=_options("-h -V --help --version"),
    ),
    Starter("catatonit", INIT, query=_options("-h -L -P -V --version")),
    Starter("/init", SUPERVISOR),  # s6-overlay
    Starter("my_init", SUPERVISOR),  # phusion/baseimage
)

_SUDO_VALUES = """
    -C -D -g -h -p -R -r -T -t -U -u --close-from --chdir --group --host --prompt --chroot
    --role --type --command-timeout --other-user --user
"""
_SETPRIV_VALUES = """
    --ambient-caps --inh-caps --bounding-set --ruid --euid --rgid --egid --reuid --regid
    --groups --securebits --pdeathsig --ptracer --selinux-label --apparmor-profile
    --landlock-access --landlock-rule --seccomp-filter
"""
_RUNUSER_VALUES = (
    "-u --user -g --group -G --supp-group -w --whitelist-environment -s --shell"
)
_USERS = (
    Starter(
        "sudo",
        USER,
        values=_options(_SUDO_VALUES),
        query=_options("-e -l -v -V --edit --list --validate --version"),
        assigns=True,
    ),
    Starter("doas", USER, values=_options("-a -C -u")),
    Starter("gosu", USER, operands=1),
    Starter("su-exec", USER, operands=1),
    Starter(
        "setpriv",
        USER,
        values=_options(_SETPRIV_VALUES),
        query=_options("-d -h -V --dump --help --version"),
    ),
    Starter(
        "runuser",
        USER,
        values=_options(_RUNUSER_VALUES),
        needs=_options("-u --user"),
        scripts=_options("-c --command --session-command"),
    ),
    # What follows the user are arguments for a shell, whatever options there are
    Starter(
        "su",
        USER,
        values=_options(
            "-g --group -G --supp-group -w --whitelist-environment -s --shell"
        ),
        needs=_options(_NO_OPTION),
        scripts=_options("-c --command --session-command"),
    ),
    Starter("chroot", USER, values=_options("--groups --userspec"), operands=1),
    Starter("setuidgid", USER, operands=1),
    Starter("s6-setuidgid", USER, operands=1),
    Starter("s6-applyuidgid", USER, values=_options("-u -g -G")),
    Starter(
        "chpst",
        USER,
        values=_options("-u -U -b -e -/ -C -n -l -L -m -d -o -p -f -c -r -t"),
    ),
)

_XVFB_VALUES = """
    -e -f -n -p -s -w --error-file --auth-file --server-num --xauth-protocol --server-args
    --wait
"""
_XARGS_VALUES = """
    -a -d -E -I -L -n -P -s --arg-file --delimiter --eof --replace --max-lines --max-args
    --max-procs --max-chars
"""
_DOCKERIZE_VALUES = """
    -wait -timeout -wait-retry-interval -wait-http-header -template -delims -stdout -stderr --wait
    --timeout --wait-retry-interval --wait-http-header --template --delims --stdout --stderr
"""
_WATCHMEDO_VALUES = """
    -d -p -i --directory --pattern --patterns --ignore-pattern --ignore-patterns --interval
    --timeout --signal --kill-after --debounce-interval
"""
_STRACE_VALUES = "-a -b -e -E -I -o -O -P -s -S -u -U -X"
_SHELL = (  # of the shell itself, and of every system
    Starter("exec", values=_options("-a")),
    Starter("command", query=_options("-v -V")),
    Starter("builtin"),
    Starter("time", values=_options("-f -o --format --output")),
    Starter("xargs", values=_options(_XARGS_VALUES)),
    Starter("busybox", query=_options("--list --install --help")),
    Starter(
        "env",
        values=_options("-u -C --unset --chdir"),
        query=_options("-S --split-string"),
        assigns=True,
    ),
    Starter("nice", values=_options("-n --adjustment")),
    Starter(
        "ionice",
        values=_options("-c -n --class --classdata"),
        query=_options("-p -P -u --pid --pgid --uid"),
    ),
    Starter(
        "chrt",
        values=_options("-T -P -D --sched-runtime --sched-period --sched-deadline"),
        operands=1,
        query=_options("-p -m --pid --max"),
    ),
    Starter("taskset", operands=1, query=_options("-p --pid")),
    Starter("nohup"),
    Starter("setsid"),
    Starter("stdbuf", values=_options("-i -o -e --input --output --error")),
    Starter("timeout", values=_options("-k -s --kill-after --signal"), operands=1),
    Starter(
        "flock",
        values=_options("-w -E --timeout --wait --conflict-exit-code"),
        operands=1,
        query=_options("-u --unlock"),
        scripts=_options("-c --command"),
    ),
    Starter("eatmydata"),
    Starter("fakeroot"),
    Starter("linux32"),
    Starter("linux64"),
)
_TOOLS = (
    Starter("catchsegv"),
    Starter("xvfb-run", values=_options(_XVFB_VALUES)),
    Starter(
        "strace", values=_options(_STRACE_VALUES), query=_options("-p -h -V --attach")
    ),
    Starter("s6-envdir", values=_options("-c"), operands=1),
    Starter("s6-softlimit", values=_options("-a -c -d -f -l -m -o -p -r -s -t")),
    Starter("s6-setlock", values=_options("-t -d"), operands=1),
    Starter("envdir", operands=1),
    Starter("with-contenv"),
    Starter("opentelemetry-instrument", all_values=True, is_python=True),
    Starter(
        "ddtrace-run",
        query=_options("-i -h -v --info --help --version"),
        is_python=True,
    ),
    Starter("newrelic-admin", subcommand=("run-program",), is_python=True),
    Starter("elasticapm-run", query=_options("--version"), is_python=True),
    Starter(
        "dockerize",
        values=_options(_DOCKERIZE_VALUES),
        query=_options("-version --version"),
    ),
    Starter(
        "watchmedo",
        subcommand=("auto-restart",),
        values=_options(_WATCHMEDO_VALUES),
    ),
)

_DOPPLER_VALUES = """
    -t -p -c --token --project --config --api-host --dashboard-host --timeout --attempts
    --dns-resolver-address --dns-resolver-proto --dns-resolver-timeout --scope --config-dir
    --configuration --name-transformer --dynamic-ttl --fallback --passphrase --mount --format
    --mount-format --mount-template --mount-max-reads --only-secrets
"""
_INFISICAL_VALUES = """
    -l -e -t --log-level --log-format --log-destination --domain --token --projectId --env
    --watch-interval --tags --path --project-config-dir
"""
_AWS_VAULT_VALUES = """
    -d -t --duration --region --mfa-token --backend --prompt --keychain
    --secret-service-collection --pass-dir --pass-cmd --pass-prefix --file-dir
"""
_SECRETS = (
    Starter(
        "chamber",
        subcommand=("exec",),
        values=_options(
            "-b -r --backend --retries --strict-value --retry-mode"
            " --min-throttle-delay --backend-s3-bucket --kms-key-alias"
        ),
        dashes=True,
    ),
    Starter(
        "doppler",
        subcommand=("run",),
        values=_options(_DOPPLER_VALUES),
        scripts=_options("--command"),
    ),
    Starter(
        "infisical",
        subcommand=("run",),
        values=_options(_INFISICAL_VALUES),
        scripts=_options("-c --command"),
    ),
    Starter(
        "op",
        subcommand=("run",),
        values=_options(
            "--env-file --environment --account --cache --config --encoding --format --session"
        ),
    ),
    Starter(
        "aws-vault",
        subcommand=("exec",),
        values=_options(_AWS_VAULT_VALUES),
        operands=1,
        query=_options("-j --json"),
    ),
    Starter(  # python-dotenv
        "dotenv",
        subcommand=("run",),
        values=_options("-f -q -e --file --quote --export"),
    ),
    Starter("dotenv", values=_options("-e -v -c -p"), dashes=True),  # dotenv-cli of npm
    Starter(
        "honcho",
        subcommand=("run",),
        values=_options("-e -d -f --env --app-root --procfile"),
    ),
    Starter(
        "foreman",
        subcommand=("run",),
        values=_options("-e -d -f --env --root --procfile"),
    ),
)

_WAITERS = tuple(
    Starter(name, WAITER, values=_options("-h -p -t"), dashes=True)
    for name in ("wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh")
)

_UV_VALUES = """
    --extra --no-extra --group --no-group --only-group --no-editable-package --env-file -w
    --with --with-editable --with-requirements --package --python-platform --index
    --default-index -i --index-url --extra-index-url -f --find-links --index-strategy
    --keyring-provider -P --upgrade-package --upgrade-group --resolution --prerelease
    --prerelease-package --fork-strategy --exclude-newer --exclude-newer-package
    --no-sources-package --reinstall-package --link-mode -C --config-setting
    --config-settings-package --no-build-isolation-package --no-build-package
    --no-binary-package --cache-dir --refresh-package -p --python --color --allow-insecure-host
    --directory --project --config-file --torch-backend
"""
_UVX_VALUES = f"{_UV_VALUES} --from -c --constraints -b --build-constraints --overrides"
_CONDA_VALUES = "-n --name -p --prefix --cwd"
_MAMBA_VALUES = f"""
    {_CONDA_VALUES} -a --attach -r --root-prefix -e --env --label --rc-file --log-level
    --relocate-prefix --cacert-path --platform
"""
_PIXI_VALUES = """
    -e -m -p -s -w --environment --manifest-path --platform --script --workspace --auth-file
    --concurrent-downloads --concurrent-solves --config-file --pinning-strategy
    --pypi-keyring-provider --tls-root-certs
"""
_PYTHON_ENVIRONMENTS = (
    Starter(
        "poetry",
        ENVIRONMENT,
        subcommand=("run",),
        values=_options("-C --directory -P --project"),
        is_python=True,
    ),
    Starter(
        "pipenv",
        ENVIRONMENT,
        subcommand=("run",),
        values=_options("--python --pypi-mirror"),
        is_python=True,
    ),
    Starter(
        "pdm",
        ENVIRONMENT,
        subcommand=("run",),
        values=_options(
            "-p -c --project --config --env --env-file --working-dir --venv"
        ),
        query=_options("-l -j --list --json"),
        is_python=True,
        runs_files=True,
    ),
    Starter(
        "hatch",
        ENVIRONMENT,
        subcommand=("run",),
        values=_options("-e -p --env --project --data-dir --cache-dir --config"),
        is_python=True,
    ),
    Starter(
        "rye",
        ENVIRONMENT,
        subcommand=("run",),
        values=_options("--pyproject"),
        query=_options("-l --list"),
        is_python=True,
    ),
    Starter(
        "uv",
        ENVIRONMENT,
        subcommand=("run",),
        values=_options(_UV_VALUES),
        is_python=True,
        runs_files=True,
    ),
    Starter(
        "uv",
        ENVIRONMENT,
        subcommand=(
            "tool",
            "run",
        ),
        values=_options(_UVX_VALUES),
        is_python=True,
        fetches=True,
    ),
    Starter(
        "uvx", ENVIRONMENT, values=_options(_UVX_VALUES), is_python=True, fetches=True
    ),
    Starter(
        "pipx",
        ENVIRONMENT,
        subcommand=("run",),
        values=_options("--spec --with --python --pip-args --index-url -i --backend"),
        is_python=True,
        fetches=True,
    ),
    Starter("conda", ENVIRONMENT, subcommand=("run",), values=_options(_CONDA_VALUES)),
    Starter("mamba", ENVIRONMENT, subcommand=("run",), values=_options(_MAMBA_VALUES)),
    Starter(
        "micromamba", ENVIRONMENT, subcommand=("run",), values=_options(_MAMBA_VALUES)
    ),
    Starter("pixi", ENVIRONMENT, subcommand=("run",), values=_options(_PIXI_VALUES)),
)

_NPM_VALUES = """
    -p --package -w --workspace --prefix --cache --userconfig --globalconfig --registry
    --loglevel --node-options --script-shell --tag
"""
_PNPM_VALUES = """
    -C --dir -F --filter --filter-prod --package --allow-build --loglevel --reporter
    --workspace-concurrency --resume-from --stream
"""
_OTHER_ENVIRONMENTS = (
    Starter(
        "bundle",
        ENVIRONMENT,
        subcommand=("exec",),
        values=_options("--gemfile -r --retry"),
    ),
    Starter(
        "npx",
        ENVIRONMENT,
        values=_options(_NPM_VALUES),
        scripts=_options("-c --call"),
        fetches=True,
    ),
    *(
        Starter(
            "npm",
            ENVIRONMENT,
            subcommand=(subcommand,),
            values=_options(_NPM_VALUES),
            query=_options("-c --call"),
            fetches=True,
        )
        for subcommand in ("exec", "x")
    ),
    Starter(
        "pnpm",
        ENVIRONMENT,
        subcommand=("exec",),
        values=_options(_PNPM_VALUES),
        query=_options("-c --shell-mode"),
    ),
    Starter(
        "pnpm",
        ENVIRONMENT,
        subcommand=("dlx",),
        values=_options(_PNPM_VALUES),
        query=_options("-c --shell-mode"),
        fetches=True,
    ),
    Starter(
        "pnpx",
        ENVIRONMENT,
        values=_options(_PNPM_VALUES),
        query=_options("-c --shell-mode"),
        fetches=True,
    ),
    Starter("yarn", ENVIRONMENT, subcommand=("exec",), values=_options("--cwd")),
    Starter(
        "yarn",
        ENVIRONMENT,
        subcommand=("dlx",),
        values=_options("--cwd -p --package"),
        fetches=True,
    ),
    Starter("bunx", ENVIRONMENT, values=_options("-p --package"), fetches=True),
    Starter(
        "bun",
        ENVIRONMENT,
        subcommand=("x",),
        values=_options("-p --package"),
        fetches=True,
    ),
)

_ROWS = (
    *_INITS,
    *_USERS,
    *_SHELL,
    *_TOOLS,
    *_SECRETS,
    *_WAITERS,
    *_PYTHON_ENVIRONMENTS,
    *_OTHER_ENVIRONMENTS,
)


def _by_name(rows: Sequence[Starter]) -> Mapping[str, tuple[Starter, ...]]:
    table: dict[str, tuple[Starter, ...]] = {}
    for row in rows:
        table[row.name] = (*table.get(row.name, ()), row)
    return table


STARTERS = _by_name(_ROWS)
# Those that the shell reader takes off: what they start is what would run without them
WRAPPERS = _by_name([row for row in _ROWS if row.role in _TRANSPARENT])
INITS = frozenset(row.name for row in _INITS if row.role == INIT)
USERS = frozenset(row.name for row in _USERS)
ASSIGNING = frozenset(row.name for row in _ROWS if row.assigns)
SCRIPT_OPTIONS = {row.name: row.scripts for row in _ROWS if row.scripts}


def unwrap(words: Sequence[Word]) -> tuple[tuple[Wrapper, ...], int]:
    """The wrappers that `words` begin with, and where the command itself begins."""
    wrappers: list[Wrapper] = []
    at = 0
    while True:
        found = starter_at(words, at, WRAPPERS)
        if found is None or found[1] >= len(words):
            return tuple(wrappers), at
        starter, end = found
        wrappers.append(Wrapper(starter.name, tuple(words[at:end])))
        at = end


def starter_at(
    words: Sequence[Word],
    at: int,
    table: Mapping[str, tuple[Starter, ...]] = STARTERS,
) -> tuple[Starter, int] | None:
    """The starter at a place in `words`, and where its command begins.

    That is the end of the words where the command is missing.
    """
    path = words[at].value or ""
    _, _, name = path.rpartition("/")
    rows = table.get(path) or table.get(name, ())
    for row in rows:
        end = _command_at(words, at + 1, row)
        if end is not None:
            return row, end
    return None


def _command_at(words: Sequence[Word], start: int, starter: Starter) -> int | None:
    """Where the command begins in the words after a starter; None where it starts none."""
    at = start
    for subcommand in starter.subcommand:
        after = _after_operand(words, at, starter, subcommand)
        if after is None:
            return None
        at = after

    find = _after_dashes if starter.dashes else _after_own
    end = find(words, at, starter)
    if end is None or not starter.needs:
        return end
    for word in words[start:end]:
        option, _, _ = _text(word).partition("=")
        if option in starter.needs:
            return end
    return None


def _after_operand(
    words: Sequence[Word], at: int, starter: Starter, subcommand: str
) -> int | None:
    """What follows the next word that is not an option; None where that is not the subcommand."""
    while at < len(words):
        kind = _kind_of(_text(words[at]), starter)
        if kind == "query":
            return None
        if kind == "operand":
            return at + 1 if _text(words[at]) == subcommand else None
        at += 2 if kind == "value" else 1
    return None


def _after_dashes(words: Sequence[Word], at: int, _: Starter) -> int | None:
    for place, word in enumerate(words[at:], at):
        if word.value == "--":
            return place + 1
    return None


def _after_own(words: Sequence[Word], at: int, starter: Starter) -> int | None:
    """What follows the options and operands of a starter itself."""
    operands = starter.operands
    while at < len(words):
        text = _text(words[at])
        if text == "--":
            at = _after_assignments(words, at + 1, starter)
            return min(at + operands, len(words))

        kind = _kind_of(text, starter)
        if kind == "query":
            return None
        if kind == "operand":
            if not operands:
                return at
            operands -= 1
        at += 2 if kind == "value" else 1
    return len(words)


def _after_assignments(words: Sequence[Word], at: int, starter: Starter) -> int:
    if not starter.assigns:
        return at
    while at < len(words) and _assigns(_text(words[at])):
        at += 1
    return at


def _kind_of(text: str, starter: Starter) -> str:
    """What a word is: a query, an option whose value is the next word, a flag, or an operand."""
    name, equals, _ = text.partition("=")
    if not text.startswith("-"):
        return "flag" if starter.assigns and _assigns(text) else "operand"
    if name in starter.query or name in starter.scripts:
        return "query"
    if text in starter.values:
        return "value"
    if starter.all_values:
        return "flag" if equals else "value"
    if text.startswith("--"):
        return "flag"
    return _kind_of_letters(text, starter)


def _kind_of_letters(text: str, starter: Starter) -> str:
    """Of `-Eu`: the first letter that takes a value has the rest of the word, or the next word."""
    last = len(text) - 1
    for at, letter in enumerate(text[1:], 1):
        option = f"-{letter}"
        if option in starter.query:
            return "query"
        if option in starter.values:
            return "value" if at == last else "flag"
    return "flag"


def _assigns(text: str) -> bool:
    """Whether it is NAME=value: neither a path nor an expansion stands before the equals sign."""
    name, equals, _ = text.partition("=")
    return bool(equals) and "/" not in name and "$" not in name


def _text(word: Word) -> str:
    return word.value or word.text
