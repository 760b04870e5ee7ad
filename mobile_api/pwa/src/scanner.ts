/** The QR reader for browsers without one; loaded when it is needed, kept by the service worker. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

prepareZXingModule({ overrides: { locateFile: (path: string) => (path.endsWith(".wasm") ? wasm : path) } });

/** The texts of all symbols in a picture. */
export async function read(picture: ImageData): Promise<string[]> {
  const found = await readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 8, tryHarder: true });
  return found.map(({ text }) => text);
}
