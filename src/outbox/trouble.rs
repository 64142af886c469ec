//! What an admin is told when something can't be delivered: once a day about the same thing.

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Result;
use crate::partnership::{ChannelId, Message, PartnershipId, UserId, text};
use crate::storage::Tx;

use super::policy::{CHANNEL_GONE, NO_ACCESS, NO_PERMISSION};
use super::{Budget, Post, Target, post};

/// What the bot tried where a panel stands privately.
pub(super) const PRIVATELY: &str = "open a private thread";

/// Something that an admin has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// Where; `None` for somebody's own conversation, which is nobody else's business.
    pub(super) place: Option<ChannelId>,
    /// What went wrong.
    pub(super) wrong: Wrong,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Discord refused it for good.
    Refused {
        /// What the bot tried, as in "I couldn't …".
        what: &'static str,
        /// Discord's code.
        code: u64,
        /// Why, in words.
        why: String,
    },
    /// Nobody can tell whether a message arrived.
    Unclear,
}

/// Tells the partnership's admin, unless they were told today.
pub(super) async fn tell(tx: &mut Tx, app: &App, partnership: PartnershipId, trouble: &Trouble) -> Result<()> {
    let now = app.clock.now();
    let sql = "INSERT INTO trouble (partnership, what, on_date) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let inserted = sqlx::query(sql)
        .bind(partnership.0)
        .bind(trouble.key())
        .bind(now.date_naive().to_string())
        .execute(&mut **tx)
        .await?;
    let admin = "SELECT admin FROM partnership WHERE partnership = $1";
    let admin: Option<(i64,)> = sqlx::query_as(admin).bind(partnership.0).fetch_optional(&mut **tx).await?;
    let (Some((admin,)), 1) = (admin, inserted.rows_affected()) else { return Ok(()) };
    let told = Post {
        target: Target::Dm(UserId(admin)),
        message: Message::text(trouble.words()),
        about: String::new(),
        budget: Budget::Answer,
        not_before: now,
        expires_at: now + TimeDelta::days(3),
    };
    post(tx, app, partnership, &told).await?;
    Ok(())
}

impl Trouble {
    /// What counts as the same trouble.
    fn key(&self) -> String {
        let place = self.place.map_or_else(|| "dm".to_owned(), |channel| channel.to_string());
        match &self.wrong {
            Wrong::Refused { code, .. } => format!("{code}:{place}"),
            Wrong::Unclear => format!("unclear:{place}"),
        }
    }

    /// What happened, and what to do next.
    fn words(&self) -> String {
        let place = self.place.map_or_else(|| "a private conversation".to_owned(), text::channel);
        match &self.wrong {
            Wrong::Unclear => format!(
                "I can't tell whether my last message arrived in {place}: Discord gave no answer. I have not \
                 sent it again, so that nobody reads it twice. If something is missing there, please pass it on."
            ),
            Wrong::Refused { what, code, why } => {
                format!("I couldn't {what} in {place}: {}. {}", uncapitalised(why), remedy(*code, what))
            }
        }
    }
}

fn remedy(code: u64, what: &str) -> String {
    match code {
        NO_ACCESS | NO_PERMISSION => format!(
            "Please allow me **{}** in the channel's settings. In all I need View Channel, Send Messages, Embed Links, \
             Attach Files, Read Message History, Create Public Threads, Send Messages in Threads and Pin Messages \
             there. Then save the squad's settings again.",
            lacking(code, what)
        ),
        CHANNEL_GONE if what == PRIVATELY => {
            "Please choose another channel for it: `/coffee me` → **Coffee settings**.".to_owned()
        }
        CHANNEL_GONE => "Please choose another channel in the squad's settings.".to_owned(),
        _ => format!("Please tell whoever runs this bot, with the number {code}."),
    }
}

/// The permission without which Discord refuses it.
fn lacking(code: u64, what: &str) -> &'static str {
    match what {
        _ if code == NO_ACCESS => "View Channel",
        "open a thread" => "Create Public Threads",
        PRIVATELY => "Create Private Threads",
        "open an archived thread" | "send a message" | "let somebody into a private thread" => {
            "Send Messages in Threads"
        }
        "pin my message" => "Pin Messages",
        "read the channel" => "Read Message History",
        _ => "Send Messages",
    }
}

fn uncapitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where_what_and_what_next() {
        let refused = |code, why: &str| Wrong::Refused { what: "open a thread", code, why: why.to_owned() };
        let cases = [
            (
                Some(5),
                refused(50_013, "The bot lacks a permission there"),
                "50013:5",
                "I couldn't open a thread in <#5>: the bot lacks a permission there. Please allow me **Create Public Threads**",
            ),
            (Some(5), refused(10_003, "The channel no longer exists"), "10003:5", "Please choose another channel"),
            (None, refused(50_035, "Discord refused it"), "50035:dm", "in a private conversation: discord refused it"),
            (Some(5), Wrong::Unclear, "unclear:5", "I can't tell whether my last message arrived in <#5>"),
        ];
        for (place, wrong, key, part) in cases {
            let trouble = Trouble { place: place.map(ChannelId), wrong };
            assert_eq!(trouble.key(), key);
            assert!(trouble.words().contains(part), "{}", trouble.words());
        }
    }
}
