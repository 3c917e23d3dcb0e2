/** The frame of the picture's page. */

import { Uri, type Webview } from "vscode";

/** A page that may load its own script and style, and nothing else from anywhere. */
export function pageOf(webview: Webview, extension: Uri): string {
  const file = (name: string) => webview.asWebviewUri(Uri.joinPath(extension, "dist", name));
  const own = webview.cspSource;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src 'none'; script-src ${own}; style-src ${own}"
    />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Pipeline</title>
    <link rel="stylesheet" href="${file("page.css")}" />
  </head>
  <body>
    <main hidden></main>
    <p></p>
    <script src="${file("page.js")}"></script>
  </body>
</html>`;
}
