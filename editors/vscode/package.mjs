/**
 * Packages the extension: the universal one, and one with a native server for a platform.
 *
 * Usage: package.mjs FOLDER [TARGET=PROGRAM]…     e.g. package.mjs target/vsix linux-x64=target/release/konflux-ls
 */

import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createVSIX } from "@vscode/vsce";

const [out, ...platforms] = process.argv.slice(2);
const folder = resolve(out);
const programs = platforms.map((platform) => {
  const [target, program] = platform.split("=");
  return { target, program: resolve(program) };
});
process.chdir(fileURLToPath(new URL(".", import.meta.url)));
const { name, version, repository } = JSON.parse(readFileSync("package.json", "utf8"));
mkdirSync(folder, { recursive: true });
copyFileSync("../../LICENSE", "LICENSE");
for (const { target, program } of [{}, ...programs]) {
  rmSync("server", { recursive: true, force: true });
  if (program) {
    mkdirSync("server");
    copyFileSync(program, `server/${basename(program)}`);
    chmodSync(`server/${basename(program)}`, 0o755);
  }
  const packagePath = `${folder}/${[name, version, target].filter(Boolean).join("-")}.vsix`;
  const baseContentUrl = `${repository}/blob/HEAD/editors/vscode`;
  const baseImagesUrl = `${repository}/raw/HEAD/editors/vscode`;
  await createVSIX({ packagePath, target, dependencies: false, baseContentUrl, baseImagesUrl });
  console.log(`${packagePath}: ${(statSync(packagePath).size / 1024).toFixed(0)} KiB`);
}
for (const made of ["server", "LICENSE"]) {
  rmSync(made, { recursive: true, force: true });
}
