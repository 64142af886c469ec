// One message, as the person sees it who is logged in to the pane.
import { h, hidden, newId } from "./dom.js";
import { controls } from "./controls.js";
import { card, filesBeside } from "./embed.js";
import { attachment } from "./files.js";
import { brief } from "./live.js";
import { markdown, plain } from "./markdown.js";
import { initials, tint } from "./names.js";
import { written } from "./time.js";

const FLAG = { noCards: 4, thinking: 128, silent: 4096 };
const TYPE = { pinned: 6, thread: 18, reply: 19 };
const NEAR = 7 * 60 * 1000;

/** Whether a message says something by itself, or is Discord's own note. */
const isNote = (message) => message.type === TYPE.pinned || message.type === TYPE.thread;

/** The name of who wrote a message. @param {any} message */
export const authorOf = (message) =>
  message.name ?? message.author?.global_name ?? message.author?.username ?? "Somebody";

/** Whether a message begins a group: one with a picture and a name. */
export function beginsGroup(message, before) {
  if (!before || isNote(before) || message.author?.id !== before.author?.id) return true;
  if (message.command || message.type === TYPE.reply || Boolean(message.private) !== Boolean(before.private))
    return true;
  return new Date(message.timestamp) - new Date(before.timestamp) > NEAR;
}

/** What a message says, in short: for announcements and for what a reply answers. */
export function summary(message, page) {
  const embed = message.embeds?.[0];
  const words =
    plain(message.content ?? "", page) ||
    (embed ? plain([embed.title, embed.description].filter(Boolean).join(" – "), page) : "");
  if (words) return words;
  if (message.flags & FLAG.thinking) return "is thinking…";
  return message.attachments?.length ? `a file: ${message.attachments[0].filename}` : "a message without words";
}

/**
 * Fills a message's article.
 * @param {HTMLElement} node
 * @param {any} message
 * @param {any} page what the pane gives: names, refusals, what is under way, and what clicks do
 * @param {boolean} head whether it begins a group
 */
export function fillMessage(node, message, page, head) {
  const isPrivate = message.private === true;
  node.className = [
    "message",
    head ? "head" : "follows",
    isPrivate && "private",
    message.pings && "pinged",
    isNote(message) && "note",
  ]
    .filter(Boolean)
    .join(" ");
  const ids = { author: newId("author"), time: newId("time"), words: newId("words") };
  node.setAttribute("aria-labelledby", `${ids.author} ${ids.time} ${ids.words}`);
  if (isNote(message)) return node.replaceChildren(note(message, page, ids), more(node, message, page));
  node.replaceChildren(
    ...[
      above(message, page),
      head
        ? avatar(message, page)
        : h("span", { class: "side-time", "aria-hidden": "true" }, written(message.timestamp, "t", page.names.zone)),
      h("div", { class: "message-main" }, headline(message, page, ids, head), body(message, page, ids)),
      more(node, message, page),
    ].filter(Boolean),
  );
}

/** The picture of a person: their initials, on a colour that their name always has. */
export function face(name, isBot = false) {
  return isBot
    ? h("img", { class: "face", src: "app/logo.svg", alt: "", width: "40", height: "40" })
    : h("span", { class: `face tint-${tint(name)}`, "aria-hidden": "true" }, initials(name));
}

const avatar = (message, page) => face(authorOf(message), message.author?.id === page.names.state.bot.id);

function headline(message, page, ids, head) {
  const name = authorOf(message);
  const full = written(message.timestamp, "F", page.names.zone);
  const time = h(
    "time",
    { id: ids.time, datetime: message.timestamp, title: full },
    written(message.timestamp, "t", page.names.zone),
  );
  if (!head) return h("div", { class: "hidden-text" }, h("span", { id: ids.author }, name), " ", time);
  return h(
    "div",
    { class: "headline" },
    h("span", { class: "author", id: ids.author, data: { person: message.author?.id } }, name),
    message.author?.bot ? h("span", { class: "badge" }, "APP") : null,
    time,
    message.flags & FLAG.silent ? h("span", { class: "mark", title: "Sent without a notification" }, "silent") : null,
  );
}

/** What stands above a message: what it answers, or the command that it came from. */
function above(message, page) {
  if (message.command) {
    const by = message.by ?? message.interaction_metadata?.user?.global_name ?? "Somebody";
    return h(
      "div",
      { class: "above" },
      h("strong", {}, by),
      " used ",
      h("span", { class: "mention" }, message.type === 23 ? message.command : `/${message.command.replace(/^\//, "")}`),
    );
  }
  if (message.type !== TYPE.reply) return null;
  const answered = message.referenced_message;
  // An answer to a form has the kind of a reply, and names no message.
  if (!answered && !message.message_reference) return null;
  if (!answered) return h("div", { class: "above" }, "The message that this answers is gone.");
  const words = h(
    "button",
    {
      type: "button",
      class: "quiet",
      data: { key: "answered" },
      on: { click: () => page.jump(page.channel, answered.id) },
    },
    brief(summary(answered, page), 90),
  );
  return h("div", { class: "above" }, hidden("In reply to "), h("strong", {}, authorOf(answered)), " ", words);
}

