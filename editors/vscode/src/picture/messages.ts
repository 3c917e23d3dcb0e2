/** What the extension and the page in the webview tell each other. */

import type { PictureCursor, PictureDocument } from "konflux-ls-playground/picture";
import type { Location } from "konflux-ls-wasm/protocol";

/** From the extension to the page. */
export type ToPage =
  /** Draw this; `cursor` is where the editor's cursor is. */
  | { type: "show"; document: PictureDocument; cursor: PictureCursor | null }
  /** The cursor has moved. */
  | { type: "select"; cursor: PictureCursor | null }
  /** There is nothing to draw, for this reason. */
  | { type: "nothing"; reason: string };

/** From the page to the extension. */
export type FromPage =
  /** The page listens from now on. */
  | { type: "ready" }
  /** Somebody wants to see the text of this. */
  | { type: "reveal"; location: Location };
