"""What commands of package managers do."""

import pytest

from lightship.shell.managers.manager import options_of
from lightship.shell.packages import MANAGERS, package_commands, read_command
from lightship.shell.parse import parse
from lightship.text import Mapped


def command(text):
    script = parse(Mapped.plain(text, 0))
    assert not script.errors
    return read_command(script.commands[0])


def facts(text):
    found = command(text)
    return (
        (found.manager, found.action, [package.name for package in found.packages])
        if found
        else None
    )


@pytest.mark.parametrize(
    ("text", "manager", "action", "packages"),
    [
        ("apt-get update", "apt-get", "update", []),
        ("apt-get -y install curl git", "apt-get", "install", ["curl", "git"]),
        ("apt-get install curl -y --no-install-recommends git", "apt-get", "install", ["curl", "git"]),
        ("apt-get install -yt buster-backports curl", "apt-get", "install", ["curl"]),
        ("apt-get install --target-release=x -o Dpkg::Options::=--force-confold curl", "apt-get", "install", ["curl"]),
        ("apt-get $OPTS install curl", "apt-get", "install", ["curl"]),
        ("apt-get dist-upgrade", "apt-get", "upgrade", []),
        ("apt-get purge -y --auto-remove gcc", "apt-get", "remove", ["gcc"]),
        ("apt-get clean", "apt-get", "clean", []),
        ("sudo apt install ./x.deb", "apt", "install", ["./x.deb"]),
        ("apk add --no-cache -t .build-deps gcc musl-dev", "apk", "install", ["gcc", "musl-dev"]),
        ("apk --no-cache --virtual=.x add gcc", "apk", "install", ["gcc"]),
        ("apk -U upgrade", "apk", "upgrade", []),
        ("apk del .build-deps", "apk", "remove", [".build-deps"]),
        ("apk add --repository http://x/y foo", "apk", "install", ["foo"]),
        ("dnf -y install --setopt=install_weak_deps=0 httpd-2.4.6-97.el7 java-1.8.0-openjdk", "dnf", "install",
         ["httpd", "java-1.8.0-openjdk"]),
        ("dnf clean all", "dnf", "clean", []),
        ("dnf groupinstall 'Development Tools'", "dnf", "install", ["Development Tools"]),
        ("yum install -y @base https://x/y.rpm", "yum", "install", ["base", "https://x/y.rpm"]),
        ("microdnf install tar", "microdnf", "install", ["tar"]),
        ("zypper -n in --no-recommends -l curl=7.1", "zypper", "install", ["curl"]),
        ("zypper clean --all", "zypper", "clean", []),
        ("pip install flask", "pip", "install", ["flask"]),
        ("pip3 --no-cache-dir install flask", "pip", "install", ["flask"]),
        ("pip3.12 install -r requirements.txt", "pip", "install", []),
        ("python -m pip install flask", "pip", "install", ["flask"]),
        ("python3.11 -u -m pip install flask", "pip", "install", ["flask"]),
        ("/opt/venv/bin/pip install -U pip", "pip", "install", ["pip"]),
        ("pip cache purge", "pip", "clean", []),
        ("pip wheel -w /w x", "pip", "download", ["x"]),
        ("pip install --index-url https://x -c c.txt -t /t flask -- -y", "pip", "install", ["flask", "-y"]),
        ("uv pip install --system flask", "uv", "install", ["flask"]),
        ("uv sync --frozen --no-dev", "uv", "sync", []),
        ("uv add flask", "uv", "install", ["flask"]),
        ("uv tool install ruff@0.5", "uv", "install", ["ruff"]),
        ("uv cache clean", "uv", "clean", []),
        ("pipx install black==24.1", "pipx", "install", ["black"]),
        ("poetry install --no-root --only main", "poetry", "sync", []),
        ("poetry add flask@^3", "poetry", "install", ["flask"]),
        ("pdm install --prod", "pdm", "sync", []),
        ("pipenv install --deploy --system", "pipenv", "sync", []),
        ("pipenv install requests", "pipenv", "install", ["requests"]),
        ("conda install -y -c conda-forge numpy=1.2 conda-forge::scipy", "conda", "install", ["numpy", "scipy"]),
        ("mamba env create -f env.yml", "conda", "install", []),
        ("micromamba clean -a -y", "micromamba", "clean", []),
        ("npm i -g @vue/cli@5.0.1 pnpm", "npm", "install", ["@vue/cli", "pnpm"]),
        ("npm --prefix web ci", "npm", "sync", []),
        ("npm install", "npm", "sync", []),
        ("npm cache clean --force", "npm", "clean", []),
        ("yarn", "yarn", "sync", []),
        ("yarn install --frozen-lockfile", "yarn", "sync", []),
        ("yarn global add serve@14.0.0", "yarn", "install", ["serve"]),
        ("yarn cache clean", "yarn", "clean", []),
        ("pnpm add -g turbo@2.0.0", "pnpm", "install", ["turbo"]),
        ("pnpm i --frozen-lockfile", "pnpm", "sync", []),
        ("bun install", "bun", "sync", []),
        ("gem install rails -v 7.0.1 --no-document", "gem", "install", ["rails"]),
        ("bundle install -j4", "bundle", "sync", []),
        ("go install -ldflags '-s -w' example.org/x/cmd@v1.2.3", "go", "install", ["example.org/x/cmd"]),
        ("go mod download", "go", "sync", []),
        ("cargo install --locked ripgrep@14.1.0 --features pcre2", "cargo", "install", ["ripgrep"]),
        ("cargo fetch", "cargo", "sync", []),
    ],
)  # fmt: skip
def test_commands(text, manager, action, packages):
    assert facts(text) == (manager, action, packages)


