//! What the outbox asks of Discord: to send, edit, pin, open threads, and read back.

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use super::recent::{Seen, marked, seen};
use super::route::Route;
use super::{Discord, Failure, render, snowflake};
use crate::partnership::{Call, ChannelId, Message, MessageId, PartnershipId, UserId, text};

/// The message has a thread already.
const HAS_THREAD: u64 = 160_004;
/// Longest title of a thread.
const TITLE: usize = 100;
/// Longest description of a scheduled event.
const EVENT_ABOUT: usize = 1_000;
/// Minutes without a message after which a thread is folded away: three days, so that a weekend
/// doesn't hide Friday's.
const FOLD_AFTER: u32 = 4_320;

impl Discord {
    /// The bot's own conversation with somebody.
    pub async fn dm_channel(&self, user: UserId) -> Result<ChannelId, Failure> {
        let route = Route::new(Method::POST, "/users/@me/channels", &[]);
        let channel = self.0.rest.send(&route, Some(&json!({"recipient_id": user.to_string()})), &[]).await?;
        snowflake(&channel["id"]).map(ChannelId).ok_or_else(|| Failure::unreadable("channel id"))
    }

    /// Sends a message. With a nonce, a repeat within a few minutes gives the message that is there
    /// already; `footer_marker` stands in its small print, so that it can be recognised later.
    pub async fn send(
        &self,
        channel: ChannelId,
        message: &Message,
        nonce: Option<i64>,
        footer_marker: Option<&str>,
    ) -> Result<MessageId, Failure> {
        let (mut body, files) = render::message(&marked(message, footer_marker.unwrap_or_default()));
        if let Some(nonce) = nonce {
            body["nonce"] = json!(nonce.to_string());
            body["enforce_nonce"] = json!(true);
        }
        let route = Route::new(Method::POST, "/channels/{channel}/messages", &[&channel.to_string()]);
        let sent = self.0.rest.send(&route, Some(&body), &files).await?;
        // It was sent, whatever the answer looks like: the nonce will find it.
        snowflake(&sent["id"]).map(MessageId).ok_or(Failure::Uncertain)
    }

    /// Shows a message in place of what it said, its files included.
    pub async fn edit(&self, channel: ChannelId, message: MessageId, shows: &Message) -> Result<(), Failure> {
        let (body, files) = render::message(shows);
        let route = of_message(Method::PATCH, "/channels/{channel}/messages/{message}", channel, message);
        self.0.rest.send(&route, Some(&body), &files).await.map(drop)
    }

    /// Deletes a message of the bot. One that is gone already is deleted.
    pub async fn delete(&self, channel: ChannelId, message: MessageId) -> Result<(), Failure> {
        let route = of_message(Method::DELETE, "/channels/{channel}/messages/{message}", channel, message);
        match self.0.rest.send(&route, None, &[]).await {
            Err(Failure::Final { code: 10_003 | 10_008, .. }) => Ok(()),
            done => done.map(drop),
        }
    }

    /// Opens a thread below a message, or finds the one that is there.
    pub async fn open_thread(&self, channel: ChannelId, message: MessageId, title: &str) -> Result<ChannelId, Failure> {
        let route = of_message(Method::POST, "/channels/{channel}/messages/{message}/threads", channel, message);
        let body = json!({"name": text::clipped(title, TITLE), "auto_archive_duration": FOLD_AFTER});
        match self.0.rest.send(&route, Some(&body), &[]).await {
            // A thread below a message has that message's id.
            Err(Failure::Final { code: HAS_THREAD, .. }) => Ok(ChannelId(message.0)),
            Ok(thread) => Ok(ChannelId(snowflake(&thread["id"]).unwrap_or(message.0))),
            Err(failure) => Err(failure),
        }
    }

