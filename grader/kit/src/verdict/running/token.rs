//! The name of a schedule, for `grader replay`.

use std::{fmt, str::FromStr};

use crate::programs::Shape;

/// How many characters of the source digest a token carries.
const DIGEST: usize = 8;

/// Check, seed, case, source and choices, with dots between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) check: String,
    /// The seed that the cases were made from.
    pub(crate) seed: u64,
    pub(crate) case: CaseName,
    /// The first characters of the source digest.
    pub(crate) source: String,
    pub(crate) choices: String,
}

/// What stands for no choices: a token that ended in a dot would lose it where it is copied.
const NONE: &str = "-";

/// Which input of a check it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CaseName {
    /// Its place among the cases.
    Number(usize),
    /// A generated program.
    Program(Shape),
}

impl fmt::Display for CaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Program(shape) => shape.fmt(f),
        }
    }
}

impl FromStr for CaseName {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let number = text.parse().map(Self::Number);
        let program = || text.parse().map(Self::Program);
        number.or_else(|_| program()).map_err(|_| TokenError)
    }
}

/// A text is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a token looks like `check.1.0.1a2b3c4d.choices`; copy it whole from the failing check")]
pub(crate) struct TokenError;

impl Token {
    pub(crate) fn new(
        check: &str,
        (seed, case): (u64, CaseName),
        source_digest: &str,
        choices: &str,
    ) -> Self {
        Self {
            check: check.to_owned(),
            seed,
            case,
            source: source_digest.chars().take(DIGEST).collect(),
            choices: choices.to_owned(),
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            check,
            seed,
            case,
            source,
            choices,
        } = self;
        let choices = if choices.is_empty() { NONE } else { choices };
        write!(f, "{check}.{seed}.{case}.{source}.{choices}")
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let parts: Vec<_> = text.trim().split('.').collect();
        let [check, seed, case, source, choices] = parts[..] else {
            return Err(TokenError);
        };
        let choices = if choices == NONE { "" } else { choices };
        if check.is_empty() || crate::choices::read(choices).is_err() {
            return Err(TokenError);
        }
        Ok(Self {
            check: check.to_owned(),
            seed: seed.parse().map_err(|_| TokenError)?,
            case: case.parse()?,
            source: source.to_owned(),
            choices: choices.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_token_survives_its_text(seed in any::<u64>(), case in 0usize..1000, marked in any::<bool>()) {
            let choices = if marked { "~AAEEAQ" } else { "" };
            let token = Token::new("two_by_two", (seed, CaseName::Number(case)), "0123456789abcdef", choices);
            prop_assert!(!token.to_string().ends_with('.'));
            prop_assert_eq!(token.to_string().parse(), Ok(token));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,60}") {
            let _ = text.parse::<Token>();
        }
    }
}
