"""Package managers of Python projects.

Sources: pip.pypa.io (CLI reference), docs.astral.sh/uv (CLI reference), pipx, python-poetry.org,
pdm-project.org, pipenv.pypa.io, docs.conda.io, mamba.readthedocs.io.
"""

from __future__ import annotations

from lightship.shell.managers.manager import Manager, actions

PIP = Manager(
    "pip",
    actions(
        install="install",
        remove="uninstall",
        clean="cache_purge cache_remove",
        download="download wheel",
        other="""
            freeze list show check config search hash completion debug index inspect lock help
            cache
        """,
    ),
    """
        -r/--requirement= -c/--constraint= -e/--editable= -t/--target= -i/--index-url/--pypi-url=
        --extra-index-url= --no-index -f/--find-links= -U/--upgrade --upgrade-strategy=
        -I/--ignore-installed --force-reinstall --no-deps --user --no-user --root= --prefix= --src=
        --platform= --python-version= --implementation= --abi= --python= --no-cache-dir/--no-cache
        --cache-dir= -q/--quiet -v/--verbose -V/--version -y/--yes --no-input --log= --proxy=
        --retries= --timeout= --exists-action= --trusted-host= --cert= --client-cert= --no-binary=
        --only-binary= --prefer-binary --pre --require-hashes --no-build-isolation --use-pep517
        --no-use-pep517 --config-settings/-C= --global-option= --install-option= --build-option=
        --compile --no-compile --no-warn-script-location --no-warn-conflicts --break-system-packages
        --root-user-action= --disable-pip-version-check --no-python-version-warning --isolated
        --require-virtualenv --use-feature= --use-deprecated= --progress-bar= --report= --dry-run
        -d/--dest= -w/--wheel-dir= -b/--build= --no-color --debug --keyring-provider= --group=
        --no-clean --ignore-requires-python --path= --uploaded-prior-to=
    """,
    "pip",
    frozenset(("--yes",)),
    no_cache=("--no-cache-dir",),
    no_cache_env=("PIP_NO_CACHE_DIR",),
    caches=("/root/.cache/pip",),
    cache_env=("PIP_CACHE_DIR",),
    cache_options=("--cache-dir",),
)
UV = Manager(
    "uv",
    actions(
        install="pip_install add tool_install",
        sync="sync pip_sync",
        upgrade="tool_upgrade self_update",
        remove="remove pip_uninstall tool_uninstall python_uninstall",
        clean="cache_clean cache_prune clean",
        other="""
            run init lock export tree venv build publish version python_install python_pin
            python_list python_find python_upgrade pip_compile pip_freeze pip_list pip_show pip_tree
            pip_check tool_run tool_list tool_dir cache_dir help format audit auth
        """,
    ),
    """
        -r/--requirements/--requirement= -c/--constraints/--constraint= -e/--editable=
        --overrides/--override= --extra= --all-extras --no-extra= --group= --only-group= --no-group=
        --all-groups --no-default-groups --no-dev --only-dev --dev --no-editable
        --no-install-project --no-install-workspace --no-install-package= --only-install-project
        --frozen --locked --inexact --exact --active --system --no-system --break-system-packages
        --target= --prefix= -p/--python= --python-version= --python-platform= -i/--index-url=
        --index= --default-index= --extra-index-url= -f/--find-links= --no-index --index-strategy=
        --keyring-provider= -U/--upgrade -P/--upgrade-package= --reinstall --reinstall-package=
        --resolution= --prerelease= --fork-strategy= --exclude-newer= --exclude-newer-package=
        --link-mode= --compile-bytecode/--compile --no-compile-bytecode/--no-compile --no-sources
        --no-build --no-build-package= --no-binary --no-binary-package= --only-binary=
        --no-build-isolation --no-build-isolation-package= --no-deps --require-hashes
        --no-verify-hashes --strict -C/--config-setting/--config-settings=
        --config-settings-package= --project= --directory= --config-file= --no-config
        -n/--no-cache/--no-cache-dir --cache-dir= --package= --all-packages --script= --color=
        -q/--quiet -v/--verbose --offline --native-tls --allow-insecure-host= --python-preference=
        --managed-python --no-managed-python --no-python-downloads --torch-backend= --refresh
        --refresh-package= -w/--with= --with-editable= --with-requirements= --with-executables-from=
        --force --tag= --branch= --rev= --bounds= --optional= --marker/-m= --raw --no-sync
        --no-progress --user --dry-run
    """,
    "poetry",
    no_cache=("--no-cache",),
    no_cache_env=("UV_NO_CACHE",),
    caches=("/root/.cache/uv",),
    cache_env=("UV_CACHE_DIR",),
    cache_options=("--cache-dir",),
)
PIPX = Manager(
    "pipx",
    actions(
        install="install inject install-all",
        upgrade="upgrade upgrade-all reinstall reinstall-all upgrade-shared",
        remove="uninstall uninject uninstall-all",
        other="run list ensurepath environment completions runpip pin unpin interpreter",
    ),
    """
        -f/--force --include-deps --suffix= --python= --fetch-missing-python --preinstall=
        --system-site-packages -i/--index-url= -e/--editable --pip-args= -q/--quiet -v/--verbose
        --global --include-apps -r/--requirement= --backend=
    """,
    "pip",
    no_cache_env=("PIP_NO_CACHE_DIR",),
    caches=("/root/.cache/pip", "/root/.cache/pipx"),
)
POETRY = Manager(
    "poetry",
    actions(
        install="add self_add",
        sync="install sync self_install",
        upgrade="update self_update",
        remove="remove self_remove",
        clean="cache_clear",
        other="""
            config run lock export build publish init new show version env check search shell source
            about cache_list env_use env_info env_remove
        """,
    ),
    """
        -G/--group= -D/--dev -e/--editable -E/--extras= --all-extras --all-groups --with= --without=
        --only= --only-root --no-root --no-directory --no-dev --sync -n/--no-interaction -q/--quiet
        -v/--verbose -C/--directory= -P/--project= --no-cache --no-plugins --no-ansi --ansi
        --compile --dry-run --lock --source= --python= --platform= --optional= --allow-prereleases
        --all
    """,
    "poetry",
    no_cache=("--no-cache",),
    caches=("/root/.cache/pypoetry",),
    cache_env=("POETRY_CACHE_DIR",),
)
PDM = Manager(
    "pdm",
    actions(
        install="add self_add",
        sync="install sync",
        upgrade="update self_update",
        remove="remove self_remove",
        clean="cache_clear",
        other="""
            config run lock export build publish init new show info list use venv python import fix
            plugin search
        """,
    ),
    """
        -G/--group/--with= --without= -d/--dev --prod/--production --no-default -e/--editable=
        --no-editable --no-self --no-isolation --frozen-lockfile/--no-lock --check -p/--project=
        -g/--global -c/--config= -L/--lockfile= -q/--quiet -v/--verbose -n/--non-interactive --venv=
        --clean --only-keep --reinstall --override= --fail-fast/-x -I/--ignore-python
    """,
    "pip",
    no_cache_env=("PDM_NO_CACHE",),
    caches=("/root/.cache/pdm",),
    cache_env=("PDM_CACHE_DIR",),
)
PIPENV = Manager(
    "pipenv",
    actions(
        install="install",
        sync="sync",
        upgrade="update upgrade",
        remove="uninstall clean",
        other="lock run shell graph check scripts requirements verify open audit",
    ),
    """
        -r/--requirements= -e/--editable= -i/--index= -d/--dev --deploy --system --ignore-pipfile
        --skip-lock --categories= --python= --pypi-mirror= --extra-pip-args= --site-packages --clear
        -q/--quiet -v/--verbose --pre --keep-outdated --two --three --sequential --default
        --selective-upgrade
    """,
    "pip",
    project=True,
    no_cache_env=("PIP_NO_CACHE_DIR",),
    caches=("/root/.cache/pipenv", "/root/.cache/pip"),
    cache_env=("PIPENV_CACHE_DIR",),
)
_CONDA_OPTIONS = """
        -y/--yes -n/--name= -p/--prefix= -c/--channel= --override-channels -f/--file= -q/--quiet
        -v/--verbose -S/--satisfied-skip-solve --strict-channel-priority --no-channel-priority
        --freeze-installed/--no-update-deps --update-all --update-deps --force-reinstall --no-deps
        --only-deps --no-pin --copy --offline --json --dry-run -d/--download-only --solver=
        --experimental-solver= --subdir/--platform= --repodata-fn= --clone= -m/--mkdir --use-local
        -k/--insecure --no-default-packages -a/--all -i/--index-cache -t/--tarballs --packages
        --force-pkgs-dirs -r/--root-prefix= --rc-file= --no-rc --dev --revision= --log-level=
        --pypi-index= -l/--logfiles
    """
_CONDA_ACTIONS = actions(
    install="install create env_create env_update",
    upgrade="update upgrade self-update",
    remove="remove uninstall env_remove",
    clean="clean",
    other="""
        config init info list search run activate deactivate shell env_list env_export env build
        index package repoquery rename notices compare doctor
    """,
)
_CONDA_YES = frozenset(("--yes",))
_CONDA_CACHES = ("/opt/conda/pkgs", "/root/miniconda3/pkgs", "/opt/miniconda3/pkgs")
CONDA = Manager(
    "conda",
    _CONDA_ACTIONS,
    _CONDA_OPTIONS,
    "conda",
    _CONDA_YES,
    caches=_CONDA_CACHES,
    also=("mamba",),
)
MICROMAMBA = Manager(
    "micromamba",
    _CONDA_ACTIONS,
    _CONDA_OPTIONS,
    "conda",
    _CONDA_YES,
    caches=("/opt/conda/pkgs",),
)

PYTHON = (PIP, UV, PIPX, POETRY, PDM, PIPENV, CONDA, MICROMAMBA)
