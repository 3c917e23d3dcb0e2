/** The script of a worker that lays pictures out: it takes a while, and pages should not wait. */

import { doJob, type LayoutJob } from "./layout.js";

self.onmessage = ({ data }: MessageEvent<LayoutJob>) => self.postMessage(doJob(data));
