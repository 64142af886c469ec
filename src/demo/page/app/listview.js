// A list to choose from, as a listbox. The focus may stay in a text box that it belongs to.
import { h, hidden, newId } from "./dom.js";

/**
 * @typedef {object} Choice
 * @property {string} value
 * @property {string} label
 * @property {string} [about] a second line
 * @property {string} [search] further words to find it by
 * @property {boolean} [chosen]
 * @property {any} [of] whatever the owner wants back
 */

/** Shows choices in groups, and knows which is active. */
export class ListView {
  /**
   * @param {object} options
   * @param {string} options.label
   * @param {boolean} [options.multiple]
   * @param {string} [options.testid]
   * @param {(choice: Choice) => void} options.pick
   */
  constructor({ label, multiple = false, testid = "choice", pick }) {
    this.pick = pick;
    this.testid = testid;
    this.multiple = multiple;
    this.choices = [];
    this.at = -1;
    this.owner = null;
    this.el = h("div", { role: "listbox", class: "list", id: newId("list"), "aria-label": label });
    if (multiple) this.el.setAttribute("aria-multiselectable", "true");
    // The text box keeps the focus when one is clicked.
    this.el.addEventListener("pointerdown", (event) => this.owner && event.preventDefault());
    this.el.addEventListener("click", (event) => this.clicked(event));
  }

  clicked(event) {
    const node = event.target.closest("[role=option]");
    const index = node ? this.nodes.indexOf(node) : -1;
    if (index < 0) return;
    this.activate(index);
    this.pick(this.choices[index]);
  }

  /** The control that has the focus meanwhile: a text box, or the list itself. @param {HTMLElement} control */
  ownedBy(control) {
    this.owner = control === this.el ? null : control;
    this.control = control;
    if (control === this.el) this.el.tabIndex = 0;
    else control.setAttribute("aria-controls", this.el.id);
    // A text of several lines can't be a combobox, whose list needs no focus; it hands the focus on.
    if (control.tagName !== "TEXTAREA") return;
    this.el.tabIndex = 0;
    this.el.onfocus = () => control.focus();
  }

  /**
   * @param {{label?: string, choices: Choice[]}[]} groups
   * @param {number} [active] which of them is active at first; -1 for none
   */
  show(groups, active = 0) {
    const filled = groups.filter((group) => group.choices.length > 0);
    this.choices = filled.flatMap((group) => group.choices);
    this.nodes = [];
    this.el.replaceChildren(...filled.map((group) => this.group(group)));
    this.activate(Math.min(active, this.choices.length - 1));
  }

  group({ label, choices }) {
    const nodes = choices.map((choice) => this.option(choice));
    this.nodes.push(...nodes);
    if (!label) return h("div", { role: "presentation" }, nodes);
    const id = newId("group");
    return h(
      "div",
      { role: "group", "aria-labelledby": id },
      h("div", { class: "list-group", id, role: "presentation" }, label),
      nodes,
    );
  }

  option(choice) {
    const props = {
      role: "option",
      class: "option",
      id: newId("option"),
      "aria-selected": Boolean(choice.chosen),
      data: { testid: this.testid, name: choice.label, value: choice.value },
    };
    const tick = h("span", { class: "tick", "aria-hidden": "true" }, choice.chosen ? "✓" : "");
    const about = choice.about ? h("span", { class: "option-about" }, choice.about) : null;
    return h(
      "div",
      props,
      tick,
      h(
        "span",
        { class: "option-words" },
        h("span", { class: "option-label" }, choice.label),
        about ? [hidden(", "), about] : null,
      ),
    );
  }

  /** Marks a choice as chosen or no longer. */
  choose(choice, yes) {
    choice.chosen = yes;
    const node = this.nodes[this.choices.indexOf(choice)];
    if (!node) return;
    node.setAttribute("aria-selected", String(yes));
    node.firstElementChild.textContent = yes ? "✓" : "";
  }

  activate(index) {
    this.nodes[this.at]?.classList.remove("active");
    for (const node of this.el.querySelectorAll(".option.active")) node.classList.remove("active");
    this.at = index;
    const node = this.nodes[index];
    if (node) {
      node.classList.add("active");
      node.scrollIntoView({ block: "nearest" });
      this.control?.setAttribute("aria-activedescendant", node.id);
    } else {
      this.control?.removeAttribute("aria-activedescendant");
    }
  }

  /** The active choice, if there is one. @returns {Choice | undefined} */
  get active() {
    return this.choices[this.at];
  }

  /** Moves with the arrow keys, Home and End. @returns {boolean} whether the key was one of those */
  key(event) {
    const last = this.choices.length - 1;
    if (last < 0 || event.altKey || event.ctrlKey || event.metaKey) return false;
    const steps = {
      ArrowDown: this.at >= last ? 0 : this.at + 1,
      ArrowUp: this.at <= 0 ? last : this.at - 1,
      PageDown: Math.min(last, this.at + 8),
      PageUp: Math.max(0, this.at - 8),
    };
    // In a text box, Home and End move within the text.
    if (!this.owner) Object.assign(steps, { Home: 0, End: last });
    if (!(event.key in steps)) return false;
    event.preventDefault();
    this.activate(steps[event.key]);
    return true;
  }

  /** Goes to the next choice that begins with a letter. */
  letter(typed) {
    const low = typed.toLocaleLowerCase();
    const begins = (choice) => choice.label.toLocaleLowerCase().startsWith(low);
    const after = this.choices.findIndex((choice, index) => index > this.at && begins(choice));
    const index = after >= 0 ? after : this.choices.findIndex(begins);
    if (index >= 0) this.activate(index);
  }
}

/** Whether a choice has all the words that were typed. */
export function matches(choice, typed) {
  const text = fold(`${choice.label} ${choice.about ?? ""} ${choice.search ?? ""}`);
  return fold(typed)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Without case and accents, as people type. @param {string} text */
export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/ł/g, "l")
    .replace(/Ł/g, "L")
    .toLocaleLowerCase("en-GB")
    .trim();
}
