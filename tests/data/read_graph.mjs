// What graphology reads of a GEXF or GraphML file on standard input: nodes and edges with attributes, as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.cwd()}/package.json`));
const Graph = require("graphology");
const readers = { gexf: require("graphology-gexf"), graphml: require("graphology-graphml") };
const graph = readers[process.argv[2]].parse(Graph, readFileSync(0, "utf-8"));
process.stdout.write(
  JSON.stringify({
    nodes: Object.fromEntries(graph.mapNodes((node, attributes) => [node, attributes])),
    edges: graph.mapEdges((edge, attributes, source, target) => [source, target, attributes]),
  }),
);
