"""Commands that run the command in their operands: sudo, env, time, xargs ... (their manual pages)."""

from __future__ import annotations

from lightship.record import record
from lightship.shell.tree import Wrapper
from lightship.shell.words import Word


@record
class _Form:
    """`values`: options whose value is the next word. `operands`: words before the command. `query`: options that make
    it do something else than run a command. `assigns`: whether NAME=value may come before the command.
    """

    values: frozenset[str] = frozenset()
    operands: int = 0
    query: frozenset[str] = frozenset()
    assigns: bool = False


def _form(
    values: str = "", operands: int = 0, query: str = "", assigns: bool = False
) -> _Form:
    return _Form(frozenset(values.split()), operands, frozenset(query.split()), assigns)


WRAPPERS = {
    "sudo": _form(
        "-C -D -g -h -p -R -r -T -t -U -u --close-from --chdir --group --host --prompt --chroot --role --type"
        " --command-timeout --other-user --user",
        query="-e -l -v -V --edit --list --validate --version",
        assigns=True,
    ),
    "doas": _form("-a -C -u"),
    "env": _form("-u -C --unset --chdir", query="-S --split-string", assigns=True),
    "exec": _form("-a"),
    "command": _form(query="-v -V"),
    "builtin": _form(),
    "time": _form("-f -o --format --output"),
    "nice": _form("-n --adjustment"),
    "ionice": _form("-c -n --class --classdata", query="-p -P -u --pid"),
    "nohup": _form(),
    "setsid": _form(),
    "stdbuf": _form("-i -o -e --input --output --error"),
    "timeout": _form("-k -s --kill-after --signal", operands=1),
    "chroot": _form(operands=1),
    "gosu": _form(operands=1),
    "su-exec": _form(operands=1),
    "eatmydata": _form(),
    "fakeroot": _form(),
    "tini": _form("-p -e"),
    "dumb-init": _form("-r"),
    "catchsegv": _form(),
    "linux32": _form(),
    "linux64": _form(),
    "xvfb-run": _form(
        "-e -f -n -p -s -w --error-file --auth-file --server-num --xauth-protocol --server-args --wait"
    ),
    "xargs": _form(
        "-a -d -E -I -L -n -P -s --arg-file --delimiter --eof --replace --max-lines --max-args --max-procs --max-chars"
    ),
    "busybox": _form(query="--list --install --help"),
}


def unwrap(words: list[Word]) -> tuple[tuple[Wrapper, ...], int]:
    """The wrappers that `words` begin with, and where the command itself begins."""
    wrappers: list[Wrapper] = []
    at = 0
    while True:
        name = (words[at].value or "").rpartition("/")[2]
        form = WRAPPERS.get(name)
        end = _command_at(words, at + 1, form) if form else None
        if end is None:
            return tuple(wrappers), at
        wrappers.append(Wrapper(name, tuple(words[at:end])))
        at = end


def _command_at(words: list[Word], at: int, form: _Form) -> int | None:
    """Where the command begins that the wrapper's operands from `at` on hold; None where there is none."""
    operands = form.operands
    while at < len(words):
        text = words[at].value or words[at].text
        if text == "--":
            return at + 1 + operands if at + 1 + operands < len(words) else None
        if text in form.query:
            return None
        if text.startswith("-") and len(text) > 1:
            at += 2 if text in form.values else 1
        elif form.assigns and "=" in text.split("/")[0].split("$")[0]:
            at += 1
        elif operands:
            operands, at = operands - 1, at + 1
        else:
            return at
    return None
