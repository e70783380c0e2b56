// The picture as a file: drawn once more, twice as fine, on a canvas that can be saved.

import { ROOMY, drawBands, drawMark, drawName, drawWords } from "./words.js";

const FINE = 2;
const OUTLINES = {
  square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  triangle: [[0, -1.15], [1.08, 0.8], [-1.08, 0.8]],
  diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
};

function outline(context, dot, { x, y, size }) {
  context.beginPath();
  const points = OUTLINES[dot.shape];
  if (points) points.forEach(([px, py], at) => context[at ? "lineTo" : "moveTo"](x + size * px, y + size * py));
  else context.arc(x, y, size, 0, 2 * Math.PI);
  context.closePath();
}

export function draw(view, caption) {
  const { width, height } = view.sigma.getDimensions();
  const foot = 34;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * FINE, (height + foot) * FINE];
  const context = canvas.getContext("2d");
  context.scale(FINE, FINE);
  context.fillStyle = view.colours.ground;
  context.fillRect(0, 0, width, height + foot);
  drawBands(context, view, view.place, view.unit);
  for (const line of view.scene.lines) {
    const [some, other] = [line.source, line.target].map((at) => view.place(view.scene.dots[at]));
    context.setLineDash(line.dashed ? [4, 4] : []);
    context.lineWidth = line.width;
    context.strokeStyle = view.colours.line;
    context.beginPath();
    context.moveTo(some.x, some.y);
    context.lineTo(other.x, other.y);
    context.stroke();
  }
  view.scene.dots.forEach((dot, at) => {
    const hollow = dot.lost || dot.shape === "ring";
    outline(context, dot, view.onScreen(at));
    context.setLineDash(dot.shape === "ring" && !dot.lost ? [3, 2.4] : []);
    context.lineWidth = 1.6;
    context.fillStyle = hollow ? view.colours.ground : view.colourOf(dot);
    context.strokeStyle = hollow ? view.colourOf(dot) : view.colours.ground;
    context.fill();
    context.stroke();
  });
  context.setLineDash([]);
  const roomy = view.unit >= ROOMY || !view.scene.words.length;
  const all = view.scene.named || view.sigma.getCamera().ratio < 0.4;
  view.scene.dots.forEach((dot, at) => {
    if ((roomy && all) || at === view.scene.centre || at === view.chosen) drawName(context, view, dot, view.onScreen(at));
  });
  if (!roomy) drawWords(context, view, view.place);
  if (view.chosen >= 0) drawMark(context, view, view.onScreen(view.chosen));
  context.font = `400 13px ${view.colours.sans}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = view.colours.ink;
  context.fillText(caption, 12, height + foot / 2, width - 24);
  return canvas;
}

export async function save(view, caption, name) {
  const canvas = draw(view, caption);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
