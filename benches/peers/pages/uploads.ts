// What sends the bytes of registered files to our server in the way of others, timed in the page. Bundled into one
// script for a page of the server's own origin; each is a function of `window.uploads`.
import { Upload } from 'tus-js-client';


const FILES = '/api/v1/files';

/** The bytes of a file: the same for the same seed, and nothing that compresses. As `madeBytes` of measures/files.ts. */
function made(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** One file after the other by tus-js-client, in pieces of so many bytes; all milliseconds. */
async function tus(ids: string[], length: number, chunkSize: number): Promise<number> {
  const blobs = ids.map((_, place) => new Blob([made(length, place + 1)]));
  const began = performance.now();
  for (const [place, attachment] of ids.entries()) {
    await new Promise<void>((resolve, reject) => {
      const options = { endpoint: FILES, metadata: { attachment }, chunkSize, storeFingerprintForResuming: false };
      new Upload(blobs[place], { ...options, onSuccess: () => resolve(), onError: reject }).start();
    });
  }
  return performance.now() - began;
}

/** One file after the other, each in one request; all milliseconds. */
async function plain(ids: string[], length: number): Promise<number> {
  const blobs = ids.map((_, place) => new Blob([made(length, place + 1)]));
  const began = performance.now();
  for (const [place, id] of ids.entries()) {
    const headers = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    const answer = await fetch(`${FILES}/${id}`, { method: 'PATCH', headers, body: blobs[place] });
    if (!answer.ok) {
      throw new Error(`${answer.status} ${await answer.text()}`);
    }
  }
  return performance.now() - began;
}

const uploads = { tus, plain };
export type Uploads = typeof uploads;

declare global {
  interface Window {
    uploads: Uploads;
  }
}

window.uploads = uploads;
