// Elements and numbers. What comes from the image gets into the page as text alone: `append` makes text nodes.

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "class") made.className = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

// As sizes.py: decimal units with three digits.
function size(bytes) {
  if (bytes === null || bytes === undefined) return "unknown";
  if (bytes < 0) return "-" + size(-bytes);
  let value = bytes, unit = 0;
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
  if (!unit) return `${value.toFixed(0)} B`;
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${UNITS[unit]}`;
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
  return value === null || value === undefined ? "unknown" : value.toLocaleString("en-GB");
}

function counted(value, word) {
  return `${number(value)} ${word}${value === 1 ? "" : "s"}`;
}

// plotly reads some tags and entities in its labels; so none is left.
function plain(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function section(id, title, ...children) {
  return el("section", { id, "aria-labelledby": id + "-title" }, el("h2", { id: id + "-title" }, title), ...children);
}
