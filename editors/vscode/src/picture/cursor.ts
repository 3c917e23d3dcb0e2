/** Finds the cursor in the graphs of its document. */

import type { PictureCursor, PictureDocument } from "konflux-ls-playground/picture";
import type { Position, Range } from "konflux-ls-wasm/protocol";

/** The pipeline, and the innermost of its tasks, that a position is in. */
export function nodeAt(
  { uri, pipelines }: PictureDocument,
  position: Position,
): PictureCursor | null {
  const pipeline = pipelines.findIndex(({ range }) => contains(range, position));
  const nodes = pipelines[pipeline]?.nodes.filter(({ range }) => contains(range, position));
  return nodes ? { uri, pipeline, node: nodes.at(-1)?.id ?? null } : null;
}

function contains({ start, end }: Range, position: Position): boolean {
  return isBefore(start, position) && isBefore(position, end);
}

/** Equal counts as before. */
function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.character <= other.character);
}
