//! What people wrote, made safe to repeat, and times as Discord shows them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::{ChannelId, MessageId, NOBODY, PartnershipId, UserId};

/// Escapes what somebody wrote, so that it shows as it was typed: no Markdown, no mentions, no links
/// in disguise, and no characters that turn the direction of the text around them.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    let mut line_start = true;
    for c in text.chars() {
        match c {
            // Overrides of direction could make the rest of the message read backwards.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\0' => continue,
            '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<' | '>' => safe.extend(['\\', c]),
            '#' | '-' if line_start => safe.extend(['\\', c]),
            // A zero-width space breaks a mention and leaves the text readable.
            '@' => safe.push_str("@\u{200B}"),
            _ => safe.push(c),
        }
        line_start = c == '\n' || (line_start && c == ' ');
    }
    safe
}

/// The first `most` characters; where something is cut, the last one becomes an ellipsis.
pub fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// An instant as each reader's Discord shows it in their own zone: `29 March 2026 09:30`.
pub fn moment(at: DateTime<Utc>) -> String {
    format!("<t:{}:f>", at.timestamp())
}

/// How far away an instant is, as each reader's Discord shows it: `in 2 hours`.
pub fn relative(at: DateTime<Utc>) -> String {
    format!("<t:{}:R>", at.timestamp())
}

/// A date in words: `Monday 29 March`.
pub fn day(date: NaiveDate) -> String {
    date.format("%A %-d %B").to_string()
}

/// `Thursday 26 March`, `Thursday 26 to Friday 27 March`; with the year where it isn't this one.
pub fn span(first: NaiveDate, last: NaiveDate, today: NaiveDate) -> String {
    let year = |date: NaiveDate| if date.year() == today.year() { String::new() } else { format!(" {}", date.year()) };
    let end = format!("{}{}", day(last), year(last));
    if first == last {
        end
    } else if first.year() == last.year() && first.month() == last.month() {
        format!("{} to {end}", first.format("%A %-d"))
    } else {
        format!("{}{} to {end}", day(first), year(first))
    }
}

/// A person, shown by name. It pings nobody unless the message says so.
pub fn mention(user: UserId) -> String {
    format!("<@{user}>")
}

/// A person, or somebody who has left.
pub fn who(user: UserId) -> String {
    if user == NOBODY { "somebody who has left".to_owned() } else { mention(user) }
}

/// The link to a message.
pub fn message_link(partnership: PartnershipId, channel: ChannelId, message: MessageId) -> String {
    format!("https://discord.com/channels/{partnership}/{channel}/{message}")
}

/// What somebody wrote, as a quotation.
pub fn quoted(text: &str) -> String {
    format!("> {}", escaped(text).replace('\n', "\n> "))
}

/// A channel as a link.
pub fn channel(id: ChannelId) -> String {
    format!("<#{id}>")
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// With a capital letter, as a sentence begins.
pub fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// `1 answer`, `2 answers`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A line as it was typed, so that any Markdown parser shows just that.
pub fn markdown_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let last = line.chars().count().saturating_sub(1);
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let after_number = line.chars().count() - numbered.chars().count();
    for (at, c) in line.chars().enumerate() {
        match c {
            // Blanks at either end would be dropped, or make a block of code.
            ' ' | '\t' if at == 0 || at == last => out.extend(["&#", if c == ' ' { "32" } else { "9" }, ";"]),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '~' | '#' | '|' | '$' => out.extend(['\\', c]),
            '-' | '+' | '=' | '>' | ':' if at == 0 => out.extend(['\\', c]),
            '.' | ')' if at > 0 && at == after_number => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// A cell in quotation marks. What a spreadsheet would take for a formula begins with an apostrophe.
pub fn csv_cell(text: &str) -> String {
    let formula =
        text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || text.starts_with(['\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_shows_as_typed() {
        let cases = [
            ("plain", "plain"),
            ("**bold** _it_", "\\*\\*bold\\*\\* \\_it\\_"),
            ("@everyone <@12>", "@\u{200B}everyone \\<@\u{200B}12\\>"),
            ("# big\n- list # no", "\\# big\n\\- list # no"),
            ("[x](https://e.example)", "\\[x\\](https://e.example)"),
            ("a\u{202E}b", "ab"),
            ("שלום 👋", "שלום 👋"),
        ];
        for (text, expected) in cases {
            assert_eq!(escaped(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(clipped("eleven", 6), "eleven");
        assert_eq!(clipped("elevenses", 6), "eleve…");
    }

    #[test]
    fn lists_read_as_people_say_them() {
        assert_eq!(listed::<&str>(&[]), "");
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }
}
