"""Python packages that are known to be small: what pip downloads of them is not worth a word.

A row for each size in megabytes: the wheel for x86-64 with those of all that it depends on, rounded
up, as they were in 2026. Of a package that is not listed nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

_LITTLE = 2.0
_LISTED = """
    0.2: absl-py argcomplete attrs autopep8 beautifulsoup4 blinker boltons bottle build cachetools
    0.2: certifi chardet charset-normalizer click colorama colorlog configargparse configparser
    0.2: coverage crcmod decorator dill docopt dumb-init envtpl et-xmlfile filelock flake8 future
    0.2: gunicorn honcho html5lib httplib2 idna importlib-metadata iniconfig invoke isodate isort
    0.2: itsdangerous j2cli jinja2 jinja2-cli jmespath markdown markupsafe mccabe mock
    0.2: more-itertools msgpack munch mypy-extensions nose oauthlib packaging pathspec pexpect pika
    0.2: platformdirs pluggy ply portalocker prettytable prometheus-client psutil ptyprocess pudb
    0.2: pyasn1 pycodestyle pycparser pyflakes pyinotify pyjwt pymysql pyparsing pyproject-hooks
    0.2: pyserial pytest-cov python-dateutil python-dotenv python-json-logger python-multipart
    0.2: pyyaml-env-tag retry retrying s3cmd schedule scikit-build setuptools-scm shellingham
    0.2: simplejson six sortedcontainers soupsieve sqlparse supervisor tabulate tenacity termcolor
    0.2: text-unidecode toml tomli tomlkit tqdm typing-extensions ujson unidecode urllib3
    0.2: watchdog wcwidth webencodings websocket-client websockets wheel wrapt xmltodict zipp
    0.5: bcrypt defusedxml dnspython h11 httpcore jsonschema kazoo ldap3 marshmallow pytest pytz
    0.5: redis requests requests-oauthlib requests-toolbelt rsa tzdata zope-interface
    0.8: datetime docker hvac httpx python-consul pyyaml ruamel-yaml slackclient yamllint yq
    1.2: meson pylint setuptools
    1.9: boto httpie pip pip-tools pygments rich swig
"""


@cache
def _megabytes() -> dict[str, float]:
    sizes: dict[str, float] = {}
    rows = _LISTED.strip()
    for row in rows.splitlines():
        number, _, names = row.partition(":")
        size = float(number)
        for name in names.split():
            sizes[name] = size
    return sizes


def are_little(names: Iterable[str]) -> bool:
    """Whether packages of these normalised names are known to be two megabytes at most together."""
    listed = _megabytes()
    wanted = set(names)
    is_listed = wanted <= listed.keys()
    if not is_listed:
        return False
    # What brings pip up to date brings nothing more
    if wanted <= _TOOLS:
        return True
    total = sum(listed[name] for name in wanted)
    return total <= _LITTLE


_TOOLS = frozenset({"pip", "setuptools", "wheel", "pip-tools", "build", "packaging"})
