"""How fast an ignore file is matched: 100,000 paths in 10,000 directories against 50 patterns, beside pathspec.

pathspec matches as .gitignore does, so that its verdicts are others; it is what a Python program would take instead.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable
from itertools import islice

from pathspec import GitIgnoreSpec

from lightship.context.ignore import Ignore

WORDS = "config cache data model view index parse token stream buffer value error export string tests docs static".split()
DIRECTORIES = [
    *WORDS,
    *"build dist src lib utils core api web import node_modules __pycache__".split(),
]
ENDINGS = ".py .py .py .pyc .md .js .ts .tsx .css .json .html .txt .c .h .so .png .svg .yml .lock .log".split()
PATTERNS = """
.git .github .venv venv .tox .mypy_cache .ruff_cache .pytest_cache htmlcov .coverage Dockerfile .dockerignore build dist
compose*.yml *.md !README.md **/__pycache__ **/node_modules **/.DS_Store **/.env **/.env.* !**/.env.example **/.idea **/.vscode
**/*.pyc **/*.so **/*.log **/*~ **/*.sw[op] **/*.egg-info **/*test*.py **/model?.tsx **/coverage docs/** docs1/**/index*.html
src/**/tests src/**/tests/*_test.c lib/**/*.h core*/c?*.[ch] api/**/[a-m]*.json static/*/build web/**/dist
!web/**/dist/keep* data*/**/*.png **/cache[0-9]*/**/tmp token/stream*/buffer?/v*.[tj]s tests !tests/data*/** **/import*/export*
""".split()


def made_paths(files: int = 100_000, directories: int = 10_000) -> list[str]:
    random_ = random.Random(5)
    unique = {"": None}
    while len(unique) < directories:
        above = random_.choice(list(islice(unique, 60)))
        number = str(random_.randrange(40)) if random_.random() < 0.7 else ""
        unique[f"{above}{random_.choice(DIRECTORIES)}{number}/"] = None
    known = [*unique]
    names = (
        f"{random_.choice(WORDS)}{random_.randrange(1000)}{random_.choice(ENDINGS)}"
        for _ in iter(int, 1)
    )
    paths: dict[str, None] = {}
    while len(paths) < files:
        paths[random_.choice(known) + next(names)] = None
    return sorted(paths)


def seconds(work: Callable[[], Iterable[str]], runs: int = 5) -> tuple[float, int]:
    """The median time, and how many paths it gives."""
    times, count = [], 0
    for _ in range(runs):
        start = time.perf_counter()
        count = len(list(work()))
        times.append(time.perf_counter() - start)
    return statistics.median(times), count


def main() -> None:
    paths = made_paths()
    depth = statistics.mean(path.count("/") + 1 for path in paths)
    directories = len({path.rpartition("/")[0] for path in paths})
    print(
        f"{len(paths)} paths in {directories} directories, {depth:.1f} names each on average; {len(PATTERNS)} patterns"
    )
    ours, sent = seconds(lambda: Ignore.of(PATTERNS).sent(paths))
    print(f"lightship  {ours:.3f} s, sends {sent}")
    theirs, left = seconds(
        lambda: GitIgnoreSpec.from_lines(PATTERNS).match_files(paths, negate=True)
    )
    print(
        f"pathspec   {theirs:.3f} s, leaves {left}: {theirs / ours:.1f} times as long"
    )


if __name__ == "__main__":
    main()
