// Attachments: pictures shown in place and in full size, other files as links.
import { focusKeeper, h } from "./dom.js";
import { forFiles } from "./files-address.js";

/** @param {any} file @returns {boolean} */
const isPicture = (file) =>
  /^image\/(png|jpeg|gif|webp|svg\+xml)$/.test(file.content_type ?? "") ||
  /\.(png|jpe?g|gif|webp)$/i.test(file.filename ?? "");

/** A size as people read it. @param {number} bytes */
export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  const [number, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}

/** A message's file. @param {any} file */
export function attachment(file) {
  const address = forFiles(file.url);
  if (address && isPicture(file)) return picture(address, file.description || file.filename, file);
  const size = typeof file.size === "number" ? sizeOf(file.size) : "";
  const name = address
    ? h("a", { href: address, download: file.filename, rel: "noreferrer noopener", target: "_blank" }, file.filename)
    : h("span", {}, file.filename);
  return h(
    "div",
    { class: "file" },
    h("span", { class: "file-sign", "aria-hidden": "true" }),
    h("span", {}, name, h("span", { class: "file-size" }, size)),
  );
}

/**
 * A picture that opens in full size.
 * @param {string} address
 * @param {string} alt
 * @param {{width?: number, height?: number}} [size]
 */
export function picture(address, alt, size = {}) {
  const props = {
    src: address,
    alt,
    loading: "lazy",
    decoding: "async",
    width: size.width ?? null,
    height: size.height ?? null,
  };
  const image = h("img", props);
  return h(
    "button",
    {
      type: "button",
      class: "picture",
      "aria-label": `${alt} – open in full size`,
      data: { key: `picture ${address}` },
      on: { click: () => openPicture(address, alt) },
    },
    image,
  );
}

function openPicture(address, alt) {
  const giveBack = focusKeeper();
  const close = h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Close");
  const own = h(
    "a",
    { href: address, target: "_blank", rel: "noreferrer noopener", class: "button link" },
    "Open by itself",
  );
  const image = h("img", { src: address, alt });
  const dialog = h(
    "dialog",
    { class: "full-picture", "aria-label": "Picture in full size" },
    h("div", { class: "full-picture-view", tabindex: "0", role: "group", "aria-label": "Picture" }, image),
    h("p", {}, alt),
    h("div", { class: "dialog-foot" }, own, close),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    giveBack();
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
