// Commits by steps. The mouse shows a commit beside it; a click or the arrow keys choose one, which
// is told below.

const FIELDS = [
  "id",
  "date",
  "subject",
  "missed",
  "causes",
  "changed",
  "sent",
  "needless",
  "seconds",
  "failed",
];
const WHICH = {
  all: ["All", () => true],
  rebuilt: ["Rebuilt", (commit) => commit.missed.length > 0],
  needless: ["Needless", (commit) => commit.needless],
  failed: ["Failed", (commit) => commit.failed],
};
const FAR = 10; // commits that Page Up and Page Down go over
const TIMELINE_HELP =
  "The oldest commit is on the left. Choose a commit by a click, or with the arrow keys " +
  "(Home, End, Page Up, Page Down); up and down change the step. " +
  "Click the name of a step to see only the commits that rebuilt it.";

function unpacked(replay) {
  return replay.commits.map((row) => Object.fromEntries(FIELDS.map((name, at) => [name, row[at]])));
}

function timeline(id, title, replay) {
  const commits = unpacked(replay);
  const { steps } = replay;
  const places = commits.map((_, at) => at);
  // `shown` are places of commits; `at` is the column of the chosen one, `row` its step.
  const state = { which: "all", step: -1, shown: places, at: -1, row: 0, width: 1 };
  const canvas = el("canvas", { "aria-hidden": "true" });
  const cursor = el("div", { class: "cursor", hidden: true });
  const board = timelineBoard(
    id,
    `${title}: ${counted(steps.length, "step")} over ` + counted(commits.length, "commit"),
  );
  board.append(canvas, cursor);
  const box = el("div", { class: "strips" }, board);
  const tip = hoverTip();
  const detail = el("div", { class: "detail", role: "status" });
  const status = el("output");

  // All commits of a kind, or those that rebuilt a step; the latest of them is told.
  function choose(name, value) {
    state[name] = value;
    const isWanted = WHICH[state.which][1];
    const isRebuilt = (at) => state.step < 0 || steps[state.step].fates[at] === "#";
    state.shown = places.filter((at) => isWanted(commits[at]) && isRebuilt(at));
    labels.forEach((label, row) => label.setAttribute("aria-pressed", String(row === state.step)));
    select.value = String(state.step);
    status.textContent = `${number(state.shown.length)} of ${counted(commits.length, "commit")}`;
    move(state.shown.length - 1, Math.max(state.step, 0));
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
    if (state.at < 0) {
      detail.replaceChildren(el("p", { class: "note" }, "No commit matches."));
      return;
    }
    placeCursor(cursor, state);
    const commit = state.shown[state.at];
    const step = steps[state.row];
    detail.replaceChildren(...commitDetail(replay, commits[commit], step, step.fates[commit]));
  }

  function intoView() {
    const left = state.at * state.width;
    const right = left + state.width;
    if (left < box.scrollLeft) box.scrollLeft = left;
    else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth;
  }

  // The column and the row that the mouse is on.
  function pointed(event) {
    const from = canvas.getBoundingClientRect();
    const at = Math.floor((event.clientX - from.left) / state.width);
    const row = Math.floor((event.clientY - from.top) / ROW);
    const isInside = at >= 0 && at < state.shown.length && row >= 0 && row < steps.length;
    return isInside ? [at, row] : null;
  }

  canvas.addEventListener("pointermove", (event) => {
    const cell = pointed(event);
    if (!cell) return tip.hide();
    const [at, row] = cell;
    const commit = state.shown[at];
    const fate = steps[row].fates[commit];
    return tip.show(event, commitTip(replay, commits[commit], row, steps[row], fate));
  });
  canvas.addEventListener("pointerleave", tip.hide);
  canvas.addEventListener("click", (event) => {
    const cell = pointed(event);
    if (cell) move(...cell);
  });
  board.addEventListener("keydown", (event) => {
    const next = keyed(event.key, state);
    if (!next || !state.shown.length) return;
    event.preventDefault();
    move(...next);
    intoView();
  });
  new ResizeObserver(draw).observe(box);
  for (const query of ["(prefers-color-scheme: dark)", "print"]) {
    matchMedia(query).addEventListener("change", draw);
  }

  const labels = steps.map((step, row) => {
    const act = () => choose("step", state.step === row ? -1 : row);
    return stepLabel(step, commits.length, act);
  });
  const select = stepSelect(id, steps, (row) => choose("step", row));
  const made = section(
    id,
    title,
    timelineControls(id, (which) => choose("which", which), select, status),
    el(
      "p",
      { class: "keys" },
      Object.entries(KEYS).map(([name, word]) => keyOf(name, word)),
    ),
    el("div", { class: "timeline" }, el("div", { class: "labels" }, labels), box),
    tip.made,
    el("p", { class: "note", id: id + "-help" }, TIMELINE_HELP),
    detail,
  );
  return { made, draw: () => choose("which", "all") };
}

