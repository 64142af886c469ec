// A context menu: opened by right click, a long press, the … button or the keyboard.
import { h, newId } from "./dom.js";
import { openPopup } from "./popup.js";

/**
 * @param {object} menu
 * @param {() => any} menu.anchor a control or a point
 * @param {string} menu.label
 * @param {{label?: string, items: {label: string, act: () => void}[]}[]} menu.groups
 */
export function openMenu({ anchor, label, groups }) {
  const items = [];
  const content = h(
    "div",
    { role: "menu", class: "menu", "aria-label": label, data: { testid: "menu" } },
    groups.map(group),
  );
  content.addEventListener("keydown", key);
  const popup = openPopup({ anchor, content });
  items[0]?.focus({ preventScroll: true });

  function group({ label: title, items: entries }) {
    if (entries.length === 0) return null;
    const buttons = entries.map(entry);
    items.push(...buttons);
    if (!title) return h("div", { role: "presentation", class: "menu-group" }, buttons);
    const id = newId("menu");
    return h(
      "div",
      { role: "group", class: "menu-group", "aria-labelledby": id },
      h("div", { class: "list-group", id, role: "presentation" }, title),
      buttons,
    );
  }

  function entry({ label: text, act }) {
    const click = () => {
      popup.close("done");
      act();
    };
    return h(
      "button",
      {
        type: "button",
        role: "menuitem",
        class: "menu-item",
        tabindex: "-1",
        data: { testid: "menu-item", name: text },
        on: { click },
      },
      text,
    );
  }

  function key(event) {
    const at = items.indexOf(document.activeElement);
    const to = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    if (event.key in to) {
      event.preventDefault();
      items[to[event.key]].focus();
    } else if (event.key === "Tab") {
      event.preventDefault();
      popup.close("escape");
    } else if (event.key.length === 1 && event.key !== " ") {
      const begins = (item) => item.textContent.toLocaleLowerCase().startsWith(event.key.toLocaleLowerCase());
      [...items.slice(at + 1), ...items].find(begins)?.focus();
    }
  }
}
