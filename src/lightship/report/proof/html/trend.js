// Proofs over time: a small chart for each figure, and all proofs as a table.

const WIDE = 560, TALL = 150, EDGE = 12; // of a chart, in its own units
const SPACE = "http:" + "//www.w3.org/2000/svg"; // the name of SVG, which is no address

function drawn(tag, attributes, ...children) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children.flat());
  return made;
}

function trendPage(data) {
  const many = data.proofs.length;
  if (!many) return { parts: [el("header", null, el("h1", null, "Proofs over time"), el("p", null, "There are no proofs."))], draw() {} };
  const charts = section("charts", "Figures", el("div", { class: "two" }, data.lines.map((line) => lineChart(line, data.proofs))),
    el("p", { class: "note" }, "Of the second version of each proof, the oldest left; all charts start at nothing. With the arrow keys a proof is chosen."));
  const sections = [charts, proofTable(data)];
  const first = data.proofs[0].date, last = data.proofs[many - 1].date;
  return { parts: [el("header", null, el("h1", null, counted(many, "proof") + " over time"), el("p", { class: "where" }, `${first} to ${last}`)), contents(sections), ...sections], draw() {} };
}

function lineChart(line, proofs) {
  const known = line.values.filter((value) => value !== null), largest = Math.max(...known, 0) || 1, last = proofs.length - 1;
  const place = (value, at) => [EDGE + (last ? (at * (WIDE - 2 * EDGE)) / last : (WIDE - 2 * EDGE) / 2), TALL - EDGE - (value / largest) * (TALL - 2 * EDGE)];
  const status = el("p", { class: "picked", role: "status" }, line.said);
  const cursor = drawn("line", { class: "cursor", y1: 0, y2: TALL, visibility: "hidden" });
  const dots = line.values.map((value, at) => {
    if (value === null) return [];
    const [x, y] = place(value, at);
    return drawn("circle", { cx: x, cy: y, r: proofs.length > 60 ? 2 : 4 });
  });
  const chart = drawn("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, tabindex: 0, role: "application", "aria-roledescription": "chart", "aria-label": `${line.title}: ${line.said}` },
    drawn("line", { class: "base", x1: 0, x2: WIDE, y1: TALL - EDGE, y2: TALL - EDGE }), cursor, paths(line.values, place).map((points) => drawn("polyline", { points })), dots);
  const state = { at: -1 };
  const choose = (at) => {
    state.at = Math.min(Math.max(at, 0), last);
    const [x] = place(0, state.at), proof = proofs[state.at];
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, x);
    cursor.setAttribute("visibility", "visible");
    status.textContent = `${proof.date}${proof.commit ? " " + proof.commit : ""}: ${line.texts[state.at] ?? "not measured"} (${proof.verdict})`;
  };
  chart.addEventListener("keydown", (event) => {
    const found = state.at < 0 && inRow(0, event.key, last) !== null ? (event.key === "Home" ? 0 : last) : inRow(state.at, event.key, last);
    if (found === null) return;
    event.preventDefault();
    choose(found);
  });
  const pointed = (event) => {
    const box = chart.getBoundingClientRect(), x = ((event.clientX - box.left) * WIDE) / box.width;
    choose(Math.round(((x - EDGE) * last) / (WIDE - 2 * EDGE)));
  };
  chart.addEventListener("pointermove", pointed);
  chart.addEventListener("click", pointed);
  return el("figure", { class: "trend", id: "line-" + line.key }, el("figcaption", null, el("b", null, line.title), line.largest ? el("small", null, ` up to ${line.largest}`) : null), chart, status);
}

// A line is broken where a figure was not measured.
function paths(values, place) {
  const found = [];
  let points = [];
  values.forEach((value, at) => {
    if (value === null) {
      found.push(points);
      points = [];
    } else points.push(place(value, at).join(","));
  });
  return [...found, points].filter((each) => each.length > 1).map((each) => each.join(" "));
}

function proofTable(data) {
  const columns = [{ name: "Date", kind: "date" }, { name: "Commit", kind: "commit" }, { name: "Verdict", kind: "state" },
    ...data.lines.map((line) => ({ name: line.title[0].toUpperCase() + line.title.slice(1), kind: line.unit === "bytes" ? "size" : "seconds" })), { name: "Why", kind: "text" }];
  const rows = data.proofs.map((proof, at) => [proof.date, proof.commit, proof.verdict, ...data.lines.map((line) => line.values[at]), proof.summary]);
  return dataTable("proofs", `Proofs (${number(data.total)})`, columns, { rows: rows.reverse(), total: data.total }, { note: "The latest first." });
}

// As words.py.
function seconds(value) {
  if (value === null || value === undefined) return "";
  const length = Math.abs(value);
  if (length > 0 && length < 0.0995) return length >= 0.001 ? `${(value * 1000).toFixed(0)} ms` : "< 1 ms";
  const [unit, name] = [[3600, "h"], [60, "min"]].find(([each]) => length >= 3 * each) || [1, "s"];
  const scaled = length / unit, digits = !scaled || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${value < 0 ? "-" : ""}${scaled.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${name}`;
}

SHOWN.seconds = seconds;
