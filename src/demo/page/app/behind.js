// “Behind the scenes”: the panel at the right with its tabs.
import { shown } from "./dom.js";
import { session } from "./memory.js";
import { Faults } from "./faults.js";
import { Ledger } from "./ledger.js";

/** Opens and closes the panel, and shows one tab. */
export class Behind {
  constructor() {
    this.el = document.getElementById("behind");
    this.button = document.getElementById("behind-button");
    this.ledger = new Ledger(document.getElementById("ledger"));
    this.faults = new Faults(document.getElementById("faults"));
    this.tabs = [...this.el.querySelectorAll("[role=tab]")];
    this.button.addEventListener("click", () => this.open(this.el.hidden));
    document.getElementById("behind-close").addEventListener("click", () => this.open(false));
    this.el.addEventListener("keydown", (event) => event.key === "Escape" && this.open(false));
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(tab));
      tab.addEventListener("keydown", (event) => this.key(event));
    }
    this.show(this.tabs.find((tab) => tab.id === session.get("behind-tab")) ?? this.tabs[0]);
    if (session.get("behind") === "open") this.open(true);
  }

  open(yes) {
    shown(this.el, yes);
    session.set("behind", yes ? "open" : null);
    this.button.setAttribute("aria-expanded", String(yes));
    document.body.classList.toggle("watching", yes);
    if (yes) {
      this.refresh();
      this.tabs.find((tab) => tab.tabIndex === 0).focus();
    } else if (document.activeElement === document.body || this.el.contains(document.activeElement)) {
      this.button.focus();
    }
  }

  show(chosen) {
    for (const tab of this.tabs) {
      const is = tab === chosen;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      shown(document.getElementById(tab.getAttribute("aria-controls")), is);
    }
    session.set("behind-tab", chosen.id);
    if (!this.el.hidden) this.refresh();
  }

  key(event) {
    const at = this.tabs.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = this.tabs.at(to % this.tabs.length);
    this.show(tab);
    tab.focus();
  }

  /** Something changed: what is open is fetched anew. */
  refresh() {
    if (this.el.hidden) return;
    if (!this.ledger.el.hidden) this.ledger.refresh();
    if (!this.faults.el.hidden) this.faults.refresh();
  }
}
