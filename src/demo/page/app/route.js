// Who and where, in the address: #/PERSON/CHANNEL, and with two panes #/P1/C1/P2/C2.

/** @typedef {{me: string, channel: string}} Place an empty text is one that isn't known yet */

/** @param {string} [hash] @returns {Place[]} one place a pane; one at least */
export function places(hash = location.hash) {
  const parts = hash
    .replace(/^#\/?/, "")
    .split("/")
    .map((part) => (/^\d+$/.test(part) ? part : ""));
  const [me = "", channel = "", other = "", there = ""] = parts;
  return other
    ? [
        { me, channel },
        { me: other, channel: there },
      ]
    : [{ me, channel }];
}

/** @param {Place[]} list @returns {string} */
export function address(list) {
  const parts = list.flatMap(({ me, channel }) => [me || "-", channel || "-"]);
  while (parts.length > 0 && parts.at(-1) === "-") parts.pop();
  return `#/${parts.join("/")}`;
}

/**
 * Puts places into the address.
 * @param {Place[]} list
 * @param {boolean} [instead] without a step in the browser's history
 */
export function goTo(list, instead = false) {
  const wanted = address(list);
  if (wanted === location.hash) return;
  if (instead) history.replaceState(null, "", wanted);
  else history.pushState(null, "", wanted);
}
