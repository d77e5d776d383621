// Tables that sort by their columns and are searched by words. Only so many rows are in the page at a time.

const FIRST = 50, MORE = 500;
const SHOWN = { size, change: signed, number };

// columns: {name, kind: "text" | "path" | "size" | "change" | "number" | "state"}; rows are arrays in their order.
function dataTable(id, title, columns, data, options) {
  const { note, sorted } = options || {};
  if (!data.rows.length) return null;
  const state = { column: sorted ?? -1, down: true, words: [], most: FIRST, rows: data.rows };
  const body = el("tbody"), status = el("output", { for: id + "-search" }), more = el("button", { type: "button" });
  const search = el("input", { type: "search", id: id + "-search", autocomplete: "off", spellcheck: "false" });
  const heads = columns.map((column, at) => head(column, () => sortBy(at)));
  const texts = new Map();

  function text(row) {
    if (!texts.has(row)) texts.set(row, row.filter((cell) => typeof cell === "string").join("\n").toLowerCase());
    return texts.get(row);
  }

  function choose() {
    const rows = state.words.length
      ? data.rows.filter((row) => state.words.every((word) => text(row).includes(word)))
      : data.rows.slice();
    if (state.column >= 0) rows.sort(order(columns[state.column], state.column, state.down));
    state.rows = rows;
    state.most = FIRST;
    draw();
  }

  function sortBy(at) {
    const isText = !(columns[at].kind in SHOWN);
    state.down = state.column === at ? !state.down : !isText;
    state.column = at;
    choose();
  }

  function draw() {
    body.replaceChildren(...state.rows.slice(0, state.most).map((row) => tableRow(columns, row)));
    heads.forEach((each, at) => {
      if (at === state.column) each.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else each.removeAttribute("aria-sort");
    });
    const left = state.rows.length - state.most;
    more.hidden = left <= 0;
    more.textContent = `Show ${number(Math.min(left, MORE))} more`;
    status.textContent = told();
  }

  function told() {
    const found = state.rows.length, drawn = Math.min(found, state.most);
    const parts = [drawn < found ? `${number(drawn)} of ${counted(found, "row")} shown` : counted(found, "row")];
    if (data.rows.length < data.total) parts.push(`the page holds the largest ${number(data.rows.length)} of ${number(data.total)}`);
    return parts.join("; ");
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
  const table = el("table", null, el("caption", { class: "hidden" }, title), el("thead", null, el("tr", null, heads)), body);
  const tools = el("div", { class: "tools" }, el("label", { for: id + "-search" }, "Search"), search, status);
  const inside = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table);
  return section(id, title, note ? el("p", { class: "note" }, note) : null, tools, inside, more);
}

function head(column, act) {
  const button = el("button", { type: "button" }, column.name);
  button.addEventListener("click", act);
  return el("th", { scope: "col", class: column.kind }, button);
}

function order(column, at, down) {
  const sign = down ? -1 : 1;
  if (column.kind in SHOWN) return (one, other) => sign * ((one[at] ?? -1) - (other[at] ?? -1));
  const collator = new Intl.Collator("en", { numeric: true });
  return (one, other) => sign * collator.compare(one[at] ?? "", other[at] ?? "");
}

function tableRow(columns, row) {
  return el("tr", null, columns.map((column, at) => {
    const value = row[at];
    if (column.kind === "state") return el("td", { class: "state" }, value ? el("span", { class: "tag " + value }, value) : "");
    const shown = column.kind in SHOWN ? SHOWN[column.kind](value) : value === null ? "not set" : value;
    const title = column.kind === "size" || column.kind === "change" ? number(value) + " bytes" : null;
    return el("td", { class: column.kind + (value === null ? " none" : ""), title }, shown);
  }));
}
