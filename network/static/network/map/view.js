// One picture on the page: sigma, fed with the scene, and what follows the pointer.

import { faded, numbers, readColours } from "./colours.js";
import { DashProgram, HOLLOW, SHAPES, ShapeProgram, ground } from "./programs.js";
import { lineAt } from "./scene.js";
import { ROOMY, drawBands, drawMark, drawName, drawWords } from "./words.js";

const TALLEST = 860;
const LOWEST = 150;
const SMALL = 560; // px: narrower than that, kinds are named and not actors
const THICKER = 1.4; // sigma softens the edges of a line by half a pixel
const CLOSEST = 1; // screen pixels for one of the scene's, at first: few actors are not drawn as giants
const FADE = 0.16;
const LABELS = 0.5;
export const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

export class View {
  constructor(stage) {
    this.stage = stage;
    this.chosen = -1;
    this.hovered = -1;
    this.scene = null;
    // Begun empty: sigma draws at once, and must not draw thousands of lines before the rest is in place.
    this.sigma = new window.Sigma(new window.graphology.Graph(), stage, {
      nodeProgramClasses: { shape: ShapeProgram },
      edgeProgramClasses: { line: window.Sigma.rendering.EdgeRectangleProgram, dashed: DashProgram },
      defaultNodeType: "shape",
      defaultEdgeType: "line",
      allowInvalidContainer: true, // on paper the stage has no size
      hideEdgesOnMove: true,
      enableCameraRotation: false,
      labelDensity: LABELS,
      labelGridCellSize: 90,
      stagePadding: 0,
      minCameraRatio: 0.03,
      maxCameraRatio: 2.5,
      zoomDuration: calm.matches ? 0 : 200,
      inertiaDuration: calm.matches ? 0 : 200,
      minEdgeThickness: 0.7,
      defaultDrawNodeLabel: (context, data) => this.name(context, data),
      defaultDrawNodeHover: (context, data) => this.name(context, data, true),
      nodeReducer: (key, data) => this.reduceNode(Number(key), data),
      edgeReducer: (key, data) => this.reduceEdge(key, data),
    });
    this.sigma.createCanvasContext("bands", { beforeLayer: "edges" });
    this.sigma.createCanvasContext("marks", { beforeLayer: "mouse" });
    this.sigma.on("afterRender", () => this.paint());
    this.sigma.on("resize", () => this.resized());
  }

