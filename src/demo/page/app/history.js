// The messages of one channel as one person sees them: the newest page, and the earlier ones that were asked for.
import { get } from "./api.js";

const PAGE = 50;
/** How many pages are fetched to close a gap before the earlier messages are let go. */
const GAP = 6;
const MOST = 300;

/** Orders ids: snowflakes are numbers too large for JavaScript's. */
export function order(one, other) {
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}

/** Holds a channel's messages. */
export class History {
  /** @param {string} me @param {string} channel */
  constructor(me, channel) {
    this.me = me;
    this.channel = channel;
    this.list = [];
    this.earlier = false;
    this.loaded = false;
    this.why = null;
    this.asking = null;
  }

  page(before = null) {
    return get("api/messages", { me: this.me, channel: this.channel, before });
  }

  /**
   * Fetches the newest page, and the one that is being read if that is another.
   * @param {string | null} reading the first message in view, when it isn't at the bottom
   */
  async refresh(reading) {
    const around = this.aroundOf(reading);
    try {
      const [newest, old] = await Promise.all([this.page(), around ? this.page(around) : null]);
      await this.merge(newest, reading !== null);
      if (old) this.replace(old.messages, around);
      this.why = null;
      this.loaded = true;
    } catch (error) {
      // When the server can't be reached, what is known stays.
      if (error.status >= 400) Object.assign(this, { why: error.message, list: [], earlier: false, loaded: true });
      throw error;
    }
  }

  /** Which message comes after the page around one that is read; null if the newest page has it. */
  aroundOf(reading) {
    const at = reading ? this.list.findIndex((one) => one.id === reading) : -1;
    if (at < 0 || at >= this.list.length - PAGE) return null;
    return this.list[Math.min(this.list.length - 1, at + PAGE / 2)].id;
  }

  async merge({ messages, earlier }, isReading) {
    let [page, more] = [messages, earlier];
    const last = this.list.at(-1)?.id;
    const touches = () => page.length === 0 || !last || order(page[0].id, last) <= 0;
    for (let tries = 0; isReading && more && !touches() && tries < GAP; tries += 1) {
      const before = await this.page(page[0].id);
      page = [...before.messages, ...page];
      more = before.earlier;
    }
    if (!touches() || page.length === 0 || !more) {
      this.list = page;
      this.earlier = more;
      return;
    }
    const older = this.list.filter((one) => order(one.id, page[0].id) < 0);
    if (older.length === 0) this.earlier = more;
    this.list = [...older, ...page];
  }

  /** Puts a page in the place of what was known before a message. */
  replace(messages, before) {
    const first = messages[0]?.id;
    if (!first) return;
    const outside = (one) => order(one.id, first) < 0 || order(one.id, before) >= 0;
    const rest = this.list.filter(outside);
    const at = rest.findIndex((one) => order(one.id, before) >= 0);
    this.list = [...rest.slice(0, at < 0 ? rest.length : at), ...messages, ...(at < 0 ? [] : rest.slice(at))];
  }

  /** Fetches the page before the first message. Asked twice, it is fetched once. */
  more() {
    if (!this.earlier || this.list.length === 0) return Promise.resolve();
    this.asking ??= this.page(this.list[0].id)
      .then(({ messages, earlier }) => {
        const first = this.list[0]?.id;
        this.list = [...messages.filter((one) => !first || order(one.id, first) < 0), ...this.list];
        this.earlier = earlier && messages.length > 0;
      })
      .finally(() => (this.asking = null));
    return this.asking;
  }

  /** Lets early messages go when there are many. @returns {boolean} whether there were */
  trim() {
    if (this.list.length <= MOST) return false;
    this.list = this.list.slice(-MOST / 2);
    this.earlier = true;
    return true;
  }
}
