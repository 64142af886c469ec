//! What a request is addressed to: its template (for the log and the limits) and its path.

use reqwest::Method;

/// A route with its parameters filled in.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// The HTTP method.
    pub(super) method: Method,
    /// The path with the names of its parameters: what the log shows, and what limits go by.
    pub(super) template: &'static str,
    /// The path behind `/api/v10`, with the parameters filled in. Never logged: it may hold a token.
    pub(super) path: String,
    /// The parameter that Discord keeps limits apart by: a channel, a server, or a webhook.
    pub(super) major: String,
}

impl Route {
    /// Fills a template's `{…}` with the parameters in order. The first one is the major parameter.
    pub(super) fn new(method: Method, template: &'static str, parameters: &[&str]) -> Self {
        let mut path = String::with_capacity(template.len() + 40);
        let mut values = parameters.iter();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            path.push_str(values.next().unwrap_or(&""));
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        path.push_str(rest);
        let major = parameters.first().copied().unwrap_or_default().to_owned();
        Self { method, template, path, major: if has_major(template) { major } else { String::new() } }
    }

    /// With a query string, which limits don't go by.
    pub(super) fn query(mut self, query: &str) -> Self {
        self.path.push('?');
        self.path.push_str(query);
        self
    }

    /// Whether it answers an interaction: those don't count towards the bot's global limit.
    pub(super) fn is_interaction(&self) -> bool {
        self.is_callback() || self.template.starts_with("/webhooks/")
    }

    /// Whether it is an interaction's first answer, which has to arrive within 3 seconds.
    pub(super) fn is_callback(&self) -> bool {
        self.template.starts_with("/interactions/")
    }

    /// What its limit is kept under until Discord has named a bucket.
    pub(super) fn key(&self) -> String {
        format!("{} {} {}", self.method, self.template, self.major)
    }
}

fn has_major(template: &str) -> bool {
    ["/channels/{", "/guilds/{", "/webhooks/{", "/interactions/{"].iter().any(|start| template.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_fill_the_template() {
        let route = Route::new(Method::PATCH, "/channels/{channel}/messages/{message}", &["7", "9"]);
        assert_eq!(route.path, "/channels/7/messages/9");
        assert_eq!(route.major, "7");
        assert_eq!(Route::new(Method::GET, "/users/@me", &[]).path, "/users/@me");
    }

    #[test]
    fn limits_are_kept_apart_by_the_major_parameter_alone() {
        let edit = |channel, message| {
            Route::new(Method::PATCH, "/channels/{channel}/messages/{message}", &[channel, message]).key()
        };
        assert_eq!(edit("7", "1"), edit("7", "2"));
        assert_ne!(edit("7", "1"), edit("8", "1"));
    }

    #[test]
    fn interactions_are_told_apart() {
        let callback = Route::new(Method::POST, "/interactions/{id}/{token}/callback", &["1", "t"]);
        assert!(callback.is_interaction() && callback.is_callback());
        let edit = Route::new(Method::PATCH, "/webhooks/{application}/{token}/messages/@original", &["1", "t"]);
        assert!(edit.is_interaction() && !edit.is_callback());
    }
}
