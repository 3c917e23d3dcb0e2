/** What a module costs to fetch. */

import { brotliCompressSync, constants } from "node:zlib";

/** The size of some bytes as a server for the web sends them, in bytes. */
export function compressed(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}
