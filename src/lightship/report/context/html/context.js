// The page of a build context.

function contextHead(data) {
  const total = data.sent[1] + data.ignored[1], copied = [data.sent[0] - data.never[0], data.sent[1] - data.never[1]];
  const files = (pair) => counted(pair[0], "file");
  return el("header", null, el("h1", null, data.name),
    el("p", { class: "digest" }, [data.dockerfile || "no Dockerfile", data.target ? `target ${data.target}` : "", data.ignoreFile].filter(Boolean).join(" · ")),
    figures([
      ["Context", size(data.sent[1]), files(data.sent)],
      data.known ? ["Copied", size(copied[1]), files(copied)] : ["Copied", "", ""],
      data.known ? ["Never copied", size(data.never[1]), files(data.never)] : ["Never copied", "", ""],
      ["Ignored", size(data.ignored[1]), `${files(data.ignored)}${total ? `, ${percent(data.ignored[1] / total)}` : ""}`],
    ]),
    data.transfer ? el("p", { class: "verdict" }, `BuildKit sends ${data.transfer}`) : null);
}

function proposalSection(proposal) {
  if (!proposal) return null;
  return section("proposal", "What to do", el("p", null, el("code", null, "lightship context --write"), ` writes ${proposal.path}: ${proposal.saves}.`),
    el("ul", null, proposal.losses.map((row) => el("li", null, row))), el("pre", { class: "proposal", tabindex: "0" }, proposal.text));
}

function rowsTable(id, title, columns, rows, note) {
  return rows.length ? dataTable(id, title, columns, { rows, total: rows.length }, { sorted: 1, note }) : null;
}

function remarks(rows) {
  return rows.length ? section("notes", "Notes", el("ul", null, rows.map((row) => el("li", null, row)))) : null;
}

const data = JSON.parse(document.getElementById("data").textContent);
const map = contextMap(data);
const path = { name: "Path", kind: "path" }, bytes = { name: "Size", kind: "size" }, who = { name: "Copied by", kind: "text" };
const sections = [
  map.made,
  proposalSection(data.proposal),
  rowsTable("changing", `Changes by itself (${data.changing.length})`, [path, bytes, { name: "Files", kind: "number" }, { name: "When", kind: "text" }, who], data.changing,
    "Each change rebuilds the step that copies it, and all behind it."),
  rowsTable("secrets", `Secrets (${data.secrets.length})`, [path, bytes, who], data.secrets, "Whoever gets the context can read them."),
  dataTable("files", `Files (${number(data.files.total)})`, [path, bytes, { name: "Fate", kind: "state" }, { name: "Decided by", kind: "text" }, who], data.files, { sorted: 1 }),
  remarks(data.notes),
].filter(Boolean);
document.getElementById("page").replaceChildren(contextHead(data), contents(sections), ...sections,
  el("footer", null, "Made by lightship. Sizes are in decimal units: 1 MB = 1,000,000 bytes."));
map.draw();
