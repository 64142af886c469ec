// The bar at the top: the simulated time, and what moves it.
import { post } from "./api.js";
import { busy, say, shown } from "./dom.js";
import { announce } from "./live.js";
import { clock, refreshRelative, written, zoneName } from "./time.js";

/** Shows the clock and its buttons. */
export class ClockBar {
  /** @param {{zone: () => string, who: () => string[], moved: () => void}} owner `who` is before the page */
  constructor(owner) {
    this.owner = owner;
    this.under = false;
    this.now = document.getElementById("now");
    this.refusal = document.getElementById("clock-refusal");
    this.play = document.getElementById("clock-play");
    for (const button of document.querySelectorAll("[data-clock]"))
      button.addEventListener("click", () => this.press(button));
    setInterval(() => this.draw(), 1000);
  }

  /** @param {{now: string, playing: boolean}} told by the state or a change */
  set({ now, playing }) {
    clock.set(now, playing);
    this.play.dataset.clock = playing ? "pause" : "play";
    say(this.play.querySelector(".words"), playing ? "Pause" : "Play");
    say(this.play.querySelector(".sign"), playing ? "❚❚" : "▶");
    this.draw();
  }

  draw() {
    const zone = this.owner.zone();
    const now = clock.now();
    const text = `${written(now, "clock", zone)} ${zoneName(now, zone)}`;
    const instant = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
    if (this.now.dateTime !== instant) this.now.dateTime = instant;
    say(this.now, text);
    refreshRelative();
  }

  async press(button) {
    if (this.under) return;
    this.under = true;
    busy(button, true);
    this.refuse("");
    try {
      const { now, came } = await post("api/clock", { do: button.dataset.clock, who: this.owner.who() });
      clock.set(now, clock.playing);
      this.draw();
      if (button !== this.play) announce(`It is ${this.now.textContent}.`);
      if (!came) this.refuse("Nothing new came in four days. Do something, or be somebody else.");
      this.owner.moved();
    } catch (error) {
      this.refuse(error.message);
    }
    busy(button, false);
    this.under = false;
  }

  refuse(why) {
    say(this.refusal, why);
    shown(this.refusal, why !== "");
  }
}

/** The choice of a theme, remembered. @param {HTMLSelectElement} select @param {any} memory */
export function themes(select, memory) {
  select.value = document.documentElement.dataset.theme ?? "system";
  select.addEventListener("change", () => {
    const theme = select.value;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    memory.set("theme", theme === "system" ? null : theme);
  });
}

/** The buttons that a small screen keeps behind “More”. @param {HTMLElement} button @param {HTMLElement} group */
export function disclosure(button, group) {
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    group.classList.toggle("open", open);
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
  group.addEventListener("click", (event) => event.target.closest("button") && set(false));
  document.addEventListener(
    "pointerdown",
    (event) => !group.contains(event.target) && !button.contains(event.target) && set(false),
  );
  for (const node of [button, group]) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
      set(false);
      button.focus();
    });
  }
  set(false);
}
