"""Orders: a small API as many are: one module, a database when one is configured, memory when not."""

import os
from contextlib import closing

import psycopg2
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

DATABASE_URL = os.environ.get("DATABASE_URL")

app = FastAPI(title="Orders")
orders: dict[int, dict[str, object]] = {}


class Order(BaseModel):
    item: str
    count: int = 1


@app.get("/health")
def health() -> dict[str, str]:
    if DATABASE_URL:
        with closing(psycopg2.connect(DATABASE_URL)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    return {"status": "ok", "database": "postgres" if DATABASE_URL else "memory"}


@app.post("/orders", status_code=201)
def create(order: Order) -> dict[str, object]:
    number = len(orders) + 1
    orders[number] = {"number": number, "item": order.item, "count": order.count}
    return orders[number]


@app.get("/orders/{number}")
def read(number: int) -> dict[str, object]:
    if number not in orders:
        raise HTTPException(404, "no such order")
    return orders[number]
