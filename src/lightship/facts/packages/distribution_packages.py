"""Which packages the releases of Debian and Alpine have.

Debian: read on 2026-12-01 in the package lists of Debian 12 and 13 (main and its security updates,
amd64). A name counts where a package has it, or where exactly one package provides it: both can be
installed. The names are a choice of what Dockerfiles often install, not all that there is: a name
in no table is not known. Names that other package sources have too, such as yarn, are left out.

Alpine: its package lists were not read. The names are those that Dockerfiles of official images
(Docker, Go, HAProxy, nginx, Node, PHP, PostgreSQL, Python, RabbitMQ, Ruby) install on that release,
as of March to August 2026.
"""

from __future__ import annotations

# In Debian 12 and in 13
IN_BOTH = frozenset(
    """
    7zip adduser alien ansible antiword apache2 apache2-utils apt apt-transport-https apt-utils
    aria2 autoconf autoconf-archive autogen automake autotools-dev awscli bash bash-completion
    bc bind9-dnsutils binutils bison bsdextrautils bsdmainutils build-essential busybox bzip2
    ca-certificates cargo catdoc ccache chromium chromium-driver clang clang-format clang-tidy
    cmake cmake-data comerr-dev coreutils cpio cpp cron crudini curl cython3 dash dbus dbus-x11
    debconf debconf-utils debhelper debianutils debootstrap default-jdk default-jdk-headless
    default-jre default-jre-headless default-mysql-client default-mysql-server devscripts
    dh-python dialog diffutils dirmngr djvulibre-bin dmidecode dnsutils dos2unix doxygen dpkg
    dpkg-dev dumb-init e2fsprogs emacs-nox ethtool exiftool expat expect fakeroot ffmpeg file
    findutils firefox-esr fish flex fontconfig fonts-dejavu fonts-dejavu-core fonts-freefont-ttf
    fonts-ipafont-gothic fonts-liberation fonts-liberation2 fonts-noto fonts-noto-cjk
    fonts-noto-color-emoji fonts-noto-core fonts-open-sans fonts-roboto fonts-thai-tlwg
    fonts-tlwg-loma-otf fonts-unifont fonts-wqy-zenhei fuse fuse3 g++ g++-multilib gawk gcc
    gcc-multilib gdal-bin gdb gdbserver gettext gettext-base gfortran ghostscript gifsicle
    gir1.2-gtk-3.0 git git-core git-lfs gnupg gnupg-agent gnupg1 gnupg2 gnuplot gnuplot-nox
    gobject-introspection golang golang-go gosu gpg gpg-agent gpgv graphicsmagick graphviz grep
    groff-base gstreamer1.0-libav gstreamer1.0-plugins-bad gstreamer1.0-plugins-base
    gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly gstreamer1.0-tools gunicorn gzip haproxy
    hicolor-icon-theme hostname htop httpie hunspell hunspell-en-us icu-devtools imagemagick
    inetutils-ping init-system-helpers inkscape inotify-tools iperf3 iproute2 iptables
    iputils-ping iputils-tracepath jpegoptim jq kmod krb5-config krb5-user ldap-utils less lftp
    lib32gcc-s1 lib32stdc++6 lib32z1 libasound2-plugins libatk-bridge2.0-0 libatk1.0-0
    libatlas3-base libatspi2.0-0 libavdevice-dev libavfilter-dev libavutil-dev libblas-dev
    libboost-all-dev libboost-dev libc6 libcairo-gobject2 libcrypto++-dev libcups2
    libcurl3-gnutls libcurl4 libczmq-dev libdbus-1-3 libdbus-glib-1-dev libdrm-dev libdrm2
    libedit-dev libegl1 libegl1-mesa-dev libelf-dev libepoxy-dev libfontconfig libfuse-dev
    libfuse2 libgbm1 libgcc-s1 libgdiplus libgdk-pixbuf-2.0-0 libgeos++-dev
    libgirepository1.0-dev libgl-dev libgl1 libgl1-mesa-dri libgles2-mesa-dev libglib2.0-0
    libglu1-mesa libglu1-mesa-dev libglx0 libgomp1 libgphoto2-dev
    libgstreamer-plugins-base1.0-dev libgstreamer1.0-dev libgtk-3-0 libgtk-3-dev libgtk-4-dev
    libgtk2.0-0 libgtk2.0-dev libharfbuzz0b libhdf4-0 libhdf5-serial-dev libice6
    libimage-exiftool-perl libjemalloc2 libjpeg-turbo-progs libjson-c-dev libjsoncpp-dev
    liblapack64-3 liblapacke-dev liblz1 libmagick++-dev libmagickcore-dev libmcrypt-dev
    libmemcached-tools libnspr4 libnss-wrapper libnss3 libnss3-dev libnss3-tools libodbc2
    libonig-dev libopenblas64-0 libopencv-dev libopenmpi-dev libpam0g-dev libpangocairo-1.0-0
    libpcre2-16-0 libpcre2-32-0 libperl-dev libpng-tools libpoppler-dev libportaudio2 libpq5
    libproxy-tools libproxychains4 libpulse-dev libpython3-dev libpython3-stdlib libqt5gui5
    libqt5svg5-dev libreoffice libreoffice-calc libreoffice-common libreoffice-core
    libreoffice-writer librocksdb-dev librtmp-dev libsasl2-modules libsasl2-modules-gssapi-mit
    libsecret-1-0 libsecret-1-dev libsensors-dev libsm6 libsmbclient-dev libsndfile-dev
    libsndfile1 libsoxr-dev libspatialite-dev libsqlite3-mod-spatialite libssl-doc libstdc++6
    libswresample-dev libswscale-dev libtag1-dev libtbb-dev libtbb12 libtcmalloc-minimal4
    libtool libtool-bin libturbojpeg0-dev libudev-dev libunwind-dev libusb-0.1-4 libusb-dev
    libusb3380-0 libuuid1 libv4l-dev libva-drm2 libva2 libvulkan1 libx11-6 libx11-xcb1
    libx264-164 libx264-dev libx265-dev libx86-1 libxcb-dri3-0 libxcb-render0 libxcb-shm0
    libxcb-xinerama0 libxcb1 libxcomposite1 libxcursor-dev libxcursor1 libxdamage1 libxext6
    libxfixes3 libxft-dev libxi-dev libxi6 libxinerama-dev libxkbcommon-dev libxkbcommon-x11-0
    libxkbcommon0 libxmu-dev libxpm-dev libxrandr-dev libxrandr2 libxrender1 libxshmfence1
    libxss1 libxt-dev libxtst-dev libxtst6 libxxf86vm1 libyaml-cpp-dev libzip-dev lighttpd lld
    llvm llvm-dev locales locales-all login logrotate lsb-base lsb-release lsof lynx lzip lzma
    lzop m4 mailcap make make-guile man-db manpages mariadb-client mariadb-server maven
    media-types mediainfo memcached mercurial mesa-utils meson mingw-w64 moreutils mosquitto
    mosquitto-clients mount msmtp multitail mupdf-tools musl-tools nano nasm ncdu ncurses-bin
    ncurses-term net-tools netbase netcat-openbsd netcat-traditional nfs-common nginx
    nginx-extras nginx-full nginx-light ninja-build nmap nodejs npm numactl nvi
    ocl-icd-libopencl1 ocl-icd-opencl-dev ocrmypdf odbc-postgresql odbcinst openmpi-bin opensc
    openssh-client openssh-server openssl optipng opus-tools p11-kit p7zip p7zip-full pandoc
    parallel passwd patch patchelf pciutils pdftk-java perl perl-base perl-modules php php-cli
    php-curl php-fpm php-gd php-mbstring php-mysql php-pgsql php-xml php-zip pigz pipx
    pkg-config pkgconf pngquant poppler-data poppler-utils postfix postgis postgresql
    postgresql-client postgresql-client-common postgresql-common postgresql-contrib
    postgresql-server-dev-all potrace powerline procps proj-bin proj-data protobuf-compiler
    protobuf-compiler-grpc psmisc pulseaudio pulseaudio-utils pv pwgen pypy3
    python-dev-is-python3 python-is-python3 python3 python3-all python3-all-dev python3-apt
    python3-bs4 python3-cffi python3-cryptography python3-dbus python3-dev python3-docutils
    python3-gdal python3-gi python3-gi-cairo python3-jinja2 python3-lxml python3-magic
    python3-matplotlib python3-minimal python3-mysqldb python3-numpy python3-opencv
    python3-openssl python3-packaging python3-pandas python3-pil python3-pip python3-pip-whl
    python3-pkg-resources python3-psycopg2 python3-pycurl python3-pyqt5 python3-redis
    python3-requests python3-scipy python3-setuptools python3-smbus python3-sphinx python3-tk
    python3-tz python3-uno python3-venv python3-virtualenv python3-wheel python3-yaml
    qemu-user-static qpdf qt5-qmake qtbase5-dev r-base r-base-core r-base-dev rabbitmq-server
    rclone readline-common redis redis-server redis-tools ripgrep rlwrap rpm rsync rsyslog ruby
    ruby-dev ruby-full rubygems runit rustc s3fs samba sasl2-bin sassc screen sed
    shared-mime-info sharutils shellcheck skopeo smbclient snmp snmpd socat sox spatialite-bin
    speedtest-cli sqlite3 ssh sshfs sshpass stow strace stunnel4 subversion sudo supervisor swig
    syslog-ng sysstat systemd systemd-sysv sysvinit-utils tar tcl tcpdump telnet tesseract-ocr
    tesseract-ocr-deu tesseract-ocr-eng tesseract-ocr-fra tesseract-ocr-spa texinfo texlive
    texlive-base texlive-fonts-extra texlive-fonts-recommended texlive-full texlive-lang-german
    texlive-latex-base texlive-latex-extra texlive-latex-recommended texlive-xetex tidy time
    tini tk tmux traceroute tree tzdata ucf udev ufw uidmap unattended-upgrades unixodbc unpaper
    unrtf unzip ure usbutils util-linux uuid uuid-runtime uwsgi uwsgi-plugin-python3 v4l-utils
    vainfo valgrind vim vim-nox vim-tiny virtualenv weasyprint webp wget whiptail whois
    wireguard-tools x11-apps x11-utils x11-xserver-utils x11vnc xauth xclip xdg-utils
    xfonts-100dpi xfonts-75dpi xfonts-base xfonts-scalable xfonts-utils xkb-data xmlsec1
    xmlstarlet xorg xorg-dev xpdf xsel xserver-xorg-core xserver-xorg-video-dummy xsltproc xterm
    xvfb xxd xz-utils yamllint yarnpkg yasm yq zbar-tools zip zlib1g zsh zstd
    """.split()
)
# In one of them alone
IN_ONE = {
    "bookworm": frozenset(
        """
        fonts-kacst libaio1 libappindicator1 libatlas-base-dev libegl1-mesa libgconf-2-4
        libgdk-pixbuf2.0-0 libgdk-pixbuf2.0-dev libgl1-mesa-glx libhdf5-103 libncurses5
        libncursesw5 libnghttp3-3 libodbc1 libolm2 libpango1.0-0 libpcre16-3 libpcre3
        libpcre3-dev libpcre32-3 libqt5webkit5-dev libre0 libtinfo5 libwebkit2gtk-4.0-dev
        libx265-199 mime-support ntp ntpdate python3-distutils python3-lib2to3
        software-properties-common unoconv wkhtmltopdf
        """.split()
    ),
    "trixie": frozenset(
        """
        libgirepository-2.0-dev libnghttp3-9 libre1 libsdl3-0 libusb3380-0t64 libx265-215
        tzdata-legacy upx upx-ucl xfonts-cyrillic
        """.split()
    ),
}
# In Debian 11 or before it, and no longer there
REMOVED = {
    "bookworm": frozenset(
        """
        libmariadbclient-dev libtbb2 netcat python python-dev python-minimal python-pip
        python-setuptools sqlite ttf-dejavu ttf-freefont ttf-liberation upx upx-ucl
        xfonts-cyrillic
        """.split()
    ),
    "trixie": frozenset(
        """
        fonts-kacst libaio1 libappindicator1 libatlas-base-dev libegl1-mesa libgconf-2-4
        libgdk-pixbuf2.0-0 libgdk-pixbuf2.0-dev libgl1-mesa-glx libhdf5-103 libmariadbclient-dev
        libncurses5 libncursesw5 libodbc1 libpango1.0-0 libpcre3 libpcre3-dev libqt5webkit5-dev
        libtbb2 libtinfo5 libwebkit2gtk-4.0-dev mime-support netcat ntp ntpdate python
        python-dev python-minimal python-pip python-setuptools python3-distutils python3-lib2to3
        software-properties-common sqlite ttf-dejavu ttf-freefont ttf-liberation unoconv
        wkhtmltopdf
        """.split()
    ),
}
# Packages whose name holds a version, and all versions that a release has
VERSIONS = {
    "bookworm": {
        "postgresql": "15",
        "openjdk": "17",
        "gcc": "11 12",
        "g++": "11 12",
        "gfortran": "11 12",
        "clang": "13 14 15 16 19 22",
        "llvm": "13 14 15 16 19 22",
        "python": "3 3.11",
        "php": "8.2",
        "ruby": "3.1",
        "lua": "5.1 5.2 5.3 5.4",
    },
    "trixie": {
        "postgresql": "17",
        "openjdk": "21 25",
        "gcc": "12 13 14",
        "g++": "12 13 14",
        "gfortran": "12 13 14",
        "clang": "17 18 19 22",
        "llvm": "17 18 19 22",
        "python": "3 3.13",
        "php": "8.4",
        "ruby": "3.3",
        "lua": "5.1 5.2 5.3 5.4",
    },
}
# The other parts of their names that exist for each of these versions
PARTS = {
    "postgresql": "-client -contrib -plpython3 -server-dev -cron -hypopg -ip4r -partman -pgaudit "
    "-pglogical -pgrouting -pgtap -postgis-3 -postgis-3-scripts -repack",
    "openjdk": "-jdk -jdk-headless -jre -jre-headless",
    "gcc": "-base -multilib -plugin-dev",
    "g++": "-multilib",
    "gfortran": "-multilib",
    "llvm": "-dev -runtime -tools",
    "python": "-dev -minimal -venv",
    "php": "-amqp -apcu -bcmath -bz2 -cgi -cli -common -curl -dev -fpm -gd -gmp -igbinary -imagick "
    "-intl -ldap -mbstring -memcached -mongodb -mysql -odbc -opcache -pgsql -readline -redis -soap "
    "-sqlite3 -tidy -xdebug -xml -xsl -yaml -zip",
    "ruby": "-dev",
}
ALPINE = {
    "alpine3.22": frozenset(
        """
        autoconf bash bison bzip2 bzip2-dev ca-certificates coreutils curl-dev dpkg dpkg-dev
        flex g++ gcc gdbm-dev glib-dev gmp-dev gnupg icu-data-full icu-dev krb5-dev libc-dev
        libedit-dev libffi-dev liburing-dev libxml2-dev libxslt-dev linux-headers lz4-dev make
        ncurses-dev openldap-dev openssl openssl-dev patch perl-dev perl-ipc-run perl-utils
        procps python3-dev ruby tar tcl-dev tzdata util-linux-dev xz yaml-dev zlib-dev zstd
        zstd-dev
        """.split()
    ),
    "alpine3.23": frozenset(
        """
        alpine-sdk argon2-dev autoconf bash binutils-gold bison bluez-dev build-base bzip2
        bzip2-dev ca-certificates cargo coreutils curl curl-dev dpkg dpkg-dev findutils flex g++
        gcc gdbm-dev gettext-envsubst git glib-dev gmp-dev gnu-libiconv-dev gnupg icu-data-full
        icu-dev krb5-dev libc-dev libedit-dev libffi-dev libgcc libnsl-dev libsodium-dev
        libstdc++ libtirpc-dev liburing-dev libxml2-dev libxslt-dev linux-headers lz4-dev make
        ncurses-dev oniguruma-dev openldap-dev openssl openssl-dev patch patchutils pax-utils
        pcre2-dev perl-dev perl-ipc-run perl-utils procps py-setuptools python3 python3-dev
        readline-dev ruby rust sqlite-dev tar tcl-dev tk tk-dev tzdata util-linux-dev xz xz-dev
        yaml-dev zlib-dev zstd zstd-dev
        """.split()
    ),
    "alpine3.24": frozenset(
        """
        argon2-dev bash binutils-gold bluez-dev bzip2-dev ca-certificates cargo coreutils curl
        curl-dev dpkg dpkg-dev findutils g++ gcc gdbm-dev git gnu-libiconv-dev gnupg libc-dev
        libffi-dev libgcc libnsl-dev libsodium-dev libstdc++ libtirpc-dev libxml2-dev
        linux-headers lua5.3-dev lua5.4-dev make ncurses-dev oniguruma-dev openssh-client
        openssl openssl-dev patch patchutils pax-utils pcre2-dev py-setuptools python3
        readline-dev rust socat sqlite-dev tar tcl-dev tk tk-dev tzdata util-linux-dev xz xz-dev
        zlib-dev zstd-dev
        """.split()
    ),
}
