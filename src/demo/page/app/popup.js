// A small window beside what it belongs to: for lists to choose from and for menus.
import { focusKeeper, h } from "./dom.js";

let open = null;

/**
 * Opens a popup; the one that was open closes.
 * @param {object} popup
 * @param {() => (Element | {x: number, y: number})} popup.anchor what it belongs to, looked up anew whenever it moves
 * @param {any} popup.content
 * @param {(how: string) => void} [popup.closed] told how: "escape", "outside" or "done"
 * @returns {{close: (how?: string) => void, place: () => void}}
 */
export function openPopup({ anchor, content, closed }) {
  open?.close("outside");
  const box = h("div", { class: "popup" }, content);
  const layer = document.getElementById("layer");
  const giveBack = focusKeeper();
  const self = { close, place };
  layer.append(box);
  place();
  open = self;

  const listeners = [
    [document, "pointerdown", outside, true],
    [document, "keydown", escape, true],
    [document, "focusin", away, false],
    [window, "resize", place, false],
    [document, "scroll", moved, true],
  ];
  for (const [on, event, listener, capture] of listeners) on.addEventListener(event, listener, capture);
  return self;

  function place() {
    const at = anchor();
    const room = { width: document.documentElement.clientWidth, height: window.innerHeight };
    const point = "x" in at && !(at instanceof Element);
    const edge = point ? { left: at.x, right: at.x, top: at.y, bottom: at.y, width: 0 } : at.getBoundingClientRect();
    box.style.minWidth = `${Math.min(edge.width, room.width - 16)}px`;
    const below = room.height - edge.bottom - 12;
    const above = edge.top - 12;
    const upwards = below < Math.min(box.scrollHeight, 320) && above > below;
    box.style.maxHeight = `${Math.max(120, Math.min(420, upwards ? above : below))}px`;
    const left = Math.max(8, Math.min(edge.left, room.width - box.offsetWidth - 8));
    const top = upwards
      ? edge.top - box.offsetHeight - 4
      : Math.min(edge.bottom + 4, room.height - box.offsetHeight - 8);
    box.style.left = `${left}px`;
    box.style.top = `${Math.max(8, top)}px`;
  }

  function moved(event) {
    if (!box.contains(event.target)) place();
  }

  function outside(event) {
    if (box.contains(event.target)) return;
    const at = anchor();
    // The control itself closes what it opened; a second list would open at once otherwise.
    if (at instanceof Element && at.contains(event.target)) {
      event.preventDefault();
      at.addEventListener("click", (click) => click.stopImmediatePropagation(), { capture: true, once: true });
    }
    close("outside");
  }

  function away(event) {
    if (!box.contains(event.target)) close("outside");
  }

  function escape(event) {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
    }
    if (event.key === "Escape" || box.querySelectorAll("button, input").length < 2) close("escape");
  }

  function close(how = "done") {
    if (open !== self) return;
    open = null;
    for (const [on, event, listener, capture] of listeners) on.removeEventListener(event, listener, capture);
    const inside = box.contains(document.activeElement);
    box.remove();
    if (inside && how !== "outside" && !giveBack()) focusAnchor();
    closed?.(how);
  }

  function focusAnchor() {
    const at = anchor();
    if (at instanceof HTMLElement) at.focus({ preventScroll: true });
  }
}
