// The ledger: each request, act and event, as it passes between the bot, Discord and people.
import { get, Steady } from "./api.js";
import { h, reconcile, say, shown } from "./dom.js";
import { written } from "./time.js";

/** So many are kept, and so many of those that fit are shown. */
/** So many entries come at once. */
const PART = 200;
const KEPT = 3000;
const SHOWN = 200;
const KINDS = { request: "Requests", act: "Acts", event: "Events" };

/** The ledger's tab. */
export class Ledger {
  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    this.entries = [];
    this.last = null;
    this.open = new Set();
    this.zone = "UTC";
    this.steady = new Steady(() => this.fetch(), 250);
    this.filter = h("input", {
      type: "search",
      class: "input",
      placeholder: "For example messages, or a name",
      "aria-label": "Filter the ledger",
      data: { testid: "ledger-filter" },
      on: { input: () => this.draw() },
    });
    this.kinds = Object.entries(KINDS).map(([kind, words]) => this.box(kind, words));
    this.refused = this.box("refused", "Only refused", false);
    this.count = h("p", { class: "choose-note" });
    this.list = h("ul", { class: "entries", "aria-label": "Newest first" });
    const boxes = h(
      "fieldset",
      { class: "kinds" },
      h("legend", { class: "hidden-text" }, "Which to show"),
      this.kinds.map((one) => one.label),
      this.refused.label,
    );
    el.append(h("div", { class: "panel-head" }, this.filter, boxes, this.count), this.list);
  }

  box(kind, words, checked = true) {
    const input = h("input", { type: "checkbox", checked, on: { change: () => this.draw() } });
    return { kind, input, label: h("label", { class: "check" }, input, words) };
  }

  /** Fetches what is new. */
  refresh() {
    return this.steady.ask();
  }

  async fetch() {
    const isFirst = this.last === null;
    const { entries, last } = await get("api/ledger", { after: this.last });
    // A server that was started anew counts from the beginning again.
    if (this.last !== null && last < this.last) {
      this.last = null;
      this.entries = [];
      return this.fetch();
    }
    this.entries = [...this.entries, ...entries].slice(-KEPT);
    this.last = last;
    // Where much has happened at once it comes in parts.
    if (!isFirst && entries.length === PART) return this.fetch();
    this.draw();
  }

  fits(entry, words, kinds) {
    if (!kinds.has(entry.kind) || (this.refused.input.checked && entry.accepted)) return false;
    const text = () => `${entry.who} ${entry.what} ${entry.status ?? ""} ${entry.why ?? ""}`.toLowerCase();
    return words.every(
      (word) =>
        text().includes(word) ||
        JSON.stringify(entry.body ?? "")
          .toLowerCase()
          .includes(word),
    );
  }

  draw() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kinds = new Set(this.kinds.filter((one) => one.input.checked).map((one) => one.kind));
    const fitting = this.entries.filter((entry) => this.fits(entry, words, kinds)).reverse();
    const some = fitting.slice(0, SHOWN);
    const text =
      fitting.length === 0
        ? this.entries.length > 0
          ? "Nothing fits."
          : "Nothing has happened yet."
        : fitting.length > SHOWN
          ? `The newest ${SHOWN} of ${fitting.length}`
          : `${fitting.length} shown, newest first`;
    say(this.count, text);
    reconcile(
      this.list,
      some.map((entry) => this.item(entry)),
    );
    shown(this.list, some.length > 0);
  }

  item(entry) {
    return {
      key: String(entry.seq),
      sign: String(this.open.has(entry.seq)),
      make: () => h("li"),
      fill: (node) => this.fill(node, entry),
    };
  }

  fill(node, entry) {
    const isOpen = this.open.has(entry.seq);
    const toggle = () => {
      if (!this.open.delete(entry.seq)) this.open.add(entry.seq);
      this.draw();
    };
    const status = entry.status
      ? h(
          "span",
          { class: entry.accepted ? "status" : "status refused" },
          entry.accepted ? String(entry.status) : `✕ ${entry.status}`,
        )
      : entry.accepted === false
        ? h("span", { class: "status refused" }, "✕ refused")
        : null;
    const button = h(
      "button",
      {
        type: "button",
        class: "entry",
        "aria-expanded": isOpen,
        data: { testid: "entry", key: "entry", kind: entry.kind, seq: String(entry.seq) },
        on: { click: toggle },
      },
      h("span", { class: `kind ${entry.kind}` }, entry.kind),
      h("span", { class: "entry-what" }, entry.what),
      status,
      h("span", { class: "entry-who" }, `${entry.who} · ${written(entry.at, "T", this.zone)}`),
    );
    const json = isOpen
      ? h(
          "pre",
          { tabindex: "0", role: "group", "aria-label": "Its JSON" },
          JSON.stringify(entry.body ?? null, null, 2),
        )
      : null;
    node.replaceChildren(...[button, entry.why ? h("p", { class: "refusal" }, entry.why) : null, json].filter(Boolean));
  }
}
