// Who one is: the people of the server, by organisation, with what they do.
import { choose } from "./chooser.js";
import { h, hidden } from "./dom.js";
import { face } from "./message.js";

/** The button that says who one is, and lets one be somebody else. */
export class PersonPicker {
  /** @param {any} pane */
  constructor(pane) {
    this.pane = pane;
    this.sign = "";
    this.button = h("button", {
      type: "button",
      class: "me",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      data: { testid: "me" },
      on: { click: () => this.choose() },
    });
    this.el = h("div", { class: "me-frame" }, this.button);
  }

  /** Draws who one is, if that is somebody else. */
  render() {
    const { names, me } = this.pane;
    const person = names.people.get(me);
    const sign = JSON.stringify(person ?? me);
    if (sign === this.sign) return;
    this.sign = sign;
    const name = names.person(me);
    const about = [person?.about, person?.organisation].filter(Boolean).join(" · ");
    this.button.dataset.id = me;
    this.button.dataset.name = name;
    this.button.replaceChildren(
      face(name),
      h(
        "span",
        { class: "me-words" },
        h("span", { class: "me-name" }, h("span", { class: "me-you" }, "You are "), name),
        h("span", { class: "me-about" }, about),
        hidden(" – be somebody else"),
      ),
      h("span", { class: "select-sign", "aria-hidden": "true" }),
    );
  }

  choose() {
    const { names, me } = this.pane;
    const groups = new Map();
    for (const one of names.state.people) {
      const label = one.organisation ?? "No organisation";
      if (!groups.has(label)) groups.set(label, { label, choices: [] });
      groups.get(label).choices.push({
        value: one.id,
        label: one.name,
        about: one.about,
        search: `${label} ${(one.squads ?? []).join(" ")}`,
        chosen: one.id === me,
      });
    }
    choose({
      anchor: () => this.button,
      label: "Who you are",
      groups: [...groups.values()],
      testid: "me-option",
      chosen: ([id]) => id && this.pane.become(id),
    });
  }
}
