// The map on its page: what pointer, keys, form and address have to do with the picture.

import { save } from "./picture.js";
import { readScene } from "./scene.js";

const WAIT = 140; // ms that a pointer rests on a line before anybody is asked about it
const KEEP = 250; // ms from the last move of the camera to its place in the address
let view = null;
let shown = false; // whether the page has a picture just now
let searched = false;
let asked = "";
const told = new Map();

const address = () => new URL(window.location.href);
const figureOf = () => document.querySelector(".map-figure");

async function start() {
  const figure = figureOf();
  const place = figure?.querySelector("[data-map]");
  const scene = place && readScene(figure);
  shown = Boolean(scene);
  if (!scene) return;
  place.hidden = false;
  figure.classList.add("map-live");
  try {
    if (view) place.replaceWith(view.stage);
    else {
      const { View } = await import("./view.js"); // sigma does not even load where there is no WebGL
      view = new View(place);
      place.samsyn = view;
      listen(place);
    }
    view.show(scene);
  } catch {
    // The server's picture is still there.
    place.hidden = true;
    figure.classList.remove("map-live");
    figure.classList.add("map-still");
    view = null;
    shown = false;
    return;
  }
  figure.querySelector(".map-zoom").hidden = false;
  const png = document.querySelector("[data-png]");
  if (png) png.hidden = false;
  restoreCamera();
  mark();
  performance.mark("map-drawn");
  document.fonts.ready.then(() => view.sigma.scheduleRender());
  if (searched && view.chosen >= 0) view.goTo(view.chosen);
  searched = false;
}

// Who is chosen is what the panel says, wherever the choice was made.
function mark() {
  const slug = document.querySelector("#chosen")?.dataset.slug;
  const at = shown && slug && view.scene.at.has(slug) ? view.scene.at.get(slug) : -1;
  if (shown) view.choose(at === view.scene.centre ? -1 : at); // who stands in the middle needs no mark
}

// The camera stands behind the #, since it is nothing that the server could draw.
function restoreCamera() {
  const found = /^#camera=(-?[\d.]+),(-?[\d.]+),([\d.]+)$/.exec(window.location.hash);
  if (!found) return;
  const [x, y, ratio] = found.slice(1).map(Number);
  if ([x, y, ratio].every(Number.isFinite) && ratio > 0) view.sigma.getCamera().setState({ x, y, ratio });
}

function keepCamera() {
  const { x, y, ratio } = view.sigma.getCamera().getState();
  const here = address();
  const still = Math.abs(x - 0.5) < 0.001 && Math.abs(y - 0.5) < 0.001 && Math.abs(ratio - 1) < 0.001;
  here.hash = still ? "" : `camera=${[x, y, ratio].map((part) => part.toFixed(4)).join(",")}`;
  history.replaceState(history.state, "", still ? here.pathname + here.search : here);
}

function listen(stage) {
  let kept = 0;
  view.sigma.getCamera().on("updated", () => {
    hideTip();
    clearTimeout(kept);
    kept = setTimeout(() => shown && keepCamera(), KEEP);
  });
  view.sigma.on("enterNode", ({ node }) => {
    view.hover(Number(node));
    stage.style.cursor = "pointer";
    const dot = view.scene.dots[Number(node)];
    showTip(view.onScreen(Number(node)), dot.name, dot.note ? [dot.note] : []);
  });
  view.sigma.on("leaveNode", () => {
    view.hover(-1);
    stage.style.cursor = "";
    hideTip();
  });
  view.sigma.on("clickNode", ({ node }) => choose(view.scene.dots[Number(node)].id));
  let resting = 0;
  view.sigma.on("moveBody", ({ event }) => {
    clearTimeout(resting);
    if (view.hovered >= 0) return;
    const line = view.lineUnder(event);
    if (!line) return hideTip();
    resting = setTimeout(() => explain(line, { x: event.x, y: event.y }), WAIT);
  });
  view.sigma.on("clickStage", ({ event }) => {
    const line = view.lineUnder(event);
    if (line) openTie(line);
  });
  stage.addEventListener("mouseleave", hideTip);
  stage.addEventListener("keydown", steer);
}

function steer(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { x, y, ratio } = view.sigma.getCamera().getState();
  const step = 0.12 * ratio;
  const moves = {
    ArrowLeft: { x: x - step },
    ArrowRight: { x: x + step },
    ArrowUp: { y: y + step },
    ArrowDown: { y: y - step },
    "+": { ratio: ratio / 1.5 },
    "-": { ratio: ratio * 1.5 },
    0: { x: 0.5, y: 0.5, ratio: 1 },
  };
  if (!moves[event.key]) return;
  event.preventDefault();
  view.move(moves[event.key]);
}

