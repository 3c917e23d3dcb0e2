/** The text editor: CodeMirror, in the colours of the page. */

import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, type Diagnostic as Mark, setDiagnostics } from "@codemirror/lint";
import { LSPPlugin } from "@codemirror/lsp-client";
import { EditorState, type Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";
import { html, inCode } from "./picture/dom.js";
import type { Diagnostic, Location } from "./protocol.js";

/** What the page hears of an editor. */
export interface EditorEvents {
  onEdit(): void;
  onCursor(): void;
}

const colours = EditorView.theme({
  "&": {
    height: "100%",
    color: "var(--text)",
    backgroundColor: "var(--surface)",
    fontSize: "13px",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 16px 0 8px" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "var(--surface)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "34px", padding: "0 4px 0 8px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-activeLineGutter": { color: "var(--muted)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--selection)" },
  ".cm-selectionMatch, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--match)" },
  ".cm-foldPlaceholder": { color: "var(--muted)", background: "var(--line)", border: "none" },
  ".cm-tooltip": {
    color: "var(--text)",
    backgroundColor: "var(--raised)",
    border: "1px solid var(--border)",
    borderRadius: "8px",
    boxShadow: "var(--shadow)",
    fontFamily: "var(--sans)",
    lineHeight: "1.5",
    maxWidth: "min(34rem, 86vw)",
  },
  ".cm-tooltip-lint": { padding: "0", overflow: "hidden" },
  ".cm-diagnostic": { padding: "10px 14px", marginLeft: "0", whiteSpace: "pre-line" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--error)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warning)" },
  ".cm-diagnostic-info, .cm-diagnostic-hint": { borderLeft: "3px solid var(--note)" },
  ".cm-diagnosticAction": {
    display: "block",
    margin: "8px 0 0",
    padding: "3px 10px",
    color: "var(--on-accent)",
    backgroundColor: "var(--accent)",
    borderRadius: "6px",
    font: "inherit",
    fontSize: "12px",
  },
  // One element has both classes.
  ".cm-lsp-hover-tooltip.cm-lsp-documentation": {
    padding: "10px 14px",
    maxHeight: "22rem",
    overflow: "auto",
    overflowWrap: "break-word",
  },
  ".cm-lsp-documentation p, .cm-lsp-documentation ul": { margin: "0 0 6px" },
  ".cm-lsp-documentation ul": { paddingLeft: "20px" },
  ".cm-lsp-documentation > :last-child": { marginBottom: "0" },
  ".cm-lsp-documentation a": { color: "var(--accent)" },
  ".cm-diagnostic code, .cm-lsp-documentation code": {
    fontFamily: "var(--mono)",
    fontSize: "12px",
  },
  ".cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info, .cm-lintRange-hint": {
    backgroundImage: "none",
    textDecoration: "underline wavy 1.2px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--error)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--warning)" },
  ".cm-lintRange-info, .cm-lintRange-hint": { textDecorationColor: "var(--note)" },
  ".cm-gutter-lint": { width: "16px" },
  ".cm-gutter-lint .cm-gutterElement": {
    display: "flex",
    alignItems: "center",
    padding: "0 0 0 5px",
  },
  ".cm-lint-marker": { width: "8px", height: "8px", borderRadius: "50%", content: "none" },
  ".cm-lint-marker-error": { backgroundColor: "var(--error)" },
  ".cm-lint-marker-warning": { backgroundColor: "var(--warning)" },
  ".cm-lint-marker-info, .cm-lint-marker-hint": { backgroundColor: "var(--note)" },
  ".cm-panels": { color: "var(--text)", backgroundColor: "var(--raised)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--border)" },
  ".cm-textfield": {
    color: "var(--text)",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--border)",
    borderRadius: "6px",
  },
  ".cm-button": {
    color: "var(--text)",
    backgroundImage: "none",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--border)",
    borderRadius: "6px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--match)" },
});

const words = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--syntax-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--syntax-string)" },
  { tag: [tags.content, tags.literal], color: "var(--text)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--syntax-literal)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.meta, tags.punctuation, tags.separator, tags.bracket], color: "var(--muted)" },
  { tag: [tags.typeName, tags.labelName], color: "var(--syntax-literal)" },
]);

/**
 * The place of all editors. Their style sheets are made by script, which a strict page refuses in
 * its own document but not in a shadow tree.
 */
export class EditorArea {
  readonly #root: ShadowRoot;

  /** `onLink` hears which place a hover points at, when somebody follows that. */
  constructor(element: HTMLElement, onLink: (location: Location) => void) {
    this.#root = element.attachShadow({ mode: "open" });
    this.#root.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      const location = link === null ? undefined : locationOf(link.getAttribute("href") ?? "");
      if (location === undefined) return;
      event.preventDefault();
      onLink(location);
    });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("div.file { height: 100% } [hidden] { display: none !important }");
    this.#root.adoptedStyleSheets = [sheet];
  }

  create(path: string, text: string, client: Extension, events: EditorEvents): EditorView {
    const place = document.createElement("div");
    place.className = "file";
    place.hidden = true;
    this.#root.append(place);
    const extensions = [
      basicSetup,
      yaml(),
      colours,
      syntaxHighlighting(words),
      lintGutter(),
      EditorState.tabSize.of(2),
      EditorView.contentAttributes.of({
        "aria-label": path,
        spellcheck: "false",
        tabindex: "0",
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) events.onEdit();
        if (update.docChanged || update.selectionSet) events.onCursor();
      }),
      client,
    ];
    return new EditorView({ doc: text, extensions, parent: place, root: this.#root });
  }

  show(view: EditorView | undefined): void {
    for (const place of this.#root.querySelectorAll<HTMLElement>("div.file")) {
      place.hidden = place !== view?.dom.parentElement;
    }
    view?.requestMeasure();
  }

  destroy(view: EditorView): void {
    const place = view.dom.parentElement;
    view.destroy();
    place?.remove();
  }
}

/** The place that `file:///tasks/a.yaml#L12` names. */
function locationOf(address: string): Location | undefined {
  const [, uri, line] = /^(file:[^#]*)#L(\d+)/.exec(address) ?? [];
  if (uri === undefined) return undefined;
  const start = { line: Number(line) - 1, character: 0 };
  return { uri, range: { start, end: start } };
}

/**
 * Underlines what the engine found, moved along with what was typed in the meantime. `onExplain`
 * hears when somebody wants to know more.
 */
export function markFindings(
  view: EditorView,
  diagnostics: readonly Diagnostic[],
  onExplain: (diagnostic: Diagnostic) => void,
): void {
  const plugin = LSPPlugin.get(view);
  if (plugin === null) return;
  const place = (position: Diagnostic["range"]["start"]) => {
    const { syncedDoc, unsyncedChanges } = plugin;
    const line = syncedDoc.line(Math.min(position.line + 1, syncedDoc.lines));
    return unsyncedChanges.mapPos(Math.min(line.from + position.character, line.to));
  };
  const marks = diagnostics.map((diagnostic): Mark => {
    const [from, to] = [place(diagnostic.range.start), place(diagnostic.range.end)];
    const { severity, message } = diagnostic;
    const level = (["error", "warning", "info", "hint"] as const)[(severity ?? 1) - 1] ?? "error";
    const explain = { name: "Explain and fix", apply: () => onExplain(diagnostic) };
    return {
      from,
      to: Math.max(from, to),
      severity: level,
      message,
      renderMessage: () => html("span", {}, ...inCode(message)),
      actions: [explain],
    };
  });
  view.dispatch(setDiagnostics(view.state, marks));
}
