// Faults: what goes wrong at Discord on purpose, to see how the bot bears it.
import { get, post, remove, Steady } from "./api.js";
import { busy, complain, h, newId, reconcile, shown } from "./dom.js";
import { announce } from "./live.js";

/** The faults' tab. */
export class Faults {
  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    this.known = { on: [], offered: [] };
    this.steady = new Steady(async () => this.accept(await get("api/faults")), 500);
    this.offered = h("ul", { class: "faults" });
    this.on = h("ul", { class: "faults" });
    this.none = h("p", { class: "choose-note" }, "None: Discord is well.");
    this.refusal = h("p", { role: "alert" });
    const id = newId("fault");
    this.text = h("input", {
      type: "text",
      class: "input",
      id,
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "POST /messages: 503 × 3",
      "aria-describedby": `${id}-hint`,
      data: { testid: "fault-text" },
    });
    this.add = h("button", { type: "submit", class: "button primary" }, "Switch on");
    this.off = h(
      "button",
      { type: "button", class: "button", data: { testid: "faults-off" }, on: { click: () => this.allOff() } },
      "Switch all off",
    );
    const form = h(
      "form",
      { class: "fault-form", on: { submit: (event) => this.submit(event) } },
      h("label", { for: id }, "Another fault"),
      h(
        "p",
        { class: "hint", id: `${id}-hint` },
        "Where, what, and how often: such as “POST /messages: 503 × 3” or “gateway: close 4000”.",
      ),
      h("div", { class: "fault-line" }, this.text, this.add),
      this.refusal,
    );
    el.append(
      h("p", { class: "panel-words" }, "Let something go wrong at Discord, and see how the bot bears it."),
      this.offered,
      form,
      h("h3", {}, "Switched on, and what became of it"),
      this.none,
      this.on,
      this.off,
    );
    complain(this.refusal, "");
  }

  /** Fetches them anew. */
  refresh() {
    return this.steady.ask();
  }

  accept(known) {
    this.known = known;
    const isOn = (fault) => known.on.some((one) => one.fault === fault && !one.over);
    reconcile(
      this.offered,
      known.offered.map((one) => this.switchOf(one, isOn(one.fault))),
    );
    reconcile(
      this.on,
      known.on.map((one, index) => this.hits(one, index)),
    );
    shown(this.none, known.on.length === 0);
    shown(this.off, known.on.length > 0);
  }

  switchOf(offer, on) {
    return {
      key: offer.fault,
      sign: JSON.stringify([offer, on]),
      make: () => h("li"),
      fill: (node) => {
        const ids = { name: newId("fault"), about: newId("about") };
        const button = h(
          "button",
          {
            type: "button",
            role: "switch",
            class: "switch",
            "aria-checked": on,
            "aria-labelledby": ids.name,
            "aria-describedby": ids.about,
            data: { testid: "fault", name: offer.name, key: offer.fault },
          },
          h("span", { class: "switch-words", "aria-hidden": "true" }, on ? "On" : "Off"),
        );
        button.addEventListener("click", () => this.turn(offer, !on, button));
        node.replaceChildren(
          h(
            "div",
            {},
            h("p", { id: ids.name, class: "fault-name" }, offer.name),
            h("p", { id: ids.about, class: "hint" }, offer.about),
          ),
          button,
        );
      },
    };
  }

  hits({ fault, hits, over }, index) {
    return {
      key: `${index} ${fault}`,
      sign: String(hits),
      make: () => h("li"),
      fill: (node) =>
        node.replaceChildren(
          h("code", {}, fault),
          h("span", { class: "status" }, `${timesHit(hits)}${over ? ": over" : ""}`),
        ),
    };
  }

  turn(offer, on, button) {
    return this.under(
      button,
      () => (on ? post("api/faults", { fault: offer.fault }) : remove("api/faults", { fault: offer.fault })),
      `${offer.name}: ${on ? "on" : "off"}`,
    );
  }

  async submit(event) {
    event.preventDefault();
    const fault = this.text.value.trim();
    if (!fault) return this.text.focus();
    if (await this.under(this.add, () => post("api/faults", { fault }), "Switched on.")) this.text.value = "";
  }

  async allOff() {
    if (await this.under(this.off, () => remove("api/faults"), "All faults are off.")) this.text.focus();
  }

  async under(button, work, words) {
    if (button.getAttribute("aria-busy")) return false;
    complain(this.refusal, "");
    busy(button, true);
    try {
      this.accept(await work());
      announce(words);
      return true;
    } catch (error) {
      complain(this.refusal, error.message);
      return false;
    } finally {
      busy(button, false);
    }
  }
}

function timesHit(hits) {
  return hits === 0 ? "not hit yet" : hits === 1 ? "hit once" : `hit ${hits} times`;
}