    /// Opens a post in a forum, whose first message this is. The post's id is the message's.
    pub async fn open_post(&self, forum: ChannelId, title: &str, message: &Message) -> Result<MessageId, Failure> {
        let (message, files) = render::message(message);
        let route = Route::new(Method::POST, "/channels/{channel}/threads", &[&forum.to_string()]);
        let body =
            json!({"name": text::clipped(title, TITLE), "auto_archive_duration": FOLD_AFTER, "message": message});
        let post = self.0.rest.send(&route, Some(&body), &files).await?;
        snowflake(&post["id"]).map(MessageId).ok_or(Failure::Uncertain)
    }

    /// Opens a private thread below a channel. Whoever is pinged in it is in it from then on.
    pub async fn open_private_thread(&self, channel: ChannelId, title: &str) -> Result<ChannelId, Failure> {
        let route = Route::new(Method::POST, "/channels/{channel}/threads", &[&channel.to_string()]);
        // 12: a private thread. Those in it don't bring others along.
        let body = json!({
            "name": text::clipped(title, TITLE),
            "type": 12,
            "invitable": false,
            "auto_archive_duration": FOLD_AFTER,
        });
        let thread = self.0.rest.send(&route, Some(&body), &[]).await?;
        snowflake(&thread["id"]).map(ChannelId).ok_or(Failure::Uncertain)
    }

    /// Lets somebody into a thread. Doing it again is no error.
    pub async fn add_to_thread(&self, thread: ChannelId, user: UserId) -> Result<(), Failure> {
        let template = "/channels/{channel}/thread-members/{user}";
        let route = Route::new(Method::PUT, template, &[&thread.to_string(), &user.to_string()]);
        self.0.rest.send(&route, None, &[]).await.map(drop)
    }

    /// The bot's own open threads below a channel, or posts in a forum, under a title.
    pub async fn own_threads(
        &self,
        partnership: PartnershipId,
        forum: ChannelId,
        title: &str,
    ) -> Result<Vec<MessageId>, Failure> {
        let route = Route::new(Method::GET, "/guilds/{guild}/threads/active", &[&partnership.to_string()]);
        let active = self.0.rest.ask(&route).await?;
        let threads = active["threads"].as_array().ok_or_else(|| Failure::unreadable("threads"))?;
        let (me, title) = (self.me().await?, text::clipped(title, TITLE));
        let ours = threads.iter().filter(|thread| {
            snowflake(&thread["parent_id"]) == Some(forum.0)
                && snowflake(&thread["owner_id"]) == Some(me.0)
                && thread["name"] == title.as_str()
        });
        Ok(ours.filter_map(|thread| snowflake(&thread["id"])).map(MessageId).collect())
    }

    /// Renames a thread, and folds it away (archives it) where `folds`.
    pub async fn retitle(&self, thread: ChannelId, title: &str, folds: bool) -> Result<(), Failure> {
        let route = Route::new(Method::PATCH, "/channels/{channel}", &[&thread.to_string()]);
        let body = json!({"name": text::clipped(title, TITLE), "archived": folds});
        self.0.rest.send(&route, Some(&body), &[]).await.map(drop)
    }

    /// Finds the scheduled event that this is, or makes it, and gives its id. Its place is a channel.
    pub async fn call(&self, partnership: PartnershipId, place: ChannelId, call: &Call) -> Result<i64, Failure> {
        let guild = partnership.to_string();
        let template = "/guilds/{guild}/scheduled-events";
        let there = self.0.rest.ask(&Route::new(Method::GET, template, &[&guild])).await?;
        let me = self.me().await?;
        let name = text::clipped(&call.name, TITLE);
        let same = |event: &&Value| {
            let at = event["scheduled_start_time"].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
            event["name"] == name.as_str()
                && at == Some(call.starts_at)
                && snowflake(&event["creator_id"]) == Some(me.0)
        };
        let known = there.as_array().and_then(|events| events.iter().find(same));
        if let Some(id) = known.and_then(|event| snowflake(&event["id"])) {
            return Ok(id);
        }
        let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let body = json!({
            "name": name,
            "description": text::clipped(&call.about, EVENT_ABOUT),
            // 2: members of the server; 3: somewhere that isn't a voice channel.
            "privacy_level": 2,
            "entity_type": 3,
            "entity_metadata": {"location": format!("https://discord.com/channels/{partnership}/{place}")},
            "scheduled_start_time": instant(call.starts_at),
            "scheduled_end_time": instant(call.ends_at),
        });
        let event = self.0.rest.send(&Route::new(Method::POST, template, &[&guild]), Some(&body), &[]).await?;
        snowflake(&event["id"]).ok_or(Failure::Uncertain)
    }

