// One bundle for all widgets: anywidget can't resolve chunks, and one bundle for each repeats what they share.
// saved.js is what an exported page needs besides; it never goes to a notebook.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "slens_widgets", "static");

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** The same digest as `source_digest` in hatch_build.py. */
function sourceDigest() {
  const paths = [...files(join(here, "src")), join(here, "package-lock.json"), join(here, "build.mjs")]
    .map((path) => [relative(here, path).split(sep).join("/"), path])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash("sha256");
  for (const [name, path] of paths) hash.update(name).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

// A fifth of the bundle is style sheets, which repeat themselves: a sign that no sheet has stands for each of the
// phrases that save most, and phrases hold the signs of earlier ones. saved.css, which is small and in a bundle of
// its own, is left as it is.
const LONGEST = 24;
// Visible characters of ASCII, then, at two bytes each, of Latin-1 and its extensions.
const SIGNS = [
  [33, 94],
  [161, 351],
].flatMap(([first, count]) => Array.from({ length: count }, (_, i) => String.fromCharCode(first + i)));

/** The style sheets by path, minified. */
async function minified() {
  const paths = files(join(here, "src")).filter((path) => path.endsWith(".css"));
  const sheets = paths.map(async (path) => {
    const { code } = await transform(readFileSync(path, "utf8"), {
      loader: "css",
      minify: true,
      target: "es2022",
    });
    return [path, code.trim()];
  });
  return new Map(await Promise.all(sheets));
}

/** How many bytes each phrase that occurs three times or more would save, were a sign of `cost` bytes in its place. */
function savings(texts, cost) {
  let shorter = null;
  const found = [];
  for (let length = 1; length <= LONGEST; length++) {
    const places = new Map();
    texts.forEach((text, number) => {
      for (let at = 0; at + length <= text.length; at++) {
        // What is rare is no part of anything that is not.
        if (shorter && !shorter.has(text.slice(at, at + length - 1))) continue;
        const phrase = text.slice(at, at + length);
        const seen = places.get(phrase) ?? { count: 0, text: -1, end: 0 };
        if (seen.text !== number || at >= seen.end)
          places.set(phrase, { count: seen.count + 1, text: number, end: at + length });
      }
    });
    shorter = new Set([...places].filter(([, { count }]) => count > 2).map(([phrase]) => phrase));
    for (const phrase of shorter) {
      const bytes = Buffer.byteLength(phrase);
      // The phrase itself is told once, after its sign and what parts it from the next one.
      found.push([places.get(phrase).count * (bytes - cost) - bytes - cost - 1, phrase]);
    }
  }
  return found;
}

/** Style sheets with signs for their phrases, and the phrases after their signs, the last one first. */
function folded(sheets) {
  const used = [...sheets.values(), '"\\'].join("");
  const [parting, ...signs] = SIGNS.filter((each) => !used.includes(each));
  let texts = [...sheets.values()];
  const phrases = [];
  for (const sign of signs) {
    let best = [0];
    for (const each of savings(texts, Buffer.byteLength(sign))) if (each[0] > best[0]) best = each;
    if (!best[0]) break;
    phrases.unshift(sign + best[1]);
    texts = texts.map((text) => text.replaceAll(best[1], sign));
  }
  return { texts: new Map([...sheets.keys()].map((path, i) => [path, texts[i]])), phrases, parting };
}

/** Style sheets are texts in the bundle, unfolded when it is loaded. */
async function styles() {
  const sheets = await minified();
  const saved = [...sheets].filter(([path]) => path.endsWith("saved.css"));
  for (const [path] of saved) sheets.delete(path);
  const { texts, phrases, parting } = folded(sheets);
  const unfold = `const phrases = ${JSON.stringify(phrases.join(parting))}.split(${JSON.stringify(parting)});
    export default (sheet) => phrases.reduce((text, each) => text.replaceAll(each[0], each.slice(1)), sheet)`;
  return {
    name: "styles",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^slens:unfold$/ }, ({ path }) => ({ path, namespace: "slens" }));
      onLoad({ filter: /./, namespace: "slens" }, () => ({ contents: unfold }));
      onLoad({ filter: /\.css$/ }, ({ path }) => {
        if (!texts.has(path)) return { contents: new Map(saved).get(path), loader: "text" };
        return {
          contents: `import unfold from "slens:unfold"; export default unfold(${JSON.stringify(texts.get(path))})`,
        };
      });
    },
  };
}

await build({
  entryPoints: ["slens.ts", "saved.ts"].map((name) => join(here, "src", name)),
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  plugins: [await styles()],
  logLevel: "warning",
});
writeFileSync(join(out, "digest.txt"), `${sourceDigest()}\n`);
for (const name of ["slens.js", "saved.js"])
  console.log(`${name} ${(statSync(join(out, name)).size / 1000).toFixed(1)} kB`);
