// Words and figures of the cache. What comes from a repository gets into the page as text alone, as in text.js.

const UNITS_OF_TIME = [[86400, "days"], [3600, "h"], [60, "min"]];
const STATES = { "#": "rebuilt", ".": "cached", "!": "fails here", "-": "not reached", " ": "no such step" };
const KEYS = { miss: "rebuilt", hit: "cached", failed: "fails here", skipped: "not reached" };

// As words.py: two digits, in the unit that people would use.
function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const size = Math.abs(seconds), [unit, name] = UNITS_OF_TIME.find(([unit]) => size >= 1.65 * unit) || [1, "s"];
  const value = size / unit;
  if (value > 0 && value < 0.05) return "< 0.1 s";
  const text = value > 0 && value < 9.95 ? value.toFixed(1) : value.toLocaleString("en-GB", { maximumFractionDigits: 0 });
  return `${seconds < 0 ? "-" : ""}${text} ${name}`;
}

SHOWN.seconds = duration;

function stepName(step) {
  return `line ${step.line} ${step.text}`;
}

// "`code` and text": what stands between backticks is code.
function sentence(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, at) => (at % 2 && part ? el("code", null, part) : part));
}

function because(cause) {
  return cause ? [": ", ...sentence(cause)] : [];
}

function noteList(rows) {
  return rows.length ? section("notes", "What cannot be known", el("ul", null, rows.map((row) => el("li", null, sentence(row))))) : null;
}
