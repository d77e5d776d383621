"""Package managers of JavaScript, Ruby, Go and Rust.

Sources: docs.npmjs.com, classic.yarnpkg.com and yarnpkg.com, pnpm.io, bun.sh/docs,
guides.rubygems.org, bundler.io, go.dev/ref/mod and `go help install`, doc.rust-lang.org/cargo.
"""

from __future__ import annotations

from lightship.shell.managers.manager import Manager, actions

NPM = Manager(
    "npm",
    actions(
        install="install i add in ins inst insta instal isnt isnta isntal isntall",
        sync="ci clean-install install-clean ic install-test it install-ci-test cit",
        upgrade="update up upgrade udpate",
        remove="uninstall un unlink remove rm r prune",
        clean="cache_clean cache_clear cache_rm cache_verify",
        other="""
            run run-script test t start stop exec x init config c set get pack publish rebuild rb
            audit ls list ll la link ln version view info show dedupe ddp login help root prefix bin
            outdated fund explain pkg cache whoami
        """,
    ),
    """
        -g/--global --prefix/-C= -w/--workspace= --registry= --tag= --loglevel= --cache=
        --userconfig= --globalconfig= --omit= --include= --location= --before= --install-strategy=
        --script-shell= --node-options= --fetch-retries= --fetch-timeout= --otp= --cpu= --os=
        --libc= --audit-level= --maxsockets= --network-timeout= -S/--save -D/--save-dev
        -O/--save-optional -E/--save-exact -P/--save-prod -B/--save-bundle --no-save --production
        --only= --also= -f/--force --legacy-peer-deps --no-audit --no-fund --no-optional
        --ignore-scripts --unsafe-perm --prefer-offline --offline -y/--yes -s/--silent -q/--quiet -d
        -dd -ddd --verbose --progress --no-progress --no-package-lock --package-lock-only
        --frozen-lockfile -ws/--workspaces --if-present -c/--call= --max-old-space-size=
    """,
    "npm",
    project=True,
    caches=("/root/.npm",),
    cache_env=("npm_config_cache", "NPM_CONFIG_CACHE"),
    cache_options=("--cache",),
)
YARN = Manager(
    "yarn",
    {
        "": "sync",
        **actions(
            install="add global_add dlx",
            sync="install workspaces_focus",
            upgrade="upgrade up upgrade-interactive global_upgrade",
            remove="remove global_remove autoclean",
            clean="cache_clean",
            other="""
                run config config_set set set_version build start test init link why list info exec
                node workspace workspaces global_bin global_list global cache cache_dir check pack
                publish version import plugin npm dedupe
            """,
        ),
    },
    """
        -D/--dev -E/--exact -T/--tilde -O/--optional -P/--peer -W/--ignore-workspace-root-check
        -g/--global --cwd= --cache-folder= --modules-folder= --registry= --mutex= --network-timeout=
        --network-concurrency= --prefix= --global-folder= --mode= --production/--prod
        --pure-lockfile --frozen-lockfile --immutable --immutable-cache --check-cache
        --non-interactive --no-lockfile --ignore-scripts --ignore-optional --ignore-engines
        --ignore-platform --prefer-offline --offline -s/--silent -f/--force --flat --har
        --link-duplicates --verbose --no-progress --inline-builds --json --all --otp= --use-yarnrc=
        --preferred-cache-folder= --skip-integrity-check --check-files
    """,
    "npm",
    caches=("/usr/local/share/.cache", "/root/.cache/yarn", "/root/.yarn/berry/cache"),
)
PNPM = Manager(
    "pnpm",
    actions(
        install="add install i install-test it",
        sync="ci clean-install",
        upgrade="update up upgrade self-update",
        remove="remove rm uninstall un prune",
        clean="store_prune cache_delete",
        download="fetch",
        other="""
            run exec dlx build test start deploy config env setup store_path store_status list ls
            why rebuild rb link import pack publish audit outdated init create patch approve-builds
        """,
    ),
    """
        -g/--global -C/--dir= -F/--filter= --filter-prod= -r/--recursive -w/--workspace-root
        -D/--save-dev/--dev -P/--save-prod/--prod -O/--save-optional -E/--save-exact -d
        --frozen-lockfile --no-frozen-lockfile --offline --prefer-offline --ignore-scripts
        --no-optional --lockfile-only --lockfile-dir= --store-dir= --virtual-store-dir=
        --modules-dir= --registry= --loglevel= --reporter= --child-concurrency=
        --network-concurrency= --shamefully-hoist --strict-peer-dependencies -s/--silent --force
        --production --config= --node-linker= --package-import-method= --cpu= --os= --libc=
        --allow-build= --use-node-version=
    """,
    "npm",
    project=True,
    caches=("/root/.local/share/pnpm/store", "/root/.cache/pnpm"),
    cache_env=("npm_config_store_dir", "NPM_CONFIG_STORE_DIR"),
    cache_options=("--store-dir",),
)
BUN = Manager(
    "bun",
    actions(
        install="add a install i",
        sync="ci",
        upgrade="update upgrade",
        remove="remove rm",
        clean="pm_cache_rm",
        other="""
            run x build test init create link unlink pm_cache pm_ls pm_bin pm_trust pm outdated
            patch exec repl publish
        """,
    ),
    """
        -g/--global -d/--dev/--development -D --optional -E/--exact -p/--production -y/--yarn
        -f/--force --frozen-lockfile --no-save --cwd= -c/--config= --cache-dir= --registry= --omit=
        --backend= --concurrent-scripts= --network-concurrency= --filter= --no-cache --silent
        --verbose --ignore-scripts --ca= --cafile= --linker= --cpu= --os=
    """,
    "npm",
    project=True,
    no_cache=("--no-cache",),
    caches=("/root/.bun/install/cache",),
    cache_env=("BUN_INSTALL_CACHE_DIR",),
    cache_options=("--cache-dir",),
)
GEM = Manager(
    "gem",
    actions(
        install="install i",
        upgrade="update",
        remove="uninstall cleanup",
        download="fetch",
        other="""
            list environment env sources query search which build push pristine contents
            specification exec
        """,
    ),
    """
        -v/--version= -i/--install-dir= -n/--bindir= -P/--trust-policy= -s/--source=
        -p/--http-proxy= -B/--bulk-threshold= --platform= --build-root= --document= -g/--file=
        --without= --config-file= -N/--no-document --no-ri --no-rdoc -f/--force -r/--remote
        -l/--local -b/--both --pre/--prerelease --user-install --no-user-install --conservative
        --minimal-deps -E/--env-shebang -w/--wrappers -a/--all -x/--executables
        -I/--ignore-dependencies -q/--quiet --silent -V/--verbose --system --default --explain
        --clear-sources --suggestions --no-suggestions
    """,
    "gem",
    caches=("/usr/local/bundle/cache", "/usr/local/lib/ruby/gems", "/var/lib/gems"),
)
BUNDLE = Manager(
    "bundle",
    {
        "": "sync",
        **actions(
            install="add",
            sync="install",
            upgrade="update",
            remove="remove",
            clean="clean",
            download="cache package",
            other="""
                exec config config_set lock check show info init gem binstubs open outdated list
                env doctor
            """,
        ),
    },
    """
        -j/--jobs= --without= --with= --path= --gemfile= --binstubs= --retry= --shebang=
        --standalone= --target-rbconfig= --trust-policy= -v/--version= -g/--group= -s/--source=
        --git= --branch= --ref= --glob= --platform= --full-index --deployment --frozen --local
        --no-cache --no-prune --quiet --system --clean --redownload/--force --prefer-local --verbose
    """,
    "gem",
    no_cache=("--no-cache",),
    caches=("/usr/local/bundle/cache", "/root/.bundle/cache"),
    also=("bundler",),
)
GO = Manager(
    "go",
    actions(
        install="install get",
        sync="mod_download mod_vendor",
        clean="clean",
        other="""
            build run test vet fmt generate list env version tool doc fix bug work mod_init mod_tidy
            mod_verify mod_edit mod_graph mod_why telemetry
        """,
    ),
    """
        -C= -p= -asmflags= -buildmode= -compiler= -gccgoflags= -gcflags= -installsuffix= -ldflags=
        -mod= -modfile= -overlay= -pgo= -pkgdir= -tags= -toolexec= -covermode= -coverpkg= -buildvcs=
        -o= -exec= -reuse= -a -n -race -msan -asan -cover -v -x -work -linkshared -modcacherw
        -trimpath -d -t -u -f -fix -insecure -json -modcache -cache -testcache -i -r
    """,
    "go",
    caches=("/go/pkg/mod", "/root/.cache/go-build"),
    single_dash=True,
)
CARGO = Manager(
    "cargo",
    actions(
        install="install add binstall",
        sync="fetch vendor",
        upgrade="update",
        remove="uninstall remove rm",
        clean="clean",
        other="""
            build b check c run r test t bench doc new init search publish package tree metadata fmt
            clippy fix generate-lockfile chef_prepare chef_cook chef
        """,
    ),
    """
        --version/--vers= --git= --branch= --tag= --rev= --path= --root= --registry= --index=
        -F/--features= --all-features --no-default-features --profile= --target= --target-dir=
        -j/--jobs= --bin= --example= --config= -Z= -C= --color= --manifest-path= -p/--package=
        --message-format= --precise= --recipe-path= --rename= --strategies= -r/--release --locked
        --frozen --offline -f/--force --debug --bins --examples --no-track --list
        --ignore-rust-version -q/--quiet -v/--verbose --dev --build --optional --dry-run
        -y/--no-confirm --workspace --all-targets --keep-going
    """,
    "cargo",
    caches=("/usr/local/cargo/registry", "/usr/local/cargo/git"),
)

LANGUAGES = (NPM, YARN, PNPM, BUN, GEM, BUNDLE, GO, CARGO)
