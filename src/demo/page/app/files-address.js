// Where files may come from: the server of this page alone.

/**
 * The address of a file of this server's, or null for any other.
 * @param {string | undefined} url as the message has it
 * @returns {string | null}
 */
export function forFiles(url) {
  if (typeof url !== "string" || !url) return null;
  try {
    const base = new URL(".", document.baseURI);
    const full = new URL(url, base);
    return full.origin === base.origin && full.pathname.startsWith(`${base.pathname}files/`) ? full.href : null;
  } catch {
    return null;
  }
}
