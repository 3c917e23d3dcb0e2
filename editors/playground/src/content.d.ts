/** What the build puts together: see content.mjs. */

declare module "content:examples" {
  /** Files to open together, and what to look at in them. */
  export interface Example {
    id: string;
    title: string;
    summary: string;
    /** What there is to see; empty for the examples of rules. */
    look: string;
    files: { path: string; text: string }[];
    /** The path of the file to show. */
    active: string;
  }
  const examples: { stories: Example[]; rules: Example[] };
  export default examples;
}

declare module "content:rules" {
  /** By name: a sentence, and why it matters as HTML. */
  const rules: Record<string, { summary: string; why: string }>;
  export default rules;
}

declare module "*.css" {}
