// A pane: one person's client, with its channels, messages and box to write in.
import { get, post, Steady } from "./api.js";
import { Composer } from "./composer.js";
import { h, hidden, say, shown } from "./dom.js";
import { History } from "./history.js";
import { announce, brief } from "./live.js";
import { paneId } from "./memory.js";
import { authorOf, summary } from "./message.js";
import { messageMenu } from "./message-menu.js";
import { openForm } from "./modal.js";
import { isThread, KIND, Names } from "./names.js";
import { Forum, Sidebar } from "./sidebar.js";
import { Timeline } from "./timeline.js";

/** One person's client. */
export class Pane {
  /**
   * @param {number} number 1 or 2
   * @param {{goTo: (number: number, place: any, instead?: boolean) => void, told: (pane: Pane, state: any) => void,
   *   drawn: (pane: Pane) => void, activate: (pane: Pane) => void}} page
   */
  constructor(number, page) {
    this.number = number;
    this.page = page;
    this.id = paneId(number);
    this.me = "";
    this.channel = "";
    this.names = null;
    /** Grows when the person or channel is another: answers for the one before are dropped. */
    this.turn = 0;
    this.presented = "";
    this.histories = new Map();
    this.acts = new Map();
    this.refusals = new Map();
    this.form = null;
    this.readKey = null;
    this.steady = new Steady(() => this.fetch());
    this.build();
  }

  build() {
    this.sidebar = new Sidebar(this);
    this.timeline = new Timeline(this);
    this.forum = new Forum(this);
    this.composer = new Composer(this);
    this.who = h("span", {}, "…");
    this.opener = h(
      "button",
      {
        type: "button",
        class: "button drawer-only opener",
        "aria-expanded": "false",
        data: { testid: "drawer" },
        on: { click: () => this.drawer(true) },
      },
      h("span", { "aria-hidden": "true" }, "☰"),
      this.who,
      hidden("’s channels"),
    );
    this.title = h("h2", { class: "channel-title", tabindex: "-1" });
    this.above = h("span", { class: "above-title" });
    this.topic = h("p", { class: "topic" });
    const head = h(
      "div",
      { class: "talk-head" },
      this.opener,
      h("div", { class: "titles" }, this.above, this.title, this.topic),
    );
    this.talk = h("div", { class: "talk" }, head, this.timeline.el, this.forum.el, this.composer.el);
    this.veil = h("div", { class: "veil", on: { click: () => this.drawer(false) } });
    this.el = h(
      "section",
      { class: "pane", data: { testid: "pane", pane: String(this.number) } },
      this.sidebar.el,
      this.veil,
      this.talk,
    );
    for (const event of ["focusin", "pointerdown"]) this.el.addEventListener(event, () => this.page.activate(this));
    this.sidebar.el.addEventListener(
      "keydown",
      (event) => event.key === "Escape" && this.el.classList.contains("drawn-out") && this.drawer(false),
    );
  }

  /** Shows somebody's view of a channel; empty texts leave the choice to the server and to what is new. */
  open({ me, channel }) {
    if (this.names && me === this.me && channel === this.channel) return;
    if (me !== this.me) {
      this.histories.clear();
      this.refusals.clear();
      this.form?.drop();
      this.form = null;
      this.restored = false;
      this.presented = "";
    }
    const same = this.names?.me === me;
    this.me = me;
    this.channel = channel;
    this.turn += 1;
    this.drawer(false, false);
    if (same && this.names.channel(channel)) this.present();
    this.refresh(true);
  }

  /** @param {string} channel */
  goTo(channel) {
    this.drawer(false, false);
    this.moving = true;
    this.page.goTo(this.number, { me: this.me, channel });
  }

  /** Be somebody else, in the same place if they see it. @param {string} me */
  become(me) {
    if (me === this.me) return;
    this.prefersDm = this.names.channel(this.channel)?.type === KIND.dm;
    this.page.goTo(this.number, { me, channel: this.prefersDm ? "" : this.channel });
  }

  /** Fetches the state and the messages. @param {boolean} [atOnce] */
  refresh(atOnce = false) {
    return this.steady.ask(atOnce);
  }

  historyOf(channel) {
    const known = this.histories.get(channel);
    if (known) return known;
    const made = new History(this.me, channel);
    this.histories.set(channel, made);
    return made;
  }

  async fetch() {
    const { me, channel, turn } = this;
    const messages = this.fetchMessages(me, channel);
    const state = await get("api/state", { me, pane: this.id });
    if (turn !== this.turn) return;
    this.accept(state);
    await messages;
    const moved = this.me !== me || this.channel !== channel;
    if (turn === this.turn && moved) await this.fetchMessages(this.me, this.channel);
    if (turn === this.turn) this.draw();
  }

