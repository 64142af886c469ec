//! Clicking, selecting and filling in.

use serde_json::{Value, json};

use super::reply::{Refused, Reply};
use super::resolve::{Found, named};
use super::view::{Button, ModalView, Select, visible};
use super::{Actor, OpenModal};
use crate::change::Act;
use crate::rules::components::{flatten, is_select, kind, kind_of};
use crate::world::{ChannelId, InteractionKind, MessageId, OptionKind, World};

/// A component on a message.
struct Control {
    channel: ChannelId,
    message: MessageId,
    component: Value,
}

impl Actor {
    /// Clicks the button with this label on the newest message that has it.
    pub async fn clicks(&self, label: &str) -> Result<Reply, Refused> {
        let control = self.control(None, &format!("button \"{label}\""), |it| is_button(it, label))?;
        self.click(control, label).await
    }

    /// Clicks the button with this label on a certain message.
    pub async fn clicks_on(&self, message: MessageId, label: &str) -> Result<Reply, Refused> {
        let control = self.control(Some(message), &format!("button \"{label}\""), |it| is_button(it, label))?;
        self.click(control, label).await
    }

    /// Clicks the component with this `custom_id` on a certain message.
    pub async fn clicks_id(&self, message: MessageId, custom_id: &str) -> Result<Reply, Refused> {
        let control = self.control(Some(message), custom_id, |it| it.get("custom_id") == Some(&json!(custom_id)))?;
        self.click(control, custom_id).await
    }

    async fn click(&self, control: Control, words: &str) -> Result<Reply, Refused> {
        let button = &control.component;
        if button.get("disabled") == Some(&json!(true)) {
            return Err(Refused::NotAllowed(format!("The button \"{words}\" is disabled")));
        }
        let Some(custom_id) = button.get("custom_id").and_then(Value::as_str).map(str::to_owned) else {
            return Err(Refused::NotAllowed(format!("\"{words}\" is a link")));
        };
        let data = json!({"component_type": kind_of(button), "custom_id": custom_id, "id": button.get("id")});
        self.use_control(&control, custom_id, data, words).await
    }

    async fn use_control(&self, control: &Control, name: String, data: Value, words: &str) -> Result<Reply, Refused> {
        let (channel, source) = (control.channel, Some(control.message));
        let act = Act { kind: InteractionKind::Component, user: self.id(), channel, name, source, data };
        self.interact(act, words).await
    }

    /// Chooses in the select with this placeholder (or `custom_id`): options by label or value; users, roles and
    /// channels by name or id.
    pub async fn selects(&self, placeholder: &str, choices: &[&str]) -> Result<Reply, Refused> {
        self.select(None, placeholder, choices).await
    }

    /// Chooses in a select of a certain message.
    pub async fn selects_on(&self, message: MessageId, placeholder: &str, choices: &[&str]) -> Result<Reply, Refused> {
        self.select(Some(message), placeholder, choices).await
    }

