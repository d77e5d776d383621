"""What may be tried for a version, and what sets of it make."""

from __future__ import annotations

from proof.test_idle_changes import DUMP, side_of

from lightship.cache.plan.plan import Side
from lightship.context.walked import Walked
from lightship.flows.proof.context_changes import context_proposal, without_folder
from lightship.flows.proof.improvement_candidates import (
    ImprovementCandidates,
)
from lightship.proof.candidate_search import NONE
from lightship.proof.idle_tools import idle_tools

NAIVE = """\
FROM python:3.13
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y gcc
RUN pip install -r requirements.txt
EXPOSE 8000
CMD uvicorn main:app --host 0.0.0.0
"""
FILES = {"requirements.txt": "fastapi==0.115.6\nuvicorn==0.34.0\n", ".git/HEAD": "x\n"}
LEFT_OUT = "Leave out of the build context what no instruction needs"


def nothing(_: Side):
    return iter(())


def candidates() -> ImprovementCandidates:
    return ImprovementCandidates(side_of(NAIVE, **FILES), (), nothing)


def test_fixes_come_first_then_those_that_depend_on_the_builder_and_other_cures():
    named = {each.key: each for each in candidates().named}
    first = {key for key, each in named.items() if each.candidate.tier == 0}
    assert {"full-base-image", "root-user", "shell-form-command"} <= first
    assert "build-tools-in-final-stage" in first
    assert named["cache-mount-missing"].candidate.tier == 1
    (choice,) = (each for key, each in named.items() if key.startswith("Allow only"))
    assert choice.candidate.cures == choice.rule == "needless-files-copied"


def test_no_change_is_the_version_as_it_is_and_all_fixes_are_what_fix_makes():
    made = candidates()
    assert made.compose(NONE).side.build.dockerfile.text == NAIVE
    whole = made.compose(
        frozenset(each.key for each in made.named if not each.candidate.tier)
    )
    text = whole.side.build.dockerfile.text
    assert text.startswith("FROM python:3.13-slim AS base\n")
    assert "COPY --from=build /opt/venv /opt/venv\n" in text
    assert ".git\n" in whole.files[".dockerignore"]


def test_a_mount_is_made_upon_the_fixes_and_takes_no_stage_away():
    made = candidates()
    tiers = frozenset(each.key for each in made.named if each.rule == each.key)
    text = made.compose(tiers).side.build.dockerfile.text
    assert "RUN --mount=type=cache,target=/root/.cache/pip pip install" in text
    assert "COPY --from=build" in text


def test_each_change_can_be_left_out_and_one_set_makes_one_version():
    made = candidates()
    keys = frozenset(each.key for each in made.named)
    for key in keys:
        once = made.compose(keys - {key})
        assert not once.side.build.dockerfile.problems
        assert once.digest == made.compose(keys - {key}).digest
    assert made.compose(keys - {"root-user"}).digest != made.compose(keys).digest


def test_another_cure_is_made_wherever_it_is_offered():
    made = candidates()
    (allow,) = (each.key for each in made.named if each.key.startswith("Allow only"))
    composed = made.compose(frozenset((allow,)))
    assert composed.files[".dockerignore"].startswith("*\n")
    assert composed.side.build.dockerfile.text == NAIVE


def test_what_no_instruction_takes_is_left_out_of_the_context():
    text = NAIVE.replace("COPY . .", "COPY main.py requirements.txt ./")
    side = side_of(text, **FILES, **{"shop.sql": DUMP})
    sizes = {path: file.size for path, file in side.tree.files.items()}
    walked = Walked.of({**sizes, ".lightship/proofs/a.json": 9})
    makers = list(context_proposal(without_folder(walked, ".lightship"), side))
    assert [maker.title for maker in makers] == [LEFT_OUT]

    made = ImprovementCandidates(side, (), lambda _: iter(makers))
    composed = made.compose(frozenset((LEFT_OUT,)))
    context = composed.side.build.context
    assert context is not None
    sent = {file.path for file in context.sent}
    assert {"main.py", "requirements.txt"} <= sent
    assert "shop.sql" not in sent
    assert ".lightship" not in composed.files[".dockerignore"]


def test_tools_that_nothing_calls_are_gone_before_the_fixes_move_them_to_a_stage():
    side = side_of(NAIVE, **FILES)
    tools = idle_tools(side)
    assert tools is not None
    made = ImprovementCandidates(side, (tools,), nothing)
    (named,) = (each for each in made.named if each.key == tools.title)
    assert (named.candidate.tier, named.candidate.is_simpler) == (0, True)
    keys = frozenset(each.key for each in made.named if not each.candidate.tier)
    text = made.compose(keys).side.build.dockerfile.text
    assert "gcc" not in text
    assert "COPY --from" not in text
