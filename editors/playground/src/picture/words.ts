/** What the picture says in words: on cards, in tooltips, to screen readers and in the list. */

import type { GraphFinding, GraphNode, PipelineGraph } from "konflux-ls-wasm/protocol";
import type { PlacedEdge, PlacedPipeline } from "./layout.js";
import { labelOf, stageLabel } from "./roles.js";

/** The name of a task, or what to call one without. */
export function nameOf(node: GraphNode): string {
  return node.name === "" ? "(no name yet)" : node.name;
}

/** The name of a pipeline, with what it is. */
export function titleOf(graph: PipelineGraph): string {
  const name = graph.name === "" ? "(no name yet)" : graph.name;
  const stage = stageLabel(graph.class).toLowerCase();
  const isKnown = graph.class !== null;
  const kind = graph.kind === "PipelineRun" ? "pipeline run" : "pipeline";
  return isKnown ? `${name}, ${stage} ${kind}` : `${name}, ${kind} of unknown purpose`;
}

/** The second line of a card: the role, else what runs. */
export function roleLine(node: GraphNode): string {
  const [primary] = node.roles;
  return primary === undefined ? "unclassified" : labelOf(primary);
}

/** What is wrong in a task. */
export function findingsOf(graph: PipelineGraph, node: GraphNode): GraphFinding[] {
  return node.findings.flatMap((index) => graph.findings[index] ?? []);
}

/** What is wrong, in plain words. */
function messageOf({ message }: GraphFinding): string {
  return message.replaceAll("`", "");
}

/** How bad the worst is. */
export function worst(findings: readonly GraphFinding[]): "error" | "warning" | "note" | undefined {
  if (findings.length === 0) return undefined;
  const severity = Math.min(...findings.map((finding) => finding.severity));
  return severity === 1 ? "error" : severity === 2 ? "warning" : "note";
}

/** When a task runs and what it gets, in sentences. */
export function factsOf({ graph, edges }: PlacedPipeline, node: GraphNode): string[] {
  const names = new Map(graph.nodes.map((each) => [each.id, nameOf(each)]));
  const incoming = edges.filter((edge) => edge.to === node.id);
  const facts = incoming.map((edge) => sentence(edge, names.get(edge.from) ?? edge.from));
  if (node.finally) facts.unshift("Runs at the end, whatever happens.");
  if (node.guarded) facts.push("May be skipped: it has a condition.");
  if (node.matrix) facts.push("Runs several times: it has a matrix.");
  return facts;
}

function sentence({ kind, results }: PlacedEdge, from: string): string {
  if (kind === "artifact") return `Gets ${results.join(", ")} from ${from}: an artifact.`;
  if (results.length > 0) return `Gets ${results.join(", ")} from ${from}.`;
  return `Runs after ${from}.`;
}

/** The second line of a card: the role, and what runs, unless the name says so. */
export function secondLine(node: GraphNode): string {
  const { name, target } = node;
  const isSaid = target.kind !== "taskRef" || target.description.split(" ")[0] === name;
  return isSaid || target.description === ""
    ? roleLine(node)
    : `${roleLine(node)} · ${target.description}`;
}

/** What a card says beside its name, in a word each. */
export function tagsOf(node: GraphNode): string[] {
  return [...(node.guarded ? ["when"] : []), ...(node.matrix ? ["matrix"] : [])];
}

/** All about a task in one breath. It begins with what is drawn, as those expect who speak to it. */
export function description(pipeline: PlacedPipeline, node: GraphNode): string {
  const findings = findingsOf(pipeline.graph, node);
  const problems = findings.length === 0 ? [] : [countOf(findings)];
  const drawn = [nameOf(node), secondLine(node), ...tagsOf(node), ...problems].join(" ");
  const messages = findings.map((finding) => `Problem: ${messageOf(finding)}.`);
  return [`${drawn}.`, ...factsOf(pipeline, node), ...messages].join(" ");
}

function countOf({ length }: readonly GraphFinding[]): string {
  return length === 1 ? "1 problem" : `${length} problems`;
}
