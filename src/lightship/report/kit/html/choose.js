// One thing of many is chosen: by the mouse, or by arrow keys once the first of them has the focus.

// buttons are in order; next(at, key) says where an arrow leads, tell(at) shows what is chosen.
function chosenBy(buttons, next, tell) {
  function choose(at) {
    buttons.forEach((each, place) => each.setAttribute("tabindex", place === at ? "0" : "-1"));
    buttons[at].focus();
    tell(at);
  }
  buttons.forEach((button, at) => {
    button.setAttribute("tabindex", at ? "-1" : "0");
    button.addEventListener("click", () => choose(at));
    button.addEventListener("focus", () => tell(at));
    button.addEventListener("pointerenter", () => tell(at));
    button.addEventListener("keydown", (event) => {
      const found = next(at, event.key);
      if (found === null || found < 0 || found >= buttons.length) return;
      event.preventDefault();
      choose(found);
    });
  });
}

// Where a key leads in a row of things; null for other keys.
function inRow(at, key, last) {
  const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last };
  return Object.hasOwn(moves, key) ? Math.min(Math.max(moves[key], 0), last) : null;
}

function radioRow(name, title, words, act) {
  return el("fieldset", null, el("legend", null, title), Object.entries(words).map(([value, word], at) => {
    const input = el("input", { type: "radio", name, value, checked: at === 0 });
    input.addEventListener("change", () => act(value));
    return el("label", null, input, el("span", null, word));
  }));
}

function keyOf(name, word) {
  return el("span", { class: "key " + name }, word);
}
