// What is offered above the text box: commands after “/”, people after “@”, channels after “#”.
import { get } from "./api.js";
import { h, hidden, say, shown } from "./dom.js";
import { fold, ListView, matches } from "./listview.js";
import { announce } from "./live.js";
import { isThread, KIND } from "./names.js";

const MOST = 8;
/** What is said where there are no commands. */
export const NONE = "Commands work in the server’s channels. Here it takes plain words, and buttons.";

/** The list of commands. */
export class Palette {
  /** @param {any} pane @param {HTMLElement} box @param {(command: any) => void} pick */
  constructor(pane, box, pick) {
    this.pane = pane;
    this.box = box;
    this.known = new Map();
    this.list = new ListView({ label: "Commands", testid: "command", pick: (choice) => pick(choice.of) });
    this.note = h("p", { class: "choose-note" });
    this.el = h(
      "div",
      { class: "suggest" },
      h("p", { class: "suggest-title" }, "Commands", hidden(". Arrow keys choose, Enter takes one.")),
      this.note,
      this.list.el,
    );
    this.el.hidden = true;
    this.closedFor = null;
  }

  /** The commands of the open channel, fetched anew whenever the palette opens. */
  async commands() {
    const { me, channel } = this.pane;
    const key = `${me} ${channel}`;
    const fresh = get("api/commands", { me, channel }).then((list) => {
      this.known.set(key, list);
      return list;
    });
    fresh.catch(() => {});
    return this.known.get(key) ?? fresh;
  }

  /** @param {string} name @returns {Promise<any>} the command, or undefined */
  async find(name) {
    const list = await this.commands();
    return list.find((one) => one.name === name);
  }

  get open() {
    return !this.el.hidden;
  }

  /** Follows what is typed. @param {string} text */
  async follow(text) {
    const asks = /^\/[^\n]*$/.test(text) && text.length < 60;
    if (!asks || text === this.closedFor) return this.close();
    this.closedFor = null;
    const opening = !this.open;
    if (opening) this.fetched = this.commands();
    let list;
    try {
      list = await this.fetched;
    } catch (error) {
      return this.show([], error.message);
    }
    if (this.box.value !== text) return;
    const typed = text.slice(1).trim();
    const found = ranked(list, typed);
    const none = list.length === 0 ? NONE : "No command is called that.";
    this.show(found, found.length === 0 ? none : "");
    if (opening) announce(`${found.length} commands`);
  }

  show(found, why) {
    say(this.note, why);
    shown(this.note, why !== "");
    shown(this.el, true);
    this.list.ownedBy(this.box);
    this.list.show([
      { choices: found.map((one) => ({ value: one.name, label: `/${one.name}`, about: one.description, of: one })) },
    ]);
    // Tests and people know a command by its name, without the sign.
    for (const node of this.list.nodes) node.dataset.name = node.dataset.value;
  }

  close() {
    if (!this.open) return;
    shown(this.el, false);
    this.list.show([]);
    this.box.removeAttribute("aria-controls");
  }

  /** @returns {boolean} whether the key was for the palette */
  key(event) {
    if (!this.open) return false;
    if (event.key === "Escape") {
      event.preventDefault();
      this.closedFor = this.box.value;
      this.close();
      return true;
    }
    if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.list.active) {
      event.preventDefault();
      this.list.pick(this.list.active);
      return true;
    }
    return this.list.key(event);
  }
}

/** Those that begin so first, then those that have all the words. */
function ranked(list, typed) {
  if (!typed) return list;
  const low = fold(typed);
  const rank = (one) => {
    const name = fold(one.name);
    if (name === low) return 0;
    if (name.startsWith(low)) return 1;
    return matches({ label: one.name }, typed) ? 2 : 3;
  };
  return list
    .filter((one) => matches({ label: one.name, about: one.description }, typed))
    .map((one, index) => ({ one, index, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ one }) => one);
}

/** Completes names in the text box. The server knows people and channels by their names. */
export class Completion {
  /** @param {any} pane @param {HTMLTextAreaElement} box */
  constructor(pane, box) {
    this.pane = pane;
    this.box = box;
    this.list = new ListView({ label: "Names", testid: "suggestion", pick: (choice) => this.put(choice) });
    this.el = h("div", { class: "suggest" }, this.list.el);
    this.el.hidden = true;
  }

  get open() {
    return !this.el.hidden;
  }

  follow() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const found = /(?:^|[\s(])([@#])([^\s@#][^@#\n]{0,30}|)$/u.exec(before);
    const choices = found && !before.startsWith("/") ? this.choices(found[1], found[2]) : [];
    if (choices.length === 0) return this.close();
    this.from = before.length - found[2].length - 1;
    shown(this.el, true);
    this.list.ownedBy(this.box);
    this.list.show([{ choices }]);
  }

  choices(sign, typed) {
    const { state } = this.pane.names;
    const all =
      sign === "@"
        ? state.people.map((one) => ({ value: one.id, label: `@${one.name}`, about: one.organisation ?? "" }))
        : state.channels
            .filter((one) => one.type !== KIND.dm && one.type !== KIND.category && !isThread(one))
            .map((one) => ({ value: one.id, label: `#${one.name}` }));
    const low = fold(typed);
    const begins = (one) =>
      fold(one.label.slice(1))
        .split(/\s+/)
        .some((word, index, words) => words.slice(index).join(" ").startsWith(low));
    return all.filter(begins).slice(0, MOST);
  }

  put(choice) {
    const { box } = this;
    const after = box.value.slice(box.selectionStart);
    const before = `${box.value.slice(0, this.from)}${choice.label} `;
    box.value = before + after;
    box.setSelectionRange(before.length, before.length);
    this.close();
    box.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  close() {
    if (!this.open) return;
    shown(this.el, false);
    this.list.show([]);
    this.box.removeAttribute("aria-controls");
  }

  /** @returns {boolean} whether the key was for the list */
  key(event) {
    if (!this.open) return false;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
      return true;
    }
    if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.list.active) {
      event.preventDefault();
      this.put(this.list.active);
      return true;
    }
    return this.list.key(event);
  }
}