@pytest.mark.parametrize(
    "text",
    ["echo apt-get install curl", "apt-get", "apt-get --help", "apt-get frobnicate", "pip --version",
     "python x.py -m pip", "python -m venv /v", "pipe install x", "yarn frobnicate", "npm", "yarn -v", "yarn --version", "A=1", "command -v pip"],
)  # fmt: skip
def test_what_is_no_command_of_a_package_manager(text):
    assert facts(text) is None


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("apt-get install x", False),
        ("apt-get install -y x", True),
        ("apt-get install -qy x", True),
        ("apt-get -yq install x", True),
        ("apt-get install -q x", False),
        ("apt-get install -qq x", True),
        ("apt-get install -q -q x", True),
        ("apt-get install -q=2 x", True),
        ("apt-get install -q=1 x", False),
        ("apt-get install --assume-yes x", True),
        ("apt-get install --force-yes x", True),
        ("apt-get -o APT::Get::Assume-Yes=true install x", True),
        ("apt-get -oAPT::Get::Assume-Yes=1 install x", True),
        ("apt-get -o Acquire::Retries=3 install x", False),
        ("apt-get install x-y", False),
        ("dnf install -y x", True),
        ("yum install x --assumeyes", True),
        ("yum install x", False),
        ("zypper -n install x", True),
        ("zypper install -y x", True),
        ("zypper install x", False),
        ("conda install -yq x", True),
    ],
)
def test_assumes_yes(text, yes):
    assert command(text).assumes_yes == yes


@pytest.mark.parametrize(
    ("text", "name", "operator", "version", "kind", "pinned"),
    [
        ("apt-get install curl=7.1*", "curl", "=", "7.1*", "registry", True),
        ("apt-get install libc6:i386=2", "libc6", "=", "2", "registry", True),
        ("apt-get install curl/stable", "curl", "/", "stable", "registry", False),
        ("apt-get install curl-", "curl", None, None, "removal", False),
        ("apt-get install g++", "g++", None, None, "registry", False),
        ("apt-get install /tmp/x.deb", "/tmp/x.deb", None, None, "file", False),
        ("apt-get install $PACKAGES", "", None, None, "variable", False),
        ("apt-get install curl=$V", "curl", "=", "$V", "registry", True),
        ("apk add curl=8", "curl", "=", "8", "registry", True),
        ("apk add curl~8", "curl", "~", "8", "registry", False),
        ("apk add 'curl>8'", "curl", ">", "8", "registry", False),
        ("apk add tini@community", "tini", None, None, "registry", False),
        (
            "yum install httpd-2.4.6-97.el7",
            "httpd",
            "-",
            "2.4.6-97.el7",
            "registry",
            True,
        ),
        ("yum install httpd-2.4*", "httpd", "-", "2.4*", "registry", True),
        ("yum install nodejs-$V", "nodejs", "-", "$V", "registry", True),
        ("yum install python3-pip", "python3-pip", None, None, "registry", False),
        ("zypper in 'curl>=7'", "curl", ">=", "7", "registry", False),
        ("pip install flask==2.0", "flask", "==", "2.0", "registry", True),
        ("pip install 'flask[async]>=2,<3'", "flask", ">=", "2,<3", "registry", False),
        ('pip install "flask==$V"', "flask", "==", "$V", "registry", True),
        (
            "pip install git+https://x/y.git@v1",
            "git+https://x/y.git@v1",
            None,
            None,
            "url",
            False,
        ),
        ("pip install 'foo @ https://x/y.whl'", "foo", None, None, "url", False),
        ("pip install .", ".", None, None, "directory", False),
        ("pip install .[dev]", ".", None, None, "directory", False),
        ("pip install ./dist/*.whl", "./dist/*.whl", None, None, "file", False),
        ("pip install -e .[dev]", ".", None, None, "directory", False),
        (
            "pip install 'foo==1; python_version<\"3\"'",
            "foo",
            "==",
            "1",
            "registry",
            True,
        ),
        ("pip install $X", "", None, None, "variable", False),
        ("pip install $(cat x)", "", None, None, "variable", False),
        ("uv tool install ruff@0.5", "ruff", "@", "0.5", "registry", True),
        ("uv tool install ruff@latest", "ruff", "@", "latest", "registry", False),
        ("conda install 'numpy>=1'", "numpy", ">=", "1", "registry", False),
        ("conda install numpy=1.2=py3", "numpy", "=", "1.2=py3", "registry", True),
        ("npm i @a/b@1.2.3", "@a/b", "@", "1.2.3", "registry", True),
        ("npm i @a/b", "@a/b", None, None, "registry", False),
        ("npm i x@^1", "x", "@", "^1", "registry", False),
        ("npm i x@latest", "x", "@", "latest", "registry", False),
        ("npm i user/repo", "user/repo", None, None, "url", False),
        ("npm i ./x", "./x", None, None, "directory", False),
        ("npm i x.tgz", "x.tgz", None, None, "file", False),
        ("gem install rails:7.0", "rails", ":", "7.0", "registry", True),
        ("gem install rails -v 7.0", "rails", "=", "7.0", "registry", True),
        ("gem install --version=7.0 rails", "rails", "=", "7.0", "registry", True),
        ("go install x.org/y@v1.0.0", "x.org/y", "@", "v1.0.0", "registry", True),
        ("go install x.org/y@latest", "x.org/y", "@", "latest", "registry", False),
        ("go install ./cmd/x", "./cmd/x", None, None, "directory", False),
        ("cargo install rg --version 14", "rg", "=", "14", "registry", True),
        ("cargo install --git https://x/y", "https://x/y", None, None, "url", False),
        ("cargo install --path .", ".", None, None, "directory", False),
    ],
)
def test_packages(text, name, operator, version, kind, pinned):
    (package,) = command(text).packages
    assert (package.name, package.operator, package.version, package.kind) == (
        name,
        operator,
        version,
        kind,
    )
    assert package.pinned == pinned


