// What the page asks the server, and how often.

/** Why something wasn't done, as a sentence to show. */
export class Refused extends Error {
  constructor(why, status) {
    super(why);
    this.status = status;
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Refused("The server can’t be reached just now. Please try again.", 0);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(body?.why ?? `That didn’t work (${response.status}).`, response.status);
  return body;
}

/**
 * @param {string} path relative to the page
 * @param {Record<string, any>} [query] what is null or undefined is left out
 */
export const get = (path, query = {}) => ask(withQuery(path, query), {});

function withQuery(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

/** @param {string} path relative to the page @param {any} body */
export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** @param {string} path relative to the page @param {Record<string, any>} [query] */
export const remove = (path, query = {}) => ask(withQuery(path, query), { method: "DELETE" });

/**
 * Work that is asked for more often than it should be done: it never overlaps, begins at most eight times a
 * second, and whoever asks is answered by a run that began after they asked.
 */
export class Steady {
  /** @param {() => Promise<void>} work @param {number} [gap] milliseconds between two beginnings */
  constructor(work, gap = 125) {
    this.work = work;
    this.gap = gap;
    this.last = -gap;
    this.running = false;
    this.hurried = false;
    this.next = null;
    this.timer = 0;
  }

  /** @param {boolean} [atOnce] without waiting for the gap @returns {Promise<void>} */
  ask(atOnce = false) {
    this.next ??= resolvers();
    const { promise } = this.next;
    if (this.running) this.hurried ||= atOnce;
    else this.plan(atOnce);
    return promise;
  }

  plan(atOnce) {
    clearTimeout(this.timer);
    const wait = atOnce ? 0 : Math.max(0, this.last + this.gap - performance.now());
    if (wait === 0) this.run();
    else this.timer = setTimeout(() => this.run(), wait);
  }

  async run() {
    clearTimeout(this.timer);
    const { resolve } = this.next;
    this.next = null;
    this.running = true;
    this.hurried = false;
    this.last = performance.now();
    try {
      await this.work();
    } catch (error) {
      // A refusal was shown, or the banner says that the connection is lost. The next change tries again.
      if (!(error instanceof Refused)) console.error(error);
    }
    this.running = false;
    resolve();
    if (this.next) this.plan(this.hurried);
  }
}

function resolvers() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

/**
 * Listens to the server's changes, and goes on trying when it is gone. A window that isn't looked at doesn't listen: a
 * browser has six connections to a server, and each window that listens holds one.
 * @param {{change: (event: any) => void, lost: () => void, back: () => void}} heard
 */
export function listen(heard) {
  let source = null;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource("api/stream");
    source.addEventListener("open", heard.back);
    source.addEventListener("change", (event) => heard.change(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      heard.lost();
      // The browser tries again by itself, unless the server answered with a failure.
      if (source?.readyState !== EventSource.CLOSED) return;
      source = null;
      setTimeout(open, 2000);
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return open();
    source?.close();
    source = null;
  });
  open();
}
