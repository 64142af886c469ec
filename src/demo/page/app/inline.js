// Discord's Markdown within a line, as nodes. Every text becomes a text node.
import { h } from "./dom.js";
import { clock, fromNow, written } from "./time.js";

/** Deeper than this, signs are only text: nobody writes so, and nothing should take long to read. */
const DEEPEST = 8;
const CANDIDATE = /[\\`<@[*_~|]|https?:\/\//g;
const DISCORD = /^https:\/\/(?:(?:canary|ptb)\.)?discord(?:app)?\.com\/channels\/(@me|\d+)\/(\d+)(?:\/(\d+))?\/?$/;

// Each rule is tried where a sign of it stands; `make` may return null, and the next rule is tried.
const RULES = [
  { like: /\\([^0-9A-Za-z\s])/y, make: ([, sign]) => sign },
  { like: /`+/y, make: code },
  { like: /<(https?:\/\/[^\s<>]+)>/y, make: ([, url], page) => link(url, null, page) },
  { like: /<@!?(\d+)>/y, make: ([, id], page) => person(id, page) },
  { like: /<@&(\d+)>/y, make: ([, id], page) => h("span", { class: "mention" }, `@${page.names.role(id)}`) },
  { like: /<#(\d+)>/y, make: ([, id], page) => channel(id, null, page) },
  { like: /<\/([^:<>]+):\d+>/y, make: ([, name], page) => command(name, page) },
  { like: /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, make: ([, seconds, style], page) => time(seconds, style, page) },
  { like: /<a?(:\w+:)\d+>/y, make: ([, name]) => name },
  { like: /@(?:everyone|here)\b/y, make: ([text]) => h("span", { class: "mention" }, text) },
  {
    like: /\[((?:\\.|[^[\]\\]|\[[^\]]*\])+)\]\(<?(https?:\/\/(?:[^\s<>()]|\([^\s<>()]*\))+)>?(?:\s+"[^"]*")?\)/y,
    make: ([, label, url], page, depth) =>
      /https?:\/\//.test(label) ? null : link(url, inline(label, page, depth), page),
  },
  { like: /https?:\/\/[^\s<>]+/y, make: bare },
  { like: /\*\*\*(?=\S)((?:\\[\s\S]|[^\\])+?)\*\*\*(?!\*)/y, make: wrap("strong", "em") },
  { like: /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, make: wrap("strong") },
  { like: /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, make: wrap("u") },
  { like: /~~((?:\\[\s\S]|[^\\])+?)~~(?!~)/y, make: wrap("s") },
  { like: /\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y, make: ([, inner], page, depth) => spoiler(inline(inner, page, depth)) },
  { like: /\*(?=\S)((?:\\[\s\S]|\*\*|[^*\\])+?)(?<=\S)\*(?!\*)/y, make: wrap("em") },
  { like: /(?<![\p{L}\p{N}_])_(?=\S)((?:\\[\s\S]|__|[^_\\])+?)_(?![\p{L}\p{N}_])/uy, make: wrap("em") },
];

/**
 * A text's nodes.
 * @param {string} text
 * @param {any} page `names`, and what to do on a click: `jump(channel, message)`, `openCommand(name)`
 * @param {number} [depth]
 * @returns {(Node | string)[]}
 */
