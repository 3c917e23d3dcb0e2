/** What the page shows that is written elsewhere: the stories in `examples`, the pages of the rules. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { marked } from "marked";

const here = import.meta.dirname;
const examples = join(here, "examples");
const rules = join(here, "..", "..", "docs", "rules");

/** The stories, in the order of their folders' names, and the example of each rule. */
export function readExamples() {
  const stories = readdirSync(examples).sort().map(readStory);
  const ofRules = rulePages().flatMap(({ name, summary, bad }) =>
    bad === undefined
      ? []
      : [{ id: `rule/${name}`, title: name, summary, look: "", ...shown(filesOf(bad)) }],
  );
  return { stories, rules: ofRules };
}

/** For each rule: its summary, and why it matters as HTML. */
export function readRules() {
  return Object.fromEntries(
    rulePages().map(({ name, summary, why }) => [
      name,
      { summary, why: marked.parse(why, { async: false }) },
    ]),
  );
}

/**
 * `story.md`: in a comment the file to show and the rules that find something, then a title, a
 * summary, and after a line `---` what to look at.
 */
function readStory(folder) {
  const path = join(examples, folder);
  const [head, look] = readFileSync(join(path, "story.md"), "utf8").split("\n---\n");
  const [, active, finds, title, summary] =
    /^<!-- show: (\S+); finds: (.+) -->\n# (.+)\n+([\s\S]+)$/.exec(head);
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "story.md")
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other))
    .map((file) => ({ path: relative(path, file), text: readFileSync(file, "utf8") }));
  const id = folder.replace(/^\d+-/, "");
  return { id, title, summary: oneLine(summary), look: oneLine(look), files, active, finds };
}

/** Pipelines are what people look at first. */
function rank(path) {
  return /pipelines?[/\\]|\.tekton/.test(path) ? 0 : 1;
}

function oneLine(text) {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}

function rulePages() {
  const pages = readdirSync(rules).filter((file) => file.endsWith(".md") && file !== "README.md");
  return pages.sort().map((file) => {
    const text = readFileSync(join(rules, file), "utf8");
    const [head, bad] = text.split(/^## Bad$/m);
    const [, name, summary, why] = /^# (\S+)\n\n(.+?)\n\n(?:\|[^\n]*\n)+\n?([\s\S]*)$/.exec(head);
    return { name, summary, why: why.trim(), bad: /```yaml\n([\s\S]*?)```/.exec(bad ?? "")?.[1] };
  });
}

/** What is wrong is in the file that uses the others, which comes last. */
function shown(files) {
  return { files, active: files.at(-1).path };
}

/** Several files stand in one block, each below a line with its path. */
function filesOf(block) {
  const parts = block.split(/^#- (\S+)\n/m);
  if (parts.length === 1) return [{ path: "example.yaml", text: block }];
  const files = [];
  for (let at = 1; at < parts.length; at += 2) files.push({ path: parts[at], text: parts[at + 1] });
  return files;
}
