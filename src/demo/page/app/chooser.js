// Choosing from a list in a popup: one or several, with a filter if the list is long.
import { h, newId, shown } from "./dom.js";
import { ListView, matches } from "./listview.js";
import { openPopup } from "./popup.js";

const LONG = 8;

/**
 * @param {object} what
 * @param {() => Element} what.anchor the control that was pressed
 * @param {string} what.label
 * @param {{label?: string, choices: import("./listview.js").Choice[]}[]} what.groups
 * @param {number} [what.least]
 * @param {number} [what.most]
 * @param {string} [what.testid]
 * @param {(values: string[]) => void} what.chosen
 */
export function choose({ anchor, label, groups, least = 1, most = 1, testid, chosen }) {
  const all = groups.flatMap((group) => group.choices);
  const before = valuesOf(all);
  const multiple = most > 1;
  const list = new ListView({ label, multiple, testid, pick });
  const filter = all.length > LONG ? filterBox(label) : null;
  const note = h("p", { class: "choose-note", role: "status" });
  const done = h(
    "button",
    { type: "button", class: "button primary", on: { click: () => popup.close("done") } },
    "Done",
  );
  const none = h(
    "p",
    { class: "choose-note" },
    all.length > 0 ? "Nothing is called that." : "There is nothing to choose from.",
  );
  const content = h(
    "div",
    { class: "chooser" },
    filter,
    list.el,
    none,
    multiple ? h("div", { class: "choose-foot" }, note, done) : null,
  );

  list.ownedBy(filter ?? list.el);
  list.el.addEventListener("keydown", key);
  filter?.addEventListener("keydown", key);
  filter?.addEventListener("input", refresh);
  const control = anchor();
  control.setAttribute("aria-expanded", "true");
  const popup = openPopup({ anchor, content, closed });
  refresh();
  count();
  popup.place();
  (filter ?? list.el).focus({ preventScroll: true });

  function refresh() {
    const typed = filter?.value ?? "";
    const left = groups.map((group) => ({
      ...group,
      choices: group.choices.filter((choice) => matches(choice, typed)),
    }));
    const first = left.flatMap((group) => group.choices).findIndex((choice) => choice.chosen);
    list.show(left, typed ? 0 : Math.max(0, first));
    shown(none, list.choices.length === 0);
    shown(list.el, list.choices.length > 0);
  }

  function key(event) {
    if (list.key(event)) return;
    if (event.key === "Enter" || (event.key === " " && !filter)) {
      event.preventDefault();
      if (event.key === "Enter" && multiple && (event.ctrlKey || event.metaKey)) popup.close("done");
      else if (list.active) pick(list.active);
    } else if (!filter && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      list.letter(event.key);
    }
  }

  function pick(choice) {
    if (!multiple) {
      const takesBack = choice.chosen && least === 0;
      for (const one of all) one.chosen = one === choice && !takesBack;
      return popup.close("done");
    }
    if (!choice.chosen && valuesOf(all).length >= most) return count(true);
    list.choose(choice, !choice.chosen);
    count();
  }

  function count(full = false) {
    const number = valuesOf(all).length;
    const range = least === most ? `Choose ${most}` : least > 0 ? `Choose ${least} to ${most}` : `Choose up to ${most}`;
    note.textContent = full ? `${most} is the most. Take one away first.` : `${range} · ${number} chosen`;
    if (number < least) done.setAttribute("aria-disabled", "true");
    else done.removeAttribute("aria-disabled");
  }

  function closed(how) {
    for (const node of new Set([control, anchor()])) node.setAttribute("aria-expanded", "false");
    const values = valuesOf(all);
    const changed = values.join("\n") !== before.join("\n");
    // As in Discord, several are sent when the list closes; Escape leaves all as it was.
    const sends =
      how === "done"
        ? values.length >= least && (changed || !multiple)
        : multiple && how === "outside" && changed && values.length >= least;
    if (sends) chosen(values);
  }
}

const valuesOf = (choices) => choices.filter((choice) => choice.chosen).map((choice) => choice.value);

function filterBox(label) {
  return h("input", {
    type: "text",
    class: "filter",
    id: newId("filter"),
    role: "combobox",
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    "aria-label": `Find: ${label}`,
    placeholder: "Find…",
    autocomplete: "off",
    spellcheck: "false",
    data: { testid: "filter" },
  });
}
