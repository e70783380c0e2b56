// The colours that the style sheet gives to classes, as numbers: canvas knows neither classes nor light-dark().

const NAMES = ["gov", "mun", "reg", "other", "group", "c0", "c1", "c2", "c3", "c4", "c5"];

const READ = [
  ...NAMES.flatMap((name) => [
    [`map-dot ${name}`, "fill"],
    [`map-band ${name}`, "stroke"],
  ]),
  ["map-dot ring", "stroke"],
  ["map-dot ring", "fill"],
  ["map-dot lost", "stroke"],
  ["map-line", "stroke"],
  ["map-name", "fill"],
  ["map-name inside", "fill"],
];

// All probes stand on the page before the first is read: each change in between would have the styles of the whole page worked out again.
export function readColours(stage) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const probes = READ.map(([name]) => {
    const probe = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    probe.setAttribute("class", name);
    return probe;
  });
  svg.append(...probes);
  stage.append(svg);
  const read = Object.fromEntries(READ.map(([name, property], at) => [`${name} ${property}`, getComputedStyle(probes[at])[property]]));
  const own = getComputedStyle(stage);
  const found = {
    dots: Object.fromEntries(NAMES.map((name) => [name, read[`map-dot ${name} fill`]])),
    bands: Object.fromEntries(NAMES.map((name) => [name, read[`map-band ${name} stroke`]])),
    ring: read["map-dot ring stroke"],
    lost: read["map-dot lost stroke"],
    line: read["map-line stroke"],
    ink: read["map-name fill"],
    inside: read["map-name inside fill"],
    ground: read["map-dot ring fill"],
    accent: own.getPropertyValue("accent-color"),
    sans: own.fontFamily,
  };
  svg.remove();
  return found;
}

export const numbers = (colour) => (colour.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map((part) => Number(part) / 255);

// A colour laid thinly on the ground: what fades must not shine through what is drawn over it.
export function faded(colour, ground, share) {
  const [some, other] = [numbers(colour), numbers(ground)];
  const mixed = some.map((part, at) => Math.round(255 * (part * share + other[at] * (1 - share))));
  return `rgb(${mixed.join(", ")})`;
}
