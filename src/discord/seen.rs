//! Which interactions and direct messages were handled lately: after a reconnect, Discord may send one
//! again.
//!
//! A memory of the last few is enough, since handlers are upserts anyway; it saves the second run, and
//! a second answer to what was written.

use std::collections::{HashSet, VecDeque};

const REMEMBERED: usize = 1_024;

/// Those that were seen last.
#[derive(Default)]
pub(super) struct Seen {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

impl Seen {
    /// Remembers one by its id. `false`: it was remembered already.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeat_is_noticed_until_it_is_forgotten() {
        let mut seen = Seen::default();
        assert!(seen.insert("1"));
        assert!(!seen.insert("1"));
        for id in 2..REMEMBERED + 2 {
            assert!(seen.insert(&id.to_string()));
        }
        assert!(seen.insert("1"), "the oldest is forgotten");
        assert_eq!(seen.ids.len(), REMEMBERED);
    }
}
