"""How many findings on public Dockerfiles were read, and how many were wrong or needless; docs.py makes docs/precision.md of it.

Two kinds of readings are counted. precision.toml has that of the repositories which the rules were developed with, by those
who wrote them: a table for each rule with `found` (findings), `files` (Dockerfiles with one), `drawn_from` (with at
most three of a repository), `read`, `wrong`, `note`; and under `repositories` how many Dockerfiles each gave.
readings/N.toml have those of repositories which nobody had looked at, by readers who did not write the rules: what
precision_draw.py prints, with `needless` beside `wrong`. The last one tells of the rules as they are; by the earlier ones
they were mended. fixes_built.tsv has what fixes_built.py came to, read by eye.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lightship.lint.rule import Rule

FIGURES = Path(__file__).with_suffix(".toml")
HELD_OUT = sorted((FIGURES.parent / "readings").glob("*.toml"))
BUILT = FIGURES.with_name("fixes_built.tsv")
ABOUT = """Public repositories of Python projects, each Dockerfile judged by the default rules, as the files of its repository
build it. Of each rule's findings 20 were drawn at random, at most three from one repository, and read beside the
Dockerfile and its project; all, where there are fewer. **Wrong** is a finding whose statement is false, or whose advice
would break or worsen the image. **Needless** is one that is true, but that an experienced reviewer would wave away: it
speaks of what is meant, repeats another finding, or gains nothing."""
READINGS = """The **held-out** repositories' findings were looked at by nobody before, and 846 of them, at most 20 of a rule, were read on
2026-12-03 by six readers who did not write the rules. More than a third are well-known projects or belong to organisations; the others were found by words of their names and by
common paths of Dockerfiles. **The goal is at most 2 % wrong and 5 % needless**; it is missed. It was read faster
than in earlier readings: each finding beside its Dockerfile, and only the doubtful ones beside all of the project. That flatters the figures, most of all those of root-user,
end-of-life-image and shell-form-command. Four findings are not counted: they name files of more than 4 MB that the stored copies lack.

The 39 wrong ones are 30 pairs of a repository and a rule (of 618 pairs read, 4.9 %). Seven say that apt asks a question where there is no apt, no index or nothing to remove; four are mounts that only
buildah has; three follow from a package manager that the image lacks, which is reported itself. **42 of the 91 needless ones are of one cause: Dockerfiles that tests of a checker read as data**,
39 of them in one repository; a search passes over these now. Without them 35 of 797 (4.4 %) are wrong and 49 (6.1 %) needless. Six more are of a Dockerfile that is faulty on purpose. What was named was mended afterwards, as far as CHANGELOG.md has it, which has not been read again on others.
49 % of the Dockerfiles have a finding that fails a first run (the goal is at most 60 %), and the median is 2 findings. Rare rules weigh as much as frequent ones in the sample. The rules were **developed** with other
repositories: a rule with more than 1 in 20 wrong there was mended and read again by its authors, or left the default set, so these
figures flatter. Rules without findings are held by their examples alone. Rules of the theme `ci` judge workflows and other files of CI, and
are not in these figures."""
CI = """The rules of the theme `ci` were developed with 338 files of CI of 211 repositories, and afterwards with the 105 of another 258 repositories that build in CI. In the
258 repositories drawn for the twelfth reading, of which 93 build in CI, 80 findings were made; 72 of them, at most four of a repository, were read on 2026-12-03 by a reader who
did not write the rules: **5 were wrong (6.9 %), 17 needless (23.6 %).**

| | findings read | wrong | needless |
|---|--:|--:|--:|
| `build-cache-missing` | 51 | 3 | 13 |
| `cache-scope-shared` | 16 | 0 | 4 |
| `cache-written-for-nobody` | 3 | 1 | 0 |
| `cache-export-unsupported` | 1 | 0 | 0 |
| `inline-cache-not-pushed` | 1 | 1 | 0 |

Two of the wrong ones are of builds that cannot run (a Dockerfile that is missing, one with a syntax error), two of a wheel that the job makes and a `COPY` above the slow `RUN`
brings, and one of an action whose callers differ in `push`. Six of the needless ones would save seconds or a small part of the build; the others are of builds that hardly
ever run or whose cache would be stale (scheduled, manual, one for each release, a moving base that is pulled, images that are only scanned), of images that share their slow
layers, or of a base that is larger than GitHub's quota. What was named was mended on the same day, as far as CHANGELOG.md has it.