    async fn select(&self, on: Option<MessageId>, placeholder: &str, choices: &[&str]) -> Result<Reply, Refused> {
        let fits = |it: &Value| {
            let is = |key: &str| it.get(key).and_then(Value::as_str) == Some(placeholder);
            is_select(kind_of(it)) && (is("placeholder") || is("custom_id"))
        };
        let control = self.control(on, &format!("select \"{placeholder}\""), fits)?;
        let select = &control.component;
        if select.get("disabled") == Some(&json!(true)) {
            return Err(Refused::NotAllowed(format!("The select \"{placeholder}\" is disabled")));
        }
        let (values, found) = self.chosen(&control, choices)?;
        let custom_id = select.get("custom_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut data = json!({
            "component_type": kind_of(select), "custom_id": custom_id, "id": select.get("id"), "values": values,
        });
        found.add_to(&mut data);
        let words = format!("{placeholder}: {}", choices.join(", "));
        self.use_control(&control, custom_id, data, &words).await
    }

    fn chosen(&self, control: &Control, choices: &[&str]) -> Result<(Vec<Value>, Found), Refused> {
        let select = &control.component;
        let bound = |key: &str| select.get(key).and_then(Value::as_u64).unwrap_or(1);
        let count = choices.len() as u64;
        if count < bound("min_values") || count > bound("max_values") {
            let (min, max) = (bound("min_values"), bound("max_values"));
            return Err(Refused::Invalid(format!("Between {min} and {max} can be chosen, not {count}")));
        }
        let mut found = Found::default();
        let world = self.core.world();
        let values = choices.iter().map(|choice| self.choice(&world, control, choice, &mut found));
        Ok((values.collect::<Result<_, _>>()?, found))
    }

    fn choice(&self, world: &World, control: &Control, choice: &str, found: &mut Found) -> Result<Value, Refused> {
        let select = &control.component;
        let kind = match kind_of(select) {
            kind::USER_SELECT => OptionKind::User,
            kind::ROLE_SELECT => OptionKind::Role,
            kind::MENTIONABLE_SELECT => OptionKind::Mentionable,
            kind::CHANNEL_SELECT => OptionKind::Channel,
            _ => {
                let mut options = select.get("options").and_then(Value::as_array).into_iter().flatten();
                let is = |option: &&Value, key: &str| option.get(key) == Some(&json!(choice));
                let option = options.clone().find(|option| is(option, "label"));
                let option = option.or_else(|| options.find(|option| is(option, "value")));
                let value = option.and_then(|option| option.get("value")).cloned();
                return value.ok_or_else(|| Refused::NotThere(format!("There is no \"{choice}\" to choose")));
            }
        };
        let server = world.channels.get(&control.channel).and_then(|channel| channel.server);
        let types = select.get("channel_types").and_then(Value::as_array).into_iter().flatten();
        let types: Vec<_> = types.filter_map(Value::as_u64).collect();
        named(found, world, (self.id(), server), kind, &types, choice).map_err(Refused::NotThere)
    }

    /// The newest component that fits, on a message that she can see.
    fn control(&self, on: Option<MessageId>, what: &str, fits: impl Fn(&Value) -> bool) -> Result<Control, Refused> {
        let place = self.place();
        let world = self.core.world();
        let channel = match on {
            Some(message) => self.place_of(&world, message)?,
            None => place?,
        };
        let messages = visible(&world, self.id(), channel).rev().filter(|it| on.is_none_or(|only| only == it.id));
        for message in messages {
            let leaves = flatten(&message.components);
            if let Some(component) = leaves.into_iter().find(|leaf| fits(leaf)) {
                return Ok(Control { channel, message: message.id, component: component.clone() });
            }
        }
        Err(Refused::NotThere(format!("There is no {what} to see")))
    }

    /// Fills fields of the open modal by label or `custom_id`, leaves the others as they are, and sends it.
    pub async fn fills(&self, fields: &[(&str, &str)]) -> Result<Reply, Refused> {
        let open = self.person().modal.ok_or_else(|| Refused::NotThere("No modal is open".to_owned()))?;
        let shown = ModalView::new(&open.body);
        let is_there = |name: &str| shown.fields.iter().any(|it| it.label == name || it.custom_id == name);
        if let Some((label, _)) = fields.iter().find(|(name, _)| !is_there(name)) {
            return Err(Refused::NotThere(format!("The modal has no field \"{label}\"")));
        }
        let rows = open.body.get("components").and_then(Value::as_array).cloned().unwrap_or_default();
        let rows = rows.into_iter().map(|row| filled(row, fields)).collect::<Result<Vec<_>, _>>()?;
        let custom_id = open.body.get("custom_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let data = json!({"custom_id": custom_id, "components": rows});
        let OpenModal { channel, source, .. } = open;
        let act = Act { kind: InteractionKind::Modal, user: self.id(), channel, name: custom_id, source, data };
        let words: Vec<_> = fields.iter().map(|(label, text)| format!("{label}: {text}")).collect();
        let reply = self.interact(act, &words.join("\n")).await?;
        // It stays open after an error, so that nothing is lost; an answer closes it.
        if reply.modal.is_none() {
            self.remember(|person| person.modal = None);
        }
        Ok(reply)
    }

    /// Closes the open modal without sending it.
    pub fn closes_modal(&self) {
        self.remember(|person| person.modal = None);
    }
}

fn is_button(component: &Value, label: &str) -> bool {
    if kind_of(component) != kind::BUTTON {
        return false;
    }
    let plain = component.get("label").and_then(Value::as_str) == Some(label);
    plain || Button::new(component).label == label
}

/// A row of a modal with what the person filled in.
fn filled(row: Value, fields: &[(&str, &str)]) -> Result<Value, Refused> {
    let labelled = row.get("component").is_some();
    let Some(input) = row.get("component").or_else(|| row.pointer("/components/0")).cloned() else {
        return Ok(row);
    };
    let label = row.get("label").or_else(|| input.get("label")).and_then(Value::as_str).unwrap_or_default();
    let before = input.get("value").and_then(Value::as_str).unwrap_or_default();
    let id = input.get("custom_id").and_then(Value::as_str).unwrap_or_default();
    let text = fields.iter().find(|(known, _)| *known == label || *known == id).map_or(before, |(_, text)| *text);
    check_field(&input, label, text)?;
    let mut sent = json!({"type": kind_of(&input), "id": input.get("id"), "custom_id": input.get("custom_id")});
    if is_select(kind_of(&input)) {
        sent["values"] = json!(Select::values_for(&input, text));
    } else {
        sent["value"] = json!(text);
    }
    let mut out = json!({"type": row.get("type"), "id": row.get("id")});
    if labelled {
        out["component"] = sent;
    } else {
        out["components"] = json!([sent]);
    }
    Ok(out)
}

fn check_field(input: &Value, label: &str, text: &str) -> Result<(), Refused> {
    let length = text.chars().count() as u64;
    let bound = |key: &str| input.get(key).and_then(Value::as_u64);
    let required = input.get("required").and_then(Value::as_bool).unwrap_or(true);
    if length == 0 {
        return if required { Err(Refused::Invalid(format!("\"{label}\" must be filled in"))) } else { Ok(()) };
    }
    let max = bound("max_length").unwrap_or(4000);
    if length > max || length < bound("min_length").unwrap_or(0) {
        return Err(Refused::Invalid(format!("\"{label}\" can't take {length} characters")));
    }
    Ok(())
}

impl Select {
    /// The values of options in a modal's select, by labels with commas between them.
    fn values_for(select: &Value, labels: &str) -> Vec<Value> {
        let options = select.get("options").and_then(Value::as_array).into_iter().flatten();
        let chosen = |option: &&Value| {
            let label = option.get("label").and_then(Value::as_str);
            labels.split(',').any(|wanted| label == Some(wanted.trim()))
        };
        options.filter(chosen).filter_map(|option| option.get("value").cloned()).collect()
    }
}
