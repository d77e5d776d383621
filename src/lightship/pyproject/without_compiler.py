"""Python packages that install without a compiler, whatever their version.

They are in pure Python, or have an extension that their setup leaves out where it cannot be
compiled: MarkupSafe, PyYAML, SQLAlchemy, coverage, simplejson, tornado, wrapt. Packages whose old
releases ask for old releases of compiled ones stay out: aiogram 2 does not take aiohttp 3.9, and
black 19 wants typed-ast. What is not listed is not known.
"""

from __future__ import annotations

from lightship.pyproject.cpython_wheels import has_wheel
from lightship.pyproject.dependency import Dependency

_NAMES = frozenset(
    """
    aiofiles alembic amqp annotated-types anyio appdirs apscheduler asgiref async-timeout attrs
    azure-core azure-identity azure-storage-blob babel backoff beautifulsoup4 bleach blinker boto3
    botocore bs4 cachetools celery certifi chardet charset-normalizer click colorama coloredlogs
    configparser coverage croniter decorator defusedxml deprecated distlib dj-database-url django
    django-allauth django-celery-beat django-cors-headers django-debug-toolbar django-environ
    django-extensions django-filter django-redis django-storages djangorestframework
    djangorestframework-simplejwt dnspython docker docutils drf-spectacular drf-yasg ecdsa
    email-validator et-xmlfile exceptiongroup faker fastapi feedparser filelock flake8 flask
    flask-admin flask-bcrypt flask-caching flask-cors flask-jwt-extended flask-limiter flask-login
    flask-mail flask-marshmallow flask-migrate flask-restful flask-restx flask-session
    flask-socketio flask-sqlalchemy flask-wtf fsspec google-api-core google-api-python-client
    google-auth google-auth-httplib2 google-auth-oauthlib google-cloud-core google-cloud-storage
    googleapis-common-protos gspread gunicorn h11 h2 hpack html5lib httpcore httplib2 httpx
    humanize hyperframe idna importlib-metadata iniconfig isort itsdangerous jinja2 jmespath
    joblib jsonpatch jsonpointer jsonschema kombu loguru mako markdown markdown-it-py markupsafe
    marshmallow mccabe mdurl more-itertools mypy-extensions nest-asyncio networkx oauthlib
    openpyxl packaging paramiko passlib pathspec pika pip platformdirs plotly pluggy ply
    prettytable prometheus-client prompt-toolkit py-cpuinfo pyasn1 pyasn1-modules pycodestyle
    pycparser pydantic-settings pydub pyflakes pygments pyjwt pymysql pyopenssl pyparsing pypdf
    pypdf2 pysocks pytest pytest-asyncio pytest-cov pytest-django pytest-mock python-dateutil
    python-decouple python-dotenv python-engineio python-jose python-json-logger python-multipart
    python-slugify python-socketio pytz pyyaml qrcode redis requests requests-oauthlib
    requests-toolbelt responses retrying rich rq rsa s3transfer schedule selenium sentry-sdk
    setuptools shellingham simplejson six slack-sdk sniffio sortedcontainers soupsieve sqlalchemy
    sqlalchemy-utils sqlmodel sqlparse starlette stripe tabulate telethon tenacity termcolor
    text-unidecode threadpoolctl toml tomli tomlkit toolz tornado tqdm tweepy twilio typer
    typing-extensions tzdata tzlocal uritemplate urllib3 uvicorn vine virtualenv waitress wcwidth
    webdriver-manager webencodings websocket-client werkzeug wheel whitenoise wrapt wtforms
    xlsxwriter xmltodict zipp
    """.split()
)
# Programs in Rust, whose wheels are for any version of Python
_PROGRAMS = frozenset({"ruff", "uv"})


def needs_no_compiler(dependency: Dependency, minor: str) -> bool:
    """Whether a requirement surely installs where nothing can be compiled."""
    if dependency.url:
        return False
    if dependency.name in _NAMES or dependency.name in _PROGRAMS:
        return True
    return has_wheel(dependency, minor)


def is_held_back(dependency: Dependency) -> bool:
    """Whether a requirement may ask for an old release: it is pinned, or has an upper bound."""
    specifier = dependency.specifier
    if dependency.is_pinned:
        return True
    return "<" in specifier or "~=" in specifier or "==" in specifier
