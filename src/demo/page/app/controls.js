// A message's buttons and selects.
import { busy, h } from "./dom.js";
import { choose } from "./chooser.js";
import { safeAddress } from "./inline.js";
import { isThread, KIND } from "./names.js";

const STYLES = { 1: "primary", 2: "plain", 3: "good", 4: "danger", 5: "link" };
const SELECTS = [3, 5, 6, 7, 8];

/**
 * @param {any} message
 * @param {any} page `names`, `underWay` (message and control), `click`, `select`
 */
export function controls(message, page) {
  const rows = (message.components ?? []).filter((row) => row.type === 1 && row.components?.length);
  if (rows.length === 0) return null;
  return h(
    "div",
    { class: "rows" },
    rows.map((row) =>
      h(
        "div",
        { class: "row" },
        row.components.map((one) => control(one, message, page)),
      ),
    ),
  );
}

function control(component, message, page) {
  if (component.type === 2) return component.style === 5 ? address(component) : button(component, message, page);
  return SELECTS.includes(component.type) ? select(component, message, page) : null;
}

const labelOf = (component) => [component.emoji?.name, component.label].filter(Boolean).join(" ") || "Button";

function address(component) {
  const href = safeAddress(component.url ?? "");
  if (!href) return h("span", { class: "button link" }, labelOf(component));
  return h(
    "a",
    { class: "button link", href, rel: "noreferrer noopener", target: "_blank", data: { key: href } },
    labelOf(component),
    h("span", { "aria-hidden": "true" }, " ↗"),
  );
}

function button(component, message, page) {
  const style = STYLES[component.style] ?? "plain";
  const props = {
    type: "button",
    class: `button ${style}`,
    disabled: component.disabled,
    data: { key: component.custom_id, testid: "button" },
  };
  const node = h("button", props, labelOf(component));
  busy(node, page.underWay(message.id) === component.custom_id);
  node.addEventListener("click", () => {
    if (page.underWay(message.id)) return;
    page.click(message, component.custom_id);
  });
  return node;
}

function select(component, message, page) {
  const hint = component.placeholder || "Choose…";
  const chosen = groupsOf(component, page.names)
    .flatMap((group) => group.choices)
    .filter((choice) => choice.chosen);
  const words = chosen.map((choice) => choice.label).join(", ");
  const props = {
    type: "button",
    class: words ? "select" : "select empty",
    disabled: component.disabled,
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": words ? `${hint}: ${words}` : hint,
    data: { key: component.custom_id, testid: "select", name: hint },
  };
  const node = h(
    "button",
    props,
    h("span", { class: "select-words" }, words || hint),
    h("span", { class: "select-sign", "aria-hidden": "true" }),
  );
  busy(node, page.underWay(message.id) === component.custom_id);
  node.addEventListener("click", () => {
    if (!page.underWay(message.id)) open(component, message, page, hint, node);
  });
  return node;
}

function open(component, message, page, hint, node) {
  const article = node.closest("article");
  // The message may be drawn anew while the list is open: then its control is another node.
  const anchor = () =>
    (node.isConnected ? node : article.querySelector(`[data-key="${CSS.escape(component.custom_id)}"]`)) ?? article;
  choose({
    anchor,
    label: hint,
    groups: groupsOf(component, page.names),
    least: component.min_values ?? 1,
    most: component.max_values ?? 1,
    chosen: (values) => page.select(message, component.custom_id, values),
  });
}

function groupsOf(component, names) {
  const preset = new Set((component.default_values ?? []).map((one) => one.id));
  const choice = (value, label, about) => ({ value, label, about, chosen: preset.has(value) });
  const people = () => names.state.people.map((one) => choice(one.id, one.name, one.organisation ?? one.about));
  const roles = () => names.state.roles.map((one) => choice(one.id, `@${one.name}`));
  switch (component.type) {
    case 3:
      return [
        {
          choices: (component.options ?? []).map((one) => ({
            value: one.value,
            label: one.label,
            about: one.description,
            chosen: Boolean(one.default),
          })),
        },
      ];
    case 5:
      return [{ choices: people() }];
    case 6:
      return [{ choices: roles() }];
    case 7:
      return [
        { label: "People", choices: people() },
        { label: "Roles", choices: roles() },
      ];
    default:
      return [
        {
          choices: channelsFor(component, names).map((one) =>
            choice(one.id, names.titleOf(one), names.channel(one.parent)?.name),
          ),
        },
      ];
  }
}

/** The channels that an option or a select offers. */
export function channelsFor({ channel_types: types }, names) {
  const fits = (one) => (types?.length ? types.includes(one.type) : one.type !== KIND.category);
  return names.state.channels.filter((one) => one.type !== KIND.dm && fits(one) && (types?.length || !isThread(one)));
}
