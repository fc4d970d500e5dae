//! Chooses the language of the grader's messages.

use grader_schema::text::Language;

/// Decides from the option and, failing that, from the environment.
pub(crate) fn choose(
    option: Option<Language>,
    variable: impl Fn(&str) -> Option<String>,
) -> Language {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(language) = option.or_else(|| set("GRADER_LANG").and_then(|name| named(&name))) {
        return language;
    }
    // As in POSIX: the first of these that is set decides, whatever it says.
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(set)
        .and_then(|name| named(&name))
        .unwrap_or_default()
}

fn named(name: &str) -> Option<Language> {
    if name.starts_with("zh") {
        Some(Language::Chinese)
    } else if name.starts_with("en") {
        Some(Language::English)
    } else {
        None
    }
}

/// Picks one of two texts that are known when the program is written.
pub(crate) trait Pick {
    /// The one in this language.
    fn pick<'a>(self, english: &'a str, chinese: &'a str) -> &'a str;
}

impl Pick for Language {
    fn pick<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use grader_schema::text::Language::{self, Chinese, English};

    use super::choose;

    #[track_caller]
    fn check(option: Option<Language>, variables: &[(&str, &str)], expected: Language) {
        let chosen = choose(option, |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        });
        assert_eq!(chosen, expected);
    }

    #[test]
    fn the_option_beats_the_environment() {
        check(Some(English), &[("GRADER_LANG", "zh")], English);
        check(
            None,
            &[("GRADER_LANG", "en"), ("LANG", "zh_CN.UTF-8")],
            English,
        );
    }

    #[test]
    fn the_locale_decides_where_nothing_is_said() {
        check(None, &[], English);
        check(None, &[("LANG", "zh_CN.UTF-8")], Chinese);
        check(None, &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")], English);
        check(None, &[("LC_ALL", ""), ("LANG", "zh_CN.UTF-8")], Chinese);
    }
}
