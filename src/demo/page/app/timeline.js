// The messages of the open channel: what is in view, where one reads, and what is new.
import { h, reconcile, say, shown } from "./dom.js";
import { announce, brief } from "./live.js";
import { authorOf, beginsGroup, fillMessage, summary } from "./message.js";
import { listenForMenus } from "./message-menu.js";
import { KIND } from "./names.js";
import { order } from "./history.js";
import { written } from "./time.js";

/** So near to the end counts as at the end. */
const NEAR = 48;
const EARLY = 240;
/** More at once are told as a number. */
const ALOUD = 3;

/** Shows a history, and keeps the place where one reads. */
export class Timeline {
  /** @param {any} pane */
  constructor(pane) {
    this.pane = pane;
    this.history = null;
    this.stuck = true;
    this.newest = null;
    this.newFrom = null;
    this.top = 0;
    /** How often somebody went up by hand: an answer doesn't take them away from where they are since. */
    this.wandered = 0;
    /** The message that a finger or the mouse is down on. */
    this.pressed = null;
    this.more = h(
      "button",
      { type: "button", class: "button", data: { testid: "earlier" }, on: { click: () => this.loadEarlier(true) } },
      "Load earlier messages",
    );
    this.start = h("div", { class: "start" });
    this.list = h("div", { class: "messages" });
    this.inner = h("div", { class: "log-inner" }, h("div", { class: "earlier" }, this.more), this.start, this.list);
    this.log = h(
      "div",
      {
        class: "log",
        role: "log",
        "aria-live": "off",
        "aria-label": "Messages",
        tabindex: "0",
        data: { testid: "log" },
      },
      this.inner,
    );
    this.jumpDown = h(
      "button",
      { type: "button", class: "button primary new", on: { click: () => this.toEnd() } },
      "New messages ↓",
    );
    this.el = h("div", { class: "log-frame" }, this.log, this.jumpDown);
    this.jumpDown.hidden = true;
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.log.addEventListener("keydown", (event) => this.key(event));
    listenForMenus(this.log, (id, anchor) => {
      const message = this.history?.list.find((one) => one.id === id);
      if (message) this.pane.menu(message, anchor);
    });
    this.log.addEventListener(
      "pointerdown",
      (event) => (this.pressed = event.target.closest("article[data-id]")?.dataset.id ?? null),
    );
    for (const ends of ["pointerup", "pointercancel"])
      document.addEventListener(ends, () => this.pressed && setTimeout(() => this.released()));
    // Pictures and fonts change heights: the end stays in view if it was.
    const size = new ResizeObserver(() => {
      this.measure();
      if (this.stuck) this.settle();
    });
    size.observe(this.inner);
    size.observe(this.log);
  }

  /** Shows another channel. @param {import("./history.js").History | null} history @param {number} unread */
  open(history, unread = 0) {
    this.history = history;
    this.stuck = true;
    this.top = 0;
    this.newest = null;
    this.unread = unread;
    this.newFrom = null;
    shown(this.jumpDown, false);
    reconcile(this.list, []);
    this.render();
  }

  /** The first message in view, or null at the end. */
  get reading() {
    if (this.stuck) return null;
    const top = this.log.getBoundingClientRect().top;
    const node = [...this.list.children].find((one) => one.dataset.id && one.getBoundingClientRect().bottom > top);
    return node?.dataset.id ?? null;
  }

  /** Draws what is known. */
  render() {
    const { history } = this;
    if (!history) return;
    this.measure();
    if (this.stuck) history.trim();
    const place = this.place();
    this.markNew();
    shown(this.more, history.earlier);
    this.drawStart();
    reconcile(this.list, this.items());
    this.rove();
    this.putBack(place);
    this.tellNew();
  }

  released() {
    this.pressed = null;
    this.render();
  }

  items() {
    const { history, pane } = this;
    const items = [];
    let before = null;
    for (const message of history.list) {
      const day = written(message.timestamp, "day", pane.names.zone);
      const newDay = !before || day !== written(before.timestamp, "day", pane.names.zone);
      const isNew = message.id === this.newFrom;
      if (newDay || isNew) items.push(separator(message, newDay ? day : "", isNew));
      items.push(this.item(message, newDay || isNew || beginsGroup(message, before)));
      before = message;
    }
    return items;
  }

  item(message, head) {
    const { pane } = this;
    return {
      key: message.id,
      hold: this.pressed === message.id,
      sign: [
        JSON.stringify(message),
        head,
        pane.names.sign,
        pane.underWay(message.id),
        pane.refusalOf(message.id),
      ].join("\n"),
      make: () => h("article", { tabindex: "-1", data: { testid: "message", id: message.id } }),
      fill: (node) => fillMessage(node, message, pane, head),
    };
  }

  drawStart() {
    const { history, pane } = this;
    const there = history.loaded && !history.earlier;
    shown(this.start, there);
    if (!there) return;
    const channel = pane.names.channel(history.channel);
    const name = channel?.type === KIND.dm ? `your conversation with ${channel.name}` : pane.names.titleOf(channel);
    if (history.why) return say(this.start, history.why);
    if (history.list.length > 0) return say(this.start, `This is where ${name} begins.`);
    const { begins } = pane.names.state;
    const begin =
      begins && channel?.commands ? " Type /setup to begin: three questions, and the first squad is there." : "";
    say(this.start, `Nothing here yet. Whatever is said in ${name} will stand here.${begin}`);
  }

