//! `assignment.toml`, which a teacher writes, and `pack.toml`, which says what is in a pack.

use serde::{Deserialize, Serialize};

use crate::Text;

/// The version of both formats.
pub const FORMAT: u32 = 1;

/// What a teacher hands out: exercises, and when they are due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// The identifier: lower-case letters, digits and hyphens.
    pub id: String,
    /// The title.
    pub title: Text,
    /// The time zone of the dates, by its name in the database of the IANA.
    pub time_zone: String,
    /// When it opens: `YYYY-MM-DD HH:MM`, in that time zone.
    pub opens: String,
    /// When it is due, in the same form.
    pub due: String,
    /// The policy for late submissions; without one, late submissions are not accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Late>,
    /// The exercises.
    #[serde(rename = "exercise")]
    pub exercises: Vec<Chosen>,
}

/// The policy for late submissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Late {
    /// The number of days after the due date in which submissions are accepted.
    pub days: u32,
    /// The percentage of the points that each day begun costs.
    pub percent_per_day: u32,
}

/// An exercise of an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Its number or name.
    pub name: String,
    /// Its points in this assignment, if not the sum of its checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u32>,
}

/// `pack.toml`: what is in a pack, for programs and for graders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// The version of the grader that packed it.
    pub grader: String,
    /// The public keys for which the hidden checks are sealed; none if they are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed_for: Vec<String>,
    /// The assignment, if the exercises are handed out as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Dated>,
    /// The exercises, in the order of the syllabus.
    #[serde(rename = "exercise")]
    pub exercises: Vec<Packed>,
}

/// An assignment whose dates are absolute moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    /// The identifier.
    pub id: String,
    /// The title.
    pub title: Text,
    /// When it opens, with offset and time zone (RFC 9557).
    pub opens: String,
    /// When it is due, in the same form.
    pub due: String,
    /// The policy for late submissions; without one, late submissions are not accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Late>,
}

/// An exercise in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packed {
    /// Position in the syllabus.
    pub number: u32,
    /// The slug, by which progress is stored.
    pub id: String,
    /// Its points.
    pub points: u32,
    /// Points of the checks that students see.
    pub public_points: u32,
    /// Points of the hidden checks.
    pub hidden_points: u32,
    /// Names what was sealed and for whom, if anything was: the same checks sealed again for the
    /// same keys have the same name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
}
