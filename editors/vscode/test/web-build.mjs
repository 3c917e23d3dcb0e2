/**
 * Lays out a web build of VS Code as `@vscode/test-web` expects it, from the npm package
 * code-server, which carries the whole of VS Code built for a server. Two things are missing: the
 * module that starts a workbench from outside, and workbench code that knows no server.
 *
 * Usage: web-build.mjs CODE_SERVER_PACKAGE FOLDER
 */

import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const BUNDLE = "vs/code/browser/workbench";

const [codeServer, folder] = process.argv.slice(2);
const vscode = join(codeServer, "lib/vscode");
const { commit } = JSON.parse(readFileSync(join(codeServer, "package.json"), "utf8"));
const name = `vscode-web-stable-${commit}`;
const build = join(folder, name);

rmSync(folder, { recursive: true, force: true });
mkdirSync(build, { recursive: true });
writeFileSync(join(folder, "commit"), commit);
writeFileSync(join(build, "version"), name);
copyFileSync(join(vscode, "package.json"), join(build, "package.json"));
symlinkSync(join(vscode, "extensions"), join(build, "extensions"));
symlinkSync(join(vscode, "node_modules"), join(build, "node_modules"));
linkTree(join(vscode, "out"), join(build, "out"));

const workbench = join(build, "out/vs/workbench/workbench.web.main.internal");
writeFileSync(`${workbench}.css`, "@import url('../code/browser/workbench/workbench.css');\n");
writeFileSync(`${workbench}.js`, starter());
const bundle = join(build, "out", BUNDLE, "workbench.js");
const text = readFileSync(bundle, "utf8");
rmSync(bundle);
writeFileSync(bundle, withoutServer(text));

/** The same folders, with links to the files, so that single files can be replaced. */
function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      linkTree(source, target);
    } else {
      symlinkSync(source, target);
    }
  }
}

/**
 * What test-web imports to start a workbench. The bundle starts by itself, from the configuration
 * in the page, which is completed here.
 */
function starter() {
  return `
export function create() {
  const meta = document.getElementById("vscode-workbench-web-configuration");
  const settings = JSON.parse(meta.getAttribute("data-settings"));
  Object.assign(settings, {
    userDataPath: "/user",
    isEnabledFileDownloads: true,
    isEnabledFileUploads: true,
    isEnabledCoderGettingStarted: false,
  });
  // From the page's own origin: what comes from another one may be refused its service worker.
  const webview = new URL("contrib/webview/browser/pre/", import.meta.url).href;
  settings.productConfiguration.webviewContentExternalBaseUrlTemplate = webview;
  meta.setAttribute("data-settings", JSON.stringify(settings));
  return import("../code/browser/workbench/workbench.js");
}
export const URI = { parse: (text) => text, revive: (parts) => parts };
export class Emitter {
  event = () => ({ dispose() {} });
  fire() {}
  dispose() {}
}
`;
}

/** Takes the server out of the bundle: user data stay in the browser, and no host is remote. */
function withoutServer(bundle) {
  const replacements = [
    [
      /get userRoamingDataHome\(\)\{return [\w$]+\(([\w$]+)\.file\(this\.userDataPath\)\.with\(\{scheme:([\w$]+)\.vscodeRemote\}\),"User"\)\}/,
      'get userRoamingDataHome(){return $1.file("/User").with({scheme:$2.vscodeUserData})}',
    ],
    [/,remoteAuthority:location\.host\b/, ""],
  ];
  return replacements.reduce((text, [pattern, replacement]) => {
    if (!pattern.test(text)) {
      throw new Error(`${BUNDLE}: nothing matches ${pattern}; another version of code-server?`);
    }
    return text.replace(pattern, replacement);
  }, bundle);
}
