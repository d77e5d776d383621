// Drawing of the timeline: a row for each step, a column for each commit, what is rebuilt high, what is cached low.

const ROW = 26, GAP = 4; // pixels of a row, and of the space between two
const NARROWEST = 3, WIDEST = 16; // pixels of a column
const LARGEST = 16000; // pixels of a canvas, that every browser can draw

// [distance from the row's top, height] as shares, so that a fate is told by its form too.
const FORMS = { "#": [0, 1], ".": [0.8, 0.2], "!": [0, 0.55], "-": [0.45, 0.1] };
const INKS = { "#": "--miss", ".": "--hit", "!": "--failed", "-": "--skipped" };

function columnWidth(room, commits) {
  const wanted = Math.min(WIDEST, Math.max(NARROWEST, Math.floor(room / Math.max(commits, 1))));
  return Math.min(wanted, LARGEST / devicePixelRatio / Math.max(commits, 1));
}

function drawStrips(canvas, steps, commits, width) {
  const scale = devicePixelRatio, style = getComputedStyle(document.documentElement), brush = canvas.getContext("2d");
  const wide = Math.max(commits.length * width, 1), high = Math.max(steps.length * ROW, 1);
  canvas.width = Math.ceil(wide * scale);
  canvas.height = Math.ceil(high * scale);
  canvas.style.width = `${wide}px`;
  canvas.style.height = `${high}px`;
  brush.scale(scale, scale);
  const space = width >= 5 ? 1 : 0, tall = ROW - GAP;
  for (const [fate, [top, height]] of Object.entries(FORMS)) {
    brush.fillStyle = style.getPropertyValue(INKS[fate]).trim();
    steps.forEach((step, row) => {
      const y = row * ROW + GAP / 2 + top * tall;
      commits.forEach((commit, at) => {
        if (step.fates[commit] === fate) brush.fillRect(at * width, y, width - space, height * tall);
      });
    });
  }
}
