// At the left of a pane: the server, who one is, channels and the threads below them.
import { h, hidden, keepingFocus, reconcile, say, shown } from "./dom.js";
import { isThread, KIND } from "./names.js";
import { order } from "./history.js";
import { PersonPicker } from "./person.js";

/** So many threads of a channel are shown; the others behind a button. */
const THREADS = 5;

/** The list of channels of a pane. */
export class Sidebar {
  /** @param {any} pane */
  constructor(pane) {
    this.pane = pane;
    this.opened = new Set();
    this.title = h("h2", { class: "server-name" });
    this.shut = h(
      "button",
      {
        type: "button",
        class: "button drawer-only",
        "aria-label": "Close the channels",
        on: { click: () => pane.drawer(false) },
      },
      "✕",
    );
    this.picker = new PersonPicker(pane);
    this.list = h("div", { class: "channels" });
    this.el = h(
      "nav",
      { class: "side" },
      h("div", { class: "side-head" }, this.title, this.shut),
      this.picker.el,
      this.list,
    );
  }

  /** Draws what the state says, and touches only what is different. */
  render() {
    const { pane } = this;
    const { names } = pane;
    this.el.setAttribute("aria-label", `Channels of ${names.person(pane.me)}`);
    say(this.title, names.state.server.name);
    this.picker.render();
    const groups = this.groups();
    reconcile(
      this.list,
      groups.map((one) => this.group(one)),
    );
  }

  groups() {
    const { channels } = this.pane.names.state;
    const ids = new Set(channels.map((one) => one.id));
    // A thread whose channel one doesn't see stands by itself.
    const top = channels.filter((one) => !ids.has(one.parent) && one.type !== KIND.category);
    const categories = channels.filter((one) => one.type === KIND.category);
    const below = (category) => channels.filter((one) => one.parent === category.id && !isThread(one));
    return [
      { id: "direct", title: "Direct messages", channels: top.filter((one) => one.type === KIND.dm) },
      { id: "channels", title: "Channels", channels: top.filter((one) => one.type !== KIND.dm) },
      ...categories.map((one) => ({ id: one.id, title: one.name, channels: below(one) })),
    ].filter((one) => one.channels.length > 0);
  }

  group({ id, title, channels }) {
    const items = channels.map((one) => this.item(one));
    const make = () => h("section", {}, h("h3", { class: id === "direct" ? "hidden-text" : "group-title" }), h("ul"));
    return nested(id, items, make, (node) => {
      say(node.firstChild, title);
      reconcile(node.lastChild, items);
    });
  }

  item(channel) {
    const threads = this.threadsOf(channel);
    const make = () => h("li", {}, this.link(), h("ul", { class: "threads" }));
    const item = nested(channel.id, threads, make, (node) => {
      this.fill(node.firstChild, channel);
      node.lastChild.setAttribute("aria-label", `Threads in ${channel.name}`);
      shown(node.lastChild, threads.length > 0);
      reconcile(node.lastChild, threads);
    });
    return { ...item, sign: item.sign + this.signOf(channel) };
  }

  signOf(channel) {
    return JSON.stringify([this.pane.me, channel, channel.id === this.pane.channel]);
  }

  threadsOf(channel) {
    const { names, channel: current } = this.pane;
    const all = names.state.channels.filter((one) => isThread(one) && one.parent === channel.id);
    // What has been still for days is a click away.
    const lively = all.filter((one) => !one.quiet);
    const latest = lively.sort((one, other) => order(other.last ?? other.id, one.last ?? one.id)).slice(0, THREADS);
    const isOpen = this.opened.has(channel.id);
    const chosen = isOpen ? all : all.filter((one) => latest.includes(one) || one.id === current || one.pings > 0);
    const items = chosen.map((one) => ({
      key: one.id,
      sign: this.signOf(one),
      make: () => h("li", {}, this.link()),
      fill: (node) => this.fill(node.firstChild, one),
    }));
    if (isOpen || chosen.length < all.length) items.push(this.moreItem(channel, isOpen, all.length - chosen.length));
    return items;
  }