  // Another scene on the same stage: a browser gives a page few WebGL contexts, and takes them back late.
  show(scene) {
    this.scene = scene;
    this.chosen = this.hovered = -1;
    this.measure();
    this.recolour();
    const graph = new window.graphology.Graph({ type: "undirected", multi: false });
    scene.dots.forEach((dot, at) => graph.addNode(at, this.attributes(dot)));
    for (const line of scene.lines) {
      const type = line.dashed ? "dashed" : "line";
      const width = line.width * THICKER;
      if (!graph.hasEdge(line.source, line.target)) graph.addEdge(line.source, line.target, { type, width, size: width, color: this.colours.line });
    }
    this.graph = graph;
    this.sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1 });
    this.frame();
    this.sigma.resize(true);
    this.sigma.setSetting("labelRenderedSizeThreshold", scene.named ? 0 : 5);
    this.sigma.setGraph(graph);
  }

  // The stage is as tall as the scene asks for at the page's width.
  measure() {
    this.width = this.stage.clientWidth;
    this.box = this.width < SMALL && this.scene.words.length ? this.scene.bare : this.scene.box;
    const [, , width, height] = this.box;
    const tall = Math.max(LOWEST, Math.min(TALLEST, window.innerHeight * 1.1, Math.min(CLOSEST, this.width / width) * height));
    this.stage.style.height = `${Math.round(tall)}px`;
    this.fit = Math.min(CLOSEST, this.width / width, tall / height);
    this.tall = tall;
  }

  resized() {
    if (!this.scene || !this.stage.clientWidth) return;
    const before = this.fit;
    this.measure();
    if (this.fit === before) return;
    this.frame();
    this.sigma.scheduleRefresh();
  }

  // What sigma fits into the stage: the scene, and air around it where that is small.
  frame() {
    const [left, top, width, height] = this.box;
    const [wide, tall] = [this.width / this.fit, this.tall / this.fit];
    const [x, y] = [left + width / 2, -(top + height / 2)];
    this.sigma.setCustomBBox({ x: [x - wide / 2, x + wide / 2], y: [y - tall / 2, y + tall / 2] });
  }

  recolour() {
    this.colours = readColours(this.stage);
    ground.rgb = numbers(this.colours.ground);
  }

  attributes(dot) {
    return { x: dot.x, y: -dot.y, size: dot.radius, label: dot.label, code: SHAPES[dot.shape] + (dot.lost ? HOLLOW : 0), forceLabel: this.scene.named && !this.scene.crowded, type: "shape" };
  }

  colourOf(dot) {
    if (dot.lost) return this.colours.lost;
    return dot.shape === "ring" ? this.colours.ring : this.colours.dots[dot.colour] || this.colours.dots.other;
  }

  near(at) {
    return this.hovered < 0 || at === this.hovered || this.scene.near[this.hovered].has(at);
  }

  reduceNode(at, data) {
    const dot = this.scene.dots[at];
    const colour = this.colourOf(dot);
    const size = Math.max(2.5, dot.radius * this.fit);
    const apart = !this.near(at);
    return { ...data, size, color: apart ? faded(colour, this.colours.ground, FADE) : colour, label: apart ? "" : dot.label, zIndex: apart ? 0 : 1 };
  }

  reduceEdge(key, data) {
    if (this.hovered < 0) return { ...data, color: this.colours.line };
    const touches = this.graph.extremities(key).includes(String(this.hovered));
    return touches ? { ...data, color: this.colours.ink, size: data.width * 1.4 } : { ...data, color: faded(this.colours.line, this.colours.ground, FADE) };
  }

  // Screen pixels for one of the scene's, now.
  get unit() {
    const [some, other] = [0, 100].map((x) => this.sigma.graphToViewport({ x, y: 0 }));
    return (other.x - some.x) / 100;
  }

  place = ({ x, y }) => this.sigma.graphToViewport({ x, y: -y });

  onScreen(at) {
    const dot = this.scene.dots[at];
    const shown = this.sigma.getNodeDisplayData(at);
    return { ...this.place(dot), size: this.sigma.scaleSize(shown ? shown.size : dot.radius) };
  }

  name(context, data, strong = false) {
    const at = Number(data.key);
    const dot = this.scene.dots[at];
    const roomy = this.unit >= ROOMY || !this.scene.words.length;
    if (!roomy && !strong && at !== this.scene.centre && at !== this.chosen) return;
    drawName(context, this, dot, { x: data.x, y: data.y, size: data.size }, strong);
  }

  paint() {
    if (!this.scene || !this.stage.clientWidth) return;
    const { bands, marks } = this.sigma.getCanvases();
    for (const canvas of [bands, marks]) {
      const context = canvas.getContext("2d");
      const ratio = window.devicePixelRatio || 1;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      if (canvas === bands) drawBands(context, this, this.place, this.unit);
      else {
        if (this.unit < ROOMY) drawWords(context, this, this.place);
        if (this.chosen >= 0) drawMark(context, this, this.onScreen(this.chosen));
      }
    }
  }

  hover(at) {
    if (at === this.hovered) return;
    this.hovered = at;
    this.sigma.scheduleRefresh();
  }

  choose(at) {
    if (at === this.chosen) return;
    this.chosen = at;
    this.sigma.scheduleRender();
  }

  lineUnder(point) {
    const { x, y } = this.sigma.viewportToGraph(point);
    return lineAt(this.scene, x, -y, 5 / this.unit);
  }

  // The camera moves so that a dot stands in the middle, near enough to read the names around it.
  goTo(at) {
    const shown = this.sigma.getNodeDisplayData(at);
    if (!shown) return;
    const ratio = Math.min(this.sigma.getCamera().ratio, this.unit < ROOMY ? 0.45 : 0.8);
    this.move({ x: shown.x, y: shown.y, ratio });
  }

  move(state) {
    const camera = this.sigma.getCamera();
    if (calm.matches) camera.setState({ ...camera.getState(), ...state });
    else camera.animate(state, { duration: 250 });
  }

  positions() {
    return Object.fromEntries(this.scene.dots.map((dot, at) => [dot.id, this.onScreen(at)]));
  }
}
