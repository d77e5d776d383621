import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)
os.makedirs("uploads", exist_ok=True)
database = sqlite3.connect("uploads.db", check_same_thread=False)
database.execute("CREATE TABLE IF NOT EXISTS text (name TEXT PRIMARY KEY, size INTEGER)")


@app.get("/")
def index():
    return dict(database.execute("SELECT name, size FROM text"))


@app.post("/texts/<name>")
def add(name):
    with open(os.path.join("uploads", name), "w") as file:
        size = file.write(request.form["text"])
    database.execute("INSERT OR REPLACE INTO text VALUES (?, ?)", (name, size))
    database.commit()
    return {"size": size}, 201


@app.get("/texts/<name>")
def show(name):
    with open(os.path.join("uploads", name)) as file:
        return file.read()
