// The tour: a card that stands beside the conversation, never on it.
import { get, post } from "./api.js";
import { busy, complain, h, hidden, shown } from "./dom.js";
import { announce } from "./live.js";
import { forGood, session } from "./memory.js";

const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];
const inWords = (count) => NUMBERS[count] ?? String(count);

/** Shows the offer, and the steps one after the other. */
export class Tour {
  /** @param {{go: (me: string | null, channel: string | null, message: string | null) => void, button: HTMLElement}} owner */
  constructor(owner) {
    this.owner = owner;
    this.tour = null;
    this.at = 0;
    this.told = null;
    this.offering = false;
    /** Whether time passes on the way to a step. */
    this.going = false;
    this.sign = "";
    this.el = h("section", { class: "tour", "aria-label": "Tour", data: { testid: "tour" } });
    this.el.hidden = true;
    this.refusal = h("p", { role: "alert" });
    complain(this.refusal, "");
    owner.button.addEventListener("click", () => this.toggle());
    shown(owner.button, false);
  }

  /** Asks how far the tour is. */
  async refresh() {
    this.accept(await get("api/tour"));
  }

  accept(tour) {
    const before = this.tour;
    this.tour = tour?.steps?.length ? tour : null;
    shown(this.owner.button, this.tour !== null);
    if (!this.tour) return this.draw();
    if (!before) this.begin();
    else this.tellDone(before);
    // The server's step counts when it changes; meanwhile one may look at others.
    if (tour.at !== this.told && before) this.look(tour.at);
    this.told = tour.at;
    this.draw();
  }

  begin() {
    const kept = Number(session.get("tour-step") ?? this.tour.at);
    this.at = Math.min(Math.max(0, Number.isInteger(kept) ? kept : 0), this.tour.steps.length - 1);
    this.offering = !this.tour.on && forGood.get("tour") === null;
  }

  tellDone(before) {
    const { steps } = this.tour;
    const done = steps.findIndex((one, index) => one.done && before.steps[index] && !before.steps[index].done);
    if (done >= 0 && this.tour.on) announce(`Step ${done + 1} is done: ${steps[done].title}.`);
  }

  look(step) {
    this.at = Math.min(Math.max(0, step), this.tour.steps.length - 1);
    session.set("tour-step", String(this.at));
  }

  async toggle() {
    if (!this.tour) return;
    if (this.tour.on) return this.tell({ do: "leave" });
    this.offering = false;
    await this.start();
  }

  async start() {
    forGood.set("tour", "begun");
    this.folded = false;
    if (!(await this.tell({ do: "begin" }))) return;
    this.offering = false;
    this.look(this.tour.at);
    this.draw();
    this.el.querySelector("h2")?.focus();
  }

  /** Says something to the server. @returns {Promise<any>} its answer, or nothing where it refused */
  async tell(body, button = null) {
    complain(this.refusal, "");
    if (button) busy(button, true);
    try {
      const tour = await post("api/tour", body);
      if (tour) this.accept(tour);
      return tour;
    } catch (error) {
      complain(this.refusal, error.message);
      return null;
    } finally {
      if (button) busy(button, false);
    }
  }

  async go() {
    if (this.going) return;
    const { at } = this;
    this.going = true;
    this.draw();
    const answer = await this.tell({ do: "go", step: at });
    this.going = false;
    this.draw();
    // Whoever has left the tour meanwhile, or looks at another step, stays where they are.
    if (!answer?.on || this.at !== at) return;
    const step = this.tour.steps[at];
    this.look(at);
    if (matchMedia("(max-width: 699px)").matches) this.folded = true;
    this.draw();
    this.owner.go(step.me, step.channel, answer.message);
  }

  /** Draws the card, if it is another. */
  draw() {
    const on = this.tour?.on ?? false;
    const { button } = this.owner;
    button.setAttribute("aria-pressed", String(on));
    shown(this.el, this.tour !== null && (on || this.offering));
    document.body.classList.toggle("touring", !this.el.hidden);
    if (this.el.hidden) {
      this.sign = "";
      return this.el.replaceChildren();
    }
    const sign = JSON.stringify([on, this.at, this.folded, this.going, this.tour.steps]);
    if (sign === this.sign) return;
    this.sign = sign;
    const focused = this.el.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    this.el.replaceChildren(...(on ? this.step() : this.offer()).filter(Boolean));
    if (focused)
      (this.el.querySelector(`[data-testid="${focused}"]:not([disabled])`) ?? this.el.querySelector("h2"))?.focus({
        preventScroll: true,
      });
  }

