/** Finds tasks in a scene. */

import type { Box, PlacedNode, PlacedPipeline, Point, Scene } from "./layout.js";

/** The name under which a task is known in the whole picture. */
export function keyOf(pipeline: PlacedPipeline, id: string): string {
  return JSON.stringify([pipeline.uri, pipeline.index, id]);
}

/** All tasks, pipeline by pipeline in the order in which they run. */
export function keysOf({ pipelines }: Scene): string[] {
  return pipelines.flatMap((pipeline) =>
    pipeline.nodes.map(({ node }) => keyOf(pipeline, node.id)),
  );
}

/** A task and its pipeline. */
export interface Found {
  pipeline: PlacedPipeline;
  placed: PlacedNode;
}

export function find({ pipelines }: Scene, key: string): Found | undefined {
  for (const pipeline of pipelines) {
    const placed = pipeline.nodes.find(({ node }) => keyOf(pipeline, node.id) === key);
    if (placed) return { pipeline, placed };
  }
  return undefined;
}

/** Where a task is in the drawing. */
export function boxOf(scene: Scene, key: string): Box | undefined {
  const found = find(scene, key);
  if (found === undefined) return undefined;
  const { pipeline, placed } = found;
  const { width, height } = placed;
  return { x: pipeline.x + placed.x, y: pipeline.y + placed.y, width, height };
}

const DIRECTIONS: Readonly<Record<string, Point>> = {
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
};

/** Along a line, it seems as near as a half. */
const ALONG_A_LINE = 0.5;

/** Where a key of the keyboard leads from a task: the nearest in the direction of an arrow. */
export function neighbour(scene: Scene, key: string, pressed: string): string | undefined {
  const keys = keysOf(scene);
  if (pressed === "Home") return keys[0];
  if (pressed === "End") return keys.at(-1);
  const direction = DIRECTIONS[pressed];
  const from = boxOf(scene, key);
  if (direction === undefined || from === undefined) return undefined;
  const reachable = keys.flatMap((other) => {
    const box = boxOf(scene, other);
    const distance = box && distanceTo(box, from, direction);
    if (distance === undefined) return [];
    return [{ other, distance: areLinked(scene, key, other) ? distance * ALONG_A_LINE : distance }];
  });
  return reachable.sort((one, other) => one.distance - other.distance)[0]?.other;
}

function areLinked({ pipelines }: Scene, one: string, other: string): boolean {
  return pipelines.some((pipeline) =>
    pipeline.edges.some(({ from, to }) => {
      const ends = [keyOf(pipeline, from), keyOf(pipeline, to)];
      return ends.includes(one) && ends.includes(other);
    }),
  );
}

/** How far away it seems in a direction; `undefined` for what lies in another. */
function distanceTo(to: Box, from: Box, direction: Point): number | undefined {
  const x = to.x + to.width / 2 - from.x - from.width / 2;
  const y = to.y + to.height / 2 - from.y - from.height / 2;
  const along = x * direction.x + y * direction.y;
  const aside = Math.abs(x * direction.y + y * direction.x);
  return along > 1 ? along + 2 * aside : undefined;
}
