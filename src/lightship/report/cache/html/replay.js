// The page of a history, and that of two builds side by side.

function replayPage(data) {
  const replay = data.replay, map = replay.commits.length && replay.steps.length ? timeline("timeline", "Timeline", replay) : null;
  const sections = [map && map.made, stepSection("steps", replay), fileTable(replay), commitTable(replay), noteList(data.notes)].filter(Boolean);
  const head = el("header", null, el("h1", null, `What ${counted(replay.commits.length, "commit")} rebuild`),
    el("p", { class: "where" }, replay.dockerfile, replay.historic ? ", each commit's own" : ", as it is now", replay.dates ? ` · ${replay.dates}` : ""),
    replayFigures(replay), timesNote(replay));
  return { parts: [head, contents(sections), ...sections], draw: () => map && map.draw() };
}

function replayFigures(replay) {
  const many = replay.commits.length, about = replay.estimated ? "about " : "";
  if (!many) return el("p", null, "There are no commits.");
  return figures([
    ["Rebuilt by a commit", (replay.rebuilt / many).toFixed(1), `of ${replay.one}`],
    ["Rebuilt nothing", percent(replay.unchanged / many), counted(replay.unchanged, "commit")],
    ["A commit takes", replay.each === null ? "" : about + duration(replay.each), replay.whole === null ? "" : `${duration(replay.whole)} without a cache`],
    ["A week takes", replay.weekly === null ? "" : about + duration(replay.weekly), `${duration(replay.seconds)} in ${replay.timespan}`],
    ["In all", replay.seconds === null || replay.weekly !== null ? "" : about + duration(replay.seconds), replay.timespan],
  ]);
}

function timesNote(replay) {
  return replay.source ? el("p", { class: "note times" }, `Times are ${replay.estimated ? "estimated" : "measured"}: `, sentence(replay.source)) : null;
}

function stepSection(id, replay) {
  const many = replay.commits.length;
  if (!replay.steps.length) return null;
  const several = new Set(replay.steps.map((step) => step.stage)).size > 1;
  return section(id, `Steps (${replay.steps.length})`, el("ol", { class: "layers" }, replay.steps.map((step) => stepItem(step, many, several))));
}

function stepItem(step, many, several) {
  const bar = el("div", { class: "bar", "aria-hidden": "true" }, el("b"));
  bar.children[0].style.width = `${many ? (100 * step.rebuilt) / many : 0}%`;
  const facts = [`rebuilt by ${number(step.rebuilt)} of ${number(many)} (${percent(many ? step.rebuilt / many : 0)})`, step.seconds === null ? "" : `${duration(step.seconds)} each`];
  const reasons = step.reasons.map(([text, commits]) => el("li", null, `${number(commits)}: `, sentence(text)));
  return el("li", null,
    el("div", { class: "made" }, el("code", null, step.text), el("span", { class: "where" }, `${several ? step.stage + ", " : ""}line ${step.line}`)),
    bar,
    el("div", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    reasons.length ? el("details", null, el("summary", null, counted(reasons.length, "reason")), el("ul", null, reasons)) : null);
}

function fileTable(replay) {
  const timed = replay.files.rows.some((row) => row[3] !== null);
  const columns = [{ name: "File", kind: "path" }, { name: "Commits", kind: "number" }, { name: "Steps", kind: "number" }];
  if (timed) columns.push({ name: "Time", kind: "seconds" });
  return dataTable("files", `Files (${number(replay.files.total)})`, columns, replay.files,
    { sorted: timed ? 3 : 2, note: "Commits that changed a file and rebuilt something, and the rebuilt steps that it had a part in." });
}

function commitTable(replay) {
  const timed = replay.seconds !== null;
  const columns = [{ name: "Commit", kind: "path" }, { name: "Date", kind: "text" }, { name: "Subject", kind: "text" }, { name: "Is", kind: "state" },
    { name: "Lines rebuilt", kind: "text" }, { name: "Steps", kind: "number" }, { name: "Files changed", kind: "number" }];
  if (timed) columns.push({ name: "Time", kind: "seconds" });
  const rows = unpacked(replay).map((commit) => {
    const lines = [...new Set(commit.missed.map((row) => replay.steps[row].line))].join(", ");
    const is = commit.failed ? "failed" : commit.needless ? "needless" : "";
    return [commit.id.slice(0, 12), commit.date, commit.subject, is, lines, commit.missed.length, commit.changed, commit.seconds];
  });
  return dataTable("commits", `Commits (${number(rows.length)})`, columns, { rows: rows.reverse(), total: rows.length },
    { note: "The latest first. Needless: something was rebuilt, and no file that the image uses by name had changed." });
}

function explanationPage(data) {
  const steps = data.steps.length
    ? section("steps", `Steps (${data.steps.length})`, el("ol", { class: "layers" }, data.steps.map(explainedItem))) : null;
  const sections = [steps, noteList(data.notes)].filter(Boolean);
  return { parts: [el("header", null, el("h1", null, "What is rebuilt, and why"), el("p", { class: "verdict" }, data.verdict)), ...sections], draw() {} };
}

function explainedItem(step) {
  const where = [step.stage, `line ${step.line}`, duration(step.seconds)].filter(Boolean).join(", ");
  return el("li", null,
    el("div", { class: "made" }, el("span", { class: "tag " + step.mark }, step.mark), el("code", null, step.text), el("span", { class: "where" }, where)),
    step.reason ? el("div", { class: "facts" }, sentence(step.reason)) : null,
    step.warnings.map((warning) => el("div", { class: "facts warned" }, "warning: ", sentence(warning))));
}
