// A command that was chosen: its options as fields in place, with suggestions while one types.
import { post } from "./api.js";
import { busy, h, say, shown } from "./dom.js";
import { ListView } from "./listview.js";
import { inOrder, Option } from "./option.js";

const PAUSE = 120;

/** Takes the place of the text box while a command is filled in. */
export class CommandForm {
  /**
   * @param {any} pane
   * @param {{leave: () => void, changed: () => void, ran: () => void, refuse: (why: string) => void}} owner
   */
  constructor(pane, owner) {
    this.pane = pane;
    this.owner = owner;
    this.options = [];
    this.command = null;
    this.asked = 0;
    this.timer = 0;
    this.list = new ListView({ label: "Suggestions", testid: "suggestion", pick: (choice) => this.take(choice) });
    this.title = h("p", { class: "suggest-title" });
    this.suggest = h("div", { class: "suggest" }, this.title, this.list.el);
    this.suggest.hidden = true;
    this.name = h("span", { class: "command-name" });
    this.hint = h("p", { class: "command-hint", "aria-hidden": "true" });
    this.fields = h("div", { class: "option-fields" });
    this.run = h("button", { type: "submit", class: "button primary", data: { testid: "run" } }, "Run");
    this.leave = h(
      "button",
      {
        type: "button",
        class: "button",
        "aria-label": "Leave the command",
        data: { testid: "leave-command" },
        on: { click: () => owner.leave() },
      },
      "✕",
    );
    this.el = h(
      "form",
      { class: "command-form", novalidate: true, on: { submit: (event) => this.submit(event) } },
      this.hint,
      h(
        "div",
        { class: "command-line" },
        this.name,
        this.fields,
        h("div", { class: "command-end" }, this.run, this.leave),
      ),
    );
    this.el.hidden = true;
    this.el.addEventListener("keydown", (event) => this.key(event));
    this.el.addEventListener("focusout", (event) => !this.el.contains(event.relatedTarget) && this.closeList());
    this.run.addEventListener("focus", () => this.closeList());
  }

  /** @param {any} command @param {Record<string, {text: string, taken: any}>} [draft] */
  open(command, draft = {}) {
    this.command = command;
    this.options = inOrder(command.options).map((option) => this.field(option, draft[option.name]));
    say(this.name, `/${command.name}`);
    this.el.setAttribute("aria-label", `Command ${command.name}: ${command.description}`);
    say(this.hint, command.description);
    this.fields.replaceChildren(...this.options.map((one) => one.el));
    shown(this.el, true);
  }

  /** Goes to the first field that is empty and needed, or the first, or the button. */
  focus() {
    const next =
      this.options.find((one) => one.option.required && !one.input.value) ??
      this.options.find((one) => !one.input.disabled);
    (next?.input ?? this.run).focus();
  }

  field(option, draft) {
    const field = new Option(option, this.pane);
    if (draft) {
      field.input.value = draft.text;
      field.taken = draft.taken;
    }
    field.input.addEventListener("focus", () => this.entered(field));
    field.input.addEventListener("input", () => {
      field.typed();
      this.owner.changed();
      this.suggestFor(field);
    });
    return field;
  }

  /** What is written so far, to be kept. */
  get draft() {
    const entries = this.options
      .filter((one) => one.input.value)
      .map((one) => [one.option.name, { text: one.input.value, taken: one.taken }]);
    return { name: this.command.name, options: Object.fromEntries(entries) };
  }

  close() {
    this.closeList();
    this.command = null;
    this.options = [];
    this.fields.replaceChildren();
    shown(this.el, false);
  }

  get current() {
    return this.options.find((one) => one.input === document.activeElement);
  }

  entered(field) {
    say(this.hint, field.about);
    this.suggestFor(field);
  }

  suggestFor(field) {
    clearTimeout(this.timer);
    this.asked += 1;
    if (!field.hasList) return this.closeList();
    if (!field.option.autocomplete) return this.show(field, field.fitting);
    const turn = this.asked;
    this.timer = setTimeout(() => this.askBot(field, turn), PAUSE);
  }

