// The box to write in, which turns into a command's fields after “/”.
import { busy, complain, h, say, shown } from "./dom.js";
import { CommandForm } from "./commandform.js";
import { brief } from "./live.js";
import { session } from "./memory.js";
import { authorOf, summary } from "./message.js";
import { KIND } from "./names.js";
import { Completion, NONE, Palette } from "./palette.js";

/** Writes into the open channel. Whatever is unsent is kept for each person and channel. */
export class Composer {
  /** @param {any} pane */
  constructor(pane) {
    this.pane = pane;
    this.reply = null;
    this.sending = Promise.resolve();
    /** What is on its way, by draft. */
    this.flying = new Map();
    /** What came back, by draft. */
    this.back = new Map();
    this.box = h("textarea", {
      class: "box",
      rows: "1",
      maxlength: "2000",
      "aria-autocomplete": "list",
      data: { testid: "box" },
    });
    this.send = h("button", { type: "submit", class: "button primary send", data: { testid: "send" } }, "Send");
    this.slash = h(
      "button",
      {
        type: "button",
        class: "button slash",
        "aria-label": "Commands",
        title: "Commands",
        data: { testid: "slash" },
        on: { click: () => this.offer() },
      },
      "/",
    );
    this.form = h(
      "form",
      { class: "box-form", on: { submit: (event) => this.submit(event) } },
      this.slash,
      this.box,
      this.send,
    );
    this.replyWords = h("span");
    this.replyBar = h(
      "div",
      { class: "reply-bar" },
      this.replyWords,
      h("button", { type: "button", class: "quiet link", on: { click: () => this.replyTo(null) } }, "Don’t reply"),
    );
    this.refusal = h("p", { class: "refusal", role: "alert" });
    this.closedNote = h("p", { class: "closed-note" });
    this.palette = new Palette(pane, this.box, (command) => this.openForm(command));
    this.completion = new Completion(pane, this.box);
    this.command = new CommandForm(pane, {
      leave: () => this.leave(),
      changed: () => this.keep(),
      ran: () => this.ran(),
      refuse: (why) => this.refuse(why),
    });
    this.el = h(
      "div",
      { class: "composer" },
      this.palette.el,
      this.completion.el,
      this.command.suggest,
      this.replyBar,
      this.refusal,
      this.form,
      this.command.el,
      this.closedNote,
    );
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("blur", () => this.closeLists());
    this.refuse("");
    this.replyTo(null);
  }

  get draftKey() {
    return `draft ${this.pane.me} ${this.pane.channel}`;
  }

  /** Another person or channel: its own draft is shown. */
  open() {
    this.refuse("");
    this.closeLists();
    this.palette.closedFor = null;
    this.command.close();
    this.reply = null;
    const draft = session.getJson(this.draftKey);
    // What was on its way when the page was left may not have arrived: it is shown, and sent by hand.
    const left = this.flying.has(this.draftKey) ? [] : (draft?.flying ?? []);
    this.box.value = [...left.map((one) => one.text), draft?.text].filter(Boolean).join("\n");
    this.showReply(left[0]?.reply ?? draft?.reply ?? null);
    this.grow();
    this.update();
    if (draft?.command) this.openAgain(draft.command);
  }

  async openAgain({ name, options }) {
    const key = this.draftKey;
    const command = await this.palette.find(name).catch(() => undefined);
    if (command && key === this.draftKey && !this.command.command) this.openForm(command, options, false);
  }

  /** The state is another: perhaps one can't write here. */
  update() {
    const { pane } = this;
    const channel = pane.names?.channel(pane.channel);
    const isForum = channel?.type === KIND.forum;
    const open = Boolean(channel) && !isForum && (channel.can_write || channel.commands);
    const filling = this.command.command !== null;
    shown(this.form, open && !filling);
    shown(this.closedNote, !open && Boolean(pane.names));
    say(this.closedNote, isForum ? "Open a post to write in it." : channel ? "You can read here, but not write." : "");
    shown(this.slash, channel?.commands ?? false);
    if (!channel) return;
    const title = pane.names.titleOf(channel);
    const words = !channel.can_write
      ? "Only commands here: begin with /"
      : channel.type === KIND.dm
        ? `Write to ${title}`
        : `Write in ${title}`;
    const wide = this.el.clientWidth > 520;
    this.box.placeholder = wide && channel.can_write && channel.commands ? `${words}, or / for commands` : words;
    this.box.setAttribute("aria-label", words);
  }

  /** Keeps what is unsent. */
  keep() {
    const command = this.command.command ? this.command.draft : null;
    this.store(this.draftKey, { text: this.box.value, command, reply: this.reply });
  }

