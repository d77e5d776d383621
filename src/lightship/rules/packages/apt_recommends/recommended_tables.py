"""Packages that need others which they only recommend, and those that rest on many of them.

Read in the package lists of Debian 12 and 13, the recommendations of all names in
recommended_sizes.py again on 2026-12-01 (`apt-cache show`): gcc recommends libc6-dev, without which
it compiles nothing; cmake recommends a compiler and make; xvfb recommends xauth, without which
xvfb-run stops;
git, curl's library and wget recommend ca-certificates, without which https fails; git recommends
openssh-client too, without which it reaches no repository over ssh. python3-pip
recommends build-essential and python3-dev, with which pip builds what has no wheel; gpg, on which
software-properties-common depends, recommends gpg-agent, without which add-apt-repository of
Ubuntu 22.04 cannot import a key. zip recommends unzip; git patch; npm git; autoconf automake;
qemu-system-x86 qemu-utils: that counts where a RUN or a script of the context calls them.

gpg alone recommends gnupg, with which gpg-agent comes, which holds secret keys, and dirmngr, which
fetches keys; golang the compiler for cgo; sshpass the client of ssh; Cyrus SASL its mechanisms;
python3, Debian's libpq and libcurl the certificates.
"""

from __future__ import annotations

from lightship.record import record
from lightship.regex import regex
from lightship.shell.build_tools import BRING_HEADERS

CERTIFICATES = "ca-certificates"


@record
class Need:
    """What `packages` cannot do their work without, and the packages that already depend on it.

    `commands` are what needs it, where that is not the package's whole work; `words` are what the
    Dockerfile says where it is needed.
    """

    packages: frozenset[str]
    needed: str
    brought_by: frozenset[str]
    commands: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


