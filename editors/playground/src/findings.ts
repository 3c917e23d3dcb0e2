/** The findings of all files, with why they matter and what mends them. */

import rules from "content:rules";
import type { FileChange } from "./change.js";
import { drawDiff } from "./diff.js";
import { pathOf } from "./files.js";
import { html, inCode } from "./picture/dom.js";
import type { CodeAction, Diagnostic, Location } from "./protocol.js";

/** One finding. */
export interface Finding {
  uri: string;
  diagnostic: Diagnostic;
}

/** What mends a finding, and what that changes. */
export interface Fix {
  action: CodeAction;
  changes: FileChange[];
}

/** What the list asks of the page. */
export interface FindingsHost {
  /** Goes to a place in the text; `stay` leaves the focus where it is. */
  reveal(location: Location, stay?: boolean): void;
  fixesOf(finding: Finding): Promise<Fix[]>;
  apply(fix: Fix): void;
}

const LEVELS = ["", "error", "warning", "note", "note"] as const;

export class FindingsPanel {
  readonly #list: HTMLElement;
  readonly #detail: HTMLElement;
  readonly #summary: HTMLElement;
  readonly #host: FindingsHost;
  #findings: Finding[] = [];
  #hasFiles = false;
  #selected: Finding | undefined;
  /** Counts selections, so that late answers are told apart. */
  #turn = 0;

  constructor(element: HTMLElement, summary: HTMLElement, host: FindingsHost) {
    this.#host = host;
    this.#summary = summary;
    this.#list = html("ul", { class: "finding-list", "aria-label": "Findings" });
    this.#detail = html("div", { class: "finding-detail" });
    element.append(this.#list, this.#detail);
  }

  /** Shows other findings; gives the first. What is selected stays so if it is still there. */
  show(findings: readonly Finding[], hasFiles: boolean): Finding | undefined {
    this.#hasFiles = hasFiles;
    this.#findings = findings.toSorted(byWeight);
    const same = this.#findings.find((finding) => isSame(finding, this.#selected));
    const focused = this.#list.contains(document.activeElement);
    this.#list.replaceChildren(...this.#findings.map((finding) => this.#drawRow(finding)));
    this.#summarise();
    this.#select(same ?? this.#findings[0], focused);
    return this.#findings[0];
  }

  /** Selects a finding that was looked up elsewhere. */
  explain(uri: string, diagnostic: Diagnostic): void {
    const found = this.#findings.find((finding) => isSame(finding, { uri, diagnostic }));
    this.#select(found, true);
  }

  #summarise(): void {
    const count = (level: string) =>
      this.#findings.filter(({ diagnostic }) => levelOf(diagnostic) === level).length;
    const words = [
      [count("error"), "error"],
      [count("warning"), "warning"],
      [count("note"), "note"],
    ] as const;
    const chips = words
      .filter(([number]) => number > 0)
      .map(([number, word]) =>
        html(
          "span",
          { class: `count level-${word}` },
          `${number} ${word}${number === 1 ? "" : "s"}`,
        ),
      );
    this.#summary.replaceChildren(...chips);
  }

