"""What is copied from another stage: the answer is the same, whatever else is asked, and in whatever order."""

from __future__ import annotations

import random

import pytest

from lightship.build import Build
from lightship.cache.keys.fold_stages import fold_stages
from lightship.cache.keys.keys import files_behind
from lightship.cache.keys.stage_files import Atom, StageFiles
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.plan.plan import BaseImage, Output, Plan, Planned
from lightship.dockerfile.parse import parse

LINKS = "ln -s /a /b"


def plan_of(text: str) -> Plan:
    return make_plan(Build(parse(text)))


def outputs_of(plan: Plan) -> list[Output]:
    return [output for step in plan.steps for output in step.inputs.outputs]


def place(files: StageFiles) -> tuple[int | str, str]:
    after = files.after
    return after.image if isinstance(after, BaseImage) else after.number, files.path


def answers(plan: Plan, outputs: list[Output]) -> dict[tuple[int | str, str], list]:
    """The atoms of all stage files, in a form that can be compared."""

    def shown(atom: Atom) -> object:
        """The number of a step whose key counts, the place of files; the rest as it is."""
        if isinstance(atom, Planned):
            return atom.number
        return place(atom) if isinstance(atom, StageFiles) else atom

    return {
        place(files): [shown(atom) for atom in files.atoms]
        for files in fold_stages(plan, outputs).in_order
    }


def many_paths(paths: int, steps: int) -> str:
    """A stage of many steps, from which many paths are taken."""
    runs = "".join(f"RUN mkdir /out/{at} && touch /x/{at}\n" for at in range(steps))
    copies = "".join(f"COPY --from=made /out/{at} /{at}\n" for at in range(paths))
    return f"FROM base AS made\nCOPY . /src/\n{runs}FROM base\n{copies}"


def doubling(stages: int) -> str:
    """Each stage takes two paths of the one before, so that the paths of the first would be counted in millions."""
    chain = "".join(
        f"FROM base AS s{at}\nCOPY --from=s{at - 1} /d/a /d/\nCOPY --from=s{at - 1} /d/b /d/\n"
        for at in range(1, stages)
    )
    last = f"FROM base\nCOPY --from=s{stages - 1} /d/q /d\n"
    return f"FROM base AS s0\nCOPY a b /d/\n{chain}{last}"


def reading(runs: int) -> str:
    """Each RUN reads what the one before wrote, and several paths of all of them are taken."""
    chain = "".join(f"RUN cp /w/{at} /w/{at + 1}\n" for at in range(runs))
    copies = "".join(f"COPY --from=made /w/{at} /{at}\n" for at in range(0, runs, 7))
    return f"FROM base AS made\nCOPY . /w/\n{chain}FROM base\n{copies}"


TEXTS = {
    "a few paths": many_paths(5, 4),
    "a few RUN that read": reading(20),
    "more paths and steps than are looked at": many_paths(300, 300),
    "more RUN that read than are looked at": reading(400),
    "paths that double from stage to stage": doubling(40),
    "links in the middle": many_paths(30, 30).replace("touch /x/9", LINKS),
}


@pytest.mark.parametrize("name", TEXTS)
def test_answers_do_not_depend_on_the_order_of_the_questions(name: str):
    plan = plan_of(TEXTS[name])
    outputs = outputs_of(plan)
    shuffled = list(outputs)
    random.Random(1).shuffle(shuffled)
    first = answers(plan, outputs)
    assert first
    for order in (outputs[::-1], shuffled, outputs * 2):
        others = answers(plan, order)
        assert others.keys() == first.keys()
        assert [place for place in first if others[place] != first[place]] == []


def test_what_is_beyond_the_limit_depends_on_the_whole_stage():
    plan = plan_of(many_paths(300, 300))
    found = answers(plan, outputs_of(plan))
    made = [atoms for (after, _), atoms in found.items() if after == 300]
    assert len(made) == 300
    assert all(any(isinstance(atom, int) for atom in atoms) for atoms in made)


def test_a_link_counts_however_far_down_it_is_made():
    text = many_paths(60, 900).replace("touch /x/0\n", f"{LINKS}\n")
    plan = plan_of(text)
    found = answers(plan, outputs_of(plan))
    for (after, path), atoms in found.items():
        if after == 900:
            assert atoms == [path, 900]


def walked(files: StageFiles, unsure: set[int]) -> set[int]:
    """The steps whose results stand in files unread, by a walk over all that these depend on."""
    numbers: set[int] = set()
    waiting, seen = [files], {files}
    while waiting:
        item = waiting.pop()
        numbers |= {item.number} & unsure
        numbers |= {atom.number for atom in item.atoms if isinstance(atom, Planned)}
        below = {atom for atom in item.atoms if isinstance(atom, StageFiles)} - seen
        seen |= below
        waiting += below
    return numbers


@pytest.mark.parametrize("every", [None, 3])
def test_the_steps_behind_files_are_those_of_all_that_they_depend_on(every):
    number = 0
    for text in TEXTS.values():
        plan = plan_of(text)
        in_order = fold_stages(plan, outputs_of(plan)).in_order
        unsure = set(range(0, len(plan.steps), every)) if every else set()
        behind = files_behind(in_order, unsure)
        some = random.Random(1).sample(in_order, min(len(in_order), 60))
        assert [behind[item] for item in some] == [
            walked(item, unsure) for item in some
        ]
        number += sum(map(len, behind.values()))
    assert number > 100