  /** A refusal is kept by the history, which shows it. */
  async fetchMessages(me, channel) {
    const known = this.names?.me === me ? this.names.channel(channel) : null;
    if (!me || !channel || known?.type === KIND.forum) return;
    const history = this.historyOf(channel);
    const reading = history === this.timeline.history ? this.timeline.reading : null;
    await history.refresh(reading).catch(() => {});
  }

  accept(state) {
    this.names = new Names(state);
    const visible = this.names.channel(this.channel);
    const settled = visible && visible.type !== KIND.category && state.me === this.me;
    this.me = state.me;
    if (!visible || visible.type === KIND.category) this.channel = firstChannel(state, this.prefersDm);
    if (!settled) this.page.goTo(this.number, { me: this.me, channel: this.channel }, true);
    this.prefersDm = false;
    this.page.told(this, state);
    this.present();
    this.sidebar.render();
    this.drawHead();
    this.composer.update();
    if (!this.restored && state.modal) this.showForm(state.modal);
    this.restored = true;
  }

  /** Another channel, or another person: what belongs to it is shown at once, as far as it is known. */
  present() {
    const key = `${this.me}/${this.channel}`;
    if (key === this.presented) return;
    this.presented = key;
    const channel = this.names.channel(this.channel);
    const isForum = channel?.type === KIND.forum;
    shown(this.timeline.el, !isForum);
    this.timeline.open(isForum ? null : this.historyOf(this.channel), channel?.unread ?? 0);
    this.composer.open();
    this.drawHead();
    this.sidebar.render();
  }

  drawHead() {
    const { names } = this;
    const channel = names.channel(this.channel);
    const parent = isThread(channel) ? names.channel(channel.parent) : null;
    const person = names.person(this.me);
    this.el.setAttribute("aria-label", `${this.number === 1 ? "First" : "Second"} pane: ${person}`);
    say(this.who, person);
    say(this.title, channel ? names.titleOf(channel) : "No channel");
    this.timeline.log.setAttribute("aria-label", `Messages in ${names.titleOf(channel)}`);
    const topic = channel?.type === KIND.dm ? `Between ${person} and the bot alone` : (channel?.topic ?? "");
    say(this.topic, topic);
    shown(this.topic, topic !== "");
    shown(this.above, parent !== null);
    if (parent?.id === this.above.dataset.id) return;
    this.above.dataset.id = parent?.id ?? "";
    const up = parent ? h("a", { href: `#/${this.me}/${parent.id}` }, names.titleOf(parent)) : null;
    up?.addEventListener("click", (event) => {
      event.preventDefault();
      this.goTo(parent.id);
    });
    this.above.replaceChildren(...(up ? [up, " ›"] : []));
  }

  draw() {
    const channel = this.names.channel(this.channel);
    this.forum.render(channel?.type === KIND.forum ? channel : null);
    this.timeline.render();
    this.readUp();
    const { after } = this;
    this.after = null;
    if (after) this.timeline.show(after);
    this.page.drawn(this);
    // What was pressed on the way here may be gone.
    if (this.moving && document.activeElement === document.body) this.timeline.log.focus({ preventScroll: true });
    this.moving = false;
  }

  /** Says that the channel was read, if its end is in view. */
  readUp() {
    const channel = this.names?.channel(this.channel);
    const { history, stuck } = this.timeline;
    const last = history?.list.at(-1)?.id;
    const inView = document.visibilityState === "visible" && this.el.getClientRects().length > 0;
    const key = `${this.me} ${this.channel} ${last}`;
    if (!channel || !stuck || !inView || !history?.loaded || !last || key === this.readKey) return;
    this.readKey = key;
    this.act({ act: "read", message: last }).catch(() => (this.readKey = null));
  }

  /** At small widths the channels are in a drawer. @param {boolean} out @param {boolean} [focus] */
  drawer(out, focus = true) {
    if (out === this.el.classList.contains("drawn-out")) return;
    this.el.classList.toggle("drawn-out", out);
    this.opener.setAttribute("aria-expanded", String(out));
    this.talk.inert = out;
    if (!focus) return;
    const current = this.sidebar.el.querySelector(".current") ?? this.sidebar.picker.button;
    (out ? current : this.opener).focus();
  }

  get mayWrite() {
    return this.names?.channel(this.channel)?.can_write ?? false;
  }

