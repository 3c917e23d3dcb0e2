/** What the extension and the page in the webview tell each other. */

import type { CurrentNode, Location, PipelineGraph } from "konflux-ls-wasm/protocol";

/** From the extension to the page. */
export type ToPage =
  | {
      type: "show";
      /** The document that the graphs are of. */
      uri: string;
      pipelines: PipelineGraph[];
      /** Where the cursor is. */
      current: CurrentNode | null;
    }
  | { type: "select"; current: CurrentNode | null }
  | { type: "nothing"; reason: string };

/** From the page to the extension. */
export type FromPage =
  /** The page listens from now on. */
  | { type: "ready" }
  /** Somebody wants to see the text of this. */
  | { type: "reveal"; location: Location };
