"""What a fresh builder finds in caches that it imports, by mode."""

from __future__ import annotations

from itertools import count

import pytest
from cache.pasts import plain, side_of

from lightship.cache.builders import read_builder
from lightship.cache.keys.moment import Moment
from lightship.cache.remote.export import exported
from lightship.cache.remote.exported import ExportedCache, Mode
from lightship.cache.remote.key_graph import graph_of
from lightship.cache.remote.lookup import look_up
from lightship.errors import LightshipError

STAGES = """\
FROM python:3.13 AS build
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app.py .
RUN python -m compileall .
FROM python:3.13
RUN apt-get update
COPY --from=build /app /app
RUN id
"""


class Machines:
    """Builds on fresh machines, which know each other's caches alone."""

    def __init__(self) -> None:
        self.runs = count(1)

    def build(self, text, caches=(), salts=None, **files):
        named = {name.replace("_", "."): body for name, body in files.items()}
        contents = {"requirements.txt": "flask", "app.py": "1", **named}
        side = side_of(text, plain(**contents))
        moment = Moment(side.build, side.tree, read_builder("buildkit-containerd"))
        return look_up(graph_of(moment.keyed, salts), list(caches), self.runs)


@pytest.fixture
def machines():
    return Machines()


def marks(found):
    """A letter for each step: Untouched, Hit, New or known by its Key alone."""
    letters = {"untouched": "U", "hit": "H", "no-key": "N", "no-result": "K"}
    return "".join(letters[str(outcome)] for outcome in found.of_steps())


def test_without_a_cache_all_is_run(machines):
    assert marks(machines.build(STAGES)) == "NNNNNNN"


@pytest.mark.parametrize("mode", list(Mode))
def test_where_nothing_changed_the_target_alone_is_taken(machines, mode):
    cache = exported(machines.build(STAGES), mode)
    assert marks(machines.build(STAGES, [cache])) == "UUUUUUH"


def test_mode_min_runs_a_whole_stage_again_from_its_start(machines):
    cache = exported(machines.build(STAGES), Mode.MIN)
    assert marks(machines.build(STAGES, [cache], app_py="2")) == "KKNNHNN"


def test_mode_max_runs_a_stage_from_the_change_on(machines):
    cache = exported(machines.build(STAGES), Mode.MAX)
    assert marks(machines.build(STAGES, [cache], app_py="2")) == "UHNNHNN"


def test_a_change_above_what_is_copied_from_a_stage_needs_its_files(machines):
    text = STAGES.replace("apt-get update", "apt-get update -q")
    before = machines.build(STAGES)
    assert marks(machines.build(text, [exported(before, Mode.MIN)])) == "KKKKNNN"
    assert marks(machines.build(text, [exported(before, Mode.MAX)])) == "UUUHNNN"


def test_a_linked_copy_does_not_depend_on_what_is_below_it(machines):
    text = "FROM a\nRUN one\nCOPY --link app.py /app/\nRUN two\n"
    cache = exported(machines.build(text), Mode.MIN)
    changed = text.replace("one", "other")
    assert marks(machines.build(changed, [cache])) == "NHN"


def test_files_that_a_rerun_makes_are_others_each_time(machines):
    text = """\
FROM a AS build
RUN pip install x
COPY app.py /src/
FROM a
COPY --from=build /usr/local /usr/local
RUN id
"""
    minimal = exported(machines.build(text), Mode.MIN)
    # pip runs again, since only its key is known: what is copied is not what it was
    assert marks(machines.build(text, [minimal], app_py="2")) == "KNNN"
    maximal = exported(machines.build(text), Mode.MAX)
    assert marks(machines.build(text, [maximal], app_py="2")) == "HNUH"


def test_files_that_are_known_to_be_the_same_are_found_by_content(machines):
    text = """\
FROM a AS build
COPY requirements.txt /kept/
COPY app.py /src/
FROM a
COPY --from=build /kept /kept
RUN id
"""
    cache = exported(machines.build(text), Mode.MIN)
    found = machines.build(text, [cache], app_py="2")
    assert marks(found) == "KNUH"


def test_what_is_written_replaces_what_was_there(machines):
    first = exported(machines.build(STAGES), Mode.MAX)
    second = exported(machines.build(STAGES, app_py="2"), Mode.MAX)
    assert marks(machines.build(STAGES, [second])) == "UHNNHNN"
    assert marks(machines.build(STAGES, [second, first])) == "UUUUUUH"


def test_results_of_a_cache_that_was_read_are_written_on_by_either_mode(machines):
    maximal = exported(machines.build(STAGES), Mode.MAX)
    again = exported(machines.build(STAGES, [maximal]), Mode.MIN)
    assert again.results == maximal.results
    inline = exported(machines.build(STAGES, [maximal]), Mode.INLINE)
    assert inline.results == 3


def test_a_key_may_be_in_one_cache_and_its_layers_in_another(machines):
    before = machines.build(STAGES)
    minimal, maximal = exported(before, Mode.MIN), exported(before, Mode.MAX)
    changed = machines.build(STAGES, [minimal, maximal], app_py="2")
    assert marks(changed) == "UHNNHNN"


def test_a_build_argument_with_a_value_of_its_own_is_no_hit(machines):
    text = "FROM a\nRUN one\nRUN two\nRUN three\n"
    cache = exported(machines.build(text, salts={1: "SHA=1"}), Mode.MAX)
    assert marks(machines.build(text, [cache], salts={1: "SHA=2"})) == "HNN"
    assert marks(machines.build(text, [cache], salts={1: "SHA=1"})) == "UUH"


def test_layers_below_what_is_run_are_fetched_and_no_others(machines):
    cache = exported(machines.build(STAGES), Mode.MAX)
    found = machines.build(STAGES, [cache], app_py="2")
    steps = {found.graph.nodes[at].step for at in found.pulled}
    assert steps == {0, 1, 4}
    unchanged = machines.build(STAGES, [cache])
    assert unchanged.pulled == frozenset()


def test_a_build_that_fails_leaves_nothing(machines):
    found = machines.build("FROM a\nCOPY missing.txt .\n")
    assert found.graph.target is None
    assert exported(found, Mode.MAX).records == {}


def test_an_empty_cache_knows_nothing(machines):
    assert marks(machines.build(STAGES, [ExportedCache()])) == "NNNNNNN"


def test_a_build_of_too_many_steps_is_refused(machines):
    text = "FROM a\n" + "".join(f"RUN {number}\n" for number in range(300))
    with pytest.raises(LightshipError, match="more than 250 steps"):
        machines.build(text)
