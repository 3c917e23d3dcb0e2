/**
 * Workspace files for an engine that cannot open any: a worker asks the editor, which can read
 * whatever it shows, on a disk or not.
 */

import type { FileHost } from "konflux-ls-wasm";
import { minimatch } from "minimatch";
import { FileType, RelativePattern, Uri, workspace } from "vscode";

const NAMES = "{*.yaml,*.yml,kustomization,Kustomization}";
const NEVER = ["**/.git", "**/node_modules"];
const CONFIGURATION = ".konflux-ls.yaml";

export const fileHost: FileHost = {
  async list(folders, limit) {
    const files = new Set<string>();
    for (const folder of folders.map((folder) => Uri.parse(folder, true))) {
      for (const file of [...(await below(folder, limit + 1)), ...(await above(folder))]) {
        files.add(file.toString());
      }
    }
    return { files: [...files].slice(0, limit), more: files.size > limit };
  },

  async read(file) {
    const uri = Uri.parse(file, true);
    if (isExcluded(uri)) {
      return null;
    }
    try {
      return decode(await workspace.fs.readFile(uri));
    } catch {
      return null;
    }
  },
};

/** @throws When it is not UTF-8. A byte order mark stays: places count it. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/**
 * The files in a folder, by the editor's search, which is quick and knows `files.exclude`. Not
 * every virtual file system can be searched: then nothing is found, and the folders are walked.
 */
async function below(folder: Uri, limit: number): Promise<Uri[]> {
  const pattern = new RelativePattern(folder, `**/${NAMES}`);
  const found = await workspace.findFiles(pattern, `{${NEVER.join(",")}}`, limit);
  const files = found.length > 0 ? found : await walk(folder, limit);
  return files.filter((file) => !isExcluded(file));
}

async function walk(folder: Uri, limit: number): Promise<Uri[]> {
  const files: Uri[] = [];
  for (const open = [folder]; open.length > 0 && files.length < limit; ) {
    const current = open.pop() as Uri;
    for (const [name, type] of await entries(current)) {
      const uri = Uri.joinPath(current, name);
      if (type === FileType.Directory && !isExcluded(uri)) {
        open.push(uri);
      } else if (type & FileType.File && minimatch(name, NAMES, { dot: true })) {
        files.push(uri);
      }
    }
  }
  return files;
}

async function entries(folder: Uri): Promise<[string, FileType][]> {
  try {
    return await workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}

/** The configuration files in the folders above, as far up as can be seen. */
async function above(folder: Uri): Promise<Uri[]> {
  const files: Uri[] = [];
  let current = folder;
  for (;;) {
    const parent = Uri.joinPath(current, "..");
    if (parent.path === current.path) {
      return files;
    }
    current = parent;
    const file = Uri.joinPath(current, CONFIGURATION);
    if ((await entries(current)).some(([name]) => name === CONFIGURATION)) {
      files.push(file);
    }
  }
}

/** Whether a file, or a folder around it, is left out of searches by us or by the settings. */
function isExcluded(uri: Uri): boolean {
  const folder = workspace.getWorkspaceFolder(uri);
  if (!folder) {
    return false;
  }
  const parts = uri.path.slice(folder.uri.path.length).split("/").filter(Boolean);
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  const patterns = [...NEVER, ...configured("files", uri), ...configured("search", uri)];
  return patterns.some((pattern) => paths.some((path) => minimatch(path, pattern, { dot: true })));
}

/** The patterns that are switched on; those with a condition depend on siblings, and are left. */
function configured(section: "files" | "search", uri: Uri): string[] {
  const setting = workspace.getConfiguration(section, uri).get<object>("exclude", {});
  return Object.entries(setting).flatMap(([pattern, on]) => (on === true ? [pattern] : []));
}
