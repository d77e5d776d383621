"""How much apt-get installs with packages of Debian that they only recommend.

Counted on 2026-12-01 from the package lists of Debian 12 and 13: what `apt-get install NAME` takes
more than with --no-install-recommends, in megabytes, the smaller of the two. Manual pages do not
count much: slim images leave them out. Only names of which it is 50 MB and a tenth of what is
installed anyway stand here; of a name that is in no list nothing is known, and nothing is said.
"""

from __future__ import annotations

from functools import cache

from lightship.base_images.full import packages_of_full
from lightship.base_images.reference import Reference
from lightship.base_images.underlying import release_under
from lightship.build import Build, PackageInvocation
from lightship.facts.packages.apt import APT
from lightship.facts.packages.bases_under import image_under, starts_with_compiler
from lightship.facts.packages.heavy_bases import is_on_gigabytes
from lightship.facts.stages.final_image import has_own_python
from lightship.record import record
from lightship.regex import regex

# On a slim image, beside a compiler and Python's headers, and on what is made from buildpack-deps
_SIZES = """
    ansible:56/53/52 apache2-dev:102/4/0 asciidoc:1775/1723/1667 blender:144/143/133
    cargo:523/445/391 chromium:240/180/157 chromium-driver:240/180/157
    clang:521/441/387 clojure:77/47/2 cmake:217/1/0 composer:63/55/0
    cython3:250/0/35 debhelper:103/4/0 default-jdk:68/68/36 default-jre:61/60/36
    devscripts:503/234/110 dh-make:103/4/0 dpkg-dev:263/0/0
    dvipng:608/570/532 emacs:126/96/91 emacs-nox:151/71/76 eog:828/782/697
    equivs:103/4/0 erlang:655/614/509 evince:53/52/31 fastqc:62/61/36
    ffmpeg:147/124/114 firefox-esr:337/305/290 flex:213/0/0 fonts-noto:711/711/711
    freecad:247/202/178 gimp:435/398/383 gnuplot:59/59/37 golang:270/0/0
    golang-go:270/0/0 gradle:51/50/6 gstreamer1.0-libav:314/290/280
    gstreamer1.0-plugins-bad:190/167/78 hashcat:467/411/356 httpie:362/0/35
    hugo:642/322/246 hydra:219/218/203 imagemagick:107/105/0 inkscape:143/144/123
    ipython3:590/319/278 jekyll:500/451/367 jupyter-notebook:814/545/505
    lammps:248/196/197 latexmk:636/593/555 leiningen:129/129/77
    libavcodec-dev:214/214/203 libavformat-dev:215/214/203 libavutil-dev:242/242/203
    libceres-dev:172/172/172 libfreetype6-dev:54/0/0 libgdal-dev:186/27/16
    libglfw3-dev:83/57/56 libglib2.0-0:52/52/0 libglpk-dev:203/172/172
    libgtk-3-dev:61/18/6 libgtk2.0-dev:341/48/19 libmagick++-dev:269/79/0
    libmagickwand-dev:269/79/0 libncurses5-dev:56/0/0 libncursesw5-dev:56/0/0
    libopencv-dev:214/207/192 libqt5gui5:161/158/126 libqt5widgets5:153/151/119
    libreoffice:1533/1462/1366 libreoffice-writer:904/804/717 libsdl2-2.0-0:71/65/2
    libsdl2-dev:67/15/2 libsuitesparse-dev:172/172/172 libswscale-dev:242/242/203
    libtool:61/6/0 libvips-dev:280/89/23 libvips42:78/77/13
    libvirt-daemon-system:860/801/762 lintian:270/4/2 llvm:475/384/330
    luarocks:245/18/1 lxde:1612/1581/1540 mafft:62/59/50 mc:62/28/0 meson:326/0/0
    mkdocs:94/84/83 mono-complete:67/18/1 mono-devel:52/18/0 mpich:412/142/103
    nim:386/55/0 npm:800/475/372 octave:536/520/491 octave-dev:541/520/491
    opam:432/381/279 openbox:115/115/101 openjdk-17-jdk:68/68/36
    openjdk-17-jre:61/60/36 openjdk-17-jre-headless:54/54/2
    openjdk-21-jdk:156/127/99 openjdk-21-jre:120/119/99 openscad:151/148/119
    openvpn:51/50/6 paraview:314/303/281 pass:546/494/355 pdftk:54/54/2
    podman:52/52/0 postgis:327/323/321 postgresql-server-dev-all:120/65/65
    pulseaudio:238/238/228 python3-opencv:193/192/179 python3-pandas:1470/1083/1056
    python3-pip:362/0/35 python3-pyqt5:152/149/118 python3-scipy:127/36/2
    python3-sklearn:264/208/138 python3-virtualenv:363/0/35
    qemu-system-arm:1130/1062/991 qemu-system-x86:756/688/617 qemu-utils:72/72/44
    qt6-base-dev:172/170/138 qtbase5-dev:187/185/153 r-base:836/521/427
    r-base-core:863/547/453 r-base-dev:482/421/384 ros-desktop:356/211/175
    rustc:541/461/405 samba:94/77/67 smbclient:64/32/39 spamassassin:298/77/41
    syslog-ng:73/40/28 tcl8.6-dev:239/0/0 texlive:662/619/580
    texlive-base:627/585/546 texlive-fonts-recommended:684/642/603
    texlive-latex-base:617/574/536 texlive-latex-extra:1000/961/922
    texlive-latex-recommended:617/574/536 texlive-xetex:996/956/917 tk-dev:240/0/0
    tk8.6-dev:240/0/0 unoconv:1046/974/878 vagrant:1494/1388/1260 valgrind:89/57/22
    virtinst:105/105/87 virtualenv:363/0/35 wireguard-tools:147/147/147
    wireshark:187/186/154 wkhtmltopdf:229/189/157 x11vnc:206/205/166
    xdg-utils:493/439/355 xfce4:631/577/564 zookeeper:61/60/36
    """
