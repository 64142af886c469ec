// Who and what ids stand for, as one person's client knows it.

/** Discord's kinds of channel. */
export const KIND = { text: 0, dm: 1, category: 4, news: 5, threads: [10, 11, 12], forum: 15 };

/** @param {any} channel */
export const isThread = (channel) => KIND.threads.includes(channel?.type);

/** Looks ids up in a state. */
export class Names {
  /** @param {any} state what `api/state` answered */
  constructor(state) {
    this.state = state;
    this.me = state.me;
    this.people = new Map(state.people.map((one) => [one.id, one]));
    this.roles = new Map(state.roles.map((one) => [one.id, one]));
    this.channels = new Map(state.channels.map((one) => [one.id, one]));
    this.zone = this.people.get(state.me)?.zone ?? "UTC";
    // Messages are drawn anew when this changes, so it holds names and nothing that changes often.
    this.sign = JSON.stringify([
      state.me,
      this.zone,
      state.people.map((one) => one.name),
      state.roles.map((one) => one.name),
      state.channels.map((one) => [one.id, one.name]),
      state.menu,
    ]);
  }

  /** @param {string} id @returns {string} */
  person(id) {
    if (id === this.state.bot.id) return this.state.bot.name;
    return this.people.get(id)?.name ?? "somebody who has left";
  }

  /** @param {string} id @returns {string} */
  role(id) {
    return this.roles.get(id)?.name ?? "a role that is gone";
  }

  /** @param {string} id @returns {any} */
  channel(id) {
    return this.channels.get(id) ?? null;
  }

  /** The name of a channel with its sign: # for channels, none for the direct messages. */
  titleOf(channel) {
    if (!channel) return "a channel that you can’t see";
    if (channel.type === KIND.dm || isThread(channel)) return channel.name;
    return `#${channel.name}`;
  }
}

/** The first letters of a name's first and last word. @param {string} name */
export function initials(name) {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = (word) => [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? "";
  const letters = words.length > 1 ? first(words[0]) + first(words.at(-1)) : first(words[0] ?? "");
  return letters.toLocaleUpperCase("en-GB") || "?";
}

/** A number from 0 to 7 that a name always has: its colour. @param {string} name */
export function tint(name) {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % 8;
}
