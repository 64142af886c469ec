//! What people may begin with.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

/// A prompt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// What the bot remembers it by.
    pub id: u32,
    /// Whether it is about working together, or about anything else.
    pub about: About,
    /// What is asked.
    pub text: String,
}

/// What a prompt is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// Working together across organisations.
    Work,
    /// Anything else.
    Life,
}

#[derive(Deserialize)]
struct Library {
    prompt: Vec<Prompt>,
}

static PROMPTS: LazyLock<Vec<Prompt>> = LazyLock::new(|| {
    let read = toml::from_str::<Library>(include_str!("../../../config/coffee/prompts.toml"));
    read.map(|library| library.prompt).unwrap_or_default()
});

/// All prompts.
pub fn all() -> &'static [Prompt] {
    &PROMPTS
}

/// A prompt by its id.
pub fn get(id: u32) -> Option<&'static Prompt> {
    all().iter().find(|prompt| prompt.id == id)
}

/// One that isn't among those that people had with each other; the choice among them is by a number from chance. Once
/// they had all, any.
pub fn fresh(had: &BTreeSet<u32>, chance: u64) -> u32 {
    let pick = |from: &[u32]| {
        let count = u64::try_from(from.len()).ok().filter(|count| *count > 0)?;
        from.get(usize::try_from(chance % count).ok()?).copied()
    };
    let ids: Vec<u32> = all().iter().map(|prompt| prompt.id).collect();
    let left: Vec<u32> = ids.iter().copied().filter(|id| !had.contains(id)).collect();
    pick(&left).or_else(|| pick(&ids)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_warm_and_whole() {
        let ids: BTreeSet<u32> = all().iter().map(|prompt| prompt.id).collect();
        assert!(all().len() >= 60 && ids.len() == all().len(), "{} prompts, {} ids", all().len(), ids.len());
        assert!(all().iter().filter(|prompt| prompt.about == About::Work).count() >= 20);
        for prompt in all() {
            assert!(prompt.text.ends_with(['?', '.']) && prompt.text.chars().count() <= 140, "{}", prompt.text);
        }
    }

    #[test]
    fn a_pair_never_has_a_prompt_twice_while_there_are_others() {
        let mut had = BTreeSet::new();
        for chance in 0..all().len() {
            let next = fresh(&had, u64::try_from(chance).expect("few").wrapping_mul(0x9E37_79B9_7F4A_7C15));
            assert!(had.insert(next), "{next} came twice");
        }
        assert!(get(fresh(&had, 5)).is_some(), "then they begin anew");
    }
}
