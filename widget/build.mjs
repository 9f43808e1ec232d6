// Builds the widget into crm_bridge/static/: w.js (the loader) and w/NAME-HASH.js, each with
// .br and .gz beside it. Byte-identical for identical sources: CI builds again and compares.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "..", "crm_bridge", "static");
const languages = ["en", "sl", "he", "fi", "nb", "pl"];
const common = {
  absWorkingDir: here, bundle: true, minify: true, charset: "utf8", legalComments: "none",
  target: ["es2022"], logLevel: "warning",
};

await rm(path.join(out, "w"), { recursive: true, force: true });
await mkdir(path.join(out, "w"), { recursive: true });

const modules = await build({
  ...common, format: "esm", outdir: path.join(out, "w"), entryNames: "[name]-[hash]", write: true,
  metafile: true, loader: { ".css": "text" }, splitting: false,
  entryPoints: ["src/app.js", ...languages.map((code) => `src/texts/${code}.js`)],
  outbase: "src", external: [], assetNames: "[name]-[hash]",
});
const built = {};
for (const [file, { entryPoint }] of Object.entries(modules.metafile.outputs)) {
  built[path.basename(entryPoint, ".js")] = path.basename(file);
}
// every module lies in w/ itself, whatever folder its source has
for (const file of await readdir(path.join(out, "w"), { recursive: true })) {
  if (!file.endsWith(".js") || !file.includes(path.sep)) continue;
  await writeFile(path.join(out, "w", path.basename(file)), await readFile(path.join(out, "w", file)));
}
await rm(path.join(out, "w", "texts"), { recursive: true, force: true });

await build({
  ...common, format: "iife", entryPoints: ["src/loader.js"], outfile: path.join(out, "w.js"),
  define: {
    APP: JSON.stringify(built.app),
    TEXTS: JSON.stringify(Object.fromEntries(languages.map((code) => [code, built[code]]))),
  },
});

const files = ["w.js", ...(await readdir(path.join(out, "w"))).map((name) => path.join("w", name))];
for (const name of files.sort()) {
  const bytes = await readFile(path.join(out, name));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  await writeFile(path.join(out, `${name}.br`), brotli);
  await writeFile(path.join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  console.log(`${name.padEnd(24)} ${String(bytes.length).padStart(6)} bytes  ${String(brotli.length).padStart(5)} br`);
}
