// Reads and verifies a bundle away from the page, so that the page never stands still.
// In:  {bundle: File | URL text, announcement: the same or undefined} or {lookUp: unit id}
// Out: {step}, {progress}, {refused}, {verified}, {unit}

import { ProtocolError, lookUp, parseJson, verify } from "./chanji_draw.js";

let verified;

async function read(part, place) {
  if (place instanceof Blob) return place.text();
  const answer = await fetch(place);
  if (!answer.ok) throw new ProtocolError(part, `没有取到文件（${answer.status}），请稍后再试。`);
  return answer.text();
}

async function run({ bundle, announcement }) {
  verified = undefined;
  const text = await read("bundle", bundle);
  const known = announcement && parseJson("announcement", await read("announcement", announcement));
  verified = verify(
    parseJson("bundle", text),
    known,
    (part, message) => postMessage({ step: { part, message } }),
    (done, all) => postMessage({ progress: { done, all } }),
  );
  postMessage({ verified: { plan: verified.pool.plan, units: verified.pool.sources.length } });
}

onmessage = async ({ data }) => {
  try {
    if ("lookUp" in data) postMessage({ unit: verified ? lookUp(verified, data.lookUp) : null });
    else await run(data);
  } catch (error) {
    const part = error instanceof ProtocolError ? error.part : "bundle";
    postMessage({ refused: { part, message: error.message } });
  }
};
