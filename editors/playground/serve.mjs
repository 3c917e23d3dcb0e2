/** Serves the built page on this machine: `npm start`, or from tests. */

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Serves `dist` below `/playground/`; gives the address, and what ends it. */
export function serve(port = 0) {
  const base = "/playground/";
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const inside = pathname.startsWith(base)
      ? normalize(pathname.slice(base.length - 1))
      : undefined;
    const file =
      inside &&
      join(import.meta.dirname, "dist", inside.endsWith("/") ? `${inside}index.html` : inside);
    if (!file || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      const address = `http://127.0.0.1:${server.address().port}${base}`;
      const close = () => {
        server.closeAllConnections();
        return new Promise((closed) => server.close(closed));
      };
      resolve({ address, close });
    });
  });
}

if (process.argv[1] === import.meta.filename) {
  const { address } = await serve(Number(process.env.PORT ?? 8080));
  console.log(address);
}
