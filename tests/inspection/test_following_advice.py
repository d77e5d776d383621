"""What following advice brings: the order of savings, their sum, and limits that stay kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from amounts import share_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from images import Made, file, layer, row, whiteout
from inspection.inspected import KB, MB, finding, ids, inspected

from lightship.inspection.gate import Allowance, Gate, judge
from lightship.inspection.inspection import FindingGroup, ImageFinding, Inspection
from lightship.inspection.own_waste import own_waste
from lightship.inspection.subjects import SUBJECTS
from lightship.lint.finding import Severity

BUILDKIT = "buildkit.dockerfile.v0"
BASE = row("/bin/sh -c #(nop) ADD file:1 in / ")

Entries = Mapping[str, Made]  # of a layer, by path


def image(base: Sequence[Entries], own: Sequence[Entries], **more) -> Inspection:
    """An image of layers of a base image and of a RUN each."""
    runs = [f"RUN step {at}" for at in range(len(own))]
    history = [BASE] * len(base)
    for run in runs:
        history.append(row(f"RUN /bin/sh -c {run[4:]} # buildkit", comment=BUILDKIT))
    layers = [layer(*entries.values()) for entries in (*base, *own)]
    lines = ["FROM debian:13" if base else "FROM scratch", *runs]
    dockerfile = "\n".join(lines) + "\n"
    return inspected(*layers, dockerfile=dockerfile, history=history, **more)


def entries(*made: Made) -> Entries:
    return {str(each.path): each for each in made}


def risks_first(found: Sequence[ImageFinding]) -> list[tuple[bool, int, int]]:
    ranks = []
    for each in found:
        is_risk = (
            each.group in (FindingGroup.SECRETS, FindingGroup.SECURITY)
            and each.severity >= Severity.WARNING
        )
        severity = each.severity if is_risk else 0
        saves = 0 if is_risk else each.saves or 0
        ranks.append((is_risk, severity, saves))
    return ranks


def test_a_note_that_saves_much_stands_before_a_warning_that_saves_little():
    found = inspected(
        layer(
            file("root/.cache/pip/a", 4 * MB),
            file("tmp/build", 53 * MB),
            file("app/main", 900 * MB // 9),
        )
    )
    assert ids(found) == ["temporary-files", "pip-cache"]
    assert finding(found, "temporary-files").severity is Severity.INFO
    assert finding(found, "pip-cache").severity is Severity.WARNING


def test_a_byte_of_two_findings_is_saved_once():
    found = inspected(
        layer(file("tmp/a/.git/objects/pack/x.pack", 2 * MB), file("tmp/b", MB))
    )
    sums = sum(each.saves or 0 for each in found.findings)
    assert sums == found.together.saves == 3 * MB

    same = b"same" * 500 * KB
    twice = inspected(
        layer(file("tmp/a", same), file("tmp/b", same), file("opt/c", same))
    )
    assert finding(twice, "temporary-files").saves == 2 * len(same)
    assert finding(twice, "duplicates").saves == 2 * len(same)
    assert twice.together.saves == 2 * len(same), (
        "of three copies one stays, and it is needed"
    )


def test_what_the_base_image_ships_is_not_saved_by_this_dockerfile():
    found = image(
        [entries(file("usr/share/doc/a", 106 * MB // 10), file("opt/x", 3 * MB))],
        [entries(file("usr/share/doc/b", 2 * MB)), entries(whiteout("opt/x"))],
    )
    docs = [each for each in found.findings if each.id == "documentation"]
    assert [(each.saves, each.in_base) for each in docs] == [
        (2 * MB, 0),
        (0, 106 * MB // 10),
    ]
    assert (
        docs[1].advice == "It comes from the base image (line 1): choose a smaller one."
    )
    removed = finding(found, "base-files-removed")
    assert (removed.saves, removed.in_base) == (0, 3 * MB)
    assert (found.together.saves, found.together.in_base) == (
        2 * MB,
        106 * MB // 10 + 3 * MB,
    )


def test_a_copy_of_a_base_file_for_its_owner_is_the_dockerfiles_own():
    base = entries(file("opt/x", b"x" * 3 * MB))
    found = image([base], [entries(file("opt/x", b"x" * 3 * MB, uid=5))])
    said = finding(found, "files-copied-for-metadata")
    assert (said.saves, said.in_base) == (3 * MB, 0)
    assert (found.together.saves, found.together.in_base) == (3 * MB, 0)


def test_the_first_install_on_a_base_image_has_to_rewrite_its_database():
    status = entries(file("var/lib/dpkg/status", 3 * MB))
    again = entries(file("var/lib/dpkg/status", 4 * MB))
    third = entries(file("var/lib/dpkg/status", 5 * MB))
    assert "package-databases-rewritten" not in ids(image([status], [again]))
    said = finding(image([status], [again, third]), "package-databases-rewritten")
    assert (said.saves, said.in_base) == (4 * MB, 0)


PATHS = (
    "a/x",
    "opt/y",
    "var/lib/apt/lists/x",
    "var/lib/dpkg/status",
    "root/.cache/pip/x",
    "usr/share/doc/x",
    "tmp/a.log",
    "app/.git/x",
)
SIZES = {"usr/share/doc/x": 1_100 * KB, "var/lib/dpkg/status": 1_200 * KB}
KINDS = ("file", "chmod", "whiteout")
LAYER = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(KINDS), max_size=5)
BASES = st.lists(LAYER, max_size=2)
RUNS = st.lists(LAYER, min_size=1, max_size=3)


def made(layers: Sequence[Mapping[str, str]]) -> list[Entries]:
    """Layers of which each file is new, or has the content of that below with another mode."""
    found: list[Entries] = []
    below: dict[str, bytes] = {}
    for at, kinds in enumerate(layers):
        now: dict[str, Made] = {}
        for path, kind in kinds.items():
            if kind == "whiteout":
                now[path] = whiteout(path)
                below.pop(path, None)
                continue
            new = b"%d" % at * (SIZES.get(path, 150_000) + at)
            content = below.get(path, new) if kind == "chmod" else new
            now[path] = file(path, content, mode=0o700 + 8 * at)
            below[path] = content
        found.append(now)
    return found


def made_of(base: Sequence[Mapping[str, str]], own: Sequence[Mapping[str, str]]):
    """The layers of a base image and those upon it."""
    layers = made([*base, *own])
    return layers[: len(base)], layers[len(base) :]


@settings(max_examples=share_of(100), deadline=None)
@given(BASES, RUNS)
def test_all_together_is_no_more_than_its_parts_and_no_less_than_the_largest(base, own):
    found = image(*made_of(base, own))
    total = found.together
    for sum_, parts in (
        (total.saves, [each.saves or 0 for each in found.findings]),
        (total.in_base, [each.in_base for each in found.findings]),
    ):
        assert max(parts, default=0) <= sum_ <= sum(parts)
    content = found.contents.content_bytes
    assert total.saves + total.in_base <= content
    own_bytes = sum(
        scan.content_bytes for scan in found.contents.stack.scans[len(base) :]
    )
    assert total.saves <= own_bytes


@settings(max_examples=share_of(100), deadline=None)
@given(BASES, RUNS)
def test_advice_is_in_order_and_all_its_places_are_there(base, own):
    found = image(*made_of(base, own))
    ranks = risks_first(found.findings)
    assert ranks == sorted(ranks, reverse=True)
    for each in found.findings:
        if each.saves is None:
            continue
        assert len(each.places) == each.count
        sizes = [place.size for place in each.places]
        assert sum(sizes) == each.bytes
        assert sizes == sorted(sizes, reverse=True)
        assert each.bytes >= SUBJECTS[each.id].least


Drop = tuple[int, str]  # a layer, and a path that it does not write


def dropped(
    found: Inspection, followed: Iterable[ImageFinding], bases: int
) -> set[Drop]:
    """What is not written where advice is followed."""
    gone: set[Drop] = set()
    metadata = {(item.layer, item.path): item.by for item in found.contents.waste}
    for each in followed:
        for place in each.places:
            path = place.path.decode()
            at = place.layer
            if each.id == "files-copied-for-metadata" and at < bases:
                at = metadata[at, place.path]
            gone.add((at, path))
    return gone


def without(
    layers: Sequence[Entries], gone: set[Drop], start: int = 0
) -> list[Entries]:
    return [
        {path: each for path, each in entries.items() if (at, path) not in gone}
        for at, entries in enumerate(layers, start)
    ]


def limits(found: Inspection) -> Gate:
    """The strictest limits that an image keeps: each is the figure itself."""
    contents = found.contents
    own = sum(item.size for item in own_waste(contents.waste, found.blame))
    seen = contents.content_bytes - contents.wasted_bytes
    whole = seen - found.together.needless + own
    denied = {each.id for each in found.findings}
    groups = {str(each.group) for each in found.findings if each.saves != 0}
    # What the base image ships is there all the same, where a copy of it no longer hides it
    names = {*SUBJECTS, *map(str, FindingGroup)} - {"base-files-removed"}
    return Gate(
        max_size=contents.content_bytes,
        max_waste=Allowance(share=own / whole * (1 + 1e-9) if whole else 0.0),
        max_increase=Allowance(0),
        deny=tuple(sorted(names - denied - groups)),
    )


def held(found: Inspection, gate: Gate) -> list[str]:
    """The limits that an image breaks."""
    outcomes = judge(found, gate, gate.max_size)
    return [
        f"{each.name} {each.limit}: {each.figure}"
        for each in outcomes
        if not each.passed
    ]


def in_bytes(found: Inspection, gate: Gate) -> Gate:
    own = sum(item.size for item in own_waste(found.contents.waste, found.blame))
    return replace(gate, max_waste=Allowance(own))


@settings(max_examples=share_of(150), deadline=None)
@given(BASES, RUNS, st.randoms(use_true_random=False))
def test_following_advice_breaks_no_limit_that_was_kept(base, own, choose):
    layers = made_of(base, own)
    before = image(*layers)
    saving = [each for each in before.findings if each.saves]
    followed = [each for each in saving if choose.random() < 0.6]
    gone = dropped(before, followed, len(base))
    after = image(layers[0], without(layers[1], gone, len(base)))

    assert after.contents.content_bytes <= before.contents.content_bytes
    gate = limits(before)
    assert held(before, gate) == [], "the strictest limits are kept before"
    assert held(after, gate) == []
    assert held(after, in_bytes(before, gate)) == []


@settings(max_examples=share_of(100), deadline=None)
@example(
    base=[
        dict.fromkeys(("a/x", "opt/y", "usr/share/doc/x"), "file"),
        {"a/x": "file", "usr/share/doc/x": "chmod"},
    ],
    own=[{"a/x": "file"}, {"a/x": "file"}],
)
@given(BASES, RUNS)
def test_removing_what_the_base_image_ships_breaks_no_limit(base, own):
    """It saves nothing, but people do it, and nothing gets worse by it."""
    layers = made_of(base, own)
    before = image(*layers)
    needless = [each for each in before.findings if each.in_base and not each.saves]
    removed: dict[str, Made] = {}
    for each in needless:
        for place in each.places:
            if place.layer < len(base) and each.group is FindingGroup.CONTENT:
                path = place.path.decode()
                removed[path] = whiteout(path)
    if not removed:
        return
    after = image(layers[0], [*layers[1], removed])
    gate = limits(before)
    assert held(after, gate) == []
    assert held(after, in_bytes(before, gate)) == []


def test_a_smaller_image_keeps_the_limit_of_waste_that_it_kept():
    """287 MB less, and 13 MB of the base image's files that a RUN removes: the audit's case, in kB."""
    base = entries(
        file("usr/share/doc/a", 13 * MB // 10), file("usr/lib/x", 50 * MB // 10)
    )
    tools = entries(file("tmp/tools", 287 * MB // 10), file("var/log/x", MB // 2))
    clean = entries(whiteout("var/log/x"))
    before = image([base], [tools, clean])
    docs = entries(whiteout("usr/share/doc/a"))
    after = image([base], [entries(file("var/log/x", MB // 2)), {**clean, **docs}])

    assert after.contents.wasted_bytes > before.contents.wasted_bytes
    assert after.contents.efficiency < before.contents.efficiency
    for limit in (Allowance(bytes=600_000), Allowance(share=0.1)):
        for found in (before, after):
            (outcome,) = judge(found, Gate(max_waste=limit))
            assert outcome.passed, outcome.figure
    assert "beside 1.30 MB of the base image" in outcome.figure


def test_a_group_denies_what_the_dockerfile_can_change():
    base = entries(file("usr/share/doc/a", 2 * MB))
    found = image([base], [entries(file("app/x", b"1"))])
    verdicts = {}
    for name in ("content", "all", "documentation"):
        (outcome,) = judge(found, Gate(deny=(name,)))
        verdicts[name] = [each for each in outcome.detail if "Documentation" in each]
    assert verdicts["content"] == verdicts["all"] == []
    assert len(verdicts["documentation"]) == 1
