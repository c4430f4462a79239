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

/** Style sheets are texts in the bundle, minified like the rest of it. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), {
        loader: "css",
        minify: true,
        target: "es2022",
      });
      return { contents: code, loader: "text" };
    });
  },
};

await build({
  entryPoints: ["slens.ts", "saved.ts"].map((name) => join(here, "src", name)),
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  plugins: [styles],
  logLevel: "warning",
});
writeFileSync(join(out, "digest.txt"), `${sourceDigest()}\n`);
for (const name of ["slens.js", "saved.js"])
  console.log(`${name} ${(statSync(join(out, name)).size / 1000).toFixed(1)} kB`);