# Metapackages that depend on next to nothing, and recommend all that they are asked for (package
# lists of Debian 13: `Section: metapackages` with more Recommends than Depends)
MADE_OF_RECOMMENDED = regex(
    r"fonts-noto|(?:live-)?task-.*|libtask-.*|printer-driver-all|emacs-editing-major-modes"
    r"|(?:astro|debichem|education|electronics|games|gis|hamradio|junior|med|multimedia|pan|science)"
    r"-(?!data$)[a-z][a-z0-9+-]*"
    r"|fcitx-(?:frontend|table)-all|mate-desktop-environment(?:-extras)?"
)
# They recommend build-essential and python3-dev
# `pip` is a name that python3-pip provides
PIP = frozenset({"pip", "python3-pip", "python3-virtualenv", "virtualenv"})
# Since then they depend on setuptools, without which pip builds no package
WITH_SETUPTOOLS = (("Debian", "11"), ("Ubuntu", "20.04"))
# Commands and addresses that need the client of ssh
_OF_SSH = (
    "ssh-keyscan",
    "ssh-keygen",
    "ssh-add",
    "scp ",
    "git@",
    "ssh://",
    ".ssh/",
    "type=ssh",
)
_SSH_CLIENTS = frozenset({"ssh", "ssh-client", "openssh-server"})
_GNUPG = frozenset({"gnupg", "gnupg2"})
NEEDS = (
    Need(
        packages=frozenset({"cmake"}),
        needed="gcc",
        brought_by=frozenset({"gcc", "clang", "build-essential", "g++"}),
    ),
    Need(
        packages=frozenset({"cmake"}),
        needed="make",
        brought_by=frozenset({"make", "ninja-build", "build-essential"}),
    ),
    Need(
        packages=frozenset({"gcc", "gfortran", "cmake"}),
        needed="libc6-dev",
        brought_by=BRING_HEADERS,
    ),
    Need(
        packages=frozenset({"xvfb"}),
        needed="xauth",
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset({"software-properties-common"}),
        needed="gpg-agent",
        brought_by=frozenset({"gnupg", "gnupg2"}),
        commands=("add-apt-repository", "apt-add-repository"),
    ),
    Need(
        packages=frozenset({"git"}),
        needed="openssh-client",
        brought_by=_SSH_CLIENTS,
        words=_OF_SSH,
    ),
    Need(
        packages=frozenset({"zip"}),
        needed="unzip",
        brought_by=frozenset(),
        commands=("unzip",),
    ),
    Need(
        packages=frozenset({"git"}),
        needed="patch",
        brought_by=frozenset({"build-essential", "dpkg-dev", "quilt"}),
        commands=("patch",),
    ),
    Need(
        packages=frozenset({"yarn"}),
        needed="nodejs",
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset({"npm"}),
        needed="git",
        brought_by=frozenset({"git-core", "git-lfs"}),
        commands=("git",),
    ),
    # Which of them calls it, the script of a download says: `./bootstrap`
    Need(
        packages=frozenset({"autoconf"}),
        needed="automake",
        brought_by=frozenset({"automake", "automake1.11"}),
    ),
    Need(
        packages=frozenset({"qemu-system-x86"}),
        needed="qemu-utils",
        brought_by=frozenset(),
        commands=("qemu-img", "qemu-nbd"),
    ),
    Need(
        packages=frozenset({"gpg"}),
        needed="gpg-agent",
        brought_by=_GNUPG,
    ),
    Need(
        packages=frozenset({"gpg"}),
        needed="dirmngr",
        brought_by=_GNUPG,
        words=("recv-key", "keyserver"),
    ),
    Need(
        packages=frozenset({"golang", "golang-go"}),
        needed="gcc",
        brought_by=frozenset({"gcc", "clang", "build-essential", "g++", "gccgo"}),
    ),
    Need(
        packages=frozenset({"golang", "golang-go"}),
        needed="libc6-dev",
        brought_by=BRING_HEADERS,
    ),
    Need(
        packages=frozenset({"sshpass", "mercurial", "lftp"}),
        needed="openssh-client",
        brought_by=_SSH_CLIENTS,
        words=(*_OF_SSH, "sshpass", "sftp:"),
    ),
    Need(
        # What pip and others build with Rust is built by cargo: nothing has to call it here
        packages=frozenset({"rustc"}),
        needed="cargo",
        brought_by=frozenset({"rustup"}),
    ),
    # By libgeoip1, whose programs find no country without it
    Need(
        packages=frozenset({"geoip-bin", "libgeoip1", "libgeoip1t64", "libgeoip-dev"}),
        needed="geoip-database",
        brought_by=frozenset({"geoip-database-extra"}),
    ),
    Need(
        packages=frozenset({"procps"}),
        needed="psmisc",
        brought_by=frozenset(),
        commands=("killall", "pstree", "fuser"),
    ),
    Need(
        packages=frozenset({"mpich"}),
        needed="libmpich-dev",
        brought_by=frozenset(),
        words=("mpicc", "mpicxx", "mpif90", "mpi4py"),
    ),
    Need(
        packages=frozenset({"protobuf-compiler"}),
        needed="libprotobuf-dev",
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset({"poppler-utils", "libpoppler-cpp-dev"}),
        needed="poppler-data",
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset(
            {"libsasl2-2", "libsasl2-dev", "librdkafka1", "librdkafka-dev"}
        ),
        needed="libsasl2-modules",
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset({"libopencv-dev"}),
        needed="opencv-data",
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset({"krb5-user"}),
        needed="krb5-config",
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset({"composer"}),
        needed="unzip",
        brought_by=frozenset({"php-zip"}),
    ),
    Need(
        packages=frozenset(
            "composer curl git git-lfs libcurl3-gnutls libcurl4 libcurl4t64 libpq5 wget".split()
        ),
        needed=CERTIFICATES,
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset({"python3"}),
        needed=CERTIFICATES,
        brought_by=frozenset({"python3-pip", "python3-certifi", "python3-requests"}),
    ),
)
# Their work rests on packages that they only recommend: a sandbox and fonts, the tools that build
# packages, a certificate that the default site names, the compiler of what they install
RESTS_ON_RECOMMENDED = regex(
    r"chromium(?:-browser|-driver)?|google-chrome-.*|firefox(?:-esr)?|microsoft-edge-.*"
    r"|devscripts|equivs|git-buildpackage|debhelper|dh-.*|pbuilder|sbuild|apache2|luarocks"
    r"|r-(?:base(?:-core)?|cran-.*|recommended)|texlive.*|libreoffice.*|unoconv|afl|cpanminus"
    r"|ruby-full|snapd|flatpak|wine.*"
    # logrotate of tor, the client of docker.io in trixie, what updates suricata's rules
    r"|tor|docker\.io|suricata|libinsighttoolkit.*|cloudflare-warp"
    # buildx and compose of docker's own packages, the networks and file systems of containers
    r"|docker-ce(?:-cli)?|podman|buildah|skopeo|lxc"
    # desktops and screens for others; the decoders of images, films and documents
    r"|xfce4.*|lx(?:de|qt).*|mate-.*|gnome-.*|kde-.*|ubuntu-desktop.*|openbox|i3|fluxbox"
    r"|tigervnc-.*|tightvnc.*|x11vnc|xrdp|pulseaudio|mpv|vlc|inkscape|gimp|calibre|octave"
    r"|imagemagick.*|libmagick.*|graphicsmagick.*|libgraphicsmagick.*|ocrmypdf|yt-dlp|youtube-dl"
    # services with parts of their own
    r"|samba|postfix|exim4.*|dovecot-.*|mailutils|systemd|cups|postgis|fail2ban|openvpn"
    r"|wireguard(?:-tools)?|ansible|ant|cython3?|libguestfs-tools|virt-manager"
    # a compiler, or what a compiler links: dpkg-dev, which meson depends on, recommends gcc
    r"|dpkg-dev|flex|meson|opam|libglfw3-dev"
    # decoders of HEIF images, which libheif1 loads
    r"|libvips.*|libheif.*"
    # git and Go for its modules, a theme, programs that it calls, firmware, parts of its own
    r"|hugo|jekyll|pass|mafft|xdg-utils|leiningen|paraview|vagrant|spamassassin|syslog-ng.*"
    r"|qemu-system-(?!x86)\S+"
    # devices that compute, a compiler of C, TeX, what draws SVG, emulators and fonts
    r"|hashcat|nim|latexmk|dvipng|asciidoc|wkhtmltopdf|libvirt-daemon-system|graphviz"
    # what the libraries of other programs import where they are there
    r"|python3-(?:lxml|sklearn|matplotlib|flask|sqlalchemy|pandas|scipy|sphinx|django.*|odf|pyudev)"
)
