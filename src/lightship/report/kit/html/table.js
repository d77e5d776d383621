// Tables that sort by their columns and are searched by words. Only so many rows are in the page at
// a time.

const FIRST = 50;
const MORE = 500;
const SHOWN = { size, change: signed, number }; // kinds of columns that hold numbers
const RATINGS = ["unknown", "negligible", "low", "medium", "high", "critical"];

// columns: {name, kind: "text" | "path" | "line" | "size" | "change" | "number" | "state" |
// "rating"}; data: {rows, total}, where rows are arrays in the order of columns. null where there are no rows.
function dataTable(id, title, columns, data, { note, above = null, sorted = -1 } = {}) {
  if (!data.rows.length) return null;
  const state = { column: sorted, isFalling: true, words: [], most: FIRST, rows: data.rows };
  const body = el("tbody");
  const status = el("output", { for: id + "-search" });
  const more = el("button", { type: "button" });
  const search = el("input", {
    type: "search",
    id: id + "-search",
    autocomplete: "off",
    spellcheck: "false",
  });
  const heads = columns.map((column, at) => columnHead(column, () => sortBy(at)));
  const texts = new Map();

  // What is searched of a row.
  function textOf(row) {
    if (!texts.has(row)) {
      const cells = row.filter((cell) => typeof cell === "string");
      texts.set(row, cells.join("\n").toLowerCase());
    }
    return texts.get(row);
  }

  function choose() {
    const { column, isFalling, words } = state;
    const rows = data.rows.filter((row) => words.every((word) => textOf(row).includes(word)));
    if (column >= 0) rows.sort(orderOf(columns[column], column, isFalling));
    state.rows = rows;
    state.most = FIRST;
    draw();
  }

  function sortBy(at) {
    const { kind } = columns[at];
    const isText = !(kind in SHOWN) && kind !== "rating";
    state.isFalling = state.column === at ? !state.isFalling : !isText;
    state.column = at;
    choose();
  }

  function draw() {
    const shown = state.rows.slice(0, state.most);
    body.replaceChildren(...shown.map((row) => tableRow(columns, row)));
    heads.forEach((head, at) => {
      const order = state.isFalling ? "descending" : "ascending";
      if (at === state.column) head.setAttribute("aria-sort", order);
      else head.removeAttribute("aria-sort");
    });
    const left = state.rows.length - state.most;
    more.hidden = left <= 0;
    more.textContent = `Show ${number(Math.min(left, MORE))} more`;
    status.textContent = countOf(shown.length);
  }

  function countOf(shown) {
    const { length } = state.rows;
    const all = counted(length, "row");
    const part = shown < length ? `${number(shown)} of ${all} shown` : all;
    if (data.rows.length === data.total) return part;
    const held = `this page holds the largest ${number(data.rows.length)}`;
    return `${part}; ${held} of ${number(data.total)}`;
  }

  search.addEventListener("input", () => {
    state.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    choose();
  });
  more.addEventListener("click", () => {
    state.most += MORE;
    draw();
  });
  draw();
  const caption = el("caption", { class: "hidden" }, title);
  const table = el("table", { class: "rows" }, caption, el("thead", null, el("tr", null, heads)), body);
  const label = el("label", { for: id + "-search" }, "Search");
  const frame = { class: "scroll", tabindex: "0", role: "region", "aria-label": title };
  return section(
    id,
    title,
    above,
    note ? el("p", { class: "note" }, note) : null,
    el("div", { class: "tools" }, label, search, status),
    el("div", frame, table),
    more,
  );
}

function columnHead(column, act) {
  const button = el("button", { type: "button" }, column.name);
  button.addEventListener("click", act);
  return el("th", { scope: "col", class: column.kind }, button);
}

function orderOf(column, at, isFalling) {
  const sign = isFalling ? -1 : 1;
  if (column.kind in SHOWN) {
    return (one, other) => sign * ((one[at] ?? -1) - (other[at] ?? -1));
  }
  if (column.kind === "rating") {
    const rank = (row) => RATINGS.indexOf(row[at]);
    return (one, other) => sign * (rank(one) - rank(other));
  }
  const collator = new Intl.Collator("en", { numeric: true });
  return (one, other) => sign * collator.compare(one[at] ?? "", other[at] ?? "");
}

function tableRow(columns, row) {
  const cells = columns.map((column, at) => {
    const cell = tableCell(column.kind, row[at]);
    cell.dataset.name = column.name;
    return cell;
  });
  return el("tr", null, cells);
}

function tableCell(kind, value) {
  if (kind === "state" || kind === "rating") {
    const tag = value ? el("span", { class: "tag " + value }, value) : "";
    return el("td", { class: kind }, tag);
  }
  const isBytes = kind === "size" || kind === "change";
  const title = isBytes ? number(value) + " bytes" : null;
  const none = value === null ? " none" : "";
  return el("td", { class: kind + none, title }, cellText(kind, value));
}

function cellText(kind, value) {
  if (kind in SHOWN) return SHOWN[kind](value);
  return value === null ? "not set" : value;
}
