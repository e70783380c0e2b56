// What is written and painted on the flat layers: names, kinds, bands, and the ring round who is chosen.

const HALO = 4;
export const ROOMY = 0.6; // screen pixels for one of the scene's: below it names would lie on each other

export function fontSize(view) {
  return Math.round(Math.max(12, Math.min(15, view.scene.text * view.fit)) * 10) / 10;
}

// A dot as it stands on the screen: its middle (x, y) and its size there.
export function drawName(context, view, dot, { x, y, size }, strong = false) {
  if (!dot.label) return;
  const px = fontSize(view);
  const centre = view.scene.dots[view.scene.centre] === dot;
  const inside = centre && dot.ty === dot.y && context.measureText(dot.label).width < 2 * size;
  context.save();
  context.font = `${strong || centre ? 650 : 400} ${inside ? Math.min(px, size * 0.62) : px}px ${view.colours.sans}`;
  context.textBaseline = "middle";
  context.translate(x, y);
  let offset = 0;
  let down = 0;
  if (inside) {
    context.textAlign = "center";
  } else if (dot.anchor === "middle") {
    context.textAlign = "center";
    down = (dot.ty < dot.y ? -1 : 1) * (size + px * 0.75);
  } else {
    context.rotate((dot.turn * Math.PI) / 180);
    context.textAlign = dot.anchor;
    offset = (dot.anchor === "start" ? 1 : -1) * (size + 5);
  }
  if (!inside) {
    context.lineJoin = "round";
    context.lineWidth = HALO;
    context.strokeStyle = view.colours.ground;
    context.strokeText(dot.label, offset, down);
  }
  context.fillStyle = inside ? view.colours.inside : view.colours.ink;
  context.fillText(dot.label, offset, down);
  context.restore();
}

export function drawBands(context, view, place, unit) {
  const middle = place({ x: 0, y: 0 });
  context.lineCap = "round";
  context.lineWidth = 19 * unit;
  for (const [colour, radius, begin, end] of view.scene.bands) {
    context.globalAlpha = 0.28;
    context.strokeStyle = view.colours.bands[colour];
    context.beginPath();
    context.arc(middle.x, middle.y, radius * unit, begin - 0.03, end + 0.03);
    context.stroke();
  }
  context.globalAlpha = 1;
}

// The names of kinds, where there is no room for those of the actors.
export function drawWords(context, view, place) {
  context.font = `600 13px ${view.colours.sans}`;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = HALO;
  context.strokeStyle = view.colours.ground;
  context.fillStyle = view.colours.ink;
  for (const [text, x, y, anchor] of view.scene.words) {
    const at = place({ x, y });
    const half = context.measureText(text).width;
    const reach = { start: [0, half], middle: [half / 2, half / 2], end: [half, 0] }[anchor];
    const left = Math.max(reach[0] + 3, Math.min(view.width - reach[1] - 3, at.x));
    context.textAlign = anchor === "middle" ? "center" : anchor;
    context.strokeText(text, left, at.y);
    context.fillText(text, left, at.y);
  }
}

export function drawMark(context, view, { x, y, size }) {
  context.lineWidth = 2.5;
  context.strokeStyle = view.colours.ink;
  context.beginPath();
  context.arc(x, y, size * 1.2 + 4, 0, 2 * Math.PI);
  context.stroke();
}
