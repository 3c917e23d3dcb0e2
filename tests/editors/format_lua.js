// Formats the Lua of the repository with StyLua's WebAssembly build, which has no command line.
//
//   node tests/editors/format_lua.js [--write]
//
// Without --write it only names the files that are not formatted; then the exit code is 1.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as stylua from "@johnnymorganz/stylua";

const FOLDERS = ["editors/neovim", "tests/editors"];

/** The settings that people who have StyLua's own program use too. */
function settings() {
  const config = stylua.Config.new();
  const enums = {
    indent_type: stylua.IndentType,
    quote_style: stylua.QuoteStyle,
    collapse_simple_statement: stylua.CollapseSimpleStatement,
  };
  const text = readFileSync(".stylua.toml", "utf8");
  for (const [, key, word, number] of text.matchAll(/^(\w+) = (?:"(\w+)"|(\d+))$/gm)) {
    config[key] = word ? enums[key][word] : Number(number);
  }
  return config;
}

function format(text) {
  return stylua.formatCode(text, settings(), undefined, stylua.OutputVerification.Full);
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
).filter((file) => file.endsWith(".lua"));

for (const file of files) {
  const text = readFileSync(file, "utf8");
  const formatted = format(text);
  if (formatted === text) {
    continue;
  }
  if (process.argv.includes("--write")) {
    writeFileSync(file, formatted);
  } else {
    console.error(`not formatted: ${file} (node tests/editors/format_lua.js --write)`);
    process.exitCode = 1;
  }
}
