"""What each instruction does to a stage, and what BuildKit refuses in it (dockerfile2llb/convert.go, convert_copy.go)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from lightship.dockerfile.heredoc import Opening, chomped, read_opening
from lightship.dockerfile.mounts import Mount, MountRefused, read_mount, target_refusal
from lightship.dockerfile.paths import join_workdir
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.ports import Port, read_port
from lightship.dockerfile.signals import is_signal
from lightship.dockerfile.sources import checksum_refusal, mode_refusal, remote_refusal
from lightship.dockerfile.stages import Source
from lightship.dockerfile.state import History, State
from lightship.dockerfile.tree import Dockerfile, Instruction, Problem, Stage, Word
from lightship.dockerfile.variables import Budget, expand, is_plain, words
from lightship.errors import ExpansionError
from lightship.text import Span

# Build args that never become variables (convert.go, nonEnvArgs)
NOT_IN_ENV = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})
_NOTHING: frozenset[str] = frozenset()
_NO_FLAGS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction as BuildKit carries it out.

    `place` is where BuildKit reports it: the instruction, or for a trigger of ONBUILD the FROM of the stage it runs in.
    `operands` are those of the instruction after expansion, in its order (`Instruction.args`; for ENV, LABEL and ARG
    name and value in turn, ARG without a value as an empty text); `flags` are `--chown`, `--chmod` and `--checksum`.
    `used` are the variables that BuildKit read, `unset` those that neither ENV nor ARG gives.
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


class _Refused(Exception):
    """BuildKit's reason, where to look, and what to write instead."""

    def __init__(self, message: str, span: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.span = span
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Shared:
    """What all stages share."""

    dockerfile: Dockerfile
    build_args: Mapping[str, str]
    global_args: Mapping[str, str]
    budget: Budget


@dataclass(slots=True)
class Run:
    """A stage while it is gone through; `sources` are what COPY and RUN read from, by `id` of the instruction."""

    shared: Shared
    stage: Stage
    env: History[str]
    args: History[str | None]
    image_env: dict[str, str]
    state: State
    system: str
    sources: Mapping[int, list[Source]]
    refusals: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    unset: set[str] = field(default_factory=set)

    @property
    def escape(self) -> str:
        return self.shared.dockerfile.escape

    def expand(self, text: str) -> str:
        """One word, with this stage's variables; raises ExpansionError."""
        if is_plain(text, self.escape):
            return text
        return self._note(text, self.escape, skip_quotes=False)

    def expand_raw(self, text: str) -> str:
        """The body of a heredoc: quotes stay."""
        return self._note(text, "\\", skip_quotes=True)

    def _note(self, text: str, escape: str, skip_quotes: bool) -> str:
        try:
            found = expand(text, self.env.get, escape=escape, skip_quotes=skip_quotes, budget=self.shared.budget)
        except ExpansionError as error:
            self._read(error.used, error.unset)
            raise
        self._read(found.used, found.unset)
        return found.text

    def _read(self, used: frozenset[str], unset: frozenset[str]) -> None:
        self.used |= used
        self.unset |= unset - self.args.versions.keys() - NOT_IN_ENV


@dataclass(slots=True)
class _Outcome:
    """What became of the operands."""

    operands: tuple[str, ...]
    flags: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    ports: tuple[tuple[Word, Port], ...] = ()


def dispatch(run: Run, instruction: Instruction, place: Instruction) -> Step:
    """Carry out one instruction: `run` is changed, and the step tells what was done."""
    before = run.state
    action = _ACTIONS.get(instruction.keyword)
    outcome = None
    if action is not None:
        try:
            outcome = action(run, instruction)
        except (ExpansionError, MountRefused, _Refused) as error:
            span = getattr(error, "span", None) if place is instruction else None
            hint = getattr(error, "hint", "")
            where = on_first_line(run.shared.dockerfile, place, span)
            run.refusals.append(Problem(f"{instruction.keyword}: {error}", where, place.first_line, "build", hint))
    if outcome is None:
        operands = tuple([word.text for word in instruction.args])
        step = Step(instruction, place, run.stage, before, operands, _NO_FLAGS)
    else:
        step = Step(
            instruction, place, run.stage, before, outcome.operands, outcome.flags, outcome.mounts, outcome.ports
        )
    if not run.used and not run.unset:
        return step
    step = replace(step, used=frozenset(run.used), unset=frozenset(run.unset))
    run.used.clear()
    run.unset.clear()
    return step


def _env(run: Run, instruction: Instruction) -> _Outcome:
    operands = _expanded_pairs(run, instruction)
    for name, value in zip(operands[::2], operands[1::2], strict=True):
        run.env.set(name, value)
        run.image_env[name] = value
    run.state = replace(run.state, env=run.env.now())
    return _Outcome(operands)


def _label(run: Run, instruction: Instruction) -> _Outcome:
    return _Outcome(_expanded_pairs(run, instruction))


def _expanded_pairs(run: Run, instruction: Instruction) -> tuple[str, ...]:
    if is_plain(instruction.line.text, run.escape):
        return tuple([word.text for word in instruction.args])
    texts = [text for pair in instruction.pairs for text in (pair.name.text, pair.value.text if pair.value else "")]
    return tuple([run.expand(text) for text in texts])


def _arg(run: Run, instruction: Instruction) -> _Outcome:
    """A build arg wins over the default; without both, the value of the ARG before the first FROM counts."""
    operands: list[str] = []
    for pair in instruction.pairs:
        name, value = pair.name.text, run.shared.build_args.get(pair.name.text)
        if value is None and pair.value is not None:
            value = run.expand(pair.value.text)
        elif value is None:
            value = run.shared.global_args.get(name)
        if value is not None and name not in NOT_IN_ENV:
            run.env.set(name, value)
        run.args.set(name, value)
        operands += (name, value or "")
    run.state = replace(run.state, env=run.env.now(), args=run.args.now())
    return _Outcome(tuple(operands))


def _workdir(run: Run, instruction: Instruction) -> _Outcome:
    path = run.expand(_only(instruction))
    joined = join_workdir(run.state.workdir, path, run.system)
    if joined.refusal:
        raise _Refused(joined.refusal, instruction.args[0].span)
    known = run.state.workdir_known or joined.path == path or joined.path.startswith("/") and path.startswith("/")
    run.state = replace(run.state, workdir=joined.path, workdir_set=True, workdir_known=known)
    return _Outcome((path,))


def _only(instruction: Instruction) -> str:
    return instruction.args[0].text if instruction.args else ""


def _user(run: Run, instruction: Instruction) -> _Outcome:
    user = run.expand(_only(instruction))
    run.state = replace(run.state, user=user)
    return _Outcome((user,))


def _shell(run: Run, instruction: Instruction) -> _Outcome:
    operands = tuple([word.text for word in instruction.args])
    run.state = replace(run.state, shell=operands)
    return _Outcome(operands)


def _volume(run: Run, instruction: Instruction) -> _Outcome:
    operands = []
    for word in instruction.args:
        operands.append(run.expand(word.text.strip()))
    for word, volume in zip(instruction.args, operands, strict=True):
        if not volume:
            raise _Refused("a volume cannot be an empty text", word.span)
    return _Outcome(tuple(operands))


def _stop_signal(run: Run, instruction: Instruction) -> _Outcome:
    signal = run.expand(_only(instruction))
    if not is_signal(signal):
        raise _Refused(f"{signal or 'an empty text'} is no signal", instruction.args[0].span, "such as SIGTERM")
    return _Outcome((signal,))


def _expose(run: Run, instruction: Instruction) -> _Outcome:
    """BuildKit sorts the operands first; variables that are not set stay unnoticed here."""
    ports: list[tuple[Word, Port]] = []
    escape = run.escape
    for word in sorted(instruction.args, key=lambda word: word.text):
        plain = is_plain(word.text, escape)
        found = [word.text] if plain else words(word.text, run.env.get, escape=escape, budget=run.shared.budget)
        ports += [(word, read_port(text)) for text in found]
    for word, port in ports:
        if port.refusal:
            message = f"{port.text}: {port.refusal}"
            run.refusals.append(
                Problem(f"EXPOSE: {message}", on_first_line(run.shared.dockerfile, instruction, word.span), instruction.first_line, "build")
            )
            break
    return _Outcome(tuple([port.text for _, port in ports]), ports=tuple(ports))


def _copy(run: Run, instruction: Instruction) -> _Outcome:
    """Expansion first, then the stage, the mode, the checksum and each source."""
    is_add = instruction.keyword == "ADD"
    flags: dict[str, str] = {}
    if instruction.flags:
        for flag in instruction.flags:
            if flag.name in ("chown", "chmod") or (is_add and flag.name == "checksum"):
                flags[flag.name] = run.expand(flag.value or "")
    operands, sources = _copy_operands(run, instruction)
    if instruction.flags:
        _check_copy_flags(run, instruction, flags, sources)
    keep = instruction.flag("keep-git-dir") if instruction.flags else None
    keep_git_dir = None if keep is None else (keep.value or "true").lower() == "true"
    for source in sources:
        refusal = remote_refusal(source, is_add, flags.get("checksum", ""), keep_git_dir)
        if refusal:
            raise _Refused(f"{source}: {refusal}", _span_of(instruction, operands, source))
    return _Outcome(operands, flags)


def _copy_operands(run: Run, instruction: Instruction) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All operands expanded, and those that are sources by name; a heredoc keeps its word, its body is expanded."""
    if not instruction.heredocs and is_plain(instruction.operand.text, run.escape):
        plain = tuple([word.text for word in instruction.args])
        return plain, plain[:-1]
    operands, sources, bodies = [], [], []
    bodies_by_name = {heredoc.name: heredoc for heredoc in instruction.heredocs}
    for at, word in enumerate(instruction.args):
        opening = _opening(word.text) if at < len(instruction.args) - 1 and "<<" in word.text else None
        if opening is None:
            operands.append(run.expand(word.text))
            if at < len(instruction.args) - 1:
                sources.append(operands[-1])
            continue
        operands.append(word.text)
        body = bodies_by_name.get(opening.name)
        if opening.expand and body is not None:
            bodies.append(chomped(body.content) if opening.chomp else body.content)
    for content in bodies:
        run.expand_raw(content)
    return tuple(operands), tuple(sources)


def _opening(text: str) -> Opening | None:
    try:
        return read_opening(text)
    except ExpansionError:
        return None


def _span_of(instruction: Instruction, operands: tuple[str, ...], text: str) -> Span:
    at = operands.index(text)
    return instruction.args[at].span


def _check_copy_flags(
    run: Run, instruction: Instruction, flags: Mapping[str, str], sources: tuple[str, ...]
) -> None:
    for source in run.sources.get(id(instruction), ()):
        if source.stage is not None and source.stage.index > run.stage.index:
            reason = f"cannot copy from stage {source.name}, it needs to be defined before this one"
            raise _Refused(reason, source.span, "move the stage up")
    mode, checksum = flags.get("chmod"), flags.get("checksum")
    if mode and (reason := mode_refusal(mode)):
        raise _Refused(reason, _flag_span(instruction, "chmod"))
    if checksum and (reason := checksum_refusal(sources, checksum, instruction.keyword == "ADD")):
        raise _Refused(reason, _flag_span(instruction, "checksum"))


def _flag_span(instruction: Instruction, name: str) -> Span | None:
    flag = instruction.flag(name)
    return flag.span if flag is not None else None


def _run(run: Run, instruction: Instruction) -> _Outcome | None:
    """Only the mounts of RUN are expanded; its command is left to the shell."""
    if not instruction.flags:
        return None
    mounts = tuple([_mount(run, instruction, at) for at in range(len(instruction.all_flags("mount")))])
    sources = run.sources.get(id(instruction), [])
    for mount, source in zip(mounts, sources, strict=False):
        needs_source = mount.from_ or mount.type == "cache"
        if needs_source and source.stage is not None and source.stage.index > run.stage.index:
            raise _Refused(f"cannot mount from stage {mount.from_}, it needs to be defined before this one", source.span)
        reason = target_refusal(mount, run.state.workdir)
        if reason:
            raise _Refused(reason, mount.flag.span)
    return _Outcome(tuple([word.text for word in instruction.args]), mounts=mounts)


def _mount(run: Run, instruction: Instruction, at: int) -> Mount:
    flag = instruction.all_flags("mount")[at]
    try:
        return read_mount(flag, run.expand)
    except MountRefused as error:
        raise _Refused(str(error), flag.span) from None


_ACTIONS: dict[str, Callable[[Run, Instruction], _Outcome | None]] = {
    "ADD": _copy,
    "ARG": _arg,
    "COPY": _copy,
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