_MUCH = 50  # megabytes
# Of an image of gigabytes
_MUCH_IN_LARGE = 200
_COMPILERS = frozenset("build-essential g++ gcc".split())
# `clang-14`, `openjdk-17-jre`, `python3.12-venv`, `libglib2.0-0t64`
_NUMBERED = regex(
    r"(?P<before>python3|clang|llvm|postgresql|gcc|g\+\+)[.-][0-9]+(?P<after>-[a-z]+)?"
)
_TIME_64 = "t64"
_REMOVALS = frozenset(("purge", "remove", "autoremove", "auto-remove"))
_AUTOREMOVES = frozenset(("autoremove", "auto-remove"))
_FORGETS_RECOMMENDED = "apt::autoremove::recommendsimportant=false"


@record
class _Sizes:
    """What a package recommends, in megabytes, by what is there already."""

    slim: int
    beside_compiler: int
    full: int


def is_counted(name: str) -> bool:
    """Whether it is known what a package recommends, and that it is much."""
    return _plain(name) in _sizes()


def surplus(build: Build, call: PackageInvocation) -> int:
    """The megabytes that an install is known to take more than it is asked for; 0 if not many.

    What several packages recommend is much the same, so that it is that of the largest.
    """
    sizes = _sizes()
    names = {_plain(package.name) for package in call.does.packages}
    wanted = names & sizes.keys()
    if not wanted:
        return 0

    wanted = _newly_installed(build, call, wanted)
    image = _image_of(build, call)
    is_beside = has_compiler(build, call) or _names_compiler(build, call)
    most = 0
    for name in wanted:
        size = sizes[name]
        if image is None or release_under(image) is None:
            # What it has already is not known
            megabytes = min(size.slim, size.beside_compiler, size.full)
        elif packages_of_full(image):
            megabytes = size.full
        else:
            megabytes = size.beside_compiler if is_beside else size.slim
        most = max(most, megabytes)
    if most < _MUCH or (most < _MUCH_IN_LARGE and _is_large(build, call)):
        return 0
    return most