  store(key, { text, command, reply }) {
    const flying = this.flying.get(key) ?? [];
    const isAny = text || command || reply || flying.length > 0;
    session.setJson(key, isAny ? { text, command, reply, flying } : null);
  }

  typed() {
    this.refuse("");
    this.grow();
    this.keep();
    this.palette.follow(this.box.value);
    this.completion.follow();
  }

  /** As high as its text, up to a third of the window. */
  grow() {
    const { box } = this;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, Math.max(64, window.innerHeight / 3))}px`;
  }

  key(event) {
    if (event.isComposing) return;
    if (this.palette.key(event) || this.completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "Escape" && this.reply) {
      event.preventDefault();
      this.replyTo(null);
    }
  }

  /** Goes to where one writes. */
  focus() {
    if (this.command.command) this.command.focus();
    else this.box.focus();
  }

  closeLists() {
    this.palette.close();
    this.completion.close();
  }

  /** Opens the palette as “/” does. */
  offer() {
    this.box.focus();
    if (!this.box.value.startsWith("/")) this.box.value = "/";
    this.palette.closedFor = null;
    this.typed();
  }

  /** Opens a command's fields, as a link in a message does. @param {string} name */
  async openCommand(name) {
    const command = await this.palette.find(name).catch(() => undefined);
    if (command) return this.openForm(command);
    const there = this.pane.names.channel(this.pane.channel)?.commands;
    this.refuse(there ? `There is no /${name} here.` : NONE);
    this.box.focus();
  }

  openForm(command, draft = {}, focus = true) {
    this.closeLists();
    this.refuse("");
    if (this.box.value.startsWith("/")) this.box.value = "";
    this.command.open(command, draft);
    this.update();
    this.keep();
    if (focus) this.command.focus();
  }

  leave() {
    this.command.close();
    this.refuse("");
    this.update();
    this.grow();
    this.keep();
    this.box.focus();
  }

  ran() {
    const inside = this.command.el.contains(document.activeElement) || document.activeElement === document.body;
    this.command.close();
    this.update();
    this.grow();
    this.keep();
    if (inside) this.box.focus();
  }

  /** @param {any} message null takes it back */
  replyTo(message) {
    this.showReply(
      message ? { id: message.id, name: authorOf(message), words: brief(summary(message, this.pane), 60) } : null,
    );
    if (!message) return this.pane.me && this.keep();
    if (this.command.command) this.leave();
    this.keep();
    this.box.focus();
  }

  showReply(reply) {
    this.reply = reply;
    shown(this.replyBar, reply !== null);
    say(this.replyWords, reply ? `Replying to ${reply.name}: ${reply.words}` : "");
  }

  refuse(why) {
    complain(this.refusal, why);
  }

  /** What was written is on its way at once: whatever is typed next is another message. */
  submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text) return;
    this.refuse("");
    const command = /^\/([a-z-]+)(?=\s|$)/i.exec(text);
    if (command && this.pane.names.channel(this.pane.channel)?.commands) {
      this.closeLists();
      return this.refuse(`There is no /${command[1]} for you here. Type / alone for all that there is.`);
    }
    const { reply, draftKey } = this;
    const { me, channel } = this.pane;
    this.box.value = "";
    this.closeLists();
    this.showReply(null);
    this.grow();
    this.flying.set(draftKey, [...(this.flying.get(draftKey) ?? []), { text, reply }]);
    this.back.delete(draftKey);
    this.keep();
    this.sending = this.sending.then(() => this.deliver(text, reply, draftKey, { me, channel }));
  }

  /** Sends a message; one that was refused comes back, before what was typed meanwhile. */
  async deliver(text, reply, key, place) {
    busy(this.send, true);
    const why = await this.pane.write(text, reply?.id ?? null, place);
    busy(this.send, false);
    // They arrive in the order in which they were sent.
    this.flying.set(key, this.flying.get(key).slice(1));
    const here = key === this.draftKey;
    if (!why && here) return this.keep();
    const draft = here ? null : session.getJson(key);
    if (!why) return this.store(key, { text: "", command: null, reply: null, ...draft });
    const value = this.putBack(key, text, here ? this.box.value : (draft?.text ?? ""));
    if (!here) return this.store(key, { command: null, ...draft, text: value, reply: draft?.reply ?? reply });
    this.refuse(why);
    this.box.value = value;
    this.showReply(this.reply ?? reply);
    this.grow();
    this.keep();
  }

  /** What was refused stands before what was typed meanwhile, and after what was refused before it. */
  putBack(key, text, value) {
    const before = this.back.get(key) ?? "";
    const at = before && value.startsWith(before) ? before.length : 0;
    const all = at ? `${before}\n${text}` : text;
    this.back.set(key, all);
    return [all, value.slice(at).replace(/^\n/, "")].filter(Boolean).join("\n");
  }
}
