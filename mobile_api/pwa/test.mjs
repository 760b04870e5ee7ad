// Bundles tests/*.test.ts for Node and runs them with its own runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const folder = await mkdtemp(join(tmpdir(), "field-tests-"));
const names = (await readdir("tests")).filter((name) => name.endsWith(".test.ts"));
/** Node has no IndexedDB: what the client keeps lies in memory there. */
const memory = {
  name: "memory",
  setup({ onResolve }) {
    onResolve({ filter: /\/db$/ }, () => ({ path: resolve("tests/fakes/db.ts") }));
  },
};
await build({
  entryPoints: names.map((name) => `tests/${name}`),
  outdir: folder,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  plugins: [memory],
  inject: ["tests/fakes/browser.ts"],
  platform: "node",
  format: "esm",
  logLevel: "warning",
});
const files = names.map((name) => join(folder, name.replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" });
await rm(folder, { recursive: true });
process.exit(status ?? 1);
