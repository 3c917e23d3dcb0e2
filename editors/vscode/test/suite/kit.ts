/** What the tests in an extension host need: a runner, patience, and the workspace. */

import {
  type CodeAction,
  commands,
  type Definition,
  type Diagnostic,
  extensions,
  type Hover,
  type LocationLink,
  languages,
  type MarkdownString,
  Position,
  Range,
  type TextDocument,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Api } from "../../src/extension.js";

/** Milliseconds until what is awaited counts as missing. */
const PATIENCE = 20_000;

const tests: { name: string; run: () => Promise<void> }[] = [];

/** Without it, no other can be run. */
const FIRST = "a server runs";

test(FIRST, async () => {
  const { server } = await api();
  await eventually("a server", () => server.client);
});

export function test(name: string, run: () => Promise<void>): void {
  tests.push({ name, run });
}

/** Runs all tests, one after the other; rejects when one failed. */
export async function runTests(): Promise<void> {
  const failed: string[] = [];
  for (const { name, run } of tests) {
    try {
      await run();
      console.log(`test:   ok  ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(`test: FAIL  ${name}\n${(error as Error).stack}`);
      if (name === FIRST) {
        break;
      }
    }
  }
  if (failed.length > 0) {
    throw new Error(`failed: ${failed.join(", ")}`);
  }
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) {
    throw new Error(message);
  }
}

/** Asks until there is an answer that is neither `undefined` nor `false`. */
export async function eventually<Answer>(
  what: string,
  ask: () => Answer | undefined | false | Thenable<Answer | undefined | false>,
  patience = PATIENCE,
): Promise<Answer> {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) {
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
}

/** The extension under test. */
export async function api(): Promise<Api> {
  const extension = extensions.getExtension<Api>("konflux-ls.konflux-ls");
  assert(extension, "the extension is not installed");
  return extension.activate();
}

export function folder(): Uri {
  const [first] = workspace.workspaceFolders ?? [];
  assert(first, "no folder is open");
  return first.uri;
}

/** Opens a file of the workspace in an editor. */
export async function open(path: string): Promise<TextDocument> {
  return (await window.showTextDocument(Uri.joinPath(folder(), path))).document;
}

/** What this extension finds, by rule. */
export function findings({ uri }: TextDocument): Diagnostic[] {
  return languages.getDiagnostics(uri).filter(({ source }) => source === "konflux-ls");
}

export function ruleOf({ code }: Diagnostic): unknown {
  return typeof code === "object" ? code.value : code;
}

/** Waits for a finding of a rule. */
export function finding(document: TextDocument, rule: string): Promise<Diagnostic> {
  return eventually(`${rule} in ${document.uri.path}`, () =>
    findings(document).find((diagnostic) => ruleOf(diagnostic) === rule),
  );
}

/** Waits until a rule finds nothing any more. */
export function noFinding(document: TextDocument, rule: string): Promise<true> {
  return eventually(`no ${rule} in ${document.uri.path}`, () =>
    findings(document).every((diagnostic) => ruleOf(diagnostic) !== rule),
  );
}

/** The place of the first `words`, plus some characters. */
export function placeOf(document: TextDocument, words: string, plus = 0): Position {
  const offset = document.getText().indexOf(words);
  assert(offset >= 0, `no ${words} in ${document.uri.path}`);
  return document.positionAt(offset + plus);
}

export async function hoverAt({ uri }: TextDocument, position: Position): Promise<string> {
  const hovers = await commands.executeCommand<Hover[]>(
    "vscode.executeHoverProvider",
    uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content as MarkdownString).value)
    .join("\n");
}

/** Where a definition is: the path in the workspace, and the line from 0. */
export async function definitionAt({ uri }: TextDocument, position: Position): Promise<string[]> {
  const found = await commands.executeCommand<Definition | LocationLink[]>(
    "vscode.executeDefinitionProvider",
    uri,
    position,
  );
  return (Array.isArray(found) ? found : [found]).map((place) =>
    "targetUri" in place
      ? `${place.targetUri.path}:${(place.targetSelectionRange ?? place.targetRange).start.line}`
      : `${place.uri.path}:${place.range.start.line}`,
  );
}

export async function fixesOf({ uri }: TextDocument, { range }: Diagnostic): Promise<CodeAction[]> {
  const actions = await commands.executeCommand<CodeAction[]>(
    "vscode.executeCodeActionProvider",
    uri,
    range,
    "quickfix",
    10,
  );
  return actions.filter(({ edit }) => edit);
}

/** Replaces the whole text. */
export async function replaceText(document: TextDocument, text: string): Promise<void> {
  const editor = await window.showTextDocument(document);
  const whole = new Range(new Position(0, 0), new Position(document.lineCount, 0));
  await editor.edit((edit) => edit.replace(whole, text));
}

/** Changes a setting of this extension for the time of `run`. */
export async function withSetting(
  name: string,
  value: unknown,
  run: () => Promise<void>,
): Promise<void> {
  const settings = () => workspace.getConfiguration();
  await settings().update(name, value, true);
  try {
    await run();
  } finally {
    await settings().update(name, undefined, true);
  }
}
