//! Who is named by a text, and who of them is allowed to be.

use serde_json::Value;

use super::form::Form;
use crate::world::{Mentions, RoleId, UserId};

/// What `allowed_mentions` lets through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Allowed {
    users: Names,
    roles: Names,
    everyone: bool,
    /// Whether the author of the message that is answered is named.
    pub(crate) replied_user: bool,
}

/// All, or only those in a list.
#[derive(Clone, Debug, PartialEq)]
enum Names {
    All,
    These(Vec<u64>),
}

impl Names {
    fn lets(&self, id: u64) -> bool {
        match self {
            Self::All => true,
            Self::These(ids) => ids.contains(&id),
        }
    }
}

impl Default for Allowed {
    /// Without the field, Discord lets all mentions through.
    fn default() -> Self {
        Self { users: Names::All, roles: Names::All, everyone: true, replied_user: true }
    }
}

impl Allowed {
    /// Reads the field of a body.
    pub(crate) fn parse(form: &mut Form, value: Option<&Value>) -> Self {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Self::default();
        };
        let parse = form.list("allowed_mentions.parse", value.get("parse"), 0, 3).unwrap_or_default();
        let parses = |word: &str| parse.iter().any(|item| item.as_str() == Some(word));
        let mut side = |key: &str| {
            let path = format!("allowed_mentions.{key}");
            let listed = form.list(&path, value.get(key), 0, 100).unwrap_or_default();
            if parses(key) && !listed.is_empty() {
                let words = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
                form.wrong("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words);
            }
            if parses(key) { Names::All } else { Names::These(listed.iter().filter_map(id_of).collect()) }
        };
        Self {
            users: side("users"),
            roles: side("roles"),
            everyone: parses("everyone"),
            replied_user: value.get("replied_user").and_then(Value::as_bool).unwrap_or(false),
        }
    }

    /// Whom a text names.
    pub(crate) fn named_in(&self, text: &str) -> Mentions {
        let mut mentions = Mentions::default();
        for tag in tags(text) {
            if let Some(role) = tag.strip_prefix("@&").and_then(|id| id.parse().ok()) {
                add(&mut mentions.roles, RoleId(role), self.roles.lets(role));
            } else if let Some(user) = tag.strip_prefix('@').and_then(|id| id.trim_start_matches('!').parse().ok()) {
                add(&mut mentions.users, UserId(user), self.users.lets(user));
            }
        }
        mentions.everyone = self.everyone && (text.contains("@everyone") || text.contains("@here"));
        mentions
    }
}

fn id_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T, allowed: bool) {
    if allowed && !list.contains(&item) {
        list.push(item);
    }
}

/// What stands between `<` and `>`.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(allowed: &Value, text: &str) -> Mentions {
        Allowed::parse(&mut Form::default(), Some(allowed)).named_in(text)
    }

    #[test]
    fn all_are_named_unless_told_otherwise() {
        let mentions = Allowed::default().named_in("<@1> <@!2> <@&3> @here <@1>");
        assert_eq!(mentions.users, [UserId(1), UserId(2)]);
        assert_eq!(mentions.roles, [RoleId(3)]);
        assert!(mentions.everyone);
    }

    #[test]
    fn an_empty_parse_silences_all() {
        let mentions = named(&json!({"parse": []}), "<@1> <@&3> @everyone");
        assert!(mentions.users.is_empty() && mentions.roles.is_empty() && !mentions.everyone);
    }

    #[test]
    fn a_list_lets_those_through() {
        assert_eq!(named(&json!({"users": ["2"]}), "<@1> <@2>").users, [UserId(2)]);
    }

    #[test]
    fn a_list_and_all_exclude_each_other() {
        let mut form = Form::default();
        Allowed::parse(&mut form, Some(&json!({"parse": ["users"], "users": ["2"]})));
        assert!(form.finish().is_err());
    }
}
