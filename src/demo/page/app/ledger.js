// The ledger: each request, act and event, as it passes between the bot, Discord and people.
import { get, Steady } from "./api.js";
import { busy, h, reconcile, say, shown } from "./dom.js";
import { written } from "./time.js";

/** So many entries come at once. */
const PART = 200;
/** So many of those that fit are shown at first, and so many more each time. */
const SHOWN = 200;
const KINDS = { request: "Requests", act: "Acts", event: "Events" };

/** Whether a request or an event met the contract; what people do is under none. */
function contract(entry) {
  if (entry.contract === null) return null;
  return entry.contract
    ? h("span", { class: "contract" }, "✓ met", h("span", { class: "hidden-text" }, " the contract"))
    : h("span", { class: "contract broken" }, "✕ broke it");
}

/** A path may be broken before each slash. */
const breakable = (path) => path.split(/(?=\/)/).flatMap((part) => [h("wbr"), part]);

/** The ledger's tab. */
export class Ledger {
  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    this.entries = [];
    this.last = null;
    this.most = SHOWN;
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
    const about = h(
      "p",
      { class: "choose-note" },
      "✓ met: a request is within Discord’s limits and shapes, as the simulated Discord holds it to them; an event is one that the bot’s library can read.",
    );
    this.count = h("p", { class: "choose-note" });
    this.list = h("ul", { class: "entries", "aria-label": "Newest first" });
    this.older = h(
      "button",
      { type: "button", class: "button", data: { testid: "older" }, on: { click: () => this.showOlder() } },
      "Older",
    );
    const boxes = h(
      "fieldset",
      { class: "kinds" },
      h("legend", { class: "hidden-text" }, "Which to show"),
      this.kinds.map((one) => one.label),
      this.refused.label,
    );
    el.append(h("div", { class: "panel-head" }, this.filter, boxes, about, this.count), this.list, this.older);
  }

  box(kind, words, checked = true) {
    const input = h("input", { type: "checkbox", checked, on: { change: () => this.draw() } });
    return { kind, input, label: h("label", { class: "check" }, input, words) };
  }

  /** Its times are those of whoever looks. @param {string} zone */
  inZone(zone) {
    if (zone === this.zone) return;
    this.zone = zone;
    this.draw();
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
      this.most = SHOWN;
      return this.fetch();
    }
    this.entries.push(...entries);
    this.last = last;
    // Where much has happened at once it comes in parts.
    if (!isFirst && entries.length === PART) return this.fetch();
    this.draw();
  }

  /** So many entries came before those that are here. */
  get missing() {
    return this.entries.length > 0 ? this.entries[0].seq - 1 : 0;
  }

  /** Shows more of those that fit; they may be further back than what was fetched. */
  async showOlder() {
    this.most += SHOWN;
    busy(this.older, true);
    try {
      while (this.missing > 0 && this.fitting().length < this.most) await this.fetchOlder();
    } catch (error) {
      say(this.count, error.message);
      return;
    } finally {
      busy(this.older, false);
    }
    this.draw();
  }

  async fetchOlder() {
    const first = this.missing;
    const { entries } = await get("api/ledger", { after: Math.max(0, first - PART) });
    // Whatever came meanwhile hasn't changed what is before the first.
    this.entries.unshift(...entries.filter((entry) => entry.seq <= first));
  }

  fits(entry, words, kinds) {
    if (!kinds.has(entry.kind) || (this.refused.input.checked && entry.accepted && entry.contract !== false))
      return false;
    const text = () => `${entry.who} ${entry.what} ${entry.status ?? ""} ${entry.why ?? ""}`.toLowerCase();
    return words.every(
      (word) =>
        text().includes(word) ||
        JSON.stringify(entry.body ?? "")
          .toLowerCase()
          .includes(word),
    );
  }

  /** Those that fit what is asked for, newest first. */
  fitting() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kinds = new Set(this.kinds.filter((one) => one.input.checked).map((one) => one.kind));
    return this.entries.filter((entry) => this.fits(entry, words, kinds)).reverse();
  }

  draw() {
    const fitting = this.fitting();
    const some = fitting.slice(0, this.most);
    const isAll = this.missing === 0 && some.length === fitting.length;
    const among = isAll ? "" : `, of the newest ${this.entries.length}`;
    const text =
      this.entries.length === 0
        ? "Nothing has happened yet."
        : fitting.length === 0
          ? `Nothing fits${among}.`
          : `${some.length} shown, newest first${among}`;
    say(this.count, text);
    reconcile(
      this.list,
      some.map((entry) => this.item(entry)),
    );
    shown(this.list, some.length > 0);
    shown(this.older, !isAll);
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
      ? h("span", { class: entry.accepted ? "status" : "status refused" }, String(entry.status))
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
      h("span", { class: "entry-what" }, breakable(entry.what)),
      status,
      contract(entry),
      h("span", { class: "entry-who" }, `${entry.who} · ${written(entry.at, "second", this.zone)}`),
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
