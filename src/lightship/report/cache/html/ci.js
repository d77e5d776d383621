// The page of a history in CI: the advice, the settings side by side, and each step's hits by event
// under the setting that is chosen.

function ciPage(data) {
  const choice = settingChoice(data);
  const sections = [
    settingsSection(data, choice.choose),
    eventsSection(data),
    data.steps.length ? choice.made : null,
    unknowns(data.notes),
  ].filter(Boolean);
  return { parts: [ciHead(data), contents(sections), ...sections], draw() {} };
}

function ciHead(data) {
  const span = `${counted(data.commits, "commit")}, ${data.timespan}`;
  return el(
    "header",
    null,
    el("h1", null, "What runs of CI rebuild"),
    el("p", { class: "where" }, `${data.dockerfile} · ${data.where} · ${span}`),
    el("p", { class: "verdict" }, sentence(data.advice)),
    data.best === null ? null : optionRows(data.settings[data.best]),
    ciFigures(data),
    timesNote(data),
  );
}

function ciFigures(data) {
  const [written] = data.settings;
  if (!written.built) return null;
  const best = data.best === null ? null : data.settings[data.best];
  const about = (seconds) => (data.estimated ? "about " : "") + duration(seconds);
  const rows = [["Runs", number(written.runs), leftOut(written)]];
  if (written.seconds !== null) {
    const whole = data.whole === null ? "" : `${duration(data.whole)} without any cache`;
    rows.push(["Time a run", about(written.seconds / written.built), whole]);
  }
  rows.push(["Steps rebuilt a run", each(written, "rebuilt").toFixed(1), `of ${data.steps.length}`]);
  if (best !== null && written.seconds !== null && data.weeks !== null) {
    const saved = (written.seconds - best.seconds) / data.weeks;
    rows.push(["Saved a week", about(saved), `with ${best.name}`]);
  } else if (best !== null) {
    rows.push(["Steps with the best", each(best, "rebuilt").toFixed(1), best.name]);
  }
  return figures(rows);
}

function leftOut(setting) {
  const failed = setting.runs - setting.built;
  return failed ? `${number(failed)} of them left out` : "";
}

// What one run has of a sum.
function each(setting, name) {
  return setting.built ? setting[name] / setting.built : 0;
}

function optionRows(setting) {
  if (!setting.options.length) return null;
  const rows = setting.options.map(([name, text]) =>
    el("div", null, el("dt", null, name.replace(/:$/, "")), el("dd", null, text)),
  );
  return el("dl", { class: "settings" }, rows);
}

// Seconds where they are known, else steps: what bars are as long as.
function measureOf(data) {
  return data.settings[0].seconds === null ? "rebuilt" : "seconds";
}

function settingsSection(data, choose) {
  const measure = measureOf(data);
  const most = Math.max(...data.settings.map((setting) => each(setting, measure)), 0);
  if (!data.settings[0].built) return null;
  const items = data.settings.map((setting, at) => settingItem(data, at, measure, most, choose));
  const words = measure === "seconds" ? "time" : "rebuilt steps";
  const note = `A bar is as long as the ${words} of one run. The others are settings of the same build.`;
  return section(
    "settings",
    `Settings (${items.length})`,
    el("p", { class: "note" }, note),
    el("ol", { class: "layers" }, items),
  );
}

function settingItem(data, at, measure, most, choose) {
  const setting = data.settings[at];
  const isBest = at === data.best;
  const bar = el("b", { class: isBest ? "best" : null });
  bar.style.width = `${most ? (100 * each(setting, measure)) / most : 0}%`;
  const tags = [
    at === 0 ? el("span", { class: "tag" }, "in the workflow") : null,
    isBest ? el("span", { class: "tag passed" }, "best") : null,
  ];
  const link = el("a", { href: "#steps" }, "its steps");
  link.addEventListener("click", () => choose(at));
  return el(
    "li",
    null,
    el("div", { class: "made" }, el("b", null, setting.name), tags),
    el("div", { class: "bar", "aria-hidden": "true" }, bar),
    el("div", { class: "facts" }, settingFacts(data, setting), " · ", link),
    settingOptions(setting),
  );
}

function settingOptions(setting) {
  const rows = optionRows(setting);
  return rows && el("details", null, el("summary", null, "for the workflow"), rows);
}

