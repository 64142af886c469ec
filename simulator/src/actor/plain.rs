//! Discord's markup as plain text: names in place of ids, times in place of numbers.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::world::{ChannelId, RoleId, ServerId, UserId, World};

/// Renders the texts of one place.
pub(super) struct Plain<'w> {
    pub(super) world: &'w World,
    pub(super) server: Option<ServerId>,
    /// When it was written: relative times count from then, since a transcript is read later.
    pub(super) written: DateTime<Utc>,
}

impl Plain<'_> {
    /// A text with names in place of ids.
    pub(super) fn text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let tag = rest.find('>').map(|end| (&rest[1..end], &rest[end + 1..]));
            if let Some((name, after)) = tag.and_then(|(tag, after)| Some((self.tag(tag)?, after))) {
                out.push_str(&name);
                rest = after;
            } else {
                out.push('<');
                rest = &rest[1..];
            }
        }
        out + rest
    }

    fn tag(&self, tag: &str) -> Option<String> {
        if let Some(id) = tag.strip_prefix("@&") {
            let id: RoleId = id.parse().ok()?;
            let role = self.world.servers.values().find_map(|server| server.roles.get(&id));
            return Some(format!("@{}", role.map_or("deleted-role", |role| role.name.as_str())));
        }
        if let Some(id) = tag.strip_prefix('@') {
            let id: UserId = id.trim_start_matches('!').parse().ok()?;
            return Some(format!("@{}", self.world.name_of(id, self.server)));
        }
        if let Some(id) = tag.strip_prefix('#') {
            let id: ChannelId = id.parse().ok()?;
            let channel = self.world.channels.get(&id);
            return Some(format!("#{}", channel.map_or("unknown", |channel| channel.name.as_str())));
        }
        if let Some(command) = tag.strip_prefix('/') {
            return command.split_once(':').map(|(name, _)| format!("/{name}"));
        }
        time(tag, self.written)
    }

    /// An embed as lines.
    pub(super) fn embed(&self, embed: &Value) -> String {
        let at = |pointer: &str| embed.pointer(pointer).and_then(Value::as_str).map(|text| self.text(text));
        let fields = embed.get("fields").and_then(Value::as_array).into_iter().flatten();
        let field = |field: &Value| {
            let text = |key: &str| self.text(field.get(key).and_then(Value::as_str).unwrap_or_default());
            format!("{}: {}", text("name"), text("value"))
        };
        let head = [at("/author/name"), at("/title"), at("/description")].into_iter().flatten();
        head.chain(fields.map(field)).chain(at("/footer/text")).collect::<Vec<_>>().join("\n")
    }
}

/// `t:1767600000:f` as UTC, since whoever reads a transcript may be anywhere; `t:1767600000:R` as `in 2 days`.
fn time(tag: &str, written: DateTime<Utc>) -> Option<String> {
    let rest = tag.strip_prefix("t:")?;
    let (seconds, style) = rest.split_once(':').unwrap_or((rest, "f"));
    let at = DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
    let form = match style {
        "R" => return Some(relative(at - written)),
        "t" | "T" => "%H:%M UTC",
        "d" | "D" => "%Y-%m-%d",
        _ => "%Y-%m-%d %H:%M UTC",
    };
    Some(at.format(form).to_string())
}

/// How far away something is, in the largest unit that is at least two of its kind.
fn relative(away: TimeDelta) -> String {
    let far = away.abs();
    let (count, unit) = [(far.num_days(), "days"), (far.num_hours(), "hours"), (far.num_minutes(), "minutes")]
        .into_iter()
        .find(|(count, _)| *count > 1)
        .unwrap_or((far.num_seconds(), "seconds"));
    if away < TimeDelta::zero() { format!("{count} {unit} ago") } else { format!("in {count} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_are_said_in_the_largest_unit_that_fits() {
        for (seconds, said) in
            [(0, "in 0 seconds"), (119, "in 119 seconds"), (120, "in 2 minutes"), (86_400, "in 24 hours")]
        {
            assert_eq!(relative(TimeDelta::seconds(seconds)), said);
        }
        assert_eq!(relative(TimeDelta::days(-9)), "9 days ago");
    }
}
