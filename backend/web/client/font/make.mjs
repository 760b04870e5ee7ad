// Makes labels.woff2, the letters of the map: the names of all regions, digits and Latin letters,
// cut from Noto Sans SC Medium (SIL Open Font License 1.1). Run it when a name brings a new letter:
//   npm install --no-save @fontsource/noto-sans-sc@5.3.0 subset-font@2.9.0 && node font/make.mjs
// A letter that is not in the file is drawn from the fonts of the reader's machine.
import { readFile, writeFile } from "node:fs/promises";
import subsetFont from "subset-font";

const GEO = "../../../geo/data";
const FONT = "node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-500-normal.woff2";
const letters = new Set(" !%()+,-./0123456789:<=>?~·—–≥≤（）、，×");
for (let code = 65; code < 123; code++) letters.add(String.fromCharCode(code));
for (const name of ["shandong_admin.geojson", "neighbour_provinces.geojson", "region_history.csv"]) {
  for (const letter of await readFile(`${GEO}/${name}`, "utf8")) if (letter > "\u2fff") letters.add(letter);
}
const made = await subsetFont(await readFile(FONT), [...letters].join(""), { targetFormat: "woff2" });
await writeFile("font/labels.woff2", made);
console.log(`${letters.size} letters, ${made.length} B`);
