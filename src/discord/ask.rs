//! What can be looked up at Discord: members, roles, permissions, files.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, Url};
use serde_json::Value;

use super::route::Route;
use super::{Discord, Failure, permission, snowflake};
use crate::command::Actor;
use crate::partnership::{ChannelId, PartnershipId, RoleId, UserId};

/// How long a member is taken to be as they were.
const MEMBER_FOR: TimeDelta = TimeDelta::minutes(10);
/// How long a server is: short, since whoever has just made a role wants to pick it.
const SERVER_FOR: TimeDelta = TimeDelta::seconds(30);
/// Most members and servers that are remembered.
const REMEMBERED: usize = 4_096;

/// Members that were asked for lately.
pub(super) type Members = Recent<(PartnershipId, UserId), Actor>;
/// Servers that were asked for lately, as Discord describes them.
pub(super) type Guilds = Recent<PartnershipId, Arc<Value>>;

/// What a channel is to somebody who wants to begin something there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// A channel for messages, below which threads can be opened.
    Text,
    /// A forum, in which everything is a post of its own.
    Forum,
    /// A thread of this channel.
    ThreadOf(ChannelId),
    /// Anything else.
    Other,
}

/// Answers that are good for a while.
pub(super) struct Recent<K, V>(HashMap<K, (DateTime<Utc>, V)>);

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    fn get(&self, key: &K, now: DateTime<Utc>) -> Option<V> {
        self.0.get(key).filter(|(until, _)| *until > now).map(|(_, value)| value.clone())
    }

    fn put(&mut self, key: K, value: V, now: DateTime<Utc>, lasts: TimeDelta) {
        if self.0.len() >= REMEMBERED {
            self.0.retain(|_, (until, _)| *until > now);
        }
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(key, (now + lasts, value));
    }
}

impl Discord {
    /// A member of a partnership's server, or `None` where they are none. May be ten minutes old.
    pub async fn member(&self, partnership: PartnershipId, user: UserId) -> Result<Option<Actor>, Failure> {
        if let Some(actor) = lock(&self.0.members).get(&(partnership, user), self.0.clock.now()) {
            return Ok(Some(actor));
        }
        let Some(member) = self.raw_member(partnership, user).await? else { return Ok(None) };
        let server = self.server(partnership).await?;
        let roles = roles_of(&member);
        let actor = Actor {
            user,
            name: shown_name(&member, &member["user"]),
            admin: permission::is_admin(permission::in_server(&server, user.0, &roles)),
            roles: roles.into_iter().map(RoleId).collect(),
        };
        lock(&self.0.members).put((partnership, user), actor.clone(), self.0.clock.now(), MEMBER_FOR);
        Ok(Some(actor))
    }

    /// The server's roles and their names, without the one that everybody has and those of bots.
    pub async fn roles(&self, partnership: PartnershipId) -> Result<Vec<(RoleId, String)>, Failure> {
        let server = self.server(partnership).await?;
        let roles = server["roles"].as_array().ok_or_else(|| Failure::unreadable("roles"))?;
        let given = roles.iter().filter(|role| role["managed"] != true);
        let named = given.filter_map(|role| Some((snowflake(&role["id"])?, role["name"].as_str()?.to_owned())));
        Ok(named.filter(|(id, _)| *id != partnership.0).map(|(id, name)| (RoleId(id), name)).collect())
    }

    /// The server's name.
    pub async fn guild_name(&self, partnership: PartnershipId) -> Result<String, Failure> {
        let server = self.server(partnership).await?;
        server["name"].as_str().map(str::to_owned).ok_or_else(|| Failure::unreadable("server name"))
    }

    /// What the bot may do in a channel or thread, as Discord's permission bits.
    pub async fn bot_permissions(&self, partnership: PartnershipId, channel: ChannelId) -> Result<u64, Failure> {
        let me = self.me().await?;
        let server = self.server(partnership).await?;
        let Some(member) = self.raw_member(partnership, me).await? else { return Ok(0) };
        let channel = self.overwritten(channel).await?;
        let roles = roles_of(&member);
        let in_server = permission::in_server(&server, me.0, &roles);
        Ok(permission::in_channel(in_server, &channel, partnership.0, me.0, &roles))
    }

    /// Whether everybody on the server may read a channel, or the channel of a thread. A private thread
    /// isn't open to all.
    pub async fn is_open(&self, partnership: PartnershipId, channel: ChannelId) -> Result<bool, Failure> {
        let found = self.raw_channel(channel).await?;
        if found["type"] == 12 {
            return Ok(false);
        }
        let server = self.server(partnership).await?;
        let above = self.overwritten(channel).await?;
        Ok(permission::everyone_sees(&server, &above, partnership.0))
    }

    /// What a channel is to somebody who wants to begin something there.
    pub async fn whereabouts(&self, channel: ChannelId) -> Result<Whereabouts, Failure> {
        let found = self.raw_channel(channel).await?;
        Ok(match (found["type"].as_u64(), snowflake(&found["parent_id"])) {
            (Some(0 | 5), _) => Whereabouts::Text,
            (Some(15), _) => Whereabouts::Forum,
            (Some(10..=12), Some(parent)) => Whereabouts::ThreadOf(ChannelId(parent)),
            _ => Whereabouts::Other,
        })
    }

