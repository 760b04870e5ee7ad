// Builds dist/pages/: one script a page, the map's worker and stylesheet, the background of maps.
// Django serves the folder as static files and puts the hashes into the names.
import { build } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { background } from "./background.mjs";

const OUT = "dist/pages";
const GEO = "../../../geo/data";
const MAPLIBRE = "node_modules/maplibre-gl/dist";
const ALTCHA = "node_modules/altcha/dist";
const SCRIPTS = {
  risk: "src/risk/main.ts",
  verification: "src/verification/main.ts",
  desk: "src/desk/main.ts",
  hotline: "src/hotline/main.ts",
  hotline_desk: "src/hotline/desk.ts",
};
const shared = { bundle: true, minify: true, target: ["es2022"], legalComments: "none", logLevel: "warning" };

await rm("dist", { recursive: true, force: true });
await mkdir(OUT, { recursive: true });

await build({ ...shared, entryPoints: SCRIPTS, outdir: OUT, format: "esm" });
await build({
  ...shared,
  entryPoints: { "map-worker": `${MAPLIBRE}/maplibre-gl-worker.mjs`, map: "src/map.css" },
  outdir: OUT,
  format: "esm",
});

const read = async (name) => JSON.parse(await readFile(`${GEO}/${name}`, "utf8"));
const drawn = background(await read("neighbour_provinces.geojson"), await read("shandong_admin.geojson"));
await writeFile(`${OUT}/background.json`, JSON.stringify(drawn));
await cp(`${ALTCHA}/workers/pbkdf2.js`, `${OUT}/altcha-worker.js`);
await cp(`${ALTCHA}/external/altcha.css`, `${OUT}/altcha.css`);
await cp("node_modules/altcha/LICENSE.txt", `${OUT}/altcha-licence.txt`);
await cp("font/labels.woff2", `${OUT}/labels.woff2`);
await cp("node_modules/maplibre-gl/LICENSE.txt", `${OUT}/maplibre-licence.txt`);

const scripts = Object.keys(SCRIPTS).map((name) => `${name}.js`);
for (const name of [...scripts, "map-worker.js", "altcha-worker.js", "map.css", "background.json", "labels.woff2"]) {
  const bytes = await readFile(`${OUT}/${name}`);
  console.log(`${name.padEnd(20)} ${bytes.length} B, ${gzipSync(bytes, { level: 9 }).length} B gzipped`);
}
