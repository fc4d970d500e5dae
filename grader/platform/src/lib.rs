//! Says in one sentence that Interleave runs on Linux, where it is built for another system.
//!
//! Each crate that needs Linux depends on this one, so that cargo stops here, and this is the
//! only error. What other systems would need is listed in `ARCHITECTURE.md`.
#![no_std]

#[cfg(not(target_os = "linux"))]
compile_error!(
    "Interleave runs on Linux. On Windows, use WSL; on Windows or a Mac, open this directory in \
     its dev container, with VS Code or GitHub Codespaces. README.md says how, under \"Windows \
     and Mac\"; README.zh.md in Chinese."
);
