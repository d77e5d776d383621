"""Inspections for the tests of pages: a small application, before and after it was put right."""

from __future__ import annotations

from array import array
from datetime import date

from images import contents, file, hardlink, layer, row, symlink, whiteout

from lightship.image.owners import UNOWNED, InstalledPackage, Owners
from lightship.inspection.compare_images import compare
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import (
    Blame,
    Confidence,
    Distribution,
    Duplicate,
    FindingGroup,
    FindingPlace,
    ImageFinding,
    Inspection,
    Together,
)
from lightship.lint.finding import Severity
from lightship.outcome import Outcome
from lightship.vulns.first_actions import Action, ActionKind
from lightship.vulns.flaw_difference import FlawDifference
from lightship.vulns.flaw_report import CopyAge, FlawReport
from lightship.vulns.flaw_summary import FlawSummary
from lightship.vulns.judged_package import JudgedPackage, PackageOrigin
from lightship.vulns.known_vulnerabilities import KnownFlaw
from lightship.vulns.matching import LookedUp
from lightship.vulns.merging import Vulnerability
from lightship.vulns.severity import RatedSeverity, Rating

SITE = "usr/local/lib/python3.13/site-packages"
DEBIAN = Distribution(
    "debian", "13", "trixie", "Debian GNU/Linux 13 (trixie)", date(2028, 8, 9)
)
INSTRUCTIONS = (
    ("FROM python:3.13", 1, Confidence.MATCHED),
    ("RUN apt-get update && apt-get install -y build-essential", 3, Confidence.EXACT),
    ("COPY . .", 5, Confidence.EXACT),
    ("RUN pip install -r requirements.txt", 6, Confidence.EXACT),
    ("RUN rm -rf .git && chown -R app /srv", 7, Confidence.LIKELY),
)
HOSTILE = (
    "srv/<img src=x onerror=alert(1)>",
    'srv/<a href="javascript:alert(1)">link<',
    "srv/<b>bold<",
    "srv/</script><script>alert(1)<",
    "srv/&lt;i&gt;",
    "srv/%{label}$x$",
    "srv/\u202egnp.exe",
    b"srv/\xff\xfe.bin",
)


def base() -> bytes:
    system = [
        file(f"usr/lib/x86_64-linux-gnu/lib{name}.so", 4000 + 900 * at)
        for at, name in enumerate("abcdefgh")
    ]
    return layer(
        file("etc/os-release", b'ID=debian\nVERSION_ID="13"\n'),
        *system,
        file("usr/bin/perl", 38000),
        hardlink("usr/bin/perl5.40", "usr/bin/perl"),
        symlink("bin", "usr/bin"),
        *(file(f"usr/share/doc/package{at}/copyright", 120 + at) for at in range(60)),
    )


def compilers() -> bytes:
    return layer(
        file("usr/bin/gcc", 41000),
        file("usr/lib/gcc/cc1", 96000),
        *(file(f"usr/include/header{at}.h", 300 + at) for at in range(40)),
        file("var/lib/apt/lists/example_Packages", 52000),
    )


def sources(*more: str | bytes) -> bytes:
    return layer(
        file("srv/app/main.py", 2400),
        file("srv/app/data.bin", 18000),
        file("srv/app/copy-of-data.bin", (b"same" * 4500)),
        file("srv/.git/objects/pack/pack-1.pack", 61000),
        file("srv/.env", b"TOKEN=1"),
        *(file(path, 1500) for path in more),
    )


def packages() -> bytes:
    numpy = [
        file(f"{SITE}/numpy/core/part{at}.so", 9000 + 500 * at) for at in range(12)
    ]
    return layer(
        *numpy,
        file(f"{SITE}/flask/app.py", 8000),
        file("root/.cache/pip/wheel.whl", 70000),
    )


def clean_up() -> bytes:
    return layer(
        whiteout("srv/.git"),
        file("srv/app/data.bin", 18000, uid=1000),
        file("srv/app/main.py", 2400, uid=1000),
    )


def owned(layers: int, read) -> Owners:
    known = (
        InstalledPackage("deb", "gcc-14", "14.2.0-19", 137000, 2, 1),
        InstalledPackage("deb", "libc6", "2.41-12", 60000, 8, 0),
        InstalledPackage("deb", "perl-base", "5.40.1-6", 38000, 1, 0),
        InstalledPackage("python", "numpy", "2.3.4", 141000, 12, 3),
        InstalledPackage("python", "Flask", "3.1.2", 8000, 1, 3),
    )
    starts = (
        b"usr/bin/gcc",
        b"usr/lib/x86",
        b"usr/bin/perl",
        f"{SITE}/numpy".encode(),
        f"{SITE}/flask".encode(),
    )

    def owner(path: bytes) -> int:
        if path.startswith(b"usr/lib/gcc"):
            return 0
        return next(
            (at for at, start in enumerate(starts) if path.startswith(start)), UNOWNED
        )

    columns = tuple(
        array("i", map(owner, scan.paths if scan else ())) for scan in read.stack.scans
    )
    return Owners(known, columns, 190000)


def blames(instructions) -> tuple[Blame, ...]:
    return tuple(
        Blame(at, text, "Dockerfile", line, line, sure, is_base=at == 0)
        for at, (text, line, sure) in enumerate(instructions)
    )


