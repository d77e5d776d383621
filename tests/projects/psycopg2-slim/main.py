import os
import sys

import psycopg2

try:
    with psycopg2.connect(os.environ.get("DATABASE_URL", "host=127.0.0.1 connect_timeout=2")) as connection:
        with connection.cursor() as cursor:
            cursor.execute(sys.argv[1])
            print(cursor.fetchall())
except psycopg2.OperationalError as error:
    print(type(error).__name__)
    sys.exit(3)