// One actor in the panel beside the picture, and in the address.
function choose(id) {
  const here = address();
  const group = /^group (.*)$/.exec(id);
  if (group) {
    if (figureOf().dataset.folded === undefined) return;
    here.searchParams.append("open", group[1]);
    window.location.assign(here);
    return;
  }
  if (id.includes("+")) return; // members known only by number
  here.searchParams.set("chosen", id);
  here.searchParams.delete("between");
  history.replaceState(history.state, "", here);
  const input = document.querySelector("#map-chosen");
  if (input) input.value = id;
  window.htmx.ajax("GET", here.pathname + here.search, { target: "#chosen", swap: "outerHTML" });
}

function pairOf(line) {
  return [line.source, line.target].map((at) => view.scene.dots[at].id).sort();
}

function tieAddress(line) {
  const here = address();
  here.searchParams.set("between", pairOf(line).join("~"));
  return here;
}

function openTie(line) {
  if (pairOf(line).some((id) => id.startsWith("group ") || id.includes("+"))) return;
  const here = tieAddress(line);
  history.replaceState(history.state, "", here);
  window.htmx.ajax("GET", here.pathname + here.search, { target: "#tie", swap: "outerHTML" });
}

// What a line stands for, beside the pointer: the records and their periods, as plain text.
async function explain(line, point) {
  const ends = [line.source, line.target].map((at) => view.scene.dots[at]);
  const title = ends.map((dot) => dot.label || dot.name).join(" – ");
  if (pairOf(line).some((id) => id.startsWith("group ") || id.includes("+"))) return showTip(point, title, []);
  const here = tieAddress(line);
  if (!told.has(here.search)) {
    const answer = await fetch(here.pathname + here.search, { headers: { "HX-Request": "true", "HX-Target": "tie" } });
    if (!answer.ok) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    told.set(here.search, [...parsed.querySelectorAll("li")].map((item) => item.textContent.replace(/\s+/g, " ").trim()));
  }
  if (shown) showTip(point, title, told.get(here.search));
}

function showTip({ x, y }, title, lines) {
  const figure = figureOf();
  let tip = figure.querySelector(".map-tip");
  if (!tip) {
    tip = document.createElement("div");
    tip.className = "map-tip";
    tip.setAttribute("role", "status");
    figure.append(tip);
  }
  const head = document.createElement("b");
  head.textContent = title;
  tip.replaceChildren(head, ...lines.slice(0, 6).map((text) => Object.assign(document.createElement("div"), { textContent: text })));
  tip.hidden = false;
  const stage = view.stage;
  const left = Math.max(0, Math.min(stage.clientWidth - tip.offsetWidth, x + 14));
  const below = y + 16 + tip.offsetHeight < stage.clientHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? y + 16 : Math.max(0, y - tip.offsetHeight - 12)}px`;
}

function hideTip() {
  const tip = document.querySelector(".map-tip");
  if (tip) tip.hidden = true;
}

document.addEventListener("click", (event) => {
  const zoom = event.target.closest?.("[data-zoom]")?.dataset.zoom;
  if (zoom && shown) {
    const { ratio } = view.sigma.getCamera().getState();
    view.move({ in: { ratio: ratio / 1.5 }, out: { ratio: ratio * 1.5 }, all: { x: 0.5, y: 0.5, ratio: 1 } }[zoom]);
  }
  if (event.target.closest?.("[data-png]") && shown) {
    const day = document.querySelector("#as-of")?.value || "";
    const title = document.querySelector("h1").textContent;
    save(view, `${title}. ${document.querySelector("#map-lead").textContent}`, `samsyn-${day}.png`);
  }
  // A neighbour in the panel is one step on the same map: the panel follows, the page stays.
  const link = event.target.closest?.("a[data-actor]");
  if (link && shown && !event.ctrlKey && !event.metaKey && !event.shiftKey && view.scene.at.has(link.dataset.actor)) {
    event.preventDefault();
    choose(link.dataset.actor);
    view.goTo(view.scene.at.get(link.dataset.actor));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "map-chosen") searched = true;
});

// All boxes ticked is the same as none, and makes a shorter address; so does what is empty.
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest?.("[data-map-form]");
  if (!form) return;
  const { parameters } = event.detail;
  for (const boxes of form.querySelectorAll("[data-all-is-none]")) {
    if (!boxes.querySelector("input:not(:checked)")) delete parameters[boxes.dataset.allIsNone];
  }
  for (const name of Object.keys(parameters)) {
    const kept = form.elements[name];
    const first = kept?.tagName === "SELECT" && kept.selectedIndex === 0;
    if (parameters[name] === "" || first) delete parameters[name];
  }
  // Enter in a field both changes and submits; a second swap would take the focus from where it has moved.
  const question = JSON.stringify(Object.entries(parameters));
  if (question === asked) event.preventDefault();
  asked = question;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.failed) asked = "";
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "map") start();
  if (event.detail.target.id === "chosen") {
    mark();
    if (document.activeElement === document.body) document.querySelector("#chosen").focus({ preventScroll: true });
  }
});
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  if (!shown) return;
  view.recolour();
  view.sigma.refresh();
});

start();