def findings(blame: tuple[Blame, ...]) -> tuple[ImageFinding, ...]:
    return (
        ImageFinding(
            "secret-in-layer",
            FindingGroup.SECRETS,
            Severity.ERROR,
            "srv/.env has a token",
            places=(FindingPlace(b"srv/.env", 7, 2, note="a token, line 1"),),
            count=1,
            blame=blame[2],
            rule="secret-file-copied",
            advice="Leave it out of the build context with .dockerignore, and revoke the token.",
        ),
        ImageFinding(
            "removed-later",
            FindingGroup.WASTE,
            Severity.WARNING,
            ".git is removed in a later layer, and still shipped",
            saves=61000,
            places=(
                FindingPlace(
                    b"srv/.git/objects/pack/pack-1.pack", 61000, 2, seen=False
                ),
            ),
            count=1,
            blame=blame[2],
            rule="needless-files-copied",
            advice="Leave it out of the build context with `.dockerignore`.",
        ),
        ImageFinding(
            "compilers-shipped",
            FindingGroup.CONTENT,
            Severity.INFO,
            "compilers are in the final image",
            saves=137000,
            estimated="the sizes of gcc's packages",
            count=42,
            blame=blame[1],
            rule="build-tools-in-final-stage",
            advice="Compile in a stage of its own, and copy what it made.",
        ),
        ImageFinding(
            "documentation",
            FindingGroup.CONTENT,
            Severity.INFO,
            "documentation and manual pages",
            saves=0,
            in_base=9000,
            count=60,
            blame=blame[0],
            rule="full-base-image",
            advice="It comes from the base image (line 1): choose a smaller one.",
        ),
    )


def inspected(*more: str | bytes) -> Inspection:
    """The application as it was; `more` are paths to add."""
    layers = (base(), compilers(), sources(*more), packages(), clean_up())
    read = contents(
        *layers,
        history=[row(text) for text, _, _ in INSTRUCTIONS],
        Env=["PATH=/usr/local/bin:/usr/bin", "API_TOKEN=never-shown", "LANG=C.UTF-8"],
        Cmd=["flask", "run"],
        Labels={"org.opencontainers.image.title": "app"},
    )
    blame = blames(INSTRUCTIONS)
    twice = Duplicate(18000, (b"srv/app/copy-of-data.bin", b"srv/app/data.bin"))
    outcomes = (
        Outcome("max-size", "1 MB", "778 kB", passed=True),
        Outcome(
            "max-waste",
            "50 kB",
            "81.4 kB",
            passed=False,
            detail=("61 kB of Dockerfile:5", "20.4 kB of Dockerfile:5"),
        ),
    )
    return Inspection(
        read,
        owned(len(layers), read),
        DEBIAN,
        blame,
        findings(blame),
        (twice,),
        outcomes,
        "Dockerfile",
        ("the database of rpm could not be read",),
        Together(170_000, 9000),
    )


def put_right() -> Inspection:
    """The same application with its findings seen to."""
    app = layer(
        file("srv/app/main.py", 2500, uid=1000),
        file("srv/app/data.bin", 18000, uid=1000),
    )
    instructions = (
        INSTRUCTIONS[0],
        ("COPY --from=build /venv /venv", 9, Confidence.EXACT),
        ("COPY --chown=app app app", 11, Confidence.EXACT),
    )
    numpy = [
        file(f"{SITE}/numpy/core/part{at}.so", 9000 + 500 * at) for at in range(12)
    ]
    read = contents(
        base(),
        layer(*numpy, file(f"{SITE}/flask/app.py", 8100)),
        app,
        history=[row(text) for text, _, _ in instructions],
        User="app",
        Env=["PATH=/usr/local/bin:/usr/bin", "API_TOKEN=another", "LANG=C.UTF-8"],
        Cmd=["flask", "run"],
    )
    owners = owned(3, read)
    kept = tuple(each for each in owners.packages if each.name != "gcc-14")
    shifted = tuple(
        array("i", (number - 1 if number > 0 else number for number in column))
        for column in owners.owner
    )
    return Inspection(read, Owners(kept, shifted, 40000), DEBIAN, blames(instructions))


def compared() -> Comparison:
    return compare(inspected(), put_right())


def flaw(name: str, rating: Rating, score: float, package: str) -> KnownFlaw:
    severity = RatedSeverity(rating, score)
    known = Vulnerability(name, (name,), (name,), "a <b>flaw</b>", severity, "2.0")
    origin = PackageOrigin(3, "Dockerfile:6")
    subject = JudgedPackage("python", package, "1.0", origin=origin)
    looked_up = LookedUp("PyPI", "", ((package, "1.0"),))
    return KnownFlaw(known, looked_up, (subject,))


def flaw_report() -> FlawReport:
    found = (
        flaw("CVE-2026-3", Rating.CRITICAL, 9.8, "numpy"),
        flaw("CVE-2026-1", Rating.HIGH, 7.5, "<img src=x>"),
        flaw("CVE-2026-2", Rating.MEDIUM, 5.0, "flask"),
    )
    packages = (("numpy", "1.0"),)
    upgrade = Action(
        ActionKind.UPGRADE, packages, "2.0", "Dockerfile:6", 1, 1, Rating.CRITICAL
    )
    return FlawReport(
        "app", 5, found, (), (upgrade,), CopyAge(1_795_000_000, 1_795_000_000)
    )


def flaws() -> FlawSummary:
    """What is known against the application as it was."""
    return FlawSummary(flaw_report(), "lightship vulns app")


def flaw_change() -> FlawDifference:
    """One is new, and two are gone."""
    report = flaw_report()
    return FlawDifference(report, report, report.findings[:1], report.findings[1:])
