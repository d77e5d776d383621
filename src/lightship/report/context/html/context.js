// The page of a build context.

const BYTES = { name: "Size", kind: "size" };
const WHERE = { name: "Path", kind: "path" };
const COPIED_BY = { name: "Copied by", kind: "text" };

function contextPage(data) {
  const map = contextMap(data);
  const sections = [
    map.made,
    proposalSection(data.proposal),
    changingTable(data.changing),
    secretsTable(data.secrets),
    filesTable(data.files),
    notes("Notes", data.notes),
  ].filter(Boolean);
  return { parts: [contextHead(data), contents(sections), ...sections], draw: map.draw };
}

function contextHead(data) {
  const total = data.sent[1] + data.ignored[1];
  const copied = data.sent.map((amount, at) => amount - data.never[at]);
  const files = (amounts) => counted(amounts[0], "file");
  const share = total ? `, ${percent(data.ignored[1] / total)}` : "";
  const used = [
    ["Copied", size(copied[1]), files(copied)],
    ["Never copied", size(data.never[1]), files(data.never)],
  ];
  const rows = [
    ["Context", size(data.sent[1]), files(data.sent)],
    ...(data.known ? used : []),
    ["Ignored", size(data.ignored[1]), files(data.ignored) + share],
  ];
  const target = data.target ? `target ${data.target}` : "";
  const places = [data.dockerfile || "no Dockerfile", target, data.ignoreFile].filter(Boolean);
  return el(
    "header",
    null,
    el("h1", null, data.title),
    el("p", { class: "digest" }, places.join(" · ")),
    figures(rows),
    data.transfer
      ? el("p", { class: "verdict" }, "BuildKit sends ", sentence(data.transfer))
      : null,
  );
}

function proposalSection(proposal) {
  if (!proposal) return null;
  const command = el("code", null, "lightship context --write");
  return section(
    "proposal",
    "What to do",
    el("p", null, command, ` writes ${proposal.path}: `, sentence(proposal.saves), "."),
    bullets(proposal.losses),
    el("pre", { class: "proposal", tabindex: "0" }, proposal.text),
  );
}

function changingTable(rows) {
  const columns = [
    WHERE,
    BYTES,
    { name: "Files", kind: "number" },
    { name: "When", kind: "text" },
    COPIED_BY,
  ];
  const note = "Each change rebuilds the step that copies the file, and every step after it.";
  return smallTable("changing", "Changes on its own", columns, rows, note);
}

function secretsTable(rows) {
  const columns = [WHERE, BYTES, COPIED_BY];
  return smallTable("secrets", "Secrets", columns, rows, "Anyone with the context can read them.");
}

function smallTable(id, name, columns, rows, note) {
  const title = `${name} (${rows.length})`;
  const data = { rows, total: rows.length };
  return dataTable(id, title, columns, data, { sorted: 1, note });
}

function filesTable(files) {
  const columns = [
    WHERE,
    BYTES,
    { name: "Fate", kind: "state" },
    { name: "Decided by", kind: "text" },
    COPIED_BY,
  ];
  return dataTable("files", `Files (${number(files.total)})`, columns, files, { sorted: 1 });
}

start(
  { context: contextPage },
  "Made by lightship. Sizes are in decimal units: 1 MB = 1,000,000 bytes.",
);
