/**
 * The files that are open, each in an editor of its own: so every one keeps its cursor and its undo
 * history, and is known to the engine all the time.
 */

import type { EditorView } from "@codemirror/view";

/** Files as they are kept and shared. */
export interface SavedFiles {
  files: { path: string; text: string }[];
  /** The path of the one that is shown. */
  active: string;
}

/** A file with its editor. */
export interface OpenFile {
  readonly path: string;
  readonly uri: string;
  readonly view: EditorView;
}

const ROOT = "file:///";

export function uriOf(path: string): string {
  return ROOT + path.split("/").map(encodeURIComponent).join("/");
}

export function pathOf(uri: string): string {
  return decodeURIComponent(uri.slice(ROOT.length));
}

/** Makes and ends editors, and hears of what becomes of them. */
export interface EditorHost {
  create(path: string, text: string): EditorView;
  /** Shows this one and hides the others. */
  show(view: EditorView | undefined): void;
  destroy(view: EditorView): void;
  /** Files came, went, or another one is shown. */
  changed(): void;
}

export class Files {
  readonly #host: EditorHost;
  #open: OpenFile[] = [];
  #active: OpenFile | undefined;

  constructor(host: EditorHost) {
    this.#host = host;
  }

  get all(): readonly OpenFile[] {
    return this.#open;
  }

  get active(): OpenFile | undefined {
    return this.#active;
  }

  find(uri: string): OpenFile | undefined {
    return this.#open.find((file) => file.uri === uri);
  }

  /** Another set of files in place of all that is open. */
  replaceAll({ files, active }: SavedFiles): void {
    for (const file of this.#open) this.#host.destroy(file.view);
    this.#open = [];
    // A link may hold two files of one path: buffers of two repositories.
    for (const { path, text } of files) this.#open.push(this.#create(this.freePath(path), text));
    this.#activate(this.find(uriOf(active)) ?? this.#open[0]);
  }

  /** Opens a file and shows it; one with that path gets the new text. */
  put(path: string, text: string): OpenFile {
    const known = this.find(uriOf(path));
    const file = known ?? this.#create(path, text);
    if (known) setText(known, text);
    else this.#open.push(file);
    this.#activate(file);
    return file;
  }

  close(file: OpenFile): void {
    const at = this.#open.indexOf(file);
    if (at < 0) return;
    this.#open.splice(at, 1);
    this.#host.destroy(file.view);
    const neighbour = this.#open[Math.min(at, this.#open.length - 1)];
    this.#activate(this.#active === file ? neighbour : this.#active);
  }

  /** Gives a file another path; its place among the others stays. */
  rename(file: OpenFile, path: string): void {
    const at = this.#open.indexOf(file);
    if (at < 0 || path === file.path || this.find(uriOf(path)) !== undefined) return;
    const renamed = this.#create(path, textOf(file));
    this.#open[at] = renamed;
    this.#host.destroy(file.view);
    this.#activate(this.#active === file ? renamed : this.#active);
  }

  activate(file: OpenFile): void {
    if (this.#active !== file) this.#activate(file);
  }

  save(): SavedFiles {
    const files = this.#open.map((file) => ({ path: file.path, text: textOf(file) }));
    return { files, active: this.#active?.path ?? "" };
  }

  /** A path like this one that is still free. */
  freePath(wish: string): string {
    const [, stem = wish, ending = ""] = /^(.*?)(\.[^./]*)?$/.exec(wish) ?? [];
    let path = wish;
    for (let number = 2; this.find(uriOf(path)) !== undefined; number += 1) {
      path = `${stem}-${number}${ending}`;
    }
    return path;
  }

  #create(path: string, text: string): OpenFile {
    return { path, uri: uriOf(path), view: this.#host.create(path, text) };
  }

  #activate(file: OpenFile | undefined): void {
    this.#active = file;
    this.#host.show(file?.view);
    this.#host.changed();
  }
}

export function textOf({ view }: OpenFile): string {
  return view.state.doc.toString();
}

/** Another text, as one step that can be undone. */
function setText({ view }: OpenFile, text: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}
