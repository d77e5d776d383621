"""What one COPY brings that the image does not need, and whether it is worth a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.context.needless import (
    BUILD,
    COMPILED,
    EDITORS,
    ENVIRONMENTS,
    NeedlessFile,
)
from lightship.dockerfile.tree import Instruction
from lightship.facts.context.takings import Taking
from lightship.record import record
from lightship.wording.lists import listed

# In bytes, of tests and documentation together
_SMALL = 1_000_000
# In bytes, of settings of editors, and of compiled modules beside their sources
_TINY = 20_000


@record
class NeedlessLoad:
    """What one COPY brings needlessly, whether the image has it, and the RUN that it runs again."""

    files: tuple[File, ...]
    is_shipped: bool
    costly: Instruction | None


def load_of(
    build: Build,
    taking: Taking,
    sent: Sequence[File],
    hits: Mapping[str, NeedlessFile],
) -> NeedlessLoad:
    if not sent:
        return NeedlessLoad((), is_shipped=False, costly=None)

    # Only a finding needs it
    from lightship.rules.context.needless_files_copied.destinations import (  # noqa: PLC0415
        costly_run,
        in_image,
    )

    costly = costly_run(build, taking)
    shipped = [file for file in sent if in_image(build, taking, file)]
    if shipped:
        return NeedlessLoad(tuple(shipped), is_shipped=True, costly=costly)
    if costly is None:
        # They are gone with the stage, but for those that are in the way of its own
        sent = [file for file in sent if hits[file.path].group in ENVIRONMENTS]
    return NeedlessLoad(tuple(sent), is_shipped=False, costly=costly)


def is_worth_a_word(load: NeedlessLoad, files: Sequence[NeedlessFile]) -> bool:
    rows = list(zip(load.files, files, strict=True))
    rows = [(file, hit) for file, hit in rows if hit.group is not BUILD]
    editors = [file.size for file, hit in rows if hit.group is EDITORS]
    if sum(editors) <= _TINY:
        rows = [(file, hit) for file, hit in rows if hit.group is not EDITORS]
    compiled = [file.size for file, hit in rows if hit.pattern == COMPILED]
    if sum(compiled) <= _TINY:
        rows = [(file, hit) for file, hit in rows if hit.pattern != COMPILED]
    if not load.is_shipped:
        rows = [(file, hit) for file, hit in rows if hit.name != ".DS_Store"]

    if any(hit.group.heavy for _, hit in rows):
        return True
    if load.is_shipped and load.costly is not None and rows:
        return True
    return sum(file.size for file, _ in rows) >= _SMALL


def message_of(load: NeedlessLoad, names: Sequence[str], context: Context) -> str:
    # Only a finding needs it
    from lightship.facts.context.ignore_edits import without  # noqa: PLC0415

    pronoun = "it" if len(names) == 1 else "them"
    reason = without(context, pronoun)
    if load.is_shipped:
        return f"copies {listed(names)} into the image: {reason}"
    if load.costly is None:
        return f"copies {listed(names)} into a build stage: {reason}"
    line = load.costly.first_line
    return f"changes to {listed(names)} rerun line {line}: {reason}"
