/**
 * Finds the native server. The order is the user's will first: the setting, then what the extension
 * brings, then the `PATH`. Each candidate must say that it is konflux-ls before it is used, so that
 * a wrong path ends in a sentence and not in a client that restarts something forever.
 */

import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, relative, sep } from "node:path";
import { promisify } from "node:util";

/** The name of the program on this system. */
export const PROGRAM = process.platform === "win32" ? "konflux-ls.exe" : "konflux-ls";

/** Milliseconds that a candidate may take to say its version. */
const PATIENCE = 10_000;

/**
 * Makes sure that `path` is a konflux-ls that runs here.
 *
 * @throws An error whose message completes the sentence "`path` …".
 */
export async function probe(path: string): Promise<void> {
  let answer: string;
  try {
    answer = (await promisify(execFile)(path, ["--version"], { timeout: PATIENCE })).stdout;
  } catch (error) {
    throw new Error(reason(error), { cause: error });
  }
  if (!answer.startsWith("konflux-ls ")) {
    throw new Error("is not konflux-ls: it does not answer to --version as konflux-ls does");
  }
}

function reason(error: unknown): string {
  const { code, killed } = error as { code?: string | number; killed?: boolean };
  if (killed) {
    return `did not answer to --version within ${PATIENCE / 1000} seconds`;
  }
  switch (code) {
    case "ENOENT":
      return "does not exist";
    case "EACCES":
      return "may not be executed";
    default:
      return `does not run here (${code ?? String(error)})`;
  }
}

/** A configured path with `~` replaced; `undefined` when it is not absolute. */
export function expand(path: string): string | undefined {
  const expanded = path.replace(/^~(?=$|[\\/])/, homedir());
  return isAbsolute(expanded) ? expanded : undefined;
}

/**
 * The first konflux-ls on the `PATH`.
 *
 * @param forbidden Folders that nothing is to be executed from: those of an untrusted workspace.
 *   Relative entries of the `PATH` are left out always, because they mean whatever is current.
 */
export async function onPath(forbidden: readonly string[]): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (!isAbsolute(folder) || forbidden.some((root) => isWithin(folder, root))) {
      continue;
    }
    const path = join(folder, PROGRAM);
    if (await isExecutable(path)) {
      return path;
    }
  }
  return undefined;
}

/** Whether there is a file at `path` that may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function isWithin(path: string, folder: string): boolean {
  const rest = relative(folder, path);
  return rest.split(sep)[0] !== ".." && !isAbsolute(rest);
}
