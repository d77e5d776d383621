import os
from pathlib import Path

from celery import Celery

BROKER = Path(os.environ.get("BROKER_DIRECTORY", "/tmp/broker"))
for name in ("queue", "processed", "control", "results"):
    (BROKER / name).mkdir(parents=True, exist_ok=True)

app = Celery("tasks", broker="filesystem://", backend=f"file://{BROKER}/results")
app.conf.broker_transport_options = {
    "data_folder_in": str(BROKER / "queue"),
    "data_folder_out": str(BROKER / "queue"),
    "processed_folder": str(BROKER / "processed"),
    "control_folder": str(BROKER / "control"),
    "polling_interval": 0.1,
}


@app.task
def add(a, b):
    return int(a) + int(b)
