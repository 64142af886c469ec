// Making and changing the page's elements. Texts become text nodes, always: what people write is never markup.

/**
 * Makes an element. `on` holds listeners and `data` data attributes; null, undefined and false leave an
 * attribute out, but for `aria-…`, where false is a value.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...any} children nodes, texts, lists of them, or nothing
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (name === "data") {
    for (const [key, text] of Object.entries(value)) if (text !== null && text !== undefined) node.dataset[key] = text;
  } else if (name.startsWith("aria-")) {
    node.setAttribute(name, String(value));
  } else if (value !== false) {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Text that only screen readers read. */
export const hidden = (text) => h("span", { class: "hidden-text" }, text);

let lastId = 0;

/** An id that no other element has. */
export const newId = (word) => `${word}-${++lastId}`;

/** Shows or hides an element, and touches it only if that is a change. */
export function shown(node, yes) {
  if (node.hidden === yes) node.hidden = !yes;
}

/** Sets a text, and touches the element only if that is a change. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Says why something was refused, or nothing any more. @param {HTMLElement} node @param {string} why */
export function complain(node, why) {
  node.classList.add("refusal");
  say(node, why);
  shown(node, why !== "");
  if (why) node.dataset.testid = "refusal";
  else delete node.dataset.testid;
}

/** Marks a control as under way, or no longer. It stays where the focus is. */
export function busy(node, yes) {
  if (yes) node.setAttribute("aria-busy", "true");
  else node.removeAttribute("aria-busy");
}

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";
const kept = new WeakMap();

/**
 * Makes the children of an element those that are wanted. One whose `sign` is as before keeps its node as it
 * is; one whose sign changed keeps its node and is filled anew, with the focus on the same control.
 * @param {Element} parent
 * @param {{key: string, sign: string, make: () => Element, fill: (node: any) => void, hold?: boolean}[]} wanted
 */
export function reconcile(parent, wanted) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  for (const item of wanted) {
    const old = before.get(item.key);
    const node = old?.node ?? item.make();
    // Under a finger that is down nothing changes: the click would be lost.
    const waits = old && item.hold;
    if (!old) item.fill(node);
    else if (!waits && old.sign !== item.sign) keepingFocus(node, () => item.fill(node));
    after.set(item.key, { node, sign: waits ? old.sign : item.sign });
  }
  for (const [key, { node }] of before) if (!after.has(key)) node.remove();
  // Only what stands in the wrong place is moved: a move would take the focus away.
  let place = parent.firstChild;
  for (const { node } of after.values()) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  kept.set(parent, after);
}

/**
 * Changes what is in an element, and puts the focus back on the control that had it, or else on the element.
 * @param {any} node
 * @param {() => void} change
 */
export function keepingFocus(node, change) {
  const active = document.activeElement;
  const name = active !== node && node.contains(active) ? nameOf(active) : null;
  change();
  if (name === null) return;
  const same = [...node.querySelectorAll(FOCUSABLE)].find((one) => nameOf(one) === name);
  (same ?? node).focus({ preventScroll: true });
}

/**
 * Remembers what has the focus. The answer gives it back, to the same control of the same message if that was
 * drawn anew since.
 * @returns {() => boolean} whether there was something to give it back to
 */
export function focusKeeper() {
  const active = document.activeElement;
  const article = active?.closest?.("article") ?? null;
  const name = active ? nameOf(active) : "";
  return () => {
    const again = active?.isConnected
      ? active
      : article?.isConnected
        ? ([...article.querySelectorAll(FOCUSABLE)].find((one) => nameOf(one) === name) ?? article)
        : null;
    if (!again || again === document.body) return false;
    again.focus({ preventScroll: true });
    return true;
  };
}

const nameOf = (node) => node.dataset.key ?? `${node.tagName} ${node.textContent}`;
