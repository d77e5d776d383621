// What several pages have: figures, limits, notes, choices, the way to the sections.

function figures(rows) {
  const known = rows.filter(([, value]) => value);
  const boxes = known.map(([name, value, detail]) => {
    const small = detail ? el("small", null, detail) : null;
    return el("div", null, el("dt", null, name), el("dd", null, value, small));
  });
  return el("dl", { class: "figures" }, boxes);
}

// The limits that were asked for; null for none.
function gate(outcomes) {
  if (!outcomes.length) return null;
  const failed = outcomes.filter((outcome) => !outcome.passed).length;
  const result = failed ? `${failed} of ${outcomes.length} exceeded` : "all kept";
  return section("gate", `Limits: ${result}`, el("ul", { class: "gate" }, outcomes.map(gateItem)));
}

function gateItem(outcome) {
  const word = outcome.passed ? "passed" : "failed";
  return el(
    "li",
    { class: word },
    el("span", { class: "tag " + word }, word),
    " ",
    el("b", null, outcome.name),
    ` ${outcome.limit}: ${outcome.figure}`,
    outcome.detail.length ? bullets(outcome.detail) : null,
  );
}

function notes(title, rows) {
  return rows.length ? section("notes", title, bullets(rows)) : null;
}

// Links to the sections, each by its heading without the number in it.
function contents(sections) {
  const links = sections.map((made) => {
    const heading = made.querySelector("h2").textContent;
    return el("a", { href: "#" + made.id }, heading.replace(/ \(.*|:.*/, ""));
  });
  return el("nav", { "aria-label": "Contents" }, links);
}

// One value of several; words: {value: word}.
function radios(name, title, words, chosen, act) {
  const inputs = Object.entries(words).map(([value, word]) => {
    const input = el("input", { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => act(value));
    return el("label", null, input, el("span", null, word));
  });
  return el("fieldset", null, el("legend", null, title), inputs);
}

// What a colour means.
function keyOf(name, word) {
  return el("span", { class: "key " + name }, word);
}

// A box beside the pointer. What it says is said to keys and screen readers elsewhere.
function hoverTip() {
  const made = el("div", { class: "tip", "aria-hidden": "true", hidden: true });

  function show(event, children) {
    made.replaceChildren(...children);
    made.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = made;
    const right = Math.min(event.clientX + 14, innerWidth - width - 8);
    const below = event.clientY + 18;
    const isTooLow = below + height > innerHeight;
    made.style.left = `${Math.max(4, right)}px`;
    made.style.top = `${isTooLow ? Math.max(event.clientY - height - 12, 0) : below}px`;
  }

  function hide() {
    made.hidden = true;
  }

  return { made, show, hide };
}
