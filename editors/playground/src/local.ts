/** Files from this machine, dropped or chosen. They are read here and go nowhere. */

/** A file that was read. */
export interface LocalFile {
  /** As of the folder that was dropped. */
  path: string;
  text: string;
}

/** More than this is no text for people; in bytes. */
const MAX_SIZE = 2_000_000;
const MAX_FILES = 60;

export function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

/** The YAML files among what was chosen, and how many others there were. */
export async function readChosen(
  chosen: readonly File[],
): Promise<{ files: LocalFile[]; others: number }> {
  const wanted = chosen
    .filter(({ name, size }) => isYaml(name) && size <= MAX_SIZE)
    .slice(0, MAX_FILES);
  const files = await Promise.all(
    wanted.map(async (file) => ({ path: file.name, text: await file.text() })),
  );
  return { files, others: chosen.length - files.length };
}

/** The YAML files of what was dropped, folders included. */
export async function readDropped(
  transfer: DataTransfer,
): Promise<{ files: LocalFile[]; others: number }> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const folders = entries.filter((entry) => entry?.isDirectory);
  if (folders.length === 0) return readChosen([...transfer.files]);
  const found: LocalFile[] = [];
  for (const entry of entries) if (entry) await gather(entry, found);
  return { files: found, others: 0 };
}

async function gather(entry: FileSystemEntry, found: LocalFile[]): Promise<void> {
  if (found.length >= MAX_FILES || entry.name === ".git" || entry.name === "node_modules") return;
  if (entry.isDirectory) {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    // A reader gives some at a time, and nothing at the end.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (some.length === 0) return;
      for (const each of some) await gather(each, found);
    }
  }
  if (!isYaml(entry.name)) return;
  const file = await new Promise<File>((resolve, reject) =>
    (entry as FileSystemFileEntry).file(resolve, reject),
  );
  const path = entry.fullPath.replace(/^\//, "");
  if (file.size <= MAX_SIZE) found.push({ path, text: await file.text() });
}
