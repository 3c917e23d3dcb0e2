/** Asks for the graphs of a document. */

import type { PictureDocument } from "konflux-ls-playground/picture";
import {
  PIPELINE_GRAPH,
  type PipelineGraphParams,
  type PipelineGraphResult,
} from "konflux-ls-wasm/protocol";
import { type TextDocument, Uri } from "vscode";
import type { Server } from "../server.js";

/** The pipelines of a document; `undefined` while nobody can tell. */
export async function graphsOf(server: Server, uri: string): Promise<PictureDocument | undefined> {
  const params: PipelineGraphParams = { textDocument: { uri } };
  const result = await server.client?.sendRequest<PipelineGraphResult>(PIPELINE_GRAPH, params);
  return result && { uri, pipelines: result.pipelines };
}

/**
 * What there is to draw for a document: its pipelines, or, for a run that only names one, that
 * pipeline, where it can be seen.
 */
export async function picturesOf(
  server: Server,
  document: TextDocument,
): Promise<PictureDocument | undefined> {
  const shown = await graphsOf(server, document.uri.toString());
  const named = shown?.pipelines.length === 1 ? shown.pipelines[0]?.definition : null;
  // Through `Uri`, so that the same file has the same name everywhere in the editor.
  const uri = named && Uri.parse(named.uri, true).toString();
  return uri ? ((await graphsOf(server, uri)) ?? shown) : shown;
}