function timelineBoard(id, label) {
  return el("div", {
    class: "board",
    tabindex: "0",
    role: "application",
    "aria-roledescription": "timeline",
    "aria-label": label,
    "aria-describedby": id + "-help",
  });
}

function timelineControls(id, act, select, status) {
  const words = Object.entries(WHICH).map(([name, [word]]) => [name, word]);
  const which = radios(id + "-which", "Commits", Object.fromEntries(words), "all", act);
  const label = el("label", { for: id + "-step" }, "Rebuilt by ");
  return el("div", { class: "controls" }, which, el("div", null, label, select), status);
}

function stepLabel(step, commits, act) {
  const share = percent(commits ? step.rebuilt / commits : 0);
  const attributes = {
    type: "button",
    class: "label",
    title: stepName(step),
    "aria-pressed": "false",
  };
  const made = el(
    "button",
    attributes,
    el("span", { class: "line" }, String(step.line)),
    el("code", null, step.text),
    el("span", { class: "share" }, share),
  );
  made.addEventListener("click", act);
  return made;
}

function stepSelect(id, steps, act) {
  const options = steps.map((step, row) => {
    const name = stepName(step).slice(0, 80);
    return el("option", { value: String(row) }, name);
  });
  const none = el("option", { value: "-1" }, "any step or none");
  const made = el("select", { id: id + "-step" }, none, options);
  made.addEventListener("change", () => act(Number(made.value)));
  return made;
}

// The commit and the step that a key leads to; null for other keys.
function keyed(key, { at, row, shown }) {
  const last = shown.length - 1;
  const moves = {
    ArrowLeft: [at - 1, 0],
    ArrowRight: [at + 1, 0],
    ArrowUp: [at, -1],
    ArrowDown: [at, 1],
    PageUp: [at - FAR, 0],
    PageDown: [at + FAR, 0],
    Home: [0, 0],
    End: [last, 0],
  };
  if (!Object.hasOwn(moves, key)) return null;
  const [column, step] = moves[key];
  return [Math.min(Math.max(column, 0), last), row + step];
}

function placeCursor(cursor, state) {
  cursor.style.width = `${Math.max(state.width, 3)}px`;
  cursor.style.transform = `translateX(${state.at * state.width}px)`;
  cursor.style.setProperty("--row", `${state.row * ROW}px`);
}

function causeOf(replay, commit, row) {
  const at = commit.missed.indexOf(row);
  return at >= 0 && at < commit.causes.length ? replay.causes[commit.causes[at]] : "";
}

function spent(commit) {
  return commit.seconds === null ? "" : `, ${duration(commit.seconds)}`;
}

function commitTip(replay, commit, row, step, fate) {
  const cause = because(causeOf(replay, commit, row));
  const name = el("code", null, stepName(step).slice(0, 80));
  return [
    el("b", null, `${commit.id.slice(0, 10)}  ${commit.date}`),
    el("p", null, commit.subject),
    el("p", null, name, `: ${STATES[fate] || ""}`, cause),
    el("p", null, `${counted(commit.missed.length, "step")} rebuilt${spent(commit)}`),
  ];
}

function commitDetail(replay, commit, step, fate) {
  const states = [commit.needless ? "needless" : "", commit.failed ? "failed" : ""];
  const tags = states.filter(Boolean).map((tag) => el("span", { class: "tag " + tag }, tag));
  const items = commit.missed.map((row) => {
    const cause = because(causeOf(replay, commit, row));
    return el("li", null, el("code", null, stepName(replay.steps[row])), cause);
  });
  const facts = [
    `${counted(commit.changed, "file")} changed`,
    `${number(commit.sent)} sent`,
    `${counted(items.length, "step")} rebuilt${spent(commit)}`,
  ];
  const failed = ["The build fails: ", sentence(commit.failed)];
  return [
    el("h3", null, el("code", null, commit.id.slice(0, 12)), ` ${commit.date} `, tags),
    el("p", null, commit.subject),
    el("p", { class: "note" }, el("code", null, stepName(step)), `: ${STATES[fate] || ""}`),
    el("p", null, facts.join(", ")),
    items.length ? el("ul", null, items) : null,
    commit.failed ? el("p", { class: "bad" }, failed) : null,
  ].filter(Boolean);
}
