from flask import Flask, redirect, render_template, request, url_for

app = Flask(__name__)
notes = []


@app.get("/")
def index():
    return render_template("index.html", notes=notes)


@app.post("/notes")
def add():
    notes.append(request.form["text"])
    return redirect(url_for("index"), 303)
