"""Draws findings on public repositories to be read, and counts what their readers said.

    python scripts/precision_draw.py draw REPOSITORIES SHEETS
    python scripts/precision_draw.py count REPOSITORIES SHEETS > scripts/readings/N.toml

REPOSITORIES is a directory with one checkout in each directory below it, `owner+name`. `draw` lints
each as `lightship lint --no-config .` does, draws `--of` findings of each rule, at most `--at-most`
from one repository, and writes them into SHEETS: `findings.jsonl` has all of them, `sheet-N.md` what
one reader reads. A reader writes `verdicts-N.tsv` beside it, a line for each finding: its number, a
tab, `right`, `wrong` or `needless`, a tab, and the reason. precision.py says what the words mean.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lightship.files.search import is_dockerfile
from lightship.lint.registry import all_rules

VERDICTS = ("right", "wrong", "needless")
FINDINGS = "findings.jsonl"
Row = dict[str, Any]


def draw(repositories: Path, sheets: Path, options: argparse.Namespace) -> None:
    """Lint all repositories, and write what is to be read."""
    sheets.mkdir(parents=True, exist_ok=True)
    rows = list(lint_all(repositories))
    for number, row in enumerate(rows):
        row["number"] = number
    lines = [json.dumps(row) for row in rows]
    (sheets / FINDINGS).write_text("\n".join(lines) + "\n", encoding="utf-8")

    drawn = sample(rows, options.of, options.at_most, options.seed)
    for number, part in enumerate(shared_out(drawn, options.readers), 1):
        text = "\n".join(sheet(repositories, part))
        (sheets / f"sheet-{number}.md").write_text(text, encoding="utf-8")
    read = sum(map(len, drawn.values()))
    print(f"{len(rows)} findings of {len(drawn)} rules, {read} to be read")


def lint_all(repositories: Path) -> Iterator[Row]:
    """All findings, each with the repository that it is in."""
    folders = [folder for folder in sorted(repositories.iterdir()) if folder.is_dir()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for folder, run in zip(folders, pool.map(lint, folders), strict=True):
            if run.returncode not in (0, 1):
                print(f"{folder.name}: {run.stderr.strip()}", file=sys.stderr)
            for row in json.loads(run.stdout or "[]"):
                yield {**row, "repository": folder.name}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """`lightship lint` of a whole repository."""
    command = [sys.executable, "-m", "lightship", "lint", "--jobs", "1"]
    command += ["--no-config", "--format", "json", "."]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def sample(
    rows: Sequence[Row], wanted: int, at_most: int, seed: int
) -> dict[str, list[Row]]:
    """The findings to be read, by rule."""
    by_rule: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_rule[row["rule"]].append(row)

    drawn: dict[str, list[Row]] = {}
    for rule, found in sorted(by_rule.items()):
        # Each rule has its own order, which stays as it is when another rule changes
        chance = random.Random(f"{seed} {rule}")  # noqa: S311 - a draw that can be repeated
        order = chance.sample(found, len(found))
        drawn[rule] = list(spread(order, at_most))[:wanted]
    return drawn


def spread(rows: Iterable[Row], at_most: int) -> Iterator[Row]:
    """Those rows of which no repository has more than `at_most`."""
    taken: Counter[str] = Counter()
    for row in rows:
        if taken[row["repository"]] < at_most:
            taken[row["repository"]] += 1
            yield row


def shared_out(drawn: Mapping[str, list[Row]], readers: int) -> list[list[Row]]:
    """Parts of about the same size; the findings of a rule stay together."""
    parts: list[list[Row]] = [[] for _ in range(readers)]
    for rows in sorted(drawn.values(), key=len, reverse=True):
        min(parts, key=len).extend(rows)
    return parts


def sheet(repositories: Path, rows: Sequence[Row]) -> Iterator[str]:
    """What a reader reads: each finding with the lines around it."""
    for row in rows:
        place = f"{row['repository']}/{row['path']}:{row['start']['line']}"
        yield f"## {row['number']} {row['rule']} ({row['severity']})"
        yield f"{place}: {row['message']}"
        cures = [cure for cure in (row["fix"], *row["choices"]) if cure]
        for cure in cures:
            yield f"= {cure['safety']} fix: {cure['message']}"
        for build in row["builds"]:
            yield f"build: {build}"
        yield "```"
        yield from excerpt(repositories / row["repository"] / row["path"], row)
        yield "```"
        yield ""


def excerpt(path: Path, row: Row) -> Iterator[str]:
    """The lines of a finding, with two before and two after."""
    try:
        lines = path.read_text(errors="replace", encoding="utf-8").split("\n")
    except OSError as error:
        lines = [str(error)]
    first = max(row["start"]["line"] - 3, 0)
    last = min(row["end"]["line"] + 2, first + 30)
    for number, line in enumerate(lines[first:last], first + 1):
        yield f"{number:4} {line[:200]}"


def count(repositories: Path, sheets: Path) -> Iterator[str]:
    """readings/N.toml: the figures of each default rule, and the repositories."""
    lines = (sheets / FINDINGS).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    by_number = {row["number"]: row for row in rows}
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for number, verdict in read_verdicts(sheets):
        verdicts[by_number[number]["rule"]][verdict] += 1

    yield "# Figures of docs/precision.md; precision_draw.py prints them."
    for rule in all_rules():
        if not rule.default:
            continue
        found = [row for row in rows if row["rule"] == rule.id]
        said = verdicts[rule.id]
        yield f"\n[rules.{rule.id}]"
        yield f"found = {len(found)}"
        yield f"files = {len({(row['repository'], row['path']) for row in found})}"
        yield f"read = {said.total()}"
        yield f"wrong = {said['wrong']}"
        yield f"needless = {said['needless']}"
    yield "\n[repositories]"
    for name, files in sorted(dockerfiles(repositories).items()):
        yield f'"{name}" = {files}'


def read_verdicts(sheets: Path) -> Iterator[tuple[int, str]]:
    """The number of each finding that was read, and the verdict."""
    for path in sorted(sheets.glob("verdicts-*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip():
                continue
            number, verdict, *_ = line.split("\t")
            if verdict not in VERDICTS:
                raise SystemExit(f"{path.name}: unknown verdict {verdict}: {line}")
            yield int(number), verdict


def dockerfiles(repositories: Path) -> dict[str, int]:
    """How many Dockerfiles the commit of each repository has, by `owner/name`."""
    counts: dict[str, int] = {}
    for folder in sorted(repositories.iterdir()):
        if folder.is_dir():
            # Of the commit: a checkout may have no index
            command = ["git", "-C", str(folder), "ls-tree", "-r", "-z", "--name-only"]
            command.append("HEAD")
            listed = subprocess.run(
                command, capture_output=True, text=True, check=True, encoding="utf-8"
            )
            names = [path.rpartition("/")[2] for path in listed.stdout.split("\0")]
            counts[folder.name.replace("+", "/")] = sum(map(is_dockerfile, names))
    return counts


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("draw", "count"))
    parser.add_argument("repositories", type=Path)
    parser.add_argument("sheets", type=Path)
    parser.add_argument("--of", type=int, default=20)
    parser.add_argument("--at-most", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--readers", type=int, default=8)
    options = parser.parse_args()
    if options.action == "draw":
        draw(options.repositories, options.sheets, options)
    else:
        print("\n".join(count(options.repositories, options.sheets)))


if __name__ == "__main__":
    main()
