// Proofs over time: a small chart for each figure, and all proofs as a table.

const WIDE = 560; // of a chart, in its own units
const TALL = 150;
const MARGIN = 12;

function trendPage(data) {
  const many = data.proofs.length;
  if (!many) {
    const title = el("h1", null, "Proofs over time");
    const head = el("header", null, title, el("p", null, "No proofs."));
    return { parts: [head, gate(data.outcomes)].filter(Boolean), draw() {} };
  }
  const figures = data.lines.map((line) => lineChart(line, data.proofs));
  const note =
    "The second version of each proof, the oldest on the left; every chart starts at zero. " +
    "Point at a proof, or choose it with the arrow keys.";
  const charts = section(
    "charts",
    "Figures",
    el("div", { class: "two" }, figures),
    el("p", { class: "note" }, note),
  );
  const sections = [gate(data.outcomes), charts, proofTable(data)].filter(Boolean);
  const days = `${data.proofs[0].date} to ${data.proofs[many - 1].date}`;
  const title = el("h1", null, counted(many, "proof") + " over time");
  const head = el("header", null, title, el("p", { class: "where" }, days));
  return { parts: [head, contents(sections), ...sections], draw() {} };
}

function lineChart(line, proofs) {
  const known = line.values.filter((value) => value !== null);
  const largest = Math.max(...known, 0) || 1;
  const last = proofs.length - 1;
  const width = WIDE - 2 * MARGIN;
  const height = TALL - 2 * MARGIN;
  const place = (value, at) => [
    MARGIN + (last ? (at * width) / last : width / 2),
    TALL - MARGIN - (value / largest) * height,
  ];

  const dots = line.values.map((value, at) => {
    if (value === null) return [];
    const [x, y] = place(value, at);
    return drawn("circle", { cx: x, cy: y, r: proofs.length > 60 ? 2 : 4 });
  });
  const lines = paths(line.values, place).map((points) => drawn("polyline", { points }));
  const floor = TALL - MARGIN;
  const base = drawn("line", { class: "base", x1: 0, x2: WIDE, y1: floor, y2: floor });
  const cursor = drawn("line", { class: "cursor", y1: 0, y2: TALL, visibility: "hidden" });
  const attributes = {
    viewBox: `0 0 ${WIDE} ${TALL}`,
    tabindex: 0,
    role: "application",
    "aria-roledescription": "chart",
    "aria-label": `${line.title}: ${line.said}`,
  };
  const chart = drawn("svg", attributes, base, cursor, lines, dots);
  const status = el("p", { class: "picked", role: "status" }, line.said);

  function choose(at) {
    const [x] = place(0, at);
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, x);
    cursor.setAttribute("visibility", "visible");
    status.textContent = proofWords(proofs[at], line.texts[at]);
  }

  chosenOnChart(chart, last, choose);
  const most = line.largest ? el("small", null, ` up to ${line.largest}`) : null;
  const caption = el("figcaption", null, el("b", null, line.title), most);
  return el("figure", { class: "trend", id: "line-" + line.key }, caption, chart, status);
}

function proofWords(proof, text) {
  const commit = proof.commit ? " " + proof.commit : "";
  return `${proof.date}${commit}: ${text ?? "not measured"} (${proof.verdict})`;
}

// One of the proofs is chosen, by the mouse or by keys.
function chosenOnChart(chart, last, choose) {
  let chosen = -1;

  function move(at) {
    chosen = Math.min(Math.max(at, 0), last);
    choose(chosen);
  }

  chart.addEventListener("keydown", (event) => {
    let at = inRow(Math.max(chosen, 0), event.key, last);
    if (at === null) return;
    if (chosen < 0 && event.key !== "Home") at = last; // the latest first
    event.preventDefault();
    move(at);
  });

  const pointed = (event) => {
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) * WIDE) / box.width;
    move(Math.round(((x - MARGIN) * last) / (WIDE - 2 * MARGIN)));
  };
  chart.addEventListener("pointermove", pointed);
  chart.addEventListener("click", pointed);
}

// A line is broken where a figure was not measured.
function paths(values, place) {
  const lines = [[]];
  values.forEach((value, at) => {
    if (value === null) lines.push([]);
    else lines.at(-1).push(place(value, at).join(","));
  });
  return lines.filter((points) => points.length > 1).map((points) => points.join(" "));
}

function proofTable(data) {
  const figures = data.lines.map((line) => ({
    name: capital(line.title),
    kind: line.unit === "bytes" ? "size" : "seconds",
  }));
  const columns = [
    { name: "Date", kind: "date" },
    { name: "Commit", kind: "commit" },
    { name: "Verdict", kind: "state" },
    ...figures,
    { name: "Why", kind: "text" },
  ];
  const rows = data.proofs.map((proof, at) => {
    const values = data.lines.map((line) => line.values[at]);
    return [proof.date, proof.commit, proof.verdict, ...values, proof.summary];
  });
  const shown = { rows: rows.reverse(), total: data.total };
  const title = `Proofs (${number(data.total)})`;
  return dataTable("proofs", title, columns, shown, { note: "The latest first." });
}

const LONGER = [
  [3600, "h"],
  [60, "min"],
];

// As words.py.
function seconds(value) {
  if (value === null || value === undefined) return "";
  const length = Math.abs(value);
  if (length > 0 && length < 0.0995) {
    return length >= 0.001 ? `${(value * 1000).toFixed(0)} ms` : "< 1 ms";
  }
  const [unit, name] = LONGER.find(([unit]) => length >= 3 * unit) || [1, "s"];
  const scaled = length / unit;
  const digits = !scaled || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${value < 0 ? "-" : ""}${scaled.toLocaleString("en-GB", format)} ${name}`;
}

SHOWN.seconds = seconds;
