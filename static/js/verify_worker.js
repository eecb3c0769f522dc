// Reads and verifies a bundle away from the page, so that the page never stands still.
// In:  {bundle: File | URL text, kept: File | text of an announcement | undefined} or {lookUp: unit id}
// Out: {step}, {progress}, {refused}, {verified}, {fixed}, {unit}

import { ProtocolError, compareWithKept, lookUp, parseJson, verify } from "./chanji_draw.js";

const STRICT = { fatal: true, ignoreBOM: true }; // the bytes as they are, or nothing
let verified;

async function textOf(part, answer) {
  try {
    return new TextDecoder("utf-8", STRICT).decode(await answer.arrayBuffer());
  } catch {
    throw new ProtocolError(part, "不是 UTF-8 编码的文本文件。");
  }
}

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new ProtocolError("bundle", `没有取到文件（${answer.status}），请稍后再试。`);
  return answer;
}

function refusal(error) {
  return { part: error instanceof ProtocolError ? error.part : "bundle", message: error.message };
}

/** The second answer: whether it is what the visitor kept. Nothing else says what stood before. */
async function compare(kept) {
  try {
    const text = kept instanceof Blob ? await textOf("kept", kept) : kept;
    compareWithKept(verified.bundle.announcement, parseJson("kept", text));
    return { holds: true };
  } catch (error) {
    return { holds: false, ...refusal(error) };
  }
}

async function run({ bundle, kept }) {
  verified = undefined;
  const text = await textOf("bundle", bundle instanceof Blob ? bundle : await fetched(bundle));
  const found = verify(
    parseJson("bundle", text),
    (part, message) => postMessage({ step: { part, message } }),
    (done, all) => postMessage({ progress: { done, all } }),
  );
  verified = found;
  const { pool, undrawn, lookups } = found;
  const fixed = kept === undefined ? null : await compare(kept);
  postMessage({ verified: { plan: pool.plan, undrawn, lookups, fixed } });
}

onmessage = async ({ data }) => {
  try {
    if ("lookUp" in data) postMessage({ unit: verified ? lookUp(verified, data.lookUp) : null, id: data.lookUp });
    else await run(data);
  } catch (error) {
    postMessage({ refused: refusal(error) });
  }
};
