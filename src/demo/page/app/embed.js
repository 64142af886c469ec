// A message's cards, which Discord calls embeds.
import { h } from "./dom.js";
import { forFiles } from "./files-address.js";
import { picture } from "./files.js";
import { inline, link } from "./inline.js";
import { markdown } from "./markdown.js";
import { written } from "./time.js";

/**
 * @param {any} embed
 * @param {any} page see `inline`
 * @param {any[]} attachments of the same message, which the card may show
 */
export function card(embed, page, attachments) {
  const node = h(
    "div",
    { class: "card" },
    embed.author?.name ? h("div", { class: "card-author" }, embed.author.name) : null,
    embed.title ? h("div", { class: "card-title" }, title(embed, page)) : null,
    embed.description ? h("div", { class: "words" }, markdown(embed.description, page)) : null,
    embed.fields?.length ? fields(embed.fields, page) : null,
    image(embed, attachments),
    foot(embed, page),
  );
  if (Number.isInteger(embed.color))
    node.style.borderInlineStartColor = `#${(embed.color & 0xffffff).toString(16).padStart(6, "0")}`;
  return node;
}

function title(embed, page) {
  const words = inline(embed.title, page);
  return embed.url ? link(embed.url, words, page) : words;
}

function fields(list, page) {
  const one = (field) =>
    h(
      "div",
      { class: field.inline ? "field-of inline" : "field-of" },
      h("dt", {}, inline(field.name, page)),
      h("dd", { class: "words" }, markdown(field.value, page)),
    );
  return h("dl", { class: "card-fields" }, list.map(one));
}

function image(embed, attachments) {
  const shown = embed.image ?? embed.thumbnail;
  if (!shown?.url) return null;
  const file = attachedTo(shown.url, attachments);
  const address = forFiles(file?.url ?? shown.url);
  return address ? picture(address, file?.description || shown.description || embed.title || "Picture", shown) : null;
}

function foot(embed, page) {
  const when = embed.timestamp ? written(embed.timestamp, "f", page.names.zone) : "";
  const text = [embed.footer?.text, when].filter(Boolean).join(" · ");
  return text ? h("div", { class: "card-foot" }, text) : null;
}

function attachedTo(url, attachments) {
  const name = url.startsWith("attachment://") ? url.slice("attachment://".length) : null;
  return attachments.find((file) => file.filename === name || file.url === url) ?? null;
}

/** The files of a message that its cards don't show already. @param {any} message */
export function filesBeside(message) {
  const files = message.attachments ?? [];
  const inCards = (message.embeds ?? [])
    .map((embed) => embed.image?.url)
    .filter(Boolean)
    .map((url) => attachedTo(url, files));
  return files.filter((file) => !inCards.includes(file));
}
