// The steps of a build of each version on one axis, a row for each stage.

const TICKS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000,
  86400,
]; // seconds

function stepSection(builds, names, build) {
  if (!builds.length) return null;
  const end = Math.max(...builds.map((each) => each.end), 0.001);
  const detail = el("div", { class: "detail", role: "status" });
  const sides = builds.map((each, at) => buildSide(each, at, end));
  const steps = sides.flatMap((side, at) => side.steps.map((step) => ({ ...step, at })));
  const tell = (at) => detail.replaceChildren(...stepDetail(steps[at], names));
  const buttons = steps.map((step) => step.button);
  chosenBy(buttons, (at, key) => stepAt(steps, at, key), tell);
  if (steps.length) tell(longestOf(steps)); // what there is to look at first
  const keys = [
    keyOf("ran", "in both"),
    keyOf("only", "in one of them, marked •"),
    keyOf("cached", "cached"),
  ];
  const help =
    "Point at a step, or choose it with the arrow keys: up and down lead to the other version.";
  return section(
    "steps",
    `Steps of ${build}`,
    el("p", { class: "keys" }, keys),
    el(
      "div",
      { class: "builds" },
      sides.map((side) => side.made),
      axis(end),
    ),
    el("p", { class: "note" }, help),
    detail,
  );
}

function longestOf(steps) {
  const times = steps.map(({ step }) => step.seconds);
  return times.indexOf(Math.max(...times));
}

function buildSide(build, at, end) {
  const steps = [];
  const lanes = build.lanes.map((lane) => {
    const buttons = lane.steps.map((step) => {
      const button = stepButton(step, `${SIDES[at]}, ${lane.stage}`, end);
      steps.push({ step, button, stage: lane.stage });
      return button;
    });
    const stage = el("span", { class: "stage" }, lane.stage);
    return el("div", { class: "lane" }, stage, el("div", { class: "line" }, buttons));
  });
  const total = el("small", null, build.lanes.length ? build.total : "no steps");
  const title = el("h3", null, capital(SIDES[at]), " ", total);
  return { made: el("div", { class: "build" }, title, lanes), steps };
}

function stepButton(step, place, end) {
  const kind = `step${step.only ? " only" : ""}${step.cached ? " cached" : ""}`;
  const label = `${place}: ${step.text}, ${stepTime(step)}`;
  const attributes = { type: "button", class: kind, "aria-label": label };
  const button = el("button", attributes, (step.only ? "• " : "") + step.text);
  button.style.left = `${(100 * step.start) / end}%`;
  button.style.width = `max(3px, ${(100 * step.seconds) / end}%)`;
  return button;
}

function stepTime(step) {
  return step.cached ? "cached" : step.time;
}

function stepDetail({ step, stage, at }, names) {
  const only = step.only ? " · the other version has no such step" : "";
  return [
    el("h3", null, `${SIDES[at]}: ${names[at]}`),
    el("p", null, el("code", null, step.text)),
    el("p", { class: "note" }, `stage ${stage} · ${stepTime(step)}${only}`),
  ];
}

// Left and right stay in a version; up and down go to the step of the other one that began last
// before this one.
function stepAt(steps, at, key) {
  const places = steps.map((_, place) => place);
  const own = places.filter((place) => steps[place].at === steps[at].at);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const other = places.filter((place) => steps[place].at !== steps[at].at);
    const earlier = other.filter((place) => steps[place].step.start <= steps[at].step.start);
    return earlier.at(-1) ?? other[0] ?? null;
  }
  const place = inRow(own.indexOf(at), key, own.length - 1);
  return place === null ? null : own[place];
}

function axis(end) {
  const step = TICKS.find((seconds) => end / seconds <= 8) ?? end;
  const ticks = [];
  for (let at = 0; at <= end && ticks.length < 10; at += step) {
    const text = at >= 180 ? `${+(at / 60).toFixed(1)} min` : `${+at.toFixed(1)} s`;
    const tick = el("span", null, text);
    tick.style.left = `${(100 * at) / end}%`;
    ticks.push(tick);
  }
  const stage = el("span", { class: "stage" });
  const line = el("div", { class: "line" }, ticks);
  return el("div", { class: "lane axis", "aria-hidden": "true" }, stage, line);
}
