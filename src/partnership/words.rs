//! Texts as words that can be compared, however they were typed.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word, in characters; what is longer is compared by its beginning.
const LONGEST_WORD: usize = 64;

/// Cuts a text into words without accents and case. What remains of it are letters and digits.
pub fn words(text: &str) -> Vec<String> {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            // Letters that are read without their stroke, though Unicode takes none apart.
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' => folded.push('d'),
            'ß' | 'ẞ' => folded.push_str("ss"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            // An apostrophe doesn't part a word: “don't” is found as “dont”, however it was typed.
            '\'' | '’' => {}
            c if c.is_alphanumeric() => folded.extend(c.to_lowercase().filter(|c| c.is_alphanumeric())),
            _ => folded.push(' '),
        }
    }
    folded.split(' ').filter(|word| !word.is_empty()).map(|word| word.chars().take(LONGEST_WORD).collect()).collect()
}