  /** Asks the bot; an answer to what was typed before is dropped. */
  async askBot(field, turn) {
    const { me, channel, id } = this.pane;
    const values = this.options
      .filter((one) => one === field || one.value)
      .map((one) => [one.option.name, one === field ? one.input.value : one.value]);
    const body = {
      me,
      pane: id,
      channel,
      act: "type",
      name: this.command.name,
      options: Object.fromEntries(values),
      focused: field.option.name,
    };
    let choices = [];
    try {
      ({ choices } = await post("api/act", body));
    } catch {
      // Without suggestions the text can be written in full.
    }
    if (turn !== this.asked || this.current !== field) return;
    this.show(
      field,
      (choices ?? []).map((one) => ({ value: one.name, label: one.name })),
    );
  }

  show(field, choices) {
    this.closeList();
    if (choices.length === 0 || document.activeElement !== field.input) return;
    say(this.title, field.option.name);
    shown(this.suggest, true);
    this.list.ownedBy(field.input);
    field.input.setAttribute("aria-expanded", "true");
    const taken = choices.findIndex((one) => one.label === field.taken?.label);
    this.list.show(
      [{ choices: choices.map((one, index) => ({ ...one, chosen: index === taken })) }],
      field.input.value || field.option.required ? Math.max(0, taken) : -1,
    );
  }

  closeList() {
    if (this.suggest.hidden) return;
    shown(this.suggest, false);
    this.list.show([]);
    for (const { input } of this.options) {
      if (input.getAttribute("role") === "combobox") input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-controls");
    }
  }

  take(choice) {
    const field = this.current;
    if (!field) return;
    this.asked += 1;
    field.take(choice);
    this.owner.changed();
    this.closeList();
    this.onwards(field);
  }

  /** After a choice the next needed field is at hand, or else the button. */
  onwards(field) {
    const rest = this.options.slice(this.options.indexOf(field) + 1);
    const next = rest.find((one) => one.option.required && !one.input.value);
    if (next) next.input.focus();
  }

  key(event) {
    const field = this.current;
    const listed = field && !this.suggest.hidden;
    if (event.key === "Escape") {
      event.preventDefault();
      if (listed) this.closeList();
      else this.owner.leave();
    } else if (
      listed &&
      (event.key === "Enter" || event.key === "Tab") &&
      !event.shiftKey &&
      this.list.active &&
      !this.isSettled(field)
    ) {
      if (event.key === "Enter") event.preventDefault();
      // By Tab the browser goes on to the next field by itself.
      if (event.key === "Enter") this.take(this.list.active);
      else this.takeQuietly(field, this.list.active);
    } else if (listed) {
      this.list.key(event);
    } else if (field && event.key === "ArrowDown") {
      this.suggestFor(field);
    }
  }

  takeQuietly(field, choice) {
    if (!field.input.value && !field.option.required) return;
    field.take(choice);
    this.owner.changed();
    this.closeList();
  }

  /** Whether Enter has nothing left to take: what is active is what the field has. */
  isSettled(field) {
    return (
      field.taken !== null && field.taken.label === this.list.active?.label && field.input.value === field.taken.label
    );
  }

  async submit(event) {
    event.preventDefault();
    if (this.run.getAttribute("aria-busy")) return;
    for (const one of this.options) one.complain(one.wrong);
    const wrong = this.options.find((one) => one.wrong);
    if (wrong) return wrong.input.focus();
    const options = Object.fromEntries(
      this.options.filter((one) => one.value).map((one) => [one.option.name, one.value]),
    );
    const { name } = this.command;
    this.owner.refuse("");
    busy(this.run, true);
    this.el.setAttribute("aria-busy", "true");
    const why = await this.pane.runCommand(name, options);
    busy(this.run, false);
    this.el.removeAttribute("aria-busy");
    if (this.command?.name !== name) return;
    if (why) this.owner.refuse(why);
    else this.owner.ran();
  }
}
