"""What the page of a proof says, as plain data for its script: words are made here, lengths there."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from lightship.inspection.phrases import one_line
from lightship.proof.proof import Answer, Fact, Figure, Group, Measured, Proof, Share
from lightship.report.kit.html.text import lines, shown
from lightship.report.proof import claims, figure_phrases
from lightship.report.proof.html.change import change_rows
from lightship.report.proof.html.tree import directories, layers
from lightship.report.proof.steps import Step, first_builds
from lightship.wording.dates import day_and_time
from lightship.wording.durations import timing

_VALUES = 200  # of a figure that are drawn
_SENTENCE = 600  # characters
_ANSWERS = 50


def proof_page(proof: Proof) -> dict[str, Any]:
    """All parts of the page; what there is nothing of is empty."""
    return {
        "kind": "proof",
        "verdict": str(proof.verdict.kind),
        "summary": shown(claims.summary(proof), _SENTENCE),
        "reasons": [shown(each, _SENTENCE) for each in proof.verdict.reasons],
        "sides": [
            shown(side.source) or "unnamed" for side in (proof.before, proof.after)
        ],
        "groups": [group for name in Group if (group := _group(proof, name))["rows"]],
        "spread": figure_phrases.SPREAD,
        "build": first_builds(proof)[0],
        "steps": _builds(proof),
        "maps": [_map(side) for side in (proof.before, proof.after)],
        "change": change_rows(proof.diff, proof.shares),
        "columns": [
            shown(figure_phrases.name(each)) for each in claims.parts(proof.shares)
        ],
        "shares": [_share(share, claims.parts(proof.shares)) for share in proof.shares],
        "answers": _answers(proof),
        "outcomes": [_outcome(each) for each in proof.outcomes],
        "notes": [shown(note, _SENTENCE) for note in proof.notes],
        "foot": _foot(proof),
    }


def _group(proof: Proof, group: Group) -> dict[str, Any]:
    figures = [_figure(each) for each in proof.figures if each.group is group]
    return {
        "name": str(group),
        "rows": figures + [_fact(each) for each in proof.facts if each.group is group],
    }


def _change(each: Figure | Fact) -> dict[str, Any]:
    sign, word, _ = figure_phrases.SIGNS[each.change]
    note = shown(each.note, _SENTENCE)
    return {
        "name": shown(figure_phrases.name(each)),
        "change": str(each.change),
        "sign": sign,
        "word": word,
        "note": note,
    }


def _figure(each: Figure) -> dict[str, Any]:
    sides = [_values(each, found) for found in (each.before, each.after)]
    return _change(each) | {
        "kind": "figure",
        "said": figure_phrases.said(each),
        "sides": sides,
    }


def _values(figure: Figure, found: Sequence[float]) -> dict[str, Any]:
    """The median and all values, as numbers and as words."""
    drawn = [
        [max(value, 0.0), figure_phrases.amount(value, figure.unit)]
        for value in found[:_VALUES]
    ]
    middle = max(median(found), 0.0) if found else None
    return {
        "median": middle,
        "text": figure_phrases.values(figure, found),
        "values": drawn,
    }


def _fact(each: Fact) -> dict[str, Any]:
    sides = [shown(text, _SENTENCE) for text in (each.before, each.after)]
    return _change(each) | {"kind": "fact", "sides": sides}


def _builds(proof: Proof) -> list[dict[str, Any]]:
    """The steps of one build of each version, stage by stage; only where one of them has some."""
    _, *sides = first_builds(proof)
    texts = [{step.text for step in side} for side in sides]
    built = [_build(side, texts[1 - at]) for at, side in enumerate(sides)]
    return built if any(each["lanes"] for each in built) else []


def _build(found: Sequence[Step], others: set[str]) -> dict[str, Any]:
    lanes: dict[str, list[dict[str, Any]]] = {}
    for step in found:
        row = {
            "text": shown(step.text, _SENTENCE),
            "start": step.start,
            "seconds": step.seconds,
        }
        more = {
            "cached": step.cached,
            "only": step.text not in others,
            "time": timing(step.seconds),
        }
        lanes.setdefault(step.stage, []).append(row | more)
    ends = [step.start + step.seconds for step in found]
    stages = [{"stage": shown(stage, 60), "steps": row} for stage, row in lanes.items()]
    return {
        "lanes": stages,
        "end": max(ends, default=0.0),
        "total": timing(max(ends, default=0.0)),
    }


def _map(side: Measured) -> dict[str, Any]:
    shape = side.shape
    if shape is None:
        return {"total": "", "directory": [], "layer": []}
    total = figure_phrases.amount(shape.content, "bytes")
    return {"total": total, "directory": directories(shape), "layer": layers(shape)}


def _share(share: Share, columns: Sequence[Figure]) -> dict[str, Any]:
    found = [
        None if share.failed else claims.part(share, column.key) for column in columns
    ]
    parts = [
        {"text": figure_phrases.brief(each), "change": str(each.change)}
        if each
        else None
        for each in found
    ]
    return {
        "title": shown(share.title, _SENTENCE),
        "rule": shown(share.rule),
        "failed": shown(share.failed, _SENTENCE),
        "parts": parts,
    }


def _answers(proof: Proof) -> list[dict[str, Any]]:
    """What each question was answered, in the last run of each version, as the facts compare it."""
    found: dict[str, list[Answer | None]] = {}
    for at, side in enumerate((proof.before, proof.after)):
        for answer in side.runs[-1].answers if side.runs else ():
            found.setdefault(answer.question, [None, None])[at] = answer
    return [_asked(question, pair) for question, pair in list(found.items())[:_ANSWERS]]


def _asked(question: str, pair: Sequence[Answer | None]) -> dict[str, Any]:
    same = pair[0] is not None and pair[0] == pair[1]
    return {
        "question": one_line(question),
        "same": same,
        "sides": [_answer(each) for each in pair],
    }


def _answer(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "status": answer.status,
        "text": lines(answer.text),
        "error": shown(answer.error, _SENTENCE),
    }


def _outcome(each: Any) -> dict[str, Any]:
    found = {
        name: shown(getattr(each, name), _SENTENCE)
        for name in ("name", "limit", "figure")
    }
    return found | {
        "passed": each.passed,
        "detail": [shown(row, _SENTENCE) for row in each.detail],
    }


def _foot(proof: Proof) -> list[str]:
    took = f"took {timing(proof.seconds)}" if proof.seconds else ""
    commit = f"commit {shown(proof.commit[:10])}" if proof.commit else ""
    facts = (
        claims.runs(proof),
        took,
        shown(proof.engine),
        day_and_time(proof.created),
        commit,
        shown(proof.id),
    )
    return list(filter(None, facts))
