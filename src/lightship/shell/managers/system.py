"""Package managers of distributions.

Sources: apt-get(8), apt(8), aptitude(8), apk(8), dnf(8), yum(8), tdnf(8), zypper(8) and their
--help.
"""

from __future__ import annotations

from lightship.shell.managers.manager import Manager, actions

_APT_OPTIONS = """
        -y/--yes/--assume-yes --assume-no -q/--quiet -t/--target-release/--default-release=
        -o/--option= -c/--config-file= -f/--fix-broken -m/--fix-missing/--ignore-missing
        -d/--download-only -s/--simulate/--dry-run -u/--show-upgraded -V/--verbose-versions
        -a/--host-architecture= -P/--build-profiles= -b/--build/--compile --no-install-recommends
        --install-recommends --no-install-suggests --install-suggests --force-yes
        --allow-unauthenticated --allow-downgrades --allow-remove-essential
        --allow-change-held-packages --only-upgrade --no-upgrade --reinstall --purge
        --auto-remove/--autoremove --no-remove --print-uris --trivial-only
    """
_APT_ACTIONS = actions(
    install="install reinstall build-dep satisfy",
    update="update",
    upgrade="upgrade dist-upgrade full-upgrade dselect-upgrade safe-upgrade",
    remove="remove purge autoremove auto-remove autopurge",
    clean="clean autoclean auto-clean distclean",
    download="download source",
    other="""
        check changelog indextargets list search show edit-sources markauto unmarkauto hold
        unhold
    """,
)
_APT_CACHES = ("/var/cache/apt", "/var/lib/apt/lists")

APT_GET = Manager(
    "apt-get",
    _APT_ACTIONS,
    _APT_OPTIONS,
    "apt",
    frozenset(("--yes", "--force-yes")),
    caches=_APT_CACHES,
)
APT = Manager(
    "apt",
    _APT_ACTIONS,
    _APT_OPTIONS,
    "apt",
    frozenset(("--yes", "--force-yes")),
    caches=_APT_CACHES,
)
APTITUDE = Manager(
    "aptitude",
    _APT_ACTIONS,
    """
        -y/--assume-yes -q/--quiet -t/--target-release= -o= -w/--width= -F/--display-format=
        -O/--sort= -r/--with-recommends -R/--without-recommends -f -d/--download-only -s/--simulate
        -P/--prompt -D/--show-deps -V/--show-versions -v -Z --allow-untrusted --purge-unused
    """,
    "apt",
    frozenset(("--assume-yes",)),
    caches=_APT_CACHES,
)
APK = Manager(
    "apk",
    actions(
        install="add",
        update="update",
        upgrade="upgrade",
        remove="del",
        clean="cache_clean cache_purge",
        download="fetch cache_download",
        other="""
            fix info list search dot policy stats index audit verify version manifest cache_sync
        """,
    ),
    """
        -p/--root= -X/--repository= -q/--quiet -v/--verbose -i/--interactive -f/--force
        -U/--update-cache/--update -t/--virtual= -u/--upgrade -l/--latest -s/--simulate
        -r/--rdepends -a/--available --no-cache --cache-dir= --cache-max-age= --keys-dir=
        --repositories-file= --arch= --wait= --timeout= --progress-fd= --allow-untrusted --initdb
        --no-scripts --no-network --progress --no-progress --no-chown --purge --force-broken-world
        --force-overwrite --clean-protected -o/--output=
    """,
    "apk",
    no_cache=("--no-cache",),
    caches=("/var/cache/apk", "/etc/apk/cache"),
)
_DNF_OPTIONS = """
        -y/--assumeyes --assumeno -q/--quiet -v/--verbose -c/--config= -d/--debuglevel=
        -e/--errorlevel= -R/--randomwait= -x/--exclude/--excludepkgs= -C/--cacheonly -b/--best -4 -6
        --allowerasing --nobest --nodocs --noplugins --nogpgcheck --no-gpgchecks --skip-broken
        --refresh --installroot= --releasever= --enablerepo/--enable-repo= --from-repo=
        --disablerepo/--disable-repo= --repo/--repoid= --setopt= --setvar= --disableplugin=
        --enableplugin= --color= --rpmverbosity= --comment= --forcearch= --advisory=
        --destdir/--downloaddir= --security --bugfix --downloadonly --no-allow-vendor-change
        --noautoremove --archlist= --arch= --repofrompath= --sec-severity=
    """
_DNF_ACTIONS = actions(
    install="""
        install in localinstall groupinstall group_install groups_install module_install reinstall
        builddep build-dep debuginfo-install swap
    """,
    update="makecache check-update check-upgrade",
    upgrade="""
        update upgrade up upgrade-minimal update-minimal distro-sync dsync system-upgrade update-to
        upgrade-to
    """,
    remove="remove rm erase autoremove groupremove group_remove module_remove",
    clean="clean",
    download="download",
    other="""
        config-manager copr repolist repoquery search info list provides mark history versionlock
        module_enable module_disable module_reset module_list module groupinfo grouplist group check
        downgrade shell alias
    """,
)
_DNF_YES = frozenset(("--assumeyes",))
DNF = Manager(
    "dnf",
    _DNF_ACTIONS,
    _DNF_OPTIONS,
    "rpm",
    _DNF_YES,
    caches=("/var/cache/dnf", "/var/cache/libdnf5"),
    also=("dnf5", "dnf4", "dnf-3"),
)
MICRODNF = Manager(
    "microdnf",
    _DNF_ACTIONS,
    _DNF_OPTIONS,
    "rpm",
    _DNF_YES,
    caches=("/var/cache/yum", "/var/cache/dnf"),
)
YUM = Manager(
    "yum",
    _DNF_ACTIONS,
    _DNF_OPTIONS,
    "rpm",
    _DNF_YES,
    caches=("/var/cache/yum", "/var/cache/dnf"),
)
TDNF = Manager(
    "tdnf",
    _DNF_ACTIONS,
    _DNF_OPTIONS,
    "rpm",
    _DNF_YES,
    caches=("/var/cache/tdnf",),
)
ZYPPER = Manager(
    "zypper",
    actions(
        install="install in source-install si install-new-recommends inr",
        update="refresh ref refresh-services refs",
        upgrade="update up dist-upgrade dup patch",
        remove="remove rm",
        clean="clean cc",
        download="download",
        other="""
            addrepo ar removerepo rr modifyrepo mr renamerepo nr repos lr search se info if addlock
            al removelock rl locks ll verify ve patch-check pchk list-updates lu packages pa
            patterns pt ps what-provides wp licenses addservice as services ls import
        """,
    ),
    """
        -n/--non-interactive -q/--quiet -v/--verbose -c/--config= -R/--root= -D/--reposdir=
        -C/--cache-dir= -p/--plus-repo= -y/--no-confirm -r/--repo/--from= -t/--type=
        -l/--auto-agree-with-licenses -f/--force -d/--download-only -x/--xmlout
        --gpg-auto-import-keys --no-gpg-checks --non-interactive-include-reboot-patches --recommends
        --no-recommends --download= --releasever= --installroot= --solver-focus= --pkg-cache-dir=
        --raw-cache-dir= --solv-cache-dir= --userdata= --plus-content= --details --oldpackage
        --replacefiles --no-refresh --capability --allow-unsigned-rpm --no-cd --no-remote
        -u/--clean-deps
    """,
    "zypper",
    frozenset(("--non-interactive", "--no-confirm")),
    caches=("/var/cache/zypp",),
)

SYSTEM = (APT_GET, APT, APTITUDE, APK, DNF, MICRODNF, YUM, TDNF, ZYPPER)
