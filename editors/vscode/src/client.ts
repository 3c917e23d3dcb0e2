/** How the language client is set up, for both engines. */

import { type Diagnostic, extensions, type LogOutputChannel, type Uri, workspace } from "vscode";
import {
  type DocumentFilter,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  vsdiag,
} from "vscode-languageclient";

/** The rules that say what is wrong with YAML itself, as the YAML extension does too. */
const YAML_RULES: ReadonlySet<unknown> = new Set(["syntax-error", "duplicate-key"]);

export function clientOptions(log: LogOutputChannel): LanguageClientOptions {
  return {
    documentSelector: documentSchemes().map(
      (scheme): DocumentFilter => ({
        scheme,
        language: "yaml",
      }),
    ),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    diagnosticPullOptions: { onChange: true },
    middleware: withoutYamlErrors(),
  };
}

/**
 * The schemes of documents that are looked at: files, unsaved ones, and whatever the workspace
 * folders are of (`vscode-vfs`, `memfs`, …). Not the rest, because the two sides of a diff and the
 * past of a file (`git`, …) are documents too.
 */
export function documentSchemes(): string[] {
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
  return [...new Set(["file", "untitled", ...folders])].sort();
}

function withoutYamlErrors(): Middleware {
  return {
    handleDiagnostics: (uri, diagnostics, next) => next(uri, wanted(uri, diagnostics)),
    provideDiagnostics: async (document, previous, token, next) => {
      const report = await next(document, previous, token);
      if (report?.kind === vsdiag.DocumentDiagnosticReportKind.full) {
        report.items = wanted("uri" in document ? document.uri : document, report.items);
      }
      return report;
    },
    provideWorkspaceDiagnostics: (previous, token, result, next) =>
      next(previous, token, (chunk) => {
        for (const report of chunk?.items ?? []) {
          if (report.kind === vsdiag.DocumentDiagnosticReportKind.full) {
            report.items = wanted(report.uri, report.items);
          }
        }
        result(chunk);
      }),
  };
}

/** The diagnostics without those that the YAML extension shows as well. */
function wanted(uri: Uri, diagnostics: Diagnostic[]): Diagnostic[] {
  if (reportsYamlErrors(uri)) {
    return diagnostics;
  }
  return diagnostics.filter(({ code }) => !YAML_RULES.has(nameOf(code)));
}

function reportsYamlErrors(uri: Uri): boolean {
  switch (workspace.getConfiguration("konflux-ls", uri).get("yamlErrors")) {
    case "always":
      return true;
    case "never":
      return false;
    default:
      return !(hasYamlExtension() && workspace.getConfiguration("yaml", uri).get("validate", true));
  }
}

/** Whether the YAML extension is there and switched on. */
export function hasYamlExtension(): boolean {
  return extensions.getExtension("redhat.vscode-yaml") !== undefined;
}

function nameOf(code: Diagnostic["code"]): string | number | undefined {
  return typeof code === "object" ? code.value : code;
}