  /** Before which message “New” stands: known once, when the channel is opened. */
  markNew() {
    const { history, unread } = this;
    if (!history.loaded || !unread) return;
    const theirs = history.list.filter((one) => one.author?.id !== this.pane.me);
    this.newFrom = unread < theirs.length ? theirs.at(-unread).id : null;
    this.unread = 0;
  }

  /** What is at the top of the view and where, so that it can be put back there. */
  place() {
    if (this.stuck) return null;
    const top = this.log.getBoundingClientRect().top;
    const node = [...this.list.children].find((one) => one.getBoundingClientRect().bottom > top);
    return node ? { node, offset: node.getBoundingClientRect().top - top } : null;
  }

  putBack(place) {
    if (this.stuck) return this.settle();
    if (!place?.node.isConnected) return;
    const now = place.node.getBoundingClientRect().top - this.log.getBoundingClientRect().top;
    this.log.scrollTop += now - place.offset;
  }

  settle() {
    this.log.scrollTop = this.log.scrollHeight;
    this.top = this.log.scrollTop;
  }

  tellNew() {
    const { history, pane } = this;
    if (!history.loaded) return;
    const last = this.newest;
    this.newest = history.list.at(-1)?.id ?? "0";
    if (last === null) return;
    const fresh = history.list.filter((one) => order(one.id, last) > 0 && one.author?.id !== pane.me);
    if (fresh.length === 0) return;
    if (!this.stuck) shown(this.jumpDown, true);
    if (fresh.length > ALOUD) announce(`${fresh.length} new messages`);
    else for (const one of fresh) announce(`${authorOf(one)}: ${brief(summary(one, pane))}`, one.id);
  }

  /** Whether the end is in view. Only going up leaves it: a picture that loads makes it further away, too. */
  measure() {
    const { log } = this;
    const left = log.scrollHeight - log.scrollTop - log.clientHeight;
    const upwards = log.scrollTop < this.top - 1;
    this.top = log.scrollTop;
    if (left < NEAR) this.stuck = true;
    else if (upwards) this.stuck = false;
    if (upwards && !this.stuck) this.wandered += 1;
  }

  scrolled() {
    const { log } = this;
    const was = this.stuck;
    this.measure();
    if (this.stuck && !was) {
      shown(this.jumpDown, false);
      this.pane.readUp();
    }
    if (!this.stuck && log.scrollTop < EARLY) this.loadEarlier(false);
  }

  /** Shows the end. */
  toEnd() {
    this.settle();
    this.stuck = true;
    shown(this.jumpDown, false);
    this.render();
    this.pane.readUp();
  }

  /** @param {boolean} byButton then the focus goes on with the messages that came */
  async loadEarlier(byButton) {
    const { history } = this;
    if (!history?.earlier || history.asking) return;
    if (byButton) this.stuck = false;
    this.more.setAttribute("aria-busy", "true");
    const first = history.list[0]?.id;
    await history.more().catch((error) => announce(error.message));
    this.more.removeAttribute("aria-busy");
    if (history !== this.history) return;
    this.render();
    if (byButton && !history.earlier) this.node(first)?.focus({ preventScroll: true });
  }

  node(id) {
    return this.list.querySelector(`article[data-id="${CSS.escape(id)}"]`);
  }

  /** Shows one message, loading what lies between. @param {string} id */
  async show(id) {
    const { history } = this;
    this.stuck = false;
    for (let pages = 0; pages < 100 && !this.has(id) && history.earlier && history === this.history; pages += 1) {
      if (history.list.length > 0 && order(id, history.list[0].id) > 0) break;
      await history.more();
    }
    if (history !== this.history) return;
    this.render();
    const node = this.node(id);
    if (!node) {
      this.toEnd();
      return announce("That message isn’t there any more.");
    }
    node.scrollIntoView({ block: "center" });
    this.rove(node);
    node.focus({ preventScroll: true });
    node.classList.add("shown");
    setTimeout(() => node.classList.remove("shown"), 2500);
  }

  has(id) {
    return this.history.list.some((one) => one.id === id);
  }

  /** One message alone is reached by Tab; the arrow keys go on from there. */
  rove(chosen = null) {
    const inFocus = document.activeElement?.closest?.("article[data-id]");
    const articles = this.articles();
    const current = chosen ?? (this.list.contains(inFocus) ? inFocus : null) ?? articles.at(-1);
    for (const one of articles)
      if (one.tabIndex !== (one === current ? 0 : -1)) one.tabIndex = one === current ? 0 : -1;
  }

  articles() {
    return [...this.list.children].filter((one) => one.dataset.id);
  }

  key(event) {
    const article = event.target.closest("article[data-id]");
    if (!article || event.target !== article) return;
    const all = this.articles();
    const at = all.indexOf(article);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const node = all[to];
    if (!node) return event.key === "ArrowUp" ? this.loadEarlier(false) : undefined;
    this.rove(node);
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }
}

function separator(message, day, isNew) {
  const text = [day, isNew ? "New" : ""].filter(Boolean).join(" · ");
  return {
    key: `before ${message.id}`,
    sign: text,
    make: () => h("div", { role: "separator" }),
    fill: (node) => {
      node.className = isNew ? "separator fresh" : "separator";
      node.setAttribute("aria-label", text);
      node.replaceChildren(h("span", {}, text));
    },
  };
}
