// Builds the widget into crm_bridge/static/: w.js (the loader), w/NAME-HASH.js, and talk.js, each with
// .br and .gz beside it. Byte-identical for identical sources: CI builds again and compares.
import { build, transform } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "..", "crm_bridge", "static");
const languages = ["en", "sl", "he", "fi", "nb", "pl"];
// Names that only the chat's own modules use: none of the wire, the texts, or the browser
// (an attribute of an element, such as rows, would be lost).
const OURS = /^(ahead|atEnd|filing|toEnd|announcer?|awaitReply|badge|broken|building|closeButton|sendButton|menuButton|confirmed|shown|chosen|dropChoices|emit|describe|heading|noted|onOutgoing|outbox|outgoing|panel|pending|privacy|recall|remember|settle|storage|transport|typingLabel|typingTimer|whenLeader|words|speak|leading|memory|prefix|store|tabs|tell|below|history|introduce|leave|wake|flush|newBelow|handedOver|takenBack|sending|retry|rest|conversation|chat|texts|part|row|over|known|hold|typing|form|input|node|note|menu|log|keep|take|drop|session|messages|show|host|root|button|options|nodes|icon|light|identity|seen|say|write|change|build)$/;
const common = {
  absWorkingDir: here, bundle: true, minify: true, charset: "utf8", legalComments: "none",
  target: ["es2022"], logLevel: "warning",
  // styles travel as a text, for adoptedStyleSheets
  plugins: [{ name: "styles", setup: ({ onLoad }) => onLoad({ filter: /\.css$/ }, async ({ path: file }) => ({
    loader: "text", contents: (await transform(await readFile(file, "utf8"), { loader: "css", minify: true })).code.trim(),
  })) }],
};

await rm(path.join(out, "w"), { recursive: true, force: true });
await mkdir(path.join(out, "w"), { recursive: true });

// Modules that nothing is named in come first, then those that name them.
const built = {};
let mangleCache = {};
async function modules(entryPoints, define = {}) {
  const { outputFiles, metafile, mangleCache: names } = await build({
    ...common, define, mangleProps: OURS, mangleCache, format: "esm", outdir: path.join(out, "w"), entryNames: "[name]-[hash]",
    write: false, metafile: true, entryPoints,
  });
  mangleCache = names;
  const outputs = Object.entries(metafile.outputs);
  for (const [at, { contents }] of outputFiles.entries()) {
    const [file, { entryPoint }] = outputs[at];
    built[path.basename(entryPoint, ".js")] = path.basename(file);
    await writeFile(path.join(out, "w", path.basename(file)), contents);
  }
}
const parts = ["menu", "booking", "rare", "sound", "upload"];
await modules([...languages.map((code) => `src/more/${code}.js`), ...parts.map((name) => `src/${name}.js`), "src/greet.js"]);
// a language's first words name the file of the others
for (const code of languages) await modules([`src/texts/${code}.js`], { MORE: JSON.stringify(built[code]) });
await modules(["src/app.js"], {
  PARTS: JSON.stringify(Object.fromEntries(parts.map((name) => [name, built[name]]))),
  TEXTS: JSON.stringify(Object.fromEntries(languages.map((code) => [code, built[code]]))),
});

const { version } = JSON.parse(await readFile(path.join(here, "package.json")));
const named = (base) => ({
  APP: JSON.stringify(built.app), GREET: JSON.stringify(built.greet), BASE: JSON.stringify(base), VERSION: JSON.stringify(version),
});
const whole = { ...common, mangleProps: OURS, mangleCache };
// it closes itself in a function and names nothing outside
await build({ ...whole, format: "esm", entryPoints: ["src/loader.js"], outfile: path.join(out, "w.js"), define: named(".") });
// the same loader under a name that never means anything else, for pages that pin it
await build({ ...whole, format: "esm", entryPoints: ["src/loader.js"], outdir: path.join(out, "w"), entryNames: "[name]-[hash]", define: named("..") });

// the console's transcript, with the renderer of the chat
await build({ ...common, format: "esm", entryPoints: ["src/talk.js"], outfile: path.join(out, "talk.js") });

// The smallest of what brotli makes of it: every byte of the chat's budget is in use.
function smallest(bytes) {
  const made = [0, 1, 2].flatMap((mode) => [10, 16, 22].flatMap((window) => [0, 1, 2, 3].map((postfix) => brotliCompressSync(bytes, { params: {
    [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_MODE]: mode, [constants.BROTLI_PARAM_LGWIN]: window,
    [constants.BROTLI_PARAM_NPOSTFIX]: postfix,
  } }))));
  return made.reduce((least, one) => (one.length < least.length ? one : least));
}

const files = ["w.js", "talk.js", ...(await readdir(path.join(out, "w"))).map((name) => path.join("w", name))];
for (const name of files.sort()) {
  const bytes = await readFile(path.join(out, name));
  const brotli = smallest(bytes);
  await writeFile(path.join(out, `${name}.br`), brotli);
  await writeFile(path.join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  console.log(`${name.padEnd(24)} ${String(bytes.length).padStart(6)} bytes  ${String(brotli.length).padStart(5)} br`);
}
