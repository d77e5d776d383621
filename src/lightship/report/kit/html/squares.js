// The layout of a treemap: boxes whose areas are as their values, as near to squares as their order
// allows. (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000)

// items: {value} in falling order. Returns {item, x, y, width, height} for each, in the rectangle.
function squares(items, x, y, width, height) {
  const boxes = [];
  const total = items.reduce((sum, item) => sum + item.value, 0);
  if (!(total > 0)) return boxes;
  const scale = (width * height) / total; // pixels for a byte
  for (let at = 0; at < items.length;) {
    const side = Math.min(width, height);
    if (!(side > 0)) break;
    const row = rowOf(items, at, side, scale);
    const area = row.reduce((sum, item) => sum + item.value * scale, 0);
    const thick = area / side;
    const isColumn = width >= height;
    let along = isColumn ? y : x;
    for (const item of row) {
      const length = (item.value * scale) / thick;
      if (isColumn) boxes.push({ item, x, y: along, width: thick, height: length });
      else boxes.push({ item, x: along, y, width: length, height: thick });
      along += length;
    }
    if (isColumn) {
      x += thick;
      width -= thick;
    } else {
      y += thick;
      height -= thick;
    }
    at += row.length;
  }
  return boxes;
}

// As many items as make the worst box of a row no worse.
function rowOf(items, from, side, scale) {
  const largest = items[from].value * scale;
  let sum = 0;
  let worst = Infinity;
  let at = from;
  for (; at < items.length; at++) {
    const least = items[at].value * scale;
    const next = sum + least;
    const tallest = (side * side * largest) / (next * next);
    const flattest = (next * next) / (side * side * least);
    const ratio = Math.max(tallest, flattest);
    if (ratio > worst) break;
    worst = ratio;
    sum = next;
  }
  return items.slice(from, Math.max(at, from + 1));
}
