"""What each instruction does to a stage, and what BuildKit refuses in it
(dockerfile2llb/convert.go, dispatch).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Flag, Instruction, Problem, Stage, Word
from lightship.errors import ExpansionError
from lightship.evaluation.conversion import (
    NOT_IN_ENV,
    Conversion,
    ConvertedOperands,
    RefusedError,
)
from lightship.evaluation.copying import copy
from lightship.evaluation.mounts import Mount, MountRefused, read_mount, target_refusal
from lightship.evaluation.paths import is_absolute, join_workdir
from lightship.evaluation.state import State
from lightship.expansion.variables import is_plain, words
from lightship.record import record
from lightship.text import Span

if TYPE_CHECKING:
    from lightship.evaluation.ports import Port

_NOTHING: frozenset[str] = frozenset()
_NO_FLAGS: Mapping[str, str] = {}


@record
class Step:
    """One instruction as BuildKit carries it out.

    `place` is where BuildKit reports it: the instruction, or for a trigger of ONBUILD the FROM of
    the stage it runs in. `operands` are those of the instruction after expansion, in its order
    (`Instruction.args`; for ENV, LABEL and ARG name and value in turn, ARG without a value as an
    empty text); `flags` are `--chown`, `--chmod` and `--checksum`. `used` are the variables that
    BuildKit read, `unset` those that neither ENV nor ARG gives.
    """

    instruction: Instruction
    place: Instruction
    stage: Stage
    before: State
    operands: tuple[str, ...]
    flags: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    ports: tuple[tuple[Word, Port], ...] = ()
    used: frozenset[str] = _NOTHING
    unset: frozenset[str] = _NOTHING


def dispatch(run: Conversion, instruction: Instruction, place: Instruction) -> Step:
    """Carry out one instruction: `run` is changed, and the step tells what was done."""
    before = run.state
    action = _ACTIONS.get(instruction.keyword)
    outcome: ConvertedOperands | None = None
    if action is not None:
        try:
            outcome = action(run, instruction)
        except (ExpansionError, RefusedError) as error:
            _refuse(run, instruction, place, error)

    if outcome is None:
        operands = _as_written(instruction)
        step = Step(instruction, place, run.stage, before, operands, _NO_FLAGS)
    else:
        result = (outcome.operands, outcome.flags, outcome.mounts, outcome.ports)
        step = Step(instruction, place, run.stage, before, *result)
        if outcome.refused is not None:
            _refuse(run, instruction, place, outcome.refused)

    if run.used or run.unset:
        step = replace(step, used=frozenset(run.used), unset=frozenset(run.unset))
        run.used.clear()
        run.unset.clear()
    return step


def _refuse(
    run: Conversion,
    instruction: Instruction,
    place: Instruction,
    error: ExpansionError | RefusedError,
) -> None:
    span: Span | None = None
    hint = ""
    if isinstance(error, RefusedError):
        hint = error.hint
        # A trigger of ONBUILD has its words in another line
        span = error.span if place is instruction else None

    message = f"{instruction.keyword}: {error}"
    where = on_first_line(run.shared.dockerfile, place, span)
    problem = Problem(message, where, place.first_line, "build", hint)
    run.refusals.append(problem)


def _env(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    operands = _expanded_pairs(run, instruction)
    for name, value in zip(operands[::2], operands[1::2], strict=True):
        run.env.set(name, value)
        run.image_env[name] = value
    run.state = replace(run.state, env=run.env.now())
    return ConvertedOperands(operands)


def _label(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    return ConvertedOperands(_expanded_pairs(run, instruction))


def _expanded_pairs(run: Conversion, instruction: Instruction) -> tuple[str, ...]:
    texts = _as_written(instruction)
    if is_plain(instruction.line.text, run.escape):
        return texts
    return tuple([run.expand(text) for text in texts])


def _as_written(instruction: Instruction) -> tuple[str, ...]:
    """The operands before expansion; of pairs name and value in turn."""
    if not instruction.pairs:
        return tuple([word.text for word in instruction.args])
    texts: list[str] = []
    for pair in instruction.pairs:
        value = pair.value.text if pair.value else ""
        texts += (pair.name.text, value)
    return tuple(texts)


def _arg(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    """A build arg wins over the default.

    Without both, the value of the ARG before the first FROM counts.
    """
    operands: list[str] = []
    for pair in instruction.pairs:
        name = pair.name.text
        value = run.shared.build_args.get(name)
        if value is None and pair.value is not None:
            value = run.expand(pair.value.text)
        elif value is None:
            value = run.shared.global_args.get(name)

        if value is not None and name not in NOT_IN_ENV:
            run.env.set(name, value)
        run.args.set(name, value)
        operands += (name, value or "")
    run.state = replace(run.state, env=run.env.now(), args=run.args.now())
    return ConvertedOperands(tuple(operands))


def _workdir(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    path = run.expand(_only(instruction))
    joined = join_workdir(run.state.workdir, path, run.system)
    if joined.refusal:
        raise RefusedError(joined.refusal, _where(instruction))
    known = run.state.workdir_known or is_absolute(path, run.system)
    run.state = replace(
        run.state, workdir=joined.path, workdir_set=True, workdir_known=known
    )
    return ConvertedOperands((path,))


def _only(instruction: Instruction) -> str:
    return instruction.args[0].text if instruction.args else ""


def _where(instruction: Instruction) -> Span | None:
    return instruction.args[0].span if instruction.args else None


def _user(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    user = run.expand(_only(instruction))
    run.state = replace(run.state, user=user)
    return ConvertedOperands((user,))


def _shell(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    operands = tuple([word.text for word in instruction.args])
    run.state = replace(run.state, shell=operands)
    return ConvertedOperands(operands)


def _volume(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    operands = [run.expand(word.text.strip()) for word in instruction.args]
    for word, volume in zip(instruction.args, operands, strict=True):
        if not volume:
            raise RefusedError("a volume cannot be an empty string", word.span)
    return ConvertedOperands(tuple(operands))


def _stop_signal(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    # Hardly any Dockerfile has one
    from lightship.evaluation.signals import is_signal  # noqa: PLC0415

    signal = run.expand(_only(instruction))
    if not is_signal(signal):
        raise RefusedError(
            f"invalid signal {signal!r}",
            _where(instruction),
            "such as SIGTERM",
        )
    return ConvertedOperands((signal,))


def _expose(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    """BuildKit sorts the operands first; variables that are not set stay unnoticed here."""
    from lightship.evaluation.ports import read_port  # noqa: PLC0415 - not every Dockerfile has one

    ports: list[tuple[Word, Port]] = []
    escape = run.escape
    budget = run.shared.budget
    for word in sorted(instruction.args, key=lambda word: word.text):
        found = [word.text]
        if not is_plain(word.text, escape):
            found = words(word.text, run.env.get, escape=escape, budget=budget)
        ports += [(word, read_port(text)) for text in found]

    texts = tuple([port.text for _, port in ports])
    refused = _refused_port(ports)
    return ConvertedOperands(texts, ports=tuple(ports), refused=refused)


def _refused_port(ports: Iterable[tuple[Word, Port]]) -> RefusedError | None:
    for word, port in ports:
        if port.refusal:
            return RefusedError(f"{port.text}: {port.refusal}", word.span)
    return None


def _run(run: Conversion, instruction: Instruction) -> ConvertedOperands | None:
    """Only the mounts of RUN are expanded; its command is left to the shell."""
    if not instruction.flags:
        return None
    mounts = tuple([_mount(run, flag) for flag in instruction.all_flags("mount")])
    sources = run.sources.get(id(instruction), ())
    for mount, source in zip(mounts, sources, strict=False):
        is_later = source.stage is not None and source.stage.index > run.stage.index
        if is_later and (mount.from_ or mount.type == "cache"):
            reason = (
                f"cannot mount from stage {mount.from_}, it needs to be defined "
                "before this one"
            )
            raise RefusedError(reason, source.span, "move the stage up")

        refusal = target_refusal(mount, run.state.workdir)
        if refusal:
            raise RefusedError(refusal, mount.flag.span)
    return ConvertedOperands(_as_written(instruction), mounts=mounts)


def _mount(run: Conversion, flag: Flag) -> Mount:
    try:
        return read_mount(flag, run.expand)
    except MountRefused as error:
        raise RefusedError(str(error), flag.span) from None


_ACTIONS: dict[str, Callable[[Conversion, Instruction], ConvertedOperands | None]] = {
    "ADD": copy,
    "ARG": _arg,
    "COPY": copy,
    "ENV": _env,
    "EXPOSE": _expose,
    "LABEL": _label,
    "RUN": _run,
    "SHELL": _shell,
    "STOPSIGNAL": _stop_signal,
    "USER": _user,
    "VOLUME": _volume,
    "WORKDIR": _workdir,
}
