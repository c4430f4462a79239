/** The controls of the alignment plot: concepts, thresholds, classes, and the quadrants with their counts. */

import css from "./alignment.css";
import { concepts } from "./alignment_concepts";
import { thresholds } from "./alignment_thresholds";
import { emptyState, h } from "./dom";
import { colours } from "./theme";
import type { Json } from "./transport";
import { type Drawn, widget } from "./widget";

const QUADRANTS = {
  valid: "close to valid concepts only",
  spurious: "close to spurious concepts only",
  both: "close to some of either",
  unexpected: "close to none of the named concepts",
};

function draw({ frame, client, shared, onClose }: Drawn): void {
  let unknown: string[] = [];

  const beside = h("button", { type: "button", "aria-pressed": "false" }, "Side by side");
  beside.addEventListener("click", () => {
    const on = beside.getAttribute("aria-pressed") !== "true";
    client.request("beside", { on }).catch(frame.fail);
  });
  beside.hidden = shared.about.classes.length < 2;
  const target = h(
    "select",
    { title: "The class whose relevance sizes the points" },
    h("option", { value: "" }, "none"),
  );
  for (const name of shared.about.classes) target.append(h("option", { value: name }, name));
  target.addEventListener("change", () => shared.set("target", target.value || null));
  target.disabled = shared.about.classes.length === 0;
  frame.tools.append(beside, h("label", { class: "slens-field" }, "Target class", target));

  const sets = concepts(shared);
  const limits = thresholds(shared);
  const counts = h("div", { class: "slens-counts", role: "group", "aria-label": "Select a quadrant" });
  const still = h("img", { class: "slens-still", hidden: true, alt: "The plot as it was saved" });
  const empty = emptyState(
    "Two sets of concepts",
    "Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.",
  );
  frame.body.append(sets.element, limits.element, counts, still, empty);

  function redraw(): void {
    sets.redraw(unknown);
    target.value = shared.values.target ?? "";
  }

  function showCounts(body: Json): void {
    const found = (body.counts ?? {}) as Record<string, number>;
    counts.replaceChildren(
      ...Object.entries(QUADRANTS).map(([name, meaning]) =>
        h(
          "button",
          {
            type: "button",
            class: `slens-of-${name}`,
            title: `Select the ${found[name] ?? 0} components in “${name}”: ${meaning}`,
            onclick: () => void client.request("choose", { quadrant: name }).catch(frame.fail),
          },
          h("i"),
          `${name} ${found[name] ?? 0}`,
        ),
      ),
    );
  }

  function showBeside(body: Json): void {
    const classes = shared.about.classes.length;
    const drawn = Number(body.facets ?? classes);
    beside.setAttribute("aria-pressed", String(body.beside === true));
    beside.title =
      drawn < classes
        ? `Draw the first ${drawn} of ${classes} classes on the same axes; sw.AlignmentPlot(audit, classes=[…]) chooses others`
        : "Draw all classes on the same axes, sizes on one scale";
  }

  /** A saved page has no plotly: it shows the plot as a picture instead. */
  async function showStill(): Promise<void> {
    if (frame.root.closest(".slens-alignment-box")) return;
    beside.hidden = true;
    for (const control of limits.element.querySelectorAll<HTMLInputElement>("input, button"))
      control.disabled = true;
    const { buffers } = await client.request("picture", {}, { lane: "picture" });
    URL.revokeObjectURL(still.src);
    still.hidden = !buffers[0];
    if (buffers[0])
      still.src = URL.createObjectURL(new Blob([buffers[0] as BlobPart], { type: "image/png" }));
  }

  function aligned(body: Json): void {
    frame.busy(null);
    if (typeof body.error === "string") frame.fail(body.error);
    else frame.clearError();
    const rows = Number(body.rows);
    unknown = (body.unknown as string[] | undefined) ?? [];
    redraw();
    limits.show(body);
    empty.hidden = rows > 0 || typeof body.error === "string";
    counts.hidden = rows === 0;
    showCounts(body);
    showBeside(body);
    const notes = [];
    if (rows > 0)
      notes.push(
        body.sized
          ? `Size: ${String(body.relevance)}.`
          : "Choose a target class to size the points by relevance.",
      );
    if (Number(body.left_out) > 0)
      notes.push(`The ${body.left_out} least aligned are drawn as a density and can't be lassoed.`);
    if (unknown.length > 0) notes.push(`Unknown words: ${unknown.join(", ")}.`);
    if (rows > 0)
      notes.push(`Thresholds: ${shared.values.thresholds ? "set by hand" : body.threshold_source}.`);
    frame.status(notes.join(" "));
    frame.root.dataset.rows = String(rows);
    // The figure beneath is another widget; an empty one says less than the text.
    frame.root
      .closest(".slens-alignment-box")
      ?.lastElementChild?.classList.toggle("slens-figure-off", rows === 0);
    if (rows > 0) showStill().catch(frame.fail);
  }

  function tellLook(): void {
    const { theme, foreground, muted, line, background } = colours(frame.root);
    client.request("look", { theme, foreground, muted, line, background }).catch(frame.fail);
  }

  onClose(client.on("event:aligned", aligned));
  onClose(client.on("event:progress", (body) => frame.busy(String(body.stage), body as never)));
  onClose(limits.close);
  onClose(() => URL.revokeObjectURL(still.src));
  shared.on(["valid", "spurious", "target", "vocabulary"], redraw);
  frame.onTheme(tellLook);
  redraw();
  tellLook();
  client
    .request("aligned")
    .then(({ body }) => {
      aligned(body);
      frame.ready();
    })
    .catch(frame.fail);
}

export default widget({ name: "alignment", title: "Alignment", css }, draw);
