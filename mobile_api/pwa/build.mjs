// Builds dist/m/: hashed assets, the page, the service worker with its list, all compressed beside.
// Fails when the JavaScript of the first screen, or that of the whole app, outgrows its limit.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

/** Bytes, gzipped: what the first screen waits for, and all that is installed, the scanner aside. */
const FIRST_SCREEN = 40 * 1000;
const WHOLE_APP = 64 * 1000;
/** The oldest browsers served; public/outdated.js tells those before them. */
const SERVED = ["chrome92", "edge92", "firefox98", "safari15.4"];
const OUT = "dist/m";
const shared = { bundle: true, minify: true, target: SERVED, legalComments: "none", logLevel: "warning" };
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

const entry = (source) => Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint === source);
const app = entry("src/main.tsx");
const css = metafile.outputs[app].cssBundle;
const page = (await readFile("index.html", "utf8"))
  .replace("%CSS%", `/m/assets/${basename(css)}`)
  .replace("%JS%", `/m/assets/${basename(app)}`);
await writeFile(`${OUT}/index.html`, page);

const files = (await readdir(OUT, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
/** The chunks that come with one, and with `later` those that it fetches on demand. */
const chunksOf = (start, later = () => false) => {
  const found = new Set();
  const follow = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: part, kind } of metafile.outputs[path].imports) {
      if (kind === "import-statement" || (kind === "dynamic-import" && later(part))) follow(part);
    }
  };
  follow(start);
  return found;
};
const scanner = entry("src/scanner.ts");
const first = chunksOf(app);
const all = chunksOf(app, (part) => part !== scanner);
const address = (file) => (file === `${OUT}/index.html` ? "/m/" : `/${file.slice("dist/".length)}`);
const shell = files.map(address).sort();
// The scanner and the icons of the home screen are ten times the rest: the app starts without them. The screens
// and the other language come after the first screen too, but an install without them would be none.
const needed = new Set([...all, css, `${OUT}/index.html`, `${OUT}/outdated.js`, `${OUT}/icon.svg`, `${OUT}/manifest.webmanifest`].map(address));
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

const weigh = async (name, paths, limit) => {
  const sizes = await Promise.all(paths.map(async (path) => gz(await readFile(path)).length));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${name.padEnd(28)} ${total} B gzipped of ${limit}`);
  return total <= limit;
};
const fits = [
  await weigh("JavaScript, first screen", [...first, `${OUT}/outdated.js`, `${OUT}/sw.js`], FIRST_SCREEN),
  await weigh("JavaScript, whole app", [...all, `${OUT}/outdated.js`, `${OUT}/sw.js`], WHOLE_APP),
];
if (fits.includes(false)) {
  console.error("over the limit");
  process.exit(1);
}
