"""Small applications that need services: their files by path, and what their compose files say."""

from __future__ import annotations

from pathlib import Path

# What a better version leaves out; nothing else differs
WASTE = "RUN head -c 30000000 /dev/urandom > /usr/lib/waste\n"
_BASE = "FROM python-services\n"

_MANAGE = """\
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
_SETTINGS = """\
import os
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["shop"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql", "HOST": "db", "NAME": "shop", "USER": "shop",
    "PASSWORD": os.environ["DB_PASSWORD"],
}}
"""
_URLS = """\
from django.http import JsonResponse
from django.urls import path
from shop.models import Item
def items(request):
    return JsonResponse({"items": list(Item.objects.values_list("name", flat=True))})
urlpatterns = [path("items", items)]
"""
_MODELS = """\
from django.db import models
class Item(models.Model):
    name = models.CharField(max_length=20)
"""
_MIGRATION = """\
from django.db import migrations, models
def fill(apps, schema_editor):
    apps.get_model("shop", "Item").objects.create(name="lamp")
class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel("Item", [
            ("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=20)),
        ]),
        migrations.RunPython(fill),
    ]
"""
DJANGO = {
    "Dockerfile": f"{_BASE}{WASTE}WORKDIR /app\nCOPY . .\nEXPOSE 8000\n"
    'CMD ["python3", "manage.py", "runserver", "--noreload", "0.0.0.0:8000"]\n',
    "manage.py": _MANAGE,
    "settings.py": _SETTINGS,
    "urls.py": _URLS,
    "shop/__init__.py": "",
    "shop/models.py": _MODELS,
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": _MIGRATION,
    ".env.example": "DB_PASSWORD=example\n",
    ".gitignore": ".env\n.lightship\n",
    "compose.yaml": """\
services:
  web:
    build: .
    restart: always
    ports: ["8000:8000"]
    environment: [SECRET_KEY, DB_PASSWORD]
    volumes: [".:/app"]
    depends_on:
      db: {condition: service_healthy}
      migrate: {condition: service_completed_successfully}
  migrate:
    build: .
    command: python3 manage.py migrate
    environment: [SECRET_KEY, DB_PASSWORD]
    depends_on:
      db: {condition: service_healthy}
  db:
    image: postgres:17
    container_name: shop-db
    ports: ["5432:5432"]
    environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: "${DB_PASSWORD:?}"}
    healthcheck: {test: pg_isready -U shop, interval: 1h}
    volumes: ["data:/var/lib/postgresql/data"]
volumes: {data: {}}
""",
}
FASTAPI = {
    "Dockerfile": f"{_BASE}{WASTE}COPY main.py /\nEXPOSE 8000\n"
    'CMD ["python3", "-m", "uvicorn", "--app-dir", "/", "main:app", "--host", "0.0.0.0"]\n',
    "main.py": """\
from fastapi import FastAPI
from redis import Redis
app = FastAPI()
starts = Redis(host="redis").incr("starts")
@app.get("/starts")
def all_starts():
    return {"starts": starts}
""",
    # The application waits for nothing, and does not say that it needs the other
    "compose.yaml": """\
services:
  api: {build: ., environment: {REDIS_URL: "redis://redis:6379/0"}}
  redis: {image: "redis:8", volumes: ["data:/data"]}
volumes: {data: {}}
""",
}
CELERY = {
    "Dockerfile": f"{_BASE}{WASTE}WORKDIR /app\nCOPY . .\n"
    'CMD ["python3", "-m", "celery", "--app", "tasks", "worker", "--pool", "solo"]\n',
    "tasks.py": """\
from celery import Celery
app = Celery("tasks", broker="redis://redis:6379/0", backend="redis://redis:6379/1")
@app.task
def add(one, two):
    return one + two
""",
    "ask.py": "from tasks import add\nprint(add.delay(2, 3).get(timeout=60))\n",
    "compose.yaml": """\
services:
  worker: {build: ., depends_on: [redis]}
  redis: {image: "redis:8"}
""",
}
CELERY_RABBITMQ = {
    **CELERY,
    "tasks.py": CELERY["tasks.py"].replace(
        'broker="redis://redis:6379/0", backend="redis://redis:6379/1"',
        'broker="amqp://shop:secret@queue//", backend="rpc://"',
    ),
    "compose.yaml": """\
services:
  worker: {build: ., depends_on: [queue]}
  queue:
    image: rabbitmq:4-management
    environment: {RABBITMQ_DEFAULT_USER: shop, RABBITMQ_DEFAULT_PASS: secret}
    volumes: ["queue:/var/lib/rabbitmq"]
volumes: {queue: {}}
""",
}
# It ends where its database does not answer at once; while a database is made it does not
EARLY = {
    "Dockerfile": f"{_BASE}{WASTE}COPY main.py /\nEXPOSE 8000\n"
    'CMD ["python3", "/main.py"]\n',
    "main.py": """\
import http.server, os, psycopg2
connection = psycopg2.connect(os.environ["DATABASE_URL"])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with connection.cursor() as cursor:
            cursor.execute("select name from items")
            found = cursor.fetchone()[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(found.encode())
http.server.HTTPServer(("", 8000), Handler).serve_forever()
""",
    "db/items.sql": "create table items (name text); insert into items values ('lamp');\n",
    "compose.yaml": """\
services:
  app:
    build: .
    environment: {DATABASE_URL: postgresql://postgres:secret@db/shop}
    depends_on: [db]
  db:
    image: postgres:17
    environment: {POSTGRES_PASSWORD: secret, POSTGRES_DB: shop}
    volumes: ["./db:/docker-entrypoint-initdb.d"]
""",
}


def write(folder: Path, files: dict[str, str], *changes: tuple[str, str]) -> None:
    """Write an application, and beside its Dockerfile one with some changes."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    text = files["Dockerfile"]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "Dockerfile.new").write_text(text, encoding="utf-8")
