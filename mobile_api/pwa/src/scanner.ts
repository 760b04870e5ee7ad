/** The QR reader for browsers without one; loaded when it is needed, kept by the service worker. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

prepareZXingModule({ overrides: { locateFile: (path: string) => (path.endsWith(".wasm") ? wasm : path) } });

export async function read(picture: ImageData): Promise<string | null> {
  const found = await readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true });
  return found[0]?.text ?? null;
}
