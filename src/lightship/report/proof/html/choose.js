// One thing of many is chosen: by the mouse, or by arrow keys once the first of them has the focus.

// buttons are in order; next(at, key) says where an arrow leads, tell(at) shows what is chosen.
function chosenBy(buttons, next, tell) {
  function choose(at) {
    buttons.forEach((other, place) => other.setAttribute("tabindex", place === at ? "0" : "-1"));
    buttons[at].focus();
    tell(at);
  }
  buttons.forEach((button, at) => {
    button.setAttribute("tabindex", at ? "-1" : "0");
    button.addEventListener("click", () => choose(at));
    button.addEventListener("focus", () => tell(at));
    button.addEventListener("pointerenter", () => tell(at));
    button.addEventListener("keydown", (event) => {
      const place = next(at, event.key);
      if (place === null || place < 0 || place >= buttons.length) return;
      event.preventDefault();
      choose(place);
    });
  });
}

// Where a key leads in a row of things; null for other keys.
function inRow(at, key, last) {
  const moves = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - 1,
    ArrowDown: at + 1,
    Home: 0,
    End: last,
  };
  return Object.hasOwn(moves, key) ? Math.min(Math.max(moves[key], 0), last) : null;
}