  moreItem(channel, isOpen, left) {
    const click = () => {
      if (!this.opened.delete(channel.id)) this.opened.add(channel.id);
      this.render();
    };
    return {
      key: "more",
      sign: `${isOpen} ${left}`,
      make: () => h("li", {}, h("button", { type: "button", class: "more-threads", on: { click } })),
      fill: ({ firstChild: button }) => {
        button.setAttribute("aria-expanded", String(isOpen));
        say(button, isOpen ? "Fewer threads" : left === 1 ? "1 more thread" : `${left} more threads`);
      },
    };
  }

  link() {
    const link = h("a", { data: { testid: "channel" } });
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.pane.goTo(link.dataset.id);
    });
    return link;
  }

  fill(link, channel) {
    const { pane } = this;
    const isCurrent = channel.id === pane.channel;
    link.href = `#/${pane.me}/${channel.id}`;
    link.className = ["channel", channel.unread > 0 && "unread", isCurrent && "current", channel.archived && "archived"]
      .filter(Boolean)
      .join(" ");
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    Object.assign(link.dataset, { name: channel.name, id: channel.id });
    const texts = [
      h("span", { class: "dot", "aria-hidden": "true" }),
      h("span", { class: "channel-sign", "aria-hidden": "true" }, signOf(channel)),
      h("span", { class: "channel-name" }, channel.name),
    ];
    link.replaceChildren(...texts, ...marks(channel));
  }
}

/** An item that holds a list of its own: it changes when anything below it does. */
function nested(key, items, make, fill) {
  return { key, sign: items.map((one) => `${one.key}=${one.sign}`).join("\n"), make, fill };
}

function signOf(channel) {
  if (channel.type === KIND.dm) return "@";
  if (isThread(channel)) return "↳";
  if (channel.type === KIND.news) return "!";
  return channel.type === KIND.forum ? "≡" : "#";
}

function marks(channel) {
  if (!channel.unread) return [];
  const unread = `, ${channel.unread} unread`;
  if (!channel.pings) return [hidden(unread)];
  const pings = channel.pings === 1 ? "1 that mentions you" : `${channel.pings} that mention you`;
  return [
    hidden(`${unread}, ${pings}`),
    h("span", { class: "pings", "aria-hidden": "true" }, channel.pings > 99 ? "99+" : String(channel.pings)),
  ];
}

/** A forum's posts, in the place of messages. */
export class Forum {
  /** @param {any} pane */
  constructor(pane) {
    this.pane = pane;
    this.sign = "";
    this.el = h("div", { class: "forum", tabindex: "-1" });
    this.el.hidden = true;
  }

  /** @param {any} channel null if the open channel is no forum */
  render(channel) {
    shown(this.el, Boolean(channel));
    if (!channel) return;
    const { pane } = this;
    const posts = pane.names.state.channels.filter((one) => isThread(one) && one.parent === channel.id);
    const sign = JSON.stringify([pane.me, channel.id, posts]);
    if (sign === this.sign) return;
    this.sign = sign;
    posts.sort((one, other) => order(other.last ?? other.id, one.last ?? one.id));
    const list = h(
      "ul",
      { class: "posts" },
      posts.map((one) => h("li", {}, this.post(one))),
    );
    keepingFocus(this.el, () =>
      this.el.replaceChildren(posts.length > 0 ? list : h("p", { class: "start" }, "No posts yet.")),
    );
  }

  post(channel) {
    const follow = (event) => {
      event.preventDefault();
      this.pane.goTo(channel.id);
    };
    const unread = channel.unread > 0 ? `${channel.unread} unread` : "Nothing new";
    return h(
      "a",
      {
        class: "post",
        href: `#/${this.pane.me}/${channel.id}`,
        data: { testid: "post", name: channel.name, key: channel.id },
        on: { click: follow },
      },
      h("strong", {}, channel.name),
      h("span", {}, unread),
    );
  }
}