function body(message, page, ids) {
  const thinking = message.flags & FLAG.thinking;
  const cards = message.flags & FLAG.noCards ? [] : (message.embeds ?? []);
  return [
    h(
      "div",
      { id: ids.words },
      thinking ? thinks(message) : words(message, page),
      cards.map((one) => card(one, page, message.attachments ?? [])),
    ),
    files(message),
    controls(message, page),
    refusal(message, page),
    reactions(message, page),
    message.thread ? threadLink(message.thread, page) : null,
    foot(message, page),
  ];
}

function words(message, page) {
  const edited = message.edited_timestamp
    ? h("span", { class: "edited", title: written(message.edited_timestamp, "F", page.names.zone) }, "(edited)")
    : null;
  if (!message.content) return edited ? h("p", {}, edited) : null;
  const blocks = markdown(message.content, page);
  const last = blocks.at(-1);
  if (edited) (last?.nodeName === "P" ? last : blocks[blocks.push(h("p")) - 1]).append(" ", edited);
  return h("div", { class: "words" }, blocks);
}

const thinks = (message) =>
  h(
    "p",
    { class: "thinking" },
    h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    `${authorOf(message)} is thinking…`,
  );

function files(message) {
  const beside = filesBeside(message);
  return beside.length > 0 ? h("div", { class: "files" }, beside.map(attachment)) : null;
}

function refusal(message, page) {
  const why = page.refusalOf(message.id);
  return why ? h("p", { class: "refusal", data: { testid: "refusal" } }, why) : null;
}

function reactions(message, page) {
  if (!message.reactions?.length) return null;
  const one = ({ emoji, count, me }) =>
    h(
      "button",
      {
        type: "button",
        class: "reaction",
        "aria-pressed": Boolean(me),
        "aria-label": `${emoji.name} ${count}${me ? ", yours is among them" : ""}`,
        data: { key: `react ${emoji.name}` },
        on: { click: () => page.react(message, emoji.name, !me) },
      },
      h("span", {}, emoji.name),
      h("span", {}, String(count)),
    );
  return h("div", { class: "reactions" }, message.reactions.map(one));
}

function threadLink(thread, page) {
  const count = thread.message_count ?? 0;
  const text = `${count === 1 ? "1 message" : `${count} messages`} ›`;
  const follow = (event) => {
    event.preventDefault();
    page.jump(thread.id, null);
  };
  return h(
    "a",
    {
      class: "thread",
      href: `#/${page.names.me}/${thread.id}`,
      data: { key: `thread ${thread.id}`, testid: "thread" },
      on: { click: follow },
    },
    h("span", { class: "thread-name" }, thread.name),
    h("span", {}, text),
  );
}

function foot(message, page) {
  const pinned = message.pinned ? h("span", { class: "mark" }, "Pinned") : null;
  if (!message.private) return pinned ? h("p", { class: "message-foot" }, pinned) : null;
  const dismiss = h(
    "button",
    {
      type: "button",
      class: "quiet link",
      data: { key: "dismiss", testid: "dismiss" },
      on: { click: () => page.dismiss(message) },
    },
    "Dismiss message",
  );
  return h("p", { class: "message-foot" }, pinned, "Only you can see this · ", dismiss);
}

function note(message, page, ids) {
  const author = h("strong", { id: ids.author }, authorOf(message));
  const time = h(
    "time",
    { id: ids.time, datetime: message.timestamp },
    written(message.timestamp, "t", page.names.zone),
  );
  const what =
    message.type === TYPE.pinned
      ? " pinned a message to this channel. "
      : ` started a thread: ${message.content || message.thread?.name || ""}. `;
  const pinned = message.type === TYPE.pinned && message.message_reference?.message_id;
  const look = pinned
    ? h(
        "button",
        {
          type: "button",
          class: "quiet link",
          data: { key: "look" },
          on: { click: () => page.jump(page.channel, pinned) },
        },
        "Show it",
      )
    : null;
  return h(
    "p",
    { class: "note-words" },
    author,
    h("span", { id: ids.words }, what),
    look,
    " ",
    time,
    message.thread ? threadLink(message.thread, page) : null,
  );
}

function more(node, message, page) {
  const button = h(
    "button",
    {
      type: "button",
      class: "more",
      tabindex: "-1",
      "aria-haspopup": "menu",
      "aria-label": "More about this message",
      data: { key: "more", testid: "more" },
    },
    h("span", { "aria-hidden": "true" }, "⋯"),
  );
  button.addEventListener("click", () =>
    page.menu(message, () => (button.isConnected ? button : (node.querySelector(".more") ?? node))),
  );
  return button;
}
