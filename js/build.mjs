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

// A fifth of the bundle is style sheets, and half of these are a few phrases, the worthiest first. A sign that
// no sheet has stands for each of them; saved.css, which is small and in a bundle of its own, is left as it is.
const PHRASES = [
  ".slens-",
  "var(--s-",
  "display:",
  "width:",
  "height:",
  "border",
  "px;",
  "flex",
  "grid",
  "padding:",
  "align-items:center",
  "background",
  "overflow:hidden;text-overflow:ellipsis",
  "font-size:1",
  "color",
  ":1px solid var(--s-line)",
  "-radius:",
  "-template-columns:",
  "position:",
  "white-space:nowrap",
  "color-mix(in srgb,var(--s-",
  " button",
  ":var(--s-muted)",
  "gap:",
  "margin",
  "minmax(",
  "display:flex;flex-wrap:wrap;",
  "display:flex;flex-direction:column",
  "overflow:hidden",
  "[data-line=--slens-",
  "text-align:",
  "min-",
  ".slens",
  "var(--",
  "stroke",
  "font-weight:",
  "px}.slens-",
  "accent",
  "px ",
  "transparent",
  "-bottom",
  "position:absolute;",
  "line",
  ".slens-splitter",
  ":none",
  "px solid ",
  "alignment",
  "[data-",
  "pruning",
  "-column:1 / ",
  "spurious",
  "relative;",
  "-mix(in srgb,",
  "100%;",
  "[aria-pressed=true]{",
  "auto",
  "select",
  "examples fig",
  "cursor:pointer",
  "dashboard",
  "max-",
];
// Visible characters of ASCII, then, at two bytes each, of Latin-1.
const SIGNS = [33, 161].flatMap((first) =>
  Array.from({ length: 94 }, (_, i) => String.fromCharCode(first + i)),
);

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

/** Style sheets are texts in the bundle, unfolded when it is loaded. */
async function styles() {
  const sheets = await minified();
  const used = [...sheets.values(), '"\\'].join("");
  const signs = SIGNS.filter((sign) => !used.includes(sign));
  const phrases = PHRASES.map((phrase, i) => [signs[i], phrase]);
  const longestFirst = [...phrases].sort(([, a], [, b]) => b.length - a.length);
  const unfold = `export default (sheet) =>
    ${JSON.stringify(phrases)}.reduce((text, [sign, phrase]) => text.replaceAll(sign, phrase), sheet)`;
  return {
    name: "styles",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^slens:unfold$/ }, ({ path }) => ({ path, namespace: "slens" }));
      onLoad({ filter: /./, namespace: "slens" }, () => ({ contents: unfold }));
      onLoad({ filter: /\.css$/ }, ({ path }) => {
        const sheet = sheets.get(path);
        if (path.endsWith("saved.css")) return { contents: sheet, loader: "text" };
        const text = longestFirst.reduce((rest, [sign, phrase]) => rest.replaceAll(phrase, sign), sheet);
        return {
          contents: `import unfold from "slens:unfold"; export default unfold(${JSON.stringify(text)})`,
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
