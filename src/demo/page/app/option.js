// One option of a command: its field, what may be chosen for it, and whether what is written will do.
import { channelsFor } from "./controls.js";
import { h, newId, say, shown } from "./dom.js";
import { fold, matches } from "./listview.js";

const TYPE = { text: 3, whole: 4, yesNo: 5, person: 6, channel: 7, role: 8, personOrRole: 9, number: 10, file: 11 };
const KIND_WORDS = {
  4: "a whole number",
  5: "yes or no",
  6: "a person",
  7: "a channel",
  8: "a role",
  9: "a person or a role",
  10: "a number",
};
const MOST = 25;

/** The field of an option. */
export class Option {
  /** @param {any} option as `api/commands` has it @param {any} pane */
  constructor(option, pane) {
    this.option = option;
    this.pane = pane;
    /** What was taken from the list: its label and value. */
    this.taken = null;
    const ids = { input: newId("option"), about: newId("about"), error: newId("error") };
    this.input = h("input", {
      type: "text",
      id: ids.input,
      class: "option-input",
      autocomplete: "off",
      spellcheck: "false",
      inputmode: option.type === TYPE.whole ? "numeric" : option.type === TYPE.number ? "decimal" : null,
      disabled: option.type === TYPE.file,
      placeholder: option.type === TYPE.file ? "not possible here" : option.required ? "" : "optional",
      role: this.hasList ? "combobox" : null,
      "aria-expanded": this.hasList ? false : null,
      "aria-autocomplete": this.hasList ? "list" : null,
      "aria-required": Boolean(option.required),
      "aria-describedby": `${ids.about} ${ids.error}`,
      data: { testid: "option", name: option.name },
    });
    this.error = h("span", { class: "option-error", id: ids.error });
    this.el = h(
      "div",
      { class: option.required ? "option-field required" : "option-field" },
      h(
        "label",
        { for: ids.input },
        option.name,
        option.required ? h("span", { class: "star", "aria-hidden": "true" }, " *") : null,
      ),
      this.input,
      h("span", { class: "hidden-text", id: ids.about }, this.about),
      this.error,
    );
    shown(this.error, false);
  }

  get about() {
    const kind = KIND_WORDS[this.option.type];
    return [this.option.description, kind && `(${kind})`].filter(Boolean).join(" ");
  }

  /** Whether something can be taken from a list. */
  get hasList() {
    return (
      Boolean(this.option.autocomplete) || this.option.choices?.length > 0 || [5, 6, 7, 8, 9].includes(this.option.type)
    );
  }

  /** Whether what is written must be one of the list. */
  get mustTake() {
    return !this.option.autocomplete && this.hasList;
  }

  /** All that can be taken, but for what the bot suggests. @returns {import("./listview.js").Choice[]} */
  get known() {
    const { names } = this.pane;
    const { type, choices } = this.option;
    if (choices?.length) return choices.map((one) => ({ value: one.name, label: one.name }));
    const people = () =>
      names.state.people.map((one) => ({
        value: one.id,
        label: one.name,
        about: one.organisation ?? "",
        search: one.about,
      }));
    const roles = () => names.state.roles.map((one) => ({ value: one.id, label: `@${one.name}` }));
    switch (type) {
      case TYPE.yesNo:
        return [
          { value: "true", label: "Yes" },
          { value: "false", label: "No" },
        ];
      case TYPE.person:
        return people();
      case TYPE.role:
        return roles();
      case TYPE.personOrRole:
        return [...people(), ...roles()];
      case TYPE.channel:
        return channelsFor(this.option, names).map((one) => ({
          value: one.id,
          label: names.titleOf(one),
          about: names.channel(one.parent)?.name ?? "",
        }));
      default:
        return [];
    }
  }

  /** What fits that is written, of what is known. */
  get fitting() {
    const typed = this.taken ? "" : this.input.value.replace(/^[@#]/, "");
    return this.known.filter((one) => matches(one, typed)).slice(0, MOST);
  }

  /** Takes a choice. */
  take(choice) {
    this.taken = { label: choice.label, value: choice.value };
    this.input.value = choice.label;
    this.complain("");
  }

  /** What is written changed by hand. */
  typed() {
    if (this.taken && this.input.value !== this.taken.label) this.taken = null;
    this.complain("");
  }

  /** @returns {string} the value to send; empty if nothing is written */
  get value() {
    const text = this.input.value.trim();
    if (!text) return "";
    if (this.taken && this.taken.label === this.input.value) return this.taken.value;
    if (!this.mustTake) return text;
    return this.resolved(text)?.value ?? "";
  }

  resolved(text) {
    const low = fold(text.replace(/^[@#]/, ""));
    const name = (one) => fold(one.label.replace(/^[@#]/, ""));
    const same = this.known.find((one) => name(one) === low || one.value === text);
    const begins = this.known.filter((one) => name(one).startsWith(low));
    return same ?? (begins.length === 1 ? begins[0] : undefined);
  }

  /** @returns {string} what is wrong with it, or nothing */
  get wrong() {
    const {
      type,
      required,
      min_value: least,
      max_value: most,
      min_length: shortest,
      max_length: longest,
    } = this.option;
    const text = this.input.value.trim();
    if (!text) return required ? "This is needed." : "";
    if (this.mustTake && !this.value) return `Choose one from the list: “${text}” isn’t in it.`;
    if (type === TYPE.whole && !/^-?\d+$/.test(text)) return "Write a whole number.";
    if (type === TYPE.number && !Number.isFinite(Number(text))) return "Write a number.";
    const isNumber = type === TYPE.whole || type === TYPE.number;
    if (isNumber && Number(text) < (least ?? -Infinity)) return `${least} is the least.`;
    if (isNumber && Number(text) > (most ?? Infinity)) return `${most} is the most.`;
    if (type === TYPE.text && text.length < (shortest ?? 0)) return `Write ${shortest} characters at least.`;
    if (type === TYPE.text && text.length > (longest ?? Infinity)) return `${longest} characters are the most.`;
    return "";
  }

  /** Says what is wrong, in place. */
  complain(why) {
    say(this.error, why);
    shown(this.error, why !== "");
    if (why) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }
}

/** A command's options in the order in which they are asked for: those that are needed first. */
export function inOrder(options) {
  return [...(options ?? []).filter((one) => one.required), ...(options ?? []).filter((one) => !one.required)];
}
