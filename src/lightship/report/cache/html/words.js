// Words and figures of the cache.

const UNITS_OF_TIME = [
  [86400, "days"],
  [3600, "h"],
  [60, "min"],
];
const STATES = {
  "#": "rebuilt",
  ".": "cached",
  "!": "fails here",
  "-": "not reached",
  " ": "no such step",
};
const KEYS = { miss: "rebuilt", hit: "cached", failed: "fails here", skipped: "not reached" };

// As words.py: two digits, in the unit that people would use.
function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const length = Math.abs(seconds);
  const [unit, name] = UNITS_OF_TIME.find(([unit]) => length >= 1.65 * unit) || [1, "s"];
  const value = length / unit;
  if (value > 0 && value < 0.05) return "< 0.1 s";
  const hasDigit = value > 0 && value < 9.95;
  const whole = value.toLocaleString("en-GB", { maximumFractionDigits: 0 });
  return `${seconds < 0 ? "-" : ""}${hasDigit ? value.toFixed(1) : whole} ${name}`;
}

SHOWN.seconds = duration;

function timesNote(data) {
  if (!data.source) return null;
  const how = data.estimated ? "estimated" : "measured";
  return el("p", { class: "note times" }, `Times are ${how}: `, sentence(data.source));
}

function stepName(step) {
  return `line ${step.line} ${step.text}`;
}

function because(cause) {
  return cause ? [": ", ...sentence(cause)] : [];
}

function unknowns(rows) {
  return notes("What cannot be known", rows);
}
