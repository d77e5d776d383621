// The steps of a build of each version on one axis, a row for each stage.

const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000, 86400];

function stepSection(builds, names, build) {
  if (!builds.length) return null;
  const end = Math.max(...builds.map((build) => build.end), 0.001), detail = el("div", { class: "detail", role: "status" });
  const sides = builds.map((build, at) => side(build, at, end));
  const all = sides.flatMap((each, at) => each.steps.map((found) => ({ ...found, at })));
  chosenBy(all.map((each) => each.button), (at, key) => stepAt(all, at, key), (at) => detail.replaceChildren(...stepDetail(all[at], names)));
  detail.replaceChildren(el("p", { class: "note" }, "No step is chosen."));
  const keys = el("p", { class: "keys" }, keyOf("ran", "in both"), keyOf("only", "in one of them, with a mark"), keyOf("cached", "cached"));
  return section("steps", `Steps of ${build}`, keys,
    el("div", { class: "builds" }, sides.map((each) => each.made), axis(end)),
    el("p", { class: "note" }, "Choose a step by the mouse, or with the arrow keys: up and down lead to the other version."), detail);
}

function side(build, at, end) {
  const steps = [];
  const lanes = build.lanes.map((lane) => el("div", { class: "lane" }, el("span", { class: "stage" }, lane.stage),
    el("div", { class: "line" }, lane.steps.map((step) => {
      const button = el("button", { type: "button", class: `step${step.only ? " only" : ""}${step.cached ? " cached" : ""}`,
        "aria-label": `${SIDES[at]}, ${lane.stage}: ${step.text}, ${stepTime(step)}` }, (step.only ? "• " : "") + step.text);
      button.style.left = `${(100 * step.start) / end}%`;
      button.style.width = `max(3px, ${(100 * step.seconds) / end}%)`;
      steps.push({ step, button, stage: lane.stage });
      return button;
    }))));
  const made = el("div", { class: "build" }, el("h3", null, `${SIDES[at][0].toUpperCase()}${SIDES[at].slice(1)}`, " ",
    el("small", null, build.lanes.length ? build.total : "no steps")), lanes);
  return { made, steps };
}

function stepTime(step) {
  return step.cached ? "cached" : step.time;
}

function stepDetail(found, names) {
  const only = found.step.only ? " · the other version has no such step" : "";
  return [
    el("h3", null, `${SIDES[found.at]}: ${names[found.at]}`),
    el("p", null, el("code", null, found.step.text)),
    el("p", { class: "note" }, `stage ${found.stage} · ${stepTime(found.step)}${only}`),
  ];
}

// Left and right stay in a version; up and down go to the step of the other one that began last before this one.
function stepAt(all, at, key) {
  const own = all.map((_, place) => place).filter((place) => all[place].at === all[at].at);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const other = all.map((_, place) => place).filter((place) => all[place].at !== all[at].at);
    const before = other.filter((place) => all[place].step.start <= all[at].step.start);
    return before.at(-1) ?? other[0] ?? null;
  }
  const found = inRow(own.indexOf(at), key, own.length - 1);
  return found === null ? null : own[found];
}

function axis(end) {
  const step = TICKS.find((each) => end / each <= 8) ?? end, ticks = [];
  for (let at = 0; at <= end && ticks.length < 10; at += step) {
    const tick = el("span", null, at >= 180 ? `${+(at / 60).toFixed(1)} min` : `${+at.toFixed(1)} s`);
    tick.style.left = `${(100 * at) / end}%`;
    ticks.push(tick);
  }
  return el("div", { class: "lane axis", "aria-hidden": "true" }, el("span", { class: "stage" }), el("div", { class: "line" }, ticks));
}
