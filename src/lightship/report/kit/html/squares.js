// The layout of a treemap: boxes whose areas are as their values, as near to squares as their order allows.
// (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000)

// items: {value} in falling order; returns {item, x, y, width, height} for each, in the rectangle.
function squares(items, x, y, width, height) {
  const found = [], total = items.reduce((sum, item) => sum + item.value, 0);
  if (!(total > 0) || width <= 0 || height <= 0) return found;
  const scale = (width * height) / total;
  let at = 0;
  while (at < items.length) {
    const side = Math.min(width, height);
    if (!(side > 0)) break;
    const row = rowOf(items, at, side, scale);
    const area = row.reduce((sum, item) => sum + item.value * scale, 0), thick = area / side, across = width >= height;
    let along = across ? y : x;
    for (const item of row) {
      const length = (item.value * scale) / thick;
      found.push(across ? { item, x, y: along, width: thick, height: length } : { item, x: along, y, width: length, height: thick });
      along += length;
    }
    if (across) { x += thick; width -= thick; } else { y += thick; height -= thick; }
    at += row.length;
  }
  return found;
}

// As many items as make the worst box of a row no worse.
function rowOf(items, from, side, scale) {
  let sum = 0, worst = Infinity, at = from;
  for (; at < items.length; at++) {
    const next = sum + items[at].value * scale, largest = items[from].value * scale, least = items[at].value * scale;
    const found = Math.max((side * side * largest) / (next * next), (next * next) / (side * side * least));
    if (found > worst) break;
    worst = found;
    sum = next;
  }
  return items.slice(from, Math.max(at, from + 1));
}