export function inline(text, page, depth = 0) {
  if (depth >= DEEPEST) return [text];
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    CANDIDATE.lastIndex = at;
    const next = CANDIDATE.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    const found = at < text.length ? match(text, at, page, depth) : null;
    if (!found) {
      plain += text.charAt(at);
      at += 1;
      continue;
    }
    if (typeof found.made === "string") plain += found.made;
    else {
      if (plain) nodes.push(plain);
      nodes.push(found.made);
      plain = "";
    }
    at += found.length;
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function match(text, at, page, depth) {
  for (const rule of RULES) {
    rule.like.lastIndex = at;
    const found = rule.like.exec(text);
    const made = found ? rule.make(found, page, depth + 1) : null;
    if (made !== null && made !== undefined)
      return made.node ? { made: made.node, length: made.length } : { made, length: found[0].length };
  }
  return null;
}

function wrap(...tags) {
  return ([, inner], page, depth) =>
    tags.reduceRight((nodes, tag) => [h(tag, {}, nodes)], inline(inner, page, depth))[0];
}

/** Code ends at the next run of as many signs; without one, they are only signs. */
function code(found) {
  const [signs] = found;
  const begin = found.index + signs.length;
  const runs = /`+/g;
  runs.lastIndex = begin;
  for (let run = runs.exec(found.input); run; run = runs.exec(found.input)) {
    if (run[0] !== signs) continue;
    const text = found.input.slice(begin, run.index);
    return { node: h("code", {}, text.trim() || text), length: runs.lastIndex - found.index };
  }
  return signs;
}

/** An address as it stands in a text: what ends the sentence isn't part of it. */
function bare([found], page) {
  let url = found;
  for (;;) {
    const shorter = url.replace(/[.,:;"'!?*_~|\]]+$/, "");
    const closes = shorter.endsWith(")") && shorter.split(")").length > shorter.split("(").length;
    const next = closes ? shorter.slice(0, -1) : shorter;
    if (next === url) break;
    url = next;
  }
  const node = link(url, null, page);
  return node === null
    ? null
    : { node: typeof node === "string" ? document.createTextNode(node) : node, length: url.length };
}

/**
 * An address that may be followed: http or https, and nobody's name or password in it.
 * @param {string} url
 * @returns {string | null}
 */
export function safeAddress(url) {
  try {
    const parsed = new URL(url);
    const fine = (parsed.protocol === "https:" || parsed.protocol === "http:") && !parsed.username && !parsed.password;
    return fine ? parsed.href : null;
  } catch {
    return null;
  }
}

/**
 * A link; to a message on this server, one within the page.
 * @param {string} url
 * @param {any} label nodes, or null for the address itself
 * @param {any} page
 */
export function link(url, label, page) {
  const here = DISCORD.exec(url);
  if (here && (here[1] === "@me" || here[1] === page.names.state.server.id))
    return channel(here[2], here[3], page, label);
  const href = safeAddress(url);
  if (!href) return label ? h("span", {}, label) : url;
  const props = { href, rel: "noreferrer noopener", target: "_blank", title: label ? href : null };
  return h("a", props, label ?? url);
}

function channel(id, message, page, label = null) {
  const known = page.names.channel(id);
  if (!known && !label) return h("span", { class: "mention" }, page.names.titleOf(null));
  const text = label ?? `${page.names.titleOf(known)}${message ? " › message" : ""}`;
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    page.jump(id, message ?? null);
  };
  return h("a", { class: label ? null : "mention", href: `#/${page.names.me}/${id}`, on: { click: follow } }, text);
}

function person(id, page) {
  return h(
    "span",
    { class: id === page.names.me ? "mention mine" : "mention", data: { person: id } },
    `@${page.names.person(id)}`,
  );
}

function command(name, page) {
  return h("button", { type: "button", class: "mention", on: { click: () => page.openCommand(name) } }, `/${name}`);
}

function time(seconds, style = "f", page) {
  const instant = new Date(Number(seconds) * 1000);
  if (Number.isNaN(instant.getTime())) return null;
  const full = written(instant, "F", page.names.zone);
  const props = { datetime: instant.toISOString(), title: full, class: "said-time" };
  if (style === "R") return h("time", { ...props, data: { relative: "" } }, fromNow(instant, clock.now()));
  return h("time", props, written(instant, style, page.names.zone));
}

function spoiler(nodes) {
  const cover = h("button", { type: "button", class: "spoiler" }, "Hidden – press to show");
  cover.addEventListener("click", () => {
    const shown = h("span", { class: "spoiler-shown", tabindex: "-1" }, nodes);
    cover.replaceWith(shown);
    shown.focus();
  });
  return cover;
}
