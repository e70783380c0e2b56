// The scene that the server has laid out, read from the page. Every word in it is text, and stays text.

const FIELDS = ["id", "label", "name", "x", "y", "radius", "shape", "colour", "tx", "ty", "turn", "anchor", "note", "lost"];

export function readScene(figure) {
  const holder = figure.querySelector("#map-scene");
  if (!holder) return null;
  const scene = JSON.parse(holder.textContent);
  scene.dots = scene.dots.map((row) => Object.fromEntries(FIELDS.map((name, at) => [name, row[at]])));
  scene.lines = scene.lines.map(([source, target, dashed, width]) => ({ source, target, dashed: Boolean(dashed), width }));
  scene.at = new Map(scene.dots.map((dot, number) => [dot.id, number]));
  scene.near = scene.dots.map(() => new Set());
  for (const { source, target } of scene.lines) {
    scene.near[source].add(target);
    scene.near[target].add(source);
  }
  return scene;
}

// The line nearest to a point, if it is within `reach`; all in the scene's own lengths.
export function lineAt(scene, x, y, reach) {
  let found = null;
  let least = reach * reach;
  for (const line of scene.lines) {
    const a = scene.dots[line.source];
    const b = scene.dots[line.target];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = dx * dx + dy * dy || 1;
    const along = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / length));
    const [ox, oy] = [a.x + along * dx - x, a.y + along * dy - y];
    if (ox * ox + oy * oy < least) {
      least = ox * ox + oy * oy;
      found = line;
    }
  }
  return found;
}
