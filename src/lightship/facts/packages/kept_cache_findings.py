"""The finding of a cache that stays in a layer, and its fix, which empties it in the same RUN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.facts.edits.dropping import dropped
from lightship.facts.edits.endings import at_end, is_certain
from lightship.facts.edits.runs import has_ignore, is_plain
from lightship.facts.packages.lost_directory import loses_directory
from lightship.facts.packages.package_caches import (
    Cache,
    cleans_index_alone,
    commands_of,
    kept_caches,
    start_of,
)
from lightship.facts.packages.strict_removals import forgiving
from lightship.lint.finding import Finding, Fix, Safety
from lightship.shell.commands import Command
from lightship.text import Edit, Span

_MODES = frozenset({"chmod", "chown", "fix-permissions"})
# Subcommands with which package managers remove
_REMOVALS = ("purge", "remove", "del", "autoremove")
# Directories that cleaning takes away, or leaves empty, by the first of the managers
_PLACES = {
    "npm": ("/root/.npm/_cacache",),
    "yarn": ("/usr/local/share/.cache/yarn", "/root/.cache/yarn"),
    "dnf": ("/var/cache/dnf", "/var/cache/yum"),
}


def finding(
    build: Build,
    cache: Cache,
    call: PackageInvocation,
    what: str,
    safety: Safety = Safety.SAFE,
) -> Finding:
    """What a rule says of a cache that stays, and of `what` it holds.

    The fix empties it at the end of the RUN.
    """
    program = call.command.name
    if program != "mamba":
        program = call.does.manager
    words = f"{program} {cache.clean}"

    advice = f"run {words} in the same RUN"
    if not cache.family and _is_cleaned_early(build, cache, call):
        advice = f"move {words} after the install"
    line = _cleaned_late(build, cache, call)
    if line:
        advice = f"line {line} removes them in a later layer, which saves nothing"
    message = f"this layer keeps {what}: {advice}"

    fix = None
    edit = _clean(build, cache, call)
    later = forgiving(build, call.instruction, _PLACES.get(cache.managers[0], ()))
    if edit is not None and later is not None:
        needless = _needless_cleaning(build, cache, call)
        title = f"Move {words} to the end" if needless else f"Add {words}"
        fix = Fix(title, (*needless, edit, *later), safety)
    span = call.does.subcommand.span
    return Finding(span, message, fix)


def together(
    calls: Sequence[PackageInvocation],
    findings: Sequence[Finding],
) -> Finding:
    """One finding for layers of which only the first is sure to have what it speaks of."""
    first = findings[0]
    message = first.message
    later = calls[1:]
    lines = [str(call.instruction.first_line) for call in later]
    if lines:
        listed = ", ".join(lines)
        subject = "so does line" if len(lines) == 1 else "so do lines"
        problem, colon, advice = message.partition(": ")
        message = f"{problem}, and {subject} {listed}{colon}{advice}"

    fixes = [finding.fix for finding in findings if finding.fix is not None]
    if not fixes:
        return Finding(first.span, message)

    edits: list[Edit] = []
    for fix in fixes:
        edits.extend(edit for edit in fix.edits if edit not in edits)
    model = fixes[0]
    fix = Fix(model.message, tuple(edits), model.safety)
    return Finding(first.span, message, fix)


def _cleaned_late(build: Build, cache: Cache, call: PackageInvocation) -> int:
    """The line of a later RUN of the stage that empties the cache; 0 without one."""
    start = call.instruction.span.start
    stage = build.dockerfile.stage_of(call.instruction)
    for cleaning in build.packages(*cache.managers, action="clean"):
        instruction = cleaning.instruction
        if instruction.span.start <= start or cleans_index_alone(cache, cleaning):
            continue
        if build.dockerfile.stage_of(instruction) is stage:
            return instruction.first_line
    return 0


def _is_cleaned_early(build: Build, cache: Cache, call: PackageInvocation) -> bool:
    """Whether the RUN empties the cache before it installs."""
    for cleaning in build.packages(*cache.managers, action="clean"):
        is_here = cleaning.instruction is call.instruction
        if cleans_index_alone(cache, cleaning):
            continue
        if is_here and start_of(cleaning) < start_of(call):
            return True
    return False


def _clean(build: Build, cache: Cache, call: PackageInvocation) -> Edit | None:
    """Empty it with the same program, as the same user."""
    command = call.command
    for wrapper in command.wrappers:
        if wrapper.name != "sudo":
            return None
    if not is_certain(call.script, command):
        return None
    if _is_moved(cache, call):
        return None
    if _is_removed_later(build, cache, call):
        return None
    if loses_directory(build, call):
        return None

    texts: list[str] = []
    own = len(command.all_words) - len(command.args)
    for word in command.all_words[:own]:
        if word.value is None:
            return None
        texts.append(word.text)
    texts.append(cache.clean)
    text = " ".join(texts)
    edit = at_end(build, call.instruction, call.script, text)
    if edit is None or not is_plain(call.instruction):
        return edit
    return _before_modes(build, call, text) or edit


def _before_modes(build: Build, call: PackageInvocation, text: str) -> Edit | None:
    """Directly after the install, where only modes and owners are set after it."""
    items = call.script.items
    at = next(
        at for at, item in enumerate(items) if item.span.covers(call.command.span)
    )
    after = items[at + 1 :]
    if not after or any(item.operator != "&&" for item in after):
        return None
    later = [
        item for item in call.script.commands if item.span.start >= after[0].span.start
    ]
    if not all(command.name in _MODES for command in later):
        return None
    gap = Span(items[at].span.end, after[0].span.start)
    if holds_comment(build.dockerfile, gap):
        return None
    return Edit.insert(gap.start, f"{gap.of(build.dockerfile.text)}{text}")


def _needless_cleaning(
    build: Build,
    cache: Cache,
    call: PackageInvocation,
) -> tuple[Edit, ...]:
    """What takes out other calls that empty the cache, once it is emptied at the end of the RUN.

    That is one before it in the RUN, and a RUN of its own after it, if no other layer keeps the
    cache.
    """
    edits: list[Edit] = []
    stage = build.dockerfile.stage_of(call.instruction)
    for cleaning in build.packages(*cache.managers, action="clean"):
        instruction = cleaning.instruction
        if build.dockerfile.stage_of(instruction) is not stage:
            continue
        edit: Edit | None = None
        if instruction is call.instruction:
            edit = _dropped_before(build, cache, cleaning, call)
        elif _only_cleans(build, cache, cleaning, call):
            edit = moves.remove(build.dockerfile, instruction)
        if edit is not None:
            edits.append(edit)
    # More than one would have to be tried together
    return tuple(edits[:1])


def _dropped_before(
    build: Build,
    cache: Cache,
    cleaning: PackageInvocation,
    call: PackageInvocation,
) -> Edit | None:
    """What takes a call that empties the cache out of the same RUN.

    Those of RPM stay: they may renew the index that the install reads.
    """
    if cache.family or cleaning.script is not call.script:
        return None
    return dropped(build, cleaning.script, cleaning.command)


def _only_cleans(
    build: Build,
    cache: Cache,
    cleaning: PackageInvocation,
    call: PackageInvocation,
) -> bool:
    """Whether a RUN after the install does nothing but empty a cache that then is empty."""
    instruction = cleaning.instruction
    if not is_plain(instruction) or instruction.flags:
        return False
    if has_ignore(build, instruction):
        return False
    if not moves.is_closed(build.dockerfile, instruction):
        return False
    if not _has_one_command(build, instruction):
        return False

    start = instruction.span.start
    stage = build.dockerfile.stage_of(instruction)
    # Those that the fix of another install empties come before it
    for other in kept_caches(build, cache):
        if build.dockerfile.stage_of(other.instruction) is not stage:
            continue
        if start_of(other) > start:
            return False
        if other.instruction is call.instruction:
            continue
        is_last = start_of(call) > start_of(other)
        if not is_last or _clean(build, cache, other) is None:
            return False
    return start_of(call) < start


def _has_one_command(build: Build, run: Instruction) -> bool:
    scripts = build.scripts(run)
    if len(scripts) != 1:
        return False
    [script] = scripts
    return len(script.commands) == 1


def _is_moved(cache: Cache, call: PackageInvocation) -> bool:
    """Whether this command alone has its cache elsewhere."""
    if call.does.option(*cache.options):
        return True
    names = [assignment.name for assignment in call.command.assignments]
    return any(name in cache.variables for name in names)


def _is_removed_later(build: Build, cache: Cache, call: PackageInvocation) -> bool:
    """Whether the rest of the RUN removes the manager, so that it cannot be called at the end."""
    holders = {*cache.managers, *cache.comes_with}
    holders |= _groups_with(build, holders)
    start = start_of(call)
    for later in commands_of(build, call):
        if start_of(later) <= start:
            continue
        removed = set(_removed_by(later.command))
        if removed & holders:
            return True
        if any(package.startswith("$") for package in removed):
            return True  # a variable, which may name the manager
    return False


def _groups_with(build: Build, names: set[str]) -> set[str]:
    """The virtual packages of apk that hold one of `names`: `apk del` removes both."""
    groups: set[str] = set()
    for call in build.packages("apk", action="install"):
        packages = {package.name for package in call.does.packages}
        if packages & names:
            groups.update(call.does.values("--virtual"))
    return groups


def _removed_by(command: Command) -> Iterator[str]:
    """The parts of the paths, or the packages, that a command removes."""
    is_removal = command.has(*_REMOVALS)
    for word in command.args:
        text = word.text.strip("\"'")
        if command.name == "rm":
            if text.startswith(("/", "$", "~")):
                path = text.lstrip("$")
                yield from path.split("/")
        elif is_removal:
            package, _, _ = text.partition("=")
            yield package