function settingFacts(data, setting) {
  const { length } = data.steps;
  const whole = length * setting.built;
  const facts = [`${each(setting, "rebuilt").toFixed(1)} of ${length} steps rebuilt a run`];
  if (setting.seconds !== null) facts.unshift(`${duration(each(setting, "seconds"))} a run`);
  if (whole) facts.push(`${percent((whole - setting.rebuilt) / whole)} hits`);
  if (setting.bytes !== null) facts.push(`${size(each(setting, "bytes"))} fetched`);
  return facts.join(" · ");
}

function eventsSection(data) {
  const [written] = data.settings;
  const hasTime = written.seconds !== null;
  if (!written.kinds.length) return null;
  const names = ["Runs", "Steps rebuilt a run", "Found no cache"];
  if (hasTime) names.push("Time a run");
  const heads = names.map((name) => el("th", { scope: "col" }, name));
  const rows = written.kinds.map((kind) => {
    const cells = [number(kind.runs), each(kind, "rebuilt").toFixed(1), emptyShare(kind)];
    if (hasTime) cells.push(duration(each(kind, "seconds")));
    const texts = cells.map((cell) => el("td", null, cell));
    return el("tr", null, el("th", { scope: "row" }, kind.event), texts);
  });
  const head = el("thead", null, el("tr", null, el("td"), heads));
  const table = el("table", { class: "compared" }, head, el("tbody", null, rows));
  const title = `Events (${rows.length})`;
  const frame = { class: "scroll fit", tabindex: "0", role: "region", "aria-label": title };
  const note = "As the workflow has it. A run that found no cache builds everything.";
  return section("events", title, el("p", { class: "note" }, note), el("div", frame, table));
}

function emptyShare(kind) {
  return kind.built ? percent(kind.empty / kind.built) : "no run";
}

// The steps under one setting, and what chooses it.
function settingChoice(data) {
  const options = data.settings.map((setting, at) => el("option", { value: at }, setting.name));
  const select = el("select", { id: "setting" }, options);
  const list = el("ol", { class: "layers" });

  function choose(at) {
    select.value = String(at);
    const { kinds } = data.settings[at];
    const stages = new Set(data.steps.map((step) => step.stage));
    const items = data.steps.map((step, row) => ciStepItem(step, row, kinds, stages.size > 1));
    list.replaceChildren(...items);
  }

  select.addEventListener("change", () => choose(Number(select.value)));
  choose(0);
  const made = section(
    "steps",
    `Steps (${data.steps.length})`,
    el(
      "div",
      { class: "controls" },
      el("label", { for: "setting" }, "Setting ", select),
      el("div", { class: "keys" }, keyOf("hit", KEYS.hit), keyOf("miss", KEYS.miss)),
    ),
    list,
  );
  return { made, choose };
}

function ciStepItem(step, row, kinds, hasStages) {
  const facts = [hasStages ? step.stage : "", `line ${step.line}`];
  if (step.seconds !== null) facts.push(`${duration(step.seconds)} each`);
  return el(
    "li",
    null,
    el(
      "div",
      { class: "made" },
      el("code", null, step.text),
      el("span", { class: "where" }, facts.filter(Boolean).join(", ")),
    ),
    el("div", { class: "shares" }, kinds.map((kind) => hitShare(kind, row))),
    ciReasons(row, kinds),
  );
}

// For one event: its name, a bar of hits and what was rebuilt, the share.
function hitShare(kind, row) {
  const [hits] = kind.steps[row];
  const share = kind.built ? hits / kind.built : 0;
  const found = el("i");
  const rebuilt = el("b");
  found.style.width = `${100 * share}%`;
  rebuilt.style.width = `${kind.built ? 100 * (1 - share) : 0}%`;
  const words = kind.built ? `${percent(share)} cached` : "no run";
  return [
    el("span", null, kind.event),
    el("div", { class: "bar", "aria-hidden": "true" }, found, rebuilt),
    el("span", { class: "share" }, words),
  ];
}

function ciReasons(row, kinds) {
  const runs = new Map();
  for (const kind of kinds) {
    for (const [text, many] of kind.steps[row][1]) runs.set(text, (runs.get(text) ?? 0) + many);
  }
  const rows = [...runs].sort((one, other) => other[1] - one[1]);
  if (!rows.length) return null;
  const items = rows.map(([text, many]) =>
    el("li", null, `${counted(many, "run")}: `, sentence(text)),
  );
  const [[first]] = rows;
  const more = rows.length > 1 ? ` (${counted(rows.length, "reason")})` : "";
  return el("details", null, el("summary", null, sentence(first), more), el("ul", null, items));
}