def test_extras_and_editable():
    found = command("pip install -e .[dev,test] flask[async]==2.0 --editable=./x")
    assert [(package.name, package.extras, package.editable) for package in found.packages] == [
        (".", ("dev", "test"), True), ("./x", (), True), ("flask", ("async",), False),
    ]  # fmt: skip


def test_options_have_one_name_and_a_place():
    text = "pip --no-cache-dir install -r base.txt --requirement=dev.txt -cc.txt -qU -i https://x flask"
    found = command(text)
    assert found.requirements == ("base.txt", "dev.txt")
    assert found.constraints == ("c.txt",)
    assert found.option("--index-url").value == "https://x"
    assert found.option("--requirement").value == "dev.txt"
    assert found.option("--upgrade").word.text == "-qU"
    assert found.option("--pre") is None
    assert found.no_cache
    assert [option.span.of(text) for option in found.options] == [
        "--no-cache-dir", "-r base.txt", "--requirement=dev.txt", "-cc.txt", "-qU", "-qU", "-i https://x",
    ]  # fmt: skip


def test_an_option_of_uv_may_take_a_value_below_pip_alone():
    install = command("uv pip install --no-binary lxml flask")
    assert [package.name for package in install.packages] == ["flask"]
    sync = command("uv sync --no-binary --locked")
    assert [option.name for option in sync.options] == ["--no-binary", "--locked"]


def test_the_value_of_an_option_may_be_a_variable():
    assert (
        command('pip install -i "$INDEX/simple" x').option("--index-url").value
        == "$INDEX/simple"
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sudo apt-get -q install x", "install"),
        ("python3 -m pip install x", "install"),
        ("uv pip install x", "install"),
        ("yarn", "yarn"),
        ("npm cache clean", "clean"),
    ],
)
def test_the_subcommand_is_where_options_go(text, place):
    assert command(text).subcommand.text == place


def test_packages_that_come_from_elsewhere():
    assert command("xargs apt-get install -y").reads_more
    assert command("xargs npm install").action == "install"
    assert command("pip install $X").reads_more
    assert not command("pip install flask").reads_more


def test_all_of_a_script():
    script = parse(
        Mapped.plain("apt-get update && (apt-get install x; pip install y) && echo", 0)
    )
    assert [found.name for found in package_commands(script)] == [
        "update",
        "install",
        "install",
    ]
    assert [found.name for found in package_commands(script, "pip")] == ["install"]


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=lambda manager: manager.name)
def test_tables_are_sound(manager):
    known = {
        "install",
        "sync",
        "update",
        "upgrade",
        "remove",
        "clean",
        "download",
        "other",
    }
    assert set(manager.subcommands.values()) <= known
    names = {name for name, _ in options_of(manager).values()}
    assert all(name.startswith("-") for name in options_of(manager))
    assert set(manager.no_cache) <= names
    assert manager.yes <= names
    spellings = [
        name
        for entry in manager.options.split()
        for name in entry.rstrip("=").split("/")
    ]
    assert not [name for name in spellings if spellings.count(name) > 1]


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("apk --update add x", "--update-cache"),
        ("pip install --no-cache x", "--no-cache-dir"),
        ("go install --tags a,b x@v1", "-tags"),
        ("dnf install --enable-repo=x y", "--enablerepo"),
    ],
)
def test_other_spellings_of_an_option(text, option):
    assert command(text).option(option)


def test_the_word_of_an_editable_package():
    (package,) = command("pip install -e ./x").packages
    assert package.word.text == "./x"
