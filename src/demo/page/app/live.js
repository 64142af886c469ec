// What is told to people who listen, and the banner when the connection is lost.
import { h, shown } from "./dom.js";

const LONGEST = 120;
const recent = new Map();

/**
 * Tells a short text politely. The same key within a few seconds is told once.
 * @param {string} text
 * @param {string} [key]
 */
export function announce(text, key = text) {
  const now = Date.now();
  if (now - (recent.get(key) ?? 0) < 3000) return;
  recent.set(key, now);
  for (const [old, at] of recent) if (now - at > 3000) recent.delete(old);
  const line = h("p", {}, text);
  document.getElementById("live").append(line);
  setTimeout(() => line.remove(), 6000);
}

/** The beginning of a text, on one line. */
export function brief(text, most = LONGEST) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

/** Says that the connection is lost, or no longer. @param {boolean} lost */
export function connection(lost) {
  const banner = document.getElementById("lost");
  if (!lost && !banner.hidden) announce("The connection is back.");
  shown(banner, lost);
}
