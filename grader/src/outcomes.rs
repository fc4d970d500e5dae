//! A cache of the outcomes of earlier runs.
//!
//! An entry is named by a digest of everything that an outcome depends on, and begins
//! with a digest of its content: a damaged or half-written entry is ignored.

use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Serialize, de::DeserializeOwned};

use crate::{answer::Answer, course::Exercise, digest::Digest, pipeline};

/// Changes whenever entries of an older form must not be read.
const GENERATION: &str = "2";
/// How many entries are kept.
const KEPT: usize = 4096;

/// Where outcomes are kept.
#[derive(Debug)]
pub(crate) struct Outcomes {
    directory: PathBuf,
    /// Names how this grader judges, the crates that programs are linked with, and the compiler.
    tool_fingerprint: String,
    /// Whether what is known is believed.
    reads: bool,
}

impl Outcomes {
    /// The memory for this grader, which judges with what `key` names.
    pub(crate) fn open(
        cache: &Path,
        directory: &str,
        key: &str,
        reads: bool,
    ) -> std::io::Result<Self> {
        let directory = cache.join(directory);
        fs::create_dir_all(&directory)?;
        // The sources of this program that judge, by `build.rs`: whatever else changes in it, a
        // help text for example, leaves outcomes as they were.
        let tool_fingerprint = Digest::default()
            .field(GENERATION)
            .field(key)
            .field(env!("GRADER_JUDGING"))
            .short();
        Ok(Self {
            directory,
            tool_fingerprint,
            reads,
        })
    }

    /// The name of an answer's outcome, of which only the compiler knows what it was `made_from`:
    /// whatever judging it depends on.
    pub(crate) fn name(
        &self,
        made_from: &str,
        exercise: &Exercise,
        what: &str,
        answer: &Answer,
        seeds: u64,
    ) -> std::io::Result<String> {
        /// What judging knows of a check.
        #[derive(Serialize)]
        struct Check<'a> {
            id: &'a str,
            points: u32,
            executions: Option<u32>,
            max_steps: Option<u32>,
        }
        let mut digest = Digest::default()
            .field(&self.tool_fingerprint)
            .field(made_from)
            .field(exercise.crate_name())
            .field(exercise.manifest.mode.name());
        for (visibility, check) in exercise.checks() {
            let known = Check {
                id: &check.id,
                points: check.points,
                executions: check.executions,
                max_steps: check.max_steps,
            };
            let known = serde_json::to_vec(&(visibility, known))?;
            digest = digest.field(known);
        }
        let digest = digest
            .field(what)
            .field(&answer.digest)
            .field(seeds.to_le_bytes());
        Ok(digest.short())
    }

    /// What is known by this name.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        if !self.reads {
            return None;
        }
        let text = fs::read_to_string(self.directory.join(name)).ok()?;
        let (digest, body) = text.split_once('\n')?;
        if Digest::default().field(body).short() != digest {
            return None;
        }
        serde_json::from_str(body).ok()
    }

    /// Remembers an outcome.
    pub(crate) fn write(&self, name: &str, outcome: &impl Serialize) -> std::io::Result<()> {
        let body = serde_json::to_string(outcome)?;
        let digest = Digest::default().field(&body).short();
        let text = format!("{digest}\n{body}");
        pipeline::write_whole(&self.directory.join(name), text.as_bytes())
    }

    /// Forgets the oldest entries.
    pub(crate) fn prune(&self) -> std::io::Result<()> {
        pipeline::prune(&self.directory, KEPT)
    }
}
