// What can be done with a message: by right click, long press, the … button, Shift+F10 or the menu key.
import { openMenu } from "./menu.js";
import { authorOf, summary } from "./message.js";
import { announce } from "./live.js";

const LONG_PRESS = 550;
const EMOJI = ["👍", "🎉", "👀"];

/** Opens a message's menu. @param {any} message @param {any} pane @param {() => any} anchor */
export function messageMenu(message, pane, anchor) {
  const { names } = pane;
  const there = names.channel(pane.channel)?.commands ?? false;
  const commands = there ? names.state.menu.message : [];
  const forPeople = there ? names.state.menu.person : [];
  const author = message.author?.id;
  const isPerson = names.people.has(author);
  const reacted = (emoji) => message.reactions?.find((one) => one.emoji.name === emoji)?.me ?? false;
  const react = (emoji) => ({
    label: reacted(emoji) ? `Take ${emoji} back` : `React ${emoji}`,
    act: () => pane.react(message, emoji, !reacted(emoji)),
  });
  const items = [
    pane.mayWrite && !message.private ? { label: "Reply", act: () => pane.composer.replyTo(message) } : null,
    ...(message.private ? [] : EMOJI.map(react)),
    { label: "Copy text", act: () => copy(message, pane) },
    message.private ? { label: "Dismiss message", act: () => pane.dismiss(message) } : null,
  ];
  const apps = message.private
    ? []
    : commands.map((name) => ({ label: name, act: () => pane.menuCommand({ message: message.id }, name, message.id) }));
  const people = isPerson
    ? forPeople.map((name) => ({ label: name, act: () => pane.menuCommand({ person: author }, name, message.id) }))
    : [];
  openMenu({
    anchor,
    label: `Message of ${authorOf(message)}`,
    groups: [
      { items: items.filter(Boolean) },
      { label: "Apps", items: apps },
      { label: `Apps for ${authorOf(message)}`, items: people },
    ],
  });
}

async function copy(message, pane) {
  const text = message.content || summary(message, pane);
  try {
    await navigator.clipboard.writeText(text);
    announce("Copied.");
  } catch {
    announce("The browser didn’t allow copying.");
  }
}

/**
 * Listens for what opens a message's menu.
 * @param {HTMLElement} log
 * @param {(id: string, anchor: () => any) => void} open
 */
export function listenForMenus(log, open) {
  let press = 0;
  let pressedAt = 0;
  let held = false;
  const messageAt = (target) => target.closest?.("article[data-id]");
  const openAt = (article, point) => {
    // A long press may be told twice: by us, and by the browser as a right click.
    if (Date.now() - pressedAt < 800) return;
    open(article.dataset.id, point ? () => point : () => article.querySelector(".more") ?? article);
  };
  log.addEventListener("contextmenu", (event) => {
    const article = messageAt(event.target);
    const own = event.target.closest("a[target], img, textarea, input") || !window.getSelection().isCollapsed;
    if (!article || (own && event.button === 2)) return;
    event.preventDefault();
    const byKey = event.button !== 2;
    openAt(article, byKey ? null : { x: event.clientX, y: event.clientY });
  });
  log.addEventListener("keydown", (event) => {
    const article = messageAt(event.target);
    if (!article || !(event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey))) return;
    event.preventDefault();
    openAt(article, null);
  });
  log.addEventListener("pointerdown", (event) => {
    const article = messageAt(event.target);
    if (event.pointerType !== "touch" || !article || event.target.closest("button, a")) return;
    const point = { x: event.clientX, y: event.clientY };
    press = setTimeout(() => {
      openAt(article, point);
      pressedAt = Date.now();
      held = true;
    }, LONG_PRESS);
  });
  log.addEventListener("touchend", (event) => {
    // The finger that opened the menu doesn't click on what lies below it, which would close the menu.
    if (held) event.preventDefault();
    held = false;
  });
  for (const ends of ["pointerup", "pointercancel", "pointermove"])
    log.addEventListener(ends, () => clearTimeout(press));
}
