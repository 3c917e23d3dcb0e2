/** Holds editors, engine, picture and findings together. */

import type { LSPClient } from "@codemirror/lsp-client";
import { EditorView } from "codemirror";
import type { PipelineGraph } from "konflux-ls-wasm";
import { apply, changesOf } from "./change.js";
import { EditorArea, markFindings } from "./editor.js";
import { byId } from "./elements.js";
import { fixesOf, graphsOf, startEngine } from "./engine.js";
import { Files, type OpenFile, type SavedFiles, textOf, uriOf } from "./files.js";
import { type Finding, FindingsPanel, type Fix } from "./findings.js";
import type { LocalFile } from "./local.js";
import { mountPicture, type PictureCursor, type PictureDocument } from "./picture/index.js";
import type { Diagnostic, Location, PublishedDiagnostics } from "./protocol.js";
import { drawTabs } from "./tabs.js";
import { toast } from "./toast.js";

/** After the last key, in milliseconds. */
const PAUSE = 60;

export class Workbench {
  readonly files: Files;
  readonly #client: LSPClient;
  readonly #area = new EditorArea(byId("editors"), (location) => this.reveal(location));
  readonly #findings: FindingsPanel;
  readonly #picture = mountPicture(
    byId("picture"),
    [],
    { onReveal: (location) => this.reveal(location) },
    new Worker("layout-worker.js"),
  );
  /** By address; what is not open any more is left out when shown. */
  readonly #diagnostics = new Map<string, Diagnostic[]>();
  readonly #onChange: (files: SavedFiles) => void;
  #documents: PictureDocument[] = [];
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** Counts questions for graphs, so that late answers are told apart. */
  #turn = 0;
  #isOpening = false;
  #beginsAtFinding = false;

  constructor(onChange: (files: SavedFiles) => void) {
    this.#onChange = onChange;
    const onDisk = {
      list: () => ({ files: this.files.all.map(({ uri }) => uri), more: false }),
      read: (uri: string) => {
        const file = this.files.find(uri);
        return file ? textOf(file) : null;
      },
    };
    this.#client = startEngine(onDisk, {
      diagnostics: (published) => this.#take(published),
      message: (text) => toast(text),
    });
    this.#client.initializing.catch((reason: { message?: string }) =>
      toast(`The engine does not start: ${reason.message ?? "unknown reason"}`),
    );
    this.#findings = new FindingsPanel(byId("findings"), byId("findings-summary"), {
      reveal: (location, stay) => this.reveal(location, stay),
      fixesOf: (finding) => this.#fixesOf(finding),
      apply: (fix) => this.#apply(fix),
    });
    this.files = new Files({
      create: (path, text) => this.#createEditor(path, text),
      show: (view) => this.#area.show(view),
      destroy: (view) => this.#area.destroy(view),
      changed: () => this.#filesChanged(),
    });
  }

  /** Opens files in place of all others; an example begins at its first finding. */
  open(files: SavedFiles, isExample = false): void {
    this.#isOpening = true;
    this.#beginsAtFinding = isExample;
    this.files.replaceAll(files);
    this.#isOpening = false;
    this.showPane("text");
  }

  /** Opens files beside the others. */
  add(added: readonly LocalFile[]): void {
    for (const { path, text } of added) this.files.put(this.files.freePath(path), text);
    if (added.length > 0) this.files.active?.view.focus();
  }

  /** Where there is room for one pane only, shows that one. */
  showPane(pane: string): void {
    document.body.dataset.pane = pane;
    for (const button of document.querySelectorAll<HTMLElement>("[data-show]")) {
      if (button.dataset.show === pane) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  /** Goes to a place in the text; `stay` leaves the focus where it is. */
  reveal({ uri, range }: Location, stay = false): void {
    const file = this.files.find(uri);
    if (file === undefined) {
      toast("That file is not open here.");
      return;
    }
    if (!stay) this.showPane("text");
    this.files.activate(file);
    const { view } = file;
    const place = ({ line, character }: Location["range"]["start"]) => {
      const { from, to } = view.state.doc.line(Math.min(line + 1, view.state.doc.lines));
      return Math.min(from + character, to);
    };
    const anchor = place(range.start);
    const head = range.end.line === range.start.line ? place(range.end) : anchor;
    const effects = EditorView.scrollIntoView(anchor, { y: "center" });
    view.dispatch({ selection: { anchor: head, head: anchor }, effects });
    if (!stay) view.focus();
  }

  #createEditor(path: string, text: string): EditorView {
    const uri = uriOf(path);
    return this.#area.create(path, text, this.#client.plugin(uri, "yaml"), {
      onEdit: () => this.#edited(),
      onCursor: () => this.#followCursor(),
    });
  }

  #filesChanged(): void {
    drawTabs(byId("tabs"), this.files);
    byId("no-files").hidden = this.files.all.length > 0;
    this.#refresh();
    if (!this.#isOpening) this.#onChange(this.files.save());
  }

  #edited(): void {
    this.#beginsAtFinding = false;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#client.sync();
      this.#refresh();
      this.#onChange(this.files.save());
    }, PAUSE);
  }

  #take({ uri, version, diagnostics }: PublishedDiagnostics): void {
    const file = this.#client.workspace.getFile(uri);
    // What is said of an older text is said again of the new one.
    if (file && version !== undefined && version !== file.version) return;
    this.#diagnostics.set(uri, diagnostics);
    const view = this.files.find(uri)?.view;
    if (view) markFindings(view, diagnostics, (diagnostic) => this.#explain(uri, diagnostic));
    this.#refresh();
  }

  #explain(uri: string, diagnostic: Diagnostic): void {
    this.showPane("findings");
    this.#findings.explain(uri, diagnostic);
  }

  /** Shows what is known of the files as they are. */
  #refresh(): void {
    this.#turn += 1;
    const turn = this.#turn;
    requestAnimationFrame(() => {
      if (turn !== this.#turn) return;
      this.#showFindings();
      void this.#drawPicture(turn);
    });
  }

  #showFindings(): void {
    const findings = this.files.all.flatMap(({ uri }) =>
      (this.#diagnostics.get(uri) ?? []).map((diagnostic) => ({ uri, diagnostic })),
    );
    byId("findings-count").textContent = findings.length > 0 ? String(findings.length) : "";
    const first = this.#findings.show(findings, this.files.all.length > 0);
    if (first === undefined || !this.#beginsAtFinding) return;
    this.#beginsAtFinding = false;
    this.reveal({ uri: first.uri, range: first.diagnostic.range }, true);
  }

  async #drawPicture(turn: number): Promise<void> {
    const documents = await Promise.all(
      this.files.all.map(async ({ uri }) => {
        const { pipelines } = await graphsOf(this.#client, uri);
        return { uri, pipelines };
      }),
    ).catch(() => undefined);
    if (documents === undefined || turn !== this.#turn) return;
    this.#documents = documents;
    this.#picture.show(documents);
    this.#followCursor();
  }

  #followCursor(): void {
    const file = this.files.active;
    this.#picture.select(file ? cursorIn(file, this.#documents) : null);
  }

  async #fixesOf({ uri, diagnostic }: Finding): Promise<Fix[]> {
    const actions = await fixesOf(this.#client, uri, diagnostic);
    return actions.flatMap((action) => {
      const changes = action.edit ? changesOf(action.edit, this.files) : [];
      return changes.length > 0 ? [{ action, changes }] : [];
    });
  }

  #apply({ action, changes }: Fix): void {
    const isFresh = changes.every(({ path, before }) => {
      const file = this.files.find(uriOf(path));
      return (file && textOf(file)) === before;
    });
    if (!isFresh) {
      toast("The text has changed since. Look at the fix once more.");
      this.#refresh();
      return;
    }
    const undo = apply(changes, this.files);
    toast(`Applied: ${action.title.replaceAll("`", "")}`, {
      title: "Undo",
      run: () => void apply(undo, this.files),
    });
  }
}

/** The task around the cursor; in a file without pipelines, the first task that runs what it holds. */
function cursorIn(file: OpenFile, documents: readonly PictureDocument[]): PictureCursor | null {
  const { uri, view } = file;
  const line = view.state.doc.lineAt(view.state.selection.main.head).number - 1;
  const holds = ({ range: { start, end } }: { range: Location["range"] }) =>
    start.line <= line && (line < end.line || (line === end.line && end.character > 0));
  const own = documents.find((document) => document.uri === uri)?.pipelines ?? [];
  const pipeline = own.findIndex(holds);
  if (pipeline >= 0) {
    const node = own[pipeline]?.nodes.filter(holds).at(-1);
    return { uri, pipeline, node: node?.id ?? null };
  }
  for (const document of own.length === 0 ? documents : []) {
    const found = caller(document.pipelines, uri);
    if (found) return { uri: document.uri, ...found };
  }
  return null;
}

function caller(pipelines: readonly PipelineGraph[], uri: string) {
  for (const [pipeline, { nodes }] of pipelines.entries()) {
    const node = nodes.find(({ target }) => target.definition?.uri === uri);
    if (node) return { pipeline, node: node.id };
  }
  return undefined;
}
