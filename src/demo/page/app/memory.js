// What the browser remembers: for a tab (drafts, the panes' ids) or for good (theme, tour).

/** Reads and writes texts, and goes on without where storage is forbidden or full. */
class Memory {
  constructor(open) {
    this.fallback = new Map();
    try {
      this.store = open();
    } catch {
      this.store = null;
    }
  }

  /** @param {string} key @returns {string | null} */
  get(key) {
    return this.store?.getItem(key) ?? this.fallback.get(key) ?? null;
  }

  /** @param {string} key @param {string | null} text null forgets it */
  set(key, text) {
    this.fallback.delete(key);
    try {
      if (text === null || text === "") this.store?.removeItem(key);
      else this.store.setItem(key, text);
    } catch {
      this.fallback.set(key, text);
    }
  }

  /** @param {string} key @returns {any} what was written with `setJson`, or null */
  getJson(key) {
    try {
      return JSON.parse(this.get(key) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {any} value */
  setJson(key, value) {
    this.set(key, value === null ? null : JSON.stringify(value));
  }
}

/** Kept until the tab is closed. */
export const session = new Memory(() => window.sessionStorage);

/** Kept for the next visit. */
export const forGood = new Memory(() => window.localStorage);

/**
 * The id of a pane of this tab, made once.
 * @param {number} number
 */
export function paneId(number) {
  const key = `pane-${number}`;
  const known = session.get(key);
  if (known) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  session.set(key, made);
  return made;
}
