// A form that the bot asks somebody to fill in.
import { busy, complain, focusKeeper, h, newId, say, shown } from "./dom.js";
import { announce } from "./live.js";
import { session } from "./memory.js";

/** So much of the room is used when the counter appears. */
const NEAR = 0.8;
const LABEL = 18;
const WORDS = 10;

/**
 * Shows a form.
 * @param {any} body Discord's modal
 * @param {object} what
 * @param {string} what.me whose it is: drafts are kept for each person
 * @param {(fields: Record<string, string>) => Promise<string>} what.submit answers with why it was refused, or nothing
 * @param {() => void} what.elsewhere moves the focus when what had it is gone
 * @param {() => void} what.close told when it is closed without being sent
 */
export function openForm(body, { me, submit, close, elsewhere }) {
  const giveBack = focusKeeper();
  const key = `form ${me} ${body.custom_id}`;
  const draft = session.getJson(key) ?? {};
  const fields = fieldsOf(body.components, draft);
  const title = h("h2", { id: newId("form"), tabindex: "-1" }, body.title);
  const refusal = h("p", { role: "alert" });
  const send = h("button", { type: "submit", class: "button primary", data: { testid: "form-send" } }, "Submit");
  const cancel = h(
    "button",
    { type: "button", class: "button", data: { testid: "form-cancel" }, on: { click: () => dialog.close() } },
    "Cancel",
  );
  const kept = h(
    "p",
    { class: "choose-note" },
    "What you had written is here again. ",
    h("button", { type: "button", class: "quiet link", on: { click: afresh } }, "Start afresh"),
  );
  const form = h(
    "form",
    { novalidate: true, on: { submit: sendIt } },
    kept,
    fields.map((one) => one.el),
    refusal,
    h("div", { class: "dialog-foot" }, cancel, send),
  );
  const dialog = h("dialog", { class: "form", "aria-labelledby": title.id, data: { testid: "form" } }, title, form);
  let sent = false;
  let gone = false;

  complain(refusal, "");
  shown(
    kept,
    fields.some((one) => one.fromDraft),
  );
  form.addEventListener("input", keep);
  // Enter in a text of several lines is a new line; with Ctrl it sends.
  form.addEventListener(
    "keydown",
    (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.requestSubmit(),
  );
  dialog.addEventListener("close", closed);
  document.body.append(dialog);
  dialog.showModal();
  (fields.find((one) => one.input)?.input ?? title).focus();
  return { dialog, drop };

  function keep() {
    const changed = fields.filter((one) => one.input && one.input.value !== one.first);
    session.setJson(
      key,
      changed.length > 0 ? Object.fromEntries(changed.map((one) => [one.name, one.input.value])) : null,
    );
  }

  function afresh() {
    for (const one of fields) if (one.input) one.input.value = one.first;
    for (const one of fields) one.count?.();
    session.set(key, null);
    shown(kept, false);
    (fields.find((one) => one.input)?.input ?? title).focus();
  }

  async function sendIt(event) {
    event.preventDefault();
    if (send.getAttribute("aria-busy")) return;
    complain(refusal, "");
    for (const one of fields) one.check?.();
    const wrong = fields.find((one) => one.input?.getAttribute("aria-invalid"));
    if (wrong) return wrong.input.focus();
    const values = Object.fromEntries(fields.filter((one) => one.input).map((one) => [one.name, one.input.value]));
    busy(send, true);
    dialog.setAttribute("aria-busy", "true");
    const why = await submit(values);
    busy(send, false);
    dialog.removeAttribute("aria-busy");
    if (gone) return;
    if (why) return complain(refusal, why);
    sent = true;
    session.set(key, null);
    dialog.close();
  }

  function closed() {
    gone = true;
    dialog.remove();
    // What opened the form may be gone, such as the button of a command that was run.
    if (!giveBack() || document.activeElement === document.body) elsewhere();
    if (sent) return;
    if (session.get(key)) announce("Closed. What you wrote is kept for the next time.");
    close();
  }

  /** Takes the form away without telling anybody: another person is logged in now. */
  function drop() {
    sent = true;
    if (dialog.open) dialog.close();
  }
}

function fieldsOf(components, draft) {
  return (components ?? []).flatMap((component) => {
    if (component.type === WORDS) return [{ el: h("p", { class: "words" }, component.content ?? "") }];
    if (component.type === LABEL)
      return [field({ ...component.component, label: component.label, hint: component.description }, draft)];
    return (component.components ?? []).map((one) => field(one, draft));
  });
}

function field(input, draft) {
  const ids = { input: newId("field"), hint: newId("hint"), error: newId("error"), count: newId("count") };
  const name = input.custom_id;
  const first = input.value ?? "";
  const fromDraft = draft[name] !== undefined && draft[name] !== first;
  const long = input.style === 2;
  const hints = [...new Set([input.hint, input.placeholder].filter(Boolean))];
  const control = h(long ? "textarea" : "input", {
    type: long ? null : "text",
    rows: long ? "4" : null,
    id: ids.input,
    name,
    class: "input",
    maxlength: input.max_length ?? 4000,
    "aria-required": input.required !== false,
    "aria-describedby": `${ids.hint} ${ids.error} ${ids.count}`,
    autocomplete: "off",
    data: { name },
  });
  control.value = fromDraft ? draft[name] : first;
  const error = h("p", { id: ids.error, class: "refusal" });
  const counter = h("p", { id: ids.count, class: "count" });
  // As in Discord: what has no star may stay empty.
  const star = input.required === false ? null : h("span", { class: "star", "aria-hidden": "true" }, " *");
  const el = h(
    "div",
    { class: "field" },
    h("label", { for: ids.input }, input.label, star),
    h("p", { id: ids.hint, class: "hint" }, hints.join(" · ")),
    control,
    error,
    counter,
  );
  shown(error, false);
  shown(el.querySelector(".hint"), hints.length > 0);

  const complainHere = (why) => {
    say(error, why);
    shown(error, why !== "");
    if (why) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  const count = () => {
    const most = input.max_length ?? 4000;
    const near = control.value.length >= most * NEAR;
    shown(counter, near);
    say(counter, near ? `${control.value.length} of ${most} characters` : "");
  };
  const check = () => {
    const text = control.value.trim();
    const short = text && text.length < (input.min_length ?? 0);
    complainHere(
      !text && input.required !== false
        ? "Please write something here."
        : short
          ? `Write ${input.min_length} characters at least.`
          : "",
    );
  };
  control.addEventListener("input", () => {
    complainHere("");
    count();
  });
  count();
  return { el, input: control, name, first, fromDraft, check, count };
}