  #drawRow(finding: Finding): HTMLElement {
    const { uri, diagnostic } = finding;
    const row = html(
      "button",
      { type: "button", class: `finding level-${levelOf(diagnostic)}` },
      html("span", { class: "finding-level" }, levelOf(diagnostic)),
      html("span", { class: "finding-message" }, ...inCode(headline(diagnostic))),
      html("span", { class: "finding-place" }, `${nameOf(uri)}:${diagnostic.range.start.line + 1}`),
    );
    row.onclick = () => {
      this.#select(finding);
      this.#host.reveal({ uri, range: diagnostic.range }, true);
    };
    return html("li", {}, row);
  }

  #select(finding: Finding | undefined, focus = false): void {
    const isNews = !isSame(finding, this.#selected);
    this.#selected = finding;
    const rows = [...this.#list.querySelectorAll<HTMLElement>(".finding")];
    rows.forEach((row, index) => {
      const isSelected = finding !== undefined && this.#findings[index] === finding;
      if (isSelected) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (isSelected && focus) row.focus();
      if (isSelected && isNews) row.scrollIntoView({ block: "nearest" });
    });
    void this.#explain(finding, isNews);
  }

  async #explain(finding: Finding | undefined, isNews: boolean): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    if (finding === undefined) {
      this.#detail.replaceChildren(...allIsWell(this.#hasFiles));
      return;
    }
    if (isNews) this.#detail.replaceChildren(...this.#describe(finding), ...explain(finding));
    const fixes = await this.#host.fixesOf(finding).catch(() => []);
    if (turn !== this.#turn) return;
    const top = isNews ? 0 : this.#detail.scrollTop;
    this.#detail.replaceChildren(
      ...this.#describe(finding),
      ...this.#drawFixes(fixes),
      ...explain(finding),
    );
    this.#detail.scrollTop = top;
  }

  #describe({ uri, diagnostic }: Finding): HTMLElement[] {
    const [, ...more] = diagnostic.message.split("\n").filter((line) => line.trim() !== "");
    const related = (diagnostic.relatedInformation ?? []).map(({ location, message }) =>
      html("p", { class: "finding-related" }, ...inCode(message), " — ", this.#link(location)),
    );
    const place = this.#link({ uri, range: diagnostic.range });
    return [
      html("h3", {}, ...inCode(headline(diagnostic))),
      html("p", { class: "finding-related" }, place),
      ...more.map((line) => html("p", { class: "finding-more" }, ...inCode(line))),
      ...related,
    ];
  }

  #link(location: Location): HTMLElement {
    const words = `${pathOf(location.uri)}:${location.range.start.line + 1}`;
    const link = html("button", { type: "button", class: "link" }, words);
    link.onclick = () => this.#host.reveal(location);
    return link;
  }

  #drawFixes(fixes: readonly Fix[]): HTMLElement[] {
    return fixes.map((fix) => {
      const { title } = fix.action;
      // To ignore a finding is no mending: it is offered, not recommended.
      const isIgnoring = /^ignore\b/i.test(title);
      const button = html(
        "button",
        { type: "button", class: isIgnoring ? "quiet" : "primary" },
        "Apply",
      );
      button.setAttribute("aria-label", `Apply: ${title}`);
      button.onclick = () => this.#host.apply(fix);
      const head = html("div", { class: "fix-head" }, html("p", {}, ...inCode(title)), button);
      return html("div", { class: "fix" }, head, ...(isIgnoring ? [] : [drawDiff(fix.changes)]));
    });
  }
}

/** What the rule is about. */
function explain({ diagnostic }: Finding): HTMLElement[] {
  const name = String(diagnostic.code ?? "");
  const rule = rules[name];
  if (rule === undefined) return [];
  const why = html("div", { class: "finding-why" });
  // From this repository's own pages, made into HTML by the build.
  why.innerHTML = rule.why;
  const head = html(
    "p",
    { class: "finding-rule" },
    html("code", {}, name),
    ...inCode(rule.summary),
  );
  return [head, why];
}

function allIsWell(hasFiles: boolean): HTMLElement[] {
  const words = hasFiles
    ? "No rule has anything to say about these files, as far as can be seen from here."
    : "There is no file to look into.";
  return [html("h3", {}, "No findings"), html("p", { class: "finding-more" }, words)];
}

function levelOf({ severity }: Diagnostic): string {
  return LEVELS[severity ?? 1] ?? "note";
}

function headline({ message }: Diagnostic): string {
  return message.split("\n")[0] ?? message;
}

function nameOf(uri: string): string {
  return pathOf(uri).split("/").at(-1) ?? uri;
}

function isSame(one: Finding | undefined, other: Finding | undefined): boolean {
  const key = (finding: Finding | undefined) =>
    finding && JSON.stringify([finding.uri, finding.diagnostic.code, finding.diagnostic.message]);
  return key(one) === key(other);
}

function byWeight(one: Finding, other: Finding): number {
  const weight = ({ diagnostic }: Finding) => diagnostic.severity ?? 1;
  const line = ({ diagnostic }: Finding) => diagnostic.range.start.line;
  return weight(one) - weight(other) || one.uri.localeCompare(other.uri) || line(one) - line(other);
}