  offer() {
    const count = this.tour.steps.length;
    const start = button("Start", "tour-start", async (node) => {
      busy(node, true);
      await this.start();
      busy(node, false);
    });
    const later = button("Not now", "tour-later", () => {
      forGood.set("tour", "not now");
      this.offering = false;
      this.draw();
    });
    start.classList.add("primary");
    return [
      h("h2", { tabindex: "-1" }, "New here?"),
      h("p", {}, `${inWords(count)} steps lead through what a team does here.`),
      h("div", { class: "tour-foot" }, start, later),
      this.refusal,
    ];
  }

  step() {
    const { steps } = this.tour;
    const step = steps[this.at];
    const last = this.at === steps.length - 1;
    const title = h(
      "h2",
      { tabindex: "-1" },
      step.title,
      step.done ? h("span", { class: "done" }, " ✓", hidden(" done")) : null,
    );
    const fold = button(this.folded ? "Show" : "Hide", "tour-fold", () => {
      this.folded = !this.folded;
      this.draw();
    });
    fold.setAttribute("aria-expanded", String(!this.folded));
    fold.classList.add("fold");
    // Folded, a step that is done still leads on.
    const onwards = this.folded && step.done && !last ? this.nextButton(true) : null;
    const head = h(
      "div",
      { class: "tour-head" },
      h("p", { class: "tour-count" }, `Step ${this.at + 1} of ${steps.length}`),
      onwards,
      fold,
    );
    const tries = step.try ? h("p", { class: "tour-try" }, h("strong", {}, "Try: "), step.try) : null;
    if (this.folded) return [head, title, tries, this.refusal];
    const text = step.text.split(/\n\n+/).map((one) => h("p", {}, one));
    return [head, title, h("div", { class: "tour-text" }, text), tries, this.dots(), this.buttons(step, last)];
  }

  buttons(step, last) {
    const go = button(this.going ? "On the way…" : "Take me there", "tour-go", () => this.go());
    if (this.going) busy(go, true);
    const back = button("Back", "tour-back", () => this.turn(-1));
    const next = this.nextButton(step.done && !last);
    const leave = button(last && step.done ? "Finish" : "Leave the tour", "tour-leave", (node) =>
      this.tell({ do: "leave" }, node).then(() => this.owner.button.focus()),
    );
    if (!step.done || last) go.classList.add("primary");
    back.disabled = this.at === 0;
    next.disabled = last;
    const words = last ? "✓ Done. That was the tour: stay as long as you like." : "✓ Done. On to the next?";
    const done = step.done ? h("p", { class: "tour-done" }, words) : null;
    return h("div", { class: "tour-foot" }, this.refusal, done, go, back, next, leave);
  }

  nextButton(primary) {
    const next = button("Next", "tour-next", () => this.turn(1));
    if (primary) next.classList.add("primary");
    return next;
  }

  turn(by) {
    this.folded = false;
    this.look(this.at + by);
    this.draw();
    announce(`Step ${this.at + 1}: ${this.tour.steps[this.at].title}`);
  }

  dots() {
    const dot = (step, index) => {
      const isHere = index === this.at;
      const words = `Step ${index + 1}, ${step.title}${step.done ? ", done" : ""}`;
      return h(
        "li",
        {
          class: [step.done && "done", isHere && "here"].filter(Boolean).join(" "),
          "aria-current": isHere ? "step" : null,
        },
        hidden(words),
        h("span", { "aria-hidden": "true" }, step.done ? "✓" : ""),
      );
    };
    return h("ol", { class: "tour-dots", "aria-label": "Steps" }, this.tour.steps.map(dot));
  }
}

function button(text, testid, press) {
  const node = h("button", { type: "button", class: "button", data: { testid } }, text);
  node.addEventListener("click", () => press(node));
  return node;
}