  /** Goes away. */
  close() {
    this.turn += 1;
    this.form?.drop();
    this.el.remove();
  }

  // What a person does. Every act is answered by the server, and the messages are fetched at once.

  act(body) {
    return post("api/act", { me: this.me, pane: this.id, channel: this.channel, ...body });
  }

  /** @param {string} id @returns {string | undefined} which control of a message is under way */
  underWay(id) {
    return this.acts.get(id);
  }

  /** @param {string} id @returns {string | undefined} why the last act on a message was refused */
  refusalOf(id) {
    return this.refusals.get(id);
  }

  /** Does something with a message, and shows beside it that it is under way, or why it is refused. */
  async perform(id, control, body) {
    if (this.acts.has(id)) return;
    this.acts.set(id, control);
    this.refusals.delete(id);
    this.timeline.render();
    const { wandered } = this.timeline;
    try {
      const answer = await this.act(body);
      this.acts.delete(id);
      await this.answered(answer, wandered);
    } catch (error) {
      this.acts.delete(id);
      this.refuse(id, error.message);
    }
    this.timeline.render();
  }

  refuse(id, why) {
    announce(why);
    if (this.timeline.history?.list.some((one) => one.id === id)) this.refusals.set(id, why);
    else this.composer.refuse(why);
  }

  async answered(answer, wandered) {
    const { turn } = this;
    const isNew = ["private", "public", "thinking"].includes(answer?.kind);
    if (answer?.modal) this.showForm(answer.modal);
    if (isNew && wandered === this.timeline.wandered) this.timeline.toEnd();
    await this.refresh(true);
    const list = this.timeline.history?.list ?? [];
    const message = list.find((one) => one.id === answer?.message);
    if (turn !== this.turn || !message) return;
    announce(
      `${authorOf(message)}: ${brief(summary(message, this))}`,
      isNew ? message.id : `${message.id} ${message.edited_timestamp}`,
    );
  }

  click(message, control) {
    this.perform(message.id, control, { act: "click", message: message.id, custom_id: control });
  }

  select(message, control, values) {
    this.perform(message.id, control, { act: "select", message: message.id, custom_id: control, values });
  }

  react(message, emoji, there) {
    this.perform(message.id, `react ${emoji}`, { act: "react", message: message.id, emoji, there });
  }

  dismiss(message) {
    this.perform(message.id, "dismiss", { act: "dismiss", message: message.id });
  }

  menuCommand(target, command, beside) {
    this.perform(beside, "menu", { act: "menu", ...target, command });
  }

  menu(message, anchor) {
    messageMenu(message, this, anchor);
  }

  openCommand(name) {
    this.composer.openCommand(name);
  }

  /** @returns {Promise<string>} why it was refused, or nothing */
  async attempt(body) {
    const { wandered } = this.timeline;
    try {
      const answer = await this.act(body);
      // The box and the form are free again at once; the messages follow.
      this.answered(answer, wandered);
      return "";
    } catch (error) {
      return error.message;
    }
  }

  runCommand(name, options) {
    return this.attempt({ act: "run", name, options });
  }

  /** @param {{me: string, channel: string}} place where it was written, which may not be open any more */
  write(text, replyTo, place) {
    this.timeline.toEnd();
    return this.attempt({ act: "say", text, reply_to: replyTo, ...place });
  }

  showForm(modal) {
    this.form?.drop();
    const submit = (fields) => this.attempt({ act: "submit", fields });
    const close = () => this.act({ act: "close" }).catch(() => {});
    this.form = openForm(modal.body ?? modal, { me: this.me, submit, close, elsewhere: () => this.composer.focus() });
  }

  /** Shows a channel, and a message in it. @param {string} channel @param {string | null} message */
  jump(channel, message) {
    if (!this.names.channel(channel)) return announce("You can’t see that channel.");
    if (channel === this.channel) return message ? this.timeline.show(message) : this.timeline.toEnd();
    this.after = message;
    this.goTo(channel);
  }
}

/** Where one is at first: where one was pinged, or something was said. What the bot has to say stands first in the list. */
function firstChannel(state, prefersDm) {
  const list = state.channels.filter((one) => one.type !== KIND.category);
  const dm = list.find((one) => one.type === KIND.dm);
  if (dm && prefersDm) return dm.id;
  const rooms = list.filter((one) => one.type !== KIND.dm && !isThread(one));
  return (rooms.find((one) => one.pings > 0) ?? rooms.find((one) => one.last) ?? rooms[0] ?? list[0])?.id ?? "";
}
