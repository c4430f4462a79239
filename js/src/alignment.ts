/** The controls of the alignment plot: concepts, thresholds, classes, and the quadrants with their counts. */

import css from "./alignment.css";
import { concepts } from "./alignment_concepts";
import { type SavedPlot, savedPlot } from "./alignment_plot";
import { thresholds } from "./alignment_thresholds";
import { button, debounce, emptyState, field, h, press, resized } from "./dom";
import mapCss from "./map.css";
import { ShownConcepts } from "./shown_concepts";
import { targetChoice } from "./target";
import { colours } from "./theme";
import type { Json } from "./transport";
import { type Drawn, widget } from "./widget";

const QUADRANTS = {
  valid: "they fire on images of valid concepts only",
  spurious: "they fire on images of spurious concepts only",
  both: "they fire on images of either",
  unexpected: "they fire on images of none of the named concepts",
};

function draw(drawn: Drawn): void {
  const { frame, client, shared, onClose } = drawn;
  let unknown: string[] = [];
  let notes = "";
  let wrong = false;
  let plot: SavedPlot | undefined;

  const { classes } = shared.about;
  let together = false;
  const beside = button("Side by side", "Draw all classes on the same axes", () => {
    client.request("beside", { on: !together }).catch(frame.fail);
  });
  beside.hidden = classes.length < 2;
  const target = targetChoice(shared, "The class whose relevance sizes the points", "none");
  frame.tools.append(beside, field("Target class", target));

  const about = h("p", { class: "slens-quiet slens-about", role: "status" });
  const shown = new ShownConcepts(shared, frame.fail, redraw);
  const sets = concepts(shared, shown, frame.fail);
  const limits = thresholds(shared);
  const counts = h("div", { class: "slens-counts", role: "group", "aria-label": "Select a quadrant" });
  const empty = emptyState(
    "Two sets of concepts",
    "Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.",
  );
  frame.body.append(sets.element, about, limits.element, counts, empty);

  function redraw(): void {
    sets.redraw(unknown);
    shown.tell(about, [...shared.values.valid, ...shared.values.spurious]);
    target.value = shared.values.target ?? "";
  }

  function showCounts(body: Json): void {
    const found = (body.counts ?? {}) as Record<string, number>;
    counts.replaceChildren(
      ...Object.entries(QUADRANTS).map(([name, meaning]) =>
        button(
          [h("i"), `${name} ${found[name] ?? 0}`],
          `Select the ${found[name] ?? 0} components in “${name}”: ${meaning}`,
          () => void client.request("choose", { quadrant: name }).catch(frame.fail),
          { class: `slens-of-${name}` },
        ),
      ),
    );
  }

  function showBeside(body: Json): void {
    const drawn = Number(body.facets ?? classes.length);
    together = body.beside === true;
    press(beside, together);
    beside.title =
      drawn < classes.length
        ? `Draw the first ${drawn} of ${classes.length} classes on the same axes; sw.AlignmentPlot(audit, classes=[…]) chooses others`
        : "Draw all classes on the same axes, sizes on one scale";
  }

  /** A saved page has no plotly: it draws the points as the map does. */
  async function showPoints(about: Json): Promise<void> {
    if (frame.root.closest(".slens-alignment-box")) return;
    beside.hidden = true;
    for (const control of limits.element.querySelectorAll<HTMLInputElement>("input, button"))
      control.disabled = true;
    const { buffers } = await client.request("points", {}, { lane: "points" });
    if (!plot) {
      const tones = (): string[] =>
        Array.from(counts.querySelectorAll("i"), (dot) => getComputedStyle(dot).backgroundColor);
      plot = savedPlot(drawn, tones, () => frame.status(notes));
      counts.after(plot.element);
    }
    plot.element.hidden = false;
    plot.show(about, buffers);
  }

  function aligned(body: Json): void {
    frame.busy(null);
    if (typeof body.error === "string") frame.fail(body.error);
    else if (wrong) frame.clearError();
    // What else went wrong, such as a file that is no picture, stays until it is read.
    wrong = typeof body.error === "string";
    const rows = Number(body.rows);
    unknown = (body.unknown as string[] | undefined) ?? [];
    redraw();
    limits.show(body);
    empty.hidden = rows > 0 || typeof body.error === "string";
    counts.hidden = rows === 0 || !body.thresholds;
    showCounts(body);
    showBeside(body);
    const found = [];
    if (body.withheld) found.push(`No verdict: ${body.withheld}.`);
    if (body.at_chance) found.push(`But ${body.at_chance}.`);
    if (rows > 0)
      found.push(
        body.sized
          ? `Size: ${String(body.relevance)}.`
          : "Choose a target class to size the points by relevance.",
      );
    if (Number(body.left_out) > 0)
      found.push(`The ${body.left_out} least aligned are drawn as a density and can't be lassoed.`);
    if (unknown.length > 0) found.push(`Unknown words: ${unknown.join(", ")}.`);
    if (rows > 0)
      found.push(
        ...(body.withheld
          ? []
          : [`Thresholds: ${shared.values.thresholds ? "set by hand" : body.threshold_source}.`]),
        `Score: ${body.unit}.`,
      );
    notes = found.join(" ");
    frame.status(notes);
    frame.root.dataset.rows = String(rows);
    // The figure beneath is another widget; an empty one says less than the text.
    frame.root
      .closest(".slens-alignment-box")
      ?.lastElementChild?.classList.toggle("slens-figure-off", rows === 0);
    if (plot) plot.element.hidden = true;
    if (rows > 0) showPoints(body).catch(frame.fail);
  }

  function tellLook(): void {
    const { theme, foreground, muted, line, background } = colours(frame.root);
    client.request("look", { theme, foreground, muted, line, background }).catch(frame.fail);
  }

  onClose(client.on("event:aligned", aligned));
  onClose(client.on("event:progress", (body) => frame.busy(String(body.stage), body as never)));
  onClose(limits.close);
  // Drawn out of sight, plotly's figure has a width of its own; it takes another one when the window does.
  const fit = debounce(50, () => {
    const plots = frame.root.closest(".slens-alignment-box")?.querySelectorAll(".js-plotly-plot") ?? [];
    for (const plot of plots) {
      const own = plot.querySelector(".main-svg")?.clientWidth ?? 0;
      if (own > 0 && plot.clientWidth > 0 && Math.abs(own - plot.clientWidth) > 1)
        window.dispatchEvent(new Event("resize"));
    }
  });
  onClose(resized(frame.root, fit));
  onClose(fit.cancel);
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

export default widget({ name: "alignment", title: "Alignment", css: css + mapCss }, draw);
