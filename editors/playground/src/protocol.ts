/** Types of the language server protocol, as far as they are narrower here. */

import type { Diagnostic as AnyDiagnostic } from "vscode-languageserver-types";

export type { CodeAction, Location, Position, Range } from "vscode-languageserver-types";

/** The engine's messages are plain text: the headline, then more lines. */
export type Diagnostic = AnyDiagnostic & { message: string };

/** What the engine says of a file. */
export interface PublishedDiagnostics {
  uri: string;
  /** The version that this is about; missing for files that are not open. */
  version?: number;
  diagnostics: Diagnostic[];
}
