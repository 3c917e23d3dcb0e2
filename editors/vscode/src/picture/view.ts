/**
 * The picture of the pipeline beside its text. It follows the editor and the cursor; a click on a
 * task goes to its text.
 */

import type { PictureCursor, PictureDocument } from "konflux-ls-playground/picture";
import type { Location } from "konflux-ls-wasm/protocol";
import {
  commands,
  Disposable,
  type ExtensionContext,
  languages,
  Range,
  type TextDocument,
  type TextEditor,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import { ErrorCodes, ResponseError } from "vscode-languageclient";
import { documentSchemes } from "../client.js";
import type { Server } from "../server.js";
import { nodeAt } from "./cursor.js";
import { picturesOf } from "./graphs.js";
import { pageOf } from "./html.js";
import type { FromPage, ToPage } from "./messages.js";

const TYPE = "konflux-ls.picture";

export class PictureView implements Disposable {
  readonly #context: ExtensionContext;
  readonly #server: Server;
  readonly #subscriptions: Disposable;
  #panel: WebviewPanel | undefined;
  /** The editor that was last looked at: a focused picture is no text editor. */
  #editor: TextEditor | undefined;
  #shown: PictureDocument | undefined;
  #drawing = false;
  #outdated = false;

  constructor(context: ExtensionContext, server: Server) {
    this.#context = context;
    this.#server = server;
    this.#subscriptions = Disposable.from(
      window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (panel) => this.#adopt(panel),
      }),
      window.onDidChangeActiveTextEditor((editor) => this.#follow(editor)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.#editor) {
          this.#select();
        }
      }),
      workspace.onDidChangeTextDocument(({ document }) => this.#changed(document.uri)),
      languages.onDidChangeDiagnostics(({ uris }) => this.#changed(...uris)),
      server.onDidChange(() => this.#draw()),
    );
    this.#follow(window.activeTextEditor);
  }

  /** Opens the picture beside the editor, or brings it to the front. */
  show(): void {
    if (this.#panel) {
      this.#panel.reveal(undefined, true);
      return;
    }
    const place = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    this.#adopt(window.createWebviewPanel(TYPE, "Pipeline", place));
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#panel?.dispose();
  }

  #adopt(panel: WebviewPanel): void {
    this.#panel = panel;
    panel.iconPath = Uri.joinPath(this.#context.extensionUri, "media", "icon.png");
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    // A page that was hidden is made anew, and says when it is ready.
    panel.webview.onDidReceiveMessage((message: FromPage) =>
      message.type === "ready" ? this.#draw() : reveal(message.location, this.#editor),
    );
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(this.#context.extensionUri, "dist")],
    };
    panel.webview.html = pageOf(panel.webview, this.#context.extensionUri);
  }

  #follow(editor: TextEditor | undefined): void {
    if (editor && isYaml(editor.document)) {
      this.#editor = editor;
      void this.#draw();
    }
  }

  #changed(...uris: Uri[]): void {
    const isShown = [this.#editor?.document.uri.toString(), this.#shown?.uri];
    if (this.#panel?.visible && uris.some((uri) => isShown.includes(uri.toString()))) {
      void this.#draw();
    }
  }

  /** Asks for the graphs once more; while an answer is awaited, at most one question waits. */
  async #draw(): Promise<void> {
    if (this.#drawing) {
      this.#outdated = true;
      return;
    }
    this.#drawing = true;
    do {
      this.#outdated = false;
      await this.#drawOnce();
    } while (this.#outdated);
    this.#drawing = false;
  }

  async #drawOnce(): Promise<void> {
    const document = this.#editor?.document;
    let reason = "There is no pipeline in this file.";
    try {
      this.#shown = document && (await picturesOf(this.#server, document));
    } catch (error) {
      this.#shown = undefined;
      reason = whyNot(error);
    }
    const pipelines = this.#shown?.pipelines ?? [];
    void commands.executeCommand("setContext", "konflux-ls.hasPipeline", pipelines.length > 0);
    if (this.#shown && pipelines.length > 0) {
      this.#tell({ type: "show", document: this.#shown, cursor: this.#cursor() });
    } else {
      this.#tell({ type: "nothing", reason });
    }
  }

  #select(): void {
    if (this.#panel?.visible && this.#shown) {
      this.#tell({ type: "select", cursor: this.#cursor() });
    }
  }

  /** Where the cursor is, when it is in the document that is drawn. */
  #cursor(): PictureCursor | null {
    const { document, selection } = this.#editor ?? {};
    if (!this.#shown || !selection || document?.uri.toString() !== this.#shown.uri) {
      return null;
    }
    return nodeAt(this.#shown, selection.active);
  }

  #tell(message: ToPage): void {
    void this.#panel?.webview.postMessage(message);
  }
}

function whyNot(error: unknown): string {
  return error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound
    ? "This server is too old to draw pipelines: the status of the language says which it is."
    : `The server cannot draw it: ${(error as Error).message}`;
}

function isYaml(document: TextDocument): boolean {
  return document.languageId === "yaml" && documentSchemes().includes(document.uri.scheme);
}

/** Shows a place in the column where the text was, not in the one of the picture. */
async function reveal({ uri, range }: Location, beside: TextEditor | undefined): Promise<void> {
  const { start, end } = range;
  await window.showTextDocument(Uri.parse(uri, true), {
    selection: new Range(start.line, start.character, end.line, end.character),
    viewColumn: beside?.viewColumn ?? ViewColumn.One,
  });
}