Later on that day one who had mended part of it read 60 of 74 findings in the 304 repositories of the thirteenth reading, at most four of a repository: 3 were wrong (5.0 %), 12 needless
(20.0 %). These were mended too, but for one, and have not been read again on others.

Earlier readings: on 2026-12-02, of 81 findings in 375 repositories, 10 wrong (12.3 %) and 8 needless (9.9 %), mostly a cache where a `RUN` clones a branch or installs the newest release,
so that old code would ship for good; on 2026-12-01, of 88 findings in 253 repositories, 9 wrong (10.2 %) and 12 needless (13.6 %), mostly of a `RUN` below a
copy of the sources or below the commit, which runs again with any cache. What was named was mended before the next one."""
EARLIER = """Earlier the rules as they were then were read in the same way on other repositories, and what was named was
mended before the next reading. The repositories of the first four readings were found by common paths of Dockerfiles; from the fifth on a third to a
half are well-known projects, whose images are less alike. In the tenth 51 % of the Dockerfiles had a finding that fails a first run:"""

FIXES = """All hunks that `fix --unsafe-fixes --diff .` made in 147 repositories of Python projects that nobody had used before, 701 in 107 of
them, were read on 2026-12-03 by two readers who did not write them, each beside its project. **In 145 repositories nothing would break, and in 2 (1 in 74)
an unsafe fix would break something**; no safe one would. needless-files-copied leaves out a `node_modules` that git has and pages load
(smicallef/spiderfoot); secret-file-copied leaves out a key that a sample of settings names by its place in the image, for a login that is off there
(GSA/inventory-app). **The goal is 1 in 200.** Both are mended. 17 diffs were called ugly, most for a comment that speaks of something else afterwards;
their causes are mended, each with its test, which has not been read again on others. 26 further repositories were read by the one who had mended those: of
63 hunks in 19 of them none would break for sure, and 2 diffs were ugly (a comment in plain words that stays where its package leaves; `COPY` for two of three
`ADD`, which the builds of the third do not allow). One names `postgres:18` for `postgres`, which would break the data of a newer one: it is a choice now.
The reading before, of 584 hunks in 176 repositories, had 1 break: a download from a branch, whose file is gone there, stops the build
with `-f`, where it went on with an error page; it is a choice now.
Before that, each unsafe fix was made to ask for evidence: none on a base image that ended three years ago, tests and documents are left out only where nothing
names them, a slim base only where all pins have wheels, options only for versions that have them. In the 112 repositories of the ninth reading that costs 38
of 550 fixes. In 47 further repositories of the tenth one reader, who also mended, found 1 break and 4 that only a build could tell; these are mended.
Earlier readings, each of other repositories: 13 of 50 would break (1 in 4), then 24 of 248 (1 in 10), 12 of 236 (1 in 20), 6 of 190
(1 in 32), 4 of 147 (1 in 37), 8 of 222 (1 in 28), and 7 of 126 (1 in 18, many images of 2015 to 2020)."""

STARTED = """`python scripts/fixes_built.py LIST SOURCE... --out OUT` copies public repositories, builds the image that `lightship builds`
names first, or the one that the list names, fixes its Dockerfile with `fix --unsafe-fixes`, builds it again, and starts both without a
network, with the command, environment and named volumes of their compose file. Whether it still runs or how it ends, its log, the answers
to `GET /` at its ports, its health check and the files that it writes must be the same. The repositories are known ones, chosen because
their packages install in minutes; what does not build unchanged is left out. The base images are stand-ins made of Debian's and Ubuntu's
packages, with the Python that the Dockerfile names or the next one (3.9 for older ones, 3.11 for 3.10): no registry could be reached.
What the script called broken or could not tell was read by eye. **Ends as before** is an image that needs arguments, a database or another service, and ends
with the same exit code and log: what it would do afterwards has not been seen."""


def figures() -> Mapping[str, Any]:
    """What precision.toml says."""
    return tomllib.loads(FIGURES.read_text(encoding="utf-8"))


def held_out() -> Sequence[Mapping[str, Any]]:
    """What the files readings/N.toml say, the first reading first."""
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in HELD_OUT]


def built() -> Sequence[Mapping[str, str]]:
    """The rows of fixes_built.tsv: `repository`, `dockerfile`, `verdict`, `rules`, `note`."""
    with BUILT.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def page(rules: Sequence[Rule], generated: str) -> str:
    """docs/precision.md."""
    developed = figures()
    *earlier, held = held_out()
    rows = [generated, "# Precision", "", ABOUT, "", _result(held), "", READINGS, ""]
    rows += [CI, ""]
    rows += [EARLIER, "", *(f"* {_result(reading)}" for reading in earlier), ""]
    rows += [
        "| rule | held out: findings | read | wrong | needless | developed: findings | read | wrong | note |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    rows += [
        _row(rule, held["rules"].get(rule.id, NOTHING), developed["rules"][rule.id])
        for rule in rules
        if rule.id in developed["rules"]
    ]
    rows += ["", "## Fixes", "", FIXES]
    rows += ["", "### Built and started", "", STARTED, ""]
    rows += _started(built())
    rows += ["", "## Held-out repositories", ""]
    rows += ["With the number of Dockerfiles that each gave.", ""]
    rows += _repositories(held["repositories"])
    rows += ["", "## Held-out repositories of the earlier readings", ""]
    rows += _repositories(
        {
            name: number
            for reading in earlier
            for name, number in reading["repositories"].items()
        }
    )
    rows += ["", "## Repositories that the rules were developed with", ""]
    rows += _repositories(developed["repositories"])
    return "\n".join(rows) + "\n"


NOTHING = {"found": 0, "read": 0, "wrong": 0, "needless": 0}


def total(rules: Mapping[str, Mapping[str, int]], name: str) -> int:
    """The sum of a figure over all rules."""
    return sum(row[name] for row in rules.values())


def weighted(rules: Mapping[str, Mapping[str, int]], name: str) -> float:
    """The share among all findings that the shares of the rules come to."""
    rows = [row for row in rules.values() if row["read"]]
    found = sum(row["found"] for row in rows)
    return sum(row["found"] * row[name] / row["read"] for row in rows) / found


def _result(held: Mapping[str, Any]) -> str:
    rules, repositories = held["rules"], held["repositories"]
    read = total(rules, "read")
    shares = [
        f"{100 * total(rules, name) / read:.1f} %" for name in ("wrong", "needless")
    ]
    return (
        f"**{len(repositories)} held-out repositories with {sum(repositories.values()):,} Dockerfiles: "
        f"of {total(rules, 'found'):,} findings {read:,} were read; {total(rules, 'wrong')} were wrong ({shares[0]}), "
        f"{total(rules, 'needless')} needless ({shares[1]}).** Weighted by how often each rule speaks: "
        f"{100 * weighted(rules, 'wrong'):.1f} % and {100 * weighted(rules, 'needless'):.1f} %."
    )


def _started(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """How many verdicts of each kind there are, and all that were built."""
    counts = Counter(row["verdict"] for row in rows)
    kinds = [f"{kind} {number}" for kind, number in counts.most_common()]
    repositories = len({row["repository"] for row in rows})
    yield f"**{len(rows)} images of {repositories} repositories were built and started on 2026-12-01: {', '.join(kinds)}.**"
    yield ""
    yield "| repository | Dockerfile | after the fixes | fixes | note |"
    yield "|---|---|---|---|---|"
    for row in sorted(rows, key=lambda row: row["repository"].lower()):
        name = row["repository"]
        cells = [
            f"[{name}](https://github.com/{name})",
            f"`{row['dockerfile']}`",
            row["verdict"],
            row["rules"].replace(" ", ", "),
            row["note"],
        ]
        yield f"| {' | '.join(cells)} |"


def _row(rule: Rule, held: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    name = f"[{rule.id}](rules/{rule.id}.md)" + ("" if rule.default else " (off)")
    figures = [held[name] for name in ("found", "read", "wrong", "needless")]
    figures += [row[name] for name in ("found", "read", "wrong")]
    cells = [name, *map(str, figures), row.get("note", "")]
    return f"| {' | '.join(cells)} |"


def _repositories(found: Mapping[str, int]) -> Iterator[str]:
    for name, number in sorted(
        found.items(), key=lambda item: (-item[1], item[0].lower())
    ):
        yield f"- [{name}](https://github.com/{name}) {number}"
