from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
items = []


class Item(BaseModel):
    name: str


@app.get("/items")
def listing():
    return items


@app.post("/items", status_code=201)
def add(item: Item):
    items.append(item)
    return item
