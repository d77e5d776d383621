// Elements, numbers and words. What others wrote gets into the page as text alone: `append` makes
// text nodes of strings.

const SVG = "http:" + "//www.w3.org/2000/svg"; // the name of SVG, from which nothing is fetched

function el(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

// An element of SVG.
function drawn(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  const isThere = (child) => child !== null && child !== undefined && child !== "";
  element.append(...children.flat(Infinity).filter(isThere));
  return element;
}

function section(id, title, ...children) {
  const heading = el("h2", { id: id + "-title" }, title);
  return el("section", { id, "aria-labelledby": id + "-title" }, heading, ...children);
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

// As sizes.py: decimal units with three digits.
function size(bytes) {
  if (bytes === null || bytes === undefined) return "unknown";
  if (bytes < 0) return "-" + size(-bytes);
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
  if (!unit) return `${value.toFixed(0)} B`;
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

function signed(bytes) {
  return bytes > 0 ? "+" + size(bytes) : size(bytes);
}

function percent(share) {
  let value = Math.round(share * 1000) / 10;
  if (value === 100 && share < 1) value = 99.9;
  if (value === 0 && share > 0) return "< 0.1 %";
  return value.toFixed(1) + " %";
}

function number(value) {
  if (value === null || value === undefined) return "unknown";
  return value.toLocaleString("en-GB");
}

function counted(value, word, words = word + "s") {
  return `${number(value)} ${value === 1 ? word : words}`;
}

function capital(word) {
  return word[0].toUpperCase() + word.slice(1);
}

// "`code` and text": what stands between backticks is code.
function sentence(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text]; // one without its partner is itself
  return parts.map((part, at) => (at % 2 && part ? el("code", null, part) : part));
}

function bullets(rows) {
  const items = rows.map((row) => el("li", null, sentence(row)));
  return el("ul", null, items);
}
