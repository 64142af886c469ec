// Discord's Markdown by lines: headings, lists, quotes, blocks of code.
import { h } from "./dom.js";
import { inline } from "./inline.js";

const FENCE = /```(?:([\w+#.-]+)\n)?\n?([\s\S]*?)\n?```/;
const HEADING = /^(#{1,3}) +(.+?)\s*$/;
const SMALL = /^-# +(.+)$/;
const ITEM = /^( *)([-*]|\d{1,9}\.) +(.*)$/;

/**
 * A text's blocks.
 * @param {string} text
 * @param {any} page see `inline`
 * @returns {Node[]}
 */
export function markdown(text, page) {
  return blocks(text, page, true);
}

/**
 * What a text says, on one line and without signs.
 * @param {string} text
 * @param {any} page
 */
export function plain(text, page) {
  return markdown(text, page)
    .map((node) => node.textContent)
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}

function blocks(text, page, mayQuote) {
  const fence = FENCE.exec(text);
  if (fence && fence[2]) {
    const before = text.slice(0, fence.index).replace(/\n$/, "");
    const after = text.slice(fence.index + fence[0].length).replace(/^\n/, "");
    const code = h("pre", { tabindex: "0", role: "group", "aria-label": "Code" }, h("code", {}, fence[2]));
    return [...(before ? lines(before, page, mayQuote) : []), code, ...(after ? blocks(after, page, mayQuote) : [])];
  }
  return lines(text, page, mayQuote);
}

function lines(text, page, mayQuote) {
  const all = text.split("\n");
  const made = [];
  let words = [];
  const flush = () => {
    // Blocks have their own distance: empty lines beside them would double it.
    const said = words.join("\n").replace(/^\n+|\s+$/g, "");
    if (said) made.push(h("p", {}, inline(said, page)));
    words = [];
  };
  for (let at = 0; at < all.length;) {
    const block = (mayQuote && quote(all, at, page)) || heading(all, at, page) || list(all, at, page);
    if (!block) {
      words.push(all[at]);
      at += 1;
      continue;
    }
    flush();
    made.push(block.node);
    at += block.lines;
  }
  flush();
  return made;
}

function quote(all, at, page) {
  if (all[at].startsWith(">>> ")) {
    const rest = [all[at].slice(4), ...all.slice(at + 1)];
    return { node: h("blockquote", {}, blocks(rest.join("\n"), page, false)), lines: all.length - at };
  }
  let end = at;
  while (end < all.length && (all[end].startsWith("> ") || (all[end] === ">" && end > at))) end += 1;
  if (end === at) return null;
  const said = all
    .slice(at, end)
    .map((line) => line.slice(2))
    .join("\n");
  return { node: h("blockquote", {}, blocks(said, page, false)), lines: end - at };
}

function heading(all, at, page) {
  const large = HEADING.exec(all[at]);
  // All are of one level: in the page's order they stand below the channel's name, however large they look.
  if (large) return { node: h("h3", { class: `said-${large[1].length}` }, inline(large[2], page)), lines: 1 };
  const small = SMALL.exec(all[at]);
  return small ? { node: h("p", { class: "small" }, inline(small[1], page)), lines: 1 } : null;
}

function list(all, at, page) {
  if (!ITEM.test(all[at])) return null;
  const levels = [];
  let root = null;
  let end = at;
  for (; end < all.length; end += 1) {
    const item = ITEM.exec(all[end]);
    if (!item) {
      // An indented line goes on with the item above it.
      if (!/^ {2,}\S/.test(all[end])) break;
      levels.at(-1).node.lastElementChild.append("\n", ...inline(all[end].trim(), page));
      continue;
    }
    const indent = item[1].length;
    while (levels.length > 1 && levels.at(-1).indent > indent) levels.pop();
    if (levels.length === 0 || indent > levels.at(-1).indent + 1) {
      const node = /\d/.test(item[2]) ? h("ol", { start: Number.parseInt(item[2], 10) }) : h("ul");
      if (levels.length > 0) levels.at(-1).node.lastElementChild.append(node);
      else root = node;
      levels.push({ indent, node });
    }
    levels.at(-1).node.append(h("li", {}, inline(item[3], page)));
  }
  return { node: root, lines: end - at };
}
