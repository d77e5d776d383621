// Commits by steps. The mouse shows a commit beside it; a click or the arrow keys choose one, which stays below.

const FIELDS = ["id", "date", "subject", "missed", "causes", "changed", "sent", "needless", "seconds", "failed"];
const WHICH = {
  all: ["All", () => true],
  rebuilt: ["Rebuilt", (commit) => commit.missed.length > 0],
  needless: ["Needless", (commit) => commit.needless],
  failed: ["Failed", (commit) => commit.failed],
};
const FAR = 10; // commits that Page Up and Page Down go over

function unpacked(replay) {
  return replay.commits.map((row) => Object.fromEntries(FIELDS.map((name, at) => [name, row[at]])));
}

function timeline(id, title, replay) {
  const commits = unpacked(replay), steps = replay.steps;
  const state = { which: "all", step: -1, shown: commits.map((_, at) => at), at: -1, row: 0, width: 1 };
  const canvas = el("canvas", { "aria-hidden": "true" }), cursor = el("div", { class: "cursor", hidden: true });
  const board = el("div", { class: "board", tabindex: "0", role: "application", "aria-roledescription": "timeline",
    "aria-label": `${title}: ${counted(steps.length, "step")} over ${counted(commits.length, "commit")}`, "aria-describedby": id + "-help" }, canvas, cursor);
  const box = el("div", { class: "strips" }, board), tip = el("div", { class: "tip", "aria-hidden": "true", hidden: true });
  const detail = el("div", { class: "detail", role: "status" }), status = el("output");
  const labels = steps.map((step, row) => label(step, commits.length, () => choose("step", state.step === row ? -1 : row)));

  function choose(name, value) {
    state[name] = value;
    const wanted = WHICH[state.which][1];
    state.shown = commits.map((_, at) => at).filter((at) => wanted(commits[at]) && (state.step < 0 || steps[state.step].fates[at] === "#"));
    labels.forEach((each, row) => each.setAttribute("aria-pressed", String(row === state.step)));
    select.value = String(state.step);
    status.textContent = `${number(state.shown.length)} of ${counted(commits.length, "commit")}`;
    move(-1, 0);
    draw();
    box.scrollLeft = box.scrollWidth; // the latest commits are at the right
  }

  function draw() {
    state.width = columnWidth(box.clientWidth, state.shown.length);
    drawStrips(canvas, steps, state.shown, state.width);
    move(state.at, state.row);
  }

  // Choose a commit by its column; -1 for none.
  function move(at, row) {
    state.at = Math.min(at, state.shown.length - 1);
    state.row = Math.min(Math.max(row, 0), steps.length - 1);
    cursor.hidden = state.at < 0;
    if (state.at < 0) return detail.replaceChildren(el("p", { class: "note" }, "No commit is chosen."));
    place(cursor, state);
    const commit = state.shown[state.at];
    detail.replaceChildren(...commitDetail(replay, commits[commit], steps[state.row], steps[state.row].fates[commit]));
  }

  function intoView() {
    const left = state.at * state.width, right = left + state.width;
    if (left < box.scrollLeft) box.scrollLeft = left;
    else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth;
  }

  function pointed(event) {
    const from = canvas.getBoundingClientRect();
    const at = Math.floor((event.clientX - from.left) / state.width), row = Math.floor((event.clientY - from.top) / ROW);
    return at >= 0 && at < state.shown.length && row >= 0 && row < steps.length ? [at, row] : null;
  }

  canvas.addEventListener("pointermove", (event) => {
    const found = pointed(event);
    tip.hidden = !found;
    if (!found) return;
    const commit = state.shown[found[0]], step = steps[found[1]];
    tip.replaceChildren(...commitTip(replay, commits[commit], found[1], step, step.fates[commit]));
    beside(tip, event);
  });
  canvas.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  canvas.addEventListener("click", (event) => {
    const found = pointed(event);
    if (found) move(...found);
  });
  board.addEventListener("keydown", (event) => {
    const next = keyed(event.key, state);
    if (!next || !state.shown.length) return;
    event.preventDefault();
    move(...next);
    intoView();
  });
  new ResizeObserver(draw).observe(box);
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", draw);

  const select = stepSelect(id, steps, (row) => choose("step", row));
  const words = Object.fromEntries(Object.entries(WHICH).map(([name, [word]]) => [name, word]));
  const controls = el("div", { class: "controls" }, choices(id, words, (name) => choose("which", name)),
    el("div", null, el("label", { for: id + "-step" }, "Rebuilt by "), select), status);
  const help = el("p", { class: "note", id: id + "-help" },
    "Oldest left. Choose a commit by a click, or with the arrow keys (Home, End, Page Up, Page Down); up and down change the step. The name of a step leaves only the commits that rebuilt it.");
  const keys = el("p", { class: "keys" }, Object.entries(KEYS).map(([name, word]) => el("span", { class: "key " + name }, word)));
  const made = section(id, title, controls, keys,
    el("div", { class: "timeline" }, el("div", { class: "labels" }, labels), box), tip, help, detail);
  return { made, draw: () => choose("which", "all") };
}

