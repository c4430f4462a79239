/** What every widget does when it is drawn: a frame, a client, the shared state, and a clean end. */

import { type Frame, frame } from "./dom";
import { SAID } from "./health";
import { Shared } from "./shared";
import { Client, type Model } from "./transport";

export interface Drawn {
  frame: Frame;
  client: Client;
  shared: Shared;
  /** Something to undo when the view goes. */
  onClose(callback: () => void): void;
}

export interface Look {
  name: string;
  title: string;
  css?: string;
}

export interface Widget {
  render(context: { model: unknown; el: HTMLElement }): () => void;
}

/** An anywidget module; `draw` runs once the kernel has said what the audit is. */
export function widget(look: Look, draw: (drawn: Drawn) => void): Widget {
  return {
    render({ model, el }) {
      const panel = frame(el, look.name, look.title, look.css);
      const client = new Client(model as Model, (health) => {
        panel.notice(SAID[health], health);
        if (health === "gone") panel.busy(null);
      });
      const closers: (() => void)[] = [];
      let open = true;
      // A saved page says what it has no answer to.
      client.on("event:unanswered", ({ message }) => (message ? panel.fail(message) : panel.clearError()));
      panel.busy("Asking the kernel …");
      Shared.open(client, panel.fail)
        .then((shared) => {
          if (!open) return;
          panel.busy(null);
          draw({ frame: panel, client, shared, onClose: (callback) => void closers.push(callback) });
        })
        .catch((error) => {
          panel.busy(null);
          panel.fail(error);
        });
      return () => {
        open = false;
        for (const close of closers) close();
        client.close();
        panel.close();
      };
    },
  };
}
