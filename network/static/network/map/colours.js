// The colours that the style sheet gives to classes, as numbers: canvas knows neither classes nor light-dark().

const NAMES = ["gov", "mun", "reg", "other", "group", "c0", "c1", "c2", "c3", "c4", "c5"];

export function readColours(stage) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const probe = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  svg.append(probe);
  stage.append(svg);
  const style = (name, property) => {
    probe.setAttribute("class", name);
    return getComputedStyle(probe)[property];
  };
  const found = { dots: {}, bands: {} };
  for (const name of NAMES) {
    found.dots[name] = style(`map-dot ${name}`, "fill");
    found.bands[name] = style(`map-band ${name}`, "stroke");
  }
  found.ring = style("map-dot ring", "stroke");
  found.lost = style("map-dot lost", "stroke");
  found.line = style("map-line", "stroke");
  found.ink = style("map-name", "fill");
  found.inside = style("map-name inside", "fill");
  found.ground = style("map-dot ring", "fill");
  svg.remove();
  found.accent = getComputedStyle(stage).getPropertyValue("accent-color");
  found.sans = getComputedStyle(stage).fontFamily;
  return found;
}

export const numbers = (colour) => (colour.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map((part) => Number(part) / 255);

// A colour laid thinly on the ground: what fades must not shine through what is drawn over it.
export function faded(colour, ground, share) {
  const [some, other] = [numbers(colour), numbers(ground)];
  const mixed = some.map((part, at) => Math.round(255 * (part * share + other[at] * (1 - share))));
  return `rgb(${mixed.join(", ")})`;
}
