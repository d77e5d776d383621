// The page of a history, and that of two builds side by side.

function replayPage(data) {
  const { replay } = data;
  const map = timelineOf("timeline", "Timeline", replay);
  const sections = [
    map && map.made,
    stepSection("steps", replay),
    fileTable(replay),
    commitTable(replay),
    unknowns(data.notes),
  ].filter(Boolean);
  const parts = [replayHead(replay), contents(sections), ...sections];
  return { parts, draw: () => map && map.draw() };
}

function replayHead(replay) {
  const version = replay.historic ? ", as each commit has it" : ", as it is now";
  const dates = replay.dates ? ` · ${replay.dates}` : "";
  return el(
    "header",
    null,
    el("h1", null, `What ${counted(replay.commits.length, "commit")} rebuild`),
    el("p", { class: "where" }, replay.dockerfile, version, dates),
    replayFigures(replay),
    timesNote(replay),
  );
}

function replayFigures(replay) {
  const many = replay.commits.length;
  if (!many) return el("p", null, "There are no commits.");
  const about = (seconds) => (replay.estimated ? "about " : "") + duration(seconds);
  const rows = [
    ["Steps rebuilt by a commit", (replay.rebuilt / many).toFixed(1), `of ${replay.one}`],
    ["Rebuilt nothing", percent(replay.unchanged / many), counted(replay.unchanged, "commit")],
  ];
  if (replay.each !== null) {
    const whole = replay.whole === null ? "" : `${duration(replay.whole)} without a cache`;
    rows.push(["Time per commit", about(replay.each), whole]);
  }
  if (replay.weekly !== null) {
    const all = `${duration(replay.seconds)} in ${replay.timespan}`;
    rows.push(["Time per week", about(replay.weekly), all]);
  } else if (replay.seconds !== null) {
    rows.push(["In all", about(replay.seconds), replay.timespan]);
  }
  return figures(rows);
}

function stepSection(id, replay) {
  const { steps } = replay;
  if (!steps.length) return null;
  const stages = new Set(steps.map((step) => step.stage));
  const many = replay.commits.length;
  const items = steps.map((step) => stepItem(step, many, stages.size > 1));
  return section(id, `Steps (${steps.length})`, el("ol", { class: "layers" }, items));
}

function stepItem(step, many, hasStages) {
  const share = many ? step.rebuilt / many : 0;
  const bar = el("b");
  bar.style.width = `${100 * share}%`;
  const place = `${hasStages ? step.stage + ", " : ""}line ${step.line}`;
  const facts = [`rebuilt by ${number(step.rebuilt)} of ${number(many)} (${percent(share)})`];
  if (step.seconds !== null) facts.push(`${duration(step.seconds)} each`);
  const text = el("code", null, step.text);
  return el(
    "li",
    null,
    el("div", { class: "made" }, text, el("span", { class: "where" }, place)),
    el("div", { class: "bar", "aria-hidden": "true" }, bar),
    el("div", { class: "facts" }, facts.join(" · ")),
    stepReasons(step.reasons),
  );
}

function stepReasons(reasons) {
  if (!reasons.length) return null;
  const items = reasons.map(([text, commits]) =>
    el("li", null, `${number(commits)}: `, sentence(text)),
  );
  const summary = el("summary", null, counted(reasons.length, "reason"));
  return el("details", null, summary, el("ul", null, items));
}

function fileTable(replay) {
  const { files } = replay;
  const isTimed = files.rows.some((row) => row[3] !== null);
  const columns = [
    { name: "File", kind: "path" },
    { name: "Commits", kind: "number" },
    { name: "Steps", kind: "number" },
  ];
  if (isTimed) columns.push({ name: "Time", kind: "seconds" });
  const title = `Files (${number(files.total)})`;
  const note = "How many commits changed the file, and how many steps that rebuilt.";
  return dataTable("files", title, columns, files, { sorted: isTimed ? 3 : 2, note });
}

function commitTable(replay) {
  const columns = [
    { name: "Commit", kind: "path" },
    { name: "Date", kind: "text" },
    { name: "Subject", kind: "text" },
    { name: "State", kind: "state" },
    { name: "Lines rebuilt", kind: "text" },
    { name: "Steps", kind: "number" },
    { name: "Files changed", kind: "number" },
  ];
  if (replay.seconds !== null) columns.push({ name: "Time", kind: "seconds" });
  const rows = unpacked(replay).map((commit) => commitRow(replay, commit));
  const shown = { rows: rows.reverse(), total: rows.length };
  const note =
    "The latest first. Needless: something was rebuilt although no file changed that the image " +
    "uses by name.";
  return dataTable("commits", `Commits (${number(rows.length)})`, columns, shown, { note });
}

function commitRow(replay, commit) {
  const lines = new Set(commit.missed.map((row) => replay.steps[row].line));
  const state = commit.failed ? "failed" : commit.needless ? "needless" : "";
  return [
    commit.id.slice(0, 12),
    commit.date,
    commit.subject,
    state,
    [...lines].join(", "),
    commit.missed.length,
    commit.changed,
    commit.seconds,
  ];
}

function explanationPage(data) {
  const items = data.steps.map(explainedItem);
  const list = el("ol", { class: "layers" }, items);
  const steps = items.length ? section("steps", `Steps (${items.length})`, list) : null;
  const title = el("h1", null, "What is rebuilt, and why");
  const head = el("header", null, title, el("p", { class: "verdict" }, sentence(data.verdict)));
  return { parts: [head, gate(data.outcomes), steps, unknowns(data.notes)].filter(Boolean), draw() {} };
}

function explainedItem(step) {
  const where = [step.stage, `line ${step.line}`, duration(step.seconds)].filter(Boolean);
  const made = [
    el("span", { class: "tag " + step.mark }, step.mark),
    el("code", null, step.text),
    el("span", { class: "where" }, where.join(", ")),
  ];
  const warnings = step.warnings.map((warning) =>
    el("div", { class: "facts warned" }, "warning: ", sentence(warning)),
  );
  const reason = step.reason ? el("div", { class: "facts" }, sentence(step.reason)) : null;
  return el("li", null, el("div", { class: "made" }, made), reason, warnings);
}
