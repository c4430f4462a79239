/** The controls of the alignment plot: two sets of concepts as chips, the class, the quadrants' counts. */

import css from "./alignment.css";
import { emptyState, h } from "./dom";
import { colours } from "./theme";
import type { Json } from "./transport";
import { type Drawn, widget } from "./widget";

const QUADRANTS = ["valid", "spurious", "both", "unexpected"];

function draw({ frame, client, shared, onClose }: Drawn): void {
  let unknown: string[] = [];

  const target = h(
    "select",
    { title: "The class whose relevance sizes the points" },
    h("option", { value: "" }, "none"),
  );
  for (const name of shared.about.classes) target.append(h("option", { value: name }, name));
  target.addEventListener("change", () => shared.set("target", target.value || null));
  target.disabled = shared.about.classes.length === 0;
  frame.tools.append(h("label", { class: "slens-field" }, "Target class", target));

  const counts = h("div", { class: "slens-counts", role: "group", "aria-label": "Select a quadrant" });
  const sets = (["valid", "spurious"] as const).map((field) => {
    const input = h("input", {
      "aria-label": `Add a ${field} concept`,
      placeholder: field === "valid" ? "should count: streaks, veil …" : "should not: ruler, ink …",
      title: "Type a concept and press Enter; commas add several; Backspace removes the last",
      spellcheck: "false",
    });
    const box = h("div", { class: "slens-chips" }, input);
    box.style.setProperty("--tone", `var(--s-${field})`);
    const add = (): void => {
      const texts = input.value
        .split(",")
        .map((text) => text.trim())
        .filter(Boolean);
      input.value = "";
      if (texts.length > 0) shared.set(field, [...new Set([...shared.values[field], ...texts])]);
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === ",") {
        event.preventDefault();
        add();
      } else if (event.key === "Backspace" && input.value === "") {
        shared.set(field, shared.values[field].slice(0, -1));
      }
    });
    input.addEventListener("blur", add);
    const redraw = (): void => {
      for (const chip of box.querySelectorAll(".slens-chip")) chip.remove();
      for (const text of shared.values[field]) {
        const odd = unknown.some((word) => text.toLowerCase().includes(word.toLowerCase()));
        const remove = h(
          "button",
          {
            type: "button",
            "aria-label": `Remove ${text}`,
            title: `Remove ${text}`,
            onclick: () =>
              shared.set(
                field,
                shared.values[field].filter((other) => other !== text),
              ),
          },
          "×",
        );
        const title = odd ? "Has words that are not in this model's vocabulary" : text;
        input.before(h("span", { class: odd ? "slens-chip slens-odd" : "slens-chip", title }, text, remove));
      }
      input.placeholder = shared.values[field].length > 0 ? "" : (input.getAttribute("data-hint") ?? "");
    };
    input.dataset.hint = input.placeholder;
    return { field, box, redraw };
  });
  const concepts = h("div", { class: "slens-concepts" });
  for (const { field, box } of sets) {
    const name = h("span", {}, field);
    name.style.color = `var(--s-${field})`;
    concepts.append(name, box);
  }
  const empty = emptyState(
    "Two sets of concepts",
    "Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.",
  );
  frame.body.append(concepts, counts, empty);

  function redraw(): void {
    for (const set of sets) set.redraw();
    target.value = shared.values.target ?? "";
  }

  function aligned(body: Json): void {
    frame.busy(null);
    if (typeof body.error === "string") frame.fail(body.error);
    else frame.clearError();
    const rows = Number(body.rows);
    unknown = (body.unknown as string[] | undefined) ?? [];
    redraw();
    empty.hidden = rows > 0 || typeof body.error === "string";
    counts.hidden = rows === 0;
    const found = (body.counts ?? {}) as Record<string, number>;
    counts.replaceChildren(
      ...QUADRANTS.map((name) =>
        h(
          "button",
          {
            type: "button",
            title: `Select the ${found[name] ?? 0} components in “${name}”`,
            onclick: () => void client.request("choose", { quadrant: name }).catch(frame.fail),
          },
          `${name} ${found[name] ?? 0}`,
        ),
      ),
    );
    const notes = [];
    if (rows > 0)
      notes.push(
        body.sized
          ? `Size: ${String(body.relevance)}`
          : "Choose a target class to size the points by relevance.",
      );
    if (Number(body.left_out) > 0) notes.push(`${body.left_out} of the least aligned are not drawn.`);
    if (unknown.length > 0) notes.push(`Unknown words: ${unknown.join(", ")}.`);
    frame.status(notes.join(" "));
    frame.root.dataset.rows = String(rows);
    // The figure beneath is another widget; an empty one says less than the text.
    frame.root
      .closest(".slens-alignment-box")
      ?.lastElementChild?.classList.toggle("slens-figure-off", rows === 0);
  }

  function tellLook(): void {
    const { theme, foreground, muted, line, background } = colours(frame.root);
    client.request("look", { theme, foreground, muted, line, background }).catch(frame.fail);
  }

  onClose(client.on("event:aligned", aligned));
  onClose(client.on("event:progress", (body) => frame.busy(String(body.stage), body as never)));
  shared.on(["valid", "spurious", "target"], redraw);
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
