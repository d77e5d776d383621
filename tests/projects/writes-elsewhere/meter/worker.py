import logging
import os
import sqlite3
import sys
import time

import humanize

os.makedirs("/data/meter", exist_ok=True)
log = logging.getLogger("meter")
log.addHandler(logging.FileHandler("/var/log/meter/meter.log"))
log.setLevel(logging.INFO)
database = sqlite3.connect("/data/meter/values.db")
database.execute("CREATE TABLE IF NOT EXISTS value (value INTEGER)")


def add(value):
    with database:
        database.execute("INSERT INTO value VALUES (?)", (value,))
    (total,) = database.execute("SELECT sum(value) FROM value").fetchone()
    log.info("added %s", value)
    with open(f"/spool/meter/{value}.txt", "w") as file:
        file.write(humanize.intcomma(total))
    print(total)


if "--add" in sys.argv:
    add(int(sys.argv[-1]))
else:
    print("measuring", flush=True)
    while True:
        time.sleep(0.5)
