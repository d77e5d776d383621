from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.dockerfile.places import place_of_word, word_on_first_line
from lightship.evaluation.dispatch import Step
from lightship.text import Span

TEXT = """\
FROM alpine AS base
ONBUILD EXPOSE 1
FROM base
EXPOSE \\
  2
"""


def places(step: Step) -> tuple[str, str]:
    dockerfile = parse(TEXT)
    word = step.instruction.args[0].span
    places: list[Span] = [
        place_of_word(dockerfile, step, word),
        word_on_first_line(dockerfile, step, word),
    ]
    at_word, on_line = (place.of(TEXT) for place in places)
    return at_word, on_line


def test_a_word_is_reported_where_it_stands_or_on_the_first_line_of_its_instruction() -> (
    None
):
    [_, own] = [step for step in Build(parse(TEXT)).evaluation.steps if step.ports]
    assert places(own) == ("2", "EXPOSE")


def test_a_word_of_a_trigger_is_reported_at_the_from_that_runs_it() -> None:
    [trigger, _] = [step for step in Build(parse(TEXT)).evaluation.steps if step.ports]
    assert places(trigger) == ("FROM", "FROM")
