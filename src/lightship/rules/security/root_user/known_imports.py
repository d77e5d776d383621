"""Modules that write no files but those whose paths a program gives them.

Such a call is seen in the program's own sources (`source_writes.py`). Of the standard library
that is all but what starts other programs, or keeps files of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

_PROGRAM_STARTERS = frozenset(
    "ctypes dbm imaplib mailbox netrc pdb pip popen2 pty runpy shelve shutil site"
    " subprocess syslog turtle venv webbrowser".split()
)
_STANDARD = frozenset(sys.stdlib_module_names) - _PROGRAM_STARTERS
_OTHERS = frozenset(
    """aio_pika aiofiles aiogram aiohttp aiohttp_cors aiokafka aiomysql aiopg aioredis aiosqlite
    alembic amqp anthropic anyio arq apscheduler argon2 ariadne arrow asgiref asyncpg attr attrs
    authlib babel backoff bcrypt beanie blinker boltons boto3 botocore bottle brotli bs4
    cachetools cattr cattrs celery certifi channels channels_redis charset_normalizer click
    colorama colorlog confluent_kafka corsheaders croniter crispy_forms cryptography dacite
    databases dateparser dateutil decouple defusedxml django_celery_beat django_celery_results
    django_filters django_prometheus django_redis dj_database_url django dotenv dramatiq
    drf_spectacular drf_yasg elasticsearch email_validator environ environs falcon fastapi
    feedparser flask flask_admin flask_babel flask_bcrypt flask_caching flask_cors
    flask_jwt_extended flask_limiter flask_login flask_mail flask_marshmallow flask_migrate
    flask_restful flask_restx flask_smorest flask_sock flask_socketio flask_sqlalchemy
    flask_talisman flask_wtf gevent graphene graphene_django graphql greenlet gunicorn h11
    httpcore httptools httpx humanize hypercorn idna itsdangerous jinja2 jmespath jose jsonschema
    jwt kafka kombu ldap3 limits litestar loguru lxml mako markdown markupsafe marshmallow
    mongoengine more_itertools motor msgpack msgspec multidict multipart mypy_extensions nats
    networkx numpy oauthlib odmantic openai opensearchpy opentelemetry orjson ormar packaging
    pandas passlib peewee pendulum phonenumbers pika piccolo pkg_resources prometheus_client
    prometheus_fastapi_instrumentator prometheus_flask_exporter pyasn1 psutil psycopg psycopg2
    psycopg_pool pydantic pydantic_core pydantic_settings pygments pyjwt pymongo pymysql pyparsing
    python_multipart pythonjsonlogger pytz quart redis regex requests requests_oauthlib
    rest_framework rest_framework_simplejwt rich rq rsa sanic scipy sentry_sdk shapely shortuuid
    simplejson six slack_bolt slack_sdk slowapi slugify sniffio sortedcontainers sqlalchemy
    sqlalchemy_utils sqlmodel sqlparse starlette strawberry stripe structlog tabulate tenacity
    tiktoken toml tomli toolz tornado tortoise tqdm twilio typer typing_extensions typing_inspect
    tzlocal ujson unidecode urllib3 uvicorn uvloop validators waitress watchfiles websocket
    websockets werkzeug whitenoise wrapt wtforms xmltodict yaml yarl zeroconf zmq""".split()
)


def are_known(modules: Iterable[str], own: frozenset[str]) -> bool:
    """Whether all of those top-level modules are known, or the project's own."""
    for name in modules:
        if name not in _STANDARD and name not in _OTHERS and name not in own:
            return False
    return True
