// Sends one file: node upload.mjs <endpoint> <token> <file> <sha256>; prints the address it went to.
import fs from "node:fs";
import * as tus from "tus-js-client";

const [endpoint, token, path, sha256] = process.argv.slice(2);
const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  chunkSize: fs.statSync(path).size,
  uploadSize: fs.statSync(path).size,
  headers: { Authorization: `Token ${token}` },
  metadata: { sha256, filename: "photo.jpg", filetype: "image/jpeg" },
  retryDelays: Array(40).fill(500),
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess() {
    console.log(upload.url);
    process.exit(0);
  },
});
upload.start();
