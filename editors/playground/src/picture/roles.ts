/**
 * Roles of tasks, told apart by the eye: each belongs to a family that has one colour and one sign.
 * The label always says the role itself, so nothing rests on colour alone.
 */

/** What a family of roles has to do with artifacts. */
export type Family =
  | "source"
  | "build"
  | "change"
  | "describe"
  | "check"
  | "move"
  | "delegate"
  | "support"
  | "unknown";

/** How a family is shown. */
export interface FamilyStyle {
  /** For the legend. */
  label: string;
  /** Strokes of a sign in a square of 16 units. */
  sign: string;
}

/** In the order of the legend. */
export const FAMILIES: Readonly<Record<Family, FamilyStyle>> = {
  source: { label: "Sources", sign: "M6 4 2.5 8 6 12M10 4l3.5 4L10 12" },
  build: { label: "Builds", sign: "M8 1.8 13.5 5v6L8 14.2 2.5 11V5ZM2.7 5.1 8 8.1l5.3-3M8 8.1v6" },
  change: { label: "Changes", sign: "M3 13h3l7-7-3-3-7 7ZM8.6 4.4l3 3" },
  describe: {
    label: "Describes",
    sign: "M8.5 2.5h5v5L7.6 13.4a1.4 1.4 0 0 1-2 0l-3-3a1.4 1.4 0 0 1 0-2ZM11 5h.01",
  },
  check: {
    label: "Checks",
    sign: "M8 1.8 13 3.7v3.8c0 3.2-2 5.3-5 6.7-3-1.4-5-3.5-5-6.7V3.7ZM5.7 7.9l1.7 1.7 3-3.2",
  },
  move: {
    label: "Moves",
    sign: "M3 5.3h9.5M10 2.8l2.5 2.5L10 7.8M13 10.7H3.5M6 8.2 3.5 10.7 6 13.2",
  },
  delegate: { label: "Delegates", sign: "M9.5 2.5h4v4M13.2 2.8 7.5 8.5M6.5 3.5h-3v9h9v-3" },
  support: { label: "Supports", sign: "M2.5 4.5h11M2.5 11.5h11M6 2.8v3.4M10.5 9.8v3.4" },
  unknown: { label: "Unclassified", sign: "M8 2.2a5.8 5.8 0 1 1-.01 0" },
};

const FAMILY_OF: Readonly<Record<string, Family>> = {
  source: "source",
  "prepare-source": "source",
  build: "build",
  modify: "change",
  convert: "change",
  "sign-content": "change",
  attach: "describe",
  sbom: "describe",
  metadata: "describe",
  "sign-metadata": "describe",
  "scan-test": "check",
  gate: "check",
  validate: "check",
  extract: "move",
  publish: "move",
  deploy: "move",
  delegate: "delegate",
  orchestrate: "delegate",
};

const LABELS: Readonly<Record<string, string>> = {
  "prepare-source": "prepare source",
  "scan-test": "scan or test",
  "sign-content": "sign content",
  "sign-metadata": "sign metadata",
  sbom: "SBOM",
};

/** The family of a task whose roles are these, the primary one first. */
export function familyOf(roles: readonly string[]): Family {
  const [primary] = roles;
  return primary === undefined ? "unknown" : (FAMILY_OF[primary] ?? "support");
}

/** A role in the words of people. */
export function labelOf(role: string): string {
  return LABELS[role] ?? role;
}

/** What pipelines of a kind are called. */
export function stageLabel(pipelineClass: string | null): string {
  switch (pipelineClass) {
    case "build":
      return "Build";
    case "task-unit-test":
      return "Task test";
    case "integration-test":
      return "Integration test";
    case "release":
      return "Release";
    default:
      return "Pipeline";
  }
}
