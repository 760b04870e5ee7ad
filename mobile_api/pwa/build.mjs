// Builds dist/m/: hashed assets, the page, the service worker with its list, all compressed beside.
// Fails when the JavaScript without the scanner outgrows the budget.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET = 40 * 1000; // bytes, gzipped
const OUT = "dist/m";
const shared = { bundle: true, minify: true, target: ["es2022"], legalComments: "none", logLevel: "warning" };
const gz = (bytes) => gzipSync(bytes, { level: 9 });

await rm("dist", { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await cp("public", OUT, { recursive: true });

const { metafile } = await build({
  ...shared,
  entryPoints: { app: "src/main.tsx" },
  outdir: `${OUT}/assets`,
  publicPath: "/m/assets/",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  format: "esm",
  splitting: true,
  metafile: true,
  loader: { ".wasm": "file" },
  jsx: "automatic",
  jsxImportSource: "preact",
});

const app = Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint === "src/main.tsx");
const css = metafile.outputs[app].cssBundle;
const page = (await readFile("index.html", "utf8"))
  .replace("%CSS%", `/m/assets/${basename(css)}`)
  .replace("%JS%", `/m/assets/${basename(app)}`);
await writeFile(`${OUT}/index.html`, page);

const files = (await readdir(OUT, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const first = new Set();
const follow = (path) => {
  if (first.has(path)) return;
  first.add(path);
  for (const part of metafile.outputs[path].imports) if (part.kind === "import-statement") follow(part.path);
};
follow(app);
const address = (file) => (file === `${OUT}/index.html` ? "/m/" : `/${file.slice("dist/".length)}`);
const shell = files.map(address).sort();
// The scanner and the icons of the home screen are ten times the rest: the app starts without them.
const needed = new Set([...first, css, `${OUT}/index.html`, `${OUT}/icon.svg`, `${OUT}/manifest.webmanifest`].map(address));
const version = createHash("sha256").update(page).update(shell.join()).digest("hex").slice(0, 12);
await build({
  ...shared,
  entryPoints: ["src/sw.ts"],
  format: "iife",
  outfile: `${OUT}/sw.js`,
  define: {
    FIRST: JSON.stringify(shell.filter((path) => needed.has(path))),
    LATER: JSON.stringify(shell.filter((path) => !needed.has(path))),
    VERSION: JSON.stringify(version),
  },
});

for (const file of [...files, `${OUT}/sw.js`]) {
  if (/\.(js|css|html|wasm|svg|webmanifest)$/.test(file)) await writeFile(`${file}.gz`, gz(await readFile(file)));
}

let total = 0;
for (const path of [...first, `${OUT}/sw.js`]) {
  const size = gz(await readFile(path)).length;
  total += size;
  console.log(`${basename(path).padEnd(28)} ${size} B gzipped`);
}
console.log(`${"JavaScript".padEnd(28)} ${total} B gzipped of ${BUDGET}`);
if (total > BUDGET) {
  console.error("over the budget");
  process.exit(1);
}
