"""What recommendations weigh: packages of Debian with which hardly anything more is installed.

Counted on 2026-12-01 from the package lists of Debian 12 and 13, on a system that has the
essential packages, apt and ca-certificates: what `apt-get install NAME` takes more than with
--no-install-recommends is less than 5 MB in both releases. Manual pages do not count: slim images
leave them out. A name that is in no list is not known, and counts as one that brings much.
"""

from __future__ import annotations

from lightship.base_images.distributions import distribution_of
from lightship.base_images.full import packages_of_full
from lightship.build import Build, PackageInvocation
from lightship.facts.packages.apt import APT
from lightship.regex import regex

_BRING_LITTLE = frozenset(
    """
    2to3 acl adduser alsa-utils android-tools-adb apache2 apt-transport-https apt-utils
    aria2 attr autoconf automake autossh autotools-dev bash bash-completion bc
    bind9-host binutils bison brotli bsdextrautils bsdmainutils busybox busybox-static
    busybox-syslogd bzip2 ca-certificates ca-certificates-java cabextract ccache
    clang-format clinfo cmake-data coreutils cpio cppcheck curl dbus dbus-x11 debconf
    debconf-utils debian-archive-keyring debianutils default-mysql-client dh-python
    dialog dnsutils dos2unix dpkg dumb-init eatmydata ed espeak espeak-ng espeak-ng-data
    exiftool expat expect expect-dev fakeroot fd-find figlet file findutils flac
    fontconfig fontconfig-config fonts-dejavu fonts-dejavu-core fonts-droid-fallback
    fonts-font-awesome fonts-freefont-otf fonts-freefont-ttf fonts-lato fonts-liberation
    fonts-liberation2 fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core
    fonts-open-sans fonts-powerline fonts-roboto fonts-terminus fonts-wqy-zenhei
    freetds-bin freetds-common ftp fzf gawk gdbserver geoip-database gettext-base gh
    git-man gnupg gnupg2 gosu grep gsl-bin gzip haproxy htop ibverbs-providers
    ibverbs-utils ifupdown inetutils-traceroute infiniband-diags init-system-helpers
    inotify-tools intel-opencl-icd iproute2 ipset iptables iputils-ping
    iputils-tracepath isc-dhcp-client jbig2dec jq krb5-config lame ldap-utils less
    libaio-dev libaio1 libaio1t64 libasan8 libasound2 libasound2-dev libasound2t64
    libatlas-base-dev libatlas3-base libatomic1 libblas-dev libblas3 libbrotli-dev
    libbrotli1 libc-bin libc6 libc6-dev-arm64-cross libcairo2 libcap-dev libcap2
    libcap2-bin libcups2 libcurl3-gnutls libcurl4 libcurl4-gnutls-dev libcurl4-nss-dev
    libcurl4-openssl-dev libdav1d-dev libdb5.3-dev libdbus-1-3 libdrm2 libegl1
    libegl1-mesa libev-dev libevent-dev libexpat1 libffi-dev libfftw3-dev
    libfftw3-single3 libfmt-dev libfontconfig libfontconfig1 libfreetype6 libfreexl1
    libfribidi-dev libfribidi0 libgbm-dev libgbm1 libgcrypt20 libgeos-c1v5 libgeos-dev
    libgeos3.11.1 libgflags-dev libgif-dev libgif7 libgl1-mesa-glx libgles1 libgles2
    libgles2-mesa libglu1 libglvnd0 libgmp-dev libgmp10 libgmp3-dev libgnutls30 libgomp1
    libgoogle-glog-dev libgoogle-perftools-dev libgoogle-perftools4 libgpgme11
    libgpgme11t64 libgssapi-krb5-2 libhdf5-103 libibumad-dev libibumad3 libibverbs-dev
    libibverbs1 libidn12 libimage-exiftool-perl libimagequant-dev libjansson-dev
    libjbig0 libjemalloc-dev libjemalloc2 libjpeg-turbo-progs libjpeg62 libjpeg62-turbo
    libjson-c-dev libjxl-dev liblapack-dev liblapack-doc liblapack3 liblcms2-2
    liblcms2-dev libldap-common libldap-dev libldap2-dev liblept5 libleptonica-dev
    liblmdb-dev libltdl7 libluajit-5.1-dev liblz4-dev liblzma-dev libmagic-dev libmagic1
    libmariadb3 libmaxminddb0 libmlx4-1 libmlx5-1 libmp3lame-dev libmpc-dev libmpfr-dev
    libncurses5 libncursesw5 libncursesw6 libnghttp2-dev libnl-genl-3-200
    libnl-route-3-200 libnl-route-3-dev libnspr4 libnss-wrapper libnss3 libnss3-dev
    libnss3-tools libnuma1 libodbc1 libomp-dev libopenblas-dev libopenblas0-openmp
    libopengl0 libopenh264-dev libopenjp2-7 libopenjp2-7-dev libopus-dev liborc-dev
    libpam-modules libpam0g libpci3 libpcre2-8-0 libpcre3 libpixman-1-dev libpng16-16
    libpng16-16t64 libportaudio2 libpq-dev libpq5 libproj25 libprotobuf32 libpugixml1v5
    libpulse0 libpython3.11 libpython3.13 librdkafka-dev librdkafka1 librdmacm-dev
    librdmacm1 librdmacm1t64 libsasl2-modules libseccomp-dev libsm6 libsnappy-dev
    libsndfile1 libsndfile1-dev libsodium-dev libsodium23 libsox-dev libsox-fmt-all
    libspdlog-dev libspeex-dev libspeex1 libspeexdsp-dev libspeexdsp1 libsqlite3-0
    libsqlite3-mod-spatialite libssl-dev libssl3 libssl3t64 libstdc++-14-dev libstdc++6
    libsybdb5 libsystemd-dev libsystemd0 libtbbmalloc2 libtcl8.6 libtcmalloc-minimal4
    libtesseract-dev libtiff6 libtinfo5 libtinfo6 libtk8.6 libubsan1 libucx-dev libucx0
    libudev-dev libudev1 libudunits2-dev libusb-1.0-0 libusb-1.0-0-dev libuuid1
    libuv1-dev libv4l-dev libvncserver1 libvorbis-dev libvorbis0a libvpl-dev libvpx-dev
    libwayland-client0 libwayland-dev libwebp-dev libwebp7 libwebpdemux2 libwebpmux3
    libx11-6 libx11-dev libx11-xcb1 libx264-dev libx265-199 libx265-dev libxau6
    libxcb-shm0-dev libxcb-xfixes0-dev libxcb1 libxcb1-dev libxcomposite1 libxcursor1
    libxdamage1 libxdmcp6 libxext6 libxfixes3 libxfont2 libxi6 libxinerama1
    libxkbcommon0 libxml2 libxmlsec1 libxmlsec1-openssl libxrandr-dev libxrandr2
    libxrender-dev libxrender1 libxslt1.1 libxss1 libxtst6 libxv1 libxvidcore-dev
    libyaml-dev libzmq5 libzstd-dev libzstd1 lld lmodern locales locales-all login
    lsb-release lsof lua5.3 luajit lz4 lzma lzop m4 make man man-db manpages
    mariadb-client media-types mediainfo memcached mesa-va-drivers mesa-vulkan-drivers
    moreutils mosh multitail nano nasm ncat ncdu ncurses-bin net-tools netbase netcat
    netcat-openbsd netcat-traditional nftables nginx nginx-common nginx-full nginx-light
    ninja-build nmap ntpdate ocl-icd-libopencl1 odbcinst opencl-headers openexr
    openmpi-bin openssh-client openssl p7zip p7zip-full pandoc parted passwd patch
    patchelf pbzip2 pciutils perl php-cli php-pear pigz pinentry-curses pkg-config
    pkgconf portaudio19-dev postgresql-client procps proj-bin psmisc pv
    python-is-python3 python3 python3-cffi python3-cryptography python3-distutils
    python3-lxml python3-magic python3-numpy python3-openssl python3-packaging
    python3-pip-whl python3-psutil python3-psycopg python3-psycopg2 python3-requests
    python3-setuptools python3-shapely python3-six python3-socks python3-tk python3-venv
    python3-wheel python3-yaml rapidjson-dev rclone rdmacm-utils redis redis-server
    redis-tools ripgrep rsync runit s6 screen sed socat sox sqlite3 squashfs-tools
    ssl-cert strace stunnel4 subversion sudo supervisor swig systemd tar tcl tclsh
    tcpdump tcsh tdsodbc telnet tex-common tini tk tmux traceroute tree
    ttf-bitstream-vera tzdata tzdata-legacy unixodbc unixodbc-dev unzip usbutils
    util-linux uuid-runtime vim vim-tiny wait-for-it wget x11-apps x11-xkb-utils
    x11-xserver-utils xauth xclip xdotool xfonts-75dpi xfonts-base xfonts-cyrillic
    xfonts-scalable xmlsec1 xmlstarlet xsltproc xterm xxd xz-utils yasm yq zip zlib1g
    zsh zstd
    """.split()
)
# Where the headers of C are there already: before Debian 13 these recommend tools with a graphics
# library
_BESIDE_HEADERS = frozenset(
    """
    cmake default-libmysqlclient-dev dh-autoreconf g++ g++-multilib gcc gfortran
    libapr1-dev libaprutil1-dev libaugeas-dev libboost-filesystem-dev
    libboost-program-options-dev libboost-regex-dev libboost-system-dev libbz2-dev
    libc-dev libc6-dev libcpprest-dev libedit-dev libelf-dev libexif-dev libexpat-dev
    libexpat1-dev libfontconfig-dev libfreetype6-dev libfuse-dev libfuse3-dev
    libgdbm-dev libgnutls28-dev libgpgme-dev libhdf5-dev libicu-dev libjpeg-dev
    libjpeg62-turbo-dev libkrb5-dev libmariadb-dev libmatio-dev libmemcached-dev
    libmsgpack-dev libncurses-dev libncurses5-dev libncursesw5-dev libnetcdf-dev
    libnotify-dev libnuma-dev libopenexr-dev libpam0g-dev libpcap-dev libpcre2-dev
    libpcre3-dev libpng-dev libproj-dev libprotobuf-dev libpython3-dev libqpdf-dev
    libreadline-dev librsvg2-dev libsasl2-dev libselinux1-dev libsnmp-dev
    libsqlcipher-dev libsqlite3-dev libssh2-1-dev libtiff-dev libtiff5-dev
    libvncserver-dev libxml2-dev libxmlsec1-dev libxslt-dev libxslt1-dev libz-dev
    libzip-dev libzmq3-dev musl-dev ncurses-dev python3-dev tk-dev uuid-dev zlib1g-dev
    """.split()
)
# On what is made from buildpack-deps
_ON_FULL_IMAGES = frozenset(
    """
    apache2-dev apache2-ssl-dev build-essential certbot debhelper desktop-file-utils
    dirmngr dpkg-dev enchant-2 equivs gettext git git-core git-lfs gnupg-agent gnupg1
    gpg gpg-agent gstreamer1.0-plugins-good gstreamer1.0-tools hwloc imagemagick
    libass-dev libatk1.0-0 libcairo2-dev libcups2-dev libdbus-glib-1-2
    libdbus-glib-1-dev libdbusmenu-glib4 libdconf-dev libdconf1 libgconf-2-4
    libgconf2-dev libgd-dev libgdk-pixbuf2.0-0 libgdk-pixbuf2.0-bin libglib2.0-0
    libglib2.0-dev libgobject-2.0-0 libgsf-1-dev libgstreamer1.0-dev libgts-dev
    libharfbuzz-dev libharfbuzz0b libheif-dev libltdl-dev libmagickcore-dev
    libmagickwand-dev libopenslide-dev libpango-1.0-0 libpango1.0-0 libpango1.0-dev
    libpangocairo-1.0-0 libpangoft2-1.0-0 libpulse-dev librsvg2-bin librsvg2-common
    libtbb-dev libtbb12 libtool libtool-bin libzbar0 mercurial meson mime-support
    nfs-common openjdk-17-jdk-headless openjdk-17-jre-headless pango1.0-tools
    python3-minimal python3-pil shared-mime-info software-properties-common sshfs
    sshpass tesseract-ocr
    """.split()
)
# Images of gigabytes, in which 20 MB are nothing
_LARGE = (
    *("nvidia/cuda", "nvcr.io/", "pytorch/", "tensorflow/", "rayproject/", "rocm/"),
    *("intel/", "vllm/", "openmmlab/", "huggingface/", "continuumio/", "condaforge/"),
)
_HEADERS = frozenset(
    """build-essential g++ gcc gfortran libc-dev libc6-dev linux-libc-dev python3-dev
    zlib1g-dev""".split()
)
_LITTLE_FROM_DEBIAN = 13
# `python3.12-venv`, `gcc-14`, `postgresql-client-16`, `libglib2.0-0t64`
_NUMBERED = regex(
    r"(?P<before>python3|gcc|g\+\+|gfortran|postgresql-client)[.-][0-9]+(?P<after>-[a-z]+)?"
)
_TIME_64 = "t64"
# Of repositories whose packages recommend nothing, or next to nothing
_OF_NVIDIA = (
    "cuda-",
    "libcu",
    "libnccl",
    "libnpp",
    "libnvinfer",
    "libnvjpeg",
    "libnvrtc",
)
_OF_GOOGLE_CLOUD = ("google-cloud-cli", "google-cloud-sdk")