function label(step, commits, act) {
  const made = el("button", { type: "button", class: "label", title: stepName(step), "aria-pressed": "false" },
    el("span", { class: "line" }, String(step.line)), el("code", null, step.text), el("span", { class: "share" }, percent(commits ? step.rebuilt / commits : 0)));
  made.addEventListener("click", act);
  return made;
}

function stepSelect(id, steps, act) {
  const options = steps.map((step, row) => el("option", { value: String(row) }, stepName(step).slice(0, 80)));
  const made = el("select", { id: id + "-step" }, el("option", { value: "-1" }, "any step or none"), options);
  made.addEventListener("change", () => act(Number(made.value)));
  return made;
}

function choices(id, words, act) {
  return el("fieldset", null, el("legend", null, "Commits"), Object.entries(words).map(([value, word]) => {
    const input = el("input", { type: "radio", name: id + "-which", value, checked: value === "all" });
    input.addEventListener("change", () => act(value));
    return el("label", null, input, el("span", null, word));
  }));
}

// The commit and the step that a key leads to; null for other keys.
function keyed(key, state) {
  const last = state.shown.length - 1, at = state.at < 0 ? last : state.at, first = state.at < 0;
  const moves = {
    ArrowLeft: [first ? last : at - 1, 0], ArrowRight: [first ? last : at + 1, 0], ArrowUp: [at, -1], ArrowDown: [at, 1],
    PageUp: [at - FAR, 0], PageDown: [at + FAR, 0], Home: [0, 0], End: [last, 0],
  };
  const move = Object.hasOwn(moves, key) ? moves[key] : null;
  return move && [Math.min(Math.max(move[0], 0), last), state.row + move[1]];
}

function place(cursor, state) {
  cursor.style.width = `${Math.max(state.width, 3)}px`;
  cursor.style.transform = `translateX(${state.at * state.width}px)`;
  cursor.style.setProperty("--row", `${state.row * ROW}px`);
}

function beside(tip, event) {
  const width = tip.offsetWidth, height = tip.offsetHeight;
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
  tip.style.top = `${event.clientY + 18 + height > innerHeight ? Math.max(event.clientY - height - 12, 0) : event.clientY + 18}px`;
}

function causeOf(replay, commit, row) {
  const at = commit.missed.indexOf(row);
  return at >= 0 && at < commit.causes.length ? replay.causes[commit.causes[at]] : "";
}

function spent(commit) {
  return commit.seconds === null ? "" : `, ${duration(commit.seconds)}`;
}

function commitTip(replay, commit, row, step, fate) {
  const cause = causeOf(replay, commit, row);
  return [
    el("b", null, `${commit.id.slice(0, 10)}  ${commit.date}`),
    el("p", null, commit.subject),
    el("p", null, el("code", null, stepName(step).slice(0, 80)), `: ${STATES[fate] || ""}`, because(cause)),
    el("p", null, `${counted(commit.missed.length, "step")} rebuilt${spent(commit)}`),
  ];
}

function commitDetail(replay, commit, step, fate) {
  const tags = [commit.needless ? "needless" : "", commit.failed ? "failed" : ""].filter(Boolean);
  const items = commit.missed.map((row) => {
    const cause = causeOf(replay, commit, row);
    return el("li", null, el("code", null, stepName(replay.steps[row])), because(cause));
  });
  return [
    el("h3", null, el("code", null, commit.id.slice(0, 12)), ` ${commit.date} `, tags.map((tag) => el("span", { class: "tag " + tag }, tag))),
    el("p", null, commit.subject),
    el("p", { class: "note" }, el("code", null, stepName(step)), `: ${STATES[fate] || ""}`),
    el("p", null, `${counted(commit.changed, "file")} changed, ${number(commit.sent)} sent, ${counted(items.length, "step")} rebuilt${spent(commit)}`),
    items.length ? el("ul", null, items) : null,
    commit.failed ? el("p", { class: "bad" }, "The build fails: ", sentence(commit.failed)) : null,
  ].filter(Boolean);
}
