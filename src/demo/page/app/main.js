// Puts the page together: panes, clock, tour, panel, and what the server tells.
import { listen, Steady } from "./api.js";
import { Behind } from "./behind.js";
import { ClockBar, disclosure, themes } from "./clock.js";
import { h, reconcile, say, shown } from "./dom.js";
import { connection } from "./live.js";
import { forGood } from "./memory.js";
import { KIND } from "./names.js";
import { Pane } from "./pane.js";
import { goTo, places } from "./route.js";
import { Tour } from "./tour.js";

const byId = (id) => document.getElementById(id);

/** The page: one pane or two, and all around them. */
class Page {
  constructor() {
    this.panes = [];
    this.active = null;
    this.epoch = null;
    this.host = byId("panes");
    this.switch = byId("pane-switch");
    this.two = byId("two-panes");
    this.clock = new ClockBar({
      zone: () => this.active?.names?.zone ?? "UTC",
      who: () => this.panes.map((pane) => pane.me).filter(Boolean),
      moved: () => this.refresh(true),
    });
    this.behind = new Behind();
    this.tour = new Tour({ button: byId("tour-button"), go: (...place) => this.take(...place) });
    byId("stage").prepend(this.tour.el);
    this.tourSteady = new Steady(() => this.tour.refresh(), 250);
    themes(byId("theme"), forGood);
    disclosure(byId("more-button"), byId("more"));
    this.two.addEventListener("click", () => this.toggle());
    window.addEventListener("popstate", () => this.apply());
    window.addEventListener("hashchange", () => this.apply());
    document.addEventListener("visibilitychange", () => this.panes.forEach((pane) => pane.readUp()));
    // The fragment says who and where, so the skip link moves the focus by itself.
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault();
      const { timeline } = this.active;
      (timeline.log.querySelector("article[tabindex='0']") ?? timeline.log).focus();
    });
    this.apply();
    listen({ change: (event) => this.changed(event), lost: () => connection(true), back: () => this.back() });
    this.tourSteady.ask();
  }

  /** Shows what the address says. */
  apply() {
    const wanted = places();
    while (this.panes.length > wanted.length) this.panes.pop().close();
    while (this.panes.length < wanted.length) {
      const pane = new Pane(this.panes.length + 1, this);
      this.panes.push(pane);
      this.host.append(pane.el);
    }
    if (!this.panes.includes(this.active)) this.activate(this.panes[0]);
    document.body.classList.toggle("two", wanted.length > 1);
    this.two.setAttribute("aria-pressed", String(wanted.length > 1));
    this.panes.forEach((pane, index) => pane.open(wanted[index]));
    this.drawSwitch();
  }

  /** A pane goes elsewhere. `instead` takes the place of where it is, as when the server chose. */
  goTo(number, place, instead = false) {
    const list = this.panes.map((pane, index) =>
      index === number - 1 ? place : { me: pane.me, channel: pane.channel },
    );
    goTo(list, instead);
    if (!instead) this.apply();
  }

  /** The tour leads somewhere, and to a message there if it is about one. */
  take(me, channel, message) {
    const pane = this.active ?? this.panes[0];
    const place = { me: me ?? pane.me, channel: channel ?? pane.channel };
    this.goTo(pane.number, place);
    pane.after = message;
    // What a step shows is read again, also where it was read before.
    pane.readKey = null;
    pane.refresh(true);
  }

  toggle() {
    const [first, second] = this.panes;
    if (second) {
      goTo([{ me: first.me, channel: first.channel }]);
    } else {
      const other = companion(first);
      if (!other) return;
      const isDm = first.names.channel(first.channel)?.type === KIND.dm;
      goTo([
        { me: first.me, channel: first.channel },
        { me: other.id, channel: isDm ? "" : first.channel },
      ]);
    }
    this.apply();
  }

  activate(pane) {
    if (this.active === pane) return;
    this.active = pane;
    for (const one of this.panes) one.el.classList.toggle("active", one === pane);
    this.drawSwitch();
    this.clock.draw();
    this.drawTitle();
  }

  /** At phone width one pane is shown, and these buttons say which. */
  drawSwitch() {
    const items = this.panes.map((pane) => {
      const name = pane.names?.person(pane.me) ?? "…";
      const isHere = pane === this.active;
      return {
        key: String(pane.number),
        sign: `${name} ${isHere}`,
        make: () =>
          h("button", {
            type: "button",
            class: "button",
            on: { click: () => this.activate(this.panes[pane.number - 1]) },
          }),
        fill: (node) => {
          say(node, name);
          node.setAttribute("aria-pressed", String(isHere));
        },
      };
    });
    shown(this.switch, this.panes.length > 1);
    reconcile(this.switch, this.panes.length > 1 ? items : []);
  }

  /** A pane has a new state. */
  told(pane, state) {
    if (pane === this.active) this.clock.set(state);
    this.behind.ledger.inZone(this.active?.names?.zone ?? "UTC");
    byId("two-panes").disabled = state.people.length < 2;
    this.drawSwitch();
    this.drawTitle();
  }

  drawTitle() {
    const { names, channel } = this.active ?? {};
    if (!names) return;
    const unread = names.state.channels.reduce((sum, one) => sum + one.unread, 0);
    const count = unread > 999 ? "(999+) " : unread > 0 ? `(${unread}) ` : "";
    const title = `${count}${names.channel(channel) ? `${names.titleOf(names.channel(channel))} · ` : ""}Elevenses`;
    if (document.title !== title) document.title = title;
  }

  /** Messages are in view: tests and measurements wait for this. */
  drawn(pane) {
    if (document.documentElement.dataset.ready || !(pane.timeline.history?.loaded || !pane.forum.el.hidden)) return;
    performance.mark("first-message");
    document.documentElement.dataset.ready = "true";
  }

  changed(event) {
    this.clock.set(event);
    if (event.epoch === this.epoch) return;
    this.epoch = event.epoch;
    this.refresh();
  }

  back() {
    connection(false);
    // What happened meanwhile wasn't told.
    this.epoch = null;
  }

  refresh(atOnce = false) {
    for (const pane of this.panes) pane.refresh(atOnce);
    this.behind.refresh();
    this.tourSteady.ask();
  }
}

/** Somebody for the second pane: of the same squad if there is one. */
function companion(pane) {
  const people = pane.names?.state.people ?? [];
  const squads = new Set(pane.names?.people.get(pane.me)?.squads ?? []);
  const others = people.filter((one) => one.id !== pane.me);
  return others.find((one) => one.squads?.some((squad) => squads.has(squad))) ?? others[0];
}

new Page();
