// Draws the timeline: a row for each step, a column for each commit; what is rebuilt is high, what
// is cached is low.

const ROW = 26; // pixels
const GAP = 4; // pixels between two rows
const NARROWEST = 3; // pixels of a column
const WIDEST = 16;
const LARGEST = 16000; // pixels of a canvas, that every browser can draw

// [distance from the row's top, height] as shares, so that a fate is told by its form too.
const FORMS = { "#": [0, 1], ".": [0.8, 0.2], "!": [0, 0.55], "-": [0.45, 0.1] };
const INKS = { "#": "--miss", ".": "--hit", "!": "--failed", "-": "--skipped" };

function columnWidth(room, commits) {
  const many = Math.max(commits, 1);
  const fitting = Math.max(NARROWEST, Math.floor(room / many));
  return Math.min(WIDEST, fitting, LARGEST / devicePixelRatio / many);
}

// commits: places in each step's fates.
function drawStrips(canvas, steps, commits, width) {
  const wide = Math.max(commits.length * width, 1);
  const high = Math.max(steps.length * ROW, 1);
  canvas.width = Math.ceil(wide * devicePixelRatio);
  canvas.height = Math.ceil(high * devicePixelRatio);
  canvas.style.width = `${wide}px`;
  canvas.style.height = `${high}px`;

  const style = getComputedStyle(document.documentElement);
  const brush = canvas.getContext("2d");
  brush.scale(devicePixelRatio, devicePixelRatio);
  const space = width >= 5 ? 1 : 0;
  const tall = ROW - GAP;
  for (const [fate, [top, height]] of Object.entries(FORMS)) {
    brush.fillStyle = style.getPropertyValue(INKS[fate]).trim();
    steps.forEach((step, row) => {
      const y = row * ROW + GAP / 2 + top * tall;
      commits.forEach((commit, at) => {
        if (step.fates[commit] !== fate) return;
        brush.fillRect(at * width, y, width - space, height * tall);
      });
    });
  }
}