def _is_large(build: Build, call: PackageInvocation) -> bool:
    """Whether the image has gigabytes anyway: of its base image, or of PyTorch that it installs."""
    # Few installs get here
    from lightship.facts.installs.named_packages import installs_gigabytes  # noqa: PLC0415

    stage = build.dockerfile.stage_of(call.instruction)
    if stage is not None and is_on_gigabytes(build, stage):
        return True
    return installs_gigabytes(build)


def _image_of(build: Build, call: PackageInvocation) -> Reference | None:
    stage = build.dockerfile.stage_of(call.instruction)
    return image_under(build, stage) if stage is not None else None


def _newly_installed(
    build: Build, call: PackageInvocation, names: set[str]
) -> set[str]:
    """What of `names` was not there before, and stays."""
    # Few installs get here
    from lightship.rules.packages.apt_recommends.installed_before import (  # noqa: PLC0415
        installed_before,
    )

    stage = build.dockerfile.stage_of(call.instruction)
    if stage is not None and has_own_python(build, stage):
        # They belong to a second Python, and another rule says so
        names = {name for name in names if not _is_of_python(name)}
    before = set(map(_plain, installed_before(build, call)))
    return names - before - _removed_again(build, call)


@cache
def _sizes() -> dict[str, _Sizes]:
    sizes: dict[str, _Sizes] = {}
    for row in _SIZES.split():
        name, _, numbers = row.rpartition(":")
        slim, beside_compiler, full = map(int, numbers.split("/"))
        sizes[name] = _Sizes(slim, beside_compiler, full)
    return sizes


def has_compiler(build: Build, call: PackageInvocation) -> bool:
    """Whether this install or another one names a compiler, and it stays, or the image has one.

    What is installed after this call counts as well: the image has it in the end.
    """
    image = _image_of(build, call)
    if image is not None and packages_of_full(image):
        return True
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is not None and starts_with_compiler(build, stage):
        return True
    start = call.command.span.start
    for other in build.packages(*APT, action="install"):
        if other.instruction not in build.shipped:
            continue
        names = {_plain(package.name) for package in other.does.packages}
        if other.command.span.start > start:
            names -= _removed_again(build, other)
        if not names.isdisjoint(_COMPILERS):
            return True
    return False


def _names_compiler(build: Build, call: PackageInvocation) -> bool:
    """Whether the fix would have to name a compiler again, as the one that cmake recommends."""
    # Few installs get here
    from lightship.rules.packages.apt_recommends.recommended import needs  # noqa: PLC0415

    return any(needed in _COMPILERS for _, needed in needs(build, call))


def _removed_again(build: Build, call: PackageInvocation) -> set[str]:
    """The packages that the RUN removes again, together with what only they recommend."""
    removed: set[str] = set()
    cleans_up = False
    start = call.command.span.start
    for removal in build.packages(*APT, of=call.instruction):
        does = removal.does
        if removal.command.span.start < start or does.name not in _REMOVALS:
            continue
        is_automatic = does.name in _AUTOREMOVES
        if is_automatic or does.option("--auto-remove", "--autoremove"):
            cleans_up = True
            values = [value.lower() for value in does.values("--option", "-o")]
            if _FORGETS_RECOMMENDED in values:
                return {_plain(package.name) for package in call.does.packages}
        removed |= {_plain(word.value or "") for word in does.operands}
    return removed if cleans_up else set()


def _is_of_python(name: str) -> bool:
    return name.startswith("python3") or name in ("virtualenv", "cython3", "ipython3")


def _plain(name: str) -> str:
    """A name without the number of a version, and without an architecture."""
    name = name.partition(":")[0]
    numbered = _NUMBERED.fullmatch(name)
    if numbered is not None:
        return numbered["before"] + (numbered["after"] or "")
    return name.removesuffix(_TIME_64)