def brings_much(build: Build, call: PackageInvocation) -> bool:
    """Whether the recommendations of an install are worth leaving out, as far as is known."""
    does = call.does
    if does.reads_more:
        return True
    little = _light_packages(build, call)
    for package in does.packages:
        if package.kind != "registry":
            return True
        name = _plain(package.name)
        if name not in little and not _is_from_elsewhere(build, name):
            return True
    return False


def _light_packages(build: Build, call: PackageInvocation) -> frozenset[str]:
    """The packages that bring little, where the command stands."""
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    is_large = image is not None and image.name.startswith(_LARGE)
    if image is not None and (is_large or packages_of_full(image)):
        return _BRING_LITTLE | _BESIDE_HEADERS | _ON_FULL_IMAGES

    release = distribution_of(image) if image is not None else None
    is_new = (
        release is not None
        and release.product == "Debian"
        and int(release.version) >= _LITTLE_FROM_DEBIAN
    )
    if is_new or _has_headers(build, call):
        return _BRING_LITTLE | _BESIDE_HEADERS
    return _BRING_LITTLE


def _has_headers(build: Build, call: PackageInvocation) -> bool:
    """Whether an earlier install brings the headers of C."""
    start = call.command.span.start
    for earlier in build.packages(*APT, action="install"):
        if earlier.command.span.start >= start:
            return False
        if earlier.instruction not in build.shipped:
            continue
        names = {_plain(package.name) for package in earlier.does.packages}
        if not names.isdisjoint(_HEADERS):
            return True
    return False


def _is_from_elsewhere(build: Build, name: str) -> bool:
    """Whether a package is of a repository whose packages recommend nothing."""
    if name.startswith((*_OF_NVIDIA, *_OF_GOOGLE_CLOUD)):
        return True
    return name == "nodejs" and build.mentions("nodesource")


def _plain(name: str) -> str:
    """A name without the number of a version, and without an architecture."""
    name = name.partition(":")[0]
    numbered = _NUMBERED.fullmatch(name)
    if numbered is not None:
        return numbered["before"] + (numbered["after"] or "")
    return name.removesuffix(_TIME_64)
