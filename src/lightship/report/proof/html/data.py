"""What the page of a proof says, as data for its script: words are made here, lengths there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from lightship.inspection.phrases import one_line
from lightship.proof.answer_facts import question_key, same_answers
from lightship.proof.measured import Answer, Measured
from lightship.proof.proof import ChangeShare, Fact, Figure, FigureGroup, Proof
from lightship.report.kit.html.data import Cells, Data, outcome_data
from lightship.report.kit.html.page_text import lines, shown
from lightship.report.proof import claims, figure_phrases, first_look
from lightship.report.proof.advice import advice, weighed_as
from lightship.report.proof.html.change import change_rows
from lightship.report.proof.html.shape_treemap import directories, layers
from lightship.report.proof.steps import BuildStep, first_builds
from lightship.wording.dates import day_and_time
from lightship.wording.durations import timing

_VALUES = 200  # of a figure that are drawn
_SENTENCE = 600  # characters
_STAGE = 60  # characters
_ID = 10  # characters of a commit's id
_ANSWERS = 50

_Pair = list[Answer | None]  # what each version answered


def proof_page(proof: Proof) -> Data:
    """All parts of the page; what there is nothing of is empty."""
    sides = (proof.before, proof.after)
    sources = [_source(side) for side in sides]
    maps = [_map(side) for side in sides]
    build, *_ = first_builds(proof)
    columns = claims.parts(proof.shares)
    names = [shown(figure_phrases.name(figure)) for figure in columns]
    shares = [_share(proof, share, columns) for share in proof.shares]
    leading = first_look.leading(proof)
    worse = [item for item in first_look.worse(proof) if item not in leading]
    outcomes = [outcome_data(outcome) for outcome in proof.outcomes]
    return {
        "kind": "proof",
        "verdict": str(proof.verdict.kind),
        "summary": _sentence(claims.summary(proof)).replace(" -> ", " → "),
        "reasons": _sentences(first_look.reasons(proof)),
        "advice": _sentence(advice(proof)),
        "weighed": _sentence(weighed_as(proof)),
        "sides": sources,
        "leading": list(map(_in_short, leading)),
        "worse": list(map(_in_short, worse)),
        "groups": _groups(proof),
        "spread": figure_phrases.SPREAD,
        "build": build,
        "steps": _builds(proof),
        "maps": maps,
        "change": change_rows(proof.diff, proof.shares),
        "columns": names,
        "shares": shares,
        "answers": _answers(proof),
        "outcomes": outcomes,
        "notes": _sentences(_notes(proof)),
        "foot": _foot(proof),
    }


def _notes(proof: Proof) -> list[str]:
    """What surrounded every run, and the notes."""
    services = claims.services(proof)
    return [f"run with {services}", *proof.notes] if services else list(proof.notes)


def _sentence(text: str) -> str:
    return shown(text, _SENTENCE)


def _sentences(texts: Iterable[str]) -> list[str]:
    return [_sentence(text) for text in texts]


def _source(side: Measured) -> str:
    return shown(side.source) or "unnamed"


def _groups(proof: Proof) -> list[Data]:
    """The groups of figures and facts that there are any of."""
    groups = [_group(proof, group) for group in FigureGroup]
    return [group for group in groups if group["rows"]]


def _group(proof: Proof, group: FigureGroup) -> Data:
    items = [item for item in claims.everything(proof) if item.group is group]
    rows = list(map(_item, items))
    return {"name": str(group), "rows": rows}


def _item(item: Figure | Fact) -> Data:
    made = _fact(item) if isinstance(item, Fact) else _figure(item)
    return {**made, "same": first_look.is_same(item)}


def _in_short(item: Figure | Fact) -> Data:
    """Both sides in a few words each, and what became of it."""
    if isinstance(item, Fact):
        _, said, _ = figure_phrases.SIGNS[item.change]
        sides = (item.before, item.after)
    else:
        said = figure_phrases.change(item)
        sides = figure_phrases.sides(item)
    return {**_change(item), "sides": _sentences(sides), "said": said}


def _change(row: Figure | Fact) -> Data:
    """What figures and facts have alike."""
    sign, word, _ = figure_phrases.SIGNS[row.change]
    return {
        "name": shown(figure_phrases.name(row)),
        "change": str(row.change),
        "sign": sign,
        "word": word,
        "note": _sentence(row.note),
    }


def _figure(figure: Figure) -> Data:
    before = _values(figure, figure.before)
    after = _values(figure, figure.after)
    return {
        **_change(figure),
        "kind": "figure",
        "said": figure_phrases.change_with_bounds(figure),
        "sides": [before, after],
    }


def _values(figure: Figure, values: Sequence[float]) -> Data:
    """The median and all values, as numbers and as figure_phrases."""
    middle = max(median(values), 0.0) if values else None
    drawn: list[Cells] = []
    for value in values[:_VALUES]:
        text = figure_phrases.amount(value, figure.unit)
        drawn.append([max(value, 0.0), text])
    return {
        "median": middle,
        "text": figure_phrases.values(figure, values),
        "values": drawn,
    }


def _fact(fact: Fact) -> Data:
    sides = _sentences((fact.before, fact.after))
    return {**_change(fact), "kind": "fact", "sides": sides}


def _builds(proof: Proof) -> list[Data]:
    """The steps of one build of each version, stage by stage; only where one of them has some."""
    _, before, after = first_builds(proof)
    if not before and not after:
        return []
    return [_build(before, after), _build(after, before)]


def _build(steps: Sequence[BuildStep], others: Sequence[BuildStep]) -> Data:
    known = {step.text for step in others}
    lanes: dict[str, list[Data]] = {}
    end = 0.0
    for step in steps:
        is_only = step.text not in known
        lane = lanes.setdefault(step.stage, [])
        lane.append(_step(step, is_only))
        end = max(end, step.start + step.seconds)

    stages: list[Data] = []
    for stage, lane in lanes.items():
        stages.append({"stage": shown(stage, _STAGE), "steps": lane})
    return {"lanes": stages, "end": end, "total": timing(end)}


def _step(step: BuildStep, is_only: bool) -> Data:
    return {
        "text": _sentence(step.text),
        "start": step.start,
        "seconds": step.seconds,
        "cached": step.cached,
        "only": is_only,
        "time": timing(step.seconds),
    }


def _map(side: Measured) -> Data:
    shape = side.shape
    if shape is None:
        return {"total": "", "directory": [], "layer": []}
    return {
        "total": figure_phrases.amount(shape.content, "bytes"),
        "directory": directories(shape),
        "layer": layers(shape),
    }


def _share(proof: Proof, share: ChangeShare, columns: Sequence[Figure]) -> Data:
    parts: list[Data | None] = []
    for column in columns:
        figure = claims.part(share, column.key)
        if share.failed or figure is None:
            parts.append(None)
        else:
            parts.append(_part(figure))
    return {
        "title": _sentence(share.title),
        "rule": shown(share.rule),
        "failed": _sentence(first_look.failure(proof, share)),
        "parts": parts,
    }


def _part(figure: Figure) -> Data:
    return {"text": figure_phrases.brief(figure), "change": str(figure.change)}


def _answers(proof: Proof) -> list[Data]:
    """What each question was answered, in the last run of each version, as the facts compare it."""
    pairs: dict[str, _Pair] = {}
    for at, side in enumerate((proof.before, proof.after)):
        answers = side.runs[-1].answers if side.runs else ()
        for number, answer in enumerate(answers):
            key = question_key(answer, number)
            pair = pairs.setdefault(key, [None, None])
            pair[at] = answer
    judged = same_answers(proof.before.runs, proof.after.runs)
    asked: list[Data] = []
    for question, sides in list(pairs.items())[:_ANSWERS]:
        is_same, headers = judged.get(question, (False, ()))
        asked.append(
            {
                "question": one_line(question),
                "same": is_same,
                "headers": [shown(name) for name in headers],
                "sides": list(map(_answer, sides)),
            }
        )
    return asked


def _answer(answer: Answer | None) -> Data | None:
    if answer is None:
        return None
    return {
        "status": answer.status,
        "text": lines(answer.text),
        "error": _sentence(answer.error),
    }


def _foot(proof: Proof) -> list[str]:
    """How the proof was made, in a few words each."""
    facts = [claims.runs(proof)]
    if proof.seconds:
        facts.append(f"took {timing(proof.seconds)}")
    facts.append(shown(proof.engine))
    facts.append(day_and_time(proof.created))
    if proof.commit:
        commit = shown(proof.commit[:_ID])
        facts.append(f"commit {commit}")
    facts.append(shown(proof.id))
    return list(filter(None, facts))