    /// Fetches a file that somebody attached, of at most `most_bytes`.
    pub async fn download(&self, url: &str, most_bytes: usize) -> Result<Vec<u8>, Failure> {
        let refused = || Failure::Final { code: 0, why: "The file isn't one that Discord keeps".to_owned() };
        let url = Url::parse(url).map_err(|_| refused())?;
        if !keeps_files(&url, self.0.settings.api.as_deref()) {
            return Err(refused());
        }
        self.0.rest.download(url, most_bytes).await
    }

    pub(super) async fn me(&self) -> Result<UserId, Failure> {
        if let Some(me) = self.0.me.get() {
            return Ok(me.user);
        }
        let user = self.0.rest.ask(&Route::new(Method::GET, "/users/@me", &[])).await?;
        snowflake(&user["id"]).map(UserId).ok_or_else(|| Failure::unreadable("user id"))
    }

    async fn raw_member(&self, partnership: PartnershipId, user: UserId) -> Result<Option<Value>, Failure> {
        let parameters = [partnership.to_string(), user.to_string()];
        let route = Route::new(Method::GET, "/guilds/{guild}/members/{user}", &[&parameters[0], &parameters[1]]);
        match self.0.rest.ask(&route).await {
            Ok(member) => Ok(Some(member)),
            Err(Failure::Final { code: 10_007 | 10_013, .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn server(&self, partnership: PartnershipId) -> Result<Arc<Value>, Failure> {
        if let Some(server) = lock(&self.0.guilds).get(&partnership, self.0.clock.now()) {
            return Ok(server);
        }
        let route = Route::new(Method::GET, "/guilds/{guild}", &[&partnership.to_string()]);
        let server = Arc::new(self.0.rest.ask(&route).await?);
        lock(&self.0.guilds).put(partnership, server.clone(), self.0.clock.now(), SERVER_FOR);
        Ok(server)
    }

    /// The channel whose overwrites count: a thread's are those of the channel that it hangs from.
    async fn overwritten(&self, channel: ChannelId) -> Result<Value, Failure> {
        let found = self.raw_channel(channel).await?;
        match (found["type"].as_u64(), snowflake(&found["parent_id"])) {
            (Some(10..=12), Some(parent)) => self.raw_channel(ChannelId(parent)).await,
            _ => Ok(found),
        }
    }

    async fn raw_channel(&self, channel: ChannelId) -> Result<Value, Failure> {
        self.0.rest.ask(&Route::new(Method::GET, "/channels/{channel}", &[&channel.to_string()])).await
    }
}

/// The name that a server shows for somebody: theirs there, the one that they show, or their own.
pub(super) fn shown_name(member: &Value, user: &Value) -> String {
    let names = [&member["nick"], &user["global_name"], &user["username"]];
    let shown = names.into_iter().filter_map(Value::as_str).find(|name| !name.trim().is_empty());
    shown.unwrap_or("somebody").to_owned()
}

fn roles_of(member: &Value) -> Vec<i64> {
    member["roles"].as_array().map(|roles| roles.iter().filter_map(snowflake).collect()).unwrap_or_default()
}

/// Whether a file is Discord's to give: an address from elsewhere could be one in our own network.
fn keeps_files(url: &Url, api: Option<&str>) -> bool {
    let of_discord = url.scheme() == "https"
        && matches!(url.host_str(), Some("cdn.discordapp.com" | "media.discordapp.net" | "cdn.discordapp.net"));
    let api = api.and_then(|api| Url::parse(api).ok());
    of_discord || api.is_some_and(|api| api.origin() == url.origin())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_good_for_a_while() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("in range");
        let mut recent = Recent::default();
        recent.put(1, "a", at(0), TimeDelta::seconds(10));
        assert_eq!(recent.get(&1, at(9)), Some("a"));
        assert_eq!(recent.get(&1, at(10)), None);
        for key in 0..10_000 {
            recent.put(key, "b", at(0), TimeDelta::seconds(10));
        }
        assert!(recent.0.len() <= REMEMBERED);
    }

    #[test]
    fn the_name_is_the_one_that_the_server_shows() {
        let user = json!({"username": "ann.7", "global_name": "Ann"});
        assert_eq!(shown_name(&json!({"nick": "Ann (North)"}), &user), "Ann (North)");
        assert_eq!(shown_name(&json!({"nick": null}), &user), "Ann");
        assert_eq!(shown_name(&json!({}), &json!({"username": "ann.7"})), "ann.7");
        assert_eq!(shown_name(&Value::Null, &Value::Null), "somebody");
    }

    #[test]
    fn files_come_from_discord_alone() {
        let cases = [
            ("https://cdn.discordapp.com/attachments/1/2/a.ics", true),
            ("http://cdn.discordapp.com/a", false),
            ("https://cdn.discordapp.com.evil.example/a", false),
            ("http://169.254.169.254/latest", false),
            ("http://127.0.0.1:4000/a", true),
            ("http://127.0.0.1:4001/a", false),
            ("file:///etc/passwd", false),
        ];
        for (url, expected) in cases {
            let url = Url::parse(url).expect("an address");
            assert_eq!(keeps_files(&url, Some("http://127.0.0.1:4000")), expected, "{url}");
        }
    }
}