    /// Pins a message. Pinning it twice is no error.
    pub async fn pin(&self, channel: ChannelId, message: MessageId) -> Result<(), Failure> {
        let route = of_message(Method::PUT, "/channels/{channel}/messages/pins/{message}", channel, message);
        self.0.rest.ask(&route).await.map(drop)
    }

    /// Opens a thread that was folded away, so that its messages can be edited.
    pub async fn unarchive(&self, thread: ChannelId) -> Result<(), Failure> {
        let route = Route::new(Method::PATCH, "/channels/{channel}", &[&thread.to_string()]);
        self.0.rest.send(&route, Some(&json!({"archived": false})), &[]).await.map(drop)
    }

    /// The latest messages of a channel, newest first, 100 at most.
    pub async fn recent(&self, channel: ChannelId, limit: u8) -> Result<Vec<Seen>, Failure> {
        let route = Route::new(Method::GET, "/channels/{channel}/messages", &[&channel.to_string()]);
        let messages = self.0.rest.ask(&route.query(&format!("limit={}", limit.clamp(1, 100)))).await?;
        let messages = messages.as_array().ok_or_else(|| Failure::unreadable("messages"))?;
        Ok(messages.iter().filter_map(seen).collect())
    }

    /// What somebody wrote in a message; `None` where it is gone, or somebody else's.
    pub async fn words(
        &self,
        channel: ChannelId,
        message: MessageId,
        author: UserId,
    ) -> Result<Option<String>, Failure> {
        let route = of_message(Method::GET, "/channels/{channel}/messages/{message}", channel, message);
        let found = match self.0.rest.ask(&route).await {
            Err(Failure::Final { code: 10_003 | 10_008, .. }) => return Ok(None),
            found => found?,
        };
        let theirs = snowflake(&found["author"]["id"]) == Some(author.0);
        Ok(found["content"].as_str().filter(|_| theirs).map(str::to_owned))
    }

    /// Posts an interaction's first answer.
    pub(super) async fn call_back(
        &self,
        id: &str,
        token: &str,
        body: &Value,
        files: &[crate::partnership::File],
    ) -> Result<(), Failure> {
        let route = Route::new(Method::POST, "/interactions/{id}/{token}/callback", &[id, token]);
        self.0.rest.send(&route, Some(body), files).await.map(drop)
    }

    /// Puts a message in the place of an interaction's first answer.
    pub(super) async fn edit_answer(&self, application: i64, token: &str, message: &Message) -> Result<(), Failure> {
        let (body, files) = render::message(message);
        let template = "/webhooks/{application}/{token}/messages/@original";
        let route = Route::new(Method::PATCH, template, &[&application.to_string(), token]);
        self.0.rest.send(&route, Some(&body), &files).await.map(drop)
    }

    /// Sends a further answer to an interaction, to the caller alone where `private`.
    pub(super) async fn follow_up(
        &self,
        application: i64,
        token: &str,
        message: &Message,
        private: bool,
    ) -> Result<(), Failure> {
        let (mut body, files) = render::message(message);
        if private {
            body["flags"] = json!(render::EPHEMERAL);
        }
        let route = Route::new(Method::POST, "/webhooks/{application}/{token}", &[&application.to_string(), token]);
        self.0.rest.send(&route, Some(&body), &files).await.map(drop)
    }
}

fn of_message(method: Method, template: &'static str, channel: ChannelId, message: MessageId) -> Route {
    Route::new(method, template, &[&channel.to_string(), &message.to_string()])
}
