// Instants as people read them, in their zone.

const formats = new Map();

const STYLES = {
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  d: { day: "2-digit", month: "2-digit", year: "numeric" },
  D: { day: "numeric", month: "long", year: "numeric" },
  f: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  F: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  second: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  clock: { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  zone: { timeZoneName: "short", hour: "2-digit" },
};

function format(style, zone) {
  const key = `${style} ${zone}`;
  let known = formats.get(key);
  if (!known) {
    const options = { ...STYLES[style], hourCycle: "h23" };
    try {
      known = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone || "UTC" });
    } catch {
      // A zone that this browser doesn't know.
      known = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
    }
    formats.set(key, known);
  }
  return known;
}

/**
 * @param {string | number | Date} instant
 * @param {string} style Discord's letter, or one of ours
 * @param {string} zone
 */
export function written(instant, style, zone) {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? "" : format(style, zone).format(date).replace(" at ", " ");
}

/** The short name of a zone at an instant, such as BST. */
export function zoneName(instant, zone) {
  const parts = format("zone", zone).formatToParts(new Date(instant));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

const STEPS = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86_400, "hour", 3600],
  [2_592_000, "day", 86_400],
  [31_536_000, "month", 2_592_000],
  [Infinity, "year", 31_536_000],
];
const relative = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });

/** Such as “in 2 hours”. */
export function fromNow(instant, now) {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const [, unit, size] = STEPS.find(([below]) => Math.abs(seconds) < below);
  return relative.format(Math.round(seconds / size), unit);
}

/** The simulated present, carried on between two words of the server. */
export const clock = {
  told: Date.now(),
  at: performance.now(),
  playing: false,

  /** @param {string} now @param {boolean} playing */
  set(now, playing) {
    this.told = new Date(now).getTime();
    this.at = performance.now();
    this.playing = playing;
  },

  /** @returns {number} */
  now() {
    return this.told + (this.playing ? 0 : performance.now() - this.at);
  },
};

/** Brings relative times in the page up to date. */
export function refreshRelative() {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    const text = fromNow(node.dateTime, clock.now());
    if (node.textContent !== text) node.textContent = text;
  }
}
